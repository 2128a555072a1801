"""Any record of any table: save it, delete it. What hangs on it is in ``services.rules``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.catalogue import (
    Link,
    class_of,
    links,
    one,
    parts_of,
    referring,
    table_names,
    table_of,
    through,
)
from colonydesk.db.catalogue.fields import BOOKKEEPING, default_of
from colonydesk.db.catalogue.naming import label_of
from colonydesk.db.engine import Database
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Conflict, Question, Refused
from colonydesk.services.change import Change, Rule
from colonydesk.services.done import Done, ask, done
from colonydesk.services.record_values import check, listed, taken
from colonydesk.services.refusals import at_its_field
from colonydesk.services.waters import RecordWater, record_water
from colonydesk.services.weights import RecordWeighing, record_weighing

KEPT = {
    "weighing": "A weighing is not changed or deleted: correct it, or take it out, on the animal's own page.",
    "water_administration": "Water is not changed or deleted: correct it, or take it out, on the animal's own"
    " page.",
}
BESIDE = frozenset({"name", "json"})
"""What stands beside the number of such a record, and can be changed without a successor."""
OF_ANIMAL: Mapping[str, frozenset[str]] = {"cull": frozenset({"actual_severity"})}
"""What is noted of the animal itself together with a record of a table: given among its values."""
PARTS = frozenset({("growth_curve", "growth_point"), ("notification", "notification_recipient")})
"""(whole, part): the parts are deleted with the whole without a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRecord:
    """``version`` is that from which the form was filled; None for a new record (the client makes its id).

    Only the given values and links are written; what the rule of the table takes ``beside`` its columns is a
    value too. ``confirmed`` holds the codes of questions answered yes. ``successor`` is a new id, for a rule
    that writes a new record in place of this one: among the changed rows it says that it was done.
    """

    command_id: UUID
    table: str
    id: UUID
    user_id: UUID
    values: Mapping[str, Any]
    links: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    version: int | None = None
    confirmed: frozenset[str] = frozenset()
    successor: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRecord:
    command_id: UUID
    table: str
    id: UUID
    user_id: UUID
    version: int
    confirmed: frozenset[str] = frozenset()


def save_record(db: Database, command: SaveRecord, now: datetime) -> Done:
    """Make a new record, or change one.

    Raises:
        Refused: a value that cannot be; ``field`` is its column or link.
        Doubtful: its questions are not all in ``confirmed``.
        Conflict: somebody else has changed or deleted the record since ``version``.
        KnownError: the database does not take it. Nothing is written in any of these cases.
    """
    _refuse_own_books(command.table)
    if command.table in KEPT and command.version is None:
        return _record_number(db, command, now)
    if command.table in KEPT and not command.values.keys() <= BESIDE:
        raise Refused(KEPT[command.table])
    with at_its_field(command.table, command.values):
        with db.unit(command.command_id, f"{command.table}.save", command.user_id, now) as unit:
            if not unit.repeated:
                _note_of_animal(unit, command)
                save(unit, _change(unit, command))
        return done(unit)


def delete_record(db: Database, command: DeleteRecord, now: datetime) -> Done:
    """Delete a record, with what is only a part of it.

    Raises:
        Refused: other records refer to it (the sentence counts them), or it must be kept.
        Doubtful, Conflict, KnownError: as ``save_record``.
    """
    _refuse_own_books(command.table)
    if command.table in KEPT:
        raise Refused(KEPT[command.table])
    with at_its_field(command.table, {}):
        with db.unit(command.command_id, f"{command.table}.delete", command.user_id, now) as unit:
            if not unit.repeated:
                delete(unit, command.table, command.id, command.version, command.confirmed)
        return done(unit)


def change_of(
    unit: Unit,
    table: str,
    row_id: UUID,
    values: Mapping[str, Any],
    linked: Mapping[str, frozenset[UUID]] | None = None,
    *,
    is_new: bool = False,
    version: int | None = None,
    confirmed: frozenset[str] = frozenset(),
    successor: UUID | None = None,
) -> Change:
    """A change of one record, for ``save``: also for a rule or a service that saves a second record.

    Raises:
        Refused: a value is not of its field's kind. Conflict: the record is gone, or has another version.
    """
    beside = {name: values[name] for name in _rule(table).beside & values.keys()}
    given = taken(table, {name: value for name, value in values.items() if name not in beside})
    wanted = {name: frozenset(ids) for name, ids in (linked or {}).items()}
    for name in wanted:
        links(table)[name]  # KeyError: there is no such link
    before = None if is_new else _row(unit, table, row_id, version)
    after = {**(before or _empty(table, row_id)), **given}
    return Change(
        table=table,
        id=row_id,
        before=before,
        after=after,
        given=frozenset(given) | frozenset(wanted),
        links=wanted,
        links_before={} if before is None else _linked(unit, table, row_id),
        beside=beside,
        confirmed=confirmed,
        successor=successor,
    )


def save(unit: Unit, change: Change) -> None:
    """Write one change with all that hangs on it, in the unit of somebody else's command."""
    rule = _rule(change.table)
    if rule.before:
        rule.before(unit, change)
    check(unit, change.table, change.after, change.before)
    table = class_of(change.table)
    if change.before is None:
        unit.insert(table, change.after)
    else:
        differing = {name: value for name, value in change.after.items() if value != change.before[name]}
        if differing:
            unit.update(table, change.id, differing)
    _write_links(unit, change)
    if rule.after:
        rule.after(unit, change)


def delete(
    unit: Unit, table: str, row_id: UUID, version: int | None = None, confirmed: frozenset[str] = frozenset()
) -> None:
    """Delete one record with its parts and links, in the unit of somebody else's command."""
    row = _row(unit, table, row_id, version)
    linked = _linked(unit, table, row_id)
    change = Change(
        table=table, id=row_id, before=row, after=dict(row), links_before=linked, confirmed=confirmed
    )
    rule = _rule(table)
    if rule.deleting:
        rule.deleting(unit, change)
    _delete_parts(unit, table, row_id, confirmed)
    for name, others in linked.items():
        for other in sorted(others):
            _link(unit, links(table)[name], row_id, other, take_away=True)
    unit.delete(class_of(table), row_id)


def _delete_parts(unit: Unit, table: str, row_id: UUID, confirmed: frozenset[str]) -> None:
    """Delete what is only a part of the record; refuse where others refer to it."""
    parts = parts_of(table)
    counts = referring(unit.connection, table, row_id)
    hindering = {name: count for name, count in counts.items() if name not in parts}
    if hindering:
        called = label_of(unit.connection, table, [row_id])[row_id]
        refer = "refers" if sum(hindering.values()) == 1 else "refer"
        raise Refused(f"{called} cannot be deleted: {listed(hindering)} {refer} to it.")
    asked = {name: count for name, count in counts.items() if (table, name) not in PARTS}
    if asked:
        goes = "goes" if sum(asked.values()) == 1 else "go"
        ask((Question("parts", f"{listed(asked).capitalize()} of it {goes} too."),), confirmed, "")
    for name in counts:
        own = table_of(name)
        statement = select(own.c.id).where(own.c[parts[name]] == row_id).order_by(own.c.id)
        for part in unit.connection.execute(statement).scalars().all():
            delete(unit, name, part, confirmed=confirmed)


def _rule(table: str) -> Rule:
    from colonydesk.services.rules import RULES  # a rule may save other records

    return RULES.get(table, Rule())


def _refuse_own_books(table: str) -> None:
    if table not in table_names():
        raise Refused(f"The {one(table)} is written by the program alone.")


def _change(unit: Unit, command: SaveRecord) -> Change:
    is_new = command.version is None
    if is_new:
        own = table_of(command.table).c.id
        if unit.connection.execute(select(own).where(own == command.id)).first() is not None:
            # A save whose answer was lost; its own name would be refused as taken.
            raise Conflict(f"This {one(command.table)} is saved already.")
    return change_of(
        unit,
        command.table,
        command.id,
        {name: value for name, value in command.values.items() if name not in _of_animal(command.table)},
        command.links,
        is_new=is_new,
        version=command.version,
        confirmed=command.confirmed,
        successor=command.successor,
    )


def _of_animal(table: str) -> frozenset[str]:
    return OF_ANIMAL.get(table, frozenset())


def _note_of_animal(unit: Unit, command: SaveRecord) -> None:
    noted = {name: command.values[name] for name in _of_animal(command.table) & command.values.keys()}
    if not noted:
        return
    subject_id = command.values.get("subject_id")
    if command.version is not None:
        subject_id = _row(unit, command.table, command.id, command.version)["subject_id"]
    if subject_id is not None:  # else the record's own rule asks for it
        save(unit, change_of(unit, "subject", subject_id, noted))


def _row(unit: Unit, table: str, row_id: UUID, version: int | None) -> dict[str, Any]:
    """The fields of a record with its id; nobody else changes it until the unit ends."""
    own = table_of(table)
    columns = [column for column in own.columns if column.key == "id" or column.key not in BOOKKEEPING]
    statement = select(own.c.version.label("_version"), *columns).where(own.c.id == row_id)
    found = unit.connection.execute(statement.with_for_update(key_share=True)).mappings().first()
    if found is None:
        raise Conflict(f"This {one(table)} is no longer there: somebody else has deleted it.")
    if version is not None and found["_version"] != version:
        raise Conflict(f"Somebody else has changed this {one(table)} in the meantime.")
    return {key: value for key, value in found.items() if key != "_version"}


def _empty(table: str, row_id: UUID) -> dict[str, Any]:
    columns = [column for column in table_of(table).columns if column.key not in BOOKKEEPING]
    return {"id": row_id, **{column.key: default_of(column) for column in columns}}


def _linked(unit: Unit, table: str, row_id: UUID) -> dict[str, frozenset[UUID]]:
    found = {}
    for name, link in links(table).items():
        left, right = _sides(link)
        statement = select(right).where(left == row_id)
        found[name] = frozenset(unit.connection.execute(statement).scalars())
    return found


def _sides(link: Link) -> Any:
    columns = through(link).columns.values()
    return reversed(columns) if link.reverse else columns


def _write_links(unit: Unit, change: Change) -> None:
    changed = False
    for name, wanted in change.links.items():
        link = links(change.table)[name]
        now = change.links_before.get(name, frozenset())
        _refuse_missing(unit, link, wanted - now)
        for others, take_away in ((now - wanted, True), (wanted - now, False)):
            for other in sorted(others):
                _link(unit, link, change.id, other, take_away=take_away)
                changed = True
    if changed and change.before is not None and change.before == change.after:
        # Whoever has filled a form from the old links finds out.
        unit.bump(class_of(change.table), change.id)


def _link(unit: Unit, link: Link, row_id: UUID, other: UUID, *, take_away: bool) -> None:
    left, right = (other, row_id) if link.reverse else (row_id, other)
    (unit.unlink if take_away else unit.link)(through(link), left, right)


def _refuse_missing(unit: Unit, link: Link, ids: Iterable[UUID]) -> None:
    wanted = set(ids)
    if not wanted:
        return
    target = table_of(link.target).c.id
    found = set(unit.connection.execute(select(target).where(target.in_(wanted))).scalars())
    if wanted - found:
        raise Refused(f"A {one(link.target)} that was chosen is no longer in the database.", link.name)


def _record_number(db: Database, command: SaveRecord, now: datetime) -> Done:
    """A new weighing or water record, by the checks that the round has."""
    values = taken(command.table, command.values)
    for name in ("subject_id", "date_time", *(("weight",) if command.table == "weighing" else ())):
        if values.get(name) is None:
            raise Refused(f"Give the {name.removesuffix('_id').replace('_', ' ')}.", name)
    beside = {name: values[name] for name in BESIDE & values.keys()}
    if command.table == "weighing":
        weighing = RecordWeighing(
            command_id=command.command_id,
            id=command.id,
            user_id=command.user_id,
            subject_id=values["subject_id"],
            date_time=values["date_time"],
            weight=values["weight"],
            confirmed=command.confirmed,
            beside=beside,
        )
        return record_weighing(db, weighing, now)
    water = RecordWater(
        command_id=command.command_id,
        id=command.id,
        user_id=command.user_id,
        subject_id=values["subject_id"],
        date_time=values["date_time"],
        water_administered=values.get("water_administered"),
        water_type_id=values.get("water_type_id"),
        adlib=bool(values.get("adlib")),
        session_id=values.get("session_id"),
        confirmed=command.confirmed,
        beside=beside,
    )
    return record_water(db, water, now)
