"""Undo where another record has the name by now: refused in words that say which."""

from uuid import uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Line, Project, Subject
from colonydesk.domain.errors import Refused
from colonydesk.services.done import Done
from colonydesk.services.records import save_record
from colonydesk.services.undo import undo
from tests.builders import NOW, Scene, nothing_written, row, scene
from tests.db.faults import plain
from tests.services.saving import change, delete, save, saving


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def refused(of: Scene, done: Done) -> Refused:
    with nothing_written(of.db), pytest.raises(Refused) as error:
        undo(of.db, uuid4(), done.command_id, of.ann, NOW)
    plain(error.value)
    return error.value


@pytest.mark.parametrize(
    ("table", "kind", "field"), [("project", Project, "name"), ("line", Line, "nickname")]
)
def test_a_name_that_was_given_away(here: Scene, table: str, kind: type, field: str) -> None:
    first = save(here, table, **{field: "A"})
    renamed = change(here, kind, first, **{field: "B"})
    save(here, table, **{field: "A"})
    error = refused(here, renamed)
    assert str(error) == f"This cannot be undone. There is a {table} A already."
    assert error.field == field
    assert row(here.db, kind, first)[field] == "B"


def test_a_nickname_of_the_lab_that_was_given_away(here: Scene) -> None:
    renamed = change(here, Subject, here.mouse, nickname="M1b")
    save(here, "subject", nickname="M1", lab_id=here.lab)
    words = "This cannot be undone. There is a subject with the same nickname and lab already."
    assert str(refused(here, renamed)) == words


def test_a_deleted_record_whose_name_another_one_has(here: Scene) -> None:
    gone = delete(here, Project, save(here, "project", name="A"))
    save(here, "project", name="A")
    assert str(refused(here, gone)) == "This cannot be undone. There is a project A already."


def test_a_record_that_was_undone_and_made_again(here: Scene) -> None:
    made = save_record(here.db, saving(here, "project", name="A"), NOW)
    undone = undo(here.db, uuid4(), made.command_id, here.ann, NOW)
    save(here, "project", name="A")
    assert str(refused(here, undone)) == "This cannot be undone. There is a project A already."
