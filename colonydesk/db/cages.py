"""Which housings are cages of today, and which were: shared by what is read and what is saved.

A cage has a housing for each of its conditions, and for each time it was taken anew, all of one name. One of
them is past once another stands for the cage: nobody lives in it, and animals of the same lab have moved into
another of its name since, or that one was made since. Empty alone, it is still the cage.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, exists, func, null, or_, select
from sqlalchemy.orm import aliased

from colonydesk.db.tables import Housing, HousingSubject, Lab, Subject


def animals_in(housing: FromClause) -> Any:
    """How many living animals are in the housing of the outer row."""
    stay, animal = aliased(HousingSubject), aliased(Subject)
    inside = select(func.count()).select_from(stay).join(animal, animal.id == stay.subject_id)
    here = stay.housing_id == housing.c.id, stay.end_datetime.is_(None), animal.death_date.is_(None)
    return inside.where(*here).correlate(housing).scalar_subquery()


def past_since(housing: FromClause) -> ColumnElement[Any]:
    """When the last one left the housing of the outer row, where it is past; else NULL."""
    stay = aliased(HousingSubject)
    ended = func.max(func.coalesce(stay.end_datetime, stay.start_datetime), type_=stay.end_datetime.type)
    end = select(ended).where(stay.housing_id == housing.c.id).correlate(housing).scalar_subquery()
    return case((is_past(housing), end), else_=null())


def timezone_of(housing: FromClause) -> Any:
    """The time zone of a lab whose animals have been in the housing of the outer row."""
    zone = (
        select(func.min(Lab.timezone))
        .select_from(HousingSubject)
        .join(Subject, Subject.id == HousingSubject.subject_id)
        .join(Lab, Lab.id == Subject.lab_id)
    )
    return zone.where(HousingSubject.housing_id == housing.c.id).correlate(housing).scalar_subquery()


def is_past(housing: FromClause) -> ColumnElement[bool]:
    """Whether another housing stands for the cage of the housing of the outer row."""
    inside, living = aliased(HousingSubject), aliased(Subject)
    is_lived_in = (
        exists()
        .where(
            inside.housing_id == housing.c.id,
            inside.end_datetime.is_(None),
            living.id == inside.subject_id,
            living.death_date.is_(None),
        )
        .correlate(housing)
    )
    other = aliased(Housing)
    last = aliased(HousingSubject)
    moved_in = select(func.max(last.start_datetime)).where(last.housing_id == housing.c.id)
    moved_in_last = moved_in.correlate(housing).scalar_subquery()
    any_stay = aliased(HousingSubject)
    made_since = and_(
        other.created_at > moved_in_last, ~exists().where(any_stay.housing_id == other.id).correlate(other)
    )
    instead = exists().where(
        other.cage_name == housing.c.cage_name,
        other.id != housing.c.id,
        or_(made_since, _lived_in_since(other, housing, moved_in_last)),
    )
    return and_(~is_lived_in, instead.correlate(housing))


def _lived_in_since(other: Any, housing: FromClause, moment: Any) -> ColumnElement[bool]:
    """Whether an animal of the same lab lives in the other one, or has moved in there after this moment."""
    stay, animal = aliased(HousingSubject), aliased(Subject)
    before, mate = aliased(HousingSubject), aliased(Subject)
    same_lab = exists().where(
        before.housing_id == housing.c.id,
        mate.id == before.subject_id,
        mate.lab_id.is_not_distinct_from(animal.lab_id),
    )
    is_there = and_(stay.end_datetime.is_(None), animal.death_date.is_(None))
    return (
        exists()
        .where(
            stay.housing_id == other.id,
            animal.id == stay.subject_id,
            or_(is_there, stay.start_datetime > moment),
            same_lab.correlate(housing, animal),
        )
        .correlate(housing, other)
    )
