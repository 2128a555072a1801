"""What the table shows, written to a file: the same columns, the same order, all of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
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
from colonydesk.qtkit.table import Column
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.subject_table import SubjectLine, lines
from colonydesk.ui.desk import Desk
from colonydesk.ui.file_choice import ask_for_table

TOGETHER = 1000
# What a spreadsheet counts and sorts by, where the screen has words for it.
_VALUES: dict[str, Callable[[SubjectLine], Any]] = {
    "sex": lambda row: row.sex,
    "percentage": lambda row: None if row.percentage is None else round(row.percentage, 2),
    "restricted_since": lambda row: row.restricted_since and zone(row.timezone).day(row.restricted_since),
    **{
        name: (lambda row, name=name: getattr(row, name))  # type: ignore[misc]
        for name in (
            "birth_date",
            "death_date",
            "wean_date",
            "genotype_date",
            "reduced_date",
            "actual_severity",
        )
    },
}


class ExportBar(QWidget):
    """A line over the table: where to; CSV or Excel by the file's ending. ``told`` as of a screen."""

    told = Signal(str, str)
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ids: Sequence[UUID] = ()
        self._columns: Sequence[Column] = ()
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
        column.setContentsMargins(L, S, M, S)
        column.setSpacing(S)
        column.addLayout(row)
        column.addWidget(self.sentence)
        self.hide()

    def ask(self, ids: Sequence[UUID], columns: Sequence[Column]) -> None:
        """Ask where these animals shall be written to."""
        self._ids, self._columns = ids, tuple(columns)
        count = f"{len(ids):,}"
        self._what.setText(self.tr("%n animals, as .csv or .xlsx, to", "", len(ids)).replace("%n", count))
        if not self.file.text():
            home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            self.file.setText(str(Path(home) / "subjects.csv"))
        self.sentence.hide()
        self._go.setEnabled(True)
        self.show()
        self.file.setFocus(Qt.FocusReason.OtherFocusReason)
        self.file.selectAll()

    def put_away(self) -> None:
        """Ask nothing; what is being written is left."""
        self._desk.jobs.drop(("subjects export", id(self)))
        self.hide()
        self.closed.emit()

    def write(self) -> None:
        """Write the file, in a reader."""
        text = self.file.text().strip()
        if not text or not self._go.isEnabled():
            return
        self._go.setEnabled(False)
        self.sentence.hide()
        file = Path(text).expanduser()
        self._desk.read(
            ("subjects export", id(self)),
            export,
            file,
            self._ids,
            self._columns,
            self._desk.now(),
            done=lambda count: self._on_written(file.name, count),
            failed=self._on_failed,
        )

    def _on_written(self, name: str, count: int) -> None:
        self.put_away()
        text = self.tr("%n animals written to {}.", "", count).replace("%n", f"{count:,}")
        self.told.emit("info", text.format(name))

    def _on_failed(self, error: Exception) -> None:
        self._go.setEnabled(True)
        if isinstance(error, KnownError):
            self.sentence.say("refused", text=" ".join(part for part in (str(error), error.hint) if part))
            self.sentence.show()
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


def export(connection: Any, file: Path, ids: Sequence[UUID], columns: Sequence[Column], now: datetime) -> int:
    """Write these columns of these animals, in this order; returns how many.

    Raises:
        KnownError: the file cannot be written.
    """

    def rows() -> Iterator[list[Any]]:
        for start in range(0, len(ids), TOGETHER):
            part = ids[start : start + TOGETHER]
            found = lines(connection, part, now)
            for one in part:
                if one in found:
                    yield [_VALUES.get(column.key, column.text)(found[one]) for column in columns]

    return write_table(file, "Subjects", [column.title for column in columns], rows())
