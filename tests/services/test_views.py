"""Views that members keep of a screen."""

from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import SavedView
from colonydesk.domain.errors import Conflict, Refused
from colonydesk.queries.views import View, saved_views
from colonydesk.services.undo import undo
from colonydesk.services.views import NAME_MOST, DeleteView, SaveView, delete_view, save_view
from tests.builders import NOW, Scene, audit, rows, scene
from tests.queries.colony import counted


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def keep(of: Scene, name: str, state: dict[str, object] | None = None, user: UUID | None = None) -> UUID:
    """Keep a view; gives the command's id."""
    command = SaveView(uuid4(), uuid4(), user or of.ann, "subjects", name, state or {"order": "cage"})
    save_view(of.db, command, NOW)
    return command.command_id


def views(of: Scene, user: UUID | None = None) -> tuple[View, ...]:
    with of.db.read() as connection:
        return saved_views(connection, user or of.ann, "subjects")


def test_a_view_is_kept_for_its_member_and_screen(here: Scene) -> None:
    command = keep(here, "  my   own ", {"order": "cage", "columns": ["animal", "été"]})
    (view,) = views(here)
    assert (view.name, view.state) == ("my own", {"order": "cage", "columns": ["animal", "été"]})
    assert views(here, here.bob) == ()
    with here.db.read() as connection:
        assert saved_views(connection, here.ann, "procedures") == ()
    ((table, row, action, _, _),) = audit(here.db, command)
    assert (table, row, action) == ("saved_view", view.id, "insert")


def test_a_name_that_is_there_is_replaced(here: Scene) -> None:
    keep(here, "Mine", {"order": "cage"})
    (before,) = views(here)
    keep(here, "mine", {"order": "age"})
    keep(here, "MINE", {"order": "line"}, here.bob)
    (view,) = views(here)
    assert (view.id, view.name, view.state["order"], view.version) == (before.id, "mine", "age", 2)


def test_small_and_capital_letters_beyond_ascii_are_the_same_too(here: Scene) -> None:
    keep(here, "Übersicht", {"order": "cage"})
    keep(here, "übersicht", {"order": "age"})
    keep(here, "ÜBERSICHT", {"order": "line"})
    (view,) = views(here)
    assert (view.name, view.state["order"]) == ("ÜBERSICHT", "line")


def test_the_same_command_again_does_nothing(here: Scene) -> None:
    command = SaveView(uuid4(), uuid4(), here.ann, "subjects", "A", {})
    assert not save_view(here.db, command, NOW).repeated
    assert save_view(here.db, command, NOW).repeated
    assert len(rows(here.db, SavedView)) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * (NAME_MOST + 1)])
def test_a_name_is_asked_for(here: Scene, name: str) -> None:
    with pytest.raises(Refused) as refused:
        keep(here, name)
    assert refused.value.field == "name"
    assert views(here) == ()


def test_it_is_taken_away_by_its_member_and_comes_back_by_undo(here: Scene) -> None:
    keep(here, "A")
    (view,) = views(here)
    with pytest.raises(Refused, match="another member"):
        delete_view(here.db, DeleteView(uuid4(), view.id, here.bob), NOW)
    command = DeleteView(uuid4(), view.id, here.ann)
    delete_view(here.db, command, NOW)
    assert views(here) == ()
    with pytest.raises(Conflict):
        delete_view(here.db, DeleteView(uuid4(), view.id, here.ann), NOW)
    undo(here.db, uuid4(), command.command_id, here.ann, NOW)
    assert [one.state for one in views(here)] == [view.state]


def test_one_statement_however_many(here: Scene) -> None:
    for number in range(5):
        keep(here, f"View {number}")
    with counted(here.db) as sent:
        assert [view.name for view in views(here)] == [f"View {number}" for number in range(5)]
    assert len(sent) == 1
