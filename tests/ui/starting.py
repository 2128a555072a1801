"""The first page under test: shown, with real jobs, and keys that go to whatever has the keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.db.engine import Database
from colonydesk.db.migrate import migrate
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.settings import Settings, load
from colonydesk.ui.start import StartScreen
from colonydesk.ui.start_fields import Entry
from colonydesk.ui.start_page import FormPage

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "migrations"
NOW = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)
OFFSCREEN = pytest.mark.qt_log_ignore("This plugin does not support")
"""The offscreen platform says this of every window that has a smallest size."""

Key = Qt.Key


class Keys:
    """A person at the keyboard of one window."""

    def __init__(self, window: QWidget, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.qtbot.keyClick(self.focus(), key)

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.focus(), text)

    def replace(self, text: str) -> None:
        """Type over what is in the field."""
        self.qtbot.keyClick(self.focus(), Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.press(Key.Key_Delete)
        self.type(text)

    def focus(self) -> QWidget:
        focused = self.window.focusWidget()
        assert focused is not None
        return focused

    def word(self) -> str:
        """What stands on the button that has the keyboard, "" where it is none."""
        focused = self.focus()
        return focused.text() if isinstance(focused, QPushButton) else ""

    def until(self, what: Callable[[], Any], timeout: int = 20_000) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=timeout)


class Start(Keys):
    """The first page; ``opened`` collects what it hands over, ``bugs`` what is no person's fault."""

    def __init__(self, app: QApplication, qtbot: QtBot, folder: Path, recent: tuple[str, ...] = ()) -> None:
        self.settings: Settings = load(folder / "settings.json")
        self.settings.recent = list(recent)
        self.jobs = Jobs()
        self.source = ThemeSource(app, ROOT / "resources")
        self.opened: list[tuple[str, Database]] = []
        self.bugs: list[Exception] = []
        self.jobs.failed.connect(self.bugs.append)
        self.screen = StartScreen(
            self.jobs, self.source, self.settings, lambda: NOW, lambda url: migrate(url, MIGRATIONS)
        )
        self.screen.opened.connect(self.opened.append)
        super().__init__(self.screen, qtbot)
        self.until(lambda: self.screen.new.zone.line.zones)

    def choose(self, key: str) -> None:
        """Go to a choice with the arrow keys, and into its form with Enter."""
        choices = self.screen.choices
        choices.setFocus()
        self.press(Key.Key_Home)
        while choices.choice().key != key:
            row = choices.currentRow()
            self.press(Key.Key_Down)
            assert choices.currentRow() > row, f"there is no choice {key}"
        self.press(Key.Key_Return)

    def done(self, page: FormPage) -> None:
        """Wait until the page works no longer."""
        self.until(lambda: not page.working())

    def database(self) -> Database:
        """What was handed over."""
        self.until(lambda: self.opened)
        ((url, db),) = self.opened
        assert url.count(":") < 3 or "@" in url
        return db

    def close(self) -> None:
        """Everything that was opened is closed again: a forgotten connection fails its test."""
        self.screen.choices.mark("demo")
        self.jobs.write(lambda: [db.close() for _, db in self.opened])
        assert self.jobs.close(20)


def refusal(page: FormPage, key: str) -> str:
    """The sentence at a field, "" where there is none."""
    field: Entry = page.fields[key]
    return field.sentence.text()


def refusals(page: FormPage) -> dict[str, str]:
    """All the sentences at fields."""
    return {key: refusal(page, key) for key in page.fields if refusal(page, key)}


def sentence(error: KnownError) -> str:
    return f"{error}\n{error.hint}" if error.hint else str(error)
