"""Where one animal has lived, from when to when, and with whom; and where a breeding pair lives."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.orm import aliased

from colonydesk.db.tables import BreedingPair, CageType, Enrichment, Food, Housing, HousingSubject, Subject


@dataclass(frozen=True, slots=True)
class Mate:
    """Another animal that was in the cage at some time of the stay."""

    id: UUID
    nickname: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """``id`` is the stay's (housing_subject); ``light_cycle`` its code."""

    id: UUID
    housing_id: UUID
    cage: str | None
    since: datetime
    until: datetime | None
    cage_type: str | None
    enrichment: str | None
    food: str | None
    cleaning_days: int | None
    light_cycle: int | None
    mates: tuple[Mate, ...]


_stays = (
    select(
        HousingSubject.id,
        HousingSubject.housing_id,
        Housing.cage_name,
        HousingSubject.start_datetime,
        HousingSubject.end_datetime,
        CageType.name.label("cage_type"),
        Enrichment.name.label("enrichment"),
        Food.name.label("food"),
        Housing.cage_cleaning_frequency_days,
        Housing.light_cycle,
    )
    .join(Housing, Housing.id == HousingSubject.housing_id)
    .outerjoin(CageType, CageType.id == Housing.cage_type_id)
    .outerjoin(Enrichment, Enrichment.id == Housing.enrichment_id)
    .outerjoin(Food, Food.id == Housing.food_id)
    .where(HousingSubject.subject_id == bindparam("subject"))
    .order_by(HousingSubject.start_datetime.desc(), HousingSubject.id)
)
_own = aliased(HousingSubject)
_mates = (
    select(
        _own.id.label("stay_id"),
        Subject.id,
        Subject.nickname,
        HousingSubject.start_datetime,
        HousingSubject.end_datetime,
    )
    .select_from(_own)
    .join(HousingSubject, HousingSubject.housing_id == _own.housing_id)
    .join(Subject, Subject.id == HousingSubject.subject_id)
    .where(
        _own.subject_id == bindparam("subject"),
        HousingSubject.subject_id != bindparam("subject"),
        or_(_own.end_datetime.is_(None), HousingSubject.start_datetime < _own.end_datetime),
        or_(HousingSubject.end_datetime.is_(None), HousingSubject.end_datetime > _own.start_datetime),
    )
    .order_by(Subject.nickname, HousingSubject.start_datetime, Subject.id)
)


def housing_of(connection: Connection, subject_id: UUID) -> tuple[Stay, ...]:
    """The stays of one animal, the last first: two statements."""
    mates: dict[UUID, list[Mate]] = defaultdict(list)
    for row in connection.execute(_mates, {"subject": subject_id}):
        mate: tuple[Any, ...] = row[1:]
        mates[row.stay_id].append(Mate(*mate))
    found = []
    for lived in connection.execute(_stays, {"subject": subject_id}):
        stay: list[Any] = [*lived, tuple(mates.get(lived.id, ()))]
        found.append(Stay(*stay))
    return tuple(found)


def cage_of_pair(connection: Connection, pair_id: UUID) -> str | None:
    """The cage that the living parents of a breeding pair share; None where they do not: one statement."""
    own = BreedingPair.__table__.c
    parents = (
        select(Subject.cage)
        .distinct()
        .join(BreedingPair, Subject.id.in_((own.father_id, own.mother1_id, own.mother2_id)))
    )
    living = parents.where(own.id == pair_id, Subject.death_date.is_(None))
    cages = connection.execute(living).scalars().all()
    return cages[0] if len(cages) == 1 else None
