"""Undo of a command, as a compensating and audited change of its own; undoing the undo does it again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    AuditEntry,
    Base,
    ChangeLog,
    Subject,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.db.unit import BOOKKEEPING, Unit, restored
from colonydesk.domain.errors import Refused
from colonydesk.services.done import Done, done
from colonydesk.services.restrictions import derive_protocol, refuse_overlap

UNDONE = "undone"

_BY_NAME: dict[str, type[Base]] = {
    mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
}
_LINKS = ("link", "unlink")
_ROWS = ("insert", "update", "delete")

Entry = Row[Any]


def undo(db: Database, command_id: UUID, undone_command_id: UUID, user_id: UUID, now: datetime) -> Done:
    """Take back what a command did. Weighings and water stay, marked; other new rows go, fields get back
    what they held.

    Raises:
        Refused: when the command is not known, cannot be undone (an import), or something that it wrote is
            not any more as it left it.
    """
    with db.unit(command_id, "undo", user_id, now) as unit:
        if not unit.repeated:
            entries = _entries(unit, undone_command_id)
            _refuse_when_changed_since(unit, entries)
            animals = _restricted_animals(unit, entries)
            for entry in reversed(entries):
                _take_back(unit, entry)
            for subject_id in animals:
                derive_protocol(unit, subject_id)
            for entry in entries:
                if entry.table_name == WaterRestriction.__tablename__:
                    refuse_overlap(unit, entry.row_id)
            for subject_id in _touched(unit, undone_command_id):
                unit.touch(Subject, subject_id)
    return done(unit)


def _entries(unit: Unit, command_id: UUID) -> Sequence[Entry]:
    """What the command did, in its order."""
    columns = AuditEntry.__table__.columns
    statement = select(*columns).where(AuditEntry.command_id == command_id).order_by(AuditEntry.number)
    entries = unit.connection.execute(statement).all()
    if not entries:
        raise Refused("There is nothing to undo.")
    for entry in entries:
        if entry.action not in _LINKS and (entry.action not in _ROWS or entry.table_name not in _BY_NAME):
            raise Refused("This cannot be undone.")
    return entries


def _refuse_when_changed_since(unit: Unit, entries: Sequence[Entry]) -> None:
    """Every row must be as the command left it; then it is kept from others until the unit ends.

    By content, not by what was done since: a later command that was undone is no obstacle.
    """
    for (name, row_id), expected in _left_behind(entries).items():
        table = _BY_NAME[name].__table__
        columns = [table.c[key] for key in expected] if expected else [table.c.id]
        found = unit.connection.execute(
            select(*columns).where(table.c.id == row_id).with_for_update()
        ).first()
        as_left = (
            found is None if expected is None else found is not None and found == tuple(expected.values())
        )
        if not as_left:
            raise Refused("This was changed again since, and cannot be undone; correct it instead.")


def _left_behind(entries: Sequence[Entry]) -> dict[tuple[str, UUID], dict[str, Any] | None]:
    """What the command left in each row: the fields that it wrote, None where it deleted the row."""
    left: dict[tuple[str, UUID], dict[str, Any] | None] = {}
    for entry in entries:
        place = entry.table_name, entry.row_id
        if entry.action == "delete":
            left[place] = None
        elif entry.action == "insert":
            table = _BY_NAME[entry.table_name]
            left[place] = _defaults(table) | restored(table, entry.after)
        elif entry.action == "update":
            fields = left.get(place) or {}
            left[place] = fields | restored(_BY_NAME[entry.table_name], entry.after)
    return left


def _defaults(table: type[Base]) -> dict[str, Any]:
    """What the columns of a new row hold that nothing was given for."""
    columns = [column for column in table.__table__.columns if column.key not in {"id", *BOOKKEEPING}]
    return {
        column.key: column.default.arg if column.default is not None and column.default.is_scalar else None
        for column in columns
    }


def _restricted_animals(unit: Unit, entries: Sequence[Entry]) -> set[UUID]:
    """The animals whose restrictions the command wrote: their protocol numbers hang on these."""
    written = [entry for entry in entries if entry.table_name == WaterRestriction.__tablename__]
    statement = select(WaterRestriction.subject_id).where(
        WaterRestriction.id.in_([entry.row_id for entry in written])
    )
    deleted = {UUID(entry.before["subject_id"]) for entry in written if entry.action == "delete"}
    return deleted | set(unit.connection.execute(statement).scalars())


def _touched(unit: Unit, command_id: UUID) -> list[UUID]:
    """The animals that the command named as changed."""
    statement = select(ChangeLog.changed).where(ChangeLog.command_id == command_id)
    changed: dict[str, list[str]] = unit.connection.execute(statement).scalar_one()
    return [UUID(text) for text in changed.get(Subject.__tablename__, ())]


def _take_back(unit: Unit, entry: Entry) -> None:
    if entry.action in _LINKS:
        table: Table = Base.metadata.tables[entry.table_name]
        other = UUID((entry.after or entry.before)["other"])
        (unit.unlink if entry.action == "link" else unit.link)(table, entry.row_id, other)
        return
    table_class = _BY_NAME[entry.table_name]
    if entry.action == "insert" and table_class in (Weighing, WaterAdministration):
        marks = {"voided_at": unit.now, "void_reason": UNDONE, "superseded_by_id": None}
        unit.update(table_class, entry.row_id, marks)
    elif entry.action == "insert":
        unit.delete(table_class, entry.row_id)
    elif entry.action == "update":
        unit.update(table_class, entry.row_id, restored(table_class, entry.before))
    else:
        unit.insert(table_class, {"id": entry.row_id, **restored(table_class, entry.before)})
