"""A section's screen in a window of its own."""

from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures.screen import ProceduresScreen
from colonydesk.ui.reports import ReportsScreen
from tests.builders import Scene

Screen = TypeVar("Screen", ProceduresScreen, ReportsScreen)


class SectionWindow(Generic[Screen]):
    """The section, what it has said to the outside, and keys for whatever has the focus."""

    def __init__(self, here: Scene, desk: Desk, screen: Screen, qtbot: QtBot) -> None:
        self.here, self.desk, self.screen, self.qtbot = here, desk, screen, qtbot
        self.told: list[tuple[str, str]] = []
        self.wanted: list[tuple[str, object]] = []
        screen.told.connect(lambda kind, text: self.told.append((kind, text)))
        screen.wanted.connect(lambda table, key: self.wanted.append((table, key)))
        qtbot.addWidget(screen)
        screen.resize(1196, 700)
        with qtbot.waitActive(screen):
            screen.show()
            screen.activateWindow()

    def paint(self) -> None:
        for _ in range(3):
            QApplication.processEvents()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None, "nothing has the keys"
        QTest.keyClick(focus, key, modifier)
        self.paint()
