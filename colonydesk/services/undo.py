"""Undo of a command, as a compensating and audited change of its own; undoing the undo does it again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import AuditEntry, Base, Subject, WaterAdministration, Weighing
from colonydesk.db.unit import Unit, restored
from colonydesk.domain.errors import Refused
from colonydesk.services.done import Done, done

UNDONE = "undone"

_BY_NAME: dict[str, type[Base]] = {
    mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
}


def undo(db: Database, command_id: UUID, undone_command_id: UUID, user_id: UUID, now: datetime) -> Done:
    """Take back what a command did. Weighings and water stay, marked; other new rows go, fields get back
    what they held.

    Raises:
        Refused: when the command is not known, or one of its rows has been changed since.
    """
    with db.unit(command_id, "undo", user_id, now) as unit:
        if unit.repeated:
            return done(unit)
        entries = unit.connection.execute(
            select(AuditEntry)
            .with_only_columns(*AuditEntry.__table__.columns)
            .where(AuditEntry.command_id == undone_command_id)
            .order_by(AuditEntry.number.desc())
        ).all()
        if not entries:
            raise Refused("There is nothing to undo.")
        _refuse_when_changed_since(unit, entries)
        for entry in entries:
            _take_back(unit, entry)
    return done(unit)


def _refuse_when_changed_since(unit: Unit, entries: "list[Row[Any]] | Any") -> None:
    rows = {entry.row_id for entry in entries}
    later = unit.connection.execute(
        select(func.count()).where(
            AuditEntry.row_id.in_(rows),
            AuditEntry.number > max(entry.number for entry in entries),
            AuditEntry.command_id != entries[0].command_id,
        )
    ).scalar_one()
    if later:
        raise Refused("This was changed again since, and cannot be undone; correct it instead.")


def _take_back(unit: Unit, entry: Row[Any]) -> None:
    if entry.action in ("link", "unlink"):
        table = Base.metadata.tables[entry.table_name]
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
    for values in (entry.before, entry.after):
        subject = (values or {}).get("subject_id")
        if subject:
            unit.touch(Subject, UUID(subject))
