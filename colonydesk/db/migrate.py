"""Bringing a database to this program's revision. Alembic is imported only when there is something to do."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from colonydesk.db.engine import Database, at_once, connect
from colonydesk.db.errors import in_words
from colonydesk.db.plain import Statement, rows
from colonydesk.domain.errors import KnownError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import URL, Connection

HEAD = "0008"
_log = logging.getLogger(__name__)

MIGRATION_LOCK = 0x6D696772617465


class BehindError(KnownError):
    """The database is older than the program and must be brought up to date first."""


def revision_of(connection: Connection) -> str | None:
    """The revision the database is at; None when it is empty of our tables."""
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return row[0] if row else None


def check_revision(database: Database) -> None:
    """Refuse, in words, a database that this program does not fit.

    Raises:
        BehindError: when it is empty or older; ``migrate`` brings it up.
        KnownError: when it was made by a newer program, or by another one altogether.
    """
    with database.read() as connection:
        found = revision_of(connection)
        if found is None:
            _refuse_another_programs(connection, database.name)
    if found == HEAD:
        return
    if found is None:
        raise BehindError(
            f"{database.name} is empty: it is not a ColonyDesk database yet.",
            "It becomes one by colonydesk migrate.",
        )
    if found > HEAD:
        raise KnownError(
            f"{database.name} was made by a newer ColonyDesk (revision {found}, this one knows {HEAD}).",
            "Install the newer program on this computer.",
        )
    raise BehindError(
        f"{database.name} is at revision {found}; this program needs {HEAD}.",
        "An administrator runs colonydesk migrate.",
    )


_REVISION = Statement("""
SELECT version_num, (SELECT coalesce(max(number), 0) FROM change_log) FROM alembic_version
""")


def open_at_once(url: str) -> Database | None:
    """The database, where there is nothing to be said or done about it; None where there may be.

    It asks in the shortest way, before SQLAlchemy is there. Whatever is the matter, ``open_database`` says.
    """
    database = None
    try:
        database = at_once(url)
        if database is not None:
            with database.plain() as connection:
                ((found, database.seen),) = rows(connection, _REVISION)
            if found == HEAD:
                return database
    except Exception as error:  # noqa: BLE001 - asked again, and told, by open_database
        _log.debug("not opened at once: %s", error)
    if database is not None:
        database.close()
    return None


def open_database(url: URL | str) -> Database:
    """Open a database that is at this program's revision.

    Raises:
        KnownError: in words, when it cannot be reached, is damaged, older or newer.
    """
    database = connect(url)
    try:
        check_revision(database)
    except BaseException:
        database.close()
        raise
    return database


def migrate(url: URL | str, migrations: Path, revision: str = "head") -> str:
    """Bring a database to ``revision``, creating it where it is empty; a SQLite file is backed up first.

    ``migrations`` is the folder of the revisions. Returns the revision it had before ("" when it was new).

    Raises:
        KnownError: in words, when the database cannot be reached, or was made by a newer program or by
            another one altogether.
    """
    database = connect(url, create=True)
    try:
        with database.read() as connection:
            before = revision_of(connection)
            if before is None:
                _refuse_another_programs(connection, database.name)
        if before is not None and before > HEAD:
            check_revision(database)
        if before is not None and revision == "head" and before == HEAD:
            return before
        if before is not None and database.file is not None:
            back_up(database.file, before)
        with in_words(database.name), database.engine.connect() as connection:
            _run(connection, migrations, revision, before)
        return before or ""
    finally:
        database.close()


def _refuse_another_programs(connection: Connection, name: str) -> None:
    from sqlalchemy import inspect

    if set(inspect(connection).get_table_names()) - {"alembic_version"}:
        raise KnownError(
            f"{name} holds another program's tables: it is not a ColonyDesk database.",
            "It was left as it is. Choose another one, or a new one.",
        )


def back_up(file: Path, revision: str) -> Path:
    """Copy a SQLite database that may be in use; returns the copy, beside it."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    copy = file.with_name(f"{file.stem}-{revision}-{stamp}.backup{file.suffix}")
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    return copy


def config_for(connection: Connection | None, migrations: Path) -> Config:
    """Alembic's settings, with the connection it is to use."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _run(connection: Connection, migrations: Path, revision: str, before: str | None) -> None:
    from alembic import command
    from sqlalchemy import text

    from colonydesk.db import search

    config = config_for(connection, migrations)
    if connection.dialect.name == "sqlite":
        # Tables are rebuilt by copying: their rows must not fall to the foreign keys meanwhile. Before BEGIN,
        # inside of a transaction SQLite ignores this.
        _sqlite_foreign_keys(connection, "OFF")
        connection = connection.execution_options(colonydesk_begin="BEGIN IMMEDIATE")
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        downwards = before is not None and (revision == "base" or revision < before)
        (command.downgrade if downwards else command.upgrade)(config, revision)
        if connection.dialect.name == "sqlite":
            search.renew(connection)
        if (
            connection.dialect.name == "sqlite"
            and connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        ):
            raise KnownError("The database holds records that point nowhere, and was left as it was.")
    if connection.dialect.name == "sqlite":
        _sqlite_foreign_keys(connection, "ON")


def _sqlite_foreign_keys(connection: Connection, on: str) -> None:
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.cursor().execute(f"PRAGMA foreign_keys={on}")
