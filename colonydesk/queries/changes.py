"""The history of one animal, field by field, from the audit: who, when, and what before and after."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from colonydesk.db.catalogue.naming import label_of
from colonydesk.db.tables import (
    AuditEntry,
    Base,
    Cull,
    GenotypeTest,
    HousingSubject,
    LabMember,
    Note,
    OtherAction,
    Session,
    Subject,
    Surgery,
    VirusInjection,
    WaterAdministration,
    WaterRestriction,
    Weighing,
    Zygosity,
)
from colonydesk.db.tables.ours import WAS_OF
from colonydesk.db.unit import restored
from colonydesk.domain.codes import (
    INJECTION_TYPE,
    OUTCOME_TYPE,
    QC,
    SEVERITY,
    SEX,
    TEST_RESULT,
    ZYGOSITY,
    ZYGOSITY_ORIGIN,
)
from colonydesk.queries.alyx_history import Kept, kept_by_alyx

PAGE = 100
"""Audit entries read together."""

_CODES: Mapping[str, Mapping[Any, str]] = {
    "sex": SEX,
    "actual_severity": SEVERITY,
    "zygosity": ZYGOSITY,
    "origin": ZYGOSITY_ORIGIN,
    "test_result": TEST_RESULT,
    "outcome_type": OUTCOME_TYPE,
    "injection_type": INJECTION_TYPE,
    "qc": QC,
}
# What is no word for a person: the subject itself, how a note names its object, pictures, machine's notes.
_UNSAID = frozenset({"subject_id", "object_id", "content_type", "image", "json", "reading_raw", "parent"})


@dataclass(frozen=True, slots=True)
class Line:
    """One field that changed, or a record that came or went.

    ``field`` is the column's or the list's name; "" for a record that was added or deleted, whose values
    stand in ``values``. ``before`` and ``after`` are plain values, with labels for ids and words for codes;
    None where there was nothing. ``action`` is insert, update, delete, link or unlink. ``is_there``: the
    record is the animal's still. ``from_alyx``: Alyx had noted it, before its books were imported.
    """

    number: int
    at: datetime
    user: str | None
    workstation: str
    table: str
    row_id: UUID
    action: str
    field: str
    before: Any
    after: Any
    is_there: bool = True
    values: tuple[tuple[str, Any], ...] = ()
    from_alyx: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of lines, the newest first; ``older`` is what to ask for the next with, None at the end."""

    lines: tuple[Line, ...]
    older: int | None


_RECORDS: tuple[Any, ...] = (
    *(Surgery, VirusInjection, Session, WaterRestriction, OtherAction, Cull),
    *(HousingSubject, Zygosity, GenotypeTest),
)
_NUMBERS: tuple[Any, ...] = (Weighing, WaterAdministration)
_NUMBER_NAMES = frozenset(table.__tablename__ for table in _NUMBERS)
_STILL = 2**63 - 1
"""Until which entry a record is the animal's that is so to this day."""


def _of_subject(table: Any) -> Any:
    return select(table.id).where(table.subject_id == bindparam("subject"))


def _rows_of_subject() -> Any:
    """(id, until): the ids whose audit is the animal's, up to an entry: its own, and those of its records but
    for daily numbers. A record that was deleted, or went to another animal, was its own until then.

    Of weighings and water those that were corrected: that one was recorded is told by the daily table.
    """
    subject: Any = bindparam("subject")
    about = Note.object_id == subject, Note.content_type == "subject"
    there = [
        select(Subject.id.label("id")).where(Subject.id == subject),
        *(_of_subject(table) for table in _RECORDS),
        *(
            select(table.id).where(table.subject_id == subject, table.voided_at.is_not(None))
            for table in _NUMBERS
        ),
        select(Note.id).where(*about),
    ]
    still = literal(_STILL, BigInteger).label("until")
    of_it = literal_column(WAS_OF) == bindparam("subject_text")
    names = sorted(table.__tablename__ for table in (*_RECORDS, *_NUMBERS))
    of_subject = literal_column("before ->> 'content_type'") == "subject"
    known = or_(AuditEntry.table_name.in_(names), and_(AuditEntry.table_name == "note", of_subject))
    were = select(AuditEntry.row_id, AuditEntry.number).where(of_it, known)
    parts = union_all(*(part.add_columns(still) for part in there), were).subquery("rows_of_subject")
    last = func.max(parts.c.until).label("until")
    return select(parts.c.id, last).group_by(parts.c.id).subquery("own")


_own = _rows_of_subject()
_entries = (
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
        (_own.c.until == _STILL).label("is_there"),
    )
    .join(_own, and_(_own.c.id == AuditEntry.row_id, _own.c.until >= AuditEntry.number))
    .outerjoin(LabMember, LabMember.id == AuditEntry.user_id)
    .order_by(AuditEntry.number.desc())
    .limit(PAGE + 1)
)
_before = _entries.where(AuditEntry.number < bindparam("older"))


def changes(connection: Connection, subject_id: UUID, older: int | None = None) -> Changes:
    """A page of an animal's history; the next one with the ``older`` of the last. Two statements, and on the
    last page those of ``kept_by_alyx``."""
    of: dict[str, Any] = {"subject": subject_id, "subject_text": str(subject_id)}
    if older is None:
        entries = connection.execute(_entries, of).all()
    else:
        entries = connection.execute(_before, {**of, "older": older}).all()
    more = len(entries) > PAGE
    found = [_Entry(entry) for entry in entries[:PAGE]]
    labels = _labels(connection, found)
    lines = [line for entry in found for line in entry.lines(labels)]
    if not more:
        lines += [_line_of_alyx(subject_id, kept) for kept in kept_by_alyx(connection, subject_id)]
    return Changes(tuple(lines), entries[PAGE - 1].number if more else None)


def _line_of_alyx(subject_id: UUID, kept: Kept) -> Line:
    table = Subject.__tablename__
    return Line(
        0, kept.at, None, "", table, subject_id, "update", kept.field, kept.before, kept.after, from_alyx=True
    )


class _Entry:
    """One audit entry with its values as the table's columns have them."""

    def __init__(self, row: Any) -> None:
        self._row = row
        self._table = Base.metadata.tables[row.table_name]
        self._before = self._values(row.before)
        self._after = self._values(row.after)

    def _values(self, stored: Mapping[str, Any] | None) -> dict[str, Any]:
        if stored is None:
            return {}
        if self._row.action in ("link", "unlink"):
            return {self._other().name: UUID(stored["other"])}
        mapped = _CLASSES.get(self._table.name)
        # In the order of the columns: PostgreSQL keeps none of its own.
        said = [column.key for column in self._table.c if column.key not in _UNSAID]
        known = {key: stored[key] for key in said if key in stored}
        return known if mapped is None else restored(mapped, known)

    def _other(self) -> Any:
        return list(self._table.columns)[1]

    def references(self) -> Iterator[tuple[Table, UUID]]:
        """The records that the values refer to."""
        for values in (self._before, self._after):
            for key, value in values.items():
                if isinstance(value, UUID) and (target := _target(self._table, key)) is not None:
                    yield target, value

    def lines(self, labels: Mapping[UUID, str]) -> Iterator[Line]:
        row = self._row
        head = (row.number, row.at, row.username, row.workstation, row.table_name, row.row_id, row.action)
        if row.action in ("insert", "delete"):
            values = self._after if row.action == "insert" else self._before
            said = tuple((key, _word(key, value, labels)) for key, value in values.items())
            known = tuple(one for one in said if one[1] is not None)
            yield Line(*head, "", None, None, row.is_there, known)
            return
        for key in dict.fromkeys((*self._before, *self._after)):
            before = _word(key, self._before.get(key), labels)
            after = _word(key, self._after.get(key), labels)
            yield Line(*head, key.removesuffix("_id"), before, after, row.is_there)


_CLASSES: dict[str, type[Base]] = {
    mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
}


def _target(table: Table, column: str) -> Table | None:
    keys = list(table.c[column].foreign_keys) if column in table.c else []
    return keys[0].column.table if keys else None


def _word(key: str, value: Any, labels: Mapping[UUID, str]) -> Any:
    if isinstance(value, UUID):
        return labels.get(value, "a record that is no longer there")
    return _CODES[key].get(value, value) if key in _CODES else value


def _labels(connection: Connection, entries: Iterable[_Entry]) -> dict[UUID, str]:
    """What the records are called that the entries refer to: one statement for all tables, and one for each
    kind of number, which is called by its value."""
    wanted: dict[Table, set[UUID]] = defaultdict(set)
    for entry in entries:
        for table, row_id in entry.references():
            wanted[table].add(row_id)
    named: dict[UUID, str] = {}
    for table in [table for table in wanted if table.name in _NUMBER_NAMES]:
        named |= label_of(connection, table.name, wanted.pop(table))
    parts: list[Select[Any]] = [_label_statement(table, ids) for table, ids in wanted.items()]
    if parts:
        named |= {row.id: row.label for row in connection.execute(union_all(*parts))}
    return named


def _label_statement(table: Table, ids: set[UUID]) -> Select[Any]:
    named = next(table.c[key] for key in ("nickname", "username", "cage_name", "name") if key in table.c)
    label = named if not named.nullable else _or_kind(named, table)
    return select(table.c.id.label("id"), label.label("label")).where(table.c.id.in_(list(ids)))


def _or_kind(named: Any, table: Table) -> Any:
    """A record without a name is said by its kind: "a surgery"."""
    return func.coalesce(named, literal(f"a {table.name.replace('_', ' ')}"))
