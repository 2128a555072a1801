"""What hangs on saving breeding pairs and litters, on both engines."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import BreedingPair, Lab, Line, Litter, Subject
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.services.records import save_record
from tests.builders import Scene, row, rows, scene
from tests.services.saving import change, save, saving, take_back

BORN = date(2026, 2, 1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


@pytest.fixture
def line(here: Scene) -> UUID:
    return here.add(Line, nickname="Ai95")


def refused(act: Callable[[], Any], field: str, words: str) -> None:
    with pytest.raises(Refused) as error:
        act()
    assert (error.value.field, words in str(error.value)) == (field, True), str(error.value)


def pair_refused(of: Scene, field: str, words: str, **values: Any) -> None:
    refused(lambda: save(of, "breeding_pair", **{"name": "BP", **values}), field, words)
    assert not rows(of.db, BreedingPair, name="BP")


# Pairs


def test_a_line_names_its_pairs_and_skips_taken_names(here: Scene, line: UUID) -> None:
    here.add(BreedingPair, name="Ai95_BP_001")
    pairs = [save(here, "breeding_pair", name=name, line_id=line) for name in (None, "-", "own")]
    assert [row(here.db, BreedingPair, one)["name"] for one in pairs] == ["Ai95_BP_002", "Ai95_BP_003", "own"]
    assert row(here.db, Line, line)["breeding_pair_autoname_index"] == 3
    pair_refused(here, "name", "choose a line", name="-")
    refused(lambda: save(here, "breeding_pair", name="own"), "name", "There is a breeding pair own already")
    refused(lambda: change(here, BreedingPair, pairs[0], name="own"), "name", "already")


def test_an_imported_pair_without_a_name_can_be_saved(here: Scene) -> None:
    pair = here.add(BreedingPair, name=None)
    change(here, BreedingPair, pair, description="old")
    assert row(here.db, BreedingPair, pair)["name"] is None


@pytest.mark.parametrize(
    ("role", "sex", "words"),
    [
        ("father_id", "F", "S1 cannot be the father: its sex is female"),
        ("father_id", "U", "S1 cannot be the father: its sex is unknown"),
        ("mother1_id", "M", "S1 cannot be the mother: its sex is male"),
        ("mother2_id", "U", "S1 cannot be the mother"),
    ],
)
def test_a_father_is_male_and_mothers_are_female(here: Scene, role: str, sex: str, words: str) -> None:
    one = here.subject("S1", sex=sex)
    pair_refused(here, role, words, **{role: one})
    imported = here.add(BreedingPair, name="old", **{role: one})
    change(here, BreedingPair, imported, description="as it came")
    right = here.subject("S2", sex="M" if role == "father_id" else "F")
    change(here, BreedingPair, imported, **{role: right})


def test_two_mothers_are_two_animals_and_nobody_is_a_person(here: Scene) -> None:
    mother = here.subject("S1", sex="F")
    pair_refused(here, "mother2_id", "different animals", mother1_id=mother, mother2_id=mother)
    person = here.subject("H1", sex="F", is_human=True)
    pair_refused(here, "mother1_id", "human subject", mother1_id=person)


def test_a_dead_parent_is_asked_about_unless_the_pair_is_of_the_past(here: Scene) -> None:
    father = here.subject("P1", death_date=date(2026, 3, 1))
    mother = here.subject("P2", sex="F", death_date=date(2026, 2, 1))
    both = {"father_id": father, "mother1_id": mother}
    with pytest.raises(Doubtful) as doubt:
        save(here, "breeding_pair", name="BP", **both)
    (question,) = doubt.value.questions
    assert (question.code, doubt.value.field) == ("dead", "father_id")
    assert question.text == "P1 died on 1 Mar. P2 died on 1 Feb."
    which = save(here, "breeding_pair", name="BP", confirmed=frozenset({"dead"}), **both)
    change(here, BreedingPair, which, description="once asked, it is not asked again")
    past = {"start_date": date(2026, 1, 1), "end_date": date(2026, 2, 10)}
    save(here, "breeding_pair", name="BP2", **both, **past)
    late = {"start_date": date(2026, 2, 10), "end_date": date(2026, 2, 20)}
    with pytest.raises(Doubtful, match=r"^P2 died on 1 Feb\.$"):
        save(here, "breeding_pair", name="BP3", **both, **late)


def test_a_pair_ends_after_it_starts(here: Scene) -> None:
    pair_refused(here, "end_date", "before it starts", start_date=BORN, end_date=BORN - timedelta(days=1))
    save(here, "breeding_pair", name="BP", start_date=BORN, end_date=BORN)


# Litters


def litter(of: Scene, **values: Any) -> dict[str, Any]:
    return row(of.db, Litter, save(of, "litter", **values))


def test_a_line_names_its_litters_and_a_pair_gives_the_line(here: Scene, line: UUID) -> None:
    here.add(Litter, name="Ai95_L_002")
    pair = here.add(BreedingPair, name="BP", line_id=line)
    first = litter(here, name="-", line_id=line)
    second = litter(here, breeding_pair_id=pair)
    assert (first["name"], second["name"], second["line_id"]) == ("Ai95_L_001", "Ai95_L_003", line)
    assert row(here.db, Line, line)["litter_autoname_index"] == 3
    refused(lambda: litter(here), "name", "choose a line")
    refused(lambda: litter(here, name="Ai95_L_001"), "name", "already")
    assert litter(here, name="own", line_id=line)["name"] == "own"


def test_a_litter_is_not_born_in_the_future(here: Scene, line: UUID) -> None:
    late = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)  # still the 10th in New York
    command = saving(here, "litter", line_id=line, birth_date=date(2026, 3, 11))
    refused(lambda: save_record(here.db, command, late), "birth_date", "in the future")
    here.add(Lab, name="Auckland", timezone="Pacific/Auckland")
    save_record(here.db, command, late)


def test_pups_follow_when_their_litter_is_corrected(here: Scene, line: UUID) -> None:
    other = here.add(Line, nickname="Sert")
    one = litter(here, line_id=line, birth_date=BORN)["id"]
    plain, unknown, own = (
        here.subject("S1", litter_id=one, birth_date=BORN, line_id=line),
        here.subject("S2", litter_id=one, birth_date=None, line_id=None),
        here.subject("S3", litter_id=one, birth_date=date(2026, 2, 3), line_id=other),
    )
    later = date(2026, 2, 2)
    done = change(here, Litter, one, birth_date=later, line_id=other)
    found = [row(here.db, Subject, pup) for pup in (plain, unknown, own)]
    assert [pup["birth_date"] for pup in found] == [later, later, date(2026, 2, 3)]
    assert [pup["line_id"] for pup in found] == [other, other, other]
    assert {plain, unknown} <= set(done.changed["subject"])
    assert own not in done.changed["subject"]
    take_back(here, done)
    assert [row(here.db, Subject, pup)["birth_date"] for pup in (plain, unknown)] == [BORN, None]


def test_a_litter_is_not_corrected_past_the_death_of_a_pup(here: Scene) -> None:
    one = litter(here, name="L", birth_date=BORN)["id"]
    here.subject("S1", litter_id=one, birth_date=BORN, death_date=BORN)
    refused(
        lambda: change(here, Litter, one, birth_date=BORN + timedelta(days=1)),
        "birth_date",
        "Its pup S1: It cannot have died before it was born.",
    )
    assert row(here.db, Litter, one)["birth_date"] == BORN


def test_nothing_else_happens_to_the_pups(here: Scene) -> None:
    one = litter(here, name="L", birth_date=BORN)["id"]
    pup = here.subject("S1", litter_id=one, birth_date=BORN)
    change(here, Litter, one, description="four, one small")
    assert row(here.db, Subject, pup)["version"] == 1
