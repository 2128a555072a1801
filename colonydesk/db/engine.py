"""One open database: SQLite file or PostgreSQL server, with the settings that keep each of them safe.

SQLAlchemy is imported with its first connection, so that the first picture does not wait for it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

from colonydesk.db.errors import in_words, refuse_network_share
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

    def __init__(self, url: str | URL, dialect: str, name: str, seen: int = 0) -> None:
        """Nothing is opened before it is used.

        ``seen`` is the number of the last change that was there when it was opened for work.
        """
        self._url = url
        self.dialect = dialect
        self.name = name
        self.seen = seen
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._idle: list[Any] = []

    @property
    def engine(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = _make_engine(self._url)
            return self._engine

    @contextmanager
    def plain(self) -> Iterator[Reading]:
        """A connection in a read transaction for the queries of plain statements (db.plain).

        Raises:
            KnownError: as ``read``.
        """
        if self._is_in_memory():  # there is only one connection
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

    def _is_in_memory(self) -> bool:
        return self.dialect == "sqlite" and _file_of(self._url) is None

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
            in_file = sqlite3.connect(
                f"{Path(str(_file_of(self._url))).absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=BUSY_MILLISECONDS / 1000,
                check_same_thread=False,
            )
            _prepare_sqlite(in_file)
            return in_file
        import psycopg

        driver = psycopg.connect(**self.driver_arguments(), autocommit=True)
        _prepare_postgresql(driver)
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
        return _driver_arguments(self._url if isinstance(self._url, str) else _rendered(self._url))

    def analyze(self) -> None:
        """Let the database look at what it holds, after much of it has changed: its plans depend on it."""
        with in_words(self.name), self.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        while self._idle:
            self._idle.pop().close()


def _file_of(url: str | URL) -> str | None:
    """The file of a SQLite address, None for one in memory."""
    file = url.partition(":///")[2].partition("?")[0] if isinstance(url, str) else url.database
    return None if not file or file == ":memory:" else file


def _rendered(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _driver_arguments(url: str) -> dict[str, Any]:
    """For psycopg; options that the address names itself come last, and hold."""
    parts = urlsplit(f"postgresql://{url.partition('://')[2]}")
    named = {
        "host": parts.hostname,
        "port": parts.port,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "dbname": unquote(parts.path[1:]),
        **dict(parse_qsl(parts.query)),
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
    if "://" not in text:
        text = f"sqlite:///{text}"
    kind, _, address = text.partition("://")
    if kind == "sqlite" and (file := _file_of(text)) and "?" not in address:
        if not Path(file).is_file():
            return None
        refuse_network_share(Path(file), file_system_of(Path(file)))
        return Database(text, "sqlite", Path(file).name)
    if kind in ("postgresql", "postgresql+psycopg"):
        parts = urlsplit(f"postgresql://{address}")
        return Database(text, "postgresql", _server_name(unquote(parts.path[1:]), parts.hostname))
    return None


def parse_url(text: str) -> URL:
    """The database a person named: SQLAlchemy's form, or the plain path of a SQLite file.

    Raises:
        KnownError: when it is neither.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    if "://" not in text:
        text = f"sqlite:///{text}"
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise KnownError(
            "This is not a database address.",
            "Give a file, or postgresql+psycopg://user@host/name.",
        ) from error
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise KnownError(
            f"ColonyDesk does not work with {url.drivername}.",
            "It works with sqlite:///file and postgresql+psycopg://user@host/name.",
        )
    return url


def shown_name(url: URL) -> str:
    """What the status bar says: never a password."""
    if url.drivername == "sqlite":
        return Path(url.database or "memory").name
    return _server_name(url.database, url.host)


def _server_name(database: str | None, host: str | None) -> str:
    return f"{database} on {host or 'this machine'}"


def connect(url: URL | str, *, create: bool = False) -> Database:
    """Open a database without looking at its revision (for migrations and for ``open_database``).

    Raises:
        KnownError: when the file is missing (unless ``create``) or lies on a network share.
    """
    url = parse_url(url) if isinstance(url, str) else url
    if url.drivername == "sqlite":
        _look_at_file(url, create=create)
        return Database(url, "sqlite", shown_name(url))
    return Database(url, "postgresql", shown_name(url))


def _look_at_file(url: URL, *, create: bool) -> None:
    path = _file_of(url)
    if path is None:
        return
    file = Path(path)
    refuse_network_share(file, file_system_of(file))
    if not create and not file.exists():
        raise KnownError(
            f"There is no database file {file.name} in {file.parent}.",
            "Look at its name, or make a new one.",
        )
    if not file.parent.is_dir():
        raise KnownError(f"There is no folder {file.parent}.", "Make it first, or choose another.")


def _make_engine(url: str | URL) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import QueuePool, StaticPool

    url = parse_url(url) if isinstance(url, str) else url
    if url.drivername == "sqlite":
        engine = create_engine(
            url,
            poolclass=StaticPool if _file_of(url) is None else QueuePool,
            connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
            query_cache_size=1000,
        )
        event.listen(engine, "connect", _prepare_sqlite_for_searches)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(
            url,
            pool_size=5,
            pool_pre_ping=True,
            pool_timeout=CONNECT_SECONDS,
            connect_args=_without_address(_driver_arguments(_rendered(url))),
            query_cache_size=1000,
        )
    except NoSuchModuleError as error:
        raise KnownError("The PostgreSQL driver is not installed.") from error
    event.listen(engine, "connect", lambda driver, _record: _prepare_postgresql(driver))
    return engine


def _without_address(arguments: dict[str, Any]) -> dict[str, Any]:
    """What SQLAlchemy does not take from the address itself."""
    return {name: value for name, value in arguments.items() if name in {*_POSTGRESQL_ARGUMENTS, "options"}}


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
    # Asking for WAL writes to the file: only when it is not so yet, so that a read-only file can be read.
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a power cut loses nothing acknowledged
    cursor.close()


def _prepare_sqlite_for_searches(driver: Any, _record: Any) -> None:
    from colonydesk.db.text import FOLD, fold

    _prepare_sqlite(driver)
    driver.create_function(FOLD, 1, fold, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(options.get("colonydesk_begin", "BEGIN"))
