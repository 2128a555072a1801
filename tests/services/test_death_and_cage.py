"""A death ends the stay in a cage, as it ends a restriction, and a life given back opens it; both engines."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from colonydesk.db.engine import Database
from colonydesk.db.tables import Cull, Housing, HousingSubject, Subject
from colonydesk.domain.errors import Doubtful
from colonydesk.services.culls import cull_subjects
from colonydesk.services.records import save_record
from tests.builders import NOW, Scene, row, rows, scene
from tests.services.saving import change, delete, mouse, saving, take_back, the_only
from tests.services.test_rules_culls import (
    DAY,
    SEVERITY,
    TODAY,
    YESTERDAY,
    cull,
    culling,
    end_of,
    on_water,
    questions,
)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def housed(of: Scene, *ids: UUID, cage: str = "B1") -> None:
    for subject_id in ids or (of.mouse,):
        change(of, Subject, subject_id, cage=cage)
    with of.db.engine.begin() as connection:
        connection.execute(update(HousingSubject).values(start_datetime=NOW - 9 * DAY))


def left(of: Scene, subject_id: UUID | None = None) -> datetime | None:
    found: datetime | None = the_only(of, HousingSubject, subject_id=subject_id or of.mouse)["end_datetime"]
    return found


END_OF_YESTERDAY = datetime(2026, 3, 10, 3, 59, 59, tzinfo=UTC)


def test_a_cull_ends_the_stay_in_its_cage_and_undo_opens_it(here: Scene) -> None:
    mate = here.subject("M2")
    housed(here, here.mouse, mate)
    housing = the_only(here, Housing)["id"]
    command = culling(here, confirmed=frozenset({"alone"}))
    done = cull_subjects(here.db, command, NOW)
    assert (left(here), mouse(here)["cage"]) == (END_OF_YESTERDAY, None), "with the lab's local day"
    assert (left(here, mate), row(here.db, Subject, mate)["cage"]) == (None, "B1")
    assert housing in done.changed["housing"]
    take_back(here, done)
    assert (left(here), mouse(here)["cage"]) == (None, "B1")
    today = replace(command, command_id=uuid4(), date=TODAY)
    cull_subjects(here.db, today, NOW)
    assert left(here) == NOW


def test_a_life_given_back_is_in_its_cage_again(here: Scene) -> None:
    housed(here)
    which = cull(here)
    assert (left(here), mouse(here)["cage"]) == (END_OF_YESTERDAY, None)
    change(here, Cull, which, date=TODAY)
    assert (left(here), mouse(here)["cage"]) == (NOW, None)
    done = delete(here, Cull, which)
    assert (left(here), mouse(here)["cage"]) == (None, "B1")
    assert the_only(here, Housing)["id"] in done.changed["housing"]
    take_back(here, done)
    assert (left(here), mouse(here)["cage"]) == (NOW, None)


def test_a_death_in_the_record_alone_does_the_same(here: Scene) -> None:
    housed(here)
    held = on_water(here)
    change(here, Subject, here.mouse, death_date=YESTERDAY)
    assert (left(here), mouse(here)["cage"], end_of(here, held)) == (END_OF_YESTERDAY, None, END_OF_YESTERDAY)
    change(here, Subject, here.mouse, death_date=TODAY)
    assert (left(here), end_of(here, held)) == (NOW, NOW)
    change(here, Subject, here.mouse, death_date=None)
    assert (left(here), mouse(here)["cage"], end_of(here, held)) == (None, "B1", None)
    assert mouse(here)["protocol_number"] == "3"


def test_a_stay_that_ended_before_the_death_stays_ended(here: Scene) -> None:
    housed(here)
    change(here, Subject, here.mouse, cage="B2")
    with here.db.engine.begin() as connection:
        stays = HousingSubject.__table__
        ended = stays.c.end_datetime.is_not(None)
        connection.execute(stays.update().where(ended).values(end_datetime=NOW - 5 * DAY))
        connection.execute(stays.update().where(~ended).values(start_datetime=NOW - 5 * DAY))
    delete(here, Cull, cull(here))
    ends = {one["end_datetime"] for one in rows(here.db, HousingSubject)}
    assert (ends, mouse(here)["cage"]) == ({NOW - 5 * DAY, None}, "B2")


def test_a_deadly_surgery_ends_the_stay_too(here: Scene) -> None:
    housed(here)
    values = {"outcome_type": "n", "start_time": NOW - DAY, "end_time": NOW - DAY}
    which = saving(here, "surgery", subject_id=here.mouse, confirmed=frozenset({"death"}), **values)
    done = save_record(here.db, which, NOW)
    assert (left(here), mouse(here)["cage"]) == (END_OF_YESTERDAY, None)
    take_back(here, done)
    assert (left(here), mouse(here)["cage"]) == (None, "B1")


def test_the_cage_of_imported_books_that_know_no_housings_is_kept(here: Scene) -> None:
    cull(here)
    assert mouse(here)["cage"] == "A1"


def test_a_mate_that_is_dead_does_not_keep_another_company(here: Scene) -> None:
    second, third = here.subject("M2"), here.subject("M3")
    housed(here, here.mouse, second, third)
    cull(here, subject_id=third, confirmed=SEVERITY | {"alone"})
    with pytest.raises(Doubtful) as error:
        cull(here, subject_id=second)
    assert questions(error)[-1] == ("alone", "M1 is then alone in cage B1.")
