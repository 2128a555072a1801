"""All that was done with one animal, in order of time: every action, and how its life ended."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from colonydesk.db.tables import (
    Cull,
    CullMethod,
    CullReason,
    LabLocation,
    LabMember,
    OtherAction,
    ProcedureType,
    Session,
    Surgery,
    VirusInjection,
    WaterRestriction,
    WaterType,
    other_action_procedure,
    other_action_user,
    session_procedure,
    session_user,
    surgery_procedure,
    surgery_user,
    virus_injection_procedure,
    virus_injection_user,
    water_restriction_procedure,
    water_restriction_user,
)


@dataclass(frozen=True, slots=True)
class Act:
    """One action. ``table`` says its kind; ``day`` is set where only a date is known (a cull).

    ``depth`` is 0 but for a sub-session, which follows the session it is a part of; ``inherited`` names
    those of users, procedures and location that are its parent's. ``details`` holds the kind's own fields
    as they are stored, without those that are not known.
    """

    table: str
    id: UUID
    start: datetime | None
    end: datetime | None
    day: date | None
    name: str | None
    narrative: str | None
    location: str | None
    users: tuple[str, ...]
    procedures: tuple[str, ...]
    details: tuple[tuple[str, Any], ...]
    depth: int = 0
    inherited: frozenset[str] = frozenset()


_OWN: dict[type[Any], tuple[InstrumentedAttribute[Any], ...]] = {
    Surgery: (Surgery.outcome_type, Surgery.implant_weight),
    VirusInjection: (
        VirusInjection.virus_batch,
        VirusInjection.injection_volume,
        VirusInjection.rate_of_injection,
        VirusInjection.injection_type,
    ),
    Session: (
        Session.type,
        Session.number,
        Session.task_protocol,
        Session.n_trials,
        Session.n_correct_trials,
        Session.qc,
        Session.parent_session_id,
    ),
    WaterRestriction: (WaterRestriction.reference_weight, WaterType.name),
    OtherAction: (),
}
_NAMES = {"name": "water_type"}
_COMMON = 8


def _select(action: type[Any]) -> Any:
    statement = select(
        literal(action.__tablename__),
        action.id,
        action.start_time,
        action.end_time,
        action.name,
        action.narrative,
        LabLocation.name.label("location"),
        action.created_at,
        *_OWN[action],
    ).outerjoin(LabLocation, LabLocation.id == action.location_id)
    if action is WaterRestriction:
        statement = statement.outerjoin(WaterType, WaterType.id == WaterRestriction.water_type_id)
    return statement.where(action.subject_id == bindparam("subject"))


_actions = {action: _select(action) for action in _OWN}
_cull = (
    select(
        Cull.id,
        Cull.date,
        Cull.name,
        Cull.description,
        LabMember.username,
        CullReason.name.label("cull_reason"),
        CullMethod.name.label("cull_method"),
    )
    .outerjoin(LabMember, LabMember.id == Cull.user_id)
    .outerjoin(CullReason, CullReason.id == Cull.cull_reason_id)
    .outerjoin(CullMethod, CullMethod.id == Cull.cull_method_id)
    .where(Cull.subject_id == bindparam("subject"))
)


def _linked(pairs: Iterable[tuple[type[Any], Table]], target: type[Any], label: Any) -> Any:
    """(action, label) of one many-to-many list of every kind of action of a subject."""
    parts = []
    for action, link in pairs:
        own, other = link.columns
        parts.append(
            select(own.label("action"), label.label("label"))
            .join(action, action.id == own)
            .join(target, target.id == other)
            .where(action.subject_id == bindparam("subject"))
        )
    return union_all(*parts)


_users = _linked(
    (
        (Surgery, surgery_user),
        (VirusInjection, virus_injection_user),
        (Session, session_user),
        (WaterRestriction, water_restriction_user),
        (OtherAction, other_action_user),
    ),
    LabMember,
    LabMember.username,
)
_procedures = _linked(
    (
        (Surgery, surgery_procedure),
        (VirusInjection, virus_injection_procedure),
        (Session, session_procedure),
        (WaterRestriction, water_restriction_procedure),
        (OtherAction, other_action_procedure),
    ),
    ProcedureType,
    ProcedureType.name,
)


def procedures_of(connection: Connection, subject_id: UUID) -> tuple[Act, ...]:
    """The actions of one animal, the newest first, sub-sessions under theirs by time: eight statements."""
    of = {"subject": subject_id}
    users, procedures = (_lists(connection.execute(one, of)) for one in (_users, _procedures))
    acts: list[tuple[Act, UUID | None]] = []
    for action, statement in _actions.items():
        for row in connection.execute(statement, of):
            table, row_id, start, end, name, narrative, location, _created = row[:_COMMON]
            own = {
                _NAMES.get(column.key, column.key): value
                for column, value in zip(_OWN[action], row[_COMMON:], strict=True)
                if value is not None
            }
            parent = own.pop("parent_session_id", None)
            who, what = users.get(row_id, ()), procedures.get(row_id, ())
            details = tuple(own.items())
            act = Act(table, row_id, start, end, None, name, narrative, location, who, what, details)
            acts.append((act, parent))
    acts += [(_ended(row), None) for row in connection.execute(_cull, of)]
    return tuple(_ordered(acts))


def _lists(rows: Iterable[Any]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for action, label in rows:
        found[action].append(label)
    return {action: tuple(sorted(labels)) for action, labels in found.items()}


def _ended(row: Any) -> Act:
    details = (("cull_reason", row.cull_reason), ("cull_method", row.cull_method))
    return Act(
        table=Cull.__tablename__,
        id=row.id,
        start=None,
        end=None,
        day=row.date,
        name=row.name,
        narrative=row.description,
        location=None,
        users=() if row.username is None else (row.username,),
        procedures=(),
        details=tuple((name, value) for name, value in details if value is not None),
    )


def _ordered(acts: list[tuple[Act, UUID | None]]) -> Iterator[Act]:
    """The newest first; those without a time last; a cull ends its day. Sub-sessions under their session."""
    known = {act.id for act, _ in acts}
    parts: dict[UUID, list[Act]] = defaultdict(list)
    roots = []
    for act, parent in acts:
        if parent is not None and parent in known:
            parts[parent].append(act)
        else:
            roots.append(act)
    roots.sort(key=_moment, reverse=True)
    seen: set[UUID] = set()
    for root in roots:
        yield from _with_parts(root, parts, seen)
    # Imported sessions may be parts of one another in a circle: none of those has been come across yet.
    for act, _ in acts:
        if act.id not in seen:
            yield from _with_parts(act, parts, seen)


def _moment(act: Act) -> tuple[bool, str, bool, str]:
    day = act.day or (act.start.date() if act.start else None)
    at = act.start.isoformat() if act.start else ""
    return day is not None, day.isoformat() if day else "", act.day is not None, at


def _with_parts(act: Act, parts: dict[UUID, list[Act]], seen: set[UUID]) -> Iterator[Act]:
    waiting = [act]
    while waiting:
        current = waiting.pop()
        if current.id in seen:
            continue
        seen.add(current.id)
        yield current
        below = sorted(parts.get(current.id, ()), key=lambda one: (_moment(one), str(one.id)), reverse=True)
        waiting += [_inheriting(one, current) for one in below]


def _inheriting(act: Act, parent: Act) -> Act:
    """A sub-session with its parent's users, procedures and location where its own are empty."""
    names = frozenset(
        name
        for name in ("users", "procedures", "location")
        if not getattr(act, name) and attrgetter(name)(parent)
    )
    taken = {name: getattr(parent, name) for name in names}
    kept: dict[str, Any] = {name: getattr(act, name) for name in Act.__slots__}
    return Act(**{**kept, **taken, "depth": parent.depth + 1, "inherited": names})
