"""What a sub-session shows of its parent, on both engines."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, insert, update

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    LabLocation,
    ProcedureType,
    Project,
    Session,
    session_procedure,
    session_project,
    session_user,
)
from colonydesk.queries.sessions import INHERITED, SessionShown, sessions_shown
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def linked(of: Scene, table: Table, session_id: UUID, other: UUID) -> None:
    left, right = table.columns
    with of.db.engine.begin() as connection:
        connection.execute(insert(table), {left.name: session_id, right.name: other})


def session(of: Scene, **values: Any) -> UUID:
    return of.add(Session, **{"subject_id": of.mouse, "start_time": NOW, **values})


def full(of: Scene, **values: Any) -> UUID:
    """A session with something in every field that a sub-session shows of it."""
    rig = of.add(LabLocation, name=f"Rig {uuid4().hex[:4]}", lab_id=of.lab)
    which = session(of, location_id=rig, lab_id=of.lab, **values)
    linked(of, session_user, which, of.ann)
    linked(of, session_procedure, which, of.add(ProcedureType, name="Ephys recording"))
    linked(of, session_project, which, of.add(Project, name=f"Vision {uuid4().hex[:4]}"))
    return which


def shown(of: Scene, *ids: UUID) -> dict[UUID, SessionShown]:
    with of.db.read() as connection:
        return sessions_shown(connection, ids)


def words(of: SessionShown, name: str) -> list[str]:
    return [one.label for one in getattr(of, name)]


def test_a_sub_session_shows_its_parents_where_its_own_are_empty(here: Scene) -> None:
    top = full(here)
    part = session(here, parent_session_id=top)
    found = shown(here, top, part)
    assert found[top].inherited == frozenset()
    assert found[part].inherited == frozenset(INHERITED)
    for name in INHERITED:
        assert getattr(found[part], name) == getattr(found[top], name) != ()
    assert words(found[part], "users") == ["ann"]
    assert words(found[part], "lab") == ["Hale lab"]


def test_its_own_hold_each_by_itself(here: Scene) -> None:
    top = full(here)
    part = session(here, parent_session_id=top)
    linked(here, session_user, part, here.bob)
    found = shown(here, part)[part]
    assert (words(found, "users"), "users" in found.inherited) == (["bob"], False)
    assert found.inherited == frozenset(INHERITED) - {"users"}


def test_through_a_parent_that_is_empty_and_of_the_nearest(here: Scene) -> None:
    top = full(here)
    middle = session(here, parent_session_id=top)
    linked(here, session_user, middle, here.bob)
    deep = session(here, parent_session_id=middle)
    found = shown(here, deep)[deep]
    assert (words(found, "users"), words(found, "procedures")) == (["bob"], ["Ephys recording"])
    assert found.inherited == frozenset(INHERITED)


def test_nothing_to_show_is_not_inherited_and_a_circle_ends(here: Scene) -> None:
    one = session(here)
    two = session(here, parent_session_id=one)
    with here.db.engine.begin() as connection:
        connection.execute(update(Session).where(Session.id == one).values(parent_session_id=two))
    linked(here, session_user, one, here.ann)
    found = shown(here, one, two, uuid4())
    assert set(found) == {one, two}
    assert (found[one].inherited, found[two].inherited) == (frozenset(), frozenset({"users"}))
    assert found[two].location == ()


def test_five_statements_however_many_there_are(here: Scene) -> None:
    top = full(here)
    few = [session(here, parent_session_id=top)]
    many = [session(here, parent_session_id=few[0]) for _ in range(20)]
    counts = []
    for ids in (few, many):
        with counted(here.db) as statements:
            assert len(shown(here, *ids)) == len(ids)
        counts.append(len([one for one in statements if "SELECT" in one.upper()]))
    assert counts[0] == counts[1] == 5
