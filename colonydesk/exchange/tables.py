"""A table written to a file for other programs: CSV, or an Excel workbook."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.whole_file import whole_file

ENDINGS = (".csv", ".xlsx")
_WIDEST = 60


def write_table(
    file: Path, title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], zone: Any = None
) -> int:
    """Write ``rows`` under ``headers`` to ``file``, by its ending as CSV (UTF-8) or Excel; returns how many.

    Moments are written as wall-clock time of ``zone`` (a tzinfo; as they are where it is None), days as
    yyyy-mm-dd in CSV and as dates in Excel, structured data as JSON, what is unknown as an empty cell. The
    file is there whole or not at all.

    Raises:
        KnownError: another ending, or the file cannot be written.
    """
    write = {".csv": _write_csv, ".xlsx": _write_excel}.get(file.suffix.lower())
    if write is None:
        raise KnownError(f"{file.name} must end in .csv or .xlsx.")
    with whole_file(file) as partial:
        return write(partial, title, headers, rows, _of_zone(zone))


_Plain = Callable[[Any], Any]


def _of_zone(zone: Any) -> _Plain:
    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            local = value.astimezone(zone) if zone is not None and value.tzinfo is not None else value
            return local.replace(tzinfo=None, microsecond=0)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list | tuple):
            return ", ".join(str(one) for one in value)
        if value is None or isinstance(value, int | float | date):
            return value
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False)
        return str(value)

    return plain


def _write_csv(
    file: Path, _title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], plain: _Plain
) -> int:
    count = 0
    # With a byte order mark: without it Excel reads UTF-8 as something else.
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(headers)
        for row in rows:
            writer.writerow(_csv_cell(plain(value)) for value in row)
            count += 1
    return count


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")
    return value.isoformat() if isinstance(value, date) else value


def _write_excel(
    file: Path, title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], plain: _Plain
) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for place, header in enumerate(headers, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(12, len(header) + 4), _WIDEST)
    top = [WriteOnlyCell(sheet, value=header) for header in headers]
    for cell in top:
        cell.font = Font(bold=True)
    sheet.append(top)
    count = 0
    for row in rows:
        cells = []
        for value in row:
            value = _excel_text(plain(value))
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with "=" is a text
            cells.append(cell)
        sheet.append(cells)
        count += 1
    book.save(file)
    return count


def _excel_text(value: Any) -> Any:
    """Excel takes no control characters and at most 32,767 letters in a cell."""
    if not isinstance(value, str):
        return value
    return "".join(one for one in value if one in "\n\t" or ord(one) >= 32)[:32_767]


def _sheet_name(title: str) -> str:
    return "".join(one for one in title if one not in "[]:*?/\\")[:31] or "Table"
