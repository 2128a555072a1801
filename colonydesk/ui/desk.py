"""What every screen works with: the open database behind jobs, the bus, the clock and who records."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.people import Member
from colonydesk.queries.today import Opening
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QSplitter

T = TypeVar("T")


class Desk(QObject):
    """Made by ``app.py`` once a database is open, and passed on to every screen.

    ``member_changed`` is emitted when another member records from now on.
    """

    member_changed = Signal()

    def __init__(
        self,
        db: Database,
        jobs: Jobs,
        bus: ChangeBus,
        source: ThemeSource,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._db = db
        self.jobs = jobs
        self.bus = bus
        self.source = source
        self.settings = settings
        self.now = now
        self.member: Member | None = None
        self.opening: Opening | None = None
        """What has been read with the database's opening, for the first Today screen to take."""

    def set_member(self, member: Member | None) -> None:
        """Let ``member`` be who records from now on."""
        self.member = member
        self.member_changed.emit()

    def place_sash(self, sash: QSplitter, name: str) -> bool:
        """Put a sash where it was left; False where it was never moved."""
        state = self.settings.layout_of(name)
        return state is not None and sash.restoreState(state)

    def remember_sash(self, sash: QSplitter, name: str) -> None:
        """Put the place of a sash into the settings."""
        self.settings.remember_layout(name, bytes(sash.saveState().data()))

    def read(
        self,
        key: Hashable,
        query: Callable[..., T],
        *arguments: Any,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``query(connection, *arguments)`` in a reader, and ``done(result)`` here afterwards."""

        def work() -> T:
            with self._db.read() as connection:
                return query(connection, *arguments)

        self.jobs.read(key, work, done, failed)

    def read_plain(
        self,
        key: Hashable,
        query: Callable[..., T],
        *arguments: Any,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """The same for the queries of plain statements, which the hand waits for."""

        def work() -> T:
            with self._db.plain() as connection:
                return query(connection, *arguments)

        self.jobs.read(key, work, done, failed)

    def write(
        self,
        service: Callable[..., Done],
        command: Any,
        done: Callable[[Done], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``service(db, command, now)`` in the writer; the bus tells what changed after ``done``."""
        self.run(lambda db: service(db, command, self.now()), done, failed)

    def run(
        self,
        work: Callable[[Database], Done],
        done: Callable[[Done], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``work(db)`` in the writer, for what is more than one command."""

        def finished(result: Done) -> None:
            if done is not None:
                done(result)
            self.bus.publish(result.changed)

        self.jobs.write(lambda: work(self._db), finished, failed)

    def beside(
        self,
        key: Hashable,
        work: Callable[[Database], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``work(db)`` in a reader: long work that writes in short units of its own, and now and then.

        It may not hold anything of Qt. Whoever asks tells the bus what came of it.
        """
        db = self._db
        self.jobs.read(key, lambda: work(db), done, failed)
