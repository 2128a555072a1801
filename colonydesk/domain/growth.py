"""Growth curves: mean and standard deviation of body weight in g by week of age and sex."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from colonydesk.domain.days import DAY, NOON
from colonydesk.domain.errors import KnownError, Refused

Floats = npt.NDArray[np.float64]
GrowthMode = Literal["step", "linear"]
_NUMBERS = ("week", "mean", "deviation")


@dataclass(frozen=True, slots=True, eq=False)
class GrowthTable:
    """One sex's part of a curve: ``weeks`` of age ascending, ``mean`` and ``sd`` in g beside each."""

    weeks: Floats
    mean: Floats
    sd: Floats


@dataclass(frozen=True, slots=True, eq=False)
class GrowthCurve:
    """A named growth curve; a sex without rows has no table, and then no z-score."""

    name: str
    source: str
    male: GrowthTable | None
    female: GrowthTable | None

    def table(self, sex: str) -> GrowthTable | None:
        """The table of a sex code; any other than M uses the female one, as the reference system does."""
        return self.male if sex == "M" else self.female


def growth_table(rows: Iterable[tuple[float, float, float]]) -> GrowthTable | None:
    """A table from (week, mean g, sd g) in any order; None from no rows."""
    ordered = sorted(rows)
    if not ordered:
        return None
    weeks, mean, sd = np.array(ordered, dtype=np.float64).T
    return GrowthTable(weeks, mean, sd)


def growth_curve(name: str, source: str, rows: Iterable[tuple[str, float, float, float]]) -> GrowthCurve:
    """A curve from (sex, week, mean g, sd g) in any order."""
    rows = list(rows)
    return GrowthCurve(
        name,
        source,
        growth_table((week, mean, sd) for sex, week, mean, sd in rows if sex == "M"),
        growth_table((week, mean, sd) for sex, week, mean, sd in rows if sex == "F"),
    )


def parse_growth_csv(text: str, name: str) -> GrowthCurve:
    """A curve from CSV text with the columns sex, week, mean_g, sd_g; lines that begin with # are its source.

    Raises KnownError naming the line that cannot be used, and why: wrong columns, a sex other than M or F,
    not a number, a mean or deviation of 0 or less, a week given twice.
    """
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    source = " ".join(line.lstrip("# ").strip() for _, line in numbered if line.startswith("#"))
    body = [(number, next(csv.reader([line]))) for number, line in numbered if not line.startswith("#")]
    if not body or [cell.strip() for cell in body[0][1]] != ["sex", "week", "mean_g", "sd_g"]:
        raise KnownError(f"The growth curve “{name}” must begin with the columns sex,week,mean_g,sd_g.")
    rows: dict[tuple[str, float], tuple[str, float, float, float]] = {}
    for number, cells in body[1:]:
        try:
            row = _row([cell.strip() for cell in cells])
            if (row[0], row[1]) in rows:
                raise Refused(f"week {row[1]:g} is given twice for sex {row[0]}")
        except Refused as why:
            said = f"Line {number} of the growth curve “{name}” cannot be used, as {why}: {','.join(cells)}"
            raise KnownError(said) from None
        rows[row[0], row[1]] = row
    return growth_curve(name, source, rows.values())


def _row(cells: list[str]) -> tuple[str, float, float, float]:
    """A line's cells as what they mean. Raises Refused with what is wrong with one."""
    if len(cells) != 4:
        columns = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        raise Refused(f"it has {columns} and not 4")
    sex = cells[0]
    if sex not in ("M", "F"):
        raise Refused(f"the sex “{sex}” is none of M and F")
    week, mean, sd = (_number(name, cell) for name, cell in zip(_NUMBERS, cells[1:], strict=True))
    if week < 0:
        raise Refused("the week is below 0")
    for name, value in (("mean", mean), ("deviation", sd)):
        if value <= 0:
            raise Refused(f"the {name} is not above 0")
    return sex, week, mean, sd


def _number(name: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise Refused(f"the {name} “{cell}” is not a number" if cell else f"the {name} is missing")
    return value


def age_in_days(local: npt.NDArray[np.int64], birth_day: npt.ArrayLike) -> Floats:
    """Whole days from the birth day at 12:00 to local wall-clock micros; NaN where the birth day is NaN.

    Differences of wall-clock times, so that no daylight-saving hour is in them. A day before 12:00 is not
    yet whole.
    """
    return ((local - NOON) // DAY).astype(np.float64) - np.asarray(birth_day, dtype=np.float64)


def mean_and_sd(table: GrowthTable | None, age_days: Floats, mode: GrowthMode) -> tuple[Floats, Floats]:
    """Mean and standard deviation in g at ages in days; clamped at both ends of the table, NaN where the
    age is NaN.

    ``step`` is the row of the whole week (as the reference system), ``linear`` lies between the rows by days.
    """
    if table is None:
        nothing = np.full(age_days.shape, np.nan)
        return nothing, nothing
    if mode == "linear":
        weeks = age_days / 7
        return np.interp(weeks, table.weeks, table.mean), np.interp(weeks, table.weeks, table.sd)
    unknown = np.isnan(age_days)
    row = row_of_week(table, np.where(unknown, 0.0, age_days))
    return np.where(unknown, np.nan, table.mean[row]), np.where(unknown, np.nan, table.sd[row])


def row_of_week(table: GrowthTable, age_days: Floats) -> npt.NDArray[np.intp]:
    """Index of the table's row for the whole week of known ages in days."""
    last = np.searchsorted(table.weeks, np.floor(age_days / 7), side="right") - 1
    return np.clip(last, 0, len(table.weeks) - 1)
