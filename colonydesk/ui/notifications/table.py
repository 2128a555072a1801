"""The table of the notifications, painted: shape, age, type, animal, what, for whom, e-mail."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter
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
from colonydesk.qtkit.parts import calm_table
from colonydesk.qtkit.table import Column, PagedTable
from colonydesk.qtkit.theme import TEXT, ThemeSource, font
from colonydesk.queries.notices import NoticeRow
from colonydesk.ui import words
from colonydesk.ui.notifications import texts

AGE, TYPE, ANIMAL, WHAT, FOR, MAIL = range(6)
_WIDTHS = {AGE: 64, TYPE: 168, ANIMAL: 118, FOR: 140, MAIL: 112}
_SHAPE_LEFT = 17
_FIRST_LEFT = 30

Index = QModelIndex | QPersistentModelIndex


class NoticeTable(QTableView):
    """``looked_at`` carries the id of the current row, and whether a hand or a key went there; ``opened``
    that of Enter or two clicks, ``act`` the letter of a key."""

    looked_at = Signal(object, bool)
    opened = Signal(object)
    act = Signal(str)

    def __init__(
        self,
        source: ThemeSource,
        fetch: Callable[[tuple[Hashable, ...]], None],
        now: Callable[[], datetime],
        member: Callable[[], UUID | None],
    ) -> None:
        super().__init__()
        self._source = source
        self._by_hand = True
        self.rows = PagedTable(_columns(now), fetch, self)
        self.setModel(self.rows)
        self.setItemDelegate(_Cell(source, self, member, now))
        self.setFrameShape(QFrame.Shape.NoFrame)
        calm_table(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAccessibleName(self.tr("Notifications"))
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.setColumnWidth(AGE, _FIRST_LEFT + _WIDTHS[AGE])
        self._fit()
        source.changed.connect(self._fit)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(lambda index: self._open(index))

    def chosen(self) -> tuple[UUID, ...]:
        """The ids of the selected rows, in the table's order."""
        return tuple(
            index.data(Qt.ItemDataRole.UserRole)
            for index in sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        )

    def current(self) -> UUID | None:
        """The id of the current row."""
        index = self.currentIndex()
        found: UUID | None = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        return found

    def show_current(self, row: int) -> None:
        """Make a row the current and the only selected one."""
        if 0 <= row < self.rows.rowCount():
            self._by_hand = False
            self.selectRow(row)
            self._by_hand = True

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row current, and the arrows would then pass it by: let it be seen as that."""
        self._by_hand = False
        super().focusInEvent(event)
        self._by_hand = True
        if self.currentIndex().isValid() and not self.selectionModel().hasSelection():
            self.show_current(self.currentIndex().row())

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._source.theme.row)

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.looked_at.emit(index.data(Qt.ItemDataRole.UserRole), self._by_hand)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.data(Qt.ItemDataRole.UserRole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.modifiers() == Qt.KeyboardModifier.NoModifier and event.text().lower() in ("d", "s", "u"):
            self.act.emit(event.text().lower())
        elif event.key() == Qt.Key.Key_Delete:
            self.act.emit("d")
        else:
            super().keyPressEvent(event)


def _columns(now: Callable[[], datetime]) -> tuple[Column, ...]:
    return (
        Column(texts.tr("Age"), lambda row: texts.age_text(row.send_at, now())),
        Column(texts.tr("Type"), lambda row: texts.type_word(row.notification_type)),
        Column(texts.tr("Animal"), lambda row: row.nickname or row.about or words.UNKNOWN),
        Column(texts.tr("What"), texts.short),
        Column(texts.tr("For"), _for),
        Column(texts.tr("E-mail"), texts.short_mail_state),
    )


def _for(row: NoticeRow) -> str:
    return ", ".join(one.username for one in row.recipients) or texts.tr("nobody")


class _Cell(QStyledItemDelegate):
    def __init__(
        self,
        source: ThemeSource,
        view: QTableView,
        member: Callable[[], UUID | None],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(view)
        self._source, self._view, self._member, self._now = source, view, member, now

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._source.theme
        row: NoticeRow | None = index.data(Qt.ItemDataRole.UserRole + 1)
        box: QRect = option.rect
        column = index.column()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
            if column == AGE:
                mark = theme.accent if self._view.hasFocus() else theme.faint
                painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(mark))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        own = row.of(self._member()) if row is not None else None
        over = row is not None and (row.settled or (own is not None and own.done_at is not None))
        unread = own is not None and own.is_unread(self._now()) and not over
        if column == AGE and row is not None:
            state = texts.shape(row, self._member())
            where = QPointF(box.left() + _SHAPE_LEFT, box.center().y() + 0.5)
            paint_state(painter, where, state, theme.faint if over else theme.state(state))
        colour = theme.hint if over else theme.text
        if column in (AGE, FOR) or (column == MAIL and (row is None or row.status != "no-send")):
            colour = theme.hint if over else theme.secondary
        elif column == MAIL:
            colour = theme.under
        painter.setPen(QColor(colour))
        painter.setFont(font(TEXT, 600 if unread and column in (TYPE, ANIMAL, WHAT) else 400))
        area = box.adjusted(_FIRST_LEFT if column == AGE else 8, 0, -8, -1)
        text = painter.fontMetrics().elidedText(index.data() or "", Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()
