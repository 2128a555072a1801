"""The tables of the page: rows from outside, formatted when they are painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from colonydesk.qtkit.parts import calm_table
from colonydesk.qtkit.theme import LABEL, TEXT, Theme, ThemeSource, font

PADDING = 8
NARROW = 760
"""Below this width the minor columns are not shown."""

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """One column: how a row's cell reads, and how it looks.

    ``width`` in pixels; ``stretch`` takes the rest, ``minor`` gives way where there is little room. A text
    that is longer goes on in a second line, where it is no number. ``tone`` gives "text", "secondary",
    "faint" or a state, ``tip`` what the pointer shows.
    """

    title: str
    text: Callable[[Any], str]
    width: int = 90
    number: bool = False
    stretch: bool = False
    minor: bool = False
    tone: Callable[[Any], str] | None = None
    bold: Callable[[Any], bool] | None = None
    tip: Callable[[Any], str] | None = None


class RowsModel(QAbstractTableModel):
    """``rows`` may be any sequence: a range over arrays is formatted cell by cell as it is looked at.

    ``end_reached`` when the view wants more than the rows that are there (``set_more``).
    """

    end_reached = Signal()

    def __init__(self, cells: Sequence[Cell]) -> None:
        super().__init__()
        self.cells = tuple(cells)
        self.rows: Sequence[Any] = ()
        self._more = False

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self.rows = rows
        self._more = False
        self.endResetModel()

    def add_rows(self, rows: Sequence[Any]) -> None:
        """Show these below the others."""
        if rows:
            first = len(self.rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self.rows = [*self.rows, *rows]
            self.endInsertRows()

    def set_more(self, more: bool) -> None:
        """Whether there is more where these came from."""
        self._more = more

    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not parent.isValid()

    def fetchMore(self, _parent: Index) -> None:
        self._more = False
        self.end_reached.emit()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, cell = self.rows[index.row()], self.cells[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return (cell.tip or cell.text)(row) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(cell)
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.cells):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.cells[section])
        return None


class RowsView(QTableView):
    """``opened`` carries the row that Enter or a double click asks for, ``asked`` (row, column) on F3.

    ``by_cell``: the arrows go from number to number; else from row to row.
    """

    opened = Signal(object)
    asked = Signal(int, int)

    def __init__(self, source: ThemeSource, model: RowsModel, name: str, *, by_cell: bool = False) -> None:
        super().__init__()
        self._source = source
        self.rows_model = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(source, self, by_cell))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        calm_table(self)
        behaviour = QAbstractItemView.SelectionBehavior
        self.setSelectionBehavior(behaviour.SelectItems if by_cell else behaviour.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(36)
        for place, cell in enumerate(model.cells):
            self.setColumnWidth(place, cell.width)
            if cell.stretch:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self._set_height()
        self.doubleClicked.connect(self._on_double_click)
        source.changed.connect(self._set_height)

    def current_row(self) -> Any:
        """The row the keys are at, None where there is none."""
        index = self.currentIndex()
        return self.rows_model.rows[index.row()] if index.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._open(index)
        elif event.key() == Qt.Key.Key_F3 and index.isValid():
            self.asked.emit(index.row(), index.column())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the page's
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.mark_first()

    def mark_first(self) -> None:
        """Let the keys be at the first row where they are at none."""
        if not self.selectionModel().hasSelection() and self.rows_model.rows:  # Qt's own marks it unseen
            here = self.currentIndex() if self.currentIndex().isValid() else self.rows_model.index(0, 0)
            self.selectionModel().setCurrentIndex(here, self.selectionCommand(here))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for place, cell in enumerate(self.rows_model.cells):
            if cell.minor:
                self.setColumnHidden(place, self.width() < NARROW)

    def _on_double_click(self, index: QModelIndex) -> None:
        self._open(index)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.rows_model.rows[index.row()])

    def _set_height(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._source.theme.row)


class _Delegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: RowsView, by_cell: bool) -> None:
        super().__init__(view)
        self._source = source
        self._view = view
        self._by_cell = by_cell
        self._plain, self._bold = font(TEXT), font(TEXT, 600)
        self._small, self._small_bold = font(LABEL), font(LABEL, 600)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, self._source.theme.row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._source.theme
        row, cell = index.data(Qt.ItemDataRole.UserRole), self._view.rows_model.cells[index.column()]
        box: QRect = option.rect
        marked = bool(option.state & QStyle.StateFlag.State_Selected)
        if marked:
            painter.fillRect(box, QColor(theme.selection))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        if marked and not self._by_cell and index.column() == 0:
            edge = theme.accent if self._view.hasFocus() else theme.faint
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(edge))
        if marked and self._by_cell and self._view.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -2))
        bold = cell.bold is not None and cell.bold(row)
        painter.setFont(self._bold if bold else self._plain)
        painter.setPen(QColor(_colour(theme, cell.tone(row) if cell.tone is not None else "text")))
        room = QRectF(box).adjusted(PADDING, 0, -PADDING, 0)
        text, width = cell.text(row), int(room.width())
        if not cell.number and painter.fontMetrics().horizontalAdvance(text) > width:
            painter.setFont(self._small_bold if bold else self._small)
            text = in_two_lines(painter.fontMetrics(), text, width)
        painter.drawText(room, _alignment(cell), text)


def in_two_lines(metrics: QFontMetrics, text: str, width: int) -> str:
    """As many words as fit on one line, and the others below; the second one is elided where need be."""
    first = ""
    for word in text.split(" "):
        if first and metrics.horizontalAdvance(f"{first} {word}") > width:
            break
        first = f"{first} {word}" if first else word
    lines = (first, text[len(first) :].strip())
    return "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines if line)


def _colour(theme: Theme, tone: str) -> str:
    return {"text": theme.text, "secondary": theme.secondary, "faint": theme.hint}.get(tone) or theme.state(
        tone
    )


def _alignment(cell: Cell) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if cell.number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
