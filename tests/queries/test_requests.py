"""How many animals a request still waits for."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Line, SubjectRequest
from colonydesk.queries.requests import RequestState, open_requests, request_states
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def wanted(of: Scene, line: UUID, **values: Any) -> UUID:
    usual = {"user_id": of.ann, "line_id": line, "count": 2, "date_time": NOW}
    return of.add(SubjectRequest, **{**usual, **values})


def test_only_living_animals_of_the_line_in_the_hands_of_who_asked_count(here: Scene) -> None:
    line, other = here.add(Line, nickname="Ai95"), here.add(Line, nickname="Sert")
    which = wanted(here, line, count=4)
    right = {"line_id": line, "request_id": which, "responsible_user_id": here.ann}
    here.subject("S1", **right)
    here.subject("S2", **{**right, "line_id": other})
    here.subject("S3", **{**right, "responsible_user_id": here.bob})
    here.subject("S4", **{**right, "request_id": None})
    here.subject("S5", **right, death_date=date(2026, 3, 1))
    with here.db.read() as connection:
        assert request_states(connection, [which]) == {which: RequestState(which, 4, 1, 3)}


def test_a_request_is_open_while_something_remains(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    young = wanted(here, line, count=1)
    old = wanted(here, line, count=2, date_time=NOW - timedelta(days=1))
    full = wanted(here, line, count=1, date_time=NOW - timedelta(days=9))
    over = wanted(here, line, count=1)
    unknown = wanted(here, line, count=None)
    for number, request in enumerate((full, over, over, old)):
        here.subject(f"S{number}", line_id=line, request_id=request, responsible_user_id=here.ann)
    with here.db.read() as connection:
        states = request_states(connection)
        assert [one.id for one in open_requests(connection)] == [old, young]
    remaining = {one: states[one].remaining for one in (young, old, full, over, unknown)}
    assert remaining == {young: 1, old: 1, full: 0, over: -1, unknown: None}
    assert [states[one].is_open for one in remaining] == [True, True, False, False, False]


def test_one_statement_for_any_number(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    for _ in range(5):
        wanted(here, line)
    with here.db.read() as connection:
        for read in (request_states, open_requests):
            with counted(here.db) as sent:
                read(connection)
            assert len(sent) == 1
