"""What a list shows, written to a file: asked for in place, written off the window's thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from colonydesk.domain.days import zone
from colonydesk.exchange.tables import write_table
from colonydesk.qtkit.forms import Entry
from colonydesk.queries.records import Field, Row, computed, fields, record_rows, shown_links, word
from colonydesk.ui.desk import Desk
from colonydesk.ui.file_bar import FileBar
from colonydesk.ui.forms.items import ListColumn, Sheet, entries_of
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


def every_column(sheet: Sheet) -> tuple[ListColumn, ...]:
    """The columns of the list, then all else that is known of a record, by the words of its form."""
    listed = {column.path for column in sheet.columns}
    entries = {entry.name: entry for entry in entries_of(sheet.table, sheet.items)}
    known = {**fields(sheet.table), **computed(sheet.table)}
    # What a form alone has, as the cage of a pair, is no record's.
    own = [name for name in entries if name in known or name in shown_links(sheet.table)]
    names = [*own, *(name for name in known if name not in entries)]
    kept = [name for name in names if name not in listed and not _is_picture(known.get(name))]
    return (*sheet.columns, *(_column(name, entries, known) for name in kept))


def _is_picture(field: Field | None) -> bool:
    return field is not None and field.kind in ("image", "binary")


def _column(name: str, entries: Mapping[str, Entry], known: Mapping[str, Field]) -> ListColumn:
    if name == "content_type":
        about = entries["object_id"]
        return ListColumn(name, about.label, codes=about.codes)
    if name == "object_id":
        return ListColumn(name, f"{entries[name].label} which")
    if name not in entries:
        return ListColumn(name, _with_unit(word(name).capitalize(), known[name].unit))
    entry = entries[name]
    return ListColumn(name, _with_unit(entry.label, entry.unit), scale=entry.scale)


def _with_unit(title: str, unit: str) -> str:
    return f"{title}, {unit}" if unit else title


def export(connection: Any, file: Path, sheet: Sheet, ids: Sequence[UUID], member: UUID | None = None) -> int:
    """Write all that is known of these records, in this order; returns how many.

    References, links and codes as words, structured data as its text; pictures are left out.

    Raises:
        KnownError: the file cannot be written.
    """
    columns = every_column(sheet)
    paths = [column.path for column in columns]

    def rows() -> Iterator[list[Any]]:
        for start in range(0, len(ids), TOGETHER):
            part = ids[start : start + TOGETHER]
            found = record_rows(connection, sheet.table, part, paths)
            for row_id in part:
                if row_id in found:
                    yield [_cell(column, found[row_id]) for column in columns]

    headers = [column.title for column in columns]
    return write_table(file, sheet.title, headers, rows(), zone(usual_zone(connection, member)).info)


def _cell(column: ListColumn, row: Row) -> Any:
    value = row.cells[column.path]
    if column.codes:
        return dict(column.codes).get(value, value)
    if column.scale != 1.0 and value is not None:
        return round(value * column.scale, 10)
    return value
