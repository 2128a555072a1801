"""What hangs on a death and on a life given back: restrictions, stays, the cull, the reduced date."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, literal, or_, select, union_all

from colonydesk.db.tables import (
    AuditEntry,
    Base,
    Cull,
    Housing,
    HousingSubject,
    OtherAction,
    Session,
    Subject,
    Surgery,
    VirusInjection,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.db.unit import Unit, restored
from colonydesk.domain.days import show_date, zone
from colonydesk.domain.errors import Question, Refused
from colonydesk.services.animals import Animal
from colonydesk.services.housing import mirror
from colonydesk.services.restrictions import derive_protocol

RECORDED: tuple[tuple[str, type[Base], str], ...] = (
    ("a weighing", Weighing, "date_time"),
    ("water", WaterAdministration, "date_time"),
    ("a surgery", Surgery, "start_time"),
    ("a virus injection", VirusInjection, "start_time"),
    ("a session", Session, "start_time"),
    ("an action", OtherAction, "start_time"),
)
"""What is done with a living animal: in words, its table, and when it was."""


def check_reduced(unit: Unit, of: Animal, day: date, field: str) -> None:
    """Raise Refused (at ``field``) where the animal was reduced before it is said to have died."""
    reduced = unit.connection.execute(select(Subject.reduced_date).where(Subject.id == of.id)).scalar_one()
    if reduced is not None and day > reduced:
        on = show_date(reduced, unit.now, of.zone)
        raise Refused(f"{of.nickname} was reduced on {on}, before this date.", field)


def doubts_of_death(unit: Unit, of: Animal, day: date, but: UUID | None = None) -> tuple[Question, ...]:
    """What is asked before an animal is said to have died on a day: what was done with it after.

    ``but`` is a record that itself is being changed. One statement.
    """
    next_day = zone(of.zone.key).bounds(day)[1]
    parts = []
    for words, table, column in RECORDED:
        own = table.__table__.c
        part = select(literal(words).label("words"), func.max(own[column]).label("last")).where(
            own.subject_id == of.id, own[column] >= next_day
        )
        if "voided_at" in own:
            part = part.where(own.voided_at.is_(None))
        parts.append(part if but is None else part.where(own.id != but))
    found = [
        f"{row.words} on {show_date(of.day(row.last), unit.now, of.zone)}"
        for row in unit.connection.execute(union_all(*parts))
        if row.last is not None
    ]
    if not found:
        return ()
    return (Question("later", f"{of.nickname} has records after this day: {', '.join(found)}."),)


def doubts_of_life(unit: Unit, of: Animal) -> tuple[Question, ...]:
    """What is asked before a death is taken away: the living have no reduced date."""
    reduced = unit.connection.execute(select(Subject.reduced_date).where(Subject.id == of.id)).scalar_one()
    if reduced is None:
        return ()
    on = show_date(reduced, unit.now, of.zone)
    return (Question("reduced", f"{of.nickname} was reduced on {on}: it lives again, and this date goes."),)


def set_death(unit: Unit, of: Animal, day: date) -> None:
    """The animal died on this day, and so was culled on it where it was culled."""
    cull = unit.connection.execute(select(Cull.id).where(Cull.subject_id == of.id)).scalar()
    if cull is not None:
        unit.update(Cull, cull, {"date": day})
    die(unit, of, day)


def die(unit: Unit, of: Animal, day: date) -> None:
    """Set the date of death, or correct it; what hangs on it goes along: open restrictions and the stay in a
    cage end with that day, as do those that an earlier date had ended; nothing is left to be culled.
    """
    unit.update(Subject, of.id, {"death_date": day, "to_be_culled": False})
    next_day = zone(of.zone.key).bounds(day)[1]
    at = min(unit.now, next_day - timedelta(seconds=1))
    for table, start, end in _HELD:
        own = table.__table__.c
        held = or_(own[end].is_(None), own.id.in_(_ended_by_death(unit, of.id, table, end)))
        found = unit.connection.execute(
            select(own.id, own[start].label("start"), own[end].label("end"))
            .where(own.subject_id == of.id, held)
            .with_for_update()
        )
        for row in found.all():
            if row.end is not None and of.day(row.end) == day:
                continue  # it has ended with this day already
            unit.update(table, row.id, {end: max(at, row.start or at)})
    _derive(unit, of.id)


def revive(unit: Unit, of: Animal) -> None:
    """A death is taken away: the animal lives, is again on the restriction and in the cage that it ended, and
    its reduced date goes.

    So that an animal that never died is not left without anybody watering it.
    """
    unit.update(Subject, of.id, {"death_date": None, "reduced_date": None})
    for table, start, end in _HELD:
        own, other = table.__table__.c, table.__table__.alias("other").c
        later = exists().where(
            other.subject_id == of.id,
            other.id != own.id,
            or_(other[end].is_(None), other[end] > own[start]),
        )
        ended = own.id.in_(_ended_by_death(unit, of.id, table, end))
        alone = select(own.id).where(ended, own.subject_id == of.id, ~later)
        for row_id in unit.connection.execute(alone).scalars().all():
            unit.update(table, row_id, {end: None})
    _derive(unit, of.id)


_HELD: tuple[tuple[type[Base], str, str], ...] = (
    (WaterRestriction, "start_time", "end_time"),
    (HousingSubject, "start_datetime", "end_datetime"),
)
"""What an animal is held under until it dies: the table, where it starts, and where it ends."""


def _derive(unit: Unit, subject_id: UUID) -> None:
    """What the animal's record says of its restrictions and its cage."""
    derive_protocol(unit, subject_id)
    stays = select(HousingSubject.housing_id).where(
        HousingSubject.subject_id == subject_id,
        HousingSubject.id.in_(unit.changed.get(HousingSubject.__tablename__, ())),
    )
    housings = unit.connection.execute(stays).scalars().all()
    for housing_id in housings:
        unit.touch(Housing, housing_id)
    if housings:  # where there are none, its record alone knows the cage: imported books
        mirror(unit, subject_id)


def _ended_by_death(unit: Unit, subject_id: UUID, table: type[Base], end: str) -> list[UUID]:
    """The rows of a table that still end where a death of the animal ended them, by what the books say."""
    deaths = select(AuditEntry.command_id, AuditEntry.after).where(
        AuditEntry.row_id == subject_id,
        AuditEntry.table_name == Subject.__tablename__,
        AuditEntry.action == "update",
    )
    causes = {row.command_id for row in unit.connection.execute(deaths) if row.after.get("death_date")}
    own = table.__table__.c
    mine = select(own.id).where(own.subject_id == subject_id)
    written = (
        select(AuditEntry.row_id, AuditEntry.after)
        .where(
            AuditEntry.row_id.in_(mine),
            AuditEntry.table_name == table.__tablename__,
            AuditEntry.action == "update",
            AuditEntry.command_id.in_(causes),
        )
        .order_by(AuditEntry.number)
    )
    entries: Sequence[Row[Any]] = unit.connection.execute(written).all()
    ends = {row.row_id: restored(table, row.after)[end] for row in entries if row.after.get(end)}
    now_at = select(own.id, own[end].label("end")).where(own.id.in_(ends))
    return [row.id for row in unit.connection.execute(now_at) if row.end == ends[row.id]]
