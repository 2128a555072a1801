"""Where the axes are labelled, in the days of the lab, and where labels find room."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from colonydesk.domain.days import MONTHS, WEEKDAYS, show_day
from colonydesk.queries.curve_data import Floats

DAY = 86_400.0
_DAY_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_MONTH_DAYS = 30.4


def local_day(at: float, zone: ZoneInfo) -> date:
    """The day of epoch second ``at`` in ``zone``."""
    return datetime.fromtimestamp(at, zone).date()


def noon(day: date, zone: ZoneInfo) -> float:
    """The epoch second of 12:00 on ``day`` in ``zone``."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp()


def day_text(day: date) -> str:
    """ "23 Nov" """
    return f"{day.day} {MONTHS[day.month - 1]}"


def long_day_text(day: date) -> str:
    """ "Mon 23 Nov 2026" """
    return f"{WEEKDAYS[day.weekday()]} {show_day(day)}"


def date_ticks(
    low: float, high: float, length: float, zone: ZoneInfo, anchor: float, spacing: float
) -> list[tuple[float, str]]:
    """(epoch second of local noon, label) at least ``spacing`` pixels apart, in order of time.

    ``low`` and ``high`` are the epoch seconds at the ends of an axis ``length`` pixels long.

    Steps of days count back from the day of ``anchor``, so that the last day always has its label; longer
    steps fall on the first of a month, and January carries the year.
    """
    per_day = length * DAY / (high - low)
    for step in _DAY_STEPS:
        if step * per_day >= spacing:
            return _day_ticks(low, high, zone, local_day(anchor, zone), step)
    for step in _MONTH_STEPS:
        if step * _MONTH_DAYS * per_day >= spacing:
            break
    return _month_ticks(low, high, zone, step)


def _day_ticks(low: float, high: float, zone: ZoneInfo, anchor: date, step: int) -> list[tuple[float, str]]:
    steps_back = math.ceil((noon(anchor, zone) - low) / DAY / step) + 1
    day = anchor - timedelta(days=steps_back * step)
    ticks = []
    while (at := noon(day, zone)) <= high:
        if at >= low:
            ticks.append((at, day_text(day)))
        day += timedelta(days=step)
    return ticks


def _month_ticks(low: float, high: float, zone: ZoneInfo, step: int) -> list[tuple[float, str]]:
    first, last = local_day(low, zone), local_day(high, zone)
    ticks: list[tuple[float, str]] = []
    start = (first.year * 12 + first.month - 1) // step * step
    for number in range(start, last.year * 12 + last.month, step):
        day = date(number // 12, number % 12 + 1, 1)
        at = noon(day, zone)
        if low <= at <= high:
            month = MONTHS[day.month - 1]
            ticks.append((at, str(day.year) if month == "Jan" else month if ticks else f"{month} {day.year}"))
    return ticks


def value_ticks(low: float, high: float, length: float, spacing: float = 44.0) -> list[tuple[float, str]]:
    """(value, label) at round steps, about ``spacing`` pixels apart on an axis ``length`` pixels long."""
    rough = max((high - low) * spacing / max(length, 1.0), 1e-9)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    count = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return [(number * step, f"{number * step:.{decimals}f}") for number in count]


def spread(wanted: list[float], height: float, top: float, bottom: float) -> list[float]:
    """Centres for labels ``height`` tall near ``wanted``, none overlapping, all between top and bottom.

    Order is kept. Labels that want the same place are pushed apart evenly around it.
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[tuple[float, int]] = []  # centre of the group, how many labels stand in it
    for place in order:
        groups.append((wanted[place], 1))
        while True:
            groups[-1] = _kept_inside(*groups[-1], height, top, bottom)
            if len(groups) < 2 or not _overlap(groups[-2], groups[-1], height):
                break
            (above, many), (below, few) = groups[-2:]
            groups[-2:] = [((above * many + below * few) / (many + few), many + few)]
    centres = [
        centre + (number - (count - 1) / 2) * height for centre, count in groups for number in range(count)
    ]
    placed = [0.0] * len(wanted)
    for place, centre in zip(order, centres, strict=True):
        placed[place] = centre
    return placed


def _kept_inside(centre: float, count: int, height: float, top: float, bottom: float) -> tuple[float, int]:
    half = count * height / 2
    return max(top + half, min(bottom - half, centre)), count


def _overlap(upper: tuple[float, int], lower: tuple[float, int], height: float) -> bool:
    return lower[0] - upper[0] < (upper[1] + lower[1]) * height / 2 - 1e-9


def in_sight(x: Floats, low: float, high: float) -> np.ndarray:
    """Which points are drawn: those in sight, and their neighbours, so that lines reach the edge."""
    seen = np.zeros(len(x), dtype=bool)
    first = max(0, int(np.searchsorted(x, low)) - 1)
    seen[first : int(np.searchsorted(x, high, side="right")) + 1] = True
    return seen


def day_edges(day_at: Floats) -> Floats:
    """The local midnights around the days whose noons are ``day_at``: one more than there are days."""
    if len(day_at) == 0:
        return np.empty(0)
    middles = (day_at[1:] + day_at[:-1]) / 2
    return np.concatenate(([day_at[0] - DAY / 2], middles, [day_at[-1] + DAY / 2]))


def runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """(first, last) of every run of True in ``flags``."""
    padded = np.concatenate(([False], flags, [False])).astype(np.int8)
    steps = np.diff(padded)
    return list(zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1, strict=True))
