"""How a cell of any list reads: days, moments on the lab's clock, ticks, numbers, "-" for what is unknown."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any

from colonydesk.qtkit.form_words import number_words
from colonydesk.ui.words import UNKNOWN, clock_text, day_text

LONGEST = 120
GROUPED = 10_000
"""From here on a whole number is read in groups of three digits."""


def cell_text(value: Any, zone: tzinfo, today: date | None, scale: float = 1.0, decimals: int = 0) -> str:
    """``value`` as one line of text; the year is left out of this year's days.

    A number is shown ``scale`` times as large, with at least so many ``decimals``.
    """
    if value is None or value == "" or value == []:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        day = value.astimezone(zone).date()
        return f"{_day(day, today)} {clock_text(value, zone)}"
    if isinstance(value, date):
        return _day(value, today)
    if isinstance(value, int | float):
        if isinstance(value, int) and scale == 1.0 and abs(value) >= GROUPED:
            return f"{value:,}".replace(",", "\u2009")
        number = round(value * scale, 10)
        return f"{number:.{decimals}f}" if number == round(number, decimals) else number_words(number)
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _day(day: date, today: date | None) -> str:
    return day_text(day, today) if today is not None else f"{day_text(day)} {day.year}"
