"""The cage in an animal's record, the housings behind it, and pairs that move together; on both engines."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date, timedelta
from threading import Semaphore
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import BreedingPair, Food, Housing, HousingSubject, Lab, Subject
from colonydesk.domain.errors import Refused
from colonydesk.services.housing import hold_cage
from colonydesk.services.records import SaveRecord, save_record
from tests.builders import NOW, SECONDS, Scene, audit, fails_whole, on_statement, row, rows, scene
from tests.services.saving import change, changing, mouse, save, saving, take_back

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def lives(of: Scene, subject: UUID | None = None) -> list[UUID]:
    """The housings of the animal's open stays."""
    open_ones = rows(of.db, HousingSubject, subject_id=subject or of.mouse, end_datetime=None)
    return [one["housing_id"] for one in open_ones]


def cages(of: Scene) -> list[str]:
    return sorted(one["cage_name"] for one in rows(of.db, Housing))


def test_another_cage_moves_the_animal_to_a_housing_as_is_usual_in_the_lab(here: Scene) -> None:
    food = here.add(Food, name="plain")
    usual = {"food_id": food, "light_cycle": 1, "cage_cleaning_frequency_days": 14}
    change(here, Lab, here.lab, **usual)
    done = change(here, Subject, here.mouse, cage=" B1 ")
    (housing,) = rows(here.db, Housing)
    assert {"cage_name": "B1", **usual}.items() <= housing.items()
    assert (mouse(here)["cage"], lives(here)) == ("B1", [housing["id"]])
    assert housing["id"] in done.changed["housing"]
    (stay,) = rows(here.db, HousingSubject)
    assert (stay["start_datetime"], stay["end_datetime"]) == (NOW, None)
    cage = [entry for entry in audit(here.db, done.command_id) if entry[0] == "subject"]
    assert cage == [("subject", here.mouse, "update", {"cage": "A1"}, {"cage": "B1"})]


def test_the_old_stay_ends_and_undo_brings_it_back(here: Scene) -> None:
    change(here, Subject, here.mouse, cage="B1")
    (first,) = lives(here)
    done = change(here, Subject, here.mouse, cage="B2")
    assert len(lives(here)) == 1
    assert lives(here) != [first]
    (old,) = rows(here.db, HousingSubject, housing_id=first)
    assert old["end_datetime"] == NOW
    take_back(here, done)
    assert (mouse(here)["cage"], lives(here)) == ("B1", [first])
    done = change(here, Subject, here.mouse, cage=None)
    assert (mouse(here)["cage"], lives(here)) == (None, [])


def test_cage_mates_share_a_housing_in_their_lab_only(here: Scene) -> None:
    other = here.add(Lab, name="Cole lab")
    mate, theirs, nobodys = (
        here.subject("M2"),
        here.subject("M3", lab_id=other),
        here.subject("M4", lab_id=None),
    )
    for one in (here.mouse, mate, theirs, nobodys):
        change(here, Subject, one, cage="B1")
    assert lives(here) == lives(here, mate)
    assert len({*lives(here), *lives(here, theirs), *lives(here, nobodys)}) == 3
    change(here, Subject, mate, lab_id=other)
    assert lives(here, mate) == lives(here, theirs)


def test_an_empty_cage_is_used_again_and_its_last_conditions_hold(here: Scene) -> None:
    change(here, Subject, here.mouse, cage="B1")
    (first,) = lives(here)
    save_record(here.db, changing(here, Housing, first, light_cycle=1), NOW + HOUR)
    (second,) = lives(here)
    assert first != second
    save_record(here.db, changing(here, Subject, here.mouse, cage=None), NOW + 2 * HOUR)
    later = saving(here, "subject", nickname="M2", cage="B1")
    save_record(here.db, later, NOW + 3 * HOUR)
    assert lives(here, later.id) == [second]


def test_a_housing_that_was_made_before_anybody_moves_in_is_taken(here: Scene) -> None:
    made = save(here, "housing", cage_name="B1", light_cycle=1)
    change(here, Subject, here.mouse, cage="B1")
    assert lives(here) == [made]


def test_who_is_in_the_cage_by_its_record_alone_is_in_its_housing(here: Scene) -> None:
    """Imported books have cages without housings: the first that moves there brings in who is there."""
    there, dead, placed = (
        here.subject("M2", cage="B1"),
        here.subject("D1", cage="B1", death_date=date(2026, 3, 1)),
        here.subject("M3", cage="B1"),
    )
    elsewhere = here.add(Housing, cage_name="B2")
    here.add(HousingSubject, subject_id=placed, housing_id=elsewhere, start_datetime=NOW - DAY)
    done = change(here, Subject, here.mouse, cage="B1")
    assert lives(here) == lives(here, there)
    assert (lives(here, dead), lives(here, placed)) == ([], [elsewhere])
    assert there in done.changed["subject"]


def test_nothing_moves_where_the_cage_is_not_changed(here: Scene) -> None:
    change(here, Subject, here.mouse, cage="A1", description="still there")
    assert (rows(here.db, Housing), rows(here.db, HousingSubject)) == ([], [])


def test_a_dead_animal_is_not_moved(here: Scene) -> None:
    dead = here.subject("D1", cage="B1", death_date=date(2026, 3, 1))
    with pytest.raises(Refused, match="D1 is dead") as error:
        change(here, Subject, dead, cage="B2")
    assert error.value.field == "cage"
    change(here, Subject, dead, cage=None)


def test_a_move_is_written_whole_or_not_at_all(here: Scene) -> None:
    change(here, Subject, here.mouse, cage="B1")
    command = changing(here, Subject, here.mouse, cage="B2")
    fails_whole(here.db, lambda db: save_record(db, command, NOW))
    assert len(lives(here)) == 1


def both_at_the_cage(of: Scene, url: str, commands: list[SaveRecord]) -> None:
    """Somebody else keeps the name of cage B1 until both have come to it, each on its own workstation."""
    postgresql = of.db.dialect == "postgresql"
    waiting = Semaphore(0)
    with ExitStack() as stack:
        dbs = [stack.enter_context(closing(open_database(url))) for _ in commands]
        pool = stack.enter_context(ThreadPoolExecutor(2))
        blocker = stack.enter_context(of.db.engine.connect())
        if not postgresql:
            blocker = blocker.execution_options(colonydesk_begin="BEGIN IMMEDIATE")
        with blocker.begin():
            hold_cage(blocker, "B1", of.lab)
            for one in dbs:
                taking = "hashtext" if postgresql else "BEGIN IMMEDIATE"
                stack.enter_context(on_statement(one, taking, waiting.release))
            running = [
                pool.submit(save_record, one, command, NOW)
                for one, command in zip(dbs, commands, strict=True)
            ]
            for _ in commands:
                assert waiting.acquire(timeout=SECONDS), "one of them did not wait for the cage"
        for future in running:
            future.result(SECONDS)


def test_two_workstations_that_fill_a_new_cage_make_one(here: Scene, database_url: str) -> None:
    mate = here.subject("M2")
    commands = [changing(here, Subject, one, cage="B1") for one in (here.mouse, mate)]
    both_at_the_cage(here, database_url, commands)
    assert cages(here) == ["B1"]
    assert lives(here) == lives(here, mate) != []


def test_who_moves_in_while_the_conditions_change_lives_under_the_new_ones(
    here: Scene, database_url: str
) -> None:
    change(here, Subject, here.mouse, cage="B1")
    (old,), mate = lives(here), here.subject("M2")
    earlier = NOW - HOUR
    with here.db.engine.begin() as connection:
        connection.execute(update(HousingSubject).values(start_datetime=earlier))
    commands = [changing(here, Housing, old, light_cycle=1), changing(here, Subject, mate, cage="B1")]
    both_at_the_cage(here, database_url, commands)
    assert lives(here) == lives(here, mate) != [old]


# Breeding pairs


def pair(of: Scene, **values: Any) -> tuple[UUID, list[UUID]]:
    parents = [of.subject("P1"), of.subject("F1", sex="F"), of.subject("F2", sex="F", **values)]
    roles = dict(zip(("father_id", "mother1_id", "mother2_id"), parents, strict=True))
    return of.add(BreedingPair, name="BP", **roles), parents


def test_the_cage_of_a_pair_is_set_for_its_living_parents(here: Scene) -> None:
    which, (father, mother, dead) = pair(here, death_date=date(2026, 3, 1), cage="Z")
    done = change(here, BreedingPair, which, cage=" B1 ")
    found = [row(here.db, Subject, one)["cage"] for one in (father, mother, dead)]
    assert found == ["B1", "B1", "Z"]
    assert lives(here, father) == lives(here, mother) != []
    assert which in done.changed["breeding_pair"]
    take_back(here, done)
    assert row(here.db, Subject, father)["cage"] is None
    change(here, BreedingPair, which, cage="B2", description="moved together")
    change(here, BreedingPair, which, description="still there")
    assert row(here.db, Subject, mother)["cage"] == "B2"
    change(here, BreedingPair, which, cage=None)
    assert (row(here.db, Subject, mother)["cage"], lives(here, mother)) == (None, [])


def test_a_new_pair_moves_into_its_cage(here: Scene) -> None:
    mother = here.subject("F1", sex="F")
    command = saving(here, "breeding_pair", name="BP", father_id=here.mouse, mother1_id=mother, cage="B1")
    done = fails_whole(here.db, lambda db: save_record(db, command, NOW))
    assert lives(here) == lives(here, mother) != []
    take_back(here, done)
    assert rows(here.db, BreedingPair) == []
    assert mouse(here)["cage"] == "A1"


def test_a_pair_that_has_no_living_parent_or_has_ended_does_not_move(here: Scene) -> None:
    empty = here.add(BreedingPair, name="BP1")
    ended = here.add(BreedingPair, name="BP2", father_id=here.mouse, end_date=date(2026, 3, 9))
    for which, words in ((empty, "no living parent"), (ended, "has ended")):
        with pytest.raises(Refused, match=words) as error:
            change(here, BreedingPair, which, cage="B1")
        assert error.value.field == "cage"
    today = here.add(BreedingPair, name="BP3", father_id=here.mouse, end_date=date(2026, 3, 10))
    change(here, BreedingPair, today, cage=None)
    with pytest.raises(Refused, match="must be a text"):
        change(here, BreedingPair, today, cage=7)
