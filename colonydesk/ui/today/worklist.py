"""The list at the left: what is still owed today, the urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.parts import EmptyState, rule
from colonydesk.qtkit.theme import CAPTION, LABEL, TEXT, ThemeSource, font
from colonydesk.queries.worklist import WorklistRow
from colonydesk.ui import words

WIDTH = 292
HEADER = 28
_AIR = 8
"""What may be missing of the width before anything has to move."""
# The left or right edge of each column, from the left.
_STATE, _NAME, _CAGE, _PERCENT_RIGHT, _GRAMS_RIGHT, _ML_RIGHT = 17, 34, 125, 217, 240, 272

Index = QModelIndex | QPersistentModelIndex


def _shift(width: int) -> int:
    """How far the columns behind the name move right: a wider list gives its room to the names.

    To the left, less than 0, in a list so narrow that what is owed would be cut off: the cage is left out.
    """
    return min(width, 420) - WIDTH if width >= WIDTH else min(0, width - WIDTH + _AIR)


class WorklistModel(QAbstractListModel):
    """The rows that the chosen filter lets through, in a fixed order; rows change in place."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[WorklistRow] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.nickname
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._spoken(row)
        return None

    def set_rows(self, rows: Sequence[WorklistRow]) -> None:
        """Show these rows; only what differs is told to the view, so that the selection stays."""
        rows = list(rows)
        if [row.subject_id for row in rows] == [row.subject_id for row in self.rows]:
            for place, row in enumerate(rows):
                if row != self.rows[place]:
                    self.rows[place] = row
                    self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def place_of(self, subject_id: UUID | None) -> int:
        """The row's place, -1 where it is not shown."""
        return next((place for place, row in enumerate(self.rows) if row.subject_id == subject_id), -1)

    def _spoken(self, row: WorklistRow) -> str:
        if row.damage:
            return row.damage
        owed = {"weight": self.tr("weight owed"), "water": self.tr("water owed")}
        cage = self.tr("cage {}").format(row.cage) if row.cage else self.tr("no cage")
        share = (
            self.tr("{} % of expected, {}").format(words.percent(row.percentage_weight), row.status)
            if row.percentage_weight is not None
            else self.tr("percentage unknown")
        )
        what = [owed[one] for one in row.owed] or [self.tr("nothing owed")]
        return ", ".join([row.nickname, cage, share, *what])


class WorklistView(QListView):
    """``picked`` carries the id of the animal the person wants in hand."""

    picked = Signal(object)

    def __init__(self, source: ThemeSource, model: WorklistModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(_RowDelegate(source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Worklist"))
        self.clicked.connect(self._pick)
        source.changed.connect(self.doItemsLayout)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint the rows anew where they stand; Qt's own lays out and paints the whole list."""
        for place in range(first.row(), last.row() + 1):
            self.viewport().update(self.visualRect(self._rows.index(place)))

    def show_current(self, subject_id: UUID | None) -> None:
        """Mark the animal in hand, and keep it in sight."""
        place = self._rows.place_of(subject_id)
        selection = self.selectionModel()
        if place < 0:
            selection.clear()
            return
        index = self._rows.index(place)
        if index != selection.currentIndex() or not selection.isSelected(index):
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._pick(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _pick(self, index: QModelIndex) -> None:
        self.picked.emit(self._rows.rows[index.row()].subject_id)


class WorklistHeader(QWidget):
    """The words over the columns."""

    def __init__(self, source: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source
        self.setFixedHeight(HEADER)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(self._source.theme.secondary))
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRect(_NAME, 0, 80, HEADER), left, self.tr("Animal"))
        shift = _shift(self.width())
        if shift >= 0:
            painter.drawText(QRect(_CAGE + shift, 0, 60, HEADER), left, self.tr("Cage"))
        painter.drawText(QRect(0, 0, _PERCENT_RIGHT + shift, HEADER), right, self.tr("% exp"))
        painter.drawText(QRect(0, 0, _ML_RIGHT + shift, HEADER), right, self.tr("owed"))


class WorklistPane(QWidget):
    """Header, list, and a sentence where the list is empty."""

    def __init__(self, source: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self.model = WorklistModel()
        self.view = WorklistView(source, self.model, self)
        self.empty = EmptyState("", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(WorklistHeader(source, self))
        column.addWidget(rule())
        column.addWidget(self.view, 1)
        column.addWidget(self.empty, 1)
        self.empty.hide()
        self.setMinimumWidth(240)

    def set_rows(self, rows: Sequence[WorklistRow], empty: str) -> None:
        """Show the rows, or the sentence ``empty`` where there is none."""
        self.model.set_rows(rows)
        self.empty.tell(empty)
        self.empty.setVisible(not rows)
        self.view.setVisible(bool(rows))


def parted(
    order: Iterable[UUID], shown: Sequence[WorklistRow], here: UUID | None
) -> tuple[list[WorklistRow], list[WorklistRow]]:
    """The rows shown before and behind an animal, also where it is itself not shown any more.

    ``order`` is that of all rows; of an animal that is not among them all are behind.
    """
    places = {subject_id: place for place, subject_id in enumerate(order)}
    at = places.get(here, -1) if here is not None else -1
    before = [row for row in shown if places[row.subject_id] < at]
    return before, [row for row in shown if places[row.subject_id] > at]


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: QListView) -> None:
        super().__init__(view)
        self._source = source
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, self._source.theme.row)  # as wide as the list

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._source.theme
        row: WorklistRow = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        shift = _shift(self._view.width())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self._view.selectionModel().isSelected(index)
        if marked:
            painter.fillRect(box, QColor(theme.selection))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.accent))
        if self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -2))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        paint_state(painter, QPointF(_STATE, box.center().y() + 0.5), row.status, theme.state(row.status))
        cage_width = _PERCENT_RIGHT - 44 - _CAGE
        name_width = _CAGE - _NAME - 6 + shift + (cage_width if shift < 0 else 0)
        self._text(painter, box, _NAME, name_width, row.nickname, theme.text, font(TEXT, 600))
        if shift >= 0:
            self._text(painter, box, _CAGE + shift, cage_width, row.cage or "", theme.secondary, font(LABEL))
        share = words.percent(row.percentage_weight)
        self._right(painter, box, _PERCENT_RIGHT + shift, share, theme.state(row.status), font(TEXT))
        if "weight" in row.owed:
            self._right(painter, box, _GRAMS_RIGHT + shift, "g", theme.secondary, font(CAPTION))
        if "water" in row.owed:
            self._right(painter, box, _ML_RIGHT + shift, "mL", theme.secondary, font(CAPTION))
        if not row.owed:
            self._right(painter, box, _ML_RIGHT + shift, self.tr("done"), theme.hint, font(CAPTION))
        painter.restore()

    @staticmethod
    def _text(
        painter: QPainter, box: QRect, left: int, width: int, text: str, colour: str, used: object
    ) -> None:
        painter.setFont(used)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, width)
        where = QRectF(box.left() + left, box.top(), width, box.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    @staticmethod
    def _right(painter: QPainter, box: QRect, right: int, text: str, colour: str, used: object) -> None:
        painter.setFont(used)
        painter.setPen(QColor(colour))
        where = QRectF(box.left(), box.top(), right, box.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
