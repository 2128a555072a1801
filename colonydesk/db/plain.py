"""The statements that a hand waits for, as text through the bare driver: the first picture, each entry.

SQLAlchemy takes a third of a second to load, and longer to build such a statement and its rows than SQLite
takes to run it. All else goes through it; these few are read from a ``Plain`` connection, or from one of
SQLAlchemy's where a caller has that.

A raw id is text; a raw time is text on SQLite and micros (see domain.days) on PostgreSQL, a raw day text or a
day number: turning each value of a hundred thousand rows into a datetime or a UUID costs more than the query.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from sqlite3 import Error
from threading import Event
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sqlalchemy import Connection

Key = str | None
"""A raw id, or NULL."""
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = Sequence[tuple[Any, ...]]

NO_TIME = np.iinfo(np.int64).min
"""The micros of NULL."""

_MACRO = re.compile(r"\b(ID|TIME|DAY|AMONG)\(((?:[^()]|\([^()]*\))*)\)")
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
_LIST = re.compile(r"ANY\(%\((\w+)\)s\)")
_SQLITE = {"ID": "{}", "TIME": "{}", "DAY": "{}", "AMONG": "IN (SELECT value FROM json_each({}))"}
_POSTGRESQL = {
    "ID": "CAST({} AS TEXT)",
    # Not EXTRACT, which makes a slow decimal: the cast rounds, and a double's seconds have the exact micros.
    "TIME": "CAST(date_part('epoch', {}) * 1000000 AS BIGINT)",
    "DAY": "({} - DATE '1970-01-01')",
    "AMONG": "= ANY({})",
}


class Statement:
    """One statement for both engines.

    ``ID(column)``, ``TIME(column)`` and ``DAY(column)`` select raw values, ``column AMONG(:ids)`` compares
    with a list of ids; ``:name`` is a parameter. ``parts`` fill the text's ``{name}``: a text, or that of
    SQLite and that of PostgreSQL where they differ.

    With ``at_once`` the columns stand between ``{row}`` and ``{end}``, and SQLite gives all rows in one step,
    as JSON: between two steps it lets go of the interpreter, and where the window is busy it gets it back a
    millisecond later, for each of hundreds of rows. Numbers have 15 digits then.
    """

    def __init__(self, text: str, *, at_once: bool = False, **parts: str | tuple[str, str]) -> None:
        pairs = {name: (part, part) if isinstance(part, str) else part for name, part in parts.items()}
        of_sqlite, of_postgresql = ({name: pair[place] for name, pair in pairs.items()} for place in (0, 1))
        self.sqlite = _expanded(text.format(row="", end="", **of_sqlite), _SQLITE)
        packed = text.format(row="json_group_array(json_array(", end="))", **of_sqlite)
        self.packed = _expanded(packed, _SQLITE) if at_once else None
        server = text.format(row="", end="", **of_postgresql)
        plain = _PARAMETER.sub(r"%(\1)s", _expanded(server, _POSTGRESQL).replace("%", "%%"))
        # As text, hundreds of texts take the driver ten times as long.
        self.postgresql = _LIST.sub(r"ANY(%(\1)b)", plain)


def _expanded(text: str, macros: dict[str, str]) -> str:
    return _MACRO.sub(lambda found: macros[found[1]].format(found[2]), text)


class Plain:
    """A connection of the bare driver, in a read transaction. Made by ``Database.plain``."""

    def __init__(self, driver: Any, dialect: str) -> None:
        self.driver = driver
        self.dialect = dialect
        self._asked: Future[Rows] | None = None
        """What another thread is reading through this connection."""

    def rows(self, statement: Statement, values: Mapping[str, Any]) -> Rows:
        if self._asked is not None:
            wait([self._asked])
        return self._rows(statement, values)

    def _rows(self, statement: Statement, values: Mapping[str, Any]) -> Rows:
        if self.dialect == "sqlite" and statement.packed:
            with suppress(Error):  # a damaged value that JSON cannot hold spoils no more than its own row
                return _unpacked(self.driver.execute(statement.packed, _for_sqlite(values)))
        rows: Rows = self._execute(statement, values).fetchall()
        return rows

    def all_rows(self, statements: Iterable[Statement], values: Mapping[str, Any]) -> list[Rows]:
        if self.dialect == "sqlite":
            return [self.rows(statement, values) for statement in statements]
        with self.driver.pipeline():  # one way to the server and back for all of them
            cursors = [self._execute(statement, values) for statement in statements]
            return [cursor.fetchall() for cursor in cursors]

    @contextmanager
    def rows_meanwhile(self, statement: Statement, values: Mapping[str, Any]) -> Iterator[Callable[[], Rows]]:
        if self.dialect == "sqlite":  # which is busy with it by another thread, while this one computes
            begun = Event()
            with ThreadPoolExecutor(1, initializer=begun.set) as helper:
                asked = self._asked = helper.submit(self._rows, statement, values)
                begun.wait()  # else this thread keeps the interpreter for itself, 5 ms long
                try:
                    yield asked.result
                finally:
                    self._asked = None
            return
        with self.driver.pipeline():  # the statement is sent, and its rows are not waited for
            yield self._execute(statement, values).fetchall

    def _execute(self, statement: Statement, values: Mapping[str, Any]) -> Any:
        if self.dialect == "sqlite":
            return self.driver.execute(statement.sqlite, _for_sqlite(values))
        return self.driver.execute(statement.postgresql, _for_postgresql(values), binary=True)


if TYPE_CHECKING:
    Reading = Plain | Connection
else:
    Reading = Plain
"""What the hot queries read from."""


def rows(connection: Reading, statement: Statement, values: Mapping[str, Any] | None = None) -> Rows:
    """The rows of a statement, values raw.

    A parameter is a plain value, a moment, a day, an id, ids, or a list of lists of such (as JSON).
    """
    given = values or {}
    if isinstance(connection, Plain):
        return connection.rows(statement, given)
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(statement.sqlite, _for_sqlite(given))
    else:
        found = connection.exec_driver_sql(statement.postgresql, _for_postgresql(given))
    assert found.cursor is not None
    raw: Rows = found.cursor.fetchall()  # as the driver gives them: row by row they take twice as long
    found.close()
    return raw


def all_rows(
    connection: Reading, statements: Iterable[Statement], values: Mapping[str, Any] | None = None
) -> list[Rows]:
    """The rows of each of these statements, which share their parameters, in one round trip to a server."""
    if isinstance(connection, Plain):
        return connection.all_rows(statements, values or {})
    return [rows(connection, statement, values) for statement in statements]


@contextmanager
def rows_meanwhile(
    connection: Reading, statement: Statement, values: Mapping[str, Any]
) -> Iterator[Callable[[], Rows]]:
    """Let the database work on a statement within the context; what is given fetches its rows.

    What else is asked of this connection meanwhile waits for them.
    """
    if isinstance(connection, Plain):
        with connection.rows_meanwhile(statement, values) as found:
            yield found
    else:
        yield lambda: rows(connection, statement, values)


def _unpacked(lists: Iterable[Sequence[Any]]) -> Rows:
    return [tuple(row) for (packed,) in lists for row in json.loads(packed)]


def _for_sqlite(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _sqlite(value) for name, value in values.items()}


def _sqlite(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], UUID):  # hundreds of ids: the encoder would ask back for each
            return json.dumps([one.hex for one in value])
        return json.dumps(value, default=_sqlite)
    return value


def _for_postgresql(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, default=str) if _is_nested(value) else value for name, value in values.items()
    }


def _is_nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, (list, tuple)) for each in value)


def times(values: Sequence[Any]) -> Ints:
    """Micros of raw times; NO_TIME for NULL."""
    if _are_texts(values):
        return np.array(values, dtype="datetime64[us]").astype(np.int64)
    return np.array([NO_TIME if value is None else value for value in values], dtype=np.int64)


def days(values: Sequence[Any]) -> Floats:
    """Day numbers of raw days; NaN for NULL."""
    if _are_texts(values):
        numbers = np.array(values, dtype="datetime64[D]")
        return np.where(np.isnat(numbers), np.nan, numbers.astype(np.int64))
    return floats(values)


def _are_texts(values: Sequence[Any]) -> bool:
    return isinstance(next((value for value in values if value is not None), None), str)


def floats(values: Sequence[Any]) -> Floats:
    """Numbers; NaN for NULL."""
    return np.array(values, dtype=np.float64)


# The same moments and ids come again with every list: to make one costs more than to fetch its row.
@lru_cache(maxsize=1 << 14)
def moment(value: Any) -> datetime | None:
    """One raw time as an aware moment."""
    if value is None:
        return None
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return _EPOCH + timedelta(microseconds=value)


@lru_cache(maxsize=1 << 14)
def day(value: Any) -> date | None:
    """One raw day."""
    if value is None:
        return None
    return date.fromisoformat(value) if isinstance(value, str) else _EPOCH.date() + timedelta(days=value)


@lru_cache(maxsize=1 << 16)
def an_id(value: str) -> UUID:
    """One raw id that is not NULL."""
    return UUID(value)


def key(value: Key) -> UUID | None:
    """One raw id."""
    return None if value is None else an_id(value)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
