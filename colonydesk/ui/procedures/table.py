"""The table of a list: rows painted in the theme, a tree where there are sub-sessions, sorting by keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from colonydesk.qtkit.column_choice import ColumnChoice
from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.parts import calm_table
from colonydesk.qtkit.spare_room import SpareRoom
from colonydesk.qtkit.table import PagedTable
from colonydesk.qtkit.theme import TEXT, S, ThemeSource, font
from colonydesk.ui.procedures.columns import ListColumn

Index = QModelIndex | QPersistentModelIndex

INDENT = 18
FOLD = 16
SHAPE = 18
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class ListView(QTableView):
    """``opened`` carries the id of the record that the person wants beside the list; ``moved`` the id that
    the marker came to; ``fold_asked`` an id and whether it is to be folded up; ``left`` comes with Escape.

    ``sort_asked`` carries a column's number and whether it goes downwards.
    """

    opened = Signal(object)
    moved = Signal(object)
    fold_asked = Signal(object, bool)
    sort_asked = Signal(int, bool)
    left = Signal()

    def __init__(self, source: ThemeSource, columns: Sequence[ListColumn], model: PagedTable) -> None:
        super().__init__()
        self._source = source
        self.columns = tuple(columns)
        self.depth: Mapping[UUID, int] = {}
        self.children: Mapping[UUID, int] = {}
        self.folded: set[UUID] = set()
        self._sorting = 0, False
        self.setModel(model)
        self._model = model
        self.setItemDelegate(_CellDelegate(source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        calm_table(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._prepare_header()
        self._fit_rows()
        source.changed.connect(self._fit_rows)
        self.clicked.connect(self._on_clicked)

    def _prepare_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(True)
        header.sectionClicked.connect(self._on_header)
        usual = [column.width for column in self.columns]
        self._metrics = {strong: QFontMetrics(font(TEXT, 600 if strong else 400)) for strong in (True, False)}
        self.choice = ColumnChoice(self, [column.title for column in self.columns], usual)
        self._spare = SpareRoom(self, lambda _room: usual, self._needed)
        self.choice.changed.connect(self._spare.fit)

    def _needed(self, index: QModelIndex) -> int:
        column, first = self.columns[index.column()], index.column() == 0
        width = self._metrics[first].horizontalAdvance(index.data()) + 2 * S + 1
        if column.state is not None:
            width += SHAPE
        if first and self.children:
            width += FOLD + INDENT * self.depth.get(index.data(Qt.ItemDataRole.UserRole), 0)
        return width

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.choice.fit()
        self._spare.fit()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._source.theme.row)

    def current_id(self) -> UUID | None:
        """The record that is marked."""
        index = self.currentIndex()
        return index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None

    def show_current(self, key: UUID | None) -> None:
        """Mark a record and bring it into sight, where it is in the list."""
        place = None if key is None else self._model.row_of(key)
        if place is None:
            self.clearSelection()
            return
        column = max(0, self.currentIndex().column())
        self.setCurrentIndex(self._model.index(place, column))

    def show_sorting(self, column: int, descending: bool) -> None:
        """Point the arrow of the header; nothing is sorted by it."""
        self._sorting = column, descending
        self.choice.keep(column)
        self._model.set_arrow(self.columns[column].key, descending)

    def _on_header(self, column: int) -> None:
        """The other way round where it is sorted by this column already."""
        by, descending = self._sorting
        self.sort_asked.emit(column, column == by and not descending)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.moved.emit(current.data(Qt.ItemDataRole.UserRole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() == _CTRL_SHIFT and self._sort_by_key(key):
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.current_id())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._fold(key == Qt.Key.Key_Left):
            pass
        else:
            super().keyPressEvent(event)

    def _sort_by_key(self, key: int) -> bool:
        column, _ = self._sorting
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            to = (column + step) % len(self.columns)
            while self.choice.is_off(to):
                to = (to + step) % len(self.columns)
            self.sort_asked.emit(to, False)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.sort_asked.emit(column, key == Qt.Key.Key_Down)
        else:
            return False
        return True

    def _fold(self, up: bool) -> bool:
        """Left folds a session up, or goes to what it is part of; Right unfolds it."""
        here = self.current_id()
        if here is None or not self.children:
            return False
        if here in self.children and (here in self.folded) != up:
            self.fold_asked.emit(here, up)
            return True
        depth = self.depth.get(here, 0)
        if up and depth:
            ids = self._model.ids()
            place = self.currentIndex().row()
            above = next(at for at in range(place - 1, -1, -1) if self.depth.get(ids[at], 0) < depth)  # type: ignore[call-overload]
            self.setCurrentIndex(self._model.index(above, self.currentIndex().column()))
            return True
        return False

    def _on_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(Qt.ItemDataRole.UserRole))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == 0:
            key = index.data(Qt.ItemDataRole.UserRole)
            left = self.visualRect(index).left() + S + INDENT * self.depth.get(key, 0)
            if key in self.children and left - 4 <= event.position().x() <= left + FOLD:
                self.fold_asked.emit(key, key not in self.folded)
                return
        super().mousePressEvent(event)


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: ListView) -> None:
        super().__init__(view)
        self._source = source
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, view = self._source.theme, self._view
        column = view.columns[index.column()]
        row = index.data(Qt.ItemDataRole.UserRole + 1)
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
        if index.column() == 0 and index.row() == view.currentIndex().row():
            edge = theme.accent if view.hasFocus() else theme.faint
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(edge))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        where = box.adjusted(S, 0, -S, -1)
        if index.column() == 0 and view.children:
            where = self._paint_tree(painter, where, index)
        colour = theme.text
        used = QFont(font(TEXT, 600 if index.column() == 0 else 400))
        if row is not None and column.inherits and column.inherits in row.inherited:
            used.setItalic(True)
            colour = theme.secondary
        state = column.state(row) if column.state is not None and row is not None else ""
        if state:
            colour = theme.state(state)
            paint_state(painter, QPointF(where.left() + 6, box.center().y() + 0.5), state, colour)
            where = where.adjusted(SHAPE, 0, 0, 0)
        painter.setFont(used)
        painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
        text = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, max(0, where.width())
        )
        painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_tree(self, painter: QPainter, where: QRect, index: Index) -> QRect:
        """The arrow of a session with sub-sessions, the elbow of a sub-session; the rest is the text's."""
        theme, view = self._source.theme, self._view
        key = index.data(Qt.ItemDataRole.UserRole)
        depth = view.depth.get(key, 0)
        left, middle = where.left() + INDENT * depth, where.center().y() + 0.5
        if depth:
            painter.setPen(QPen(QColor(theme.faint), 1))
            corner = left - INDENT / 2
            painter.drawLine(QPointF(corner, where.top()), QPointF(corner, middle))
            painter.drawLine(QPointF(corner, middle), QPointF(left - 1, middle))
        if key in view.children:
            painter.setPen(QPen(QColor(theme.secondary), 1.5))
            x = left + 5.0
            if key in view.folded:
                points = [QPointF(x - 2, middle - 4), QPointF(x + 2, middle), QPointF(x - 2, middle + 4)]
            else:
                points = [QPointF(x - 4, middle - 2), QPointF(x, middle + 2), QPointF(x + 4, middle - 2)]
            painter.drawPolyline(points)
        return where.adjusted(INDENT * depth + FOLD, 0, 0, 0)
