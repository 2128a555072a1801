"""One open database: SQLite file or PostgreSQL server, with the settings that keep each of them safe.

SQLAlchemy is imported with its first connection, so that the first picture does not wait for it.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from colonydesk.db.address import SQLITE, Address, address_of, parse_address
from colonydesk.db.errors import LOOK_BEHIND, in_words, refuse_network_share
from colonydesk.db.files import file_system_of
from colonydesk.db.plain import Plain, Reading
from colonydesk.domain.errors import KnownError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

    from colonydesk.db.unit import Unit

CONNECT_SECONDS = 5
BUSY_MILLISECONDS = 5000
CACHE_KILOBYTES = 65536
ABANDONED_SECONDS = 60

# Libpq gives up a silently cut cable within seconds instead of minutes.
_POSTGRESQL_ARGUMENTS = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10000,
    "application_name": "colonydesk",
}

# What the screens read lies in memory; compiling a list's statement costs more than running it. In a zone of
# the server's the last hours of the year 9999 would be those of a year that Python does not have.
_POSTGRESQL_OPTIONS = "-c random_page_cost=1.1 -c jit=off -c timezone=UTC"


class Database:
    """An open database. Safe to use from several threads; each job takes its own connection."""

    def __init__(self, address: Address, *, create: bool = False) -> None:
        """Nothing is opened before it is used; a file that is not there is made with ``create`` alone.

        ``seen`` is the number of the last change that was there when it was opened for work.
        """
        self._address = address
        self._create = create
        self.dialect = address.dialect
        self.name = address.name
        self.seen = 0
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._idle: list[Any] = []

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for one in memory, and one on a server."""
        return self._address.file

    @property
    def engine(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = _make_engine(self._address, create=self._create)
            return self._engine

    @contextmanager
    def plain(self) -> Iterator[Reading]:
        """A connection in a read transaction for the queries of plain statements (db.plain).

        Raises:
            KnownError: as ``read``.
        """
        if self.dialect == "sqlite" and self.file is None:  # there is only one connection
            with self.read() as connection:
                yield connection
            return
        with in_words(self.name):
            driver = self._begin_plain()
            try:
                yield Plain(driver, self.dialect)
                driver.execute("COMMIT")
            except BaseException:
                with suppress(Exception):
                    driver.close()
                raise
            self._idle.append(driver)

    def _begin_plain(self) -> Any:
        """A driver's connection in a transaction; one that has died idle is replaced."""
        begin = "BEGIN" if self.dialect == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        while self._idle:
            with suppress(IndexError):  # another thread was quicker
                driver = self._idle.pop()
                try:
                    driver.execute(begin)
                except Exception:  # noqa: BLE001 - whatever it died of, a new one tells what is the matter now
                    with suppress(Exception):
                        driver.close()
                else:
                    return driver
        driver = self._open_plain()
        driver.execute(begin)
        return driver

    def _open_plain(self) -> Any:
        if self.dialect == "sqlite":
            in_file = _open_sqlite(self._address)
            _prepare_sqlite(in_file)
            return in_file
        import psycopg

        driver = psycopg.connect(**self.driver_arguments(), autocommit=True)
        _prepare_postgresql(driver)
        # To plan a short statement takes as long as to run it, and the best plan is the same for any ids.
        driver.execute("SET plan_cache_mode = force_generic_plan")
        return driver

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in a read transaction: all its statements see one state of the database.

        Raises:
            KnownError: in words, when the database cannot be reached or read.
        """
        with in_words(self.name), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                # Its usual READ COMMITTED gives each statement a state of its own.
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def unit(self, command_id: UUID, kind: str, user_id: UUID | None, now: datetime) -> Iterator[Unit]:
        """A unit of work: what is done in it is committed together with its audit and change-log rows.

        A command that is already in the change log is found by ``unit.repeated``; the caller then
        does nothing. Any exception rolls everything back. Where it comes of the very same command having
        been given on another connection at the same time, it is swallowed and the unit is a repeated one.

        Raises:
            Refused: ``user_id`` is no active member.
            KnownError: in words, when the database refuses; nothing is written then.
        """
        from sqlalchemy.exc import IntegrityError

        from colonydesk.db.unit import Unit

        with in_words(self.name), self.engine.connect() as connection:
            if self.dialect == "sqlite":
                # A deferred read-then-write fails at once with BUSY_SNAPSHOT: take the write lock first.
                connection = connection.execution_options(colonydesk_begin="BEGIN IMMEDIATE")
            unit = Unit(connection, command_id, kind, user_id, now)
            try:
                with connection.begin():
                    unit.begin()
                    yield unit
                    unit.finish()
            except (KnownError, IntegrityError):
                # On SQLite nobody else can have written since the unit began.
                if unit.repeated or self.dialect == "sqlite" or not unit.was_overtaken():
                    raise

    def driver_arguments(self) -> dict[str, Any]:
        """What psycopg.connect takes for a connection of one's own, outside of the pool."""
        return _driver_arguments(self._address)

    def analyze(self) -> None:
        """Let the database look at what it holds, after much of it has changed: its plans depend on it."""
        with in_words(self.name), self.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        while self._idle:
            self._idle.pop().close()


def _driver_arguments(address: Address) -> dict[str, Any]:
    """For psycopg; options that the address names itself come last, and hold.

    Raises:
        KnownError: where one of them is none of libpq's.
    """
    from psycopg.pq import Conninfo

    if address.options:
        known = {option.keyword.decode() for option in Conninfo.get_defaults()}
        if not address.options.keys() <= known:
            raise KnownError("The address has an option that PostgreSQL does not know.", LOOK_BEHIND)
    named = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.password,
        "dbname": address.database,
        **address.options,
    }
    options = f"{_POSTGRESQL_OPTIONS} {named.get('options') or ''}".strip()
    return {
        **_POSTGRESQL_ARGUMENTS,
        **{name: value for name, value in named.items() if value},
        "options": options,
    }


def at_once(text: str) -> Database | None:
    """The database at an address that is plainly one of ours, nothing of it looked at yet; else None.

    None is no refusal: ``connect`` finds out what it is.
    """
    try:
        address = parse_address(text)
    except KnownError:
        return None
    if address.kind == SQLITE:
        if address.file is None or not address.file.is_file():
            return None
        refuse_network_share(address.file, file_system_of(address.file))
    return Database(address)


def connect(url: URL | str, *, create: bool = False) -> Database:
    """Open a database without looking at its revision (for migrations and for ``open_database``).

    Raises:
        KnownError: when the address is none, the file is missing (unless ``create``) or lies on a network
            share.
    """
    address = parse_address(url) if isinstance(url, str) else address_of(url)
    if address.file is not None:
        _look_at_file(address.file, create=create)
    return Database(address, create=create)


def _look_at_file(file: Path, *, create: bool) -> None:
    refuse_network_share(file, file_system_of(file))
    try:
        is_there, has_folder = file.exists(), file.parent.is_dir()
    except OSError as error:
        raise KnownError(f"The database file cannot be opened: {error.strerror}.") from error
    if not create and not is_there:
        raise KnownError(
            f"There is no database file {file.name} in {file.parent.absolute()}.",
            "Look at its name, or make a new one.",
        )
    if not has_folder:
        raise KnownError(f"There is no folder {file.parent}.", "Make it first, or choose another.")


def _make_engine(address: Address, *, create: bool) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import ArgumentError
    from sqlalchemy.pool import QueuePool, StaticPool

    if address.kind == SQLITE:
        engine = create_engine(
            address.url(),
            poolclass=StaticPool if address.file is None else QueuePool,
            creator=lambda: _open_sqlite(address, create=create),
            query_cache_size=1000,
        )
        event.listen(engine, "connect", _prepare_sqlite_for_searches)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(
            address.url(),
            pool_size=5,
            pool_pre_ping=True,
            pool_timeout=CONNECT_SECONDS,
            connect_args=_driver_arguments(address),
            query_cache_size=1000,
        )
    except ArgumentError:  # several hosts, and other ports than they are
        raise KnownError("The options of the address do not fit together.", LOOK_BEHIND) from None
    event.listen(engine, "connect", lambda driver, _record: _prepare_postgresql(driver))
    return engine


def _open_sqlite(address: Address, *, create: bool = False) -> sqlite3.Connection:
    """A connection to the file, which is made only where ``create`` says so."""
    mode = "rwc" if create else "rw"
    return sqlite3.connect(
        f"{address.file.absolute().as_uri()}?mode={mode}" if address.file else ":memory:",
        uri=True,
        timeout=BUSY_MILLISECONDS / 1000,
        check_same_thread=False,
    )


def _prepare_postgresql(driver: Any) -> None:
    # Who goes away within a unit of work (a cable, a laptop put to sleep) does not keep the others waiting.
    was = driver.autocommit
    driver.autocommit = True
    driver.execute(f"SET idle_in_transaction_session_timeout = '{ABANDONED_SECONDS}s'")
    driver.autocommit = was


def _prepare_sqlite(driver: Any) -> None:
    driver.isolation_level = None  # we say BEGIN ourselves
    cursor = driver.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KILOBYTES}")  # the usual 2 MB is read anew for every list
    _use_wal(cursor)
    cursor.execute("PRAGMA synchronous=FULL")  # a power cut loses nothing acknowledged
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    # Asking for WAL writes to the file: only when it is not so yet, so that a read-only file can be read.
    # Where several open a new file at once SQLite does not wait: it says at once that it is locked.
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _prepare_sqlite_for_searches(driver: Any, _record: Any) -> None:
    from colonydesk.db.text import FOLD, fold

    _prepare_sqlite(driver)
    driver.create_function(FOLD, 1, fold, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(options.get("colonydesk_begin", "BEGIN"))
