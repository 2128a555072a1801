"""Moments and the lab's local days.

A moment is an aware datetime, or inside vector code an int64 of microseconds since 1970-01-01 UTC
("micros"); a day is a ``date``, or an integer number of days since 1970-01-01. "Today" is always the local
day of the lab's own zone. Micros are integers because a float of seconds cannot hold a microsecond of our
century exactly, and 12:00:00 decides an age.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from colonydesk.domain.errors import KnownError

Ints = npt.NDArray[np.int64]

SECOND = 1_000_000
DAY = 86_400 * SECOND
NOON = DAY // 2
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
# strftime's names follow the workstation's locale.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MICROSECOND = timedelta(microseconds=1)
_PROBE = 7 * 86_400  # seconds; no zone changes its offset and back within a week
_EARLIEST, _LATEST = date(2, 1, 1).toordinal() - EPOCH_DAY, date(9998, 1, 1).toordinal() - EPOCH_DAY


def micros(moment: datetime) -> int:
    """The micros of an aware datetime. Raises ValueError for a naive one, whose zone nobody knows."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - EPOCH) // _MICROSECOND


def micros_of(moments: Iterable[datetime]) -> Ints:
    """The micros of aware datetimes, in order."""
    return np.array([(moment - EPOCH) // _MICROSECOND for moment in moments], dtype=np.int64)


def moment_of(value: int) -> datetime:
    """The aware UTC datetime of micros."""
    return EPOCH + timedelta(microseconds=int(value))


def show_day(day: date) -> str:
    """A day with its year: "10 Mar 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def show_date(day: date, now: datetime, clock: tzinfo) -> str:
    """A day for a sentence: "10 Mar", and the year where it is not this one."""
    is_this_year = day.year == now.astimezone(clock).year
    return f"{day.day} {MONTHS[day.month - 1]}" if is_this_year else show_day(day)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH_DAY


def date_of(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(int(number) + EPOCH_DAY)


class Zone:
    """The offsets of one time zone, for arrays of moments. Get one from ``zone``."""

    def __init__(self, name: str) -> None:
        try:
            self.info = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise KnownError(
                f"The time zone “{name}” is not known.", "Choose one such as Europe/London."
            ) from error
        self.name = name
        # First and last covered second, moments of change, and the offset before, between and after them.
        # Replaced whole, never changed in place: several threads read one Zone.
        self._table: tuple[int, int, Ints, Ints] = (0, 0, np.empty(0, np.int64), np.zeros(1, np.int64))

    def local(self, utc: Ints) -> Ints:
        """Local wall-clock micros (as if the wall clock were UTC) of moments in micros."""
        if not utc.size:
            return utc
        changes, offsets = self._covering(int(utc.min()), int(utc.max()))
        local: Ints = utc + offsets[np.searchsorted(changes, utc, side="right")]
        return local

    def days(self, utc: Ints) -> Ints:
        """Local day numbers of moments in micros."""
        return self.local(utc) // DAY

    def moments(self, local: Ints) -> Ints:
        """Moments in micros of local wall-clock micros; exact wherever that wall-clock time occurs once."""
        if not local.size:
            return local
        changes, offsets = self._covering(int(local.min()) - DAY, int(local.max()) + DAY)
        guess = local - offsets[np.searchsorted(changes, local, side="right")]
        moments: Ints = local - offsets[np.searchsorted(changes, guess, side="right")]
        return moments

    def day(self, moment: datetime) -> date:
        """The local day of one aware moment."""
        return moment.astimezone(self.info).date()

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """The UTC moments at which a local day begins and at which the next one begins."""
        after = day + timedelta(days=1)
        begin = datetime(day.year, day.month, day.day, tzinfo=self.info)
        end = datetime(after.year, after.month, after.day, tzinfo=self.info)
        return begin.astimezone(UTC), end.astimezone(UTC)

    def _covering(self, first: int, last: int) -> tuple[Ints, Ints]:
        """Changes and offsets valid from the first to the last of these micros."""
        begin, end, changes, offsets = self._table
        first_second, last_second = first // SECOND, last // SECOND + 1
        if begin <= first_second and last_second <= end and begin < end:
            return changes, offsets
        if begin < end:
            first_second, last_second = min(first_second, begin), max(last_second, end)
        self._table = self._probe(first_second - 366 * 86_400, last_second + 366 * 86_400)
        return self._table[2], self._table[3]

    def _offset(self, second: int) -> int:
        second = min(max(second, _EARLIEST * 86_400), _LATEST * 86_400)
        offset = (EPOCH + timedelta(seconds=second)).astimezone(self.info).utcoffset()
        return 0 if offset is None else offset // _MICROSECOND

    def _probe(self, begin: int, end: int) -> tuple[int, int, Ints, Ints]:
        """The table of a span of seconds. zoneinfo does not give its changes away: they are found by
        halving."""
        changes: list[int] = []
        offsets = [self._offset(begin)]
        for start in range(begin, end, _PROBE):
            low, high = start, min(start + _PROBE, end)
            after = self._offset(high)
            if after == offsets[-1]:
                continue
            while high - low > 1:
                middle = (low + high) // 2
                if self._offset(middle) == offsets[-1]:
                    low = middle
                else:
                    high = middle
            changes.append(high * SECOND)
            offsets.append(after)
        return begin, end, np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64)


@cache
def zone(name: str) -> Zone:
    """The zone of an IANA name such as ``Europe/London``. Raises KnownError for a name that is not one."""
    return Zone(name)


@lru_cache(maxsize=1 << 14)
def local_day(moment: datetime, timezone: str) -> date:
    """The local day of an aware moment in a zone."""
    return zone(timezone).day(moment)
