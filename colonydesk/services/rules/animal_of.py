"""The animal that a record is about, locked until the unit of work ends."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.tables import Lab, Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.days import zone
from colonydesk.domain.errors import Refused
from colonydesk.services.animals import Animal, animal


def animal_of(unit: Unit, values: Mapping[str, Any]) -> Animal:
    """The animal of a record.

    Raises:
        Refused: none is named, it is no longer there, or it is a human subject (no husbandry).
    """
    with of_its_column():
        return animal(unit.connection, _named(values))


def subject_of(unit: Unit, values: Mapping[str, Any]) -> Animal:
    """The subject of a record, which may be a human one. Raises Refused: none is named, or it is gone."""
    subject_id = _named(values)
    person = unit.connection.execute(
        select(Subject.nickname, Subject.birth_date, Subject.death_date, Subject.lab_id, Lab.timezone)
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .where(Subject.id == subject_id, Subject.is_human.is_(True))
        .with_for_update(of=Subject, key_share=True)
    ).first()
    if person is None:
        return animal_of(unit, values)
    return Animal(
        subject_id,
        person.nickname,
        person.birth_date,
        person.death_date,
        cage=None,
        lab_id=person.lab_id,
        zone=zone(person.timezone or "UTC").info,
        usual=None,
    )


@contextmanager
def of_its_column() -> Iterator[None]:
    """What is refused of the animal stands at the record's column."""
    try:
        yield
    except Refused as refused:
        if refused.field != "subject":
            raise
        raise Refused(str(refused), "subject_id", refused.hint) from refused


def _named(values: Mapping[str, Any]) -> UUID:
    subject_id: UUID | None = values.get("subject_id")
    if subject_id is None:
        raise Refused("Choose the animal.", "subject_id")
    return subject_id
