"""A section of many kinds of records: their names at the left, in groups, the chosen one beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from colonydesk.qtkit.headed_list import HeadedList
from colonydesk.qtkit.parts import on_keys, rule, surface
from colonydesk.qtkit.theme import CAPTION, S, font
from colonydesk.ui.desk import Desk
from colonydesk.ui.records.screen import RecordsScreen
from colonydesk.ui.sheets import SHEETS

WIDTH = 186


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the list: the table it shows, or for what is no table a key of its own with its word."""

    key: str
    word: str
    make: Callable[[Desk], QWidget]


def page_of(table: str) -> Page:
    """The list and form of a table."""
    return Page(table, SHEETS[table].title, lambda desk: RecordsScreen(desk, SHEETS[table]))


class KindsScreen(QWidget):
    """``groups`` are headings with their pages. A page is made when it is first opened.

    A page has what a section has: ``told``, ``wanted``, ``unsaved`` and, where it shows records, ``open``.
    """

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk, groups: Sequence[tuple[str, Sequence[Page]]], title: str) -> None:
        super().__init__()
        self._desk = desk
        self._pages = {page.key: page for _, pages in groups for page in pages}
        self._made: dict[str, QWidget] = {}
        self._current = ""
        self.kinds = HeadedList()
        self.stack = QStackedWidget()
        self._fill(groups)
        self._lay_out(title)
        self.kinds.currentItemChanged.connect(self._on_chosen)
        self.kinds.itemActivated.connect(lambda _item: self._into_page())
        self._desk.source.changed.connect(lambda _theme: self._colour())
        on_keys(self, "Ctrl+G", lambda: self.kinds.setFocus(Qt.FocusReason.ShortcutFocusReason))
        on_keys(self.kinds, "Ctrl+N", self._begin)  # a page has this key itself
        first = groups[0][1][0].key
        self.show_page(first)
        self.setFocusProxy(self.kinds)

    def _fill(self, groups: Sequence[tuple[str, Sequence[Page]]]) -> None:
        for heading, pages in groups:
            head = QListWidgetItem(heading)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            head.setFont(font(CAPTION, 600))
            head.setSizeHint(QSize(0, 32 if self.kinds.count() else 26))
            head.setTextAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
            self.kinds.addItem(head)
            for page in pages:
                item = QListWidgetItem(page.word)
                item.setData(Qt.ItemDataRole.UserRole, page.key)
                item.setSizeHint(QSize(0, 28))
                self.kinds.addItem(item)

    def _lay_out(self, title: str) -> None:
        self.kinds.setObjectName("kinds")
        self.kinds.setFrameShape(QFrame.Shape.NoFrame)
        self.kinds.setAccessibleName(title)
        self.kinds.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.kinds.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.kinds.setFixedWidth(WIDTH)
        left = surface("panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, S, 0, S)
        column.addWidget(self.kinds)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(rule(vertical=True))
        row.addWidget(self.stack, 1)

    # As a section

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; its form says so then."""
        unsaved = False
        for key, page in self._made.items():
            if getattr(page, "unsaved", lambda: False)():
                self.show_page(key)
                unsaved = True
        return unsaved

    def remember_layout(self) -> None:
        """Keep the places of the sashes, and which columns were chosen."""
        for key, page in self._made.items():
            if isinstance(page, RecordsScreen):
                self._desk.remember_sash(page.splitter, f"records {key}")
                self._desk.settings.remember_layout(f"records {key} columns", page.table.choice.state())

    def open(self, table: str, row_id: UUID) -> None:
        """Show a record of one of the kinds."""
        page = self.show_page(table)
        if isinstance(page, RecordsScreen):
            page.open(row_id)

    # Pages

    def page(self) -> QWidget:
        """The page that is shown."""
        return self._made[self._current]

    def _begin(self) -> None:
        page = self.page()
        if isinstance(page, RecordsScreen):
            page.begin()

    def ask_export(self) -> bool:
        """Export the list that is shown; False where this page is none."""
        page = self.page()
        return isinstance(page, RecordsScreen) and page.ask_export()

    def current(self) -> str:
        """The key of the page that is shown."""
        return self._current

    def show_page(self, key: str) -> QWidget:
        """Show this page, made now if it has not been."""
        if key not in self._made:
            made = self._pages[key].make(self._desk)
            self._connect(made)
            if isinstance(made, RecordsScreen):
                self._desk.place_sash(made.splitter, f"records {key}")
                made.table.choice.restore(self._desk.settings.layout_of(f"records {key} columns"))
            self._made[key] = made
            self.stack.addWidget(made)
        self._current = key
        self.stack.setCurrentWidget(self._made[key])
        self._mark()
        return self._made[key]

    def _connect(self, page: QWidget) -> None:
        for name, signal in (("told", self.told), ("wanted", self.wanted)):
            own = getattr(page, name, None)
            if own is not None:
                own.connect(signal)

    def _mark(self) -> None:
        for row in range(self.kinds.count()):
            item = self.kinds.item(row)
            if item.data(Qt.ItemDataRole.UserRole) == self._current and self.kinds.currentItem() is not item:
                self.kinds.blockSignals(True)
                self.kinds.setCurrentItem(item)
                self.kinds.blockSignals(False)

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        key = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if key:
            self.show_page(key)

    def _into_page(self) -> None:
        self.page().setFocus(Qt.FocusReason.TabFocusReason)

    def _colour(self) -> None:
        self.kinds.viewport().update()
