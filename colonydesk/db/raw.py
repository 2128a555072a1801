"""Columns without the driver's conversion of each value, and whole columns of them as numpy arrays.

Turning each value of a hundred thousand rows into a datetime or a UUID costs more than the query. A raw id
is text; a raw time is text on SQLite and micros (see domain.days) on PostgreSQL, a raw day text or a day
number.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import NullType

if TYPE_CHECKING:
    Statement = Select[*tuple[Any, ...]]
else:
    Statement = Select

Key = str | None
"""A raw id, or NULL."""
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NO_TIME = np.iinfo(np.int64).min
"""The micros of NULL."""


class _Raw(FunctionElement[Any]):
    inherit_cache = True
    type = NullType()
    postgresql = "{}"


class raw_id(_Raw):  # noqa: N801 - they are written as SQL functions are
    """An id column as text."""

    inherit_cache = True
    postgresql = "CAST({} AS TEXT)"


class raw_time(_Raw):  # noqa: N801
    """A time column as ``times`` takes it."""

    inherit_cache = True
    postgresql = "CAST(EXTRACT(EPOCH FROM {}) * 1000000 AS BIGINT)"


class raw_day(_Raw):  # noqa: N801
    """A date column as ``days`` takes it."""

    inherit_cache = True
    postgresql = "({} - DATE '1970-01-01')"


@compiles(_Raw, "sqlite")
def _on_sqlite(element: _Raw, compiler: SQLCompiler, **keywords: Any) -> str:
    return compiler.process(element.clauses, **keywords)


@compiles(_Raw, "postgresql")
def _on_postgresql(element: _Raw, compiler: SQLCompiler, **keywords: Any) -> str:
    return element.postgresql.format(compiler.process(element.clauses, **keywords))


def times(values: Sequence[Any]) -> Ints:
    """Micros of raw times; NO_TIME for NULL."""
    if any(isinstance(value, str) for value in values):
        return np.array(values, dtype="datetime64[us]").astype(np.int64)
    return np.array([NO_TIME if value is None else value for value in values], dtype=np.int64)


def days(values: Sequence[Any]) -> Floats:
    """Day numbers of raw days; NaN for NULL."""
    if any(isinstance(value, str) for value in values):
        numbers = np.array(values, dtype="datetime64[D]")
        return np.where(np.isnat(numbers), np.nan, numbers.astype(np.int64))
    return floats(values)


def floats(values: Sequence[Any]) -> Floats:
    """Numbers; NaN for NULL."""
    return np.array(values, dtype=np.float64)
