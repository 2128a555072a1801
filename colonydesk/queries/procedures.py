"""The lists of what was done with animals: surgeries, injections, sessions, restrictions, culls.

A list is an array of ids, filtered and sorted in SQL, and the rows of those that are in sight. Either takes a
constant number of statements.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, or_, select
from sqlalchemy.types import String

from colonydesk.db.tables import (
    Cull,
    CullMethod,
    CullReason,
    Lab,
    LabLocation,
    LabMember,
    ProcedureType,
    Project,
    Session,
    Subject,
    WaterRestriction,
    session_procedure,
)
from colonydesk.db.text import folded, holds
from colonydesk.domain.days import zone
from colonydesk.queries.id_array import fetch_ids
from colonydesk.queries.procedure_kinds import KINDS, MEMBER_NAME, MEMBER_WORDS, Kind
from colonydesk.queries.restriction_numbers import Numbers, numbers_of_today
from colonydesk.queries.sessions import sessions_shown

EPHYS = "ephys"
"""What the name of a procedure holds that makes a session an ephys session."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to.

    ``member_id``: what this member did, or what was done with an animal of this member. ``since``: from this
    day on, by the clock of ``timezone``. ``open_only``: those without an end.
    """

    text: str = ""
    lab_id: UUID | None = None
    member_id: UUID | None = None
    open_only: bool = False
    since: date | None = None
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One row of a list; ``values`` are the kind's own columns by name (weights in g, volumes in nL).

    ``timezone`` is that of the animal's lab. ``users``, ``procedures`` and ``projects`` are words, joined.
    ``inherited`` names the fields that a sub-session shows of its parent. ``today`` holds the numbers of an
    animal whose restriction this is and holds now.
    """

    id: UUID
    version: int
    subject_id: UUID
    nickname: str
    timezone: str
    start_time: datetime | None
    end_time: datetime | None
    location: str | None
    users: str
    procedures: str
    projects: str
    narrative: str | None
    values: Mapping[str, Any]
    inherited: frozenset[str] = frozenset()
    today: Numbers | None = None


COMPUTED: Mapping[str, Callable[[Numbers], float | None]] = {
    "weight": lambda of: of.weight,
    "percentage": lambda of: of.percentage_weight,
    "expected": lambda of: of.expected_weight,
    "minimum": lambda of: of.min_weight,
    "required": lambda of: of.required,
    "reward": lambda of: of.reward,
    "supplement": lambda of: of.supplement,
    "given": lambda of: of.given,
    "remaining": lambda of: of.remaining,
    "excess": lambda of: of.excess,
}
"""The water values of today by which restrictions can be sorted; those that hold come first."""


def procedure_ids(
    connection: Connection,
    kind: str,
    filters: Filters,
    order: str = "",
    descending: bool = True,
    now: datetime | None = None,
) -> Sequence[UUID]:
    """The ids of a kind's records, the latest first or by the column ``order``; the id is the last key.

    ``order`` by one of ``COMPUTED`` (of restrictions, with ``now``) takes three or four statements more.
    """
    by = "" if order in COMPUTED else order
    ids = fetch_ids(connection, filtered(kind, filters), sorting(kind, by, descending))
    if order not in COMPUTED or now is None:
        return ids
    numbers = _numbers_of_today(connection, ids, now)
    known: list[tuple[float, UUID]] = []
    for one, row in numbers.items():
        value = COMPUTED[order](row)
        if value is not None:
            known.append((value, one))
    known.sort(key=lambda pair: (-pair[0] if descending else pair[0], pair[1].int))
    first = [one for _, one in known]
    rest = set(first)
    return (*first, *(one for one in ids if one not in rest))


def filtered(kind: str, filters: Filters) -> Select[Any]:
    """The records of a kind that the filters let through, joined with their animals."""
    of = KINDS[kind]
    statement = select(of.table.id).select_from(of.source())
    if kind == "ephys":
        statement = statement.where(of.table.id.in_(ephys_sessions()))
    if filters.lab_id is not None:
        statement = statement.where(Subject.lab_id == filters.lab_id)
    if filters.member_id is not None:
        statement = statement.where(_is_of(of, filters.member_id))
    if filters.open_only and not of.is_cull:
        statement = statement.where(of.table.end_time.is_(None))
    if filters.since is not None:
        start = filters.since if of.is_cull else zone(filters.timezone).bounds(filters.since)[0]
        statement = statement.where(of.moment >= start)
    if text := filters.text.strip():
        statement = statement.where(_holds(of, text))
    return statement


def sorting(kind: str, order: str, descending: bool) -> Sequence[Any]:
    """The order of a column of the list; what has no value comes last, whichever way."""
    of = KINDS[kind]
    key = _order(of, order)
    return (key.desc() if descending else key).nulls_last(), of.table.id


def ephys_sessions() -> Select[Any]:
    """The ids of the sessions with a procedure named ephys, and of their sub-sessions without one of their
    own."""
    named = (
        select(session_procedure.c.session_id.label("id"))
        .join(ProcedureType, ProcedureType.id == session_procedure.c.procedure_type_id)
        .where(func.lower(ProcedureType.name).contains(EPHYS))
        .cte("ephys", recursive=True)
    )
    own = exists().where(session_procedure.c.session_id == Session.id)
    below = select(Session.id).where(Session.parent_session_id == named.c.id, ~own)
    return select(named.union(below).c.id)


def _is_of(of: Kind, member_id: UUID) -> ColumnElement[bool]:
    animal = Subject.responsible_user_id == member_id
    if of.users is None:
        return or_(animal, Cull.user_id == member_id)
    left = of.users.columns[0]
    return or_(animal, of.table.id.in_(select(left).where(of.users.c.user_id == member_id)))


def _holds(of: Kind, text: str) -> ColumnElement[bool]:
    """Whether one of the searched columns, the animal, a member or a procedure holds the text.

    The short tables are searched once, not once for each of the records.
    """
    animals = select(Subject.id).where(or_(holds(Subject.nickname, text), holds(Subject.cage, text)))
    fits: list[ColumnElement[bool]] = [of.table.subject_id.in_(animals)]
    fits += [holds(column, text) for column in of.searched]
    for link, target, words in (
        (of.procedures, ProcedureType, ProcedureType.name),
        (of.users, LabMember, MEMBER_WORDS),
    ):
        if link is not None:
            left, right = link.columns
            found: Any = select(target.id).where(holds(words, text))
            fits.append(of.table.id.in_(select(left).where(right.in_(found))))
    return or_(*fits)


def _order(of: Kind, order: str) -> ColumnElement[Any]:
    """What a column of the list is sorted by: text without regard to case, codes by their words' order."""
    table = of.table
    if order == "subject":
        return folded(Subject.nickname)
    if order == "end_time" and not of.is_cull:
        return table.end_time  # type: ignore[no-any-return]
    if order == "location" and not of.is_cull:
        return folded(LabLocation.name)
    if order == "narrative" and not of.is_cull:
        return folded(table.narrative)
    for name, link, label in (
        ("users", of.users, MEMBER_NAME),
        ("procedures", of.procedures, ProcedureType.name),
        ("projects", of.projects, Project.name),
    ):
        if order == name and link is not None:
            left, right = link.columns
            target: Any = {"users": LabMember, "procedures": ProcedureType, "projects": Project}[name]
            first = select(func.min(folded(label))).where(left == table.id, right == target.id)
            return first.correlate(table.__table__).scalar_subquery()
    if order in of.own:
        column: Any = of.own[order]
        return folded(column) if isinstance(column.type, String) else column
    moment: Any = of.moment
    return moment  # type: ignore[no-any-return]


def procedure_rows(
    connection: Connection, kind: str, ids: Sequence[UUID], now: datetime
) -> dict[UUID, ProcedureRow]:
    """The rows of these records by id; one that is not there any more has none.

    Four statements at most; restrictions, of which some hold now, at most three more, and sessions with
    sub-sessions among them five.
    """
    of = KINDS[kind]
    rows = {row.id: row for row in connection.execute(_select(of).where(of.table.id.in_(list(ids))))}
    users, procedures, projects = (
        _joined(connection, link, label, target, list(rows))
        for link, label, target in (
            (of.users, MEMBER_NAME, LabMember),
            (of.procedures, ProcedureType.name, ProcedureType),
            (of.projects, Project.name, Project),
        )
    )
    found = {
        one: ProcedureRow(
            id=one,
            version=row.version,
            subject_id=row.subject_id,
            nickname=row.nickname,
            timezone=row.timezone or "UTC",
            start_time=row.start_time,
            end_time=row.end_time,
            location=row.location,
            users=users.get(one, ""),
            procedures=procedures.get(one, ""),
            projects=projects.get(one, ""),
            narrative=row.narrative,
            values={name: _word(of, name, getattr(row, f"own_{name}")) for name in of.own},
        )
        for one, row in rows.items()
    }
    if of.table is WaterRestriction:
        numbers = _numbers_of_today(connection, list(found), now, found)
        found |= {one: replace(found[one], today=row) for one, row in numbers.items()}
    if of.table is Session:
        found |= _with_inherited(connection, found)
    return found


def _with_inherited(connection: Connection, rows: Mapping[UUID, ProcedureRow]) -> dict[UUID, ProcedureRow]:
    """The sub-sessions among the rows, with what they show of their parents."""
    parts = [row.id for row in rows.values() if row.values["parent_session_id"] is not None]
    if not parts:
        return {}
    shown = {one: of for one, of in sessions_shown(connection, parts).items() if of.inherited}
    found = {}
    for one, of in shown.items():
        words: dict[str, Any] = {
            name: ", ".join(named.label for named in getattr(of, name))
            for name in of.inherited
            if name != "lab"
        }
        found[one] = replace(rows[one], inherited=of.inherited, **words)
    return found


def _select(of: Kind) -> Select[Any]:
    table = of.table
    own: list[Any] = [column.label(f"own_{name}") for name, column in of.own.items()]
    if of.is_cull:
        common = (
            func.nullif(1, 1).label("start_time"),
            func.nullif(1, 1).label("end_time"),
            func.nullif(1, 1).label("location"),
            Cull.description.label("narrative"),
        )
    else:
        common = (table.start_time, table.end_time, LabLocation.name.label("location"), table.narrative)
    return select(
        table.id, table.version, table.subject_id, Subject.nickname, Lab.timezone, *common, *own
    ).select_from(of.source())


def _word(of: Kind, name: str, value: Any) -> Any:
    return of.words[name].get(value, value) if name in of.words and value is not None else value


def _joined(
    connection: Connection, link: Table | None, label: Any, target: Any, ids: list[UUID]
) -> dict[UUID, str]:
    """The words of a many-to-many list, joined, by record."""
    if link is None or not ids:
        return {}
    left, right = link.columns
    statement = (
        select(left.label("id"), label.label("word"))
        .join(target, target.id == right)
        .where(left.in_(ids))
        .order_by(folded(label))
    )
    words: dict[UUID, list[str]] = defaultdict(list)
    for row in connection.execute(statement):
        words[row.id].append(row.word)
    return {one: ", ".join(found) for one, found in words.items()}


def _numbers_of_today(
    connection: Connection,
    ids: Sequence[UUID],
    now: datetime,
    known: Mapping[UUID, ProcedureRow] | None = None,
) -> dict[UUID, Numbers]:
    """The numbers of today of those restrictions that hold now, by the restriction."""
    if known is None:
        statement = select(
            WaterRestriction.id, WaterRestriction.subject_id, WaterRestriction.start_time
        ).where(or_(WaterRestriction.end_time.is_(None), WaterRestriction.end_time >= now))
        of_all = {row.id: (row.subject_id, row.start_time) for row in connection.execute(statement)}
        held = {one: of_all[one] for one in ids if one in of_all}
        numbers = numbers_of_today(connection, now)
    else:
        held = {
            one: (row.subject_id, row.start_time)
            for one, row in known.items()
            if row.end_time is None or row.end_time >= now
        }
        numbers = numbers_of_today(connection, now, [subject for subject, _ in held.values()]) if held else {}
    return {one: numbers[restriction] for one, restriction in held.items() if restriction in numbers}


Choices = tuple[tuple[UUID, str], ...]


def cull_choices(connection: Connection) -> tuple[Choices, Choices]:
    """The reasons and the methods of culling, by name."""
    reasons = select(CullReason.id, CullReason.name).order_by(CullReason.name, CullReason.id)
    methods = select(CullMethod.id, CullMethod.name).order_by(CullMethod.name, CullMethod.id)
    return (
        tuple((row.id, row.name) for row in connection.execute(reasons)),
        tuple((row.id, row.name) for row in connection.execute(methods)),
    )


def ephys_procedures(connection: Connection) -> tuple[UUID, ...]:
    """The procedure types whose names make a session an ephys session, by name."""
    statement = (
        select(ProcedureType.id)
        .where(func.lower(ProcedureType.name).contains(EPHYS))
        .order_by(ProcedureType.name, ProcedureType.id)
    )
    return tuple(connection.execute(statement).scalars())
