"""The animal in hand: what is shown of it beside the fields, and the facts the fields compute with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Executable, bindparam, func, select

from colonydesk.db.facts import facts_of
from colonydesk.db.tables import Lab, LabMember, Line, Note, Subject, WaterRestriction, WaterType
from colonydesk.domain.errors import Refused
from colonydesk.domain.facts import Facts
from colonydesk.queries.curve import curve_of
from colonydesk.queries.curve_data import Curve


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
_noted = Note.__table__.alias("noted")
_open = (
    select(_held.c.id)
    .where(_held.c.subject_id == Subject.id, _held.c.end_time.is_(None))
    .order_by(_held.c.start_time.desc())
    .limit(1)
    .correlate(Subject)
    .scalar_subquery()
)
_last_note = (
    select(_noted.c.id)
    .where(_noted.c.object_id == Subject.id, _noted.c.content_type == "subject")
    .order_by(_noted.c.date_time.desc(), _noted.c.id)
    .limit(1)
    .correlate(Subject)
    .scalar_subquery()
)
_cards = (
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
        Note.date_time.label("noted_at"),
        Note.text,
        Note.image,
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(LabMember, LabMember.id == Subject.responsible_user_id)
    .outerjoin(WaterRestriction, WaterRestriction.id == _open)
    .outerjoin(WaterType, WaterType.id == WaterRestriction.water_type_id)
    .outerjoin(Note, Note.id == _last_note)
)
_of_subject = _cards.where(Subject.id == bindparam("subject"))
_in_cage = _cards.where(
    Subject.cage == bindparam("cage"), Subject.death_date.is_(None), Subject.is_human.is_(False)
).order_by(Subject.nickname, Subject.id)


def card(connection: Connection, subject_id: UUID) -> Card:
    """Everything shown of one animal: a constant seven statements.

    Raises:
        Refused: when the animal is no longer there, or is a human subject.
    """
    for found in _read(connection, _of_subject, {"subject": subject_id}):
        return found
    raise Refused("This animal is no longer in the database.", "subject")


def in_hand(connection: Connection, subject_id: UUID, now: datetime) -> tuple[Card, Curve]:
    """The card of an animal and its curve, from one reading of its records: eight statements.

    Raises as ``card``.
    """
    found = card(connection, subject_id)
    return found, curve_of(connection, found.id, found.nickname, found.facts, now)


def cards_in_cage(connection: Connection, cage: str) -> tuple[Card, ...]:
    """The living animals of a cage, by nickname; as many statements as for one."""
    return _read(connection, _in_cage, {"cage": cage})


def _read(connection: Connection, statement: Executable, values: dict[str, Any]) -> tuple[Card, ...]:
    rows = connection.execute(statement, values).all()
    facts = facts_of(connection, [row.id for row in rows])
    found = []
    for row in rows:
        if row.id not in facts:
            raise Refused(f"{row.nickname} is a human subject: nothing of husbandry is recorded.", "subject")
        *shown, noted_at, text, image = row
        note = None if noted_at is None else CardNote(noted_at, text or "", image)
        fields: list[Any] = [*shown, note, facts[row.id]]
        found.append(Card(*fields))
    return tuple(found)
