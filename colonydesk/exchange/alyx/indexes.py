"""Indexes of tables that are filled from nothing: made when all is in, for a fraction of the time.

Row by row, an index by animal or time is written to all over the place, again and again.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table

from colonydesk.db import search
from colonydesk.db.tables import Subject

_OF_TABLES = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX %'"
    " AND tbl_name IN (SELECT value FROM json_each(?)) ORDER BY rowid"
)


@contextmanager
def made_afterwards(connection: Connection, tables: Iterable[Table]) -> Iterator[None]:
    """Fill ``tables``, which are empty, without their indexes; unique ones stay, for they refuse rows.

    In SQLite alone: PostgreSQL would keep everybody from these tables until the end. Whoever is interrupted
    takes the transaction back, and so has the indexes again.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    names = {table.name for table in tables}
    indexes = connection.exec_driver_sql(_OF_TABLES, (json.dumps(sorted(names)),)).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    has_animals = Subject.__tablename__ in names
    if has_animals:
        search.put_off(connection)
    yield
    for _, statement in indexes:
        connection.exec_driver_sql(statement)
    if has_animals:
        search.renew(connection)
