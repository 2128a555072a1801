"""Opening a database for the window: what a person may have to be asked before it can be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from colonydesk.db.address import parse_address
from colonydesk.db.engine import Database
from colonydesk.db.migrate import BehindError, migrate, open_at_once, open_database
from colonydesk.domain.errors import KnownError
from colonydesk.services.on_disk import is_there

if TYPE_CHECKING:
    from colonydesk.db.live import Alive, Changed, Watch

__all__ = [
    "BehindError",
    "Database",
    "KnownError",
    "create_local",
    "load_driver",
    "open_for_work",
    "parse_address",
    "watch_changes",
]


def load_driver(url: str) -> None:
    """Import what opens this address: before PySide6 comes, which makes each later import slower."""
    if url.startswith("postgresql"):
        import psycopg  # noqa: F401


def create_local(file: Path, migrations: Path) -> str:
    """Make a new, empty local database; returns its address.

    Raises:
        KnownError: when there is a file already, or it cannot be written there.
    """
    if is_there(file):
        raise KnownError(f"There is a file {file.name} already.", "Choose another name, or open that one.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KnownError(f"The folder {file.parent} cannot be made ({error.strerror}).") from error
    url = f"sqlite:///{file}"
    migrate(url, migrations)
    return url


def open_for_work(
    url: str, migrations: Path, with_password: Callable[[str], str] = lambda url: url
) -> Database:
    """Open a database at this program's revision; an older SQLite file is backed up and brought up first.

    A shared PostgreSQL is upgraded by an administrator's act alone. ``with_password`` gives the address with
    the password of the key ring: asked only where the server lets nobody in without, as the key ring takes a
    quarter of a second to load.

    Raises:
        BehindError: an older PostgreSQL database, or one that is not ours yet.
        KnownError: in words, whatever else keeps it from being opened.
    """
    database = open_at_once(url)
    if database is not None:
        return database
    from colonydesk.db.live import newest_change

    url = with_password(url)
    try:
        database = open_database(url)
    except BehindError:
        if not url.startswith("sqlite") and "://" in url:
            raise
        migrate(url, migrations)
        database = open_database(url)
    try:
        database.seen = newest_change(database)
    except BaseException:
        database.close()
        raise
    return database


def watch_changes(db: Database, changed: Changed, alive: Alive) -> Watch:
    """Tell ``changed`` what other programs commit, ``alive`` when the database is lost and found again.

    All since ``open_for_work`` is told, so that nothing is missed between the first look and the watch.
    Both are called from a thread of the watch.
    """
    from colonydesk.db.live import Watch

    return Watch(db, changed, alive)
