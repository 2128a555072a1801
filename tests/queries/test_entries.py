"""The last weighings and waters of one animal."""

from datetime import timedelta
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Session, WaterAdministration, Weighing
from colonydesk.queries.entries import Entry, recent_entries, taken_out
from tests.builders import NOW, Scene, plans, scene
from tests.queries.colony import counted

HOUR = timedelta(hours=1)
MARKS = {"voided_at": NOW, "void_reason": "spilt"}


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def entries(of: Scene, limit: int = 60) -> tuple[Entry, ...]:
    with of.db.read() as connection:
        return recent_entries(connection, of.mouse, limit)


def put(of: Scene, table: type[Weighing] | type[WaterAdministration], hours: float, **values: object) -> UUID:
    usual = {"subject_id": of.mouse, "date_time": NOW - hours * HOUR, "user_id": of.ann}
    return of.add(table, **{**usual, **values})


def test_the_newest_come_first_and_what_was_taken_out_is_among_them(here: Scene) -> None:
    session = here.add(Session, subject_id=here.mouse)
    weighed = put(here, Weighing, 3, weight=22.5)
    wrong = put(here, Weighing, 4, weight=32.5, user_id=None, **MARKS)
    watered = put(here, WaterAdministration, 1, water_administered=0.8, water_type_id=here.hydrogel)
    reward = put(here, WaterAdministration, 2, water_administered=0.2, session_id=session)
    adlib = put(here, WaterAdministration, 0, adlib=True, **MARKS)
    here.add(Weighing, subject_id=here.subject("M2"), weight=1.0, date_time=NOW)

    def entry(kind: str, of: UUID, hours: int, value: float | None, **changes: object) -> Entry:
        usual = {"adlib": False, "in_session": False, "water_type": None, "user": "ann"}
        usual |= {"voided": False, "void_reason": None, "nickname": "M1", "subject_id": here.mouse}
        return Entry(
            **{"kind": kind, "id": of, "date_time": NOW - hours * HOUR, "value": value, **usual, **changes}
        )  # type: ignore[arg-type]

    out = {"voided": True, "void_reason": "spilt"}
    assert entries(here) == (
        entry("water", adlib, 0, None, adlib=True, **out),
        entry("water", watered, 1, 0.8, water_type="Hydrogel"),
        entry("water", reward, 2, 0.2, in_session=True),
        entry("weight", weighed, 3, 22.5),
        entry("weight", wrong, 4, 32.5, user=None, **out),
    )
    assert [one.id for one in entries(here, 2)] == [adlib, watered]


def test_entries_of_one_moment_have_an_order(here: Scene) -> None:
    ids = [put(here, Weighing, 1, weight=20.0 + number) for number in range(5)]
    assert [one.id for one in entries(here)] == sorted(ids)
    assert [one.id for one in entries(here, 3)] == sorted(ids)[:3]


def test_it_is_one_statement_that_asks_the_indexes(here: Scene) -> None:
    for number in range(9):
        put(here, Weighing, number, weight=20.0)
        put(here, WaterAdministration, number, water_administered=0.8, **(MARKS if number % 3 else {}))
    with counted(here.db) as sent:
        assert len(entries(here)) == 18
    assert len(sent) == 1
    found = plans(here.db, lambda: entries(here))
    for table in ("weighing", "water_administration"):
        assert f"ix_{table}_live" in found
        assert f"ix_{table}_voided" in found
        assert f"scan {table}" not in found
        assert f"seq scan on {table}" not in found


def test_which_of_some_entries_no_longer_count(here: Scene) -> None:
    weighed, wrong = put(here, Weighing, 3, weight=22.5), put(here, Weighing, 4, weight=32.5, **MARKS)
    spilt = put(here, WaterAdministration, 1, water_administered=0.8, **MARKS)
    put(here, Weighing, 5, weight=2.5, **MARKS)
    with here.db.plain() as connection:
        assert taken_out(connection, {weighed, wrong, spilt}) == {wrong: "spilt", spilt: "spilt"}
        assert taken_out(connection, ()) == {}
