"""What stands behind the options of the command line, read; what cannot be is wrong usage (status 2)."""

import os
import re
from argparse import ArgumentTypeError, Namespace
from datetime import UTC, date, datetime

_YEARS = range(2, 9999)
"""A moment at the ends of the calendar has no place in every zone."""


def a_moment(text: str) -> datetime:
    """A time with its zone, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a time such as 2026-03-10T15:00:00+01:00") from None
    if moment.tzinfo is None:
        raise ArgumentTypeError(f"{text} has no time zone; write 2026-03-10T15:00:00+01:00 or ...Z")
    if moment.year not in _YEARS:
        raise ArgumentTypeError(f"{text} is not a time that can be reckoned with")
    return moment.astimezone(UTC)


def a_day(text: str) -> date:
    """A date."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a date such as 2026-03-10") from None
    if day.year not in _YEARS:
        raise ArgumentTypeError(f"{text} is not a date that can be reckoned with")
    return day


def a_size(text: str) -> tuple[int, int]:
    """Width and height of a window in pixels."""
    found = re.fullmatch(r"([1-9][0-9]{2,3})x([1-9][0-9]{2,3})", text)
    if found is None:
        raise ArgumentTypeError(f"{text} is not a size such as 1280x800")
    return int(found[1]), int(found[2])


def named_database(options: Namespace) -> str | None:
    """The address of the database that is meant, as the option or else the environment says it."""
    return getattr(options, "database", None) or os.environ.get("COLONYDESK_DATABASE")


def user_name(options: Namespace) -> str | None:
    """The user name of who records, as the option or else the environment says it."""
    return getattr(options, "user", None) or os.environ.get("COLONYDESK_USER")
