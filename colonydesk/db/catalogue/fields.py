"""The fields of a table as a form needs them: read off its columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeDecorator

from colonydesk.db.catalogue import table_of, target_of
from colonydesk.db.tables.base import UtcDateTime

Kind = Literal[
    "text",
    "long",
    "number",
    "integer",
    "boolean",
    "date",
    "moment",
    "choice",
    "reference",
    "json",
    "list",
    "image",
    "binary",
]

BOOKKEEPING = frozenset({"id", "version", "created_at", "updated_at", "updated_by_id"})
SECRET = frozenset({"password"})
"""Never read or written as a field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column a person sees.

    ``required``: it is never empty. ``codes`` are the (code, word) pairs of a choice, ``target`` the table
    of a reference ("" where another column, ``content_type``, names it), ``default`` what a new record holds.
    """

    name: str
    kind: Kind
    required: bool = False
    unique: bool = False
    unit: str = ""
    help: str = ""
    codes: tuple[tuple[Any, str], ...] = ()
    target: str = ""
    default: Any = None


@cache
def fields(table: str) -> dict[str, Field]:
    """The fields of a table, in the order of its columns. KeyError where there is no such table."""
    columns = table_of(table).columns
    return {
        column.key: _field(table, column)
        for column in columns
        if column.key not in BOOKKEEPING and column.key not in SECRET
    }


def _field(table: str, column: Column[Any]) -> Field:
    codes = tuple(_codes(column))
    return Field(
        name=column.key,
        kind="choice" if codes else _kind(table, column),
        required=not column.nullable and not column.info.get("automatic", False),
        unique=bool(column.unique),
        unit=column.info.get("unit", ""),
        help=column.doc or "",
        codes=codes,
        target=target_of(table, column.key) or "",
        default=default_of(column),
    )


def default_of(column: Column[Any]) -> Any:
    """What a new row holds where nothing is given; None where it stays empty."""
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None


def _codes(column: Column[Any]) -> Iterable[tuple[Any, str]]:
    assert isinstance(column.table, Table)
    words = column.info.get("codes")
    allowed = allowed_codes(column.table, column.key)
    if words is None:
        return [(code, code) for code in sorted(allowed)]
    return [(code, word) for code, word in words.items() if not allowed or str(code) in allowed]


def allowed_codes(table: Table, column: str) -> frozenset[str]:
    """The codes, as text, that a CHECK of the table holds a column to; empty where there is none."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            listed = re.fullmatch(rf"{column} IN \((.*)\)", str(constraint.sqltext))
            if listed:
                return frozenset(text.strip().strip("'") for text in listed[1].split(","))
    return frozenset()


def _kind(table: str, column: Column[Any]) -> Kind:
    if column.foreign_keys or column.key == "object_id":
        return "reference"
    if column.info.get("list"):
        return "list"
    if isinstance(column.type, UtcDateTime):
        return "moment"
    stored = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    kinds: tuple[tuple[type[Any], Kind], ...] = (
        (JSON, "json"),
        (Boolean, "boolean"),
        (Integer, "integer"),
        (Float, "number"),
        (Date, "date"),
        (LargeBinary, "image" if column.key == "image" else "binary"),
        (Text, "long" if column.info.get("long") else "text"),
        (Uuid, "text"),
    )
    for kind, name in kinds:
        if isinstance(stored, kind):
            return name
    raise TypeError(f"{table}.{column.key} is of no kind that a form knows")
