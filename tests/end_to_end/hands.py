"""What a person does at the keyboard, and sees."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.ui.today.screen import TodayScreen

WAIT = 20_000


class Hands:
    """Keys go to whatever has the focus, as from a keyboard."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        assert program.today is not None
        self.program = program
        self.today: TodayScreen = program.today
        self.qtbot = qtbot

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the keys"
        return widget

    def now(self) -> datetime:
        """What the laboratory's clock says."""
        assert self.program.desk is not None
        return self.program.desk.now()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus, key, modifier)
        self.settle()

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    def escape(self) -> None:
        self.press(Qt.Key.Key_Escape)

    def find(self, text: str) -> None:
        """Type something into the search and take it with Enter."""
        QTest.keyClick(self.focus, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert self.focus is self.today.top.search
        self.type(text)
        self.enter()

    def settle(self) -> None:
        """Wait until everything that was asked for has come back."""
        self.until(self.program.jobs.idle)

    def until(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=WAIT)

    @property
    def animal(self) -> str | None:
        """The nickname in large letters."""
        card = self.today.animal.card
        return card.nickname if card is not None else None

    @property
    def at_weight(self) -> bool:
        return self.focus is self.today.animal.weight.edit

    @property
    def at_water(self) -> bool:
        return self.focus is self.today.animal.water.edit

    @property
    def said(self) -> str:
        """The sentence at the field that has the keys."""
        number = self.today.animal.weight if self.at_weight else self.today.animal.water
        return number.sentence.text()
