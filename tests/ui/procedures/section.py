"""The Procedures section in a window of its own, with jobs that are done when they are asked for."""

from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.parts import EmptyState
from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures.listing import ListPane
from colonydesk.ui.procedures.screen import ProceduresScreen
from tests.builders import Scene

Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
DAY = timedelta(days=1)


class Section:
    """The section, what it has said to the outside, and keys for whatever has the focus."""

    def __init__(self, here: Scene, desk: Desk, qtbot: QtBot) -> None:
        self.here, self.desk = here, desk
        self.screen = ProceduresScreen(desk)
        self.told: list[tuple[str, str]] = []
        self.wanted: list[tuple[str, object]] = []
        self.screen.told.connect(lambda kind, text: self.told.append((kind, text)))
        self.screen.wanted.connect(lambda table, key: self.wanted.append((table, key)))
        qtbot.addWidget(self.screen)
        self.screen.resize(1196, 700)
        with qtbot.waitActive(self.screen):
            self.screen.show()
            self.screen.activateWindow()
        self.qtbot = qtbot

    def kind(self, key: str) -> Any:
        self.screen.kinds.choose(key)
        pane = self.screen.pane(key)
        pane.setFocus()
        self.paint()
        return pane

    def paint(self) -> None:
        for _ in range(3):
            QApplication.processEvents()

    def press(self, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None, "nothing has the keys"
        QTest.keyClick(focus, key, modifier)
        self.paint()

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)
        self.paint()

    def reopened(self, key: str) -> Any:
        """A kind after something was written past the program."""
        pane = self.kind(key)
        pane.reload()
        self.paint()
        return pane


def said(empty: EmptyState) -> tuple[str, str]:
    """What stands where nothing is to be shown: the sentence, and the button."""
    (text,) = empty.findChildren(QLabel)
    (button,) = empty.findChildren(QPushButton)
    return text.text(), button.text() if button.isVisibleTo(empty) else ""


def texts(pane: ListPane, row: int = 0) -> dict[str, str]:
    """A row as it reads, by the columns' keys."""
    pane.view.show_current(pane.model.ids()[row])  # type: ignore[arg-type]
    pane.view.viewport().repaint()
    QApplication.processEvents()
    return {
        column.title: pane.model.index(row, place).data() for place, column in enumerate(pane.kind.columns)
    }
