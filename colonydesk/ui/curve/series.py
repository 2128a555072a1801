"""What of a curve is drawn as lines: in grams, or in per cent of the expected weight."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from colonydesk.domain.plausibility import show
from colonydesk.domain.weight import shown_percentage
from colonydesk.queries.curve_data import Curve, Floats
from colonydesk.ui.curve.axis import DAY, day_edges, in_sight

COLOURS = ("accent", "accent2", "text", "secondary")
"""Theme tokens of overlaid animals; when they are used up the line becomes dashed, then dotted."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A weight being typed, in g: where it would stand, and its state (one of ``theme.STATES``).

    ``at`` is in epoch seconds; None: the last day's noon, or the last weighing where that is later.
    """

    weight: float
    state: str
    percentage: float | None
    at: float | None


@dataclass(frozen=True, slots=True)
class View:
    """All that a picture of curves depends on, but for its size and theme. ``span`` in epoch seconds."""

    curves: tuple[Curve, ...]
    span: tuple[float, float]
    percent: bool = False
    pending: Pending | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One line: ``x`` epoch seconds, ``y`` g or %; ``colour`` is a theme token, ``style`` 0 solid, 1 dashed,
    2 dotted. ``label`` stands at its right end."""

    x: Floats
    y: Floats
    label: str
    colour: str
    style: int = 0
    measured: bool = False


def grams(weight: float) -> str:
    """A weight as it was entered, with at least one decimal and at most two: "20.0 g", "20.15 g"."""
    return f"{weight:.1f} g" if abs(round(weight, 1) - weight) < 0.001 else f"{weight:.2f} g"


def extent(curves: tuple[Curve, ...]) -> tuple[float, float] | None:
    """From the midnight before the first record to the midnight after the last day; None: no records."""
    starts, ends = [], []
    for curve in curves:
        edges = day_edges(curve.day_at)
        if len(edges):
            starts.append(edges[0])
            ends.append(edges[-1])
        if len(curve.weighed_at):
            starts.append(curve.weighed_at[0] - DAY / 4)
            ends.append(room_after(curve.weighed_at[-1]))
    return (float(min(starts)), float(max(ends))) if starts else None


def room_after(at: float) -> float:
    """How far a weighing of that moment lets the dates go on, in epoch seconds.

    To a whole hour: nothing moves between the typing of a weight and its being saved.
    """
    return math.ceil((at + DAY / 8) / 3600) * 3600.0


def day_of(curve: Curve, at: Floats) -> np.ndarray:
    """For each moment the index of its day in ``curve.day_at`` (the nearest one at both ends)."""
    return np.clip(np.searchsorted(day_edges(curve.day_at), at, side="right") - 1, 0, len(curve.day_at) - 1)


def last_of_each_day(curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    """(index of the weighing, index of its day) of the last weighing of every day that has one."""
    if len(curve.day_at) == 0 or len(curve.weighed_at) == 0:
        return np.empty(0, dtype=int), np.empty(0, dtype=int)
    days = day_of(curve, curve.weighed_at)
    last = np.flatnonzero(np.append(days[1:] != days[:-1], True))
    return last, days[last]


def measured(curve: Curve, percent: bool) -> tuple[Floats, Floats]:
    """Moments and weights (g) of the weighings; in per cent, the last one of each day with its percentage."""
    if not percent:
        return curve.weighed_at, curve.weight
    weighings, days = last_of_each_day(curve)
    return curve.weighed_at[weighings], curve.percentage[days]


def series_of(view: View) -> list[Series]:
    """The lines of ``view``, those that are drawn first coming first."""
    if len(view.curves) == 1:
        return [*_limits(view.curves[0], view.percent), _weight(view.curves[0], view)]
    overlaid = [_overlaid(curve, number, view.percent) for number, curve in enumerate(view.curves)]
    same = len({(curve.threshold_pct, curve.absolute_min_pct) for curve in view.curves}) == 1
    if view.percent and same:
        longest = max(view.curves, key=lambda curve: len(curve.day_at))
        return _limits(longest, percent=True) + overlaid
    return overlaid


def value_range(view: View, lines: list[Series]) -> tuple[float, float]:
    """What is in sight with a little air, at least 2 units; a typed weight stretches it by a quarter."""
    values = [line.y[in_sight(line.x, *view.span)] for line in lines]
    seen = np.concatenate([part[np.isfinite(part)] for part in values]) if values else np.empty(0)
    bottom, top = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
    typed = typed_value(view)
    reach = 0.25 * max(top - bottom, 2.0)
    if typed is not None and bottom - reach <= typed <= top + reach:
        bottom, top = min(bottom, typed), max(top, typed)
    air = max(0.04 * (top - bottom), (2.0 - (top - bottom)) / 2, 0.1)
    return bottom - air, top + air


def typed_value(view: View) -> float | None:
    """The weight being typed in the view's unit, None where there is none or it has no percentage."""
    if view.pending is None:
        return None
    return view.pending.percentage if view.percent else view.pending.weight


def value_text(value: float, percent: bool) -> str:
    """A weight as it was entered, or per cent with one decimal, rounded down."""
    return f"{shown_percentage(value):.1f} %" if percent else grams(value)


def pending_at(curve: Curve, pending: Pending) -> float:
    """Where the ring of a weight that is being typed stands, in epoch seconds."""
    if pending.at is not None:
        return pending.at
    ends = [times[-1] for times in (curve.day_at, curve.weighed_at) if len(times)]
    return float(max(ends)) if ends else 0.0


def _limits(curve: Curve, percent: bool) -> list[Series]:
    lines = []
    for values, fraction, colour in (
        (curve.absolute_min, curve.absolute_min_pct, "under"),
        (curve.threshold, curve.threshold_pct, "near"),
        (curve.expected, 1.0, "accent"),
    ):
        if percent:
            values = np.where(np.isfinite(curve.expected), 100.0 * fraction, np.nan)
        label = "expected" if colour == "accent" else f"{show(100 * fraction)} %"
        if fraction > 0 and np.isfinite(values).any():
            lines.append(Series(curve.day_at, values, label, colour, style=1 if colour == "accent" else 0))
    return lines


def _weight(curve: Curve, view: View) -> Series:
    x, y = measured(curve, view.percent)
    return Series(x, y, "", "text", measured=True)


def _overlaid(curve: Curve, number: int, percent: bool) -> Series:
    x, y = measured(curve, percent)
    style = number // len(COLOURS) % 3
    return Series(x, y, curve.nickname, COLOURS[number % len(COLOURS)], style, measured=True)
