"""Which columns are shown, and in which order: a list to tick and to move, under its button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from colonydesk.qtkit.parts import label
from colonydesk.qtkit.popup import Popup
from colonydesk.qtkit.table import Column
from colonydesk.qtkit.theme import M, S
from colonydesk.ui.subjects.columns import USUAL

WIDTH, HEIGHT = 280, 480
ROW = 26


class ColumnChooser(Popup):
    """``changed`` carries the keys of the columns that are to be shown, in order."""

    changed = Signal(object)

    def __init__(self, parent: QWidget, columns: Sequence[Column]) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self.list = _Ordered()
        self.list.setObjectName("kinds")
        self.list.setAccessibleName(self.tr("Columns"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.itemChanged.connect(lambda _item: self._tell())
        self.list.model().rowsMoved.connect(lambda *_: self._tell())
        usual = QPushButton(self.tr("As usual"))
        usual.clicked.connect(lambda: self._choose(USUAL))
        done = QPushButton(self.tr("Done"))
        done.clicked.connect(self.put_away)
        buttons = QHBoxLayout()
        buttons.addWidget(usual)
        buttons.addStretch(1)
        buttons.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        column.addWidget(
            label(self.tr("Space shows or hides a column, Alt+Up and Alt+Down move it."), "label", wrap=True)
        )
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        self.setFixedSize(WIDTH, HEIGHT)

    def show_columns(self, keys: Sequence[str]) -> None:
        """Tick these, in this order; the others follow."""
        self.list.blockSignals(True)
        self.list.clear()
        by_key = {column.key: column for column in self._columns}
        ordered = [by_key[key] for key in keys if key in by_key]
        ordered += [column for column in self._columns if column.key not in keys]
        for column in ordered:
            item = QListWidgetItem(column.title, self.list)
            item.setData(Qt.ItemDataRole.UserRole, column.key)
            item.setSizeHint(QSize(0, ROW))
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
            if column.key != "animal":  # a row without its name is nobody
                flags |= Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(flags)
            on = column.key in keys or column.key == "animal"
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.list.setCurrentRow(0)
        self.list.blockSignals(False)

    def keys(self) -> tuple[str, ...]:
        """The columns that are ticked, in order."""
        items = [self.list.item(place) for place in range(self.list.count())]
        return tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        )

    def _choose(self, keys: Sequence[str]) -> None:
        self.show_columns(keys)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit(self.keys())


class _Ordered(QListWidget):
    """A list whose entries Alt and the arrows move."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in steps:
            here = self.currentRow()
            to = here + steps[Qt.Key(event.key())]
            if 0 <= to < self.count():
                self.blockSignals(True)
                item = self.takeItem(here)
                self.insertItem(to, item)
                self.setCurrentRow(to)
                self.blockSignals(False)
                self.itemChanged.emit(item)
        else:
            super().keyPressEvent(event)
