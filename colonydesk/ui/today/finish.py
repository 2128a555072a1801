"""The end of the round: what is still owed is listed before it can be closed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from colonydesk.qtkit.answer import AnswerButton
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import XL, L, M, ThemeSource
from colonydesk.queries.worklist import WorklistRow
from colonydesk.ui import words


class FinishPane(QWidget):
    """``back``: go on with the round; ``chosen`` the id of an animal to go to; ``closed``: it is over."""

    back = Signal()
    chosen = Signal(object)
    closed = Signal()

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._row = source.theme.row
        self._title = label(role="title")
        self._text = label(role="secondary", wrap=True)
        self._list = QListWidget()
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setObjectName("kinds")
        self._list.setAccessibleName(self.tr("Still owed"))
        self._list.itemActivated.connect(self._on_activated)
        self._back = AnswerButton(self.tr("Back to the round"))
        self._back.clicked.connect(self.back)
        self._close = AnswerButton()
        self._close.clicked.connect(self.closed)
        acts = QHBoxLayout()
        acts.setSpacing(M)
        acts.addWidget(self._back)
        acts.addWidget(self._close)
        acts.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(M)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addWidget(self._list, 1)
        column.addLayout(acts)

    def show_owed(self, rows: Sequence[WorklistRow], recorded: int) -> None:
        """List the animals that are still owed something; ``recorded``: entries of this sitting."""
        self._list.clear()
        self._list.setVisible(bool(rows))
        for row in rows:
            what = " and ".join(
                {"weight": self.tr("weighing"), "water": self.tr("water")}[one] for one in row.owed
            )
            cage = self.tr(", cage {}").format(row.cage) if row.cage else ""
            item = QListWidgetItem(self.tr("{}{}: {}").format(row.nickname, cage, what), self._list)
            item.setSizeHint(QSize(0, self._row))
            item.setData(Qt.ItemDataRole.UserRole, row.subject_id)
        one_entry, entries = self.tr("1 entry in this sitting."), self.tr("%n entries in this sitting.")
        count = words.counted(recorded, one_entry, entries)
        if rows:
            one = self.tr("1 animal is still owed something")
            many = self.tr("%n animals are still owed something")
            self._title.setText(words.counted(len(rows), one, many))
            self._text.setText(self.tr("{} Enter on an animal goes to it.").format(count))
            self._close.setText(self.tr("Close it all the same"))
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._title.setText(self.tr("Nothing is owed any more"))
            self._text.setText(self.tr("{} Every restricted animal is weighed and watered.").format(count))
            self._close.setText(self.tr("Close the round"))
            self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
        else:
            super().keyPressEvent(event)

    def _on_activated(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
