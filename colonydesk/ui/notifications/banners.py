"""What is to stand at the top of the window, one after another: the line has room for one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Set
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from colonydesk.qtkit.notice import Notice

NEXT_MS = 400
"""So long the line is empty between two, so that no second click falls on what has just come."""
INFO_MS = 10_000
"""So long an information stands where a warning waits; warnings stand until they are put away."""


@dataclass(frozen=True, slots=True, eq=False)
class Banner:
    """``shown`` is called each time that it comes to stand there, ``act`` when the link ``action`` is taken.

    ``about``: the occasions it tells of; without any of them it is not shown any more. ``short``: its text
    where there is no room for all.
    """

    text: str
    kind: str = "info"
    action: str = ""
    act: Callable[[], None] | None = None
    shown: Callable[[], None] | None = None
    about: frozenset[Hashable] = frozenset()
    short: str = ""


class Banners(QObject):
    """Others tell something in that line too: what they say stays, and what was theirs to push away comes
    back afterwards."""

    def __init__(self, notice: Notice, parent: QObject | None = None, info_ms: int = INFO_MS) -> None:
        super().__init__(parent)
        self._notice, self._info_ms = notice, info_ms
        self._standing: Banner | None = None
        self._waiting: list[Banner] = []
        self._changing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._show_next)
        notice.changed.connect(self._on_changed)

    def put(self, banner: Banner) -> bool:
        """Show it, or let it wait for the line; returns whether it stands there now.

        What is about something is shown before the rest, and in the place of what was about something.
        """
        if banner.about:
            self._waiting = [banner, *(one for one in self._waiting if not one.about)]
        else:
            self._waiting.append(banner)
        ours = self._standing is not None
        if not self._notice.text() or (ours and banner.about):
            self._show_next()
        elif not self._timer.isActive():
            self._wait()
        return self._standing is banner

    def about(self) -> frozenset[Hashable]:
        """What those that stand and wait there are about."""
        known = (*self._waiting, *((self._standing,) if self._standing is not None else ()))
        return frozenset().union(*(one.about for one in known))

    def keep(self, about: Set[Hashable]) -> None:
        """Take back those that are about nothing of this any more."""
        self._waiting = [one for one in self._waiting if not one.about or one.about & about]
        standing = self._standing
        if standing is not None and standing.about and not standing.about & about:
            self._standing = None
            self._notice.put_away()

    def _show_next(self) -> None:
        if not self._waiting:
            return
        banner = self._waiting.pop(0)
        if self._standing is not None and not self._standing.about:
            self._waiting.append(self._standing)
        self._standing = banner
        self._changing = True
        self._notice.tell(banner.text, banner.kind, banner.action, banner.act, short=banner.short)
        self._changing = False
        self._wait()
        if banner.shown is not None:
            banner.shown()

    def _on_changed(self, by_hand: bool) -> None:
        if self._changing:
            return
        if self._standing is not None and not by_hand:
            self._waiting.insert(0, self._standing)
        self._standing = None
        self._wait()

    def _wait(self) -> None:
        """Until the next one may be shown: where a hand has to put something away first, without end."""
        self._timer.stop()
        if not self._waiting:
            return
        if not self._notice.text():
            self._timer.start(NEXT_MS)
        elif self._notice.kind() == "info" != self._waiting[0].kind:
            self._timer.start(self._info_ms)
