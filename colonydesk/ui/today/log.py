"""What was recorded: in this sitting, or the last entries of the animal in hand; each with its acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.parts import calm_table
from colonydesk.qtkit.theme import TEXT, ThemeSource, font
from colonydesk.queries.entries import Entry
from colonydesk.ui import words

Index = QModelIndex | QPersistentModelIndex

WHEN, ANIMAL, VALUE, STATE, REMARK, UNDO, CORRECT, MOVE = range(8)
_WIDTHS = {WHEN: 112, ANIMAL: 128, VALUE: 116, STATE: 170, UNDO: 62, CORRECT: 68, MOVE: 62}


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as shown. ``command_id`` is that of the sitting's command, None for an older entry.

    ``acts``: which of "undo", "redo", "void", "correct", "move" are possible; ``gone``: it no longer counts;
    ``replaces``: the record that this one stands in for; ``said``: the remark from before another stood in
    for this one.
    """

    entry: Entry
    zone: tzinfo
    state: str = ""
    meaning: str = ""
    remark: str = ""
    command_id: UUID | None = None
    acts: tuple[str, ...] = ()
    gone: bool = False
    with_day: bool = False
    replaces: UUID | None = None
    said: str = ""


class LogModel(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[LogRow] = []
        self._texts: list[tuple[str, ...]] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else MOVE + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == REMARK:
            return row.remark or None
        return None

    def act_at(self, index: Index) -> str:
        """The act of a cell, "" where it has none."""
        row = self.rows[index.row()]
        first = next((act for act in ("undo", "redo", "void") if act in row.acts), "")
        act = {UNDO: first, CORRECT: "correct", MOVE: "move"}.get(index.column(), "")
        return act if act in row.acts else ""

    def set_rows(self, rows: Sequence[LogRow]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self._texts = [()] * len(self.rows)
        self.endResetModel()

    def text(self, place: int, column: int) -> str:
        """What a cell reads; the texts of a row are made when it is first looked at."""
        if not self._texts[place]:
            row = self.rows[place]
            self._texts[place] = tuple(self._text(row, each) for each in range(MOVE + 1))
        return self._texts[place][column]

    def _text(self, row: LogRow, column: int) -> str:
        entry = row.entry
        if column == WHEN:
            clock = words.clock_text(entry.date_time, row.zone)
            if not row.with_day:
                return clock
            return f"{words.day_text(entry.date_time.astimezone(row.zone).date())} {clock}"
        if column == ANIMAL:
            return entry.nickname
        if column == VALUE:
            return value_text(entry)
        if column == STATE:
            return row.meaning
        if column == REMARK:
            return row.remark
        act = {
            "undo": self.tr("Undo"),
            "redo": self.tr("Redo"),
            "void": self.tr("Void"),
            "correct": self.tr("Correct"),
            "move": self.tr("Move"),
        }
        first = next((one for one in ("undo", "redo", "void") if one in row.acts), "")
        wanted = {UNDO: first, CORRECT: "correct", MOVE: "move"}[column]
        return act[wanted] if wanted in row.acts else ""


def value_text(entry: Entry) -> str:
    """ "22.4 g", "0.80 mL" or "ad lib"."""
    if entry.kind == "weight":
        return f"{words.grams(entry.value)} g"
    if entry.kind == "act":
        return ""
    amount = "" if entry.value is None else f"{words.given(entry.value)} mL"
    return ", ".join(part for part in (amount, "ad lib" if entry.adlib else "") if part) or words.UNKNOWN


class LogView(QTableView):
    """``act`` carries the act ("undo", "correct" ...) and the ``LogRow`` it is for."""

    act = Signal(str, object)

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self.rows = LogModel()
        self.setModel(self.rows)
        self.setItemDelegate(_CellDelegate(source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        calm_table(self)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName(self.tr("Recorded entries"))
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(REMARK, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self._source = source
        self._fit_rows()
        source.changed.connect(self._fit_rows)
        self.clicked.connect(self._on_clicked)

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._source.theme.row - 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        hand = index.isValid() and bool(self.rows.act_at(index))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def _on_clicked(self, index: Index) -> None:
        if index.isValid() and (act := self.rows.act_at(index)):
            self.act.emit(act, self.rows.rows[index.row()])


@cache
def _face(bold: bool, struck: bool, underlined: bool) -> QFont:
    made = QFont(font(TEXT, 600 if bold else 400))
    made.setStrikeOut(struck)
    made.setUnderline(underlined)
    return made


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: LogView) -> None:
        super().__init__(view)
        self._source = source
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._source.theme
        column = index.column()
        # Straight from the model: an entry's Enter waits for some forty cells.
        row, text = self._view.rows.rows[index.row()], self._view.rows.text(index.row(), column)
        box: QRect = option.rect
        painter.save()
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        # Tab makes a cell current and selects none.
        selected = self._view.hasFocus() and index == self._view.currentIndex()
        if selected:
            painter.fillRect(box.adjusted(0, 0, 0, -1), QColor(theme.selection))
        if not text:
            painter.restore()
            return
        struck = row.gone and column in (ANIMAL, VALUE)
        painter.setFont(_face(column == ANIMAL, struck, selected and column in (UNDO, CORRECT, MOVE)))
        where = box.adjusted(16 if column == WHEN else 8, 0, -8, -1)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        colour = theme.hint if row.gone else theme.text
        if column == VALUE:
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        elif column == STATE and row.state and not row.gone:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_state(
                painter, QPointF(where.left() + 6, box.center().y()), row.state, theme.state(row.state)
            )
            where = where.adjusted(18, 0, 0, 0)
            colour = theme.state(row.state)
        elif column in (STATE, REMARK, WHEN):
            colour = theme.secondary if not row.gone else theme.hint
        elif column in (UNDO, CORRECT, MOVE):
            colour = theme.accent
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, align, shown)
        painter.restore()
