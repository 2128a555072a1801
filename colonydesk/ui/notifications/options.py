"""How this workstation tells of what is due: kept in its own settings, for everybody who works at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from colonydesk.settings import Settings

MINUTES = (1, 5, 15, 60)
_USUAL_MINUTES = 5
_QUIET = (time(20, 0), time(7, 0))


@dataclass(frozen=True, slots=True)
class Options:
    """Read and written through ``Settings.notices``, where everything is text."""

    settings: Settings

    @property
    def minutes(self) -> int:
        """How long between two checks."""
        text = self._get("minutes")
        return int(text) if text.isdigit() and int(text) in MINUTES else _USUAL_MINUTES

    def set_minutes(self, minutes: int) -> None:
        self._set("minutes", str(minutes))

    @property
    def keep_running(self) -> bool | None:
        """Whether the program runs on when its window is closed; None: to be asked."""
        return {"yes": True, "no": False}.get(self._get("keep_running"))

    def set_keep_running(self, keep: bool | None) -> None:
        self._set("keep_running", {True: "yes", False: "no", None: ""}[keep])

    @property
    def quiet(self) -> bool:
        """Whether there are quiet hours."""
        return self._get("quiet") == "yes"

    def set_quiet(self, quiet: bool) -> None:
        self._set("quiet", "yes" if quiet else "no")

    @property
    def quiet_hours(self) -> tuple[time, time]:
        """From when to when, by this workstation's clock."""
        found = []
        for name, usual in zip(("quiet_from", "quiet_to"), _QUIET, strict=True):
            try:
                found.append(time.fromisoformat(self._get(name)))
            except ValueError:
                found.append(usual)
        return found[0], found[1]

    def set_quiet_hours(self, begin: time, end: time) -> None:
        self._set("quiet_from", begin.isoformat("minutes"))
        self._set("quiet_to", end.isoformat("minutes"))

    @property
    def no_tray_said(self) -> bool:
        """Whether it was said that this desktop has no tray."""
        return self._get("no_tray_said") == "yes"

    def set_no_tray_said(self) -> None:
        self._set("no_tray_said", "yes")

    @property
    def unsent_said(self) -> str:
        """Why no e-mail is sent from here, as it was said last; "" since one was sent."""
        return self._get("unsent_said")

    def set_unsent_said(self, reason: str) -> None:
        self._set("unsent_said", reason)

    def is_quiet(self, now: datetime) -> bool:
        """Whether no message is to be shown at ``now``. Hours over midnight are meant so."""
        if not self.quiet:
            return False
        begin, end = self.quiet_hours
        clock = now.astimezone().time()
        if begin <= end:
            return begin <= clock < end
        return clock >= begin or clock < end

    def _get(self, name: str) -> str:
        return self.settings.notices.get(name, "")

    def _set(self, name: str, value: str) -> None:
        self.settings.notices[name] = value
