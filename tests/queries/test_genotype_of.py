"""An animal's alleles and tests, and what is missing to determine the others."""

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    GenotypeTest,
    Line,
    Sequence,
    Zygosity,
    ZygosityRule,
    line_allele,
)
from colonydesk.queries.genotype_of import AlleleState, genotype_of
from tests.builders import Scene, scene
from tests.queries.colony import counted


def line_with(here: Scene, *alleles: object) -> object:
    line = here.add(Line, nickname="L")
    with here.db.engine.begin() as connection:
        for allele in alleles:
            connection.execute(line_allele.insert(), {"line_id": line, "allele_id": allele})
    return line


def test_alleles_found_and_expected_and_the_tests(db: Database) -> None:
    here = scene(db)
    cre, reporter, hand = (here.add(Allele, nickname=name) for name in ("Cre", "Ai32", "Old"))
    mutant, wild = (here.add(Sequence, name=name) for name in ("mut", "wt"))
    line = line_with(here, cre, reporter)
    rule = {"line_id": line, "allele_id": cre, "sequence0_id": mutant, "sequence1_id": wild}
    here.add(ZygosityRule, position=0, sequence0_result=1, sequence1_result=0, zygosity=2, **rule)
    here.add(ZygosityRule, position=1, sequence0_result=1, sequence1_result=1, zygosity=1, **rule)
    subject = here.subject("M2", line_id=line)
    test = here.add(GenotypeTest, subject_id=subject, sequence_id=mutant, test_result=1)
    unread = here.add(GenotypeTest, subject_id=subject, sequence_id=wild)
    held = here.add(Zygosity, subject_id=subject, allele_id=hand, zygosity=1, origin="hand")
    with counted(db) as sent, db.read() as connection:
        found = genotype_of(connection, subject)
    assert [(one.id, one.sequence, one.result) for one in found.tests] == [
        (test, "mut", 1),
        (unread, "wt", None),
    ]
    assert found.alleles == (
        AlleleState(None, "Ai32", None, None, ()),
        AlleleState(None, "Cre", None, None, ("wt",)),
        AlleleState(held, "Old", 1, "hand", ()),
    )
    assert len(sent) == 5


def test_an_animal_without_a_line_has_nothing(db: Database) -> None:
    here = scene(db)
    with counted(db) as sent, db.read() as connection:
        found = genotype_of(connection, here.mouse)
    assert (found.tests, found.alleles) == ((), ())
    assert len(sent) == 5
