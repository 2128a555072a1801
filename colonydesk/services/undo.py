"""Undo of a command, as a compensating and audited change of its own; undoing the undo does it again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, select

from colonydesk.db.catalogue import counted, links, referring, table_of, through
from colonydesk.db.catalogue.fields import default_of
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
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.services.done import Done, done
from colonydesk.services.refusals import at_its_field
from colonydesk.services.restrictions import derive_protocol, refuse_overlap
from colonydesk.services.undo_rules import Rows, rows_of, settle, tell_again

UNDONE = "undone"
_CHANGED_SINCE = "This was changed again since, and cannot be undone; correct it instead."

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

    Where nothing was done since, all is then as it was, whatever that was. Else these rows are judged
    by the rules of their tables, and what hangs on them is derived again.

    Raises:
        Refused: when the command is not known, cannot be undone (an import), something that it wrote is not
            any more as it left it, or a rule would be broken by now.
    """
    with db.unit(command_id, "undo", user_id, now) as unit:
        if not unit.repeated:
            entries = _entries(unit, undone_command_id)
            _refuse_when_changed_since(unit, entries)
            animals = _restricted_animals(unit, entries)
            places = list(_left_behind(entries))
            before = rows_of(unit, places)
            _hold_animals(unit, entries, before)
            more_since = _more_since(unit, undone_command_id)
            for entry in reversed(entries):
                _take_back(unit, entry)
            for subject_id in animals:
                derive_protocol(unit, subject_id)
            for entry in entries:
                if entry.table_name == WaterRestriction.__tablename__:
                    refuse_overlap(unit, entry.row_id)
            if more_since:
                with _hindered():
                    settle(unit, places, before)
            tell_again(unit, places, before)
            _touch(unit, undone_command_id)
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
            raise Refused(_CHANGED_SINCE)
    for (name, row_id, other), is_linked in _links_left(entries).items():
        left, right = _link_table(name).columns
        statement = select(left).where(left == row_id, right == other)
        if (unit.connection.execute(statement).first() is not None) != is_linked:
            raise Refused(_CHANGED_SINCE)


def _hold_animals(unit: Unit, entries: Sequence[Entry], rows: Rows) -> None:
    """Nothing else is recorded of the animals of these rows until the unit ends."""
    deleted = [entry.before for entry in entries if entry.action == "delete"]
    ids = {row_id for table, row_id in rows if table == Subject.__tablename__}
    ids |= {row["subject_id"] for row in rows.values() if row.get("subject_id")}
    ids |= {UUID(before["subject_id"]) for before in deleted if before.get("subject_id")}
    if ids:
        own = select(Subject.id).where(Subject.id.in_(ids)).order_by(Subject.id)
        unit.connection.execute(own.with_for_update(key_share=True))


def _more_since(unit: Unit, command_id: UUID) -> bool:
    """Whether anything at all was done after this command."""
    own = select(ChangeLog.number).where(ChangeLog.command_id == command_id).scalar_subquery()
    later = select(ChangeLog.number).where(ChangeLog.number > own).limit(1)
    return unit.connection.execute(later).first() is not None


def _links_left(entries: Sequence[Entry]) -> dict[tuple[str, UUID, UUID], bool]:
    """Whether the command left each of the links that it wrote there."""
    return {
        (entry.table_name, entry.row_id, _other(entry)): entry.action == "link"
        for entry in entries
        if entry.action in _LINKS
    }


def _link_table(name: str) -> Table:
    found: Table = Base.metadata.tables[name]
    return found


def _other(entry: Entry) -> UUID:
    return UUID((entry.after or entry.before)["other"])


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
    own = table_of(table.__tablename__).columns
    columns = [column for column in own if column.key not in {"id", *BOOKKEEPING}]
    return {column.key: default_of(column) for column in columns}


def _restricted_animals(unit: Unit, entries: Sequence[Entry]) -> set[UUID]:
    """The animals whose restrictions the command wrote: their protocol numbers hang on these."""
    written = [entry for entry in entries if entry.table_name == WaterRestriction.__tablename__]
    statement = select(WaterRestriction.subject_id).where(
        WaterRestriction.id.in_([entry.row_id for entry in written])
    )
    deleted = {UUID(entry.before["subject_id"]) for entry in written if entry.action == "delete"}
    return deleted | set(unit.connection.execute(statement).scalars())


def _touch(unit: Unit, command_id: UUID) -> None:
    """Name what the command named as changed."""
    statement = select(ChangeLog.changed).where(ChangeLog.command_id == command_id)
    changed: dict[str, list[str]] = unit.connection.execute(statement).scalar_one()
    for name, ids in changed.items():
        for text in ids if name in _BY_NAME else ():
            unit.touch(_BY_NAME[name], UUID(text))


def _refuse_when_referred_to(unit: Unit, entry: Entry) -> None:
    """What others refer to by now does not go: the database would silently empty or delete some of these."""
    counts = referring(unit.connection, entry.table_name, entry.row_id)
    for link in links(entry.table_name).values():
        if not link.reverse:
            left, right = through(link).columns
            linked = unit.connection.execute(select(right).where(left == entry.row_id)).all()
            if linked:
                counts[link.target] = counts.get(link.target, 0) + len(linked)
    if counts:
        listed = ", ".join(counted(name, count) for name, count in counts.items())
        raise Refused(f"This cannot be undone: it is linked to {listed} by now.")


def _take_back(unit: Unit, entry: Entry) -> None:
    if entry.action in _LINKS:
        table = _link_table(entry.table_name)
        (unit.unlink if entry.action == "link" else unit.link)(table, entry.row_id, _other(entry))
        left, _ = table.columns
        (key,) = left.foreign_keys
        unit.bump(_BY_NAME[key.target_fullname.partition(".")[0]], entry.row_id)
        return
    table_class = _BY_NAME[entry.table_name]
    if entry.action == "insert" and table_class in (Weighing, WaterAdministration):
        marks = {"voided_at": unit.now, "void_reason": UNDONE, "superseded_by_id": None}
        unit.update(table_class, entry.row_id, marks)
    elif entry.action == "insert":
        _refuse_when_referred_to(unit, entry)
        unit.delete(table_class, entry.row_id)
    else:
        values = restored(table_class, entry.before)
        with _hindered(), at_its_field(entry.table_name, values):
            if entry.action == "update":
                unit.update(table_class, entry.row_id, values)
            else:
                unit.insert(table_class, {"id": entry.row_id, **values})


@contextmanager
def _hindered() -> Iterator[None]:
    """What is refused inside is what stands in the way of the undo, and is said so."""
    try:
        yield
    except (Refused, Doubtful) as error:
        raise Refused(f"This cannot be undone. {error}", error.field, error.hint) from error
