"""The table of a report: painted in the theme, sorted by its heads, a count leads to its animals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from colonydesk.exchange.reports.cells import cell_text, shown_places
from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.parts import calm_table
from colonydesk.qtkit.spare_room import is_being_drawn
from colonydesk.qtkit.theme import CAPTION, TEXT, S, ThemeSource, font
from colonydesk.queries.reports import Column, Row

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
COLUMN_ROLE = Qt.ItemDataRole.UserRole + 1
SHAPE = 16
"""Room for a state's shape, in pixels."""
WIDEST, PROSE = 420, 200
"""Of a column, in pixels; with less room than all need words give way, down to PROSE."""
STRONG = ("nickname", "value")
"""The columns that a row is called by."""
MEASURED = 300
"""So many rows are measured for the widths of the columns."""
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class ReportModel(QAbstractTableModel):
    """The rows of a report, in the order of one of its columns."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[Column] = []
        self.rows: list[Row] = []
        self._places: list[int] = []
        self._clock: tzinfo | None = None
        self.sorted_by = ""
        self.descending = False

    def show(self, columns: Sequence[Column], rows: Sequence[Row], clock: tzinfo) -> None:
        """Other rows; they stay sorted where there still is a column to sort by."""
        self.beginResetModel()
        self._places = shown_places(columns, rows)
        self.columns = [columns[place] for place in self._places]
        self.rows = list(rows)
        self._clock = clock
        if self.sorted_by not in {column.key for column in self.columns}:
            self.sorted_by, self.descending = "", False
        self._order()
        self.endResetModel()

    def sort_by(self, key: str, descending: bool) -> None:
        """Sort by a column; what is not known comes last."""
        self.layoutAboutToBeChanged.emit()
        self.sorted_by, self.descending = key, descending
        self._order()
        self.changePersistentIndexList(
            self.persistentIndexList(), [_NONE for _ in self.persistentIndexList()]
        )
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, len(self.columns) - 1))

    def _order(self) -> None:
        place = next((at for at, one in enumerate(self.columns) if one.key == self.sorted_by), None)
        if place is None:
            return
        column = self.columns[place]

        def value(row: Row) -> Any:
            found = row.cells[self._places[place]]
            if column.kind == "count":
                return len(found)
            return found.casefold() if isinstance(found, str) else found

        known = [row for row in self.rows if row.cells[self._places[place]] is not None]
        unknown = [row for row in self.rows if row.cells[self._places[place]] is None]
        self.rows = [*sorted(known, key=value, reverse=self.descending), *unknown]

    def value(self, index: Index) -> Any:
        """What stands in a cell, not as text."""
        return self.rows[index.row()].cells[self._places[index.column()]]

    def text(self, row: int, column: int) -> str:
        return cell_text(self.columns[column], self.rows[row].cells[self._places[column]], self._clock)

    @property
    def is_high(self) -> bool:
        """Whether the heads take two lines: some columns are of another day."""
        return any(column.group for column in self.columns)

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self.text(index.row(), index.column())
            return text if len(text) > 24 else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.header}: {self.text(index.row(), index.column())}"
        if role == Qt.ItemDataRole.UserRole:
            return self.rows[index.row()]
        if role == COLUMN_ROLE:
            return column
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = f" {'▾' if self.descending else '▴'}" if column.key == self.sorted_by else ""
            if self.is_high and column.group:
                return f"{column.title}, {column.unit}{arrow}\n{column.group.lower()}"
            if self.is_high and column.unit:
                return f"{column.title}{arrow}\n{column.unit}"
            return ", ".join(part for part in (column.title, column.unit) if part) + arrow
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class ReportView(QTableView):
    """``counted`` carries (row, column) of a count that is to be opened, ``opened`` a row's record.

    ``left`` comes with Escape.
    """

    counted = Signal(object, object)
    opened = Signal(str, object)
    left = Signal()

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self._wanted: list[int] = []
        self.table = ReportModel()
        self.setModel(self.table)
        self.setItemDelegate(_CellDelegate(source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        calm_table(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setAccessibleName(self.tr("Report"))
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(36)
        header.setStretchLastSection(True)
        header.sectionClicked.connect(self._on_header)
        header.sectionResized.connect(self._on_drawn)
        self._fit_rows()
        source.changed.connect(self._fit_rows)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._take)

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row], clock: tzinfo) -> None:
        """Show other rows; where they are of the same columns the marker stays on its record."""
        index = self.currentIndex()
        row: Row | None = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        at, column = (row.opens or row.cells[:2] if row else None), index.column()
        before = [one.key for one in self.table.columns]
        self.table.show(columns, rows, clock)
        same = before == [one.key for one in self.table.columns]
        self._fit_columns(self._wanted if same else [])
        places = [p for p, one in enumerate(self.table.rows) if (one.opens or one.cells[:2]) == at]
        if self.table.rows:
            self.setCurrentIndex(
                self.table.index(places[0] if places else 0, column if same and column >= 0 else 0)
            )

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._source.theme.row)

    def _fit_columns(self, before: Sequence[int]) -> None:
        """As wide as head and cells, and not narrower than ``before``; a last one of words takes the rest."""
        plain, bold, heads = (QFontMetrics(one) for one in (font(TEXT), font(TEXT, 600), font(CAPTION)))
        table, wanted = self.table, list[int]()
        for place, column in enumerate(table.columns):
            metrics = bold if column.key in STRONG else plain
            title = str(table.headerData(place, Qt.Orientation.Horizontal))
            width = max(heads.horizontalAdvance(part) for part in title.split("\n")) + 2 * S + 2
            for row in range(min(MEASURED, len(table.rows))):
                width = max(width, metrics.horizontalAdvance(table.text(row, place)) + 2 * S + 2)
            width = min(width + (SHAPE if column.kind == "state" else 0), WIDEST)
            last = place == len(table.columns) - 1
            wanted.append(max(width, before[place] if before and not last else 0))
        self._wanted = wanted
        self._make_room()
        header = self.horizontalHeader()
        header.setStretchLastSection(bool(table.columns) and not table.columns[-1].number)
        header.setFixedHeight(40 if table.is_high else 28)

    def _make_room(self) -> None:
        """Where there is no room for all, the widest words end in "…" before anything moves sideways."""
        widths = list(self._wanted)
        words = [place for place, column in enumerate(self.table.columns) if column.kind == "text"]
        while words and (over := sum(widths) - self.viewport().width()) > 0:
            widest = max(words, key=lambda place: widths[place])
            if widths[widest] <= PROSE:
                break
            widths[widest] = max(PROSE, widths[widest] - over)
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width)

    def _on_drawn(self, place: int, _old: int, new: int) -> None:
        """A width that is drawn by hand stays."""
        header = self.horizontalHeader()
        stretched = header.stretchLastSection() and place == len(self._wanted) - 1
        if is_being_drawn(header) and place < len(self._wanted) and not stretched:
            self._wanted[place] = new

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _on_header(self, section: int) -> None:
        key = self.table.columns[section].key
        self.sort_by(key, key == self.table.sorted_by and not self.table.descending)

    def sort_by(self, key: str, descending: bool) -> None:
        """Sort; the marker stays on its record."""
        index = self.currentIndex()
        row = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        self.table.sort_by(key, descending)
        if row is not None:
            place = next(at for at, one in enumerate(self.table.rows) if one is row)
            self.setCurrentIndex(self.table.index(place, index.column()))

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.data(COLUMN_ROLE).kind == "count":
            self._take(index)

    def _take(self, index: QModelIndex) -> None:
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        column: Column = index.data(COLUMN_ROLE)
        if column.kind == "count":
            if self.table.value(index):
                self.counted.emit(row, column)
        elif row.opens is not None:
            self.opened.emit(*row.opens)
        else:  # on the words before the counts: the first of them
            first = next((one for one in self.table.columns if one.kind == "count"), None)
            if first is not None:
                self.counted.emit(row, first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.modifiers() == _CTRL_SHIFT and self._sort_by_key(key):
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._take(self.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _sort_by_key(self, key: int) -> bool:
        """Ctrl+Shift and an arrow: by the column before or behind, upwards or downwards."""
        keys = [column.key for column in self.table.columns]
        if not keys:
            return False
        by = self.table.sorted_by
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            start = keys.index(by) + step if by in keys else (0 if step > 0 else -1)
            self.sort_by(keys[start % len(keys)], False)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.sort_by(by or keys[0], key == Qt.Key.Key_Down)
        else:
            return False
        return True


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: ReportView) -> None:
        super().__init__(view)
        self._source = source
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, view = self._source.theme, self._view
        column: Column = index.data(COLUMN_ROLE)
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        here = index.row() == view.currentIndex().row()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if here:
            painter.fillRect(box, QColor(theme.selection))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        if here and index.column() == 0:
            edge = theme.accent if view.hasFocus() else theme.faint
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(edge))
        counts = column.kind == "count" and bool(view.table.value(index))
        colour = theme.text if column.kind != "count" or counts else theme.hint
        colour = theme.accent if counts else colour
        where = box.adjusted(S, 0, -S, -1)
        if column.kind == "state":
            colour = theme.state(row.state) if row.state else theme.text
            if row.state:
                paint_state(painter, QPointF(where.left() + 5.5, box.center().y() + 0.5), row.state, colour)
                where = where.adjusted(SHAPE, 0, 0, 0)
        painter.setFont(font(TEXT, 600 if column.key in STRONG else 400))
        painter.setPen(QColor(colour))
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, where.width() + 2)
        side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
        painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, text)
        if option.state & QStyle.StateFlag.State_Selected and column.kind == "count":
            edge = theme.accent if view.hasFocus() else theme.faint
            painter.setPen(QPen(QColor(edge), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 2, -3, -4), 4, 4)
        painter.restore()
