"""The audit trail: who changed what, when and where, from what to what; only read, the newest first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from colonydesk.db.catalogue import links, one, table_names, word
from colonydesk.db.catalogue.fields import Field, fields
from colonydesk.db.catalogue.naming import label_of
from colonydesk.db.tables import AuditEntry, LabMember

_UNSAID = frozenset(
    {"json", "image", "reading_raw", "password", "content_type", "object_id", "id", "auto_datetime"}
)
_HIDDEN = {"json": "extra fields", "image": "image", "password": "password"}


@dataclass(frozen=True, slots=True)
class Changed:
    """One field: its word, and what stood in it before and after; None where there was nothing.

    Days and moments are such, references and codes are in words, what has a unit stands with it.
    """

    word: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry. ``action`` is insert, update, delete, link, unlink, or the name of a run in bulk.

    ``kind`` is the record's in words ("breeding pair"), ``called`` what it is called now, or was when it
    went. ``table`` and ``row_id`` lead to it.
    """

    number: int
    at: datetime
    user: str | None
    workstation: str
    action: str
    kind: str
    called: str
    table: str
    row_id: UUID
    changes: tuple[Changed, ...]


def audit_numbers(
    connection: Connection,
    table: str = "",
    user_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    besides: Collection[str] = (),
) -> tuple[int, ...]:
    """The entries of a table, of a member, from a moment and before another: the newest first.

    Without those of the tables ``besides``. One statement.
    """
    statement = select(AuditEntry.number)
    if besides:
        statement = statement.where(AuditEntry.table_name.not_in(besides))
    if table:
        statement = statement.where(AuditEntry.table_name.in_([table, *_link_tables(table)]))
    if user_id is not None:
        statement = statement.where(AuditEntry.user_id == user_id)
    if since is not None:
        statement = statement.where(AuditEntry.at >= since)
    if until is not None:
        statement = statement.where(AuditEntry.at < until)
    return tuple(connection.execute(statement.order_by(AuditEntry.number.desc())).scalars())


def audit_lines(connection: Connection, numbers: Iterable[int]) -> dict[int, AuditLine]:
    """These entries in words. One statement, and one for each table whose records are named in them."""
    statement = (
        select(
            AuditEntry.number,
            AuditEntry.at,
            LabMember.username,
            AuditEntry.workstation,
            AuditEntry.table_name,
            AuditEntry.row_id,
            AuditEntry.action,
            AuditEntry.before,
            AuditEntry.after,
        )
        .outerjoin(LabMember, LabMember.id == AuditEntry.user_id)
        .where(AuditEntry.number.in_(list(numbers)))
    )
    rows = connection.execute(statement).all()
    labels = _labels(connection, rows)
    return {row.number: _line(row, labels) for row in rows}


def _link_tables(table: str) -> list[str]:
    return [link.through for link in links(table).values()]


def _owner(name: str) -> tuple[str, str]:
    """Of a table of links: the table of the record and of what it is linked to. ("", "") of any other."""
    for table in table_names():
        for link in links(table).values():
            if link.through == name and not link.reverse:
                return table, link.target
    return "", ""


def _references(row: Row[Any]) -> Iterable[tuple[str, UUID]]:
    """(table, id) of every record that an entry names."""
    owner, target = _owner(row.table_name)
    yield owner or row.table_name, row.row_id
    for values in (row.before, row.after):
        for name, value in (values or {}).items():
            if owner and name == "other":
                yield target, UUID(value)
            elif not owner and value is not None:
                field = _field(row.table_name, name)
                if field is not None and field.kind == "reference" and field.target:
                    yield field.target, UUID(value)


def _field(table: str, name: str) -> Field | None:
    return fields(table).get(name) if table in table_names() else None


def _labels(connection: Connection, rows: Iterable[Row[Any]]) -> dict[UUID, str]:
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        for table, row_id in _references(row):
            if table in table_names():
                wanted[table].add(row_id)
    found: dict[UUID, str] = {}
    for table, ids in wanted.items():
        found |= label_of(connection, table, ids)
    return found


def _line(row: Row[Any], labels: Mapping[UUID, str]) -> AuditLine:
    owner, _ = _owner(row.table_name)
    table = owner or row.table_name
    return AuditLine(
        number=row.number,
        at=row.at,
        user=row.username,
        workstation=row.workstation,
        action=row.action,
        kind=one(table),
        called=labels.get(row.row_id) or _was_called(row),
        table=table,
        row_id=row.row_id,
        changes=tuple(_changes(row, owner, labels)),
    )


def _was_called(row: Row[Any]) -> str:
    values = row.before or row.after or {}
    for name in ("nickname", "username", "cage_name", "title", "name"):
        if isinstance(values.get(name), str):
            return str(values[name])
    return ""


def _changes(row: Row[Any], owner: str, labels: Mapping[UUID, str]) -> Iterable[Changed]:
    before, after = row.before or {}, row.after or {}
    for name in dict.fromkeys((*before, *after)):
        if owner and name == "other":
            what = word(row.table_name.removeprefix(f"{owner}_"))
            was, now = (values.get("other") for values in (before, after))
            yield Changed(what, was and labels.get(UUID(was)), now and labels.get(UUID(now)))
        elif name in _HIDDEN:
            yield Changed(_HIDDEN[name], None, None)
        elif name not in _UNSAID:
            field = _field(row.table_name, name)
            yield Changed(
                word(name), _value(before.get(name), field, labels), _value(after.get(name), field, labels)
            )


def _value(value: Any, field: Field | None, labels: Mapping[UUID, str]) -> Any:
    if value is None or field is None:
        return value
    if field.kind == "reference":
        return labels.get(UUID(value), "a record that is no longer there")
    if field.kind == "date":
        return date.fromisoformat(value)
    if field.kind == "moment":
        return datetime.fromisoformat(value)
    if field.unit and field.kind in ("number", "integer"):
        return f"{value:g} {field.unit}"
    return dict(field.codes).get(value, value)
