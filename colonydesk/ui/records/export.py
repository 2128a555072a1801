"""What a list shows, written to a file: asked for in place, written off the window's thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from colonydesk.domain.days import zone
from colonydesk.exchange.tables import write_table
from colonydesk.queries.records import record_rows
from colonydesk.ui.desk import Desk
from colonydesk.ui.file_bar import FileBar
from colonydesk.ui.forms.items import Sheet
from colonydesk.ui.forms.loading import usual_zone

TOGETHER = 500
"""Rows fetched with one statement."""


class ExportBar(FileBar):
    """The rows of a list as CSV or Excel, by the file's ending."""

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        super().__init__(desk)
        self._sheet = sheet
        self._ids: tuple[UUID, ...] = ()

    def ask(self, ids: tuple[UUID, ...]) -> None:
        """Ask where these records shall be written to."""
        self._ids = ids
        count = f"{len(ids):,}".replace(",", "\u2009")
        rows = self.tr("1 row") if len(ids) == 1 else self.tr("{} rows").format(count)
        self.ask_for(
            self.tr("Export {} as .csv or .xlsx to").format(rows), f"{self._sheet.title.lower()}.csv"
        )

    def write_to(self, file: Path) -> None:
        self._desk.read(
            ("export", id(self)),
            export,
            file,
            self._sheet,
            self._ids,
            self._desk.member.id if self._desk.member is not None else None,
            done=lambda count: self._on_written(file.name, count),
            failed=self.fail,
        )

    def _on_written(self, name: str, count: int) -> None:
        text = self.tr("1 row written to {}.") if count == 1 else self.tr("{1} rows written to {0}.")
        self.written(text.format(name, count))


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
