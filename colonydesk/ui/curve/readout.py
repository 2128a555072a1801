"""The values of one day, for the crosshair, in the lab's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from colonydesk.domain.plausibility import show
from colonydesk.domain.water import shown_given, shown_owed
from colonydesk.queries.curve_data import Curve, Mark
from colonydesk.ui.curve.axis import day_edges, local_day, long_day_text
from colonydesk.ui.curve.series import grams, last_of_each_day, value_text

UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Readout:
    """One day: its date, (name, value) lines, and what happened on it."""

    title: str
    lines: tuple[tuple[str, str], ...]
    events: tuple[str, ...]


def readout(curves: tuple[Curve, ...], day: int, main: int = 0) -> Readout:
    """The values of day number ``day`` of ``curves[main]``; of several animals one line each."""
    curve = curves[main]
    at = curve.day_at[day]
    title = long_day_text(local_day(at, ZoneInfo(curve.timezone)))
    if len(curves) == 1:
        return Readout(title, _lines(curve, day), _events(curve, day))
    lines = []
    for other in curves:
        here = _day_near(other, at)
        value = UNKNOWN if here is None else _weight_and_percentage(other, here)
        lines.append((other.nickname, value))
    return Readout(title, tuple(lines), ())


def _lines(curve: Curve, day: int) -> tuple[tuple[str, str], ...]:
    lines = [("weight", _weight_of_day(curve, day)), ("of expected", _percent(curve.percentage[day]))]
    lines.append(("expected", _grams(curve.expected[day])))
    if curve.threshold_pct > 0:
        lines.append((f"{show(100 * curve.threshold_pct)} %", _grams(curve.threshold[day])))
    if curve.absolute_min_pct > 0:
        lines.append((f"{show(100 * curve.absolute_min_pct)} %", _grams(curve.absolute_min[day])))
    lines.append(("from sessions", _given(curve.reward[day])))
    lines.append(("supplement", _given(curve.supplement[day])))
    lines.append(("required", _owed(curve.required[day])))
    return tuple(lines)


def _weight_of_day(curve: Curve, day: int) -> str:
    weighings, days = last_of_each_day(curve)
    found = np.flatnonzero(days == day)
    if not len(found):
        return "not weighed"
    number = weighings[found[0]]
    clock = datetime.fromtimestamp(curve.weighed_at[number], ZoneInfo(curve.timezone))
    return f"{grams(float(curve.weight[number]))} at {clock:%H:%M}"


def _weight_and_percentage(curve: Curve, day: int) -> str:
    weight = _weight_of_day(curve, day)
    percentage = curve.percentage[day]
    return weight if np.isnan(percentage) else f"{weight}, {_percent(percentage)}"


def _events(curve: Curve, day: int) -> tuple[str, ...]:
    start, end = day_edges(curve.day_at)[day : day + 2]

    def texts(marks: tuple[Mark, ...]) -> list[str]:
        return [mark.text for mark in marks if start <= mark.at < end]

    begun = ["restriction begins" for period in curve.restrictions if start <= period.start < end]
    ended = ["restriction ends" for period in curve.restrictions if period.end and start <= period.end < end]
    return tuple(begun + ended + texts(curve.implants) + texts(curve.notes))


def _day_near(curve: Curve, at: float) -> int | None:
    """The day of ``curve`` that ``at`` falls on, None where it has none."""
    edges = day_edges(curve.day_at)
    number = int(np.searchsorted(edges, at, side="right")) - 1
    return number if 0 <= number < len(curve.day_at) else None


def _grams(value: float) -> str:
    return UNKNOWN if np.isnan(value) else f"{value:.1f} g"


def _percent(value: float) -> str:
    return UNKNOWN if np.isnan(value) else value_text(float(value), percent=True)


def _given(value: float) -> str:
    return UNKNOWN if np.isnan(value) else f"{shown_given(float(value)):.2f} mL"


def _owed(value: float) -> str:
    return UNKNOWN if np.isnan(value) else f"{shown_owed(float(value)):.2f} mL"
