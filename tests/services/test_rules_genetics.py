"""Zygosities follow from tests and rules, and what was entered by hand is asked about; on both engines."""

from collections.abc import Sequence as Several
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Allele, GenotypeTest, Line, Sequence, Subject, Zygosity, ZygosityRule
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.services.done import Done
from colonydesk.services.records import save_record
from tests.builders import NOW, Scene, at_once, row, rows, scene
from tests.services.saving import change, changing, delete, save, saving, take_back


@dataclass(frozen=True, slots=True)
class Genes:
    """The line's rules for Cre: tTA present is +/+, else Cre present is +/-; Cre absent is -/-."""

    of: Scene
    line: UUID
    cre: UUID
    flp: UUID
    tta: UUID
    seq: UUID
    other: UUID
    mouse: UUID

    def test(self, sequence: UUID, result: int | None, subject: UUID | None = None, **more: Any) -> UUID:
        values = {"subject_id": subject or self.mouse, "sequence_id": sequence, "test_result": result}
        return save(self.of, "genotype_test", **values, **more)

    def rule(self, zygosity: int, *conditions: tuple[UUID, int], **more: Any) -> UUID:
        values: dict[str, Any] = {"line_id": self.line, "allele_id": self.cre, "zygosity": zygosity}
        for number, (sequence, result) in enumerate(conditions):
            values |= {f"sequence{number}_id": sequence, f"sequence{number}_result": result}
        return save(self.of, "zygosity_rule", **{**values, **more})

    def found(self, subject: UUID | None = None) -> dict[UUID, tuple[int, str]]:
        stored = rows(self.of.db, Zygosity, subject_id=subject or self.mouse)
        return {one["allele_id"]: (one["zygosity"], one["origin"]) for one in stored}


@pytest.fixture
def genes(db: Database) -> Genes:
    of = scene(db)
    line = of.add(Line, nickname="Ai95")
    cre, flp = of.add(Allele, nickname="Cre"), of.add(Allele, nickname="Flp")
    tta, seq, other = (of.add(Sequence, name=name) for name in ("tTA", "Cre", "Flp"))
    mouse = of.subject("S1", line_id=line)
    found = Genes(of, line, cre, flp, tta, seq, other, mouse)
    for position, (zygosity, sequence, result) in enumerate(((2, tta, 1), (1, seq, 1), (0, seq, 0))):
        of.add(
            ZygosityRule,
            line_id=line,
            allele_id=cre,
            position=position,
            sequence0_id=sequence,
            sequence0_result=result,
            zygosity=zygosity,
        )
    return found


def asked(genes: Genes, act: Any) -> Doubtful:
    with pytest.raises(Doubtful) as doubt:
        act()
    return doubt.value


# Tests


def test_a_test_gives_the_zygosity_and_its_change_and_deletion_derive_again(genes: Genes) -> None:
    which = genes.test(genes.seq, 1)
    assert genes.found() == {genes.cre: (1, "derived")}
    done = change(genes.of, GenotypeTest, which, test_result=0)
    assert genes.found() == {genes.cre: (0, "derived")}
    assert genes.mouse in done.changed["subject"]
    genes.test(genes.tta, 1)
    assert genes.found() == {genes.cre: (2, "derived")}
    change(genes.of, GenotypeTest, which, test_result=None)
    assert genes.found() == {genes.cre: (2, "derived")}
    (tta,) = rows(genes.of.db, GenotypeTest, sequence_id=genes.tta)
    done = delete(genes.of, GenotypeTest, tta["id"])
    assert genes.found() == {}
    take_back(genes.of, done)
    assert genes.found() == {genes.cre: (2, "derived")}


def test_a_test_that_goes_to_another_sequence_counts_there(genes: Genes) -> None:
    which = genes.test(genes.other, 1)
    assert genes.found() == {}
    change(genes.of, GenotypeTest, which, sequence_id=genes.seq)
    assert genes.found() == {genes.cre: (1, "derived")}
    second = genes.of.subject("S2", line_id=genes.line)
    change(genes.of, GenotypeTest, which, subject_id=second)
    assert (genes.found(), genes.found(second)) == ({}, {genes.cre: (1, "derived")})


def test_a_sequence_is_tested_once(genes: Genes) -> None:
    genes.test(genes.seq, 1)
    with pytest.raises(Refused, match="S1 has a test of this sequence already") as error:
        genes.test(genes.seq, 0)
    assert error.value.field == "sequence_id"
    assert genes.found() == {genes.cre: (1, "derived")}
    genes.test(genes.seq, 0, genes.of.subject("S2", line_id=genes.line))


def test_of_two_imported_tests_of_a_sequence_the_last_one_holds(genes: Genes) -> None:
    for number, result in enumerate((1, 0)):
        values = {"subject_id": genes.mouse, "sequence_id": genes.seq, "test_result": result}
        genes.of.add(GenotypeTest, id=UUID(int=9 - number), created_at=NOW.replace(hour=number + 1), **values)
    genes.test(genes.tta, 0)
    assert genes.found() == {genes.cre: (0, "derived")}


def test_a_person_is_not_genotyped(genes: Genes) -> None:
    person = genes.of.subject("H1", is_human=True)
    with pytest.raises(Refused, match="human subject") as error:
        genes.test(genes.seq, 1, person)
    assert error.value.field == "subject_id"


def test_two_tests_of_an_animal_at_once_are_both_counted(genes: Genes, database_url: str) -> None:
    """Present in both is +/+ by the rule of the two: whoever comes second sees the other's result."""
    genes.of.db.engine.dispose()
    for one in rows(genes.of.db, ZygosityRule):
        delete(genes.of, ZygosityRule, one["id"])
    genes.rule(3, (genes.tta, 1), (genes.seq, 1))
    commands = [
        saving(genes.of, "genotype_test", subject_id=genes.mouse, sequence_id=sequence, test_result=1)
        for sequence in (genes.tta, genes.seq)
    ]
    with closing(open_database(database_url)) as first, closing(open_database(database_url)) as second:
        outcomes = at_once(
            genes.mouse,
            [first, second],
            [lambda db, command=command: save_record(db, command, NOW) for command in commands],  # type: ignore[misc]
        )
    assert all(isinstance(one, Done) for one in outcomes), outcomes
    assert genes.found() == {genes.cre: (3, "derived")}


# By hand


def by_hand(genes: Genes, zygosity: int = 0, subject: UUID | None = None) -> UUID:
    values = {"subject_id": subject or genes.mouse, "allele_id": genes.cre, "zygosity": zygosity}
    return save(genes.of, "zygosity", **values)


def test_what_a_person_enters_is_by_hand(genes: Genes) -> None:
    which = by_hand(genes)
    assert genes.found() == {genes.cre: (0, "hand")}
    with pytest.raises(Refused, match="already"):
        by_hand(genes, 1)
    delete(genes.of, Zygosity, which)
    genes.test(genes.seq, 1)
    (derived,) = rows(genes.of.db, Zygosity)
    change(genes.of, Zygosity, derived["id"], name="noted")
    assert genes.found() == {genes.cre: (1, "derived")}
    done = change(genes.of, Zygosity, derived["id"], zygosity=2)
    assert genes.found() == {genes.cre: (2, "hand")}
    assert genes.mouse in done.changed["subject"]


def test_by_hand_is_asked_about_before_it_is_replaced(genes: Genes) -> None:
    by_hand(genes, 0)
    doubt = asked(genes, lambda: genes.test(genes.seq, 1))
    assert doubt.field == "test_result"
    assert [question.code for question in doubt.questions] == ["by_hand"]
    assert str(doubt) == ("Entered by hand: S1 Cre -/-, by its tests +/-. The tests would take its place.")
    assert (genes.found(), rows(genes.of.db, GenotypeTest)) == ({genes.cre: (0, "hand")}, [])
    done = genes.test(genes.seq, 1, confirmed=frozenset({"by_hand"}))
    assert done
    assert genes.found() == {genes.cre: (1, "derived")}


def test_by_hand_can_be_kept_and_is_not_asked_about_by_what_does_not_decide_it(genes: Genes) -> None:
    by_hand(genes, 0)
    genes.test(genes.seq, 1, confirmed=frozenset({"keep_by_hand"}))
    assert genes.found() == {genes.cre: (0, "hand")}
    genes.test(genes.other, 1)  # no rule asks for it
    assert genes.found() == {genes.cre: (0, "hand")}


def test_by_hand_stays_where_the_tests_say_nothing_or_the_same(genes: Genes) -> None:
    by_hand(genes, 1)
    which = genes.test(genes.seq, 1)
    assert genes.found() == {genes.cre: (1, "hand")}
    delete(genes.of, GenotypeTest, which)
    assert genes.found() == {genes.cre: (1, "hand")}


def test_what_the_tests_give_is_not_deleted(genes: Genes) -> None:
    genes.test(genes.seq, 1)
    (derived,) = rows(genes.of.db, Zygosity)
    with pytest.raises(Refused, match=r"tests of S1 give \+/-"):
        delete(genes.of, Zygosity, derived["id"])
    assert genes.found() == {genes.cre: (1, "derived")}


# Rules


def test_a_new_rule_comes_last_and_derives_for_the_tested_animals_of_the_line(genes: Genes) -> None:
    tested, untested, elsewhere = (
        genes.of.subject("S2", line_id=genes.line),
        genes.of.subject("S3", line_id=genes.line),
        genes.of.subject("S4"),
    )
    for one in (tested, elsewhere):
        genes.test(genes.other, 1, one)
    which = genes.rule(3, (genes.other, 1))
    assert row(genes.of.db, ZygosityRule, which)["position"] == 3
    assert genes.found(tested) == {genes.cre: (3, "derived")}
    assert (genes.found(untested), genes.found(elsewhere)) == ({}, {})
    first = genes.rule(1, (genes.other, 1), allele_id=genes.flp)
    assert row(genes.of.db, ZygosityRule, first)["position"] == 0
    change(genes.of, ZygosityRule, which, zygosity=1)
    assert genes.found(tested) == {genes.cre: (1, "derived"), genes.flp: (1, "derived")}
    done = delete(genes.of, ZygosityRule, which)
    assert genes.found(tested) == {genes.flp: (1, "derived")}
    assert tested in done.changed["subject"]
    take_back(genes.of, done)
    assert genes.found(tested) == {genes.cre: (1, "derived"), genes.flp: (1, "derived")}


def test_the_first_rule_that_matches_wins(genes: Genes) -> None:
    genes.test(genes.seq, 1)
    first = genes.rule(3, (genes.other, 0), (genes.seq, 1), position=-1)
    assert genes.found() == {genes.cre: (1, "derived")}  # the one before waits for an untested sequence
    genes.test(genes.other, 0)
    assert genes.found() == {genes.cre: (3, "derived")}
    change(genes.of, ZygosityRule, first, position=9)
    assert genes.found() == {genes.cre: (1, "derived")}


def test_a_rule_that_goes_to_another_line_or_allele_derives_in_both(genes: Genes) -> None:
    line = genes.of.add(Line, nickname="Sert")
    there = genes.of.subject("S2", line_id=line)
    for one in (genes.mouse, there):
        genes.test(genes.other, 1, one)
    which = genes.rule(3, (genes.other, 1))
    change(genes.of, ZygosityRule, which, line_id=line)
    assert (genes.found(), genes.found(there)) == ({}, {genes.cre: (3, "derived")})
    change(genes.of, ZygosityRule, which, allele_id=genes.flp)
    assert genes.found(there) == {genes.flp: (3, "derived")}


def test_a_rule_asks_about_all_that_was_entered_by_hand(genes: Genes) -> None:
    animals = [genes.of.subject(f"T{number}", line_id=genes.line) for number in range(7)]
    for one in animals:
        genes.test(genes.other, 1, one)
        by_hand(genes, 0, one)
    doubt = asked(genes, lambda: genes.rule(3, (genes.other, 1)))
    assert doubt.field == "zygosity"
    assert doubt.questions[0].text.count("by its tests") == 5
    assert "and 2 more" in doubt.questions[0].text
    genes.rule(3, (genes.other, 1), confirmed=frozenset({"by_hand"}))
    assert {genes.found(one)[genes.cre] for one in animals} == {(3, "derived")}


@pytest.mark.parametrize(
    ("conditions", "field"),
    [
        ((), "sequence0_id"),
        (("seq", None), "sequence0_result"),
        (("seq", 1, "seq", 0), "sequence1_id"),
        (("seq", 1, "tta", None), "sequence1_result"),
        (("seq", 1, None, 1), "sequence1_id"),
        (("seq", 1), "sequence0_id"),  # there is that rule already
    ],
)
def test_rules_that_cannot_be(genes: Genes, conditions: Several[Any], field: str) -> None:
    names = ("sequence0_id", "sequence0_result", "sequence1_id", "sequence1_result")
    given = [getattr(genes, one) if isinstance(one, str) else one for one in conditions]
    values = dict(zip(names, given, strict=False))
    with pytest.raises(Refused) as error:
        genes.rule(1, **values)
    assert error.value.field == field
    assert len(rows(genes.of.db, ZygosityRule)) == 3


# The line of an animal


def test_an_animal_that_gets_another_line_is_derived_by_its_rules(genes: Genes) -> None:
    line = genes.of.add(Line, nickname="Sert")
    genes.rule(3, (genes.seq, 1), line_id=line, allele_id=genes.flp)
    genes.test(genes.seq, 1)
    change(genes.of, Subject, genes.mouse, line_id=line)
    assert genes.found() == {genes.flp: (3, "derived")}
    change(genes.of, Subject, genes.mouse, line_id=None)
    assert genes.found() == {}
    by_hand(genes, 0)
    command = changing(genes.of, Subject, genes.mouse, line_id=genes.line)
    assert asked(genes, lambda: save_record(genes.of.db, command, NOW)).field == "line_id"
