"""What a list shows, written to a file: asked for in place, written off the window's thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.tables import write_table
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import L, S
from colonydesk.queries.records import record_rows
from colonydesk.ui.desk import Desk
from colonydesk.ui.file_choice import ask_for_table
from colonydesk.ui.forms.items import Sheet
from colonydesk.ui.forms.loading import usual_zone

TOGETHER = 500
"""Rows fetched with one statement."""


class ExportBar(QWidget):
    """A line under the top: where to, CSV or Excel by the file's ending. ``told`` as of a screen."""

    told = Signal(str, str)
    closed = Signal()

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        super().__init__()
        self._desk = desk
        self._sheet = sheet
        self._ids: tuple[UUID, ...] = ()
        self._what = label(role="label")
        self.file = QLineEdit()
        self.file.setAccessibleName(self.tr("File to write"))
        self.file.returnPressed.connect(self.write)
        self._sentence = Sentence(desk.source)
        self._sentence.hide()
        go = QPushButton(self.tr("Write"))
        go.setProperty("kind", "primary")
        go.clicked.connect(self.write)
        browse = QPushButton(self.tr("Browse…"))
        browse.clicked.connect(self._on_browse)
        leave = QPushButton(self.tr("Cancel"))
        leave.clicked.connect(self.put_away)
        row = QHBoxLayout()
        row.setSpacing(S)
        for widget, stretch in ((self._what, 0), (self.file, 1), (browse, 0), (go, 0), (leave, 0)):
            row.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, S, L, S)
        column.setSpacing(S)
        column.addLayout(row)
        column.addWidget(self._sentence)
        self.hide()

    def ask(self, ids: tuple[UUID, ...]) -> None:
        """Ask where these records shall be written to."""
        self._ids = ids
        self._what.setText(
            self.tr("Export %n rows as .csv or .xlsx to", "", len(ids)).replace("%n", str(len(ids)))
        )
        if not self.file.text():
            home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            self.file.setText(str(Path(home) / f"{self._sheet.title.lower()}.csv"))
        self._sentence.hide()
        self.show()
        self.file.setFocus(Qt.FocusReason.OtherFocusReason)
        self.file.selectAll()

    def put_away(self) -> None:
        """Ask nothing."""
        self.hide()
        self.closed.emit()

    def write(self) -> None:
        """Write the file, in a reader."""
        text = self.file.text().strip()
        if not text:
            return
        self._desk.read(
            ("export", id(self)),
            export,
            Path(text).expanduser(),
            self._sheet,
            self._ids,
            self._desk.member.id if self._desk.member is not None else None,
            done=lambda count: self._on_written(Path(text).name, count),
            failed=self._on_failed,
        )

    def _on_written(self, name: str, count: int) -> None:
        self.put_away()
        text = self.tr("%n rows written to {}.", "", count).replace("%n", str(count))
        self.told.emit("info", text.format(name))

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self._sentence.say("refused", text=" ".join(part for part in (str(error), error.hint) if part))
            self._sentence.show()
        else:
            self._desk.jobs.failed.emit(error)

    def _on_browse(self) -> None:
        if file := ask_for_table(self, self.file.text()):
            self.file.setText(file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)


def export(connection: Any, file: Path, sheet: Sheet, ids: Sequence[UUID], member: UUID | None = None) -> int:
    """Write the columns of the list of ``sheet`` for these records, in this order; returns how many.

    Raises:
        KnownError: the file cannot be written.
    """
    paths = [column.path for column in sheet.columns]

    def rows() -> Iterator[list[Any]]:
        for start in range(0, len(ids), TOGETHER):
            part = ids[start : start + TOGETHER]
            found = record_rows(connection, sheet.table, part, paths)
            for row_id in part:
                if row_id in found:
                    yield [found[row_id].cells[path] for path in paths]

    headers = [column.title for column in sheet.columns]
    return write_table(file, sheet.title, headers, rows(), zone(usual_zone(connection, member)).info)
