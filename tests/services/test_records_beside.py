"""What stands beside a weighing or water record, its name and json: given, changed in place, kept."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import WaterAdministration, Weighing
from colonydesk.domain.errors import Conflict, Refused
from colonydesk.services.records import SaveRecord, save_record
from colonydesk.services.waters import CorrectWater, correct_water
from colonydesk.services.weights import CorrectWeighing, correct_weighing
from tests.builders import NOW, Scene, audit, row, rows, scene
from tests.services.saving import saving, take_back

TABLES = {"weighing": Weighing, "water_administration": WaterAdministration}
NUMBER = {"weighing": {"weight": 22.0}, "water_administration": {"water_administered": 0.8}}


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def made(of: Scene, table: str, **values: Any) -> UUID:
    number = {"subject_id": of.mouse, "date_time": NOW, **NUMBER[table]}
    command = saving(of, table, **number, **values, confirmed=frozenset({"not_restricted"}))
    save_record(of.db, command, NOW)
    return command.id


def changing(of: Scene, table: str, row_id: UUID, version: int = 1, **values: Any) -> SaveRecord:
    usual = {"command_id": uuid4(), "user_id": of.ann, "version": version}
    return SaveRecord(**usual, table=table, id=row_id, values=values)


@pytest.mark.parametrize("table", TABLES)
def test_they_are_given_to_a_new_one(here: Scene, table: str) -> None:
    row_id = made(here, table, name=" first of the day ", json={"rig": 3})
    found = row(here.db, TABLES[table], row_id)
    assert (found["name"], found["json"]) == ("first of the day", {"rig": 3})


@pytest.mark.parametrize("table", TABLES)
def test_they_are_changed_without_a_successor(here: Scene, table: str) -> None:
    row_id = made(here, table, json={"rig": 3})
    command = changing(here, table, row_id, json={"rig": 4, "door": "open"}, name="by the door")
    done = save_record(here.db, command, NOW)
    (found,) = rows(here.db, TABLES[table])
    assert (found["id"], found["json"], found["name"]) == (row_id, command.values["json"], "by the door")
    assert (found["voided_at"], found["version"]) == (None, 2)
    (entry,) = audit(here.db, done.command_id)
    assert entry[1:] == (row_id, "update", {"json": {"rig": 3}, "name": None}, dict(command.values))

    take_back(here, done)
    assert row(here.db, TABLES[table], row_id)["json"] == {"rig": 3}


@pytest.mark.parametrize("table", TABLES)
def test_of_what_somebody_else_has_changed_it_is_a_conflict(here: Scene, table: str) -> None:
    row_id = made(here, table)
    save_record(here.db, changing(here, table, row_id, name="one"), NOW)
    with pytest.raises(Conflict):
        save_record(here.db, changing(here, table, row_id, name="two"), NOW)
    assert row(here.db, TABLES[table], row_id)["name"] == "one"


@pytest.mark.parametrize("table", TABLES)
def test_the_number_itself_is_not_changed_so(here: Scene, table: str) -> None:
    row_id = made(here, table)
    with pytest.raises(Refused, match="is not changed or deleted"):
        save_record(here.db, changing(here, table, row_id, json={"rig": 4}, **NUMBER[table]), NOW)
    assert row(here.db, TABLES[table], row_id)["version"] == 1


def test_a_correction_keeps_them_or_brings_others(here: Scene) -> None:
    weighed = made(here, "weighing", name="first", json={"rig": 3})
    common: dict[str, Any] = {"user_id": here.ann, "confirmed": frozenset({"not_restricted"})}
    one = CorrectWeighing(command_id=uuid4(), id=uuid4(), weighing_id=weighed, weight=21.0, **common)
    correct_weighing(here.db, one, NOW)
    found = row(here.db, Weighing, one.id)
    assert (found["name"], found["json"]) == ("first", {"rig": 3})

    given = made(here, "water_administration", name="first", json={"rig": 3})
    other = CorrectWater(
        command_id=uuid4(),
        id=uuid4(),
        water_id=given,
        water_administered=0.7,
        beside={"json": {"rig": 5}},
        **common,
    )
    correct_water(here.db, other, NOW)
    found = row(here.db, WaterAdministration, other.id)
    assert (found["name"], found["json"]) == ("first", {"rig": 5})
