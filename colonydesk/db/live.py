"""What other programs commit to the same database, as it happens.

PostgreSQL rings (NOTIFY), SQLite is looked at (PRAGMA data_version, some microseconds); the change log is the
truth that is then read. After a broken connection everything since the last known number is read again.
"""

import logging
import selectors
import socket
import threading
from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import bindparam, func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import ChangeLog
from colonydesk.db.unit import CHANNEL, ORIGIN
from colonydesk.domain.errors import KnownError

POLL_SECONDS = 0.5
RETRY_SECONDS = 2.0
BATCH = 500

Changed = Callable[[dict[str, set[UUID]]], None]
Alive = Callable[[bool], None]

_log = logging.getLogger(__name__)
_newest = select(func.coalesce(func.max(ChangeLog.number), 0))
_since = (
    select(ChangeLog.number, ChangeLog.changed, ChangeLog.origin)
    .where(ChangeLog.number > bindparam("number"))
    .order_by(ChangeLog.number)
    .limit(BATCH)
)


def newest_change(db: Database) -> int:
    """The number of the last change that anybody has committed; 0 for none."""
    with db.read() as connection:
        number: int = connection.execute(_newest).scalar_one()
    return number


class Watch:
    """A thread that tells what other runs of the program changed; ``close`` ends it."""

    def __init__(self, db: Database, changed: Changed, alive: Alive) -> None:
        """Tell all since ``db`` was opened for work.

        ``changed`` gets ids by table name, an empty set where any row of the table may have changed;
        ``alive`` whether the database answers, whenever that is another than before. Both are called in
        the watch's thread.
        """
        self._db = db
        self._changed = changed
        self._alive = alive
        self._stop = threading.Event()
        self._rope, self._bell = socket.socketpair()
        self._number = db.seen
        self._is_alive = True
        self._thread = threading.Thread(target=self._run, name="live watch", daemon=True)
        self._thread.start()

    def close(self, seconds: float = 1.0) -> None:
        self._stop.set()
        self._rope.close()  # which the bell hears
        self._thread.join(seconds)
        self._bell.close()

    def _run(self) -> None:
        follow = self._follow_postgresql if self._db.dialect == "postgresql" else self._follow_sqlite
        while not self._stop.is_set():
            try:
                follow()
            except KnownError as error:
                _log.info("live watch: %s", error)
            except Exception as error:  # noqa: BLE001 - a lost cable has many names; the watch tries again
                _log.info("live watch: %s", error)
            if not self._stop.is_set():
                self._say_alive(False)
                self._stop.wait(RETRY_SECONDS)

    def _follow_postgresql(self) -> None:
        import psycopg

        with (
            psycopg.connect(**self._db.driver_arguments(), autocommit=True) as connection,
            selectors.DefaultSelector() as heard,
        ):
            for one in (connection, self._bell):
                heard.register(one, selectors.EVENT_READ)
            connection.execute(f"LISTEN {CHANNEL}")
            self._tell_new()
            while not self._stop.is_set():
                heard.select(POLL_SECONDS)
                for _ in connection.notifies(timeout=0, stop_after=1):
                    self._tell_new()
                if connection.closed or connection.broken:
                    return

    def _follow_sqlite(self) -> None:
        with self._db.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            cursor = raw.cursor()
            known = None
            while not self._stop.is_set():
                # data_version changes with every commit of another connection.
                seen = cursor.execute("PRAGMA data_version").fetchone()[0]
                if seen != known:
                    known = seen
                    self._tell_new()
                self._stop.wait(POLL_SECONDS)

    def _tell_new(self) -> None:
        while True:
            with self._db.read() as connection:
                rows = connection.execute(_since, {"number": self._number}).all()
            self._say_alive(True)
            told = _merged(row.changed for row in rows if row.origin != ORIGIN)
            if told:
                self._changed(told)
            if rows:
                self._number = rows[-1].number
            if len(rows) < BATCH:
                return

    def _say_alive(self, alive: bool) -> None:
        if alive != self._is_alive:
            self._is_alive = alive
            self._alive(alive)


def _merged(changes: Iterable[dict[str, list[str]]]) -> dict[str, set[UUID]]:
    """The ids of several changes by table; a table without ids, all of it, stays without."""
    told: dict[str, set[UUID]] = {}
    whole: set[str] = set()
    for change in changes:
        for table, ids in change.items():
            told.setdefault(table, set()).update(UUID(text) for text in ids)
            if not ids:
                whole.add(table)
    return {table: set() if table in whole else ids for table, ids in told.items()}
