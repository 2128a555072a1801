"""How the member is told of what waits: each once, at the tray, by the desktop, or in the window."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import QObject, Signal

from colonydesk.queries.notices import Alert
from colonydesk.ui.desk import Desk
from colonydesk.ui.desktop import DesktopMessages
from colonydesk.ui.notifications import texts
from colonydesk.ui.notifications.banners import Banner, Banners
from colonydesk.ui.notifications.options import Options
from colonydesk.ui.tray import Tray

_PAUSE = timedelta(hours=1)


class Telling(QObject):
    """``told`` carries the text of each message, ``clicked`` the key of the one that is opened in the window.

    ``is_before_the_eyes`` says whether the member looks at the list of what comes.
    """

    told = Signal(str)
    clicked = Signal(object)

    def __init__(
        self, desk: Desk, options: Options, banners: Banners, tray: Tray, desktop: DesktopMessages
    ) -> None:
        super().__init__(tray)
        self._desk = desk
        self._options = options
        self._banners = banners
        self._tray = tray
        self._desktop = desktop
        self._waiting: tuple[Alert, ...] = ()
        self._told: set[Hashable] = set()
        self._handed: set[Hashable] = set()  # to the desktop's service, of which nobody knows what it shows
        self._paused_until: datetime | None = None
        self.is_before_the_eyes: Callable[[], bool] = lambda: False

    def keep_up(self, alerts: tuple[Alert, ...]) -> None:
        """Tell what of these is new, and take back what is not among them any more."""
        self._waiting = alerts
        waiting = {one.occasion for one in alerts}
        self._banners.keep(waiting)
        self._desktop.keep(waiting)
        self._tray.keep(waiting)
        told = self._banners.about()
        if not told <= waiting:  # some of it is done: what stands there counts the rest
            self._put_banner(tuple(one for one in alerts if one.occasion in told))
        new = tuple(one for one in alerts if one.occasion not in self._told)
        if new and not self._is_quiet():
            self._tell(new)

    def forget(self) -> None:
        """Another member is here: nothing has been told."""
        self._told.clear()
        self._handed.clear()
        self._banners.keep(set())

    def pause(self, paused: bool) -> None:
        """Show nothing for an hour, or show it again."""
        self._paused_until = self._desk.now() + _PAUSE if paused else None

    def _is_quiet(self) -> bool:
        now = self._desk.now()
        if self._paused_until is not None and now >= self._paused_until:
            self._paused_until = None
            self._tray.show_paused(False)
        return self._paused_until is not None or self._options.is_quiet(now)

    def _tell(self, new: tuple[Alert, ...]) -> None:
        """One message, whatever their number: a second one would push the first off the desktop.

        Where there is no tray, those count as told that have stood in the window.
        """
        occasions = {one.occasion for one in new}
        there = self._tray.is_available()
        if not there and self.is_before_the_eyes():
            self._told |= occasions
            return
        fresh = tuple(one for one in new if one.occasion not in self._handed)
        if fresh:
            title, text, key = texts.message(fresh)
            self.told.emit(text)
            about = {one.occasion for one in fresh}
            if there and self._tray.tell(title, text, key, about):
                self._told |= occasions
                return
            self._desktop.tell(title, text, key, about)
            self._handed |= occasions
        known = self._banners.about() | occasions
        self._put_banner(tuple(one for one in self._waiting if one.occasion in known))

    def _put_banner(self, alerts: tuple[Alert, ...]) -> None:
        title, text, key = texts.message(alerts)
        about = frozenset(one.occasion for one in alerts)
        self._banners.put(
            Banner(
                texts.one_line(title, text),
                "warning",
                self.tr("Open"),
                partial(self.clicked.emit, key),
                partial(self._told.update, about),
                about,
                texts.one_line(title, texts.summary(alerts)) if len(alerts) > 1 else "",
            )
        )

    def show_message(self, title: str, text: str) -> tuple[str, ...]:
        """Show a message wherever this desktop can; returns where that is.

        "tray", or "desktop" where there is its service, and "window", or "later" in the window: when what
        stands there is put away.
        """
        if self._tray.tell(title, text, None):
            return ("tray",)
        places = ("desktop",) if self._desktop.tell(title, text, None) else ()
        now = self._banners.put(Banner(texts.one_line(title, text)))
        return (*places, "window" if now else "later")
