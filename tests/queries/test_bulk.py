"""What changing several animals at once will do, in words and counts."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    GenotypeTest,
    Lab,
    LabMember,
    Line,
    Sequence,
    Subject,
    SubjectRequest,
    Zygosity,
    ZygosityRule,
)
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.queries.bulk import Preview, preview
from colonydesk.services.bulk import BULK_FIELDS, ChangeSubjects, change_subjects
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted
from tests.services.saving import change, take_back


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def look(of: Scene, ids: list[UUID], user_id: UUID | None = None, **values: Any) -> Preview:
    with of.db.read() as connection:
        return preview(connection, ids, values, user_id or of.ann, NOW)


def several(of: Scene, number: int, **values: Any) -> list[UUID]:
    return [of.subject(f"S{one}", **values) for one in range(number)]


def test_how_many_change_and_how_many_are_so_already(here: Scene) -> None:
    ids = [*several(here, 12), here.subject("T1", cage="C12"), here.subject("T2", cage="C12")]
    found = look(here, [*ids, uuid4()], cage="C12")
    assert found.sentences == ("12 of 14 animals get cage C12; 2 are there already.",)
    assert (found.count, found.changing, found.gone, found.warnings) == (14, 12, 1, ())


def test_all_none_and_a_single_one(here: Scene) -> None:
    ids = several(here, 2)
    assert look(here, ids, cage="C1").sentences == ("All 2 animals get cage C1.",)
    assert look(here, ids, cage=None).sentences == ("All 2 animals are without one already.",)
    assert look(here, ids[:1], cage="C1").sentences == ("The animal gets cage C1.",)
    assert look(here, ids[:1], cage=None).sentences == ("It is without one already.",)


def test_each_thing_in_its_own_words(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=9)
    ids = several(here, 2, line_id=line, death_date=date(2026, 3, 1))
    values: dict[str, Any] = {
        "responsible_user_id": here.bob,
        "request_id": wanted,
        "line_id": line,
        "to_be_genotyped": True,
        "to_be_culled": False,
        "reduced_date": date(2026, 3, 2),
    }
    assert look(here, ids, **values).sentences == (
        "All 2 animals go to bob.",
        "All 2 animals are assigned to bob's request for Ai95.",
        "All 2 animals are of it already.",
        "All 2 animals are marked to be genotyped.",
        "All 2 animals are so already.",
        "All 2 animals get the reduced date 2 Mar 2026.",
    )
    for name in BULK_FIELDS:
        value = None if name not in ("to_be_genotyped", "to_be_culled") else False
        assert look(here, ids, **{name: value}).sentences


def test_what_will_be_refused_is_said_before(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=1)
    living = several(here, 6)
    dead = here.subject("D1", death_date=date(2026, 3, 1))
    assert look(here, [*living, dead], cage="C1").refusals == ("D1 is dead: no move to another cage.",)
    assert look(here, [*living, dead], to_be_culled=True).refusals == ("D1 is dead: not to be culled.",)
    reduced = look(here, [*living, dead], reduced_date=date(2026, 2, 1)).refusals
    assert reduced == ("S0, S1, S2, S3 and 2 more are alive: no reduced date.", "D1 died after 1 Feb 2026.")
    other = "S0 and S1 are not of the line Ai95, which the request is for."
    assert look(here, living[:2], request_id=wanted).refusals == (other,)
    assert look(here, living[:1], request_id=wanted, line_id=line).refusals == ()
    change(here, Subject, living[0], line_id=line, request_id=wanted)
    assert look(here, living[:1], request_id=wanted).refusals == ()
    elsewhere = here.add(Line, nickname="{are} Ai14")
    leaves = "S0 is not of the line Ai95, which the request is for."
    assert look(here, living[:2], line_id=elsewhere).refusals == (leaves,)
    assert (
        look(here, living, reduced_date=date(2026, 4, 1)).refusals[-1] == "The reduced date is in the future."
    )


@dataclass(frozen=True)
class Cast:
    """What can be chosen for several animals, and animals of every kind."""

    values: dict[str, tuple[Any, ...]]
    animals: dict[str, UUID]


def cast(of: Scene) -> Cast:
    line, other = of.add(Line, nickname="Ai95"), of.add(Line, nickname="Ai14{x}")
    wanted = of.add(SubjectRequest, user_id=of.bob, line_id=line, count=1)
    full = of.add(SubjectRequest, user_id=of.bob, line_id=line, count=0)
    anything = of.add(SubjectRequest, user_id=of.bob, count=5)
    values = {
        "cage": ("C1", None),
        "responsible_user_id": (of.ann, of.bob, None),
        "request_id": (wanted, full, anything, None),
        "line_id": (line, other, None),
        "to_be_genotyped": (True, False),
        "to_be_culled": (True, False),
        "reduced_date": (date(2026, 3, 2), date(2026, 4, 1), None),
    }
    probe, other_probe = (of.add(Sequence, name=name) for name in ("Ai95 probe", "other probe"))
    allele = of.add(Allele, nickname="Ai95", name="Ai95 allele")
    for sequence, result, zygosity in ((probe, 1, 3), (other_probe, 1, 2)):
        rule = {"sequence0_id": sequence, "sequence0_result": result, "zygosity": zygosity}
        of.add(ZygosityRule, line_id=line, allele_id=allele, **rule)

    def genotyped(name: str, **values: int) -> UUID:
        """Entered by hand as without the allele."""
        made = of.subject(name)
        of.add(Zygosity, subject_id=made, allele_id=allele, zygosity=0, origin="hand")
        for sequence, result in ((probe, values["tested"]), (other_probe, 0)):
            of.add(GenotypeTest, subject_id=made, sequence_id=sequence, test_result=result)
        return made

    of.add(Subject, nickname="Z", responsible_user_id=of.bob)  # in no lab
    animals = {
        "called as one of bob's": of.subject("Z"),
        "by hand": genotyped("T1", tested=1),
        "by hand, tests say nothing": genotyped("T2", tested=0),
        "plain": of.subject("A"),
        "human": of.subject("H", is_human=True),
        "dead": of.subject("D", death_date=date(2026, 3, 1), line_id=line),
        "dead late": of.subject("L", death_date=date(2026, 3, 5), cage="C1"),
        "bob's": of.subject("B", responsible_user_id=of.bob, line_id=line),
        "asked": of.subject("Q", request_id=wanted, line_id=line, responsible_user_id=of.bob),
        "genotyped": of.subject("G", genotype_date=date(2026, 1, 1), line_id=line),
    }
    return Cast(values, animals)


def test_what_is_said_before_is_what_saving_says(here: Scene) -> None:
    """Every animal with every choice: refused before where it is refused then, asked where it is asked."""
    of = cast(here)
    for (kind, one), (field, choices) in product(of.animals.items(), of.values.items()):
        for value in choices:
            found = look(here, [one], **{field: value})
            said = "refused" if found.refusals else "asked" if found.warnings else "done"
            command = ChangeSubjects(command_id=uuid4(), ids=(one,), user_id=here.ann, values={field: value})
            try:
                done = change_subjects(here.db, command, NOW)
            except Refused:
                outcome = "refused"
            except Doubtful:
                outcome = "asked"
            else:
                outcome = "done"
                if found.changing:
                    take_back(here, done)
            assert said == outcome, (kind, field, value, found)


def test_names_that_one_member_would_have_twice_are_said_before(here: Scene) -> None:
    here.add(Subject, nickname="Z", responsible_user_id=here.bob)
    elsewhere = here.add(Lab, name="Reyes", timezone="UTC")
    ids = [here.subject("Z"), here.subject("Y"), here.subject("X")]
    twin = here.add(Subject, nickname="Y", lab_id=elsewhere)
    assert look(here, ids, responsible_user_id=here.bob).refusals == (
        "bob has Z already: a member has no two animals of one name.",
    )
    values = {"responsible_user_id": here.bob}
    assert look(here, [ids[1], ids[2], twin], **values).refusals == (
        "Several are called Y: they cannot all go to bob.",
    )
    assert look(here, ids[1:], **values).refusals == ()
    assert look(here, [*ids, twin], responsible_user_id=None).refusals == ()
    command = ChangeSubjects(command_id=uuid4(), ids=(ids[1], twin), user_id=here.ann, values=values)
    with pytest.raises(Refused, match="an animal Y of bob already"):
        change_subjects(here.db, command, NOW)


def test_what_was_entered_by_hand_is_said_before_the_question(here: Scene) -> None:
    of = cast(here)
    ids, line = [of.animals["by hand"], of.animals["plain"]], of.values["line_id"][0]
    (said,) = look(here, ids, line_id=line).warnings
    assert said == "Entered by hand: T1 Ai95 -/-, by its tests +. It will be asked which is to hold."
    command = ChangeSubjects(command_id=uuid4(), ids=tuple(ids), user_id=here.ann, values={"line_id": line})
    with pytest.raises(Doubtful, match=re.escape(said.split(". ")[0])):
        change_subjects(here.db, command, NOW)


def test_humans_and_who_may_give_an_animal_away(here: Scene) -> None:
    person, animal = here.subject("H", is_human=True), here.subject("S", responsible_user_id=here.bob)
    assert look(here, [person, animal], cage="C1").refusals == ("H is human: no cage.",)
    assert look(here, [person, animal], to_be_culled=True).refusals == ("H is human: not to be culled.",)
    (kept,) = look(here, [animal], responsible_user_id=here.ann).refusals
    assert kept == "S: only bob, a stock manager or an administrator can give it to somebody else."
    assert not look(here, [animal], user_id=here.bob, responsible_user_id=here.ann).refusals
    chief = here.add(LabMember, username="chief", is_stock_manager=True)
    assert not look(here, [animal], user_id=chief, responsible_user_id=here.ann).refusals


def test_a_request_that_has_all_its_animals_is_asked_about(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=1)
    ids = several(here, 2, line_id=line)
    # In nobody's hands they take nothing from what remains; in bob's the first of them takes it all.
    assert look(here, ids, request_id=wanted).warnings == ()
    found = look(here, ids, request_id=wanted, responsible_user_id=here.bob)
    assert found.warnings == ("2 animals for a request that waits for 1.",)
    values = {"request_id": wanted, "responsible_user_id": here.bob}
    command = ChangeSubjects(command_id=uuid4(), ids=tuple(ids), user_id=here.ann, values=values)
    with pytest.raises(Doubtful, match="all the animals"):
        change_subjects(here.db, command, NOW)


def test_the_same_few_statements_for_any_number(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=1)
    ids = several(here, 9)
    values = {"cage": "C1", "line_id": line, "request_id": wanted, "responsible_user_id": here.bob}
    for some in (ids[:1], ids):
        with counted(here.db) as sent:
            look(here, some, **values)
        assert len(sent) == 6
