"""What is wrong between records: parents, litters, sessions within sessions, animals in cages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.orm import aliased

from colonydesk.db.tables import BreedingPair, Housing, HousingSubject, Lab, Litter, Session, Subject
from colonydesk.domain.days import show_day
from colonydesk.queries.problems.problem import OF_ANIMAL, Problem, day_of, of_animal

_PARENTS = (("father", "M", "F"), ("mother1", "F", "M"), ("mother2", "F", "M"))
_SEX = {"M": "male", "F": "female"}


def pairs(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Parents of the wrong sex, or the same animal twice, and pairs that end before they start. One
    statement."""
    own = BreedingPair.__table__.c
    parents = {name: aliased(Subject) for name, *_ in _PARENTS}
    columns = [
        column
        for name, parent in parents.items()
        for column in (
            parent.nickname.label(name),
            parent.sex.label(f"{name}_sex"),
            parent.id.label(f"{name}_id"),
        )
    ]
    statement = select(own.id, own.name, own.start_date, own.end_date, *columns)
    for name, parent in parents.items():
        statement = statement.outerjoin(parent, parent.id == own[f"{name}_id"])
    wrong = or_(
        *(parents[name].sex == sex for name, _, sex in _PARENTS),
        own.mother1_id == own.mother2_id,
        own.end_date < own.start_date,
    )
    for row in connection.execute(statement.where(wrong)):
        yield from _pair(row)


def _pair(row: Any) -> Iterator[Problem]:
    called = row.name or "A breeding pair without a name"

    def problem(code: str, text: str) -> Problem:
        return Problem(code, "breeding_pair", row.id, None, None, None, text)

    for name, right, wrong in _PARENTS:
        if getattr(row, f"{name}_sex") == wrong:
            text = f"{getattr(row, name)} is the {name.rstrip('12')} in it, and is {_SEX[wrong]}"
            yield problem(f"parent_not_{_SEX[right]}", f"{called}: {text}.")
    if row.mother1_id is not None and row.mother1_id == row.mother2_id:
        yield problem("mother_twice", f"{called}: {row.mother1} is both of its mothers.")
    if row.start_date and row.end_date and row.end_date < row.start_date:
        days = f"ends on {show_day(row.end_date)}, before it starts on {show_day(row.start_date)}"
        yield problem("pair_ends_first", f"{called} {days}.")


def litters(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Litters born before one of their parents, or before their pair was put together. One statement."""
    pair = BreedingPair.__table__.c
    parent = aliased(Subject)
    is_parent = parent.id.in_((pair.father_id, pair.mother1_id, pair.mother2_id))
    statement = (
        select(
            Litter.id,
            Litter.name,
            Litter.birth_date,
            pair.start_date,
            parent.nickname,
            parent.birth_date.label("parent_birth"),
        )
        .join(BreedingPair, pair.id == Litter.breeding_pair_id)
        .outerjoin(parent, and_(is_parent, parent.birth_date >= Litter.birth_date))
        .where(or_(parent.id.is_not(None), Litter.birth_date < pair.start_date))
        .order_by(Litter.id)
    )
    told: set[UUID] = set()
    for row in connection.execute(statement):
        born = show_day(row.birth_date)
        if row.parent_birth is not None:
            days = f"born on {born}, its parent {row.nickname} on {show_day(row.parent_birth)}"
            text = f"The litter {row.name} was {days}."
            yield Problem("litter_before_parent", "litter", row.id, None, None, None, text)
        if row.start_date is not None and row.birth_date < row.start_date and row.id not in told:
            told.add(row.id)
            days = f"born on {born}, before its pair began on {show_day(row.start_date)}"
            text = f"The litter {row.name} was {days}."
            yield Problem("litter_before_pair", "litter", row.id, None, None, None, text)


_parent = aliased(Session)
_within = (
    select(
        *OF_ANIMAL,
        Session.id,
        Session.start_time,
        Session.parent_session_id,
        _parent.subject_id.label("parent_subject_id"),
    )
    .join(_parent, _parent.id == Session.parent_session_id)
    .join(Subject, Subject.id == Session.subject_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .order_by(Session.id)
)


def sessions(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Sessions that are a part of themselves, or of another animal's session. One statement."""
    rows = {row.id: row for row in connection.execute(_within)}
    for row in rows.values():
        day = "" if row.start_time is None else f" of {show_day(day_of(row, row.start_time))}"
        if _is_within_itself(row.id, rows):
            text = f"The session of {row.nickname}{day} is a part of itself, through the sessions above it."
            yield of_animal(row, "session_cycle", "session", row.id, text)
        if row.parent_subject_id != row.subject_id:
            text = f"The session of {row.nickname}{day} is a part of another animal's session."
            yield of_animal(row, "session_of_another", "session", row.id, text)


def _is_within_itself(start: UUID, rows: dict[UUID, Any]) -> bool:
    seen: set[UUID] = set()
    here = start
    while here in rows and here not in seen:
        seen.add(here)
        here = rows[here].parent_session_id
        if here == start:
            return True
    return False


_stays = (
    select(
        *OF_ANIMAL,
        Subject.cage,
        HousingSubject.id,
        HousingSubject.start_datetime,
        HousingSubject.end_datetime,
        Housing.cage_name,
    )
    .join(Subject, Subject.id == HousingSubject.subject_id)
    .join(Housing, Housing.id == HousingSubject.housing_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .where(
        or_(
            HousingSubject.end_datetime.is_(None),
            HousingSubject.end_datetime < HousingSubject.start_datetime,
        )
    )
    .order_by(HousingSubject.subject_id, HousingSubject.start_datetime, HousingSubject.id)
)


def cages(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Animals in two cages at a time, in another than is noted, or dead in one; stays that end first.

    One statement.
    """
    open_since: dict[UUID, Any] = {}
    for row in connection.execute(_stays):
        if row.end_datetime is not None:
            text = f"The stay of {row.nickname} in {row.cage_name or 'a cage'} ends before it starts."
            yield of_animal(row, "stay_ends_first", "housing_subject", row.id, text)
        elif row.death_date is not None:
            died = show_day(row.death_date)
            text = f"{row.nickname} died on {died}, and is still in {row.cage_name or 'a cage'}."
            yield of_animal(row, "dead_in_cage", "housing_subject", row.id, text)
        elif row.subject_id in open_since:
            first = open_since[row.subject_id].cage_name
            text = f"{row.nickname} is in two cages at a time: {first} and {row.cage_name}."
            yield of_animal(row, "two_cages", "housing_subject", row.id, text)
        else:
            open_since[row.subject_id] = row
            if (row.cage or "") != (row.cage_name or ""):
                text = f"{row.nickname} is in {row.cage_name}, but {row.cage or 'no cage'} is noted for it."
                yield of_animal(row, "other_cage", "subject", row.subject_id, text)
