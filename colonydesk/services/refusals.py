"""What the database refused itself, in words and at its field."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError

from colonydesk.db.catalogue import one, table_of, word
from colonydesk.domain.errors import Conflict, Refused
from colonydesk.services.record_values import taken_already, unique_sets

_UNIQUE, _MISSING = "23505", "23502"


@contextmanager
def at_its_field(table: str, values: Mapping[str, Any]) -> Iterator[None]:
    """What the database itself refuses, since another workstation was quicker, in words and at its field."""
    try:
        yield
    except (IntegrityError, Conflict) as error:
        refusal = _refusal_of(error, table, values)
        if refusal is None:
            raise
        raise refusal from error


def _refusal_of(error: IntegrityError | Conflict, table: str, values: Mapping[str, Any]) -> Refused | None:
    """The refusal that this failure is for the record being saved; None where it is something else."""
    if isinstance(error, Conflict):
        cause = error.__cause__
        if not isinstance(cause, IntegrityError) or _named(cause) in (f"pk_{table}", f"{table}.id"):
            return None
        column = _column_of_key(cause, table)
        return Refused(str(error), column, error.hint)
    name = _named(error)
    for columns in unique_sets(table):
        constraint = f"uq_{table}_{'_'.join(columns)}"
        if name in (constraint, ", ".join(f"{table}.{column}" for column in columns)):
            return taken_already(table, columns, dict.fromkeys(columns, "of this name") | dict(values))
    for key in [column.key for column in table_of(table).columns]:
        if name == f"{table}.{key}":
            return Refused(f"Give the {word(key)}.", key)
        if name in (key, f"ck_{table}_{key}"):
            return Refused(f"The {word(key)} of this {one(table)} cannot be so.", key)
    return None


def _named(error: IntegrityError) -> str:
    """The constraint that was broken: its name, or the columns as SQLite lists them."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        match = re.fullmatch(r"\w+(?: \w+)? constraint failed: (.*)", str(cause))
        return match[1] if match else ""
    diagnosis = getattr(cause, "diag", None)
    if diagnosis is None:
        return ""
    if getattr(cause, "sqlstate", "") == _MISSING:
        return f"{diagnosis.table_name}.{diagnosis.column_name}"
    return diagnosis.constraint_name or ""


def _column_of_key(error: IntegrityError, table: str) -> str:
    name = _named(error)
    return next((column.key for column in table_of(table).columns if name == f"fk_{table}_{column.key}"), "")
