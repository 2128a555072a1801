"""Columns as the driver gives them, and whole columns of them as numpy arrays.

Turning each value of a hundred thousand rows into a datetime or a UUID costs more than the query. A raw
time is text on SQLite and micros (see domain.days) on PostgreSQL; a raw id is text on SQLite and a UUID on
PostgreSQL, which is good enough for a key; a raw date is text or a date.
"""

from collections.abc import Hashable, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, SQLColumnExpression, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import NullType

Key = Hashable
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NO_TIME = np.iinfo(np.int64).min
"""The micros and the day number of NULL."""


class raw_time(FunctionElement[Any]):  # noqa: N801 - an SQL function
    """A time column as ``times`` takes it."""

    inherit_cache = True
    type = NullType()


@compiles(raw_time, "sqlite")
def _raw_time_sqlite(element: raw_time, compiler: SQLCompiler, **keywords: Any) -> str:
    return compiler.process(element.clauses, **keywords)


@compiles(raw_time, "postgresql")
def _raw_time_postgresql(element: raw_time, compiler: SQLCompiler, **keywords: Any) -> str:
    column = compiler.process(element.clauses, **keywords)
    return f"CAST(EXTRACT(EPOCH FROM {column}) * 1000000 AS BIGINT)"


def raw(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """An id or date column without the conversion of its values."""
    return type_coerce(column, NullType())


def times(values: Sequence[Any]) -> Ints:
    """Micros of raw times; NO_TIME for NULL."""
    if any(isinstance(value, str) for value in values):
        return np.array(values, dtype="datetime64[us]").astype(np.int64)
    return np.array([NO_TIME if value is None else value for value in values], dtype=np.int64)


def days(values: Sequence[Any]) -> Floats:
    """Day numbers of raw dates as floats; NaN for NULL."""
    numbers = np.array(values, dtype="datetime64[D]").astype(np.int64)
    return np.where(numbers == NO_TIME, np.nan, numbers.astype(np.float64))


def floats(values: Sequence[Any]) -> Floats:
    """Numbers; NaN for NULL."""
    return np.array(values, dtype=np.float64)


def uuid_of(key: Key) -> UUID:
    """The UUID of a raw id."""
    return key if isinstance(key, UUID) else UUID(str(key))
