"""One open database: SQLite file or PostgreSQL server, with the settings that keep each of them safe."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import QueuePool, StaticPool

from colonydesk.db.errors import in_words, refuse_network_share
from colonydesk.db.files import file_system_of
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import KnownError

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

# What the screens read lies in memory; compiling a list's statement costs more than running it.
_POSTGRESQL_OPTIONS = "-c random_page_cost=1.1 -c jit=off"


def _postgresql_arguments(url: URL) -> dict[str, Any]:
    """What every connection is made with; options that the address names itself come last, and hold."""
    named = url.query.get("options", "")
    own = named if isinstance(named, str) else " ".join(named)
    return {**_POSTGRESQL_ARGUMENTS, "options": f"{_POSTGRESQL_OPTIONS} {own}".strip()}


@dataclass(frozen=True)
class Database:
    """An open database. Safe to use from several threads; each job takes its own connection."""

    engine: Engine
    name: str = ""
    seen: int = 0
    """The number of the last change that was there when it was opened for work."""

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

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
        return {
            **self.engine.dialect.create_connect_args(self.engine.url)[1],
            **_postgresql_arguments(self.engine.url),
        }

    def analyze(self) -> None:
        """Let the database look at what it holds, after much of it has changed: its plans depend on it."""
        with in_words(self.name), self.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        self.engine.dispose()


def parse_url(text: str) -> URL:
    """The database a person named: SQLAlchemy's form, or the plain path of a SQLite file.

    Raises:
        KnownError: when it is neither.
    """
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
    return f"{url.database} on {url.host or 'this machine'}"


def connect(url: URL | str, *, create: bool = False) -> Database:
    """Open a database without looking at its revision (for migrations and for ``open_database``).

    Raises:
        KnownError: when the file is missing (unless ``create``) or lies on a network share.
    """
    url = parse_url(url) if isinstance(url, str) else url
    name = shown_name(url)
    if url.drivername == "sqlite":
        return Database(_sqlite(url, create=create), name)
    try:
        engine = create_engine(
            url,
            pool_size=5,
            pool_pre_ping=True,
            pool_timeout=CONNECT_SECONDS,
            connect_args=_postgresql_arguments(url),
            query_cache_size=1000,
        )
    except NoSuchModuleError as error:
        raise KnownError("The PostgreSQL driver is not installed.") from error
    event.listen(engine, "connect", _prepare_postgresql)
    return Database(engine, name)


def _prepare_postgresql(driver: Any, _record: Any) -> None:
    # Who goes away within a unit of work (a cable, a laptop put to sleep) does not keep the others waiting.
    driver.autocommit = True
    driver.execute(f"SET idle_in_transaction_session_timeout = '{ABANDONED_SECONDS}s'")
    driver.autocommit = False


def _sqlite(url: URL, *, create: bool) -> Engine:
    path = url.database
    in_memory = not path or path == ":memory:"
    if not in_memory:
        file = Path(str(path))
        refuse_network_share(file, file_system_of(file))
        if not create and not file.exists():
            raise KnownError(
                f"There is no database file {file.name} in {file.parent}.",
                "Look at its name, or make a new one.",
            )
        if not file.parent.is_dir():
            raise KnownError(f"There is no folder {file.parent}.", "Make it first, or choose another.")
    engine = create_engine(
        url,
        poolclass=StaticPool if in_memory else QueuePool,
        connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
        query_cache_size=1000,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(driver: Any, _record: Any) -> None:
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


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(options.get("colonydesk_begin", "BEGIN"))
