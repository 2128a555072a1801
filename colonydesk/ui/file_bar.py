"""A line under the top of a list: which file it is written to. Asked for in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import L, S
from colonydesk.ui.desk import Desk
from colonydesk.ui.file_choice import ask_for_table


class FileBar(QWidget):
    """``write_to`` is what a list does with the file; ``written`` and ``fail`` end it.

    ``choose`` asks for a file by the desktop's own dialog, beginning with the one that is typed.
    ``told`` as of a screen.
    """

    told = Signal(str, str)
    closed = Signal()

    def __init__(self, desk: Desk, choose: Callable[[QWidget, str], str] = ask_for_table) -> None:
        super().__init__()
        self._desk = desk
        self._choose = choose
        self._proposed = ""
        self._what = label(role="label")
        self.file = QLineEdit()
        self.file.setAccessibleName(self.tr("File to write"))
        self.file.returnPressed.connect(self.write)
        self.sentence = Sentence(desk.source)
        self.sentence.hide()
        self._go = QPushButton(self.tr("Write"))
        self._go.setProperty("kind", "primary")
        self._go.clicked.connect(self.write)
        browse = QPushButton(self.tr("Browse…"))
        browse.clicked.connect(self._on_browse)
        leave = QPushButton(self.tr("Cancel"))
        leave.clicked.connect(self.put_away)
        row = QHBoxLayout()
        row.setSpacing(S)
        for widget, stretch in ((self._what, 0), (self.file, 1), (browse, 0), (self._go, 0), (leave, 0)):
            row.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, S, L, S)
        column.setSpacing(S)
        column.addLayout(row)
        column.addWidget(self.sentence)
        self.hide()

    def write_to(self, file: Path) -> None:
        """Write the file, off the window's thread."""
        raise NotImplementedError

    def ask_for(self, what: str, name: str) -> None:
        """Ask which file; ``name`` is proposed, in the folder of documents, where none was typed."""
        self._what.setText(what)
        if not self.file.text() or self.file.text() == self._proposed:
            home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            self._proposed = str(Path(home) / name)
            self.file.setText(self._proposed)
        self.sentence.hide()
        self.show()
        self.file.setFocus(Qt.FocusReason.OtherFocusReason)
        self.file.selectAll()

    def put_away(self) -> None:
        """Ask nothing."""
        self.hide()
        self.closed.emit()

    def write(self) -> None:
        """Write to the file that is named."""
        text = self.file.text().strip()
        if text and self._go.isEnabled():
            self._go.setEnabled(False)
            self.write_to(Path(text).expanduser())

    def written(self, text: str) -> None:
        """The file is there; ``text`` is told."""
        self._go.setEnabled(True)
        self.put_away()
        self.told.emit("info", text)

    def fail(self, error: Exception) -> None:
        """It was not written: it is said why, and can be tried again."""
        self._go.setEnabled(True)
        if isinstance(error, KnownError):
            self.sentence.say("refused", text=" ".join(part for part in (str(error), error.hint) if part))
            self.sentence.show()
        else:
            self._desk.jobs.failed.emit(error)

    def _on_browse(self) -> None:
        if file := self._choose(self, self.file.text()):
            self.file.setText(file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)
