"""Days and moments as reports write them, whatever the computer's own language."""

from datetime import date, datetime, tzinfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_text(day: date) -> str:
    """ "23 Nov 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def weekday_text(day: date) -> str:
    """ "Mon 23"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day}"


def long_day_text(day: date) -> str:
    """ "Mon 23 Nov 2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {day_text(day)}"


def moment_text(moment: datetime, clock: tzinfo | None) -> str:
    """ "23 Nov 09:41" on a clock."""
    local = moment.astimezone(clock)
    return f"{local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"


def count_text(count: int, word: str) -> str:
    """ "12 animals", "1 animal"."""
    return f"{count} {_ONE.get(word, word) if count == 1 else word}"


_ONE = {"animals": "animal", "changes": "change"}
