"""Days and moments as reports write them, whatever the computer's own language."""

from datetime import date, datetime, tzinfo

from colonydesk.domain.days import MONTHS, WEEKDAYS, show_day


def weekday_text(day: date) -> str:
    """ "Mon 23"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day}"


def long_day_text(day: date) -> str:
    """ "Mon 23 Nov 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {show_day(day)}"


def moment_text(moment: datetime, clock: tzinfo | None) -> str:
    """ "23 Nov 09:41" on a clock."""
    local = moment.astimezone(clock)
    return f"{local.day} {MONTHS[local.month - 1]} {local:%H:%M}"


def count_text(count: int, word: str) -> str:
    """ "12 animals", "1 animal"."""
    return f"{count} {_ONE.get(word, word) if count == 1 else word}"


_ONE = {"animals": "animal", "changes": "change"}
