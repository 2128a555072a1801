"""The nicknames, cages and responsible members that Alyx had noted, told as the oldest of the history."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject
from colonydesk.queries.changes import changes
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted

MAY, JUNE = (datetime(2017, month, 15, 20, 10, tzinfo=UTC) for month in (5, 6))


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def noted(at: datetime, value: Any) -> dict[str, Any]:
    return {"date_time": at.isoformat(), "value": value}


def imported(of: Scene, history: Any, **values: Any) -> UUID:
    json = {"history": history, "alyx": {"pk": 3}}
    return of.subject("CK_0001", json=json, **values)


def told(of: Scene, subject_id: UUID) -> list[tuple[datetime, str, Any, Any]]:
    with of.db.read() as connection:
        lines = changes(connection, subject_id).lines
    assert all(one.table == "subject" and one.row_id == subject_id for one in lines)
    return [(one.at, one.field, one.before, one.after) for one in lines if one.from_alyx]


def test_what_went_and_what_came_the_newest_first(here: Scene) -> None:
    history = {
        "nickname": [noted(MAY, "-")],
        "cage": [noted(MAY, "None"), noted(JUNE, "1150104")],
        "responsible_user": [noted(JUNE, "charu")],
    }
    mouse = imported(here, history, cage="97720", responsible_user_id=here.bob)
    assert told(here, mouse) == [
        (JUNE, "responsible_user", "charu", "bob"),
        (JUNE, "cage", "1150104", "97720"),
        (MAY, "nickname", "-", "CK_0001"),
        (MAY, "cage", None, "1150104"),
    ]


def test_it_leads_to_what_was_imported_and_not_to_what_is_now(here: Scene) -> None:
    history = {"responsible_user": [noted(MAY, str(here.ann))], "cage": [noted(MAY, "A0")]}
    mouse = imported(here, history, responsible_user_id=here.bob, cage="A1")
    for number in range(2):
        with here.db.unit(uuid4(), "test", here.ann, NOW + timedelta(minutes=number)) as unit:
            unit.update(Subject, mouse, {"responsible_user_id": here.ann if number else None})
            unit.update(Subject, mouse, {"cage": f"B{number}"})
    assert told(here, mouse) == [
        (MAY, "responsible_user", "ann", "bob"),
        (MAY, "cage", "A0", "A1"),
    ]
    with here.db.read() as connection:
        lines = changes(connection, mouse).lines
    assert [one.from_alyx for one in lines] == [False] * 4 + [True] * 2, "the oldest of all"


def test_what_is_not_of_its_form_is_left_out(here: Scene) -> None:
    history = {
        "cage": [noted(MAY, "A0"), {"value": "A1"}, {"date_time": "some day", "value": "A2"}, "A3", None],
        "nickname": "CK",
        "lab": [{"date_time": "2017-05-15T20:10:00", "value": 7}],
    }
    mouse = imported(here, history, cage="A9")
    assert told(here, mouse) == [(MAY, "lab", "7", None), (MAY, "cage", "A0", "A9")]
    assert told(here, imported(here, ["CK"], lab_id=None)) == []
    assert told(here, here.mouse) == []


def test_the_number_of_statements_is_constant(here: Scene) -> None:
    one = imported(here, {"cage": [noted(MAY, "A0")], "responsible_user": [noted(MAY, str(here.ann))]})
    times = [MAY + timedelta(days=day) for day in range(50)]
    history = {
        "cage": [noted(at, f"A{at.day}") for at in times],
        "responsible_user": [noted(at, str(here.ann)) for at in times],
    }
    many = here.subject("CK_0002", json={"history": history}, lab_id=None)
    sent = []
    for mouse in (one, many):
        with counted(here.db) as statements:
            told(here, mouse)
        sent.append(len(statements))
    assert sent == [4, 4]
