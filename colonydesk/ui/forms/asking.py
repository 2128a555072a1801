"""What is looked for when a person types into a reference: words, and among them a day."""

from __future__ import annotations

import re
from datetime import date

from colonydesk.domain.errors import Refused
from colonydesk.qtkit.form_words import read_day
from colonydesk.queries.records import OnDay

LONGEST = 3
"""Words of a day, as "10 Mar 2026"."""
_OTHER = re.compile(r"\d+([./]\d+)?|[+-].*|(?!today)[a-z]{3,5}", re.IGNORECASE)
"""A field for a day takes it; among words it is likely another thing: "6.4", "-3", an animal called Sun."""
YEARS = 20
"""A day without its year is looked for so far back, and in the coming one."""


def day_in(text: str, today: date) -> OnDay | None:
    """A day in ``text``, typed as into any field, with the words around it; None where there is none."""
    typed = text.replace(",", " ").split()
    for length in range(min(LONGEST, len(typed)), 0, -1):
        for start in range(len(typed) - length + 1):
            end = start + length
            if days := _days(" ".join(typed[start:end]), today):
                return OnDay(days, (*typed[:start], *typed[end:]))
    return None


def _days(text: str, today: date) -> frozenset[date]:
    day = None if _OTHER.fullmatch(text) else _day(text, today)
    if day is None:
        return frozenset()
    every = (_day(f"{text}{between}{year}", today) for year in _years(today) for between in ("", " "))
    return frozenset({day, *(one for one in every if one is not None)})


def _years(today: date) -> range:
    return range(today.year - YEARS, today.year + 2)


def _day(text: str, today: date) -> date | None:
    try:
        return read_day(text, today)
    except Refused:
        return None
