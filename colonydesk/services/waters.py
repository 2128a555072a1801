"""Water given: record, correct, move to another animal, void. Amounts in mL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, or_, select

from colonydesk.db.engine import Database
from colonydesk.db.facts import facts_of
from colonydesk.db.tables import Session, Subject, WaterAdministration, WaterRestriction, WaterType
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.domain.moment import state_at
from colonydesk.domain.plausibility import Reading, WaterFacts, check_water
from colonydesk.services.animals import Animal, animal
from colonydesk.services.corrections import live_record, void
from colonydesk.services.done import Done, ask, done

USUAL_TYPE = "Water"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWater:
    """``water_administered`` may be None only with ``adlib``.

    Without a type the current restriction's is taken, else plain water. ``beside``: its ``name`` and
    ``json``, where there are any.
    """

    command_id: UUID
    id: UUID
    subject_id: UUID
    user_id: UUID
    water_administered: float | None
    date_time: datetime
    water_type_id: UUID | None = None
    adlib: bool = False
    session_id: UUID | None = None
    confirmed: frozenset[str] = frozenset()
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectWater:
    """The record ``water_id`` was noted wrongly: ``id`` is its successor with the right values.

    ``beside`` as of ``RecordWater``; of it, and of type and time, what is not given stays.
    """

    command_id: UUID
    id: UUID
    water_id: UUID
    user_id: UUID
    water_administered: float | None
    adlib: bool = False
    water_type_id: UUID | None = None
    date_time: datetime | None = None
    confirmed: frozenset[str] = frozenset()
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWater:
    """The water was another animal's: ``id`` is the successor there."""

    command_id: UUID
    id: UUID
    water_id: UUID
    user_id: UUID
    subject_id: UUID
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidWater:
    command_id: UUID
    water_id: UUID
    user_id: UUID
    reason: str


def record_water(db: Database, command: RecordWater, now: datetime) -> Done:
    """Record water given.

    Raises:
        Refused: an impossible amount or time, the animal is dead, or the session another one's; ``field``
            says which.
        Doubtful: its questions are not all in ``confirmed``.
        KnownError: the database does not take it. Nothing is written in any of these cases.
    """
    with db.unit(command.command_id, "water.record", command.user_id, now) as unit:
        if not unit.repeated:
            if command.session_id is not None:
                _check_session(unit, command.session_id, command.subject_id)
            row = {
                "id": command.id,
                "user_id": command.user_id,
                "subject_id": command.subject_id,
                "date_time": command.date_time,
                "session_id": command.session_id,
                "water_administered": command.water_administered,
                "water_type_id": command.water_type_id,
                "adlib": command.adlib,
                **command.beside,
            }
            _add(unit, row, now, command.confirmed)
    return done(unit)


def _check_session(unit: Unit, session_id: UUID, subject_id: UUID) -> None:
    """Raise Refused where the session is another animal's; nobody gives it to one until the unit ends."""
    session = select(Session.subject_id).where(Session.id == session_id)
    found = unit.connection.execute(session.with_for_update(key_share=True)).first()
    if found is None:
        raise Refused("This session is no longer in the database.", "session_id")
    if found.subject_id != subject_id:
        raise Refused("That session is another animal's.", "session_id")


def correct_water(db: Database, command: CorrectWater, now: datetime) -> Done:
    """Replace a water record by a right one; the old one stays, marked. Raises as ``record_water``."""
    with db.unit(command.command_id, "water.correct", command.user_id, now) as unit:
        if not unit.repeated:
            changes: dict[str, Any] = {
                "water_administered": command.water_administered,
                "adlib": command.adlib,
                **command.beside,
            }
            if command.water_type_id is not None:
                changes["water_type_id"] = command.water_type_id
            if command.date_time is not None:
                changes["date_time"] = command.date_time
            _replace(unit, command, changes, "corrected", now)
    return done(unit)


def move_water(db: Database, command: MoveWater, now: datetime) -> Done:
    """Give a water record to the animal that drank it; the old one stays, marked. Raises as ``record_water``.

    The session of the wrong animal does not move along.
    """
    with db.unit(command.command_id, "water.move", command.user_id, now) as unit:
        if not unit.repeated:
            changes = {"subject_id": command.subject_id, "session_id": None}
            _replace(unit, command, changes, "moved to another animal", now)
    return done(unit)


def void_water(db: Database, command: VoidWater, now: datetime) -> Done:
    """Take a water record out of every sum; it stays, marked with the reason."""
    with db.unit(command.command_id, "water.void", command.user_id, now) as unit:
        if not unit.repeated:
            old = live_record(unit, WaterAdministration, command.water_id)
            void(unit, WaterAdministration, old, command.reason)
    return done(unit)


def _replace(
    unit: Unit, command: CorrectWater | MoveWater, changes: dict[str, Any], reason: str, now: datetime
) -> None:
    old = live_record(unit, WaterAdministration, command.water_id)
    _add(unit, {**old, **changes, "id": command.id}, now, command.confirmed, replaced=old)
    void(unit, WaterAdministration, old, reason, successor=command.id)


def _add(
    unit: Unit,
    row: dict[str, Any],
    now: datetime,
    confirmed: frozenset[str],
    replaced: dict[str, Any] | None = None,
) -> None:
    of = animal(unit.connection, row["subject_id"])
    check_given(unit, of, row, now, confirmed, replaced)
    if row["water_type_id"] is None:
        row = {**row, "water_type_id": _usual_type(unit, of, row["date_time"])}
    unit.insert(WaterAdministration, row)
    unit.touch(Subject, row["subject_id"])


def check_given(
    unit: Unit,
    of: Animal,
    row: Mapping[str, Any],
    now: datetime,
    confirmed: frozenset[str],
    replaced: Mapping[str, Any] | None = None,
) -> None:
    """Whether water can have been given; ``replaced`` is left aside: one whose place it takes, or itself.

    Raises:
        Refused: an impossible amount or time. Doubtful: its questions are not all in ``confirmed``.
    """
    facts = _facts(unit, of, row["date_time"], replaced)
    questions = check_water(row["water_administered"], row["adlib"], row["date_time"], now, facts)
    ask(questions, confirmed, "water_administered")


_given = select(
    WaterAdministration.id,
    WaterAdministration.water_administered,
    WaterAdministration.date_time,
    WaterAdministration.adlib,
).where(
    WaterAdministration.subject_id == bindparam("subject"),
    WaterAdministration.voided_at.is_(None),
    WaterAdministration.date_time >= bindparam("begin"),
    WaterAdministration.date_time < bindparam("end"),
)


def _facts(unit: Unit, of: Animal, date_time: datetime, replaced: Mapping[str, Any] | None) -> WaterFacts:
    """The day of the entry as it is without the record that the entry replaces."""
    known = facts_of(unit.connection, (of.id,))[of.id]
    if replaced is not None and replaced["subject_id"] == of.id:
        known = known.without_water(
            replaced["date_time"],
            replaced["water_administered"],
            in_session=replaced["session_id"] is not None,
            adlib=replaced["adlib"],
        )
    state = state_at(known, date_time)
    begin, end = of.bounds(date_time)
    gone = replaced["id"] if replaced else None
    found = unit.connection.execute(_given, {"subject": of.id, "begin": begin, "end": end})
    rows = [row for row in found if row.id != gone]
    amounts = [row for row in rows if row.water_administered is not None]
    return WaterFacts(
        zone=of.zone,
        birth_date=of.birth_date,
        death_date=of.death_date,
        usual=of.usual,
        restricted=state.is_water_restricted,
        required=state.required_water,
        remaining=state.remaining_water,
        given=tuple(Reading(row.water_administered, row.date_time) for row in amounts),
        adlib=min((row.date_time for row in rows if row.adlib), default=None),
    )


_holds = or_(WaterRestriction.end_time.is_(None), WaterRestriction.end_time >= bindparam("at"))
# As the husbandry rules have it: the latest that started up to that day, if it still holds at the moment.
_restriction_type = (
    select(case((_holds, WaterRestriction.water_type_id)))
    .where(
        WaterRestriction.subject_id == bindparam("subject"), WaterRestriction.start_time < bindparam("end")
    )
    .order_by(
        WaterRestriction.start_time.desc(), WaterRestriction.created_at.desc(), WaterRestriction.id.desc()
    )
    .limit(1)
    .scalar_subquery()
)
# The restriction's type, else plain water.
_select_type = (
    select(WaterType.id)
    .where(or_(WaterType.id == _restriction_type, WaterType.name == USUAL_TYPE))
    .order_by(case((WaterType.id == _restriction_type, 0), else_=1))
    .limit(1)
)


def _usual_type(unit: Unit, of: Animal, at: datetime) -> UUID | None:
    values = {"subject": of.id, "at": at, "end": of.bounds(at)[1]}
    found: UUID | None = unit.connection.execute(_select_type, values).scalar()
    return found
