"""The choices under a search line. Loaded when the first are shown: a list and its style take their time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from colonydesk.qtkit.row_delegate import RowDelegate
from colonydesk.qtkit.search import Choice
from colonydesk.qtkit.theme import LABEL, TEXT, M, ThemeSource, font


def new_popup(source: ThemeSource, window: QWidget) -> QListWidget:
    """A child of the window and not a window of its own: it never takes the keyboard away."""
    popup = QListWidget(window)
    popup.setObjectName("choices")
    popup.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    popup.setUniformItemSizes(True)
    popup.setItemDelegate(_ChoiceDelegate(source, popup))
    popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return popup


def fill(popup: QListWidget, choices: Sequence[Choice], question: str = "") -> None:
    """Show these choices, under a ``question`` that cannot be chosen where there is one."""
    popup.clear()
    if question:
        asked = QListWidgetItem(question, popup)
        asked.setFlags(Qt.ItemFlag.NoItemFlags)
    for choice in choices:
        item = QListWidgetItem(choice.title, popup)
        item.setData(Qt.ItemDataRole.UserRole, choice)


class _ChoiceDelegate(RowDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self.source.theme
        choice: Choice | None = index.data(Qt.ItemDataRole.UserRole)
        box = option.rect.adjusted(M, 0, -M, 0)
        if choice is None:
            painter.setFont(font(LABEL, 600))
            painter.setPen(QColor(theme.near))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, index.data())
            return
        marked = option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
        painter.save()
        if marked:
            painter.fillRect(option.rect, QColor(theme.selection))
        painter.setFont(font(TEXT, 600))
        painter.setPen(QColor(theme.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        title = painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, choice.title)
        painter.setFont(font(LABEL))
        painter.setPen(QColor(theme.secondary))
        rest = box.adjusted(title.width() + M, 0, 0, 0)
        detail = painter.fontMetrics().elidedText(choice.detail, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, middle | Qt.AlignmentFlag.AlignRight, detail)
        painter.restore()
