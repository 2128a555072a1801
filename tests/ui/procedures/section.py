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
from tests.ui.section import SectionWindow

Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
DAY = timedelta(days=1)


class Section(SectionWindow[ProceduresScreen]):
    def __init__(self, here: Scene, desk: Desk, qtbot: QtBot) -> None:
        super().__init__(here, desk, ProceduresScreen(desk), qtbot)

    def kind(self, key: str) -> Any:
        self.screen.kinds.choose(key)
        pane = self.screen.pane(key)
        pane.setFocus()
        self.paint()
        return pane

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
