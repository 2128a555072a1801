"""The benchmark's colony in a database, and a way past everything of ours to the same rows."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event, make_url, select, text

from colonydesk.db.engine import Database, connect
from colonydesk.db.migrate import migrate, open_database
from colonydesk.db.tables import LabMember
from colonydesk.paths import growth_curve_text, migrations
from colonydesk.services.demonstration import make_colony

ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of animals, and days of restriction of each restricted one."""

    living: int = 2000
    dead: int = 20968
    restricted: int = 300
    days: int = 180


@dataclass(frozen=True, slots=True)
class Bench:
    """A database with the colony in it. ``cursor`` is the bare driver's, on a connection of its own."""

    engine: str
    url: str
    db: Database
    now: datetime
    restricted: tuple[UUID, ...]
    member: UUID
    username: str
    cursor: Any

    def raw_id(self, row_id: UUID) -> object:
        """An id as the driver takes it."""
        return row_id.hex if self.engine == "sqlite" else row_id

    def raw_time(self, moment: datetime) -> object:
        """A moment as the driver takes it."""
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if self.engine == "sqlite" else moment

    def fetch(self, statement: str, *parameters: object) -> list[Any]:
        """The rows of a statement, written with ``?`` for its parameters, through the bare driver."""
        if self.engine != "sqlite":
            statement = statement.replace("?", "%s")
        rows: list[Any] = self.cursor.execute(statement, parameters).fetchall()
        return rows

    def statements(self, work: Callable[[], object]) -> int:
        """How many statements a piece of work sends to the database."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):  # which only SQLite's driver leaves to us
                sent.append(statement)

        event.listen(self.db.engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            event.remove(self.db.engine, "before_cursor_execute", note)
        return len(sent)


@contextmanager
def bench_on(url: str, now: datetime, size: Size) -> Iterator[Bench]:
    """The colony, newly made in the empty database at ``url``."""
    migrate(url, migrations())
    db = open_database(url)
    summary = make_colony(
        db,
        now,
        curve_text=growth_curve_text(),
        timezone=ZONE,
        living=size.living,
        dead=size.dead,
        restricted=size.restricted,
        days=size.days,
        all_days=True,
    )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.dialect == "postgresql":  # what the server does by itself a minute later
            connection.execute(text("VACUUM ANALYZE"))
        technician = select(LabMember.id, LabMember.username).where(LabMember.username == "j.hale")
        member, username = connection.execute(technician).one()
    driver = driver_of(url)
    try:
        yield Bench(db.dialect, url, db, now, summary.restricted_ids, member, username, driver.cursor())
    finally:
        driver.close()
        db.close()


def driver_of(url: str) -> Any:
    """A connection of the bare driver to the database at an address."""
    address = make_url(url)
    if address.drivername == "sqlite":
        import sqlite3

        return sqlite3.connect(str(address.database), isolation_level=None)
    import psycopg

    return psycopg.connect(
        host=address.host,
        port=address.port,
        user=address.username,
        password=address.password,
        dbname=address.database,
        autocommit=True,
    )


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """A database of its own on a PostgreSQL server, dropped again."""
    name = f"colonydesk_bench_{uuid.uuid4().hex[:8]}"
    database = connect(server)
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            try:
                yield make_url(server).set(database=name).render_as_string(hide_password=False)
            finally:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    finally:
        database.close()


def sqlite_file(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}"
