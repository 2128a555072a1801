"""The animal in hand: what is shown of it beside the fields, and the facts the fields compute with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select

from colonydesk.db.facts import facts_of
from colonydesk.db.tables import Lab, LabMember, Line, Note, Subject, WaterRestriction, WaterType
from colonydesk.domain.errors import Refused
from colonydesk.domain.facts import Facts


@dataclass(frozen=True, slots=True)
class CardNote:
    """``image`` holds the picture's bytes, as they are stored."""

    date_time: datetime
    text: str
    image: bytes | None


@dataclass(frozen=True, slots=True)
class Card:
    """``restriction_id`` is the open restriction's, ``water_type`` the name of its water."""

    id: UUID
    nickname: str
    lab: str | None
    timezone: str
    cage: str | None
    ear_mark: str | None
    sex: str
    birth_date: date | None
    death_date: date | None
    line: str | None
    responsible_user: str | None
    description: str | None
    to_be_culled: bool
    restriction_id: UUID | None
    water_type: str | None
    cage_mates: int
    note: CardNote | None
    facts: Facts


_mate = Subject.__table__.alias("mate")
_held = WaterRestriction.__table__.alias("held")
_open = (
    select(_held.c.id)
    .where(_held.c.subject_id == Subject.id, _held.c.end_time.is_(None))
    .order_by(_held.c.start_time.desc())
    .limit(1)
    .correlate(Subject)
    .scalar_subquery()
)
_card = (
    select(
        Subject.id,
        Subject.nickname,
        Lab.name.label("lab"),
        func.coalesce(Lab.timezone, "UTC").label("timezone"),
        Subject.cage,
        Subject.ear_mark,
        Subject.sex,
        Subject.birth_date,
        Subject.death_date,
        Line.nickname.label("line"),
        LabMember.username.label("responsible_user"),
        Subject.description,
        Subject.to_be_culled,
        WaterRestriction.id.label("restriction_id"),
        WaterType.name.label("water_type"),
        select(func.count())
        .where(
            _mate.c.cage == Subject.cage,
            _mate.c.lab_id == Subject.lab_id,
            _mate.c.death_date.is_(None),
            _mate.c.id != Subject.id,
        )
        .scalar_subquery()
        .label("cage_mates"),
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(LabMember, LabMember.id == Subject.responsible_user_id)
    .outerjoin(WaterRestriction, WaterRestriction.id == _open)
    .outerjoin(WaterType, WaterType.id == WaterRestriction.water_type_id)
    .where(Subject.id == bindparam("subject"))
)
_note = (
    select(Note.date_time, Note.text, Note.image)
    .where(Note.object_id == bindparam("subject"), Note.content_type == "subject")
    .order_by(Note.date_time.desc(), Note.id)
    .limit(1)
)


def card(connection: Connection, subject_id: UUID) -> Card:
    """Everything shown of one animal: a constant eight statements.

    Raises:
        Refused: when the animal is no longer there.
    """
    row = connection.execute(_card, {"subject": subject_id}).first()
    if row is None:
        raise Refused("This animal is no longer in the database.", "subject")
    note = connection.execute(_note, {"subject": subject_id}).first()
    known = CardNote(note.date_time, note.text or "", note.image) if note else None
    values: list[Any] = [*row, known, facts_of(connection, (subject_id,))[subject_id]]
    return Card(*values)


_in_cage = (
    select(Subject.id)
    .where(Subject.cage == bindparam("cage"), Subject.death_date.is_(None), Subject.is_human.is_(False))
    .order_by(Subject.nickname, Subject.id)
)


def cards_in_cage(connection: Connection, cage: str) -> tuple[Card, ...]:
    """The living animals of a cage, by nickname."""
    return tuple(card(connection, one) for one in connection.execute(_in_cage, {"cage": cage}).scalars())
