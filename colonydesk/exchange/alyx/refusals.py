"""What a database's refusal of one row means, in words."""

import re
from typing import Any

from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.exc import DBAPIError

from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.values import shown


def refusal(error: DBAPIError, table: Table, row: dict[str, Any], storage: Storage) -> str:
    """The reason for a person to read, the same on both engines; ``row`` is as it was to be kept."""
    columns = _shared_columns(error)
    if columns:
        # Where several constraints are violated each engine names another one.
        columns = next((one for one in _unique(table) if _is_taken(table, one, row, storage)), columns)
        return f"another record has the same {' and '.join(_said(column, row) for column in columns)}"
    return f"the database does not take it: {str(error.orig).strip().splitlines()[0]}"


def _shared_columns(error: DBAPIError) -> list[str]:
    """The columns of the unique constraint that was violated; none where it was something else."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is None:
        listed = str(error.orig).partition("UNIQUE constraint failed: ")[2]
        return [name.rpartition(".")[2] for name in listed.split(", ")] if listed else []
    key = re.match(r"Key \((.+?)\)=", diagnostics.message_detail or "")
    if diagnostics.sqlstate != "23505" or key is None:
        return []
    return [name.strip('"') for name in key[1].split(", ")]


def _unique(table: Table) -> list[list[str]]:
    """The columns of each unique constraint, in the order of the constraints' names."""
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return [list(one.columns.keys()) for one in sorted(unique, key=lambda one: str(one.name))]


def _is_taken(table: Table, columns: list[str], row: dict[str, Any], storage: Storage) -> bool:
    values = {name: row.get(name) for name in columns}
    return None not in values.values() and storage.holds(table, values)


def _said(column: str, row: dict[str, Any]) -> str:
    if column.endswith("_id"):
        return column.removesuffix("_id").replace("_", " ")
    return f"{column} {shown(row.get(column))}"
