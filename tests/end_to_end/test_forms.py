"""What is typed into a form and how it is understood, by keys in the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from colonydesk.db.engine import Database
from tests.end_to_end.test_every_table import living
from tests.end_to_end.typing_records import Typist, held, read_back

CTRL = Qt.KeyboardModifier.ControlModifier


def understood(typist: Typist, name: str) -> str:
    """What stands at a field of what was typed into it, without its label."""
    row = typist.page.form.view._rows[name]
    shown = [one.text() for one in row.findChildren(QLabel) if one.isVisible()]
    return " ".join(set(shown) - {row.entry.label}).replace("\N{NO-BREAK SPACE}", " ")


def test_an_end_without_a_day_is_on_the_day_of_its_start(typist: Typist, colony: Database) -> None:
    typist.go("Other actions")
    typist.new()
    typist.fill("Animal", living(colony, "M"))
    typist.fill("Ended", "11:00")
    typist.fill("Started", "")
    assert understood(typist, "end_time").startswith("10 Mar 2026 11:00, Tue, today")
    typist.fill("Started", "5 Mar 10:00")
    assert understood(typist, "end_time").startswith("5 Mar 2026 11:00, Thu, 5 days ago")
    typist.fill("Ended", "11:30")
    assert understood(typist, "end_time").startswith("5 Mar 2026 11:30, Thu, 5 days ago")
    typist.fill("Ended", "yesterday 11:30")
    assert understood(typist, "end_time").startswith("9 Mar 2026 11:30")
    typist.fill("Ended", "11:30")
    found = read_back(colony, "other_action", typist.save())
    assert found is not None
    typed = {"start_time": "5 Mar 2026 10:00", "end_time": "5 Mar 2026 11:30"}
    assert held(found, typed) == typed


def test_a_name_typed_and_saved_at_once_is_taken(typist: Typist, colony: Database) -> None:
    typist.go("Animals")
    typist.new()
    typist.fill("Name", "NEW_1")
    typist.field("Line")
    typist.type("PV")
    row_id = typist.save()  # the choices are not there yet
    found = read_back(colony, "subject", row_id)
    assert found is not None
    assert held(found, {"line_id": "PV"}) == {"line_id": "PV"}

    view = typist.page.form.view
    typist.field("Projects")
    typist.type("nothing like it")
    typist.press(Qt.Key.Key_S, CTRL)
    assert "none of the choices" in view.said("projects")
    assert typist.page.form.save_button.text() == "Save"
    typist.press(Qt.Key.Key_Escape)
    assert view.said("projects") == ""
    assert view.dirty() == ()


def test_escape_puts_back_what_was_in_the_field(typist: Typist, colony: Database) -> None:
    typist.go("Animals")
    (animal,) = typist.find(living(colony, "M"))
    typist.to_list(animal)
    typist.open()
    view = typist.page.form.view
    before = view.words("line_id")
    typist.fill("Name", view.value("nickname"))
    typist.field("Line")
    typist.press(Qt.Key.Key_A, CTRL)
    typist.type("SST" if before == "PV" else "PV")
    typist.settle()
    typist.press(Qt.Key.Key_Escape)
    line = typist.focus
    assert isinstance(line, QLineEdit)
    assert (line.text(), view.dirty(), typist.page.form.id()) == (before, (), animal)
    typist.press(Qt.Key.Key_Tab)
    assert view.said("line_id") == ""
