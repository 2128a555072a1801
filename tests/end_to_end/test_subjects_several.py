"""What is done with several animals at once from the Subjects screen, and taken back."""

from uuid import uuid4

from PySide6.QtCore import Qt
from sqlalchemy import insert

from colonydesk.db.engine import Database
from colonydesk.db.tables import Weighing
from tests.end_to_end.at_subjects import At, stored

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_the_weights_of_several_lie_over_one_another(at: At, colony: Database) -> None:
    screen = at.screen
    screen.filters.changed.emit({"restricted": True})
    at.settle()
    names = at.names
    at.press(Qt.Key.Key_G, CONTROL)
    assert at.told == ["Select several animals first: Shift or Ctrl with the arrows or the mouse."]
    at.press(Qt.Key.Key_Home)
    for _ in range(2):
        at.press(Qt.Key.Key_Down, SHIFT)
    at.press(Qt.Key.Key_G, CONTROL)
    panel = screen.beside.overlaid
    assert panel is not None
    assert panel._title.text() == "Weights of 3 animals"

    def shown() -> list[str]:
        view = panel.curve.plot.view() if panel.curve is not None else None
        return [curve.nickname for curve in view.curves] if view is not None else []

    at.until(lambda: shown() == names[:3])
    ids = screen.list.view.selected_ids()
    before = len(panel.curve.plot.view().curves[1].weighed_at)
    with colony.engine.begin() as connection:
        of = {"subject_id": ids[1], "date_time": at.now(), "created_at": at.now(), "updated_at": at.now()}
        connection.execute(insert(Weighing), {"id": uuid4(), "weight": 20.0, **of})
    at.program.bus.publish({"subject": frozenset({ids[1]})})
    at.until(lambda: len(panel.curve.plot.view().curves[1].weighed_at) == before + 1)
    at.press(Qt.Key.Key_Down, SHIFT)
    at.until(lambda: shown() == names[:4])
    at.press(Qt.Key.Key_Escape)
    assert not panel.isVisible()

    screen.filters.changed.emit({"restricted": None})
    at.settle()
    screen.list.view.setFocus()
    at.press(Qt.Key.Key_A, CONTROL)
    at.press(Qt.Key.Key_G, CONTROL)
    assert panel._title.text() == "Weights of 12 animals"
    assert panel._rest.text() == f"the first of {len(at.names)} that are selected"


def test_several_are_changed_at_once_and_it_is_undone(at: At, colony: Database) -> None:
    screen = at.screen
    at.press(Qt.Key.Key_Home)
    for _ in range(3):
        at.press(Qt.Key.Key_Down, SHIFT)
    ids = screen.list.view.selected_ids()
    assert len(ids) == 4
    before = stored(colony, "cage", ids)
    at.press(Qt.Key.Key_B, CONTROL)
    bulk = screen.beside.bulk
    assert bulk is not None
    at.type("Z-77")
    at.until(lambda: "Z-77" in bulk.summary.text())
    assert "4" in bulk.summary.text()
    assert stored(colony, "cage", ids) == before  # nothing before it is said
    bulk.apply.click()
    at.settle()
    assert stored(colony, "cage", ids) == {"Z-77"}
    assert "4 animals changed" in screen.undoing.notice.text()
    assert screen.beside.isHidden()
    screen.undoing.notice._action.click()
    at.settle()
    assert stored(colony, "cage", ids) == before


def test_a_change_of_several_is_undone_by_the_key_in_the_table(at: At, colony: Database) -> None:
    screen = at.screen
    at.press(Qt.Key.Key_Home)
    at.press(Qt.Key.Key_Down, SHIFT)
    ids = screen.list.view.selected_ids()
    before = stored(colony, "cage", ids)
    at.press(Qt.Key.Key_B, CONTROL)
    bulk = screen.beside.bulk
    assert bulk is not None
    at.type("Z-78")
    at.until(lambda: "Z-78" in bulk.summary.text())
    bulk.apply.click()
    at.settle()
    assert stored(colony, "cage", ids) == {"Z-78"}
    assert at.focus is screen.list.view
    at.press(Qt.Key.Key_Z, CONTROL)
    assert stored(colony, "cage", ids) == before
    assert screen.undoing.notice.text() == ""  # nothing offers the same undo once more
    at.press(Qt.Key.Key_Z, CONTROL)  # nothing more is there to be undone
    assert stored(colony, "cage", ids) == before
    assert at.told[-1] == "Undone."


def test_what_cannot_be_done_of_several_is_said_and_not_offered(at: At) -> None:
    screen = at.screen
    screen.show_all()
    at.settle()
    at.press(Qt.Key.Key_A, CONTROL)
    at.press(Qt.Key.Key_B, CONTROL)
    bulk = screen.beside.bulk
    assert bulk is not None
    at.type("Z-79")
    at.until(lambda: bulk.summary.text().startswith("Nothing can be changed"))
    assert "dead: no move to another cage" in bulk.summary.text()
    assert not bulk.apply.isEnabled()
