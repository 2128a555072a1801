"""The animal in hand: what is shown of it beside the fields, and the facts the fields compute with."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from colonydesk.db.damaged import damage_in_words
from colonydesk.db.facts import facts_beside, facts_of
from colonydesk.db.plain import Reading, Rows, Statement, day, key, moment, rows
from colonydesk.domain.errors import Refused
from colonydesk.domain.facts import Facts
from colonydesk.queries.curve import NOTES, drawn, marks
from colonydesk.queries.curve_data import Curve


class CardNote(NamedTuple):
    """``image`` holds the picture's bytes, as they are stored."""

    date_time: datetime
    text: str
    image: bytes | None


class Card(NamedTuple):
    """``restriction_id`` is of the restriction that holds, else of one that can still be ended;
    ``restriction_start`` is its start, None where nobody noted it, ``water_type`` the name of its water."""

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
    restriction_start: datetime | None
    water_type: str | None
    cage_mates: int
    note: CardNote | None
    facts: Facts


_TEXT = """
SELECT
    subject.nickname, lab.name, coalesce(lab.timezone, 'UTC'), subject.cage, subject.ear_mark, subject.sex,
    DAY(subject.birth_date), DAY(subject.death_date), line.nickname, lab_member.username, subject.description,
    subject.to_be_culled, ID(held.id), TIME(held.start_time), water_type.name,
    (
        SELECT count(*) FROM subject AS mate
        WHERE mate.cage = subject.cage AND mate.lab_id = subject.lab_id AND mate.death_date IS NULL
            AND mate.id <> subject.id
    ),
    ID(subject.id), TIME(note.date_time), note.text, note.image
FROM subject
LEFT JOIN lab ON lab.id = subject.lab_id
LEFT JOIN line ON line.id = subject.line_id
LEFT JOIN lab_member ON lab_member.id = subject.responsible_user_id
LEFT JOIN water_restriction AS held ON held.id = (
    SELECT one.id FROM water_restriction AS one
    WHERE one.subject_id = subject.id
        AND (one.end_time IS NULL OR (one.end_time > :now AND coalesce(one.start_time < one.end_time, true)))
    ORDER BY
        one.start_time IS NULL OR one.start_time > :now, one.start_time IS NULL, one.start_time DESC,
        one.created_at DESC, one.id DESC
    LIMIT 1
)
LEFT JOIN water_type ON water_type.id = held.water_type_id
LEFT JOIN note ON note.id = (
    SELECT one.id FROM note AS one
    WHERE one.object_id = subject.id AND one.content_type = 'subject'
    ORDER BY one.date_time DESC, one.id LIMIT 1
)
WHERE {which}
"""
_OF_SUBJECT = Statement(_TEXT, which="subject.id = :subject")
_IN_CAGE = Statement(
    _TEXT,
    which="""subject.cage = :cage AND coalesce(lab.name, '') = :lab AND subject.death_date IS NULL
    AND NOT subject.is_human
ORDER BY subject.nickname, subject.id""",
)


def card(connection: Reading, subject_id: UUID, now: datetime) -> Card:
    """Everything shown of one animal at ``now``: a constant seven statements.

    Raises:
        Refused: when the animal is no longer there, or is a human subject.
        KnownError: its record is damaged.
    """
    with damage_in_words(connection):
        facts, (found,) = facts_beside(connection, subject_id, [_OF_SUBJECT], now)
        return _only(found, facts)


def in_hand(connection: Reading, subject_id: UUID, now: datetime) -> tuple[Card, Curve]:
    """The card of an animal and its curve, from one reading of its records: eight statements.

    Raises as ``card``.
    """
    with damage_in_words(connection):
        facts, (found, notes) = facts_beside(connection, subject_id, [_OF_SUBJECT, NOTES], now)
        shown = _only(found, facts)
    return shown, drawn(shown.id, shown.nickname, shown.facts, marks(notes), now)


def cards_in_cage(connection: Reading, cage: str, lab: str | None, now: datetime) -> tuple[Card, ...]:
    """The living animals of a cage of the lab of this name, by nickname; as many statements as for one."""
    with damage_in_words(connection):
        found = rows(connection, _IN_CAGE, {"cage": cage, "lab": lab or "", "now": now})
        facts = facts_of(connection, [UUID(row[_ID]) for row in found])
        return tuple(_card(row, facts.get(UUID(row[_ID]))) for row in found)


def _only(found: Rows, facts: Facts | None) -> Card:
    for row in found:
        return _card(row, facts)
    raise Refused("This animal is no longer in the database.", "subject")


_ID = 16


def _card(row: tuple[Any, ...], facts: Facts | None) -> Card:
    """
    Raises:
        Refused: a human subject.
    """
    nickname, lab, timezone, cage, ear_mark, sex, birth, death, line, responsible, description, *rest = row
    to_be_culled, restriction, started_at, water_type, cage_mates, id_, noted_at, text, image = rest
    if facts is None:
        raise Refused(f"{nickname} is a human subject: nothing of husbandry is recorded.", "subject")
    noted = moment(noted_at)
    return Card(
        id=UUID(id_),
        nickname=nickname,
        lab=lab,
        timezone=timezone,
        cage=cage,
        ear_mark=ear_mark,
        sex=sex,
        birth_date=day(birth),
        death_date=day(death),
        line=line,
        responsible_user=responsible,
        description=description,
        to_be_culled=bool(to_be_culled),
        restriction_id=key(restriction),
        restriction_start=moment(started_at),
        water_type=water_type,
        cage_mates=cage_mates,
        note=None if noted is None else CardNote(noted, text or "", image),
        facts=facts,
    )
