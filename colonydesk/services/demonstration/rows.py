"""The rows of a colony, collected first and then written table by table."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Dialect, Table, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from colonydesk.db.tables import Base

# Parents are animals, and animals come from the litters of parents: no order of tables serves both.
_CIRCLE = ", ".join(f"fk_breeding_pair_{parent}_id" for parent in ("father", "mother1", "mother2"))

Row = dict[str, Any]


class Rows:
    """Rows by table, with ids from the seed so that a colony can be made again."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.of: dict[Table, list[Row]] = defaultdict(list)

    def new_id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def add(self, table: type[Base], at: datetime, by: UUID | None, **values: Any) -> UUID:
        """One record, written at a moment by a member; all rows of a table must name the same columns."""
        row_id: UUID = values.setdefault("id", UUID(int=self.rng.getrandbits(128), version=4))
        values["created_at"] = values["updated_at"] = at
        values["updated_by_id"] = by
        self.of[table.__table__].append(values)  # type: ignore[index]
        return row_id

    def link(self, table: Table, left: UUID, right: UUID) -> None:
        """One pair of a many-to-many table."""
        first, second = table.columns.keys()
        self.of[table].append({first: left, second: right})

    def count(self) -> dict[str, int]:
        """The number of rows by table name."""
        return {
            table.name: len(rows) for table, rows in sorted(self.of.items(), key=lambda item: item[0].name)
        }

    def write(self, connection: Connection) -> None:
        """Insert everything; the caller commits."""
        sqlite = connection.dialect.name == "sqlite"
        defer = "PRAGMA defer_foreign_keys=ON" if sqlite else f"SET CONSTRAINTS {_CIRCLE} DEFERRED"
        connection.execute(text(defer))
        convert = _Converter(connection.dialect)
        for table in Base.metadata.sorted_tables:
            if not (rows := self.of.get(table)):
                continue
            columns, values = convert(table, rows)
            quote = connection.dialect.identifier_preparer.quote
            into = f"{quote(table.name)} ({', '.join(map(quote, columns))})"
            if sqlite:
                marks = ", ".join("?" * len(columns))
                connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", values)
            else:
                _copy(connection, into, values)


class _Converter:
    """Rows as the driver takes them, column by column: half the time of statements with named parameters."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        # By identity: the same ids and moments stand in many rows, and a value is always of one type.
        self._converted: dict[int, Any] = {}

    def __call__(self, table: Table, rows: list[Row]) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the columns to be filled, and the rows as tuples of them."""
        names = list(rows[0])
        columns = [self._column(table, name, rows) for name in names]
        for column in table.columns:
            default = column.default
            if column.name not in rows[0] and isinstance(default, ScalarElementColumnDefault):
                names.append(column.name)
                columns.append([default.arg] * len(rows))
        return names, list(zip(*columns, strict=True))

    def _column(self, table: Table, name: str, rows: list[Row]) -> list[Any]:
        values = [row[name] for row in rows]
        kind = table.columns[name].type.dialect_impl(self.dialect)
        process: Callable[[Any], Any] | None = kind.bind_processor(self.dialect)
        if process is None:
            return values
        known = self._converted
        for value in values:
            if id(value) not in known:
                known[id(value)] = process(value)
        return [known[id(value)] for value in values]


def _copy(connection: Connection, into: str, values: list[tuple[Any, ...]]) -> None:
    """PostgreSQL's own way to take many rows."""
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)
