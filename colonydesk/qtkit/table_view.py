"""The view of a ``PagedTable``: rows painted in the theme, columns chosen and ordered, all of it by keys."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from colonydesk.qtkit.parts import calm_table
from colonydesk.qtkit.table import ID_ROLE, PagedTable
from colonydesk.qtkit.table_painting import RowPainting
from colonydesk.qtkit.theme import ThemeSource

HELD_MS = 40
"""So long rows that are on their way are waited for, before they are painted as missing."""
SELECTED_MOST = 5000
"""So many rows stay selected over a new list; more are not looked up."""
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class PagedView(QTableView):
    """``opened`` carries the id of the row that Enter or a double click was given on, ``moved`` that of the
    row the marker came to by hand, ``left`` comes with Escape, ``selection_changed`` with another selection.

    ``sort_asked`` carries a column's key and whether it goes downwards, ``columns_changed`` comes when a
    column was moved or made wider by hand.
    """

    opened = Signal(object)
    moved = Signal(object)
    left = Signal()
    selection_changed = Signal()
    sort_asked = Signal(str, bool)
    columns_changed = Signal()

    def __init__(self, source: ThemeSource, model: PagedTable) -> None:
        super().__init__()
        self._source = source
        self._model = model
        self._quiet = False
        self._sorting = "", False
        self._gives: tuple[str, ...] = ()
        self._away: dict[str, int] = {}
        self.dim = False
        self.setModel(model)
        # After the headers' own answer to it: laid out at once, or it is painted before and after.
        model.modelReset.connect(self.doItemsLayout)
        self._painting = RowPainting(source, self, model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        calm_table(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._held = QTimer(self)
        self._held.setSingleShot(True)
        self._held.setInterval(HELD_MS)
        self._held.timeout.connect(self._let_paint)
        model.dataChanged.connect(lambda *_: self._on_rows())
        model.modelReset.connect(self._let_paint)
        self._prepare_header()
        self._fit_rows()
        source.changed.connect(self._fit_rows)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ID_ROLE)))
        self.selectionModel().selectionChanged.connect(lambda *_: self._tell_selection())

    def _prepare_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(36)
        header.setStretchLastSection(True)
        for place, column in enumerate(self._model.columns()):
            self.setColumnWidth(place, column.width)
        header.sectionClicked.connect(self._on_header)
        header.sectionMoved.connect(lambda *_: self._tell_columns())
        header.sectionResized.connect(lambda *_: self._tell_columns())

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._source.theme.row)

    # Columns

    def shown_columns(self) -> tuple[str, ...]:
        """The keys of the chosen columns, from the left, also of those that have no room now."""
        header, columns = self.horizontalHeader(), self._model.columns()
        order = [header.logicalIndex(place) for place in range(header.count())]
        return tuple(
            columns[one].key
            for one in order
            if not header.isSectionHidden(one) or columns[one].key in self._away
        )

    def widths(self) -> dict[str, int]:
        """The widths of these, in pixels; not that of the last, which takes what is left."""
        places = {column.key: place for place, column in enumerate(self._model.columns())}
        return {
            key: self._away.get(key) or self.columnWidth(places[key]) for key in self.shown_columns()[:-1]
        }

    def wanted_width(self) -> int:
        """The pixels in which all the chosen columns have room."""
        usual = {column.key: column.width for column in self._model.columns()}
        return sum(self.widths().values()) + sum(usual[key] for key in self.shown_columns()[-1:])

    def set_giving_way(self, keys: Sequence[str]) -> None:
        """Where there is no room for all, these go out of sight, the first one first; but not the one that
        is sorted by, nor the last."""
        self._gives = tuple(keys)
        self._make_room()

    def _make_room(self) -> None:
        """Let as many columns give way as must, and those come back for which there is room."""
        shown, wanted, widths = self.shown_columns(), self.wanted_width(), self.widths()
        away: dict[str, int] = {}
        for key in self._gives:
            if wanted <= self.viewport().width():
                break
            if key in shown[:-1] and key != self._sorting[0]:
                away[key] = widths[key]
                wanted -= widths[key]
        if away == self._away:
            return
        self._quiet = True
        for place, column in enumerate(self._model.columns()):
            if (column.key in away) != (column.key in self._away):
                width = self._away.get(column.key)
                self.setColumnHidden(place, column.key in away)
                if width is not None:
                    self.setColumnWidth(place, width)
        self._away = away
        self._quiet = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def show_columns(self, keys: Sequence[str], widths: Mapping[str, int] | None = None) -> None:
        """Show these columns, in this order; unknown ones are passed over."""
        header, columns = self.horizontalHeader(), self._model.columns()
        places = {column.key: place for place, column in enumerate(columns)}
        self._quiet = True
        self._away = {}
        for column, place in zip(columns, range(len(columns)), strict=True):
            self.setColumnHidden(place, column.key not in keys)
            self.setColumnWidth(place, (widths or {}).get(column.key, column.width))
        for to, key in enumerate(key for key in keys if key in places):
            header.moveSection(header.visualIndex(places[key]), to)
        self._quiet = False
        self._make_room()

    def show_sorting(self, key: str, descending: bool) -> None:
        """Point the arrow of the header; nothing is sorted by it."""
        self._sorting = key, descending
        self._model.set_arrow(key, descending)
        self._make_room()

    def _on_header(self, section: int) -> None:
        """The other way round where it is sorted by this column already."""
        key = self._model.columns()[section].key
        by, descending = self._sorting
        self.sort_asked.emit(key, key == by and not descending)

    def _tell_columns(self) -> None:
        if not self._quiet:
            self.columns_changed.emit()

    # Rows

    def current_id(self) -> Hashable | None:
        """The row that is marked."""
        index = self.currentIndex()
        key: Hashable | None = index.data(ID_ROLE) if index.isValid() else None
        return key

    def selected_count(self) -> int:
        return sum(part.height() for part in self.selectionModel().selection())

    def selected_ids(self) -> tuple[Any, ...]:
        """The ids of the selected rows, from the top."""
        parts = sorted((part.top(), part.bottom()) for part in self.selectionModel().selection())
        ids = self._model.ids()
        return tuple(key for top, bottom in parts for key in ids[top : bottom + 1])

    def select_ids(self, keys: Iterable[Hashable], current: Hashable | None = None) -> None:
        """Select these rows where they are in the list, and mark ``current``; nothing is told of it."""
        self._quiet = True
        chosen, last = QItemSelection(), len(self._model.columns()) - 1
        for key in keys:
            if (place := self._model.row_of(key)) is not None:
                chosen.select(self._model.index(place, 0), self._model.index(place, last))
        model = self.selectionModel()
        place = self._model.row_of(current) if current is not None else None
        if place is not None:
            index = self._model.index(place, self._first_column())
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._quiet = False

    def show_row(self, key: Hashable) -> bool:
        """Mark a row alone and bring it into sight; False where it is not in the list."""
        place = self._model.row_of(key)
        if place is None:
            return False
        self.select_ids([key], key)
        self.scrollTo(self._model.index(place, self._first_column()))
        self._tell_selection()
        return True

    def keeps(self) -> tuple[tuple[Any, ...], Hashable | None, int]:
        """What a new list is to keep: the selected ids, the current one, and how far it is scrolled."""
        chosen = self.selected_ids() if self.selected_count() <= SELECTED_MOST else ()
        return chosen, self.current_id(), self.verticalScrollBar().value()

    def restore(self, kept: tuple[tuple[Any, ...], Hashable | None, int]) -> None:
        chosen, current, scrolled = kept
        self.select_ids(chosen, current)
        self.verticalScrollBar().setValue(scrolled)
        self._tell_selection()

    def set_dim(self, dim: bool) -> None:
        """Whether what is shown is being read anew."""
        if dim != self.dim:
            self.dim = dim
            self.viewport().update()

    def _first_column(self) -> int:
        return max(0, self.horizontalHeader().logicalIndex(0))

    def _tell_selection(self) -> None:
        if not self._quiet:
            self.selection_changed.emit()

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row() and not self._quiet:
            self.moved.emit(current.data(ID_ROLE))

    def focusInEvent(self, event: QFocusEvent) -> None:
        was, self._quiet = self._quiet, True  # the marker it puts on the first row is not moved by a hand
        super().focusInEvent(event)
        self._quiet = was

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dy and self._model.look_at(self._ends()) and not self._held.isActive():
            # They are about to come: nothing is painted twice, unless it takes longer than a glance.
            self.viewport().setUpdatesEnabled(False)
            self._held.start()

    def _ends(self) -> list[int]:
        """The first and the last row in sight."""
        ends = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return [place for place in ends if place >= 0]

    def _on_rows(self) -> None:
        if self._held.isActive() and all(map(self._model.holds, self._ends())):
            self._let_paint()

    def _let_paint(self) -> None:
        self._held.stop()
        self.viewport().setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            self._painting.paint(painter, event.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() == _CTRL_SHIFT and self._sort_by_key(key):
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.current_id())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers() and self._model.rowCount():
            # Of the rows: within a row there is nothing to go to.
            last = self._model.rowCount() - 1
            self.setCurrentIndex(
                self._model.index(0 if key == Qt.Key.Key_Home else last, self._first_column())
            )
        else:
            super().keyPressEvent(event)

    def _sort_by_key(self, key: int) -> bool:
        shown, (by, _) = self.shown_columns(), self._sorting
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            at = shown.index(by) if by in shown else 0
            self.sort_asked.emit(shown[(at + (1 if key == Qt.Key.Key_Right else -1)) % len(shown)], False)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.sort_asked.emit(by, key == Qt.Key.Key_Down)
        else:
            return False
        return True
