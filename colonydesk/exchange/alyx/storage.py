"""Many rows at once, as the driver keeps them: no conversion on the way in or out.

An id is a text here (32 digits in SQLite, with hyphens in PostgreSQL), a moment what the driver gives for it,
JSON a text. So rows of the file and rows of the database can be compared as they are.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, Uuid
from sqlalchemy.exc import DBAPIError

from colonydesk.db.tables.base import Json, UtcDateTime

_STREAMED_AT_ONCE = 1000
_ASKED_AT_ONCE = 2000


class Storage:
    """The rows of one connection's database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._quote = connection.dialect.identifier_preparer.quote
        self.is_postgresql = connection.dialect.name == "postgresql"
        self._mark = "%s" if self.is_postgresql else "?"

    def key(self, id_: str) -> str:
        """An id in its 36 characters as this database keeps it."""
        return id_ if self.is_postgresql else id_.replace("-", "")

    def encoder(self, column: Column[Any]) -> Callable[[Any], Any] | None:
        """What makes a value of Python into one as it is kept; None where it is kept as it is.

        A moment is to be given in UTC, without a zone.
        """
        if isinstance(column.type, Uuid):
            return lambda value: self.key(str(value))
        if isinstance(column.type, Json):
            return json.dumps
        if isinstance(column.type, UtcDateTime):
            return _in_utc if self.is_postgresql else _as_text
        dialect = self._connection.dialect
        return column.type.dialect_impl(dialect).bind_processor(dialect)

    def fetch(self, table: Table, columns: Sequence[str], by: str, keys: Sequence[str]) -> list[Any]:
        """The rows of which column ``by`` (an id, or a text) is one of ``keys``, in any order."""
        return self._fetch(f"{self._select(table, columns)} WHERE", table.c[by], keys)

    def without(self, table: Table, column: str, ids: Sequence[str]) -> list[str]:
        """Those of these rows that have nothing in a column."""
        sql = f"{self._select(table, ['id'])} WHERE {self._quote(column)} IS NULL AND"
        return [row[0] for row in self._fetch(sql, table.c["id"], ids)]

    def _fetch(self, sql: str, by: Column[Any], keys: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        kind = "uuid" if isinstance(by.type, Uuid) else "text"
        among = f"= ANY(%s::{kind}[])" if self.is_postgresql else "IN (SELECT value FROM json_each(?))"
        sql = f"{sql} {self._quote(by.name)} {among}"
        for start in range(0, len(keys), _ASKED_AT_ONCE):
            part: Any = list(keys[start : start + _ASKED_AT_ONCE])
            asked = (part if self.is_postgresql else json.dumps(part),)
            found += self._connection.exec_driver_sql(sql, asked).all()
        return found

    def every(self, table: Table, columns: Sequence[str]) -> list[Any]:
        """All rows of a small table, in the order of the first column."""
        ordered = f"{self._select(table, columns)} ORDER BY {self._quote(columns[0])}"
        return list(self._connection.exec_driver_sql(ordered).all())

    def holds(self, table: Table, values: dict[str, Any]) -> bool:
        """Whether there is a row with these values, none of which is None."""
        same = " AND ".join(f"{self._quote(name)} = {self._mark}" for name in values)
        sql = f"SELECT 1 FROM {self._quote(table.name)} WHERE {same} LIMIT 1"
        return self._connection.exec_driver_sql(sql, tuple(values.values())).first() is not None

    def stream(self, table: Table, columns: Sequence[str], by: str, value: Any) -> Iterator[Any]:
        """The rows of which column ``by`` is ``value``, few at a time in memory."""
        sql = f"{self._select(table, columns)} WHERE {self._quote(by)} = {self._mark}"
        options = {"yield_per": _STREAMED_AT_ONCE}
        found = self._connection.exec_driver_sql(sql, (value,), execution_options=options)
        for part in found.partitions(_STREAMED_AT_ONCE):
            yield from part

    def insert(self, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows: all, or none of them.

        Raises:
            DBAPIError: with the driver's reason.
        """
        names = ", ".join(self._quote(name) for name in columns)
        into = f"{self._quote(table.name)} ({names})"
        with self._connection.begin_nested():
            if self.is_postgresql:
                self._copy(f"COPY {into} FROM STDIN", rows)
            else:
                marks = ", ".join("?" * len(columns))
                self._connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", list(rows))

    def update(self, table: Table, column: str, changes: Sequence[tuple[Any, str]]) -> int:
        """Set one column of rows: (value, id of the row) each; returns how many rows that were."""
        if not changes:
            return 0
        name = self._quote(column)
        sql = f"UPDATE {self._quote(table.name)} SET {name} = {self._mark} WHERE id = {self._mark}"
        return self._connection.exec_driver_sql(sql, list(changes)).rowcount

    def _select(self, table: Table, columns: Sequence[str]) -> str:
        listed = ", ".join(self._column(table.c[name]) for name in columns)
        return f"SELECT {listed} FROM {self._quote(table.name)}"

    def _column(self, column: Column[Any]) -> str:
        name = self._quote(column.name)
        as_text = self.is_postgresql and isinstance(column.type, Uuid | Json)
        return f"{name}::text" if as_text else name

    def _copy(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        import psycopg

        driver: Any = self._connection.connection.dbapi_connection
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)


def _as_text(value: datetime) -> str:
    """A moment as SQLAlchemy keeps it in SQLite; its own way to it takes longer."""
    return value.isoformat(" ", "microseconds")
