"""What the tests of faults do to a database, and how they look at the sentence that comes back."""

import uuid
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import AuditEntry, CageType, ChangeLog, Food
from colonydesk.domain.errors import KnownError

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def record(db: Database, *, filling: str = "", during: Any = None) -> None:
    """Two rows in one unit of work; ``during`` is called between them."""
    command = uuid.uuid4()
    with db.unit(command, "test", None, NOW) as unit:
        unit.insert(CageType, {"id": uuid.uuid4(), "name": "open", "description": filling})
        if during is not None:
            during()
        unit.insert(Food, {"id": uuid.uuid4(), "name": "pellets", "description": filling})


def record_into(url: str) -> None:
    with closing(open_database(url)) as db:
        record(db)


def written(db: Database) -> list[int]:
    """How many rows stand in the tables that ``record`` writes to."""
    with db.read() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (CageType, Food, AuditEntry, ChangeLog)
        ]


def plain(error: KnownError) -> str:
    """The sentence, after a look that it is one for a person."""
    sentence = str(error)
    assert sentence.endswith(".")
    assert error.hint == "" or error.hint.endswith(".")
    said = f"{sentence} {error.hint}".replace("SQLite", "").replace("PostgreSQL", "")
    for technical in ("\n", "sqlite3", "psycopg", "sqlalchemy", "Errno", "SQL", "://", "Traceback"):
        assert technical not in said
    return sentence
