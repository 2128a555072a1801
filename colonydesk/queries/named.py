"""What the rows are called that a row refers to."""

from typing import Any

from sqlalchemy import ScalarSelect, select


def named(name: Any, table: Any, reference: Any) -> ScalarSelect[Any]:
    """``name`` of the row of ``table`` that the column ``reference`` refers to, as a part of a statement.

    A dozen joined tables instead take PostgreSQL longer to plan than to read.
    """
    return select(name).where(table.id == reference).correlate(reference.class_).scalar_subquery()
