"""What is typed into a form and how it is understood, by keys in the window."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.ui.records.kinds import KindsScreen
from tests.end_to_end.test_every_table import living
from tests.end_to_end.typing_records import Typist, held, read_back

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def typist(open_program: Callable[..., Program], colony_url: str, qtbot: QtBot) -> Typist:
    program = open_program(colony_url, user="d.brandt")
    section = program.frame.show_section("administration")
    assert isinstance(section, KindsScreen)
    made = Typist(program, qtbot, section)
    made.settle()
    return made


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
