"""Where a report is written to: asked for in place, written off the window's thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from colonydesk import paths
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.reports import write_report
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import L, S
from colonydesk.queries.reports import Report
from colonydesk.ui.desk import Desk


class WriteBar(QWidget):
    """A line under the top: which file; PDF, CSV, Excel or JSON by its ending. ``told`` as of a screen."""

    told = Signal(str, str)
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._report: Report | None = None
        self._proposed = ""
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
        what = label(self.tr("Write as .pdf, .csv, .xlsx or .json to"), "label")
        for widget, stretch in ((what, 0), (self.file, 1), (browse, 0), (self._go, 0), (leave, 0)):
            row.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, S, L, S)
        column.setSpacing(S)
        column.addLayout(row)
        column.addWidget(self.sentence)
        self.hide()

    def ask(self, report: Report) -> None:
        """Ask where this report shall be written to."""
        self._report = report
        if not self.file.text() or self.file.text() == self._proposed:
            home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            self._proposed = str(Path(home) / f"{report.name} {report.last.isoformat()}.pdf")
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
        """Write the file, in a reader."""
        text, report = self.file.text().strip(), self._report
        if not text or report is None:
            return
        file, fonts, now = Path(text).expanduser(), paths.resources() / "fonts", self._desk.now()
        self._go.setEnabled(False)
        self._desk.beside(
            ("write report", id(self)),
            lambda _db: write_report(report, file, fonts, now),
            done=lambda _none: self._on_written(file.name),
            failed=self._on_failed,
        )

    def _on_written(self, name: str) -> None:
        self._go.setEnabled(True)
        self.put_away()
        self.told.emit("info", self.tr("{} is written.").format(name))

    def _on_failed(self, error: Exception) -> None:
        self._go.setEnabled(True)
        if isinstance(error, KnownError):
            self.sentence.say("refused", text=" ".join(part for part in (str(error), error.hint) if part))
            self.sentence.show()
        else:
            self._desk.jobs.failed.emit(error)

    def _on_browse(self) -> None:
        kinds = {".pdf": "PDF", ".csv": "CSV", ".xlsx": "Excel", ".json": "JSON"}
        filters = ";;".join(f"{name} (*{ending})" for ending, name in kinds.items())
        file, chosen = QFileDialog.getSaveFileName(self, self.tr("Write report"), self.file.text(), filters)
        if file:
            ending = next((one for one in kinds if f"*{one}" in chosen), ".pdf")
            self.file.setText(str(Path(file) if Path(file).suffix else Path(file).with_suffix(ending)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)
