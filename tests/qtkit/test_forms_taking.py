"""What is typed into a search line and not taken yet, when something is to be done with the form."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.forms import Clock, Entry, FormView, Labelled
from colonydesk.qtkit.search import Choice
from colonydesk.qtkit.theme import ThemeSource

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
CLOCK = Clock(lambda: NOW, lambda: ZoneInfo("Europe/London"))
ENTRIES = [
    Entry("line", "Line", "reference"),
    Entry("projects", "Projects", "links"),
    Entry("about", "About", "object", codes=(("line", "Line"),)),
    Entry("name", "Name", "text"),
]
CK, PV, OLD = Choice("ck", "CK"), Choice("pv", "PV"), Choice("old", "PV old")


@pytest.fixture
def view(source: ThemeSource, qtbot: QtBot) -> FormView:
    made = FormView(source, ENTRIES, CLOCK)
    qtbot.addWidget(made)
    made.resize(460, 400)
    with qtbot.waitActive(made):
        made.show()
    made.set_values({"line": Labelled("ck", {"ck": "CK"})})
    return made


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def write(view: FormView, name: str, text: str) -> None:
    view.editor(name).keys().setFocus()
    QTest.keyClick(focus(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focus(), text)


def test_it_waits_for_choices_and_takes_the_one_that_is_called_so(view: FormView) -> None:
    done: list[object] = []
    write(view, "line", "pv")
    write(view, "projects", "PV old")
    view.set_choices("projects", "PV old", [OLD])
    write(view, "about", "ck")
    view.when_taken(lambda: done.append(view.changes()))
    assert (view.waits(), done) == (True, [])
    view.set_choices("line", "p", [OLD])  # of what was typed before
    view.set_choices("line", "pv", [PV, OLD])
    assert (view.waits(), done) == (True, [])
    view.set_choices("about", "ck", [CK])
    assert (view.waits(), done) == (False, [{"line": "pv", "projects": ("old",), "about": ("line", "ck")}])
    assert view.editor("about").keys().property("refused") is not True


def test_what_only_begins_like_a_name_is_not_taken_for_it(view: FormView) -> None:
    write(view, "line", "p")
    view.set_choices("line", "p", [OLD])
    done: list[object] = []
    view.when_taken(lambda: done.append(view.changes()))
    assert done == [{}]
    assert view.value("line") != "old"


def test_nothing_is_done_where_something_else_is_typed_meanwhile(view: FormView) -> None:
    done: list[bool] = []
    write(view, "line", "PV")
    view.when_taken(lambda: done.append(True))
    write(view, "name", "M")
    assert not view.waits()
    view.set_choices("line", "PV", [PV])
    assert (done, view.value("line")) == ([], "pv")


def test_of_several_none_is_taken(view: FormView) -> None:
    done: list[bool] = []
    write(view, "line", "P")
    view.when_taken(lambda: done.append(view.check()))
    view.set_choices("line", "P", [PV, OLD])
    assert done == [False]
    assert "none of the choices" in view.said("line")


def test_escape_puts_back_the_text_of_the_value(view: FormView) -> None:
    write(view, "line", "PV")
    view.set_choices("line", "PV", [PV])
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert (view.words("line"), view.value("line"), view.dirty()) == ("CK", "ck", ())
    assert focus().text() == "CK"  # type: ignore[attr-defined]
    view.set_choices("line", "PV", [PV])  # late
    view.focus("name")
    assert (view.value("line"), view.said("line")) == ("ck", "")
    write(view, "projects", "PV")
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert view.dirty() == ()
