"""What the table shows, written to a file: the same columns, the same order, all of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from colonydesk.domain.days import zone
from colonydesk.exchange.tables import write_table
from colonydesk.qtkit.table import Column
from colonydesk.queries.subject_table import SubjectLine, lines
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.file_bar import FileBar

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


class ExportBar(FileBar):
    """The animals of the table as CSV or Excel, by the file's ending."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._ids: Sequence[UUID] = ()
        self._columns: Sequence[Column] = ()

    def ask(self, ids: Sequence[UUID], columns: Sequence[Column]) -> None:
        """Ask where these animals shall be written to."""
        self._ids, self._columns = ids, tuple(columns)
        one, many = self.tr("1 animal, as .csv or .xlsx, to"), self.tr("%n animals, as .csv or .xlsx, to")
        what = words.counted(len(ids), one, many)
        self.ask_for(what, "subjects.csv")

    def put_away(self) -> None:
        """Ask nothing; what is being written is left."""
        self._desk.jobs.drop(("subjects export", id(self)))
        self._go.setEnabled(True)
        super().put_away()

    def write_to(self, file: Path) -> None:
        self._desk.read(
            ("subjects export", id(self)),
            export,
            file,
            self._ids,
            self._columns,
            self._desk.now(),
            done=lambda count: self._on_written(file.name, count),
            failed=self.fail,
        )

    def _on_written(self, name: str, count: int) -> None:
        one, many = self.tr("1 animal written to {}."), self.tr("%n animals written to {}.")
        text = words.counted(count, one, many)
        self.written(text.format(name))


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
