"""The first page's choices, at its left: recent databases, and the ways to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from colonydesk.qtkit.theme import CAPTION, LABEL, TEXT, L, M, ThemeSource, font
from colonydesk.ui.start_icons import StartIcons

_CHOICE = Qt.ItemDataRole.UserRole
_ICON_SIZE = 20


@dataclass(frozen=True, slots=True)
class StartChoice:
    """One way to a database. ``url`` is a recent one's address, "" of the others; ``key`` a caption's is ""."""

    key: str
    icon: str
    title: str
    detail: str = ""
    url: str = ""


class ChoiceList(QListWidget):
    """The choices; arrow keys move, Enter or the arrow to the right takes one, Delete forgets a recent one.

    ``picked`` carries the ``StartChoice`` that is marked now, ``entered`` the one taken, ``forgotten`` a
    recent database's.
    """

    picked = Signal(object)
    entered = Signal(object)
    forgotten = Signal(object)

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self.setObjectName("start")
        self.setAccessibleName(self.tr("Where to begin"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(_ChoiceDelegate(source, self))
        self.currentItemChanged.connect(self._on_current)
        self.itemDoubleClicked.connect(lambda item: self.entered.emit(item.data(_CHOICE)))
        source.changed.connect(self.scheduleDelayedItemsLayout)

    def show_choices(self, choices: Sequence[StartChoice]) -> None:
        """Show these, in order; the marked one stays marked where it is still there."""
        kept = self.choice()
        self.blockSignals(True)
        self.clear()
        for choice in choices:
            item = QListWidgetItem(choice.title, self)
            item.setData(_CHOICE, choice)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{choice.title}. {choice.detail}")
            if not choice.key:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            elif choice.url:
                item.setToolTip(choice.url)
        self.blockSignals(False)
        if kept is None or not self.mark(kept.key, kept.url):
            self.mark()

    def choice(self) -> StartChoice | None:
        """The one that is marked."""
        item = self.currentItem()
        return None if item is None else item.data(_CHOICE)

    def mark(self, key: str = "", url: str = "") -> bool:
        """Mark the choice ``key`` (and ``url``, of a recent one); the first without a key. False: not there."""
        for row in range(self.count()):
            choice: StartChoice = self.item(row).data(_CHOICE)
            if choice.key and (not key or (choice.key, choice.url) == (key, url)):
                self.setCurrentRow(row)
                return True
        return False

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(item.data(_CHOICE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        choice = self.choice()
        if choice is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.entered.emit(choice)
        elif choice is not None and choice.url and event.key() == Qt.Key.Key_Delete:
            self.forgotten.emit(choice)
        else:
            super().keyPressEvent(event)


class _ChoiceDelegate(QStyledItemDelegate):
    """Icon, title and one line below it; the marked one on the selection's ground with a bar at its left."""

    def __init__(self, source: ThemeSource, parent: ChoiceList) -> None:
        super().__init__(parent)
        self._source = source
        self._icons = StartIcons()

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._source.theme.row + (20 if index.data(_CHOICE).key else -4))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice: StartChoice = index.data(_CHOICE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if choice.key:
            self._paint_ground(painter, option)
            self._paint_choice(painter, QRectF(option.rect), choice, option)
        else:
            painter.setFont(font(CAPTION))
            painter.setPen(QColor(self._source.theme.secondary))
            box = QRectF(option.rect).adjusted(L + 4, 0, -M, -6)
            painter.drawText(box, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, choice.title)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme = self._source.theme
        if not option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            return
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, QColor(theme.selection if on else theme.ground))
        if on:
            painter.fillRect(option.rect.adjusted(0, 0, 3 - option.rect.width(), 0), QColor(theme.accent))
        if on and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(option.rect).adjusted(1, 1, -1, -1))

    def _paint_choice(
        self, painter: QPainter, box: QRectF, choice: StartChoice, option: QStyleOptionViewItem
    ) -> None:
        theme = self._source.theme
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        colour = theme.accent if on and enabled else theme.secondary if enabled else theme.faint
        middle, left = box.center().y(), box.left() + L + 4
        icon = self._icons.pixmap(choice.icon, colour, _ICON_SIZE)
        painter.drawPixmap(QPointF(left, middle - _ICON_SIZE / 2), icon)
        left += _ICON_SIZE + M
        width = box.right() - M - left
        for top, words, type_, ink in (
            (middle - 19, choice.title, font(TEXT, 600), theme.text),
            (middle, choice.detail, font(LABEL), theme.secondary),
        ):
            painter.setFont(type_)
            painter.setPen(QColor(ink if enabled else theme.faint))
            elided = QFontMetrics(type_).elidedText(words, Qt.TextElideMode.ElideMiddle, int(width))
            where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(left, top, width, 18), where, elided)
