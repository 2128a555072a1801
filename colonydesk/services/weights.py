"""Weighings: record, correct, move to another animal, void. Weights in g."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject, Surgery, Weighing
from colonydesk.db.unit import Unit
from colonydesk.domain.plausibility import CageMate, Reading, WeightFacts, check_weight
from colonydesk.services.animals import Animal, animal
from colonydesk.services.corrections import live_record, void
from colonydesk.services.done import Done, ask, done

_NO_READING = {"reading_raw": None, "reading_stable": None, "balance_serial": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWeighing:
    """``id`` is the new weighing's, made by the client; ``confirmed`` the codes of questions answered yes.

    ``beside``: its ``name`` and ``json``, where there are any.
    """

    command_id: UUID
    id: UUID
    subject_id: UUID
    user_id: UUID
    weight: float
    date_time: datetime
    confirmed: frozenset[str] = frozenset()
    reading_raw: str | None = None
    reading_stable: bool | None = None
    balance_serial: str | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectWeighing:
    """The weighing ``weighing_id`` was noted wrongly: ``id`` is its successor with the right values.

    ``beside`` as of ``RecordWeighing``; what is not given stays.
    """

    command_id: UUID
    id: UUID
    weighing_id: UUID
    user_id: UUID
    weight: float
    date_time: datetime | None = None
    confirmed: frozenset[str] = frozenset()
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWeighing:
    """The weighing was of another animal: ``id`` is its successor there."""

    command_id: UUID
    id: UUID
    weighing_id: UUID
    user_id: UUID
    subject_id: UUID
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidWeighing:
    command_id: UUID
    weighing_id: UUID
    user_id: UUID
    reason: str


def record_weighing(db: Database, command: RecordWeighing, now: datetime) -> Done:
    """Record one weighing.

    Raises:
        Refused: an impossible value; ``field`` says which.
        Doubtful: its questions are not all in ``confirmed``.
        KnownError: the database does not take it. Nothing is written in any of these cases.
    """
    with db.unit(command.command_id, "weighing.record", command.user_id, now) as unit:
        if not unit.repeated:
            check_weighing(
                unit, command.subject_id, command.weight, command.date_time, now, command.confirmed
            )
            row = {
                "id": command.id,
                "user_id": command.user_id,
                "subject_id": command.subject_id,
                "date_time": command.date_time,
                "weight": command.weight,
                "reading_raw": command.reading_raw,
                "reading_stable": command.reading_stable,
                "balance_serial": command.balance_serial,
                **command.beside,
            }
            unit.insert(Weighing, row)
            unit.touch(Subject, command.subject_id)
    return done(unit)


def correct_weighing(db: Database, command: CorrectWeighing, now: datetime) -> Done:
    """Replace a weighing by a right one; the old one stays, marked. Raises as ``record_weighing``."""
    with db.unit(command.command_id, "weighing.correct", command.user_id, now) as unit:
        if not unit.repeated:
            changes: dict[str, Any] = {"weight": command.weight, **command.beside}
            if command.date_time is not None:
                changes["date_time"] = command.date_time
            _replace(unit, command, changes, "corrected", now)
    return done(unit)


def move_weighing(db: Database, command: MoveWeighing, now: datetime) -> Done:
    """Give a weighing to the animal it was of; the old one stays, marked. Raises as ``record_weighing``."""
    with db.unit(command.command_id, "weighing.move", command.user_id, now) as unit:
        if not unit.repeated:
            _replace(unit, command, {"subject_id": command.subject_id}, "moved to another animal", now)
    return done(unit)


def void_weighing(db: Database, command: VoidWeighing, now: datetime) -> Done:
    """Take a weighing out of every sum; it stays, marked with the reason."""
    with db.unit(command.command_id, "weighing.void", command.user_id, now) as unit:
        if not unit.repeated:
            old = live_record(unit, Weighing, command.weighing_id)
            void(unit, Weighing, old, command.reason)
    return done(unit)


def _replace(
    unit: Unit, command: CorrectWeighing | MoveWeighing, changes: dict[str, Any], reason: str, now: datetime
) -> None:
    old = live_record(unit, Weighing, command.weighing_id)
    new = {**old, **changes, "id": command.id}
    if new["weight"] != old["weight"]:
        new |= _NO_READING  # the balance gave the number that was wrong
    check_weighing(
        unit, new["subject_id"], new["weight"], new["date_time"], now, command.confirmed, replaced=old["id"]
    )
    unit.insert(Weighing, new)
    unit.touch(Subject, new["subject_id"])
    void(unit, Weighing, old, reason, successor=command.id)


def check_weighing(
    unit: Unit,
    subject_id: UUID,
    weight: float,
    date_time: datetime,
    now: datetime,
    confirmed: frozenset[str],
    replaced: UUID | None = None,
) -> None:
    """Whether a weighing can be; ``replaced`` is left aside: one whose place it takes, or itself.

    Raises:
        Refused: an impossible value. Doubtful: its questions are not all in ``confirmed``.
    """
    of = animal(unit.connection, subject_id)
    questions = check_weight(weight, date_time, now, _facts(unit, of, date_time, replaced))
    ask(questions, confirmed, "weight")


_subject = aliased(Subject)


def _latest(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """Of the animal of the outer row: its latest weighing that counts, before the end of the entry's day."""
    return (
        select(column)
        .where(
            Weighing.subject_id == _subject.id,
            Weighing.voided_at.is_(None),
            Weighing.date_time < bindparam("until"),
            Weighing.id != bindparam("replaced"),
        )
        .order_by(Weighing.date_time.desc(), Weighing.created_at.desc(), Weighing.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_implant = (
    select(Surgery.implant_weight)
    .where(
        Surgery.subject_id == _subject.id, Surgery.implant_weight > 0, Surgery.start_time < bindparam("until")
    )
    .order_by(Surgery.start_time.desc(), Surgery.created_at.desc(), Surgery.id.desc())
    .limit(1)
    .scalar_subquery()
)

# The animal itself and the living ones of its cage, each with its latest weighing.
_select_cage = select(
    _subject.id,
    _subject.nickname,
    _latest(Weighing.weight).label("weight"),
    _latest(Weighing.date_time).label("date_time"),
    _implant.label("implant_weight"),
).where(
    or_(
        _subject.id == bindparam("subject"),
        and_(
            _subject.cage == bindparam("cage"),
            _subject.lab_id == bindparam("lab"),
            _subject.death_date.is_(None),
        ),
    )
)

_NOBODY = UUID(int=0)


def _facts(unit: Unit, of: Animal, date_time: datetime, replaced: UUID | None) -> WeightFacts:
    begin, end = of.bounds(date_time)
    rows = unit.connection.execute(
        _select_cage,
        {
            "subject": of.id,
            "cage": of.cage,
            "lab": of.lab_id,
            "until": end,
            "replaced": replaced or _NOBODY,
        },
    ).all()
    own = next(row for row in rows if row.id == of.id)
    last = Reading(own.weight, own.date_time) if own.weight is not None else None
    return WeightFacts(
        zone=of.zone,
        birth_date=of.birth_date,
        death_date=of.death_date,
        usual=of.usual,
        implant_weight=own.implant_weight or 0.0,
        last=last,
        same_day=last if last is not None and last.date_time >= begin else None,
        cage_mates=tuple(
            CageMate(row.nickname, row.weight) for row in rows if row.id != of.id and row.weight is not None
        ),
    )
