"""Ids without the driver's conversion of each: a hundred thousand UUID objects cost more than the query.

For statements that SQLAlchemy builds; those that are written as text have it in ``db.plain``.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import NullType

if TYPE_CHECKING:
    Statement = Select[*tuple[Any, ...]]
else:
    Statement = Select


class raw_id(FunctionElement[Any]):  # noqa: N801 - it is written as SQL functions are
    """An id column as text."""

    inherit_cache = True
    type = NullType()


@compiles(raw_id, "sqlite")
def _on_sqlite(element: raw_id, compiler: SQLCompiler, **keywords: Any) -> str:
    return compiler.process(element.clauses, **keywords)


@compiles(raw_id, "postgresql")
def _on_postgresql(element: raw_id, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **keywords)} AS TEXT)"
