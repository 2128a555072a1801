"""Text without regard to case, beyond ASCII too, on both engines."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import Text

FOLD = "colonydesk_fold"
"""The function of this name that every SQLite connection gets: its own lower() knows ASCII alone."""


class folded(FunctionElement[str]):  # noqa: N801 - it is written as SQL functions are
    """A text column in small letters, as ``fold`` has them."""

    inherit_cache = True
    type = Text()


@compiles(folded, "sqlite")
def _on_sqlite(element: folded, compiler: SQLCompiler, **keywords: Any) -> str:
    column = compiler.process(element.clauses, **keywords)
    # Calling Python for every row costs more than the whole search: only for what is not plain ASCII.
    return f"CASE WHEN {column} GLOB '*[^ -~]*' THEN {FOLD}({column}) ELSE lower({column}) END"


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"lower({compiler.process(element.clauses, **keywords)})"


def fold(text: str | None) -> str | None:
    """Text as ``folded`` has it."""
    return None if text is None else text.lower()


def lowered(column: Any, text: str) -> ColumnElement[str]:
    """A text column in small letters, to be compared with ``text``; for ASCII a plain lower() will do."""
    return func.lower(column) if text.isascii() else folded(column)


def holds(column: SQLColumnExpression[Any], text: str) -> ColumnElement[bool]:
    """Whether a text column holds ``text``, without regard to case; nothing in it is a pattern."""
    return lowered(column, text).like(f"%{escaped(text.lower())}%", escape="\\")


def begins(column: SQLColumnExpression[Any], text: str) -> ColumnElement[bool]:
    """Whether a text column begins with ``text``, without regard to case."""
    return lowered(column, text).like(f"{escaped(text.lower())}%", escape="\\")


def escaped(text: str) -> str:
    """Text for LIKE, taken letter by letter (the escape is a backslash)."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
