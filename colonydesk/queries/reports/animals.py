"""What every report says of an animal, and the moments of days on each lab's own clock."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from colonydesk.db.facts import Animal
from colonydesk.db.raw import Statement
from colonydesk.db.tables import Lab, LabMember, Line, Subject
from colonydesk.domain.days import zone
from colonydesk.queries.reports.model import Asked, Column

ANIMAL = (Column("nickname", "Animal"), Column("lab", "Lab"), Column("cage", "Cage"))
RESPONSIBLE = Column("responsible_user", "Responsible")


def described(asked: Asked, *more: Any) -> Statement:
    """The animals of the lab and member that are asked for, by nickname; human subjects are none."""
    return (
        select(
            Subject.id,
            Subject.nickname,
            Lab.name.label("lab"),
            func.coalesce(Lab.timezone, "UTC").label("timezone"),
            Subject.cage,
            Subject.sex,
            Subject.birth_date,
            Subject.death_date,
            Line.nickname.label("line"),
            LabMember.username.label("responsible_user"),
            *more,
        )
        .select_from(Subject)
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .outerjoin(Line, Line.id == Subject.line_id)
        .outerjoin(LabMember, LabMember.id == Subject.responsible_user_id)
        .where(Subject.is_human.is_(False), *scope(asked))
        .order_by(func.lower(Subject.nickname), Subject.id)
    )


def scope(asked: Asked) -> list[ColumnElement[bool]]:
    """The animals that are asked for: of a lab, of a member; without some."""
    found: list[ColumnElement[bool]] = []
    if asked.lab_id is not None:
        found.append(Subject.lab_id == asked.lab_id)
    if asked.member_id is not None:
        found.append(Subject.responsible_user_id == asked.member_id)
    if asked.without:
        found.append(Subject.id.not_in(asked.without))
    return found


def within(asked: Asked, start: Any, end: Any = None) -> ColumnElement[bool]:
    """Whether a moment, or a time with or without an end, falls into the days that are asked for.

    Each lab's days are its own; the statement must have ``Lab`` in it.
    """
    parts = []
    for name in asked.zones:
        begin, until = zone(name).bounds(asked.first)[0], zone(name).bounds(asked.last)[1]
        of_zone = func.coalesce(Lab.timezone, "UTC") == name
        since = start >= begin if end is None else or_(end.is_(None), end >= begin)
        parts.append(and_(of_zone, start < until, since))
    return or_(*parts)


def day_of(animal: Animal, asked: Asked) -> date:
    """The day of a report of one day in an animal's lab: today is the lab's own."""
    return animal.facts.lab.zone.day(asked.now) if asked.is_today else asked.last


def age_in_days(birth: date | None, death: date | None, today: date) -> int | None:
    """Days from the birth to today, or to the death."""
    return None if birth is None else ((death or today) - birth).days


def by_id(connection: Connection, statement: Statement) -> dict[UUID, Any]:
    """The rows of a statement by their ids, in its order."""
    return {row.id: row for row in connection.execute(statement)}
