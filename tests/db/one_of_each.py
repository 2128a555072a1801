"""One row in every table, made from the tables' own declaration: something for a migration to lose."""

import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Connection, Table, TypeDecorator, func, insert, select
from sqlalchemy.orm import DeclarativeBase

MOMENT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # in the night in which clocks change in Europe


def fill(connection: Connection, base: type[DeclarativeBase]) -> None:
    """Insert one row into every table; foreign keys are set where their table has its row already."""
    ids: dict[str, Any] = {}
    for table in base.metadata.sorted_tables:
        row = {column.name: value_for(table, column, ids) for column in table.columns}
        connection.execute(insert(table), {name: value for name, value in row.items() if value is not None})
        if "id" in row:
            ids[table.name] = row["id"]


def counts(connection: Connection, base: type[DeclarativeBase]) -> dict[str, int]:
    """How many rows every table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in base.metadata.sorted_tables
    }


def contents(connection: Connection, base: type[DeclarativeBase]) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in base.metadata.sorted_tables
    }


def value_for(table: Table, column: Column[Any], ids: dict[str, Any]) -> Any:
    """A value that the column and its CHECK take; None where it may and must stay empty."""
    for key in column.foreign_keys:
        return ids.get(key.column.table.name)
    codes = codes_of(table, column)
    if codes:
        return codes[0]
    stored = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(stored, JSON):
        return ["one", "été"] if column.name in ("tags", "revision") else {"alyx": {"été": [1, None]}}
    kind = stored.python_type
    if kind is int and column.primary_key:
        return None  # the database numbers it
    values = {
        uuid.UUID: uuid.uuid5(uuid.NAMESPACE_OID, f"{table.name}.{column.name}"),
        str: f"{column.name} été",
        int: 1,
        float: 1.0 if column.name.endswith("_max") else 0.5,
        bool: True,
        datetime: MOMENT,
        date: MOMENT.date(),
        bytes: b"\x00\xff",
    }
    return values[kind]


def codes_of(table: Table, column: Column[Any]) -> list[Any]:
    """The codes that a CHECK of the table holds the column to."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            listed = re.fullmatch(rf"{column.name} IN \((.*)\)", str(constraint.sqltext))
            if listed:
                texts = [text.strip() for text in listed[1].split(",")]
                return [text.strip("'") if text.startswith("'") else int(text) for text in texts]
    return []
