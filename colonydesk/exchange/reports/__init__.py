"""The reports as text, CSV, JSON, Excel and PDF: the same for the command line and the window."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from colonydesk.db.engine import Database
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError, Refused
from colonydesk.exchange.reports.cells import counted_text, days_text, sections
from colonydesk.exchange.reports.pdf import write_pdf
from colonydesk.exchange.tables import write_table
from colonydesk.exchange.whole_file import whole_file
from colonydesk.queries.reports import Column, Report, report
from colonydesk.services.on_disk import is_folder

ENDINGS = (".csv", ".xlsx", ".json", ".pdf")
FORMATS = ("text", "csv", "json", "pdf")
_DECIMALS = 6


def run_report(
    db: Database,
    name: str,
    first: date | None,
    last: date | None,
    format: str | None,  # noqa: A002 - it is called so on the command line
    out: Path | None,
    now: datetime,
    *,
    fonts: Path,
    lab_id: UUID | None = None,
    member_id: UUID | None = None,
) -> str:
    """Make a report; what is to be printed: the report itself, or what was written to ``out``.

    Without a ``format`` that of ``out``'s ending, else text for people. ``fonts`` is the folder of the PDF's.

    Raises:
        Refused: no such report, days or format.
        KnownError: the file cannot be written.
    """
    format = format or (out.suffix.lower().removeprefix(".") if out is not None else "text")  # noqa: A001
    if out is not None and is_folder(out):
        raise Refused(f"{out} is a folder. Name a file in it.", "out")
    if format not in (*FORMATS, "xlsx"):
        known = ", ".join((*FORMATS[1:], "xlsx"))
        asked = f"not as {format}" if format else "by the ending of its file"
        raise Refused(f"A report is written as {known}, {asked}.", "format")
    if out is None and format in ("pdf", "xlsx"):
        raise Refused("Say where to: --out FILE.", "out")
    with db.read() as connection:
        made = report(connection, name, now, first, last, lab_id, member_id)
    if out is None:
        written = {"csv": csv_text, "json": json_text, "text": plain_text}[format](made)
        return written.replace("\r\n", "\n").removesuffix("\n")
    write_report(made, out, fonts, now, format)
    return f"{made.title}, {days_text(made)}: {counted_text(made)} written to {out}."


def write_report(
    made: Report,
    file: Path,
    fonts: Path,
    now: datetime,
    format: str | None = None,  # noqa: A002
) -> None:
    """Write a report to ``file``, by its ending where no ``format`` is given; whole, or not at all.

    Raises:
        KnownError: another ending, or the file cannot be written.
    """
    format = format or file.suffix.lower().removeprefix(".")  # noqa: A001
    clock = zone(made.timezone).info
    if not is_folder(file.parent):
        raise KnownError(f"{file} cannot be written (there is no such folder).", "Choose another place.")
    if format == "xlsx":
        write_table(file, made.title, _headers(made), _values(made), clock)
        return
    texts: dict[str, Callable[[Report], str]] = {"csv": csv_text, "json": json_text, "text": plain_text}
    if format not in texts and format != "pdf":
        raise KnownError(f"{file.name} must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}.")
    with whole_file(file) as partial:
        if format == "pdf":
            write_pdf(made, partial, fonts, now.astimezone(clock))
        else:
            # With a byte order mark: without it Excel reads UTF-8 as something else.
            coding = "utf-8-sig" if format == "csv" else "utf-8"
            partial.write_text(texts[format](made), encoding=coding, newline="")


def csv_text(made: Report) -> str:
    """The rows under the columns' names, counts as numbers; what is unknown is empty."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(_headers(made))
    clock = zone(made.timezone).info
    for row in _values(made):
        writer.writerow("" if value is None else _iso(value, clock) for value in row)
    return written.getvalue()


def json_text(made: Report) -> str:
    """The reference's names; each count with its number and, beside it, the animals behind it."""
    clock = zone(made.timezone).info
    names = {row_id: row.cells[0] for row_id, row in made.behind.items()}
    listed = []
    for row in made.rows:
        one: dict[str, Any] = {}
        for column, value in zip(made.columns, row.cells, strict=True):
            one[column.key] = _iso(_value(column, value), clock)
            if column.kind == "count" and column.key == "animals":
                one["nicknames"] = [names[row_id] for row_id in value]
        listed.append(one)
    head = {"report": made.name, "from": made.first.isoformat(), "to": made.last.isoformat()}
    return json.dumps({**head, "lab": made.lab, "rows": listed}, indent=2, ensure_ascii=False)


def plain_text(made: Report) -> str:
    """Aligned for people: the title, what it comes to, and the table."""
    lines = [f"{made.title}, {days_text(made)}: {counted_text(made)}"]
    for section in sections(made)[:1]:
        heads = tuple(
            f"{header}, {group.lower()}" if group else header
            for header, group in zip(section.headers, section.groups, strict=True)
        )
        table = [heads, *section.rows] if section.rows else []
        widths = [max(len(row[place]) for row in table) for place in range(len(heads))] if table else []
        for row in table:
            cells = [
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(row, widths, section.numbers, strict=True)
            ]
            lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _headers(made: Report) -> list[str]:
    """What the columns are called where values are computed with: an age is a number of days there."""
    return [f"{one.header}, days" if one.kind == "age" else one.header for one in made.columns]


def _values(made: Report) -> list[list[Any]]:
    return [
        [_value(column, value) for column, value in zip(made.columns, row.cells, strict=True)]
        for row in made.rows
    ]


def _value(column: Column, value: Any) -> Any:
    if column.kind == "count":
        return len(value)
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _iso(value: Any, clock: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
