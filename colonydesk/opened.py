"""A database that is open for the window, and what the window must know of it at once. Run in a job."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from colonydesk.db.migrate import migrate
from colonydesk.paths import growth_curve_text, migrations
from colonydesk.queries.people import Member, active_members, labs
from colonydesk.services.opening import Database, open_for_work
from colonydesk.settings import complete_url


@dataclass(frozen=True, slots=True)
class Opened:
    """``has_lab`` is False in a database that is still empty."""

    url: str
    db: Database
    members: tuple[Member, ...]
    has_lab: bool


def open_url(url: str) -> Opened:
    """Open the database at this address; raises as ``open_for_work``."""
    db = open_for_work(url, migrations(), complete_url)
    try:
        return look_at(url, db)
    except BaseException:
        db.close()
        raise


def look_at(url: str, db: Database) -> Opened:
    """What the window must know of a database that is open already."""
    with db.plain() as connection:
        return Opened(url, db, active_members(connection), bool(labs(connection)))


def open_demonstration(file: Path, now: datetime, timezone: str) -> Opened:
    """Make a demonstration colony in a new SQLite file, and open it."""
    from colonydesk.services.demonstration import make_colony

    url = f"sqlite:///{file}"
    migrate(url, migrations())
    db = open_for_work(url, migrations())
    make_colony(db, now, curve_text=growth_curve_text(), timezone=timezone)
    db.close()
    return open_url(url)
