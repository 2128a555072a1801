"""What a database's refusal of one row means, in words."""

import re
from typing import Any

from sqlalchemy.exc import DBAPIError

from colonydesk.exchange.alyx.values import shown


def refusal(error: DBAPIError, row: dict[str, Any]) -> str:
    """The reason for a person to read."""
    columns = _shared_columns(error)
    if columns:
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


def _said(column: str, row: dict[str, Any]) -> str:
    if column.endswith("_id"):
        return column.removesuffix("_id").replace("_", " ")
    return f"{column} {shown(row.get(column))}"
