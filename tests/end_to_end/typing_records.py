"""Somebody who keeps records up at the keyboard: finds a kind, a field by its label, types, saves, looks."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.queries.records import Record, computed, fields, record
from colonydesk.ui.records.kinds import KindsScreen
from colonydesk.ui.records.screen import RecordsScreen

WAIT = 20_000
ZONE = ZoneInfo("Europe/London")
CTRL = Qt.KeyboardModifier.ControlModifier
MOST_FIELDS = 60


class Typist:
    """Keys go to whatever has the focus, as from a keyboard."""

    def __init__(self, program: Program, qtbot: QtBot, section: KindsScreen) -> None:
        self.program = program
        self.qtbot = qtbot
        self.section = section

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the keys"
        return widget

    @property
    def page(self) -> RecordsScreen:
        page = self.section.page()
        assert isinstance(page, RecordsScreen)
        return page

    @property
    def said(self) -> str:
        """The sentence above the buttons."""
        return self.page.form.strip.text()

    def until(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=WAIT)

    def settle(self) -> None:
        self.until(self.program.jobs.idle)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus, key, modifier)
        self.settle()

    def type(self, text: str) -> None:
        for place, line in enumerate(text.split("\n")):
            if place:
                QTest.keyClick(self.focus, Qt.Key.Key_Return)
            QTest.keyClicks(self.focus, line)

    # Where to

    def go(self, title: str) -> None:
        """Choose a kind by typing its name into the list at the left."""
        QTest.keyClick(self.focus, Qt.Key.Key_G, CTRL)
        assert self.focus is self.section.kinds
        self.section.kinds.keyboardSearch("")  # what was typed into it before is long ago
        self.type(title)
        self.settle()
        item = self.section.kinds.currentItem()
        assert item is not None
        assert item.text() == title, item.text()
        QTest.keyClick(self.focus, Qt.Key.Key_Return)
        self.settle()
        assert self.page.isVisible()

    def field(self, label: str) -> str:
        """Tab until the field of this label has the keys; returns its name."""
        view = self.page.form.view
        for _ in range(MOST_FIELDS):
            name = str(self.focus.property("field") or "")
            if name in view.entries and view.entries[name].label == label:
                return name
            QTest.keyClick(self.focus, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not come to {label}: {list(view.entries)}")

    # Into fields

    def fill(self, label: str, text: str) -> None:
        """Type into a field what a user would."""
        name = self.field(label)
        kind = self.page.form.view.entries[name].kind
        if kind == "boolean":
            self.press(Qt.Key.Key_Space)
        elif kind == "json":
            self.press(Qt.Key.Key_Space)
            self._replace(text)
        elif kind == "choice":
            box = self.focus
            assert isinstance(box, QComboBox)
            box.view().keyboardSearch("")  # what was typed into it before is long ago
            self.type(text.split()[0])
        elif kind in ("reference", "links"):
            self._replace(text) if kind == "reference" else self.type(text)
            self.settle()
            self.press(Qt.Key.Key_Return)
        elif kind == "object":
            word, _, called = text.partition(": ")
            self.type(word)
            QTest.keyClick(self.focus, Qt.Key.Key_Tab)
            self.type(called)
            self.settle()
            self.press(Qt.Key.Key_Return)
        else:
            self._replace(text)

    def _replace(self, text: str) -> None:
        QTest.keyClick(self.focus, Qt.Key.Key_A, CTRL)
        QTest.keyClick(self.focus, Qt.Key.Key_Delete)
        self.type(text)

    def save(self) -> UUID:
        """Ctrl+S; what is doubtful a second time."""
        QTest.keyClick(self.focus, Qt.Key.Key_S, CTRL)
        self.settle()
        form = self.page.form
        if "Save all the same" in form.strip.acts():
            QTest.keyClick(self.focus, Qt.Key.Key_S, CTRL)
            self.settle()
        wrong = {name: form.view.said(name) for name in form.view.entries if form.view.said(name)}
        assert self.said.startswith("Saved."), (self.page.sheet.table, self.said, wrong)
        assert not form.unsaved(), form.view.dirty()
        row_id = form.id()
        assert row_id is not None
        return row_id

    def new(self) -> None:
        QTest.keyClick(self.focus, Qt.Key.Key_N, CTRL)
        self.settle()
        assert self.page.form.is_new()

    def find(self, text: str) -> tuple[UUID, ...]:
        """Search; what is listed then."""
        QTest.keyClick(self.focus, Qt.Key.Key_F, CTRL)
        assert self.focus is self.page.search
        self._replace(text)
        self.settle()
        return self.page.table.ids()

    def to_list(self, row_id: UUID) -> None:
        """Down out of the search, and on to this row."""
        self.press(Qt.Key.Key_Down)
        assert self.focus is self.page.table, self.focus
        self.press(Qt.Key.Key_Home, CTRL)
        for _ in self.page.table.ids():
            if self.page.table.current() == row_id:
                break
            self.press(Qt.Key.Key_Down)
        assert self.page.table.current() == row_id
        self.until(lambda: self.page.form.id() == row_id)

    def open(self) -> None:
        """Enter in the list: into the form."""
        self.press(Qt.Key.Key_Return)

    def export(self, file: Path) -> None:
        QTest.keyClick(self.focus, Qt.Key.Key_E, CTRL)
        assert self.focus is self.page.export.file
        self._replace(str(file))
        self.press(Qt.Key.Key_Return)
        assert file.is_file()

    def delete(self) -> str:
        """Delete in the list, and Enter to each question; what is said at the end."""
        self.press(Qt.Key.Key_Delete)
        for _ in range(2):
            if any(word.startswith(("Delete", "Take out")) for word in self.page.form.strip.acts()):
                if self.page.form.strip.reason.isVisible():
                    self.type("mistyped")
                    self.press(Qt.Key.Key_Return)
                else:
                    self.press(Qt.Key.Key_Space)
        return self.said


def read_back(db: Database, table: str, row_id: UUID) -> Record | None:
    """The record as another workstation reads it."""
    with db.read() as connection:
        return record(connection, table, row_id)


def held(found: Record, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the record holds of the fields that were typed, written as it was typed."""
    return {name: _written(found, name, text) for name, text in typed.items()}


def _written(found: Record, name: str, text: str) -> str:
    if name in found.links:
        return ", ".join(sorted(found.labels[one] for one in found.links[name]))
    known = {**fields(found.table), **computed(found.table)}
    field, value = known[name], found.values[name]
    if value is None:
        return ""
    if name == "object_id":
        return f"{text.partition(': ')[0]}: {found.labels[value]}"
    if field.kind == "reference":
        label = found.labels[value]
        return text if label.startswith(f"{text},") else label
    if field.kind == "choice":
        return dict(field.codes)[value].capitalize()
    if field.kind == "moment":
        local: datetime = value.astimezone(ZONE)
        return f"{local.day} {local:%b %Y %H:%M}"
    if field.kind == "date":
        return f"{value.day} {value:%b %Y}"
    if field.kind == "json":
        return "json" if isinstance(value, dict) else repr(value)
    if field.kind == "boolean":
        return "tick" if value else "no tick"
    if field.kind == "number":
        return f"{value:.10g}"
    if field.kind == "list":
        return "\n".join(value)
    return str(value)
