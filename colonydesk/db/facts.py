"""The records of animals, loaded as the facts that the husbandry rules are asked about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from colonydesk.db.plain import NO_TIME, Key, Reading, Rows, Statement, all_rows, days, floats, times
from colonydesk.db.rules import RULES, Rules, rules_of
from colonydesk.domain.days import date_of
from colonydesk.domain.facts import NEVER, Facts


class Animal(NamedTuple):
    """An animal's facts and what it is called."""

    id: UUID
    nickname: str
    lab: str | None
    facts: Facts


class Group(NamedTuple):
    """One kind of record: its rows of (animal, columns ...), those of an animal side by side and in order."""

    rows: Rows
    places: dict[Key, slice]

    def columns(self, animal: Key, count: int) -> list[tuple[Any, ...]]:
        chosen = self.rows[self.places.get(animal, slice(0, 0))]
        return list(zip(*chosen, strict=True))[1:] if chosen else [()] * count


_Pair = tuple[Statement, Statement]
"""A statement for some animals, and for all."""


def _of_animals(text: str, animal: str) -> _Pair:
    return Statement(text, some=f"AND {animal} AMONG(:subjects)"), Statement(text, some="")


_ANIMALS = _of_animals(
    """
SELECT
    ID(subject.id), subject.nickname, subject.sex, DAY(subject.birth_date), DAY(subject.death_date),
    ID(subject.lab_id), ID(line.growth_curve_id), ID(coalesce(subject.strain_id, line.strain_id)),
    ID(coalesce(subject.species_id, line.species_id))
FROM subject LEFT JOIN line ON line.id = subject.line_id
WHERE NOT subject.is_human {some}
ORDER BY subject.nickname, subject.id
""",
    "subject.id",
)
_WEIGHINGS = _of_animals(
    """
SELECT ID(subject_id), TIME(date_time), weight FROM weighing
WHERE voided_at IS NULL {some}
ORDER BY weighing.subject_id, date_time, created_at, id
""",
    "subject_id",
)
_WATERS = _of_animals(
    """
SELECT ID(subject_id), TIME(date_time), water_administered, session_id IS NOT NULL, adlib
FROM water_administration
WHERE voided_at IS NULL {some}
ORDER BY water_administration.subject_id, date_time, created_at, id
""",
    "subject_id",
)
_SURGERIES = _of_animals(
    """
SELECT ID(subject_id), TIME(start_time), implant_weight FROM surgery
WHERE implant_weight > 0 AND start_time IS NOT NULL {some}
ORDER BY surgery.subject_id, start_time, created_at, id
""",
    "subject_id",
)
_RESTRICTIONS = _of_animals(
    """
SELECT ID(subject_id), TIME(start_time), TIME(end_time), reference_weight FROM water_restriction
WHERE start_time IS NOT NULL {some}
ORDER BY water_restriction.subject_id, start_time, created_at, id
""",
    "subject_id",
)


_PAIRS = (_WEIGHINGS, _WATERS, _SURGERIES, _RESTRICTIONS, _ANIMALS)
_OF_SOME = [RULES, *(some for some, _every in _PAIRS)]
_OF_ALL = [RULES, *(every for _some, every in _PAIRS)]


def animals(connection: Reading, subject_ids: Sequence[UUID] | None) -> list[Animal]:
    """The animals of these ids, or all, by nickname; human subjects are none. Always six statements."""
    if subject_ids is None:
        return _animals_of(all_rows(connection, _OF_ALL))
    return _animals_of(all_rows(connection, _OF_SOME, {"subjects": list(subject_ids)}))


def facts_beside(
    connection: Reading, subject_id: UUID, others: Sequence[Statement], now: datetime
) -> tuple[Facts | None, list[Rows]]:
    """The facts of one animal (None for a human subject, and one that is not there), and the rows of other
    statements of ``:subject`` and ``:now``, all of them in one way to the server and back."""
    values = {"subjects": [subject_id], "subject": subject_id, "now": now}
    found = all_rows(connection, [*_OF_SOME, *others], values)
    made = _animals_of(found[: len(_OF_SOME)])
    return (made[0].facts if made else None), found[len(_OF_SOME) :]


def facts_of(connection: Reading, subject_ids: Sequence[UUID]) -> dict[UUID, Facts]:
    """The facts of these animals by id; human subjects and ids that are not there are left out."""
    return {animal.id: animal.facts for animal in animals(connection, subject_ids)}


def _animals_of(found: list[Rows]) -> list[Animal]:
    known, *groups, of_animals = found
    rules, grouped = rules_of(known), [group(rows) for rows in groups]
    return [animal_of(row, rules, grouped) for row in of_animals]


def group(found: Rows) -> Group:
    """Rows in order of (animal, time)."""
    places: dict[Key, slice] = {}
    begin = 0
    for place, row in enumerate(found):
        if place and row[0] != found[place - 1][0]:
            places[found[begin][0]] = slice(begin, place)
            begin = place
    if found:
        places[found[begin][0]] = slice(begin, len(found))
    return Group(found, places)


def animal_of(row: Sequence[Any], known: Rules, groups: Sequence[Group]) -> Animal:
    """An animal of the columns of ``_ANIMALS``, and the groups: weighings, waters, surgeries, restrictions.

    Raises:
        ValueError: something in them is no value of its kind.
    """
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
