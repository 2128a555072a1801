"""The records of animals, loaded as the facts that the husbandry rules are asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from colonydesk.db.raw import NO_TIME, Key, Statement, days, floats, raw_day, raw_id, raw_time, times
from colonydesk.db.rules import Rules, rules
from colonydesk.db.tables import (
    Line,
    Subject,
    Surgery,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.domain.days import date_of
from colonydesk.domain.facts import NEVER, Facts


@dataclass(frozen=True, slots=True, eq=False)
class Animal:
    """An animal's facts and what it is called."""

    id: UUID
    nickname: str
    lab: str | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class _Group:
    """One kind of record: its rows of (animal, columns ...), those of an animal side by side and in order."""

    rows: Sequence[tuple[Any, ...]]
    places: dict[Key, slice]

    def columns(self, animal: Key, count: int) -> list[tuple[Any, ...]]:
        chosen = self.rows[self.places.get(animal, slice(0, 0))]
        return list(zip(*chosen, strict=True))[1:] if chosen else [()] * count


def _of_animals(statement: Statement, animal: InstrumentedAttribute[Any]) -> tuple[Statement, Statement]:
    """A statement for some animals, and for all."""
    return statement.where(animal.in_(bindparam("subjects", expanding=True))), statement


_animals = _of_animals(
    select(
        raw_id(Subject.id),
        Subject.nickname,
        Subject.sex,
        raw_day(Subject.birth_date),
        raw_day(Subject.death_date),
        raw_id(Subject.lab_id),
        raw_id(Line.growth_curve_id),
        raw_id(func.coalesce(Subject.strain_id, Line.strain_id)),
        raw_id(func.coalesce(Subject.species_id, Line.species_id)),
    )
    .outerjoin(Line, Line.id == Subject.line_id)
    .where(Subject.is_human.is_(False))
    .order_by(Subject.nickname, Subject.id),
    Subject.id,
)
_weighings = _of_animals(
    select(raw_id(Weighing.subject_id), raw_time(Weighing.date_time), Weighing.weight)
    .where(Weighing.voided_at.is_(None))
    .order_by(Weighing.subject_id, Weighing.date_time, Weighing.created_at, Weighing.id),
    Weighing.subject_id,
)
_waters = _of_animals(
    select(
        raw_id(WaterAdministration.subject_id),
        raw_time(WaterAdministration.date_time),
        WaterAdministration.water_administered,
        WaterAdministration.session_id.is_not(None),
        WaterAdministration.adlib,
    )
    .where(WaterAdministration.voided_at.is_(None))
    .order_by(
        WaterAdministration.subject_id,
        WaterAdministration.date_time,
        WaterAdministration.created_at,
        WaterAdministration.id,
    ),
    WaterAdministration.subject_id,
)
_surgeries = _of_animals(
    select(raw_id(Surgery.subject_id), raw_time(Surgery.start_time), Surgery.implant_weight)
    .where(Surgery.implant_weight > 0, Surgery.start_time.is_not(None))
    .order_by(Surgery.subject_id, Surgery.start_time, Surgery.created_at, Surgery.id),
    Surgery.subject_id,
)
_restrictions = _of_animals(
    select(
        raw_id(WaterRestriction.subject_id),
        raw_time(WaterRestriction.start_time),
        raw_time(WaterRestriction.end_time),
        WaterRestriction.reference_weight,
    )
    .where(WaterRestriction.start_time.is_not(None))
    .order_by(
        WaterRestriction.subject_id,
        WaterRestriction.start_time,
        WaterRestriction.created_at,
        WaterRestriction.id,
    ),
    WaterRestriction.subject_id,
)


def animals(connection: Connection, subject_ids: Sequence[UUID] | None) -> list[Animal]:
    """The animals of these ids, or all, by nickname; human subjects are none. Always six statements."""
    known = rules(connection)
    groups = [
        _group(connection, statements, subject_ids)
        for statements in (_weighings, _waters, _surgeries, _restrictions)
    ]
    return [_animal(row, known, groups) for row in _rows(connection, _animals, subject_ids)]


def facts_of(connection: Connection, subject_ids: Sequence[UUID]) -> dict[UUID, Facts]:
    """The facts of these animals by id; human subjects and ids that are not there are left out."""
    return {animal.id: animal.facts for animal in animals(connection, subject_ids)}


def _rows(
    connection: Connection,
    statements: tuple[Statement, Statement],
    subject_ids: Sequence[UUID] | None,
) -> Sequence[tuple[Any, ...]]:
    some, every = statements
    if subject_ids is None:
        return connection.execute(every).all()
    return connection.execute(some, {"subjects": list(subject_ids)}).all()


def _group(
    connection: Connection,
    statements: tuple[Statement, Statement],
    subject_ids: Sequence[UUID] | None,
) -> _Group:
    rows = _rows(connection, statements, subject_ids)
    places: dict[Key, slice] = {}
    begin = 0
    for place, row in enumerate(rows):
        if place and row[0] != rows[place - 1][0]:
            places[rows[begin][0]] = slice(begin, place)
            begin = place
    if rows:
        places[rows[begin][0]] = slice(begin, len(rows))
    return _Group(rows, places)


def _animal(row: tuple[Any, ...], known: Rules, groups: list[_Group]) -> Animal:
    key, nickname, sex, birth, death, lab_id, of_line, strain, species = row
    lab = known.lab(lab_id)
    weighings, waters, surgeries, restrictions = groups
    weighed_at, weights = weighings.columns(key, 2)
    given_at, amounts, in_session, adlib = waters.columns(key, 4)
    operated_at, implants = surgeries.columns(key, 2)
    starts, ends, references = restrictions.columns(key, 3)
    until = times(ends)
    born, died = days([birth, death]).tolist()
    facts = Facts(
        lab=lab.rules,
        sex=sex,
        birth_date=None if birth is None else date_of(born),
        death_date=None if death is None else date_of(died),
        curve=known.curve(of_line, strain, species, lab),
        weighing_times=times(weighed_at),
        weights=floats(weights),
        surgery_times=times(operated_at),
        implant_weights=floats(implants),
        restriction_starts=times(starts),
        restriction_ends=np.where(until == NO_TIME, NEVER, until),
        reference_weights=floats(references),
        water_times=times(given_at),
        water_amounts=floats(amounts),
        water_in_session=np.array(in_session, dtype=np.bool_),
        water_adlib=np.array(adlib, dtype=np.bool_),
    )
    return Animal(UUID(key), nickname, lab.name, facts)
