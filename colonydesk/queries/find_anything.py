"""Subjects, cages, lines and members by what a person types, for the line that finds anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, and_, case, func, literal, or_, select

from colonydesk.db.tables import Lab, LabMember, Line, Subject
from colonydesk.queries.subject_filters import Filters, escaped, has_part, passing

EACH = 6
"""So many of each kind are found."""


@dataclass(frozen=True, slots=True)
class Found:
    """``kind`` is a table's name, or "cage"; ``key`` the id there, of a cage its name."""

    kind: Literal["subject", "cage", "line", "lab_member"]
    key: UUID | str
    title: str
    detail: str = ""


def find_anything(connection: Connection, text: str, each: int = EACH) -> tuple[Found, ...]:
    """What is called so, at most ``each`` of a kind, the nearest first: four statements, on PostgreSQL
    one more for each word."""
    typed = " ".join(text.split())
    if not typed:
        return ()
    return (
        *_subjects(connection, typed, each),
        *_cages(connection, typed, each),
        *lines_like(connection, typed, each),
        *_members(connection, typed, each),
    )


def _subjects(connection: Connection, text: str, each: int) -> list[Found]:
    conditions = passing(connection, Filters(text, life="all"), None, None)
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
            func.lower(Subject.nickname),
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


def _cages(connection: Connection, text: str, each: int) -> list[Found]:
    """Cages with living animals; the same name in two labs is two cages, which are listed together."""
    statement = (
        select(Subject.cage, func.count().label("animals"))
        .where(has_part(Subject.cage, text, connection.dialect.name), Subject.death_date.is_(None))
        .group_by(Subject.cage)
        .order_by(_nearness(Subject.cage, text), func.lower(Subject.cage), Subject.cage)
        .limit(each)
    )
    return [
        Found("cage", row.cage, row.cage, f"{row.animals} animal{'s' if row.animals > 1 else ''}")
        for row in connection.execute(statement)
    ]


def lines_like(connection: Connection, text: str, each: int = EACH) -> tuple[Found, ...]:
    """Lines by their nickname or their long name; those that are active first."""
    part = literal(f"%{escaped(text)}%")
    statement = (
        select(Line.id, Line.nickname, Line.name, Line.is_active)
        .where(or_(*(func.lower(one).like(part, escape="\\") for one in (Line.nickname, Line.name))))
        .order_by(
            case((Line.is_active.is_(True), 0), else_=1),
            _nearness(Line.nickname, text),
            func.lower(Line.nickname),
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
    words = [literal(f"%{escaped(word)}%") for word in text.split()]
    statement = (
        select(LabMember.id, LabMember.username, full.label("full"), LabMember.is_active)
        .where(
            and_(
                *(
                    or_(
                        func.lower(LabMember.username).like(word, escape="\\"),
                        func.lower(full).like(word, escape="\\"),
                    )
                    for word in words
                )
            )
        )
        .order_by(
            case((LabMember.is_active.is_(True), 0), else_=1),
            _nearness(LabMember.username, text),
            func.lower(LabMember.username),
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
    lower = func.lower(column)
    return case(
        (lower == text.lower(), 0), (lower.like(literal(f"{escaped(text)}%"), escape="\\"), 1), else_=2
    )


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)
