"""The view of a ``PagedTable``: rows painted in the theme, columns chosen and ordered, all of it by keys."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.table import ID_ROLE, ROW_ROLE, PagedTable
from colonydesk.qtkit.theme import TEXT, S, ThemeSource, font

Index = QModelIndex | QPersistentModelIndex

SHAPE = 16
"""Room for a state's shape, in pixels."""
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
        self.dim = False
        self.setModel(model)
        self.setItemDelegate(_CellDelegate(source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._prepare_header()
        self._fit_rows()
        source.changed.connect(self._fit_rows)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ID_ROLE)))
        self.selectionModel().selectionChanged.connect(lambda *_: self._tell_selection())

    def _prepare_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
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
        """The keys of the columns in sight, from the left."""
        header, columns = self.horizontalHeader(), self._model.columns()
        order = [header.logicalIndex(place) for place in range(header.count())]
        return tuple(columns[one].key for one in order if not header.isSectionHidden(one))

    def widths(self) -> dict[str, int]:
        """The widths of the columns in sight, in pixels; not that of the last, which takes what is left."""
        places = {column.key: place for place, column in enumerate(self._model.columns())}
        return {key: self.columnWidth(places[key]) for key in self.shown_columns()[:-1]}

    def show_columns(self, keys: Sequence[str], widths: Mapping[str, int] | None = None) -> None:
        """Show these columns, in this order; unknown ones are passed over."""
        header, columns = self.horizontalHeader(), self._model.columns()
        places = {column.key: place for place, column in enumerate(columns)}
        self._quiet = True
        for column, place in zip(columns, range(len(columns)), strict=True):
            self.setColumnHidden(place, column.key not in keys)
            self.setColumnWidth(place, (widths or {}).get(column.key, column.width))
        for to, key in enumerate(key for key in keys if key in places):
            header.moveSection(header.visualIndex(places[key]), to)
        self._quiet = False

    def show_sorting(self, key: str, descending: bool) -> None:
        """Point the arrow of the header; nothing is sorted by it."""
        self._sorting = key, descending
        self._model.set_arrow(key, descending)

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


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: PagedView) -> None:
        super().__init__(view)
        self._source = source
        self._view = view
        self._fonts = {strong: font(TEXT, 600 if strong else 400) for strong in (False, True)}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, view = self._source.theme, self._view
        model: PagedTable = index.model()
        column = model.columns()[index.column()]
        box: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
        if (
            index.row() == view.currentIndex().row()
            and view.horizontalHeader().visualIndex(index.column()) == 0
        ):
            edge = theme.accent if view.hasFocus() else theme.faint
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(edge))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        row = index.data(ROW_ROLE)
        text = index.data()
        colour = theme.text
        state = column.state(row) if column.state is not None and row is not None else ""
        if state:
            colour = theme.state(state)
        if view.dim or row is None:
            colour = theme.faint
        where = box.adjusted(S, 0, -S, -1)
        painter.setFont(self._fonts[column.strong])
        painter.setPen(QColor(colour))
        room = where.width() - (SHAPE if state else 0)
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > room:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))
        left = where.left()
        if column.number:
            left = where.right() - metrics.horizontalAdvance(text) - (SHAPE if state else 0) + 1
        if state:
            paint_state(painter, QPointF(left + 5.5, box.center().y() + 0.5), state, colour)
            left += SHAPE
        place = QRect(left, where.top(), where.right() - left + 2, where.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
