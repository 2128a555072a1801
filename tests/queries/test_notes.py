"""The notes on an animal and its records; their pictures apart."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Note, Surgery, WaterAdministration, Weighing
from colonydesk.queries.notes import NoteRow, note_images, notes
from tests.builders import NOW, Scene, plans, scene
from tests.queries.colony import counted

DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def seen(of: Scene) -> tuple[NoteRow, ...]:
    with of.db.read() as connection:
        return notes(connection, of.mouse)


def note(of: Scene, table: str, row_id: UUID, **values: Any) -> UUID:
    return of.add(Note, **{"content_type": table, "object_id": row_id, "date_time": NOW, **values})


def test_on_the_animal_and_on_its_records_the_newest_first(here: Scene) -> None:
    surgery = here.add(Surgery, subject_id=here.mouse, start_time=NOW - 5 * DAY)
    weighing = here.add(
        Weighing, subject_id=here.mouse, date_time=NOW, weight=20.0, voided_at=NOW, void_reason="wrong"
    )
    own = note(here, "subject", here.mouse, text="shy", date_time=NOW - DAY, user_id=here.ann)
    picture = {"image": b"\x89PNG", "image_name": "wound.png"}
    on_surgery = note(here, "surgery", surgery, date_time=NOW - 2 * DAY, **picture)
    on_weighing = note(here, "weighing", weighing, text="moved on the pan")
    note(here, "session", here.mouse, text="of another thing")
    note(here, "subject", here.subject("M2"), text="of another animal")

    assert seen(here) == (
        NoteRow(on_weighing, NOW, "moved on the pan", None, False, None, "weighing", weighing, NOW),
        NoteRow(own, NOW - DAY, "shy", "ann", False, None, "subject", here.mouse, None),
        NoteRow(on_surgery, NOW - 2 * DAY, "", None, True, "wound.png", "surgery", surgery, NOW - 5 * DAY),
    )
    with here.db.read() as connection:
        assert note_images(connection, [own, on_surgery]) == {on_surgery: b"\x89PNG"}


def test_the_number_of_statements_is_constant(here: Scene) -> None:
    for number in range(12):
        of = {"subject_id": here.mouse, "date_time": NOW - number * DAY}
        note(here, "weighing", here.add(Weighing, weight=20.0, **of), text="n")
        note(here, "water_administration", here.add(WaterAdministration, **of), text="n")
    with counted(here.db) as sent:
        assert len(seen(here)) == 24
    assert len(sent) == 1


def test_the_indexes_are_asked(here: Scene) -> None:
    found = plans(here.db, lambda: seen(here))
    for whole in ("scan note", "scan weighing", "scan water_administration", "scan session"):
        assert whole not in found
