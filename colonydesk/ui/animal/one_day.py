"""What was entered of an animal on one day, to be corrected, taken out or added to."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from colonydesk.qtkit.parts import EmptyState, label, rule
from colonydesk.qtkit.theme import L, M, S, ThemeSource
from colonydesk.queries.entries import Entry
from colonydesk.ui import words
from colonydesk.ui.animal.rows import Cell, RowsModel, RowsView

TABLES = {"weight": "weighing", "water": "water_administration"}
"""The table of each kind of entry."""


class OneDay(QFrame):
    """``opened`` carries the entry that Enter asks for, ``added`` the table of a new one."""

    opened = Signal(object)
    added = Signal(str)
    closed = Signal()

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self._zone: tzinfo | None = None
        self.day: date | None = None
        self._title = label(role="title")
        self.model = RowsModel(
            (
                Cell(self.tr("time"), self._clock, 70),
                Cell(self.tr("what"), self._what, 190, bold=lambda entry: not entry.voided, tone=_tone),
                Cell(self.tr("by"), lambda entry: entry.user or words.UNKNOWN, 90, tone=_tone),
                Cell(self.tr("remark"), self._remark, 160, stretch=True, tone=lambda _entry: "secondary"),
            )
        )
        self.view = RowsView(source, self.model, self.tr("Entries of the day"))
        self.view.opened.connect(self.opened)
        self._empty = EmptyState(self.tr("Nothing was entered on this day."))
        self._stack = QStackedWidget()
        self._stack.setContentsMargins(S, 0, 0, 0)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        top = QHBoxLayout()
        top.setContentsMargins(L, M, M, S)
        top.addWidget(self._title)
        top.addStretch(1)
        for text, act in (
            (self.tr("New weighing…"), lambda: self.added.emit("weighing")),
            (self.tr("New water…"), lambda: self.added.emit("water_administration")),
            (self.tr("Back to the curve"), self.closed.emit),
        ):
            button = QPushButton(text)
            button.setProperty("kind", "link")
            button.clicked.connect(act)
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)

    def show_entries(self, day: date, title: str, entries: tuple[Entry, ...], zone: tzinfo) -> None:
        """The entries of a day, those that were taken out among them."""
        self.day, self._zone = day, zone
        self._title.setText(title)
        self.model.set_rows(entries)
        self._stack.setCurrentWidget(self.view if entries else self._empty)

    def noon(self, now: datetime) -> datetime:
        """The moment that a new entry of this day begins with: now, or 12:00 of a day that is over."""
        assert self.day is not None
        assert self._zone is not None
        if now.astimezone(self._zone).date() == self.day:
            return now.replace(second=0, microsecond=0)
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=self._zone)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _clock(self, entry: Entry) -> str:
        return words.clock_text(entry.date_time, self._zone) if self._zone is not None else ""

    def _what(self, entry: Entry) -> str:
        if entry.kind == "weight":
            return f"{words.grams(entry.value)} g"
        if entry.adlib and entry.value is None:
            return self.tr("water ad lib")
        kind = f" {entry.water_type}" if entry.water_type else ""
        adlib = self.tr(", ad lib") if entry.adlib else ""
        return f"{words.given(entry.value)} mL{kind}{adlib}"

    def _remark(self, entry: Entry) -> str:
        if entry.voided:
            return self.tr("does not count: {}").format(entry.void_reason or self.tr("taken out"))
        return self.tr("in a session") if entry.in_session else ""


def _tone(entry: Any) -> str:
    return "faint" if entry.voided else "text"
