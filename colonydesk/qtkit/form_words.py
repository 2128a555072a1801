"""Days, moments and numbers as a person types them at a bench, and how they are written back.

A day: "today", "yesterday", "3 days ago", "-3", "mon" (the last Monday), "23 Nov", "23.11.26", "2026-11-23".
A moment: a clock time alone is today's ("14:30"; of an end: of the day of its start, or of the next one
after a night), or a day with one ("yesterday 9:15"), or "now".
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from colonydesk.domain.errors import Refused

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
_UNITS = {"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}
_CLOCK = re.compile(r"(?:^|[\sT])(\d{1,2})(?::(\d{2})(?::(\d{2}))?\s*(am|pm)?|\s*(am|pm))$", re.IGNORECASE)

_NIGHT = timedelta(hours=12)
"""An end in the night after its start. Not more: "2:30" of an afternoon session would be in the night too."""

_YEARS = range(2, 9999)
"""A day at the ends of the calendar has no place in every zone."""

_LONG = 24
"""So much of a number is repeated where it is refused."""

DAY_HINT = "such as 23 Nov, today, yesterday or -3"
MOMENT_HINT = "such as 14:30, yesterday 9:15, 23 Nov 14:30 or now"


def read_day(text: str, today: date) -> date:
    """The day that ``text`` names, seen from ``today``.

    A day and month without a year is the nearest such day: in December "3 Jan" is the coming one.

    Raises:
        Refused: when it is not a day; the sentence says what to type.
    """
    typed = " ".join(text.lower().replace(",", " ").split())
    if typed in _NEAR:
        return today + timedelta(days=_NEAR[typed])
    for read in (_relative, _weekday, _iso, _with_month_name, _with_dots):
        found = read(typed, today)
        if found is not None and found.year not in _YEARS:
            raise Refused(f"“{text.strip()}” is not a day that can be reckoned with.")
        if found is not None:
            return found
    raise Refused(f"“{text.strip()}” is not a day; type one {DAY_HINT}.")


def read_moment(text: str, now: datetime, zone: tzinfo, start: datetime | None = None) -> datetime:
    """The moment that ``text`` names on the clocks of ``zone``, as an aware UTC datetime.

    A clock time alone is of the day of ``start``, where there is one; of the next day where it would be
    before ``start`` and comes within ``_NIGHT`` of it, by the clocks.

    Raises:
        Refused: when it is not a moment, or the clocks of the zone skipped it.
    """
    typed = text.strip()
    today = now.astimezone(zone).date()
    if typed.lower() == "now":
        return now.astimezone(UTC).replace(second=0, microsecond=0)
    found = _CLOCK.search(typed)
    if found is None:
        try:
            read_day(typed, today)
        except Refused:
            raise Refused(f"“{typed}” is not a moment; type one {MOMENT_HINT}.") from None
        raise Refused("Add the time of the day, such as 14:30.")
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    half = (found.group(4) or found.group(5) or "").lower()
    if half and not 1 <= hour <= 12:
        raise Refused(f"“{found.group(0).strip()}” is not a time of the day.")
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    before = typed[: found.start()].strip()
    usual = today if start is None else start.astimezone(zone).date()
    day = read_day(before, today) if before else usual
    try:
        local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    except ValueError:
        raise Refused(f"“{found.group(0).strip()}” is not a time of the day.") from None
    if not before and start is not None and local.astimezone(UTC) < start:
        after = local + timedelta(days=1)
        lasts = after.replace(tzinfo=None) - start.astimezone(zone).replace(tzinfo=None)
        local = after if lasts <= _NIGHT else local
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refused("That time does not exist: the clocks went forward over it.")
    return moment


def read_number(text: str, unit: str = "") -> float:
    """A number with a point or a comma; its unit may stand behind it.

    Raises:
        Refused: when it is not one, or too large to be kept.
    """
    typed = text.strip()
    if unit and typed.lower().endswith(unit.lower()):
        typed = typed[: -len(unit)].strip()
    if not re.fullmatch(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", typed):
        raise Refused(f"“{text.strip()}” is not a number.")
    number = float(typed.replace(",", "."))
    if not math.isfinite(number):
        shown = typed if len(typed) <= _LONG else f"{typed[:_LONG]}…"
        raise Refused(f"“{shown}” is too large a number.")
    return number


def read_integer(text: str, unit: str = "") -> int:
    """A whole number. Raises Refused when it is not one."""
    number = read_number(text, unit)
    if number != int(number):
        raise Refused(f"“{text.strip()}” is not a whole number.")
    return int(number)


def day_words(day: date) -> str:
    """ "23 Nov 2026": what is typed can be read back from it."""
    return f"{day.day} {_MONTHS[day.month - 1].title()} {day.year}"


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """ "23 Nov 2026 14:05" on the clocks of ``zone``."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date())} {local:%H:%M}"


def from_today(day: date, today: date) -> str:
    """ "Mon, 3 days ago": what a day is, to see that it was understood."""
    weekday = _WEEKDAYS[day.weekday()][:3].title()
    away = (day - today).days
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(away)
    if near is None:
        near = f"{-away} days ago" if away < 0 else f"in {away} days"
    return f"{weekday}, {near}"


def number_words(value: float) -> str:
    """A number without a needless tail: 20.1, 85, 0.04."""
    return f"{value:.10g}"


def _relative(typed: str, today: date) -> date | None:
    if found := re.fullmatch(r"([+-])\s*(\d{1,4})\s*(\w+)?", typed):
        sign, count, unit = found.groups()
        if unit is None or unit in _UNITS:
            return today + timedelta(
                days=(1 if sign == "+" else -1) * int(count) * _UNITS.get(unit or "d", 1)
            )
    if found := re.fullmatch(r"(\d{1,4})\s*(\w+) ago", typed):
        count, unit = found.groups()
        if unit in _UNITS:
            return today - timedelta(days=int(count) * _UNITS[unit])
    if found := re.fullmatch(r"in (\d{1,4})\s*(\w+)", typed):
        count, unit = found.groups()
        if unit in _UNITS:
            return today + timedelta(days=int(count) * _UNITS[unit])
    return None


def _weekday(typed: str, today: date) -> date | None:
    if len(typed) >= 3:
        for number, name in enumerate(_WEEKDAYS):
            if name.startswith(typed):
                return today - timedelta(days=(today.weekday() - number) % 7)
    return None


def _iso(typed: str, _today: date) -> date | None:
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", typed):
        year, month, day = map(int, found.groups())
        return _date(year, month, day, typed)
    return None


def _with_month_name(typed: str, today: date) -> date | None:
    found = re.fullmatch(r"(\d{1,2})\.?\s*([a-z]{3,9})\.?(?:\s*(\d{4}|\d{2}))?", typed)
    day, name, year = found.groups() if found else (None, None, None)
    if found is None and (found := re.fullmatch(r"([a-z]{3,9})\.?\s*(\d{1,2})(?:\s+(\d{4}))?", typed)):
        name, day, year = found.groups()
    if name is None or day is None or name[:3] not in _MONTHS:
        return None
    return _in_year(year, _MONTHS.index(name[:3]) + 1, int(day), today, typed)


def _with_dots(typed: str, today: date) -> date | None:
    """Day first, as on most of the world's cage cards; the words beside the field say what was understood."""
    if found := re.fullmatch(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2})?)?", typed):
        day, month, year = found.groups()
        return _in_year(year, int(month), int(day), today, typed)
    return None


def _in_year(year: str | None, month: int, day: int, today: date, typed: str) -> date:
    if year is not None:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day, typed)
    around = []
    for near in (today.year - 1, today.year, today.year + 1):
        try:
            around.append(date(near, month, day))
        except ValueError:
            continue
    if not around:
        raise Refused(f"There is no day “{typed}”.")
    return min(around, key=lambda one: abs((one - today).days))


def _date(year: int, month: int, day: int, typed: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused(f"There is no day “{typed}”.") from None
