"""The line over the table: what is listed, the search, views, columns, export, and a new animal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.parts import label, surface
from colonydesk.qtkit.theme import L, M, S

HEIGHT = 52


class TopBar(QWidget):
    """``typed`` carries the text of the search line, ``entered`` comes with Enter, ``down`` with Down."""

    typed = Signal(str)
    entered = Signal()
    down = Signal()
    new_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._count = label(role="secondary")
        self.search = _Search()
        self.search.setPlaceholderText(self.tr("Animal, ear mark, cage or line"))
        self.search.setAccessibleName(self.tr("Search the subjects"))
        self.search.setToolTip(self.tr("Type to search (Ctrl+F); Enter opens the first"))
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(280)
        self.search.setClearButtonEnabled(False)
        self.search.textChanged.connect(lambda text: self.typed.emit(text.strip()))
        self.search.returnPressed.connect(self.entered)
        self.search.down.connect(self.down)
        self.view = QPushButton()
        self.columns = QPushButton(self.tr("Columns"))
        self.export = QPushButton(self.tr("Export"))
        self.new = QPushButton(self.tr("New subject"))
        self.new.setProperty("kind", "primary")
        self.new.setToolTip(self.tr("A new animal (Ctrl+N)"))
        self.new.clicked.connect(self.new_wanted)
        self.set_view("")
        row = QHBoxLayout()
        row.setContentsMargins(L, 0, M, 0)
        row.setSpacing(S)
        row.addWidget(label(self.tr("Subjects"), "title"))
        row.addWidget(self._count)
        row.addSpacing(S)
        row.addWidget(self.search, 2)
        row.addStretch(1)
        for button in (self.view, self.columns, self.export, self.new):
            row.addWidget(button)
        frame = surface("panel")
        frame.setLayout(row)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        self.setFixedHeight(HEIGHT)

    def set_count(self, listed: int, total: int) -> None:
        """ "1,962 of 22,968"."""
        self._count.setText(self.tr("{} of {}").format(f"{listed:,}", f"{total:,}"))

    def count_text(self) -> str:
        """What is said of how many there are."""
        return self._count.text()

    def set_view(self, name: str) -> None:
        """Name the view that is shown, "" for none."""
        text = self.tr("View: {}").format(name) if name else self.tr("View")
        self.view.setText(f"{text} ▾")


class _Search(CaretLine):
    """``down`` comes with the Down key: on into the table."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.down.emit()
        else:
            super().keyPressEvent(event)
