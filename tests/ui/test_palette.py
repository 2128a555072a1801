"""Ctrl+K, by keys: what is offered, what is found, what is taken."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Housing
from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.find_anything import Cage
from colonydesk.settings import Settings
from colonydesk.ui.desk import Desk
from colonydesk.ui.palette import Act, Palette, Screen
from tests.builders import NOW, Scene, scene

RESOURCES = Path(__file__).parents[2] / "resources"
CONTROL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Window:
    def __init__(self, of: Scene, jobs: Jobs, source: ThemeSource, settings: Settings, qtbot: QtBot) -> None:
        self.of, self.jobs, self.qtbot = of, jobs, qtbot
        self.frame = QMainWindow()
        qtbot.addWidget(self.frame)
        self.field = QLineEdit()
        self.frame.setCentralWidget(self.field)
        self.frame.resize(900, 600)
        self.done: list[str] = []
        self.wanted: list[tuple[str, Any]] = []
        desk = Desk(of.db, jobs, ChangeBus(), source, settings, lambda: NOW)
        self.palette = Palette(
            desk,
            self.frame,
            [Screen("today", "Today", "Ctrl+1"), Screen("subjects", "Subjects", "Ctrl+2")],
            [Act("Finish round", lambda: self.done.append("finished"))],
        )
        self.palette.wanted.connect(lambda table, key: self.wanted.append((table, key)))
        self.frame.show()
        qtbot.waitExposed(self.frame)
        self.frame.activateWindow()
        self.field.setFocus()
        qtbot.waitUntil(self.field.hasFocus)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key, modifier)
        self.qtbot.waitUntil(self.jobs.idle)

    def find(self, text: str) -> None:
        """Open the line and type."""
        self.press(Qt.Key.Key_K, CONTROL)
        QTest.keyClicks(self.palette.line, text)
        self.qtbot.waitUntil(self.jobs.idle)


@pytest.fixture
def window(qapp: QApplication, sqlite_url: str, tmp_path: Path, qtbot: QtBot) -> Iterator[Window]:
    db, jobs = open_database(sqlite_url), Jobs()
    made = Window(scene(db), jobs, ThemeSource(qapp, RESOURCES), Settings(tmp_path / "settings.json"), qtbot)
    yield made
    jobs.close()
    db.close()


def test_screens_and_actions_are_offered_before_anything_is_typed(window: Window) -> None:
    window.press(Qt.Key.Key_K, CONTROL)
    assert window.palette.line.hasFocus()
    assert window.palette.titles() == ["Today", "Subjects", "Finish round"]
    window.press(Qt.Key.Key_Down)
    window.press(Qt.Key.Key_Return)
    assert window.wanted == [("screen", "subjects")]
    assert window.palette.isHidden()
    assert window.field.hasFocus()


def test_an_action_is_done(window: Window) -> None:
    window.find("rou fin")
    assert window.palette.titles() == ["Finish round"]
    window.press(Qt.Key.Key_Return)
    assert window.done == ["finished"]
    assert window.wanted == []


def test_an_animal_is_found_and_taken_by_arrows(window: Window) -> None:
    first, second = window.of.subject("QX_1"), window.of.subject("QX_2")
    window.find("qx_")
    assert window.palette.titles() == ["QX_1", "QX_2"]
    window.press(Qt.Key.Key_Up)
    window.press(Qt.Key.Key_Return)
    assert window.wanted == [("subject", second)] != [("subject", first)]


def test_a_cage_and_a_member(window: Window) -> None:
    window.find("a1")
    window.press(Qt.Key.Key_Up)  # the last
    window.press(Qt.Key.Key_Return)
    assert window.wanted == [("cage", Cage("A1", window.of.lab, "Hale lab", True))]
    window.find("eve")
    window.press(Qt.Key.Key_Return)
    assert window.wanted[1] == ("lab_member", window.of.eve)


def test_a_cage_that_nobody_is_in_goes_to_its_record(window: Window) -> None:
    empty = window.of.add(Housing, cage_name="EMPTY-1")
    window.find("empty-")
    assert window.palette.titles() == ["EMPTY-1"]
    window.press(Qt.Key.Key_Return)
    assert window.wanted == [("housing", empty)]


def test_an_enter_that_is_quicker_than_the_answer_waits_for_it(window: Window) -> None:
    subject = window.of.subject("QX_1")
    window.press(Qt.Key.Key_K, CONTROL)
    QTest.keyClicks(window.palette.line, "qx_1")
    QTest.keyClick(window.palette.line, Qt.Key.Key_Return)
    window.qtbot.waitUntil(lambda: bool(window.wanted))
    assert window.wanted == [("subject", subject)]


def test_nothing_found_is_said_and_escape_leaves(window: Window) -> None:
    window.find("nobody at all")
    assert window.palette.titles() == []
    assert "nobody at all" in window.palette.said.text()
    window.press(Qt.Key.Key_Return)
    assert window.palette.isVisible()
    window.press(Qt.Key.Key_Escape)
    assert window.palette.isHidden()
    assert window.field.hasFocus()
    assert window.wanted == []


def test_screens_and_actions_are_taken_while_the_database_is_away_and_enter_asks_again(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = window.of.subject("QX_1")

    def away(*_of: object) -> None:
        raise DatabaseUnavailable("lab cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr("colonydesk.ui.palette.palette.find_anything", away)
        window.find("rou fin")
        assert window.palette.said.text() == "lab cannot be reached."
        window.press(Qt.Key.Key_Return)
        assert window.done == ["finished"]
        window.find("qx_1")
        assert window.palette.said.text() == "lab cannot be reached."
    window.press(Qt.Key.Key_Return)
    assert window.wanted == [("subject", subject)]


def test_the_same_keys_put_it_away_and_it_is_empty_the_next_time(window: Window) -> None:
    window.find("m1")
    window.press(Qt.Key.Key_K, CONTROL)
    assert window.palette.isHidden()
    window.press(Qt.Key.Key_K, CONTROL)
    assert window.palette.line.text() == ""
