"""Culls: of one animal or of several at once, and the bodies that are used up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Cull, Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.codes import SEVERITY
from colonydesk.domain.days import show_date
from colonydesk.domain.errors import Question, Refused
from colonydesk.services.animals import Animal, animal
from colonydesk.services.deaths import check_reduced, die, doubts_of_death
from colonydesk.services.done import Done, ask, done

NAMED_AT_MOST = 5
"""A question about many animals names this many of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CullSubjects:
    """``ids`` are the animals'; a ``severity`` that is given becomes the actual severity of all of them.

    Questions: ``severity`` (none is recorded and none given), ``alone`` (a cage mate is left alone),
    ``death`` (an animal has another date of death in its record), ``later`` (something was done with one
    after that day).
    """

    command_id: UUID
    ids: tuple[UUID, ...]
    user_id: UUID
    date: date
    cull_reason_id: UUID | None = None
    cull_method_id: UUID | None = None
    description: str | None = None
    severity: int | None = None
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReduceSubjects:
    """The bodies of the dead animals ``ids`` were used up or done away with on ``date``."""

    command_id: UUID
    ids: tuple[UUID, ...]
    user_id: UUID
    date: date


def cull_subjects(db: Database, command: CullSubjects, now: datetime) -> Done:
    """Cull some animals in one unit: all of them, or none.

    Raises:
        Refused: the date cannot be, an animal has been culled already, or the severity is none of 1 to 5.
        Doubtful: its questions are not all in ``confirmed``.
    """
    with db.unit(command.command_id, "cull.record", command.user_id, now) as unit:
        if unit.repeated:
            return done(unit)
        animals = _animals(unit, command.ids)
        for of in animals:
            check_date(unit, of, command.date)
        ask(doubts(unit, animals, command.date, command.severity), command.confirmed, "actual_severity")
        for of in animals:
            row = {
                "id": uuid4(),
                "user_id": command.user_id,
                "subject_id": of.id,
                "date": command.date,
                "description": command.description,
                "cull_reason_id": command.cull_reason_id,
                "cull_method_id": command.cull_method_id,
            }
            unit.insert(Cull, row)
            if command.severity is not None:
                unit.update(Subject, of.id, {"actual_severity": command.severity})
            die(unit, of, command.date)
    return done(unit)


def reduce_subjects(db: Database, command: ReduceSubjects, now: datetime) -> Done:
    """Set the reduced date of some dead animals in one unit.

    Raises:
        Refused: one is alive or was reduced already, or the date is before its death or in the future.
    """
    with db.unit(command.command_id, "subject.reduce", command.user_id, now) as unit:
        if unit.repeated:
            return done(unit)
        for of in _animals(unit, command.ids):
            if of.death_date is None:
                raise Refused(f"{of.nickname} is alive.", "reduced_date")
            if command.date < of.death_date:
                died = show_date(of.death_date, now, of.zone)
                raise Refused(f"{of.nickname} died on {died}, after this date.", "reduced_date")
            if command.date > of.day(now):
                raise Refused("The date is in the future.", "reduced_date")
            known = select(Subject.reduced_date).where(Subject.id == of.id)
            before = unit.connection.execute(known).scalar_one()
            if before is not None:
                on = show_date(before, now, of.zone)
                raise Refused(f"{of.nickname} was reduced already, on {on}.", "reduced_date")
            unit.update(Subject, of.id, {"reduced_date": command.date})
    return done(unit)


def _animals(unit: Unit, ids: Iterable[UUID]) -> list[Animal]:
    # In one order: two workstations that take the same animals must not wait for each other.
    wanted = sorted(set(ids))
    if not wanted:
        raise Refused("Choose the animals first.", "subject_id")
    return [animal(unit.connection, one) for one in wanted]


def check_date(unit: Unit, of: Animal, day: date, cull_id: UUID | None = None) -> None:
    """Whether this animal can have been culled on this day; ``cull_id`` is its own cull, when that is edited.

    Raises:
        Refused: in the future, before its birth, after it was reduced, or it has been culled already.
    """
    if day > of.day(unit.now):
        raise Refused("The date is in the future.", "date")
    if of.birth_date is not None and day < of.birth_date:
        raise Refused(f"{of.nickname} was not born yet on this date.", "date")
    check_reduced(unit, of, day, "date")
    other = select(Cull.id, Cull.date).where(Cull.subject_id == of.id)
    found = unit.connection.execute(other).first()
    if found is not None and found.id != cull_id:
        on = show_date(found.date, unit.now, of.zone)
        raise Refused(f"{of.nickname} has been culled already, on {on}.", "subject_id")


def doubts(
    unit: Unit, animals: Sequence[Animal], day: date, severity: int | None = None
) -> tuple[Question, ...]:
    """What is asked before these animals are culled together.

    Raises:
        Refused: a severity that is none.
    """
    if severity is not None and severity not in SEVERITY:
        raise Refused("Choose the actual severity from the list.", "actual_severity")
    questions = []
    if severity is None:
        known = select(Subject.id).where(
            Subject.id.in_([of.id for of in animals]), Subject.actual_severity.is_(None)
        )
        unknown = set(unit.connection.execute(known).scalars())
        names = _listed(of.nickname for of in animals if of.id in unknown)
        if names:
            text = f"The actual severity of {names} is not recorded."
            questions.append(Question("severity", text))
    lonely = left_alone(unit, animals)
    if lonely:
        questions.append(Question("alone", f"{lonely}."))
    for of in animals:
        if of.death_date is not None and of.death_date != day:
            died, on = (show_date(one, unit.now, of.zone) for one in (of.death_date, day))
            text = f"By its record {of.nickname} died on {died}; the cull makes it {on}."
            questions.append(Question("death", text))
        if of.death_date != day:
            questions += doubts_of_death(unit, of, day)
    return tuple(questions)


def left_alone(unit: Unit, animals: Sequence[Animal]) -> str:
    """Who stays alone in a cage once these are gone, in words; empty where nobody does."""
    places = {(of.lab_id, of.cage) for of in animals if of.cage and of.death_date is None}
    words = []
    for lab, cage in sorted(places, key=lambda place: place[1] or ""):
        mates = select(Subject.nickname).where(
            Subject.cage == cage,
            Subject.lab_id == lab,
            Subject.death_date.is_(None),
            Subject.id.not_in([of.id for of in animals]),
        )
        left = unit.connection.execute(mates.limit(2)).scalars().all()
        if len(left) == 1:
            words.append(f"{left[0]} is then alone in cage {cage}")
    return "; ".join(words)


def _listed(names: Iterable[str]) -> str:
    """Names for a sentence: "A, B and C", of many the first few and how many more."""
    known = sorted(names)
    if len(known) > NAMED_AT_MOST:
        more = len(known) - NAMED_AT_MOST + 1
        return f"{', '.join(known[: NAMED_AT_MOST - 1])} and {more} more"
    return " and ".join(part for part in (", ".join(known[:-1]), *known[-1:]) if part)
