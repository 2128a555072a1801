"""What a report is: columns, rows, and the animals behind each of its counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

Kind = Literal[
    "text", "state", "grams", "figure", "percent", "owed", "given", "number", "count", "day", "age", "clock"
]
"""How a value reads.

``grams`` a weight as noted, ``figure`` a calculated one, ``percent`` rounded down, ``owed`` and ``given``
water (rounded up, and down), ``number`` whole, ``count`` a tuple of the animals' ids, ``age`` in days,
``clock`` a moment on the report's clock.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names the value in JSON, ``title`` and ``unit`` stand over the column.

    ``group`` puts columns that stand side by side under one word.
    """

    key: str
    title: str
    kind: Kind = "text"
    unit: str = ""
    group: str = ""

    @property
    def number(self) -> bool:
        """Whether it is aligned to the right."""
        return self.kind not in ("text", "state", "day", "clock")

    @property
    def header(self) -> str:
        """The title with what it is in, and of when: "Weight, g, the day before"."""
        return ", ".join(part for part in (self.title, self.unit, self.group.lower()) if part)


@dataclass(frozen=True, slots=True)
class Row:
    """One value a column, None where it is not known.

    ``opens`` is the record that it is about (table, id), ``state`` how its state is painted: one of ok, near,
    under, critical, unknown.
    """

    cells: tuple[Any, ...]
    opens: tuple[str, UUID] | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """``first`` and ``last`` are its days, the same for a report of one day.

    ``counted`` says what it comes to: ((12, "animals"), (3, "to be weighed")). ``grouped``: the first column
    puts the rows into groups. ``behind`` are the rows of the animals that are counted, by their ids, under
    ``behind_columns``.
    """

    name: str
    title: str
    first: date
    last: date
    timezone: str
    lab: str | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    counted: tuple[tuple[int, str], ...] = ()
    grouped: bool = False
    behind_columns: tuple[Column, ...] = ()
    behind: Mapping[UUID, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for; a report of one day is of ``last``.

    ``None`` days: the report's usual ones, on the clock of the lab (``timezone``). ``member_id``: the animals
    that this member is responsible for; of the changes, those that this member made.
    ``without``: animals that are left out.
    """

    now: datetime
    today: date
    timezone: str
    first: date
    last: date
    lab_id: UUID | None = None
    lab: str | None = None
    member_id: UUID | None = None
    is_today: bool = True
    zones: tuple[str, ...] = ()
    without: tuple[UUID, ...] = ()
