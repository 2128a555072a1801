"""The values of a report as people read them: on the screen, on paper, in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from colonydesk.domain.days import show_day, zone
from colonydesk.domain.water import shown_given, shown_owed
from colonydesk.domain.weight import shown_percentage
from colonydesk.queries.reports import Column, Report, Row
from colonydesk.queries.reports.words import count_text, long_day_text, moment_text

UNKNOWN = "-"
EPSILON = 1e-6


def cell_text(column: Column, value: Any, clock: tzinfo | None = None) -> str:
    """One value; moments on ``clock``."""
    if value is None or value == "":
        return UNKNOWN
    if column.kind == "grams":  # to 0.01 where it was noted so
        return f"{value:.1f}" if abs(value * 10 - round(value * 10)) < EPSILON else f"{value:.2f}"
    if column.kind == "figure":
        return f"{value:.1f}"
    if column.kind == "percent":
        return f"{shown_percentage(value):.1f}"
    if column.kind == "owed":
        return f"{shown_owed(value):.2f}"
    if column.kind == "given":
        return f"{shown_given(value):.2f}"
    if column.kind == "count":
        return str(len(value))
    if column.kind == "age":
        return f"{value // 7} w {value % 7} d"
    return _day_or_word(value, clock)


def _day_or_word(value: Any, clock: tzinfo | None) -> str:
    if isinstance(value, datetime):
        return moment_text(value, clock)
    return show_day(value) if isinstance(value, date) else str(value)


def days_text(report: Report) -> str:
    """The day of a report, or its first and last."""
    if report.first == report.last:
        return long_day_text(report.last)
    return f"{show_day(report.first)} – {show_day(report.last)}"


def counted_text(report: Report) -> str:
    """ "12 animals, 3 to be weighed"."""
    return ", ".join(count_text(count, word) for count, word in report.counted)


def shown_places(columns: Sequence[Column], rows: Sequence[Row]) -> list[int]:
    """The columns that are looked at: the lab's only where there is more than one."""
    return [
        place
        for place, column in enumerate(columns)
        if column.key != "lab" or len({row.cells[place] for row in rows}) > 1
    ]


@dataclass(frozen=True, slots=True)
class Section:
    """A table as it stands on paper. ``groups`` are the words over the columns, "" where none."""

    title: str
    groups: tuple[str, ...]
    headers: tuple[str, ...]
    numbers: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def sections(report: Report) -> list[Section]:
    """The report's table, and that of the animals behind its counts."""
    clock = zone(report.timezone).info
    found = [_section("", report.columns, report.rows, clock)]
    if report.behind:
        rows = tuple(report.behind.values())
        found.append(_section("The animals behind the counts", report.behind_columns, rows, clock))
    return found


def _section(title: str, columns: Sequence[Column], rows: Sequence[Row], clock: tzinfo) -> Section:
    places = shown_places(columns, rows)
    shown = [columns[place] for place in places]
    return Section(
        title=title,
        groups=tuple(column.group for column in shown),
        headers=tuple(", ".join(part for part in (one.title, one.unit) if part) for one in shown),
        numbers=tuple(column.number for column in shown),
        rows=tuple(
            tuple(cell_text(columns[place], row.cells[place], clock) for place in places) for row in rows
        ),
    )
