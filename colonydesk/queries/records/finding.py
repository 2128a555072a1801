"""Which records a list shows, and what a reference may be set to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, case, or_, select

from colonydesk.db.catalogue import links, through
from colonydesk.db.catalogue.naming import label, label_paths, naming, words
from colonydesk.db.catalogue.paths import Paths, field_at
from colonydesk.db.tables.base import UtcDateTime
from colonydesk.db.text import begins, folded, holds
from colonydesk.domain.days import local_day, show_day, zone

NOTHING: Mapping[str, Any] = MappingProxyType({})
CANDIDATES = 2000
"""So many records of a day are looked through for the words that are typed with it."""
AT_FIRST = 200
"""So many that fit are first asked whether others have taken their place; all, where that is too few."""
_ANYWHERE = timedelta(hours=14)
"""So far from UTC a day begins or ends somewhere."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that a reference may be set to; ``detail`` tells those apart that are called alike."""

    id: UUID
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class OnDay:
    """A day that was typed (without its year it is several), and the other words."""

    days: frozenset[date]
    words: tuple[str, ...]


def record_ids(
    connection: Connection,
    table: str,
    text: str = "",
    order: str = "",
    descending: bool = False,
    where: Mapping[str, Any] = NOTHING,
) -> tuple[UUID, ...]:
    """The records that hold every word of ``text``, in order. One statement.

    ``order`` is a path; a reference is sorted by what it is called; empty is the table's usual order. What
    is unknown comes last. ``where`` maps paths and links to what they are: a value, None, or several values
    as a tuple, list or set. A path may end in an operator: "start_time >=", "<", "!=".
    """
    paths = Paths(table)
    conditions = [*_found(paths, text), *_conditions(paths, where)]
    ordered = _order(paths, order, descending)
    statement = select(paths.root.c.id).select_from(paths.source).where(*conditions).order_by(*ordered)
    return tuple(connection.execute(statement).scalars())


def choices(
    connection: Connection,
    target: str,
    text: str,
    limit: int = 20,
    where: Mapping[str, Any] = NOTHING,
    on: OnDay | None = None,
) -> tuple[Choice, ...]:
    """The records of ``target`` that fit what is typed, those first that begin with it. One statement.

    Those that others have taken the place of come last; where there can be such, at most three statements.
    ``on``: the text as it can be understood of a day; its words alone are looked for where nothing is called
    by that day.
    """
    found = _on_day(connection, target, on, limit, where) if on is not None else ()
    return tuple(found) or tuple(_by_words(connection, target, text, limit, where))


def _by_words(
    connection: Connection, target: str, text: str, limit: int, where: Mapping[str, Any]
) -> Iterable[Choice]:
    paths, own = Paths(target), naming(target)
    shown, detail = label_paths(target), own.detail
    columns = [*paths.columns(shown), *paths.columns(detail)]
    conditions = [*_found(paths, text), *_conditions(paths, where)]
    ordered = _order(paths, "", descending=False)
    first = paths.column(own.label[0])
    if text.strip() and isinstance(first.type, Text):
        ordered.insert(0, case((begins(first, text.strip()), 0), else_=1))
    statement: Select[Any] = select(paths.root.c.id, *columns).select_from(paths.source)
    chosen = statement.where(*conditions).order_by(*ordered)
    if own.past:
        ids = _present_first(connection, paths, chosen, limit, own.past not in where)
        rows = {row[0]: row for row in connection.execute(statement.where(paths.root.c.id.in_(ids)))}
        found: Iterable[Any] = [rows[one] for one in ids if one in rows]
    else:
        found = connection.execute(chosen.limit(limit))
    width = 1 + len(shown)
    return tuple(
        Choice(row[0], label(target, row[1:width]), words(target, detail, row[width:], None)) for row in found
    )


def _present_first(
    connection: Connection, paths: Paths, chosen: Select[Any], limit: int, in_turn: bool
) -> list[UUID]:
    """The first of ``chosen``; ``in_turn``: those last that others have taken the place of.

    What is computed of a record takes its time: it is not asked of all while the first few hold enough.
    """
    own = paths.root.c.id
    ids = chosen.with_only_columns(own)
    if not in_turn:
        return list(connection.execute(ids.limit(limit)).scalars())
    past = paths.column(naming(paths.table).past)
    first = ids.with_only_columns(own, past).where(own.in_(ids.limit(AT_FIRST).correlate(None)))
    rows = connection.execute(first).all()
    if len(rows) == AT_FIRST and sum(row[1] is None for row in rows) < limit:
        rows = connection.execute(ids.with_only_columns(own, past)).all()
    return [row[0] for row in sorted(rows, key=lambda row: row[1] is not None)][:limit]


def _on_day(
    connection: Connection, target: str, on: OnDay, limit: int, where: Mapping[str, Any]
) -> Iterable[Choice]:
    """The records whose label holds one of the days, and all words: in it, or in what they are found by."""
    paths, own = Paths(target), naming(target)
    days = [path for path in own.label if field_at(target, path).kind in ("moment", "date")]
    if not days or days[0] == own.past:
        return ()
    shown, place = label_paths(target), own.label.index(days[0])
    width = len(shown) + 1
    columns = [*paths.columns(shown), *paths.columns(own.detail)]
    texts = [column for column in paths.columns(own.search) if isinstance(column.type, Text)]
    statement: Select[Any] = select(paths.root.c.id, *columns, *texts).select_from(paths.source)
    # What is no word of a label ("no.") nor a number of it narrows at once.
    names = [word for word in on.words if re.search(r"[^\W\d]", word) and re.search(r"\d", word)]
    held = [or_(*(holds(column, word) for column in texts)) for word in names]
    near = or_(*(_near(paths.column(days[0]), day) for day in sorted(on.days)))
    asked = statement.where(near, *held, *_conditions(paths, where))
    found = []
    for row in connection.execute(asked.order_by(*_order(paths, "", descending=False)).limit(CANDIDATES)):
        called, end = label(target, row[1:width]), width + len(own.detail)
        day = row[1 + place]
        if isinstance(day, datetime):
            day = local_day(day, (row[width - 1] if own.zone else None) or "UTC")
        parts = called.replace(show_day(day), "").replace(",", " ").lower().split()
        if day in on.days and all(_has(word.lower(), parts, row[end:]) for word in on.words):
            found.append(Choice(row[0], called, words(target, own.detail, row[width:end], None)))
    return found[:limit]


def _near(column: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    """Whether a day or moment can be on this day, wherever it is."""
    if not isinstance(column.type, UtcDateTime):
        return column == day
    begin, end = zone("UTC").bounds(day)
    return column.between(begin - _ANYWHERE, end + _ANYWHERE)


def _has(word: str, label_parts: Iterable[str], texts: Iterable[str | None]) -> bool:
    if word.isdigit():  # a number of its own: "2" is not meant of CK_0267
        return word in label_parts or any(word in text.split() for text in texts if text)
    return any(part.startswith(word) for part in label_parts) or any(
        word in text.lower() for text in texts if text
    )


def _found(paths: Paths, text: str) -> Iterable[ColumnElement[bool]]:
    """Each word is in one of the texts by which records of this table are found."""
    own = naming(paths.table)
    columns = [paths.column(path) for path in own.search or own.label]
    texts = [column for column in columns if isinstance(column.type, Text)]
    return [or_(*(holds(column, word) for column in texts)) for word in text.split()]


def _order(paths: Paths, order: str, descending: bool) -> list[ColumnElement[Any]]:
    own = naming(paths.table)
    if not order:
        order, descending = own.first, descending != own.latest_first
    column = _sorted_by(paths, order)
    return [case((column.is_(None), 1), else_=0), column.desc() if descending else column, paths.root.c.id]


def _sorted_by(paths: Paths, path: str) -> ColumnElement[Any]:
    field = field_at(paths.table, path)
    if field.kind == "reference" and field.target:
        return _sorted_by(paths, f"{path}.{naming(field.target).first}")
    column = paths.column(path)
    if field.kind in ("text", "long") and isinstance(column.type, Text):
        return folded(column)
    return column


def _conditions(paths: Paths, where: Mapping[str, Any]) -> Iterable[ColumnElement[bool]]:
    own_links = links(paths.table)
    for key, value in where.items():
        path, _, operator = key.partition(" ")
        if path in own_links:
            table = through(own_links[path])
            columns = table.columns.values()
            left, right = reversed(columns) if own_links[path].reverse else columns
            linked = select(left).where(_is(right, value))
            yield paths.root.c.id.in_(linked)
        elif path == "id":
            yield _is(paths.root.c.id, value, operator)
        else:
            yield _is(paths.column(path), value, operator)


def _is(column: ColumnElement[Any], value: Any, operator: str = "") -> ColumnElement[bool]:
    several = isinstance(value, tuple | list | set | frozenset)
    if operator in ("", "="):
        return column.in_(list(value)) if several else column.is_(None) if value is None else column == value
    if operator == "!=":
        if several:
            return or_(column.is_(None), column.not_in(list(value)))
        return column.is_not(None) if value is None else or_(column.is_(None), column != value)
    compared = {
        "<": column.__lt__,
        "<=": column.__le__,
        ">": column.__gt__,
        ">=": column.__ge__,
    }
    return and_(column.is_not(None), compared[operator](value))
