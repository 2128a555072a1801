"""What hangs on saving a request for animals, on both engines."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Line, SubjectRequest
from colonydesk.domain.errors import Refused
from tests.builders import NOW, Scene, row, rows, scene
from tests.services.saving import change, save


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


@pytest.fixture
def line(here: Scene) -> UUID:
    return here.add(Line, nickname="Ai95")


def test_a_new_request_is_of_who_asks_and_of_now(here: Scene, line: UUID) -> None:
    found = row(here.db, SubjectRequest, save(here, "subject_request", line_id=line, count=4))
    assert (found["user_id"], found["date_time"], found["count"]) == (here.ann, NOW, 4)
    other = save(here, "subject_request", line_id=line, count=1, user_id=here.ann)
    change(here, SubjectRequest, other, user_id=here.bob)
    assert row(here.db, SubjectRequest, other)["user_id"] == here.bob


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"line_id": None}, "line_id"),
        ({"count": None}, "count"),
        ({"count": 0}, "count"),
        ({"count": -2}, "count"),
        ({"due_date": date(2026, 3, 8)}, "due_date"),
    ],
)
def test_what_a_request_must_say(here: Scene, line: UUID, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as error:
        save(here, "subject_request", **{"line_id": line, "count": 1, **values})
    assert error.value.field == field
    assert not rows(here.db, SubjectRequest)
    save(here, "subject_request", line_id=line, count=1, due_date=date(2026, 3, 10))


def test_in_the_evening_the_lab_s_day_is_the_one_before(here: Scene, line: UUID) -> None:
    """Asked at 1 in the morning in UTC, the animals may be wanted on what is still this day in the lab."""
    asked = datetime(2026, 3, 10, 1, tzinfo=UTC)
    save(here, "subject_request", line_id=line, count=1, date_time=asked, due_date=date(2026, 3, 9))


def test_an_imported_request_without_a_count_can_be_saved(here: Scene) -> None:
    old = here.add(SubjectRequest, count=0)
    change(here, SubjectRequest, old, description="as it came")
    with pytest.raises(Refused):
        change(here, SubjectRequest, old, count=None)


def test_the_line_stays_once_animals_are_assigned(here: Scene, line: UUID) -> None:
    other = here.add(Line, nickname="Sert")
    wanted = save(here, "subject_request", line_id=line, count=2)
    change(here, SubjectRequest, wanted, line_id=other)
    change(here, SubjectRequest, wanted, line_id=line)
    here.subject("S1", line_id=line, request_id=wanted)
    with pytest.raises(Refused, match="1 animal is assigned") as error:
        change(here, SubjectRequest, wanted, line_id=other)
    assert error.value.field == "line_id"
