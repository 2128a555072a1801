"""Invented curves."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from colonydesk.queries.curve_data import Curve, Mark, Period

LONDON = "Europe/London"
LAST = date(2026, 11, 23)
IMPLANT = 1.2


def curve(
    days: int = 40, number: int = 1, threshold: float = 0.85, last: date = LAST, restricted_for: int = 30
) -> Curve:
    """An animal weighed each morning but the fifth last day, restricted at the end, under on its last two."""
    zone = ZoneInfo(LONDON)
    dates = [last - timedelta(days=days - 1 - place) for place in range(days)]
    noon = np.array([datetime(d.year, d.month, d.day, 12, tzinfo=zone).timestamp() for d in dates])
    place = np.arange(days)
    restricted = place >= days - restricted_for
    weight = np.where(restricted, 22.4 + 0.3 * np.sin(place), 24.0 + 0.05 * np.cos(place)) + number / 10
    weight[-2:] = 20.1
    expected = 24.0 + place / days
    share = (weight - IMPLANT) / (expected - IMPLANT)
    weighed = place != days - 5
    return Curve(
        subject_id=UUID(int=number),
        nickname=f"CK_{number:04}",
        timezone=LONDON,
        weighed_at=(noon - 2.3 * 3600)[weighed],
        weight=np.round(weight, 2)[weighed],
        day_at=noon,
        expected=expected,
        threshold=threshold * (expected - IMPLANT) + IMPLANT,
        absolute_min=0.75 * (expected - IMPLANT) + IMPLANT,
        percentage=100 * share,
        under=restricted & (share < threshold),
        restricted=restricted,
        reward=np.where(restricted, 0.42, 0.0),
        supplement=np.where(restricted, 0.53, 0.0),
        required=np.where(restricted, 0.95, np.nan),
        restrictions=(Period(noon[days - restricted_for] - 3600, None, 24.0),) if restricted_for else (),
        implants=(Mark(noon[1], "implant 1.2 g"),),
        notes=(Mark(noon[-3] + 60, "eye a little closed"),),
        threshold_pct=threshold,
        absolute_min_pct=0.75,
    )


def unweighed() -> Curve:
    """An animal without a record."""
    none, never = np.empty(0), np.empty(0, dtype=bool)
    return Curve(
        UUID(int=99), "CK_0099", LONDON, none, none, none, none, none, none, none, never, never, none, none,
        none, (), (), (), 0.85, 0.75,
    )  # fmt: skip
