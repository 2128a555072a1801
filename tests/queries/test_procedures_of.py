"""All that was done with one animal, in order of time, from a constant number of statements."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Cull,
    CullMethod,
    CullReason,
    LabLocation,
    OtherAction,
    ProcedureType,
    Session,
    Surgery,
    VirusInjection,
    WaterRestriction,
    session_procedure,
    session_user,
    surgery_procedure,
    surgery_user,
    water_restriction_user,
)
from colonydesk.queries.procedures_of import Act, procedures_of
from tests.builders import NOW, Scene, plans, scene
from tests.queries.colony import counted

DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def seen(of: Scene, subject_id: UUID | None = None) -> tuple[Act, ...]:
    with of.db.read() as connection:
        return procedures_of(connection, subject_id or of.mouse)


def link(of: Scene, table: Any, left: UUID, right: UUID) -> None:
    first, second = table.columns
    with of.db.engine.begin() as connection:
        connection.execute(table.insert(), {first.name: left, second.name: right})


def test_every_kind_the_newest_first(here: Scene) -> None:
    mouse = {"subject_id": here.mouse}
    headplate, room = here.add(ProcedureType, name="Headplate"), here.add(LabLocation, name="Rig 1")
    surgery = here.add(
        Surgery,
        start_time=NOW - 20 * DAY,
        end_time=NOW - 20 * DAY + timedelta(hours=2),
        outcome_type="r",
        implant_weight=1.2,
        narrative="went well",
        location_id=room,
        **mouse,
    )
    link(here, surgery_procedure, surgery, headplate)
    for user in (here.bob, here.ann):
        link(here, surgery_user, surgery, user)
    injection = here.add(
        VirusInjection, start_time=NOW - 15 * DAY, injection_volume=50.0, injection_type="P", **mouse
    )
    restriction = here.add(
        WaterRestriction,
        start_time=NOW - 10 * DAY,
        reference_weight=24.0,
        water_type_id=here.hydrogel,
        **mouse,
    )
    link(here, water_restriction_user, restriction, here.ann)
    session = here.add(Session, start_time=NOW - DAY, number=1, n_trials=200, n_correct_trials=150, **mouse)
    other = here.add(OtherAction, start_time=NOW - 5 * DAY, name="moved", **mouse)
    undated = here.add(OtherAction, **mouse)
    cull = here.add(
        Cull,
        date=date(2026, 3, 10),
        user_id=here.bob,
        cull_reason_id=here.add(CullReason, name="done"),
        cull_method_id=here.add(CullMethod, name="CO2"),
        description="quiet",
        **mouse,
    )
    here.add(Surgery, subject_id=here.subject("M2"), start_time=NOW)

    found = seen(here)
    assert [act.id for act in found] == [cull, session, other, restriction, injection, surgery, undated]
    assert found[0].day == date(2026, 3, 10)
    assert found[0].users == ("bob",)
    assert dict(found[0].details) == {"cull_reason": "done", "cull_method": "CO2"}
    assert found[0].narrative == "quiet"
    assert dict(found[1].details) == {"number": 1, "n_trials": 200, "n_correct_trials": 150, "qc": 0}
    assert found[2].name == "moved"
    assert dict(found[3].details) == {"reference_weight": 24.0, "water_type": "Hydrogel"}
    assert dict(found[4].details) == {"injection_volume": 50.0, "injection_type": "P"}
    assert found[5] == Act(
        table="surgery",
        id=surgery,
        start=NOW - 20 * DAY,
        end=NOW - 20 * DAY + timedelta(hours=2),
        day=None,
        name=None,
        narrative="went well",
        location="Rig 1",
        users=("ann", "bob"),
        procedures=("Headplate",),
        details=(("outcome_type", "r"), ("implant_weight", 1.2)),
    )
    assert found[6].start is None


def test_sub_sessions_follow_theirs_and_show_what_is_its(here: Scene) -> None:
    mouse, room = {"subject_id": here.mouse}, here.add(LabLocation, name="Rig 1")
    training = here.add(ProcedureType, name="Training")
    whole = here.add(Session, start_time=NOW - 2 * DAY, location_id=room, **mouse)
    link(here, session_user, whole, here.ann)
    link(here, session_procedure, whole, training)
    late = here.add(Session, start_time=NOW - 2 * DAY + timedelta(hours=2), parent_session_id=whole, **mouse)
    early = here.add(Session, start_time=NOW - 2 * DAY + timedelta(hours=1), parent_session_id=whole, **mouse)
    link(here, session_user, early, here.bob)
    inner = here.add(
        Session, start_time=NOW - 2 * DAY + timedelta(minutes=90), parent_session_id=early, **mouse
    )
    newer = here.add(Session, start_time=NOW - DAY, **mouse)

    found = {act.id: act for act in seen(here)}
    assert list(found) == [newer, whole, early, inner, late]
    assert [act.depth for act in found.values()] == [0, 0, 1, 2, 1]
    assert found[whole].inherited == frozenset()
    assert (found[early].users, found[early].inherited) == (("bob",), {"procedures", "location"})
    assert (found[late].users, found[late].location) == (("ann",), "Rig 1")
    assert found[late].procedures == ("Training",)
    assert (found[inner].users, found[inner].inherited) == (("bob",), {"users", "procedures", "location"})


def test_sessions_in_a_circle_are_shown_once(here: Scene) -> None:
    """A file from elsewhere may hold what no form would save."""
    mouse = {"subject_id": here.mouse}
    first = here.add(Session, start_time=NOW, **mouse)
    second = here.add(Session, start_time=NOW, parent_session_id=first, **mouse)
    from sqlalchemy import update

    with here.db.engine.begin() as connection:
        connection.execute(update(Session).where(Session.id == first).values(parent_session_id=second))
    assert sorted(act.id for act in seen(here)) == sorted((first, second))


def test_the_number_of_statements_is_constant(here: Scene) -> None:
    with counted(here.db) as few:
        assert seen(here) == ()
    for number in range(15):
        for action in (Surgery, Session, WaterRestriction, VirusInjection, OtherAction):
            row = here.add(action, subject_id=here.mouse, start_time=NOW - number * DAY)
            if action is Session:
                link(here, session_user, row, here.ann)
    with counted(here.db) as many:
        assert len(seen(here)) == 75
    assert len(few) == len(many) == 8


def test_the_indexes_are_asked(here: Scene) -> None:
    found = plans(here.db, lambda: seen(here))
    for whole in ("scan surgery", "scan session", "scan water_restriction", "scan cull"):
        assert whole not in found
