"""Dates, ages, amounts and errors as every screen writes them."""

import math
from datetime import date, datetime, tzinfo

from colonydesk.domain.codes import SEX
from colonydesk.domain.days import MONTHS, WEEKDAYS
from colonydesk.domain.plausibility import show_weight
from colonydesk.domain.water import shown_given, shown_owed
from colonydesk.domain.weight import shown_percentage

UNKNOWN = "-"


def counted(count: int, one: str, many: str) -> str:
    """``one`` where it is one, else ``many`` with the number for its %n: untranslated Qt has no plurals."""
    return one if count == 1 else many.replace("%n", f"{count:,}")


def plain(text: str) -> str:
    """A text as rich text shows it unchanged."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def day_text(day: date, today: date | None = None) -> str:
    """ "23 Nov", with the year where it is not today's."""
    year = f" {day.year}" if today is not None and day.year != today.year else ""
    return f"{day.day} {MONTHS[day.month - 1]}{year}"


def weekday_text(day: date) -> str:
    """ "Mon 23 Nov"."""
    return f"{WEEKDAYS[day.weekday()]} {day_text(day)}"


def near_day_text(day: date, today: date) -> str:
    """ "today", "yesterday", else the day."""
    return {0: "today", 1: "yesterday"}.get((today - day).days) or day_text(day, today)


def clock_text(moment: datetime, zone: tzinfo) -> str:
    """ "09:41" on the lab's clock."""
    return moment.astimezone(zone).strftime("%H:%M")


def age_text(birth: date | None, today: date, death: date | None = None) -> str:
    """ "14 w 2 d", to the day of death for a dead animal; empty where the birth is not known."""
    if birth is None:
        return ""
    days = ((death or today) - birth).days
    return "" if days < 0 else f"{days // 7} w {days % 7} d"


def sex_text(code: str) -> str:
    return f"sex {SEX[code]}" if code == "U" else SEX[code]


def grams(value: float | None) -> str:
    """A weight to 0.1 g, or to 0.01 where it was noted so."""
    return UNKNOWN if value is None else show_weight(value)


def gram_figure(value: float | None) -> str:
    """A calculated weight to 0.1 g."""
    return UNKNOWN if value is None else f"{value:.1f}"


def least(value: float | None) -> str:
    """The least that a weight may be, or what is short of it, rounded up to 0.1 g: with it none is under."""
    return UNKNOWN if value is None else f"{math.ceil(round(value * 10, 6)) / 10:.1f}"


def owed(value: float | None) -> str:
    """Water still owed, in mL, rounded up."""
    return UNKNOWN if value is None else f"{shown_owed(value):.2f}"


def given(value: float | None) -> str:
    """Water given, in mL, rounded down."""
    return UNKNOWN if value is None else f"{shown_given(value):.2f}"


def excess(value: float | None) -> str:
    """Water given over what was required, in mL; "−0.10" where so much is missing."""
    if value is None or value >= 0:
        return given(value)
    missing = owed(-value)
    return f"−{missing}" if float(missing) else missing


def percent(value: float | None) -> str:
    """A percentage to 0.1, rounded down."""
    return UNKNOWN if value is None else f"{shown_percentage(value):.1f}"
