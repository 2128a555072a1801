"""The kinds of procedures at the left: the lists, the training week, and the words they choose from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from colonydesk.qtkit.headed_list import HeadedList
from colonydesk.qtkit.theme import CAPTION, TEXT, L, S, ThemeSource, font

WIDTH = 172
_KEY = Qt.ItemDataRole.UserRole
_HEADING = ""


class KindList(HeadedList):
    """``chosen`` carries the key of a kind; ``entered`` comes with Enter or Right: on into its list."""

    chosen = Signal(str)
    entered = Signal()

    def __init__(self, source: ThemeSource, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        super().__init__()
        self._source = source
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_KindDelegate(source, self))
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Kinds of procedures"))
        for title, kinds in groups:
            heading = QListWidgetItem(title, self)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            heading.setData(_KEY, _HEADING)
            for key, text in kinds:
                QListWidgetItem(text, self).setData(_KEY, key)
        self.currentItemChanged.connect(self._on_current)
        source.changed.connect(self.doItemsLayout)

    def choose(self, key: str) -> None:
        """Mark a kind; ``chosen`` tells of it where it was another."""
        for place in range(self.count()):
            if self.item(place).data(_KEY) == key:
                self.setCurrentRow(place)

    def key(self) -> str:
        """The kind that is marked."""
        item = self.currentItem()
        return item.data(_KEY) if item is not None else ""

    def _on_current(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None and item.data(_KEY):
            self.chosen.emit(item.data(_KEY))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class _KindDelegate(QStyledItemDelegate):
    def __init__(self, source: ThemeSource, view: KindList) -> None:
        super().__init__(view)
        self._source = source
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = self._source.theme.row
        return QSize(WIDTH, row if index.data(_KEY) else row - S)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._source.theme
        box: QRect = option.rect
        painter.save()
        if not index.data(_KEY):
            painter.setFont(font(CAPTION))
            painter.setPen(QColor(theme.secondary))
            painter.drawText(box.adjusted(L, 0, -S, -4), Qt.AlignmentFlag.AlignBottom, index.data())
            painter.restore()
            return
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        if on or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.selection))
        if on:
            edge = theme.accent if self._view.hasFocus() else theme.faint
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(edge))
        painter.setFont(font(TEXT, 600 if on else 400))
        painter.setPen(QColor(theme.text))
        painter.drawText(box.adjusted(L, 0, -S, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
        painter.restore()
