"""Subjects, cages, lines and members by what a person types, for the line that finds anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from colonydesk.db.tables import Housing, Lab, LabMember, Line, Subject
from colonydesk.db.text import begins, folded, holds, lowered
from colonydesk.queries.subject_filters import TRIGRAM, has_part, has_word

EACH = 6
"""So many of each kind are found."""


@dataclass(frozen=True, slots=True)
class Cage:
    """A cage by what its animals have for one: its name, in a lab. ``living``: of them there are some."""

    name: str
    lab_id: UUID | None
    lab: str
    living: bool


@dataclass(frozen=True, slots=True)
class Found:
    """``kind`` is a table's name with the id there as its ``key``, or "cage" with a ``Cage``."""

    kind: Literal["subject", "cage", "housing", "line", "lab_member"]
    key: UUID | Cage
    title: str
    detail: str = ""


def find_anything(connection: Connection, text: str, each: int = EACH) -> tuple[Found, ...]:
    """What is called so, at most ``each`` of a kind, the nearest first: five statements, on PostgreSQL
    one more for each word."""
    typed = " ".join(text.split())
    if not typed:
        return ()
    return (
        *_subjects(connection, typed, each),
        *cages_like(connection, typed, each),
        *_housings(connection, typed, each),
        *lines_like(connection, typed, each),
        *_members(connection, typed, each),
    )


def _subjects(connection: Connection, text: str, each: int) -> list[Found]:
    conditions = [has_word(connection, word) for word in text.split()]
    statement = (
        select(
            Subject.id,
            Subject.nickname,
            Subject.cage,
            Subject.death_date,
            Line.nickname.label("line"),
            Lab.name.label("lab"),
        )
        .outerjoin(Line, Line.id == Subject.line_id)
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .where(*conditions)
        .order_by(
            _nearness(Subject.nickname, text),
            case((Subject.death_date.is_(None), 0), else_=1),
            folded(Subject.nickname),
            Subject.id,
        )
        .limit(each)
    )
    found = []
    for row in connection.execute(statement):
        cage = f"cage {row.cage}" if row.cage else ""
        dead = "dead" if row.death_date is not None else ""
        found.append(Found("subject", row.id, row.nickname, _joined(row.line, cage, row.lab, dead)))
    return found


def cages_like(connection: Connection, text: str, each: int = EACH) -> tuple[Found, ...]:
    """Cages by the name that their animals have for one; those with living animals first."""
    living = func.sum(case((Subject.death_date.is_(None), 1), else_=0))
    statement = (
        select(Subject.cage, Subject.lab_id, Lab.name.label("lab"), living.label("living"))
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .where(has_part(Subject.cage, text, connection.dialect.name))
        .group_by(Subject.cage, Subject.lab_id, Lab.name)
        .order_by(
            case((living > 0, 0), else_=1),
            _nearness(Subject.cage, text),
            folded(Subject.cage),
            Subject.cage,
            Lab.name,
        )
        .limit(each)
    )
    return tuple(
        Found(
            "cage",
            Cage(row.cage, row.lab_id, row.lab or "", row.living > 0),
            row.cage,
            _joined(_animals(row.living), row.lab),
        )
        for row in connection.execute(statement)
    )


def _housings(connection: Connection, text: str, each: int) -> list[Found]:
    """Cages that no animal has for its own, by their last record: its conditions, and who was in it."""
    fits = begins if len(text) < TRIGRAM else holds
    later = aliased(Housing)
    statement = (
        select(Housing.id, Housing.cage_name)
        .where(
            fits(Housing.cage_name, text),
            ~exists().where(Subject.cage == Housing.cage_name),
            ~exists().where(
                later.cage_name == Housing.cage_name,
                tuple_(later.created_at, later.id) > tuple_(Housing.created_at, Housing.id),
            ),
        )
        .order_by(_nearness(Housing.cage_name, text), folded(Housing.cage_name), Housing.id)
        .limit(each)
    )
    return [Found("housing", row.id, row.cage_name, _animals(0)) for row in connection.execute(statement)]


def _animals(count: int) -> str:
    return "no living animal" if not count else "1 animal" if count == 1 else f"{count} animals"


def lines_like(connection: Connection, text: str, each: int = EACH) -> tuple[Found, ...]:
    """Lines by their nickname or their long name; those that are active first."""
    statement = (
        select(Line.id, Line.nickname, Line.name, Line.is_active)
        .where(or_(holds(Line.nickname, text), holds(Line.name, text)))
        .order_by(
            case((Line.is_active.is_(True), 0), else_=1),
            _nearness(Line.nickname, text),
            folded(Line.nickname),
            Line.id,
        )
        .limit(each)
    )
    return tuple(
        Found("line", row.id, row.nickname, _joined(row.name, "" if row.is_active else "not active"))
        for row in connection.execute(statement)
    )


def _members(connection: Connection, text: str, each: int) -> list[Found]:
    full = func.coalesce(LabMember.first_name, "") + " " + func.coalesce(LabMember.last_name, "")
    statement = (
        select(LabMember.id, LabMember.username, full.label("full"), LabMember.is_active)
        .where(*(or_(holds(LabMember.username, word), holds(full, word)) for word in text.split()))
        .order_by(
            case((LabMember.is_active.is_(True), 0), else_=1),
            _nearness(LabMember.username, text),
            folded(LabMember.username),
            LabMember.id,
        )
        .limit(each)
    )
    return [
        Found(
            "lab_member",
            row.id,
            row.username,
            _joined(row.full.strip(), "" if row.is_active else "not active"),
        )
        for row in connection.execute(statement)
    ]


def _nearness(column: Any, text: str) -> Any:
    return case((lowered(column, text) == text.lower(), 0), (begins(column, text), 1), else_=2)


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)
