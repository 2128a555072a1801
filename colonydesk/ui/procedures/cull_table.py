"""The worklists of culling as tables in which several animals are ticked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from colonydesk.qtkit.column_choice import ColumnChoice
from colonydesk.qtkit.parts import calm_table
from colonydesk.qtkit.spare_room import SpareRoom
from colonydesk.qtkit.theme import TEXT, S, ThemeSource, font
from colonydesk.queries.culls import CullRow
from colonydesk.ui import words

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
TICK = 26
"""The room of the tick before the animal's name."""

CullColumn = tuple[str, int, bool, Callable[[CullRow], str]]
MATES = 5
"""Where the column of the cage mates is, in the worklist of the living."""


def _known(text: str | None) -> str:
    return text or words.UNKNOWN


def _age(row: CullRow) -> str:
    return words.UNKNOWN if row.age_days is None else f"{row.age_days // 7} w {row.age_days % 7} d"


def columns_of(*, dead: bool, tr: Callable[[str], str], day: Callable[[CullRow], str]) -> list[CullColumn]:
    """Title, width, whether it is a number, and the text: of the living, or of the dead."""
    common: list[CullColumn] = [
        (tr("Animal"), 118, False, lambda row: row.nickname),
        (tr("Sex"), 58, False, lambda row: row.sex),
        (tr("Genotype"), 146, False, lambda row: _known(row.genotype)),
        (tr("Age"), 76, True, _age),
        (tr("Cage"), 62, False, lambda row: _known(row.cage)),
    ]
    if not dead:
        return [
            *common,
            (tr("Cage mates"), 160, False, lambda row: str(len(row.mates)) if row.mates else words.UNKNOWN),
            (tr("Line"), 120, False, lambda row: _known(row.line)),
            (tr("Responsible"), 110, False, lambda row: _known(row.responsible_user)),
        ]
    return [
        *common[:4],
        (tr("Died"), 76, False, day),
        (tr("Reason"), 134, False, lambda row: _known(row.cull_reason)),
        (tr("Method"), 140, False, lambda row: _known(row.cull_method)),
        (tr("Line"), 110, False, lambda row: _known(row.line)),
        (tr("Responsible"), 110, False, lambda row: _known(row.responsible_user)),
    ]


class CullModel(QAbstractTableModel):
    def __init__(self, columns: Sequence[CullColumn]) -> None:
        super().__init__()
        self.columns = columns
        self.rows: tuple[CullRow, ...] = ()
        self._ticked: frozenset[UUID] = frozenset()

    def set_ticked(self, ids: Iterable[UUID]) -> None:
        """These are culled together: who is then left alone in its cage hangs on it."""
        self._ticked = frozenset(ids)
        if self.rows:
            self.dataChanged.emit(self.index(0, MATES), self.index(len(self.rows) - 1, MATES))

    def left_alone(self, row: CullRow) -> str:
        """The mate that stays alone in the cage when the animal goes with the ticked ones; "" for none."""
        mate = row.leaves_alone(self._ticked)
        return "" if mate is None else mate.nickname

    def _text(self, row: CullRow, column: int) -> str:
        alone = self.left_alone(row) if column == MATES else ""
        return self.tr("leaves {} alone").format(alone) if alone else self.columns[column][3](row)

    def set_rows(self, rows: Sequence[CullRow]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        title, _, number, _ = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{' ' * 7}{title}" if section == 0 else title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None


class CullView(QTableView):
    """``ticked`` when other animals are ticked; ``taken``: Enter, on to the panel; ``left``: Escape."""

    ticked = Signal()
    taken = Signal()
    left = Signal()

    def __init__(self, source: ThemeSource, columns: Sequence[CullColumn]) -> None:
        super().__init__()
        self._source = source
        self.animals = CullModel(columns)
        self.setModel(self.animals)
        self.setItemDelegate(_CellDelegate(source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        calm_table(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setStretchLastSection(True)
        usual = [width for _, width, _, _ in columns]
        self._metrics = {strong: QFontMetrics(font(TEXT, 600 if strong else 400)) for strong in (True, False)}
        self.choice = ColumnChoice(self, [title for title, *_ in columns], usual)
        self._spare = SpareRoom(self, lambda _room: usual, self._needed)
        self.choice.changed.connect(self._spare.fit)
        self._fit_rows()
        source.changed.connect(self._fit_rows)

    def set_rows(self, rows: Sequence[CullRow]) -> None:
        """Show these animals; those that were ticked stay so, and the marker stays on its animal."""
        ticked = {row.id for row in self.ticked_rows()}
        index = self.currentIndex()
        here = index.data(Qt.ItemDataRole.UserRole).id if index.isValid() else None
        self.animals.set_rows(rows)
        self._spare.measure(0, len(rows) - 1)
        self.tick(ticked)
        places = [place for place, row in enumerate(rows) if row.id == here] or ([0] if rows else [])
        for place in places:
            self.selectionModel().setCurrentIndex(
                self.animals.index(place, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def tick(self, ids: Iterable[UUID]) -> None:
        """Tick these animals and no others."""
        wanted = set(ids)
        chosen = QItemSelection()
        last = len(self.animals.columns) - 1
        for place, row in enumerate(self.animals.rows):
            if row.id in wanted:
                chosen.select(self.animals.index(place, 0), self.animals.index(place, last))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def ticked_rows(self) -> tuple[CullRow, ...]:
        """The ticked animals, in the order of the list."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.animals.rows[place] for place in places)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.animals.set_ticked(row.id for row in self.ticked_rows())
        self.ticked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif key == Qt.Key.Key_Escape:
            self.clearSelection()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _needed(self, index: QModelIndex) -> int:
        first = index.column() == 0
        width = self._metrics[first].horizontalAdvance(str(index.data())) + 2 * S + 1
        return width + TICK if first else width

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.choice.fit()
        self._spare.fit()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._source.theme.row)


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: CullView) -> None:
        super().__init__(view)
        self._source = source
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._source.theme
        row: CullRow = index.data(Qt.ItemDataRole.UserRole)
        _, _, number, _ = self._view.animals.columns[index.column()]
        box: QRect = option.rect
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if on:
            painter.fillRect(box, QColor(theme.selection))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        where = box.adjusted(S, 0, -S, -1)
        if index.column() == 0:
            here = self._view.hasFocus() and self._view.currentIndex().row() == index.row()
            if here:
                painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.accent))
            self._paint_tick(painter, where, on)
            where = where.adjusted(TICK, 0, 0, 0)
        lonely = index.column() == MATES and bool(self._view.animals.left_alone(row))
        painter.setFont(font(TEXT, 600 if index.column() == 0 else 400))
        painter.setPen(QColor(theme.near if lonely else theme.text))
        side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
        text = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, max(0, where.width())
        )
        painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_tick(self, painter: QPainter, where: QRect, on: bool) -> None:
        theme = self._source.theme
        square = QRectF(where.left() + 2, where.center().y() - 7, 15, 15)
        painter.setPen(QPen(QColor(theme.accent if on else theme.faint), 1))
        painter.setBrush(QColor(theme.accent if on else theme.panel))
        painter.drawRoundedRect(square, 4, 4)
        if on:
            icon = self._source.icons.pixmap("check", theme.on_accent, 13)
            painter.drawPixmap(QPointF(square.left() + 1, square.top() + 1), icon)
