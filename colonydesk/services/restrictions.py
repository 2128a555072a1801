"""Water restrictions: start and end. Reference weights in g."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select

from colonydesk.db.engine import Database
from colonydesk.db.protocol import protocol_number
from colonydesk.db.tables import Subject, Surgery, WaterRestriction, Weighing, water_restriction_user
from colonydesk.db.unit import Unit
from colonydesk.domain.days import show_date
from colonydesk.domain.errors import Refused
from colonydesk.domain.plausibility import CLOCK_TOLERANCE, check_reference
from colonydesk.services.animals import Animal, animal
from colonydesk.services.done import Done, ask, done

REFERENCE_AGE = timedelta(days=7)
"""Without a reference weight the last weighing within this time before the start is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRestriction:
    """``confirmed``: the codes of questions answered yes."""

    command_id: UUID
    id: UUID
    subject_id: UUID
    user_id: UUID
    start_time: datetime
    reference_weight: float | None = None
    water_type_id: UUID | None = None
    narrative: str | None = None
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRestriction:
    command_id: UUID
    restriction_id: UUID
    user_id: UUID
    end_time: datetime


_before = (
    select(WaterRestriction.start_time, WaterRestriction.end_time)
    .where(
        WaterRestriction.subject_id == bindparam("subject"),
        WaterRestriction.id != bindparam("own"),
        or_(WaterRestriction.end_time.is_(None), WaterRestriction.end_time > bindparam("start")),
    )
    .order_by(WaterRestriction.start_time)
)
_last_weighing = (
    select(Weighing.weight)
    .where(
        Weighing.subject_id == bindparam("subject"),
        Weighing.voided_at.is_(None),
        Weighing.date_time < bindparam("until"),
        Weighing.date_time >= bindparam("since"),
    )
    .order_by(Weighing.date_time.desc(), Weighing.created_at.desc(), Weighing.id.desc())
    .limit(1)
)
_implant = (
    select(Surgery.implant_weight)
    .where(
        Surgery.subject_id == bindparam("subject"),
        Surgery.implant_weight > 0,
        Surgery.start_time < bindparam("until"),
    )
    .order_by(Surgery.start_time.desc(), Surgery.created_at.desc(), Surgery.id.desc())
    .limit(1)
)


def start_restriction(db: Database, command: StartRestriction, now: datetime) -> Done:
    """Put an animal on water restriction; its protocol number becomes 3.

    Raises:
        Refused: one is open already, the animal is dead, the time cannot be, or there is neither a reference
            weight nor a weighing within 7 days of the start.
        Doubtful: the reference weight is not a usual one, and that is not in ``confirmed``.
    """
    with db.unit(command.command_id, "restriction.start", command.user_id, now) as unit:
        if unit.repeated:
            return done(unit)
        of = animal(unit.connection, command.subject_id)
        check_period(unit, of, command.id, command.start_time, None, now)
        weight = reference_weight(unit, of, command.start_time, command.reference_weight, command.confirmed)
        row = {
            "id": command.id,
            "subject_id": command.subject_id,
            "lab_id": of.lab_id,
            "start_time": command.start_time,
            "reference_weight": weight,
            "water_type_id": command.water_type_id,
            "narrative": command.narrative,
        }
        unit.insert(WaterRestriction, row)
        unit.link(water_restriction_user, command.id, command.user_id)
        derive_protocol(unit, command.subject_id)
    return done(unit)


def end_restriction(db: Database, command: EndRestriction, now: datetime) -> Done:
    """End a restriction, whatever else is missing in its record; the protocol number is derived again.

    One that has an end in the future ends earlier.

    Raises:
        Refused: it has ended already, or the time is before its start or in the future. One that starts in
            the future (in imported books) can end where it starts.
    """
    with db.unit(command.command_id, "restriction.end", command.user_id, now) as unit:
        if unit.repeated:
            return done(unit)
        found = unit.connection.execute(
            select(WaterRestriction.subject_id, WaterRestriction.start_time, WaterRestriction.end_time)
            .where(WaterRestriction.id == command.restriction_id)
            .with_for_update()
        ).first()
        if found is None:
            raise Refused("This restriction is no longer there.")
        if found.end_time is not None and found.end_time <= now:
            raise Refused("This restriction has ended already.", "end_time")
        if found.start_time is not None and command.end_time < found.start_time:
            raise Refused("A restriction cannot end before it starts.", "end_time")
        if command.end_time > max(now + CLOCK_TOLERANCE, found.start_time or now):
            raise Refused("The end is in the future.", "end_time")
        unit.update(WaterRestriction, command.restriction_id, {"end_time": command.end_time})
        derive_protocol(unit, found.subject_id)
    return done(unit)


def derive_protocol(unit: Unit, subject_id: UUID, without: UUID | None = None) -> None:
    """Write the protocol number that follows from what is done with an animal.

    ``without`` is a restriction or a surgery that is about to be deleted.
    """
    number = unit.connection.execute(select(protocol_number(subject_id, without))).scalar_one()
    unit.update(Subject, subject_id, {"protocol_number": number})
    unit.touch(Subject, subject_id)


def refuse_overlap(unit: Unit, restriction_id: UUID) -> None:
    """An animal is on one restriction at a time, and only while it lives: for one that was brought back.

    Raises:
        Refused: there is another one at its time, or it is open and the animal is dead.
    """
    other = WaterRestriction.__table__.alias("other")
    overlaps = exists().where(
        other.c.subject_id == WaterRestriction.subject_id,
        other.c.id != WaterRestriction.id,
        or_(other.c.end_time.is_(None), other.c.end_time > WaterRestriction.start_time),
        or_(WaterRestriction.end_time.is_(None), other.c.start_time < WaterRestriction.end_time),
    )
    is_open = WaterRestriction.end_time.is_(None)
    row = unit.connection.execute(
        select(Subject.nickname, Subject.death_date, is_open.label("is_open"), overlaps.label("overlaps"))
        .join(Subject, Subject.id == WaterRestriction.subject_id)
        .where(WaterRestriction.id == restriction_id)
    ).first()
    if row is None:
        return
    if row.overlaps:
        raise Refused(f"{row.nickname} has another restriction at this time by now.", "subject")
    if row.is_open and row.death_date is not None:
        raise Refused(f"{row.nickname} is dead: no restriction can start.", "subject")


def check_period(
    unit: Unit, of: Animal, restriction_id: UUID, start: datetime, end: datetime | None, now: datetime
) -> None:
    """Whether an animal can be on this restriction from ``start`` on, to ``end`` or until further notice.

    Raises:
        Refused: in the future, before the birth or after the death, or another one is at that time.
    """
    if start > now + CLOCK_TOLERANCE:
        raise Refused("The start is in the future.", "start_time")
    if of.death_date is not None and (end is None or of.day(start) > of.death_date):
        raise Refused(f"{of.nickname} is dead: no restriction can start.", "subject")
    if of.birth_date is not None and of.day(start) < of.birth_date:
        raise Refused(f"{of.nickname} was not born yet at this time.", "start_time")
    values = {"subject": of.id, "own": restriction_id, "start": start}
    for row in unit.connection.execute(_before, values):
        began = row.start_time
        if end is not None and began is not None and began >= end:
            continue
        if row.end_time is None:
            day = "" if began is None else f" since {show_date(of.day(began), now, of.zone)}"
            raise Refused(f"{of.nickname} is on water restriction already{day}.", "subject")
        raise Refused(f"{of.nickname} has another restriction at this time.", "start_time")


def reference_weight(
    unit: Unit, of: Animal, start: datetime, given: float | None, confirmed: frozenset[str]
) -> float:
    """The reference weight in g: the one that was given, else the last weighing within 7 days of the start.

    Raises:
        Refused: it cannot be one, or there is no such weighing.
        Doubtful: the given one is not usual, and that is not ``confirmed``. A weighing was asked about.
    """
    if given is not None:
        values = {"subject": of.id, "until": of.bounds(start)[1]}
        implant = unit.connection.execute(_implant, values).scalar() or 0.0
        ask(check_reference(given, of.usual, implant), confirmed, "reference_weight")
        return given
    weight = weight_before(unit, of, start)
    if weight is None:
        raise Refused(
            f"{of.nickname} was not weighed in the 7 days before.",
            "reference_weight",
            "Weigh it first, or give the reference weight.",
        )
    return weight


def weight_before(unit: Unit, of: Animal, start: datetime) -> float | None:
    """The last weight in g within 7 days before the start of a restriction, that of its day too."""
    span = {"subject": of.id, "until": of.bounds(start)[1], "since": start - REFERENCE_AGE}
    weight: float | None = unit.connection.execute(_last_weighing, span).scalar()
    return weight
