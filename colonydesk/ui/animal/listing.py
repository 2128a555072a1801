"""A tab that is one table, with a sentence where it is empty and what can be done over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.days import zone
from colonydesk.qtkit.parts import EmptyState, label, rule, surface
from colonydesk.qtkit.theme import L, M, S
from colonydesk.ui.animal.rows import Cell, RowsModel, RowsView
from colonydesk.ui.animal.tab import Tab
from colonydesk.ui.desk import Desk


class Listing(Tab):
    """``title_line`` stands over the table: a caption, and at its right what a tab adds to it."""

    def __init__(self, desk: Desk, name: str, hint: str = "") -> None:
        super().__init__(desk)
        self.model = RowsModel(self.cells())
        self.view = RowsView(desk.source, self.model, name)
        self.view.opened.connect(self.open_row)
        self.empty = EmptyState("")
        self.title_line = QHBoxLayout()
        self.title_line.setContentsMargins(L, 6, M, 6)
        self.title_line.setSpacing(S)
        self.count = label(name, "strong")
        self.title_line.addWidget(self.count)
        if hint:
            self.title_line.addWidget(label(hint, "caption"))
        self.title_line.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.setContentsMargins(S, 0, 0, 0)  # the words of the first column below the caption
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        page = surface("panel")
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(self.title_line)
        self.column.addWidget(rule())
        self.column.addWidget(self._stack, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(page)

    def cells(self) -> Sequence[Cell]:
        """The table's columns."""
        raise NotImplementedError

    def open_row(self, row: Any) -> None:
        """Enter or a double click on a row."""

    def first_focus(self) -> QWidget:
        return self.view

    def today(self) -> date:
        """The lab's local day."""
        timezone = self.overview.timezone if self.overview is not None else "UTC"
        return zone(timezone).day(self.desk.now())

    def zone_info(self) -> Any:
        return zone(self.overview.timezone if self.overview is not None else "UTC").info

    def show_rows(self, rows: Sequence[Any], empty: str) -> None:
        """Show these rows, or the sentence where there are none; the keys stay at the same record."""
        at = self.view.current_row()
        self.model.set_rows(rows)
        self.empty.tell(empty)
        self._stack.setCurrentWidget(self.view if rows else self.empty)
        focus = QApplication.focusWidget()
        if rows and self.isVisible() and (focus is None or self.isAncestorOf(focus)):
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.view.mark_first()
        key = getattr(at, "id", None)
        place = next((place for place, row in enumerate(rows) if getattr(row, "id", None) == key), None)
        if key is not None and place is not None:
            self.view.setCurrentIndex(self.model.index(place, 0))

    def add_button(self, text: str, act: Any = None, menu: QMenu | None = None) -> QPushButton:
        """A button at the right over the table, or one that opens a menu."""
        button = QPushButton(text)
        button.setProperty("kind", "link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if menu is not None:
            button.setMenu(menu)
        else:
            button.clicked.connect(act)
        self.title_line.addWidget(button)
        return button
