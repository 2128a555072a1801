"""The lab's days counted from today: 0 is today, -1 yesterday; minutes are of the local day."""

from datetime import date, datetime, timedelta

from colonydesk.domain.days import zone


class Calendar:
    """Days and moments of one lab, relative to ``now`` (aware)."""

    def __init__(self, now: datetime, timezone: str) -> None:
        self.now = now
        self._zone = zone(timezone)
        self.today = self._zone.day(now)
        self._noons: dict[int, datetime] = {}
        self.midnight = self._zone.bounds(self.today)[0]

    def day_of(self, moment: datetime) -> date:
        """The local day of a moment."""
        return self._zone.day(moment)

    def date(self, day: int) -> date:
        return self.today + timedelta(days=day)

    def weekday(self, day: int) -> int:
        """0 is Monday."""
        return (self.today.weekday() + day) % 7

    def is_weekend(self, day: int) -> bool:
        return self.weekday(day) >= 5

    def workday(self, day: int) -> int:
        """This day, or the Friday before it."""
        return day - max(0, self.weekday(day) - 4)

    def at(self, day: int, minute: float) -> datetime:
        """The moment of a local time of a day gone by; for hours in which no clock changes."""
        noon = self._noons.get(day)
        if noon is None:
            _, end = self._zone.bounds(self.date(day))
            # Clocks change in the night: noon is 12 hours before the end whatever happened.
            noon = self._noons[day] = end - timedelta(hours=12)
        return noon + timedelta(seconds=round((minute - 720) * 60))

    def today_at(self, minutes: float) -> datetime:
        """The moment so many minutes after the local midnight; exact in the hours of a clock change too."""
        return min(self.midnight + timedelta(seconds=int(minutes * 60)), self.now)

    def end_of(self, day: int) -> datetime:
        """The last moment of a day."""
        return self._zone.bounds(self.date(day))[1] - timedelta(microseconds=1)
