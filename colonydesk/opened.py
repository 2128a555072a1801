"""A database that is open for the window, and what the window must know of it at once. Run in a job."""

from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from colonydesk.db.migrate import migrate
from colonydesk.paths import growth_curve_text, migrations
from colonydesk.queries.people import Member, active_members
from colonydesk.queries.today import Opening, opening
from colonydesk.services.opening import Database, open_for_work
from colonydesk.settings import complete_url


class Opened(NamedTuple):
    """``today`` is what the first screen shows; it has no lab in a database that is still empty."""

    url: str
    db: Database
    members: tuple[Member, ...]
    today: Opening


class OpeningAhead:
    """A database that is being opened in a thread of its own, while the window's own code is loaded."""

    def __init__(self, url: str, now: datetime) -> None:
        self._url = url
        self._now = now
        self._outcome: Opened | Exception | None = None
        self._thread = Thread(target=self._open, name="opening", daemon=True)
        self._thread.start()

    def _open(self) -> None:
        try:
            self._outcome = open_url(self._url, self._now)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asks for the result is told
            self._outcome = error

    def result(self) -> Opened:
        """Wait for it; raises as ``open_url``."""
        self._thread.join()
        if isinstance(self._outcome, Opened):
            return self._outcome
        assert self._outcome is not None
        raise self._outcome


def open_url(url: str, now: datetime) -> Opened:
    """Open the database at this address; raises as ``open_for_work``."""
    db = open_for_work(url, migrations(), complete_url)
    try:
        return look_at(url, db, now)
    except BaseException:
        db.close()
        raise


def look_at(url: str, db: Database, now: datetime) -> Opened:
    """What the window must know of a database that is open already."""
    with db.plain() as connection:
        return Opened(url, db, active_members(connection), opening(connection, now))


def open_demonstration(file: Path, now: datetime, timezone: str) -> Opened:
    """Make a demonstration colony in a new SQLite file, and open it."""
    from colonydesk.services.demonstration import make_colony
    from colonydesk.services.demonstration.edits import make_edits

    url = f"sqlite:///{file}"
    migrate(url, migrations())
    db = open_for_work(url, migrations())
    make_colony(db, now, curve_text=growth_curve_text(), timezone=timezone)
    make_edits(db, now)
    db.close()
    return open_url(url, now)
