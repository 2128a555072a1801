"""A line under the top of a list: which file it is written to. Asked for in place."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import L, S
from colonydesk.ui.desk import Desk
from colonydesk.ui.file_choice import Chosen, ask_for_table


class _Line(CaretLine):
    """An Enter that is held down is one: it answers no question."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not event.isAutoRepeat():
            super().keyPressEvent(event)


class FileBar(QWidget):
    """``write_to`` is what a list does with the file; ``written`` and ``fail`` end it.

    ``choose`` asks for a file by the desktop's own dialog, beginning with the one that is typed. About
    replacing a file that is there it is asked once, by the dialog or here: a second Enter means yes.
    ``told`` as of a screen.
    """

    told = Signal(str, str)
    closed = Signal()

    def __init__(self, desk: Desk, choose: Callable[[QWidget, str], Chosen] = ask_for_table) -> None:
        super().__init__()
        self._desk = desk
        self._choose = choose
        self._proposed = ""
        self._replaced = ""
        self._what = label(role="label")
        self.file = _Line()
        self.file.setAccessibleName(self.tr("File to write"))
        self.file.returnPressed.connect(self.write)
        self.file.textChanged.connect(lambda _text: self._ask_no_more())
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
        self._ask_no_more()
        self.show()
        self.file.setFocus(Qt.FocusReason.OtherFocusReason)
        self.file.selectAll()

    def put_away(self) -> None:
        """Ask nothing."""
        self.hide()
        self.closed.emit()

    def write(self) -> None:
        """Write to the file that is named; one that is there already only once it has been asked about."""
        text = self.file.text().strip()
        if not self._go.isEnabled():
            return
        if not text:
            self.sentence.say("refused", text=self.tr("Name the file that is to be written."))
            self.sentence.show()
            return
        self._go.setEnabled(False)
        file = Path(text).expanduser()
        if text == self._replaced:
            self.write_to(file)
            return
        # Of a name that is too long: it is not there. A disk may take its time to say so.
        is_there = partial(os.path.isfile, file)
        self._desk.jobs.read(("file", id(self)), is_there, partial(self._on_looked, text), self.fail)

    def _on_looked(self, text: str, is_there: bool) -> None:
        if self.isHidden() or text != self.file.text().strip():
            self._go.setEnabled(True)
        elif is_there:
            self._replaced = text
            self._go.setEnabled(True)
            self._go.setText(self.tr("Replace it"))
            name = Path(text).name
            self.sentence.say("question", text=self.tr("{} is there already. Replace it?").format(name))
            self.sentence.show()
        else:
            self.write_to(Path(text).expanduser())

    def _ask_no_more(self) -> None:
        """What was asked or refused was about another file, or another table."""
        self._replaced = ""
        self._go.setText(self.tr("Write"))
        self.sentence.hide()

    def written(self, text: str) -> None:
        """The file is there; ``text`` is told."""
        self._go.setEnabled(True)
        self.put_away()
        self.told.emit("info", text)

    def fail(self, error: Exception) -> None:
        """It was not written: it is said why, and can be tried again."""
        self._go.setEnabled(True)
        if isinstance(error, KnownError):
            self.sentence.say("refused", text=error.sentence)
            self.sentence.show()

    def _on_browse(self) -> None:
        chosen = self._choose(self, self.file.text())
        if chosen.file:
            self.file.setText(chosen.file)
            self._ask_no_more()
            self._replaced = chosen.file.strip() if chosen.asked else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)
