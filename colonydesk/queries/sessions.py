"""What is shown of sessions: a sub-session shows its parent's fields where its own are empty."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from colonydesk.db.tables import (
    Lab,
    LabLocation,
    LabMember,
    ProcedureType,
    Project,
    Session,
    session_procedure,
    session_project,
    session_user,
)

INHERITED = ("users", "location", "lab", "procedures", "projects")
"""What a sub-session shows of its parent, each by itself, where its own is empty."""


@dataclass(frozen=True, slots=True)
class Named:
    """A record that a session names, by its id and what it is called."""

    id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class SessionShown:
    """A session's shared fields as they are shown; ``inherited`` names those that are a parent's.

    ``location`` and ``lab`` hold one or none.
    """

    id: UUID
    users: tuple[Named, ...]
    location: tuple[Named, ...]
    lab: tuple[Named, ...]
    procedures: tuple[Named, ...]
    projects: tuple[Named, ...]
    inherited: frozenset[str]


_Values = dict[str, tuple[Named, ...]]
_parents = select(Session.id, Session.parent_session_id)


def sessions_shown(connection: Connection, ids: Collection[UUID]) -> dict[UUID, SessionShown]:
    """What is shown of each of these sessions; five statements, however many there are.

    A parent that is empty itself shows its own parent's. Sessions that are each other's parents (in imported
    books) are followed round once.
    """
    parents = _ancestry(connection, ids)
    own = _own(connection, parents)
    return {one: _shown(one, parents, own) for one in ids if one in parents}


def _ancestry(connection: Connection, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """The parent of each of these sessions, and of all that are above them."""
    above = _parents.where(Session.id.in_(ids)).cte("above", recursive=True)
    # UNION, not UNION ALL: a circle of parents comes to its end.
    above = above.union(_parents.where(Session.id == above.c.parent_session_id))
    return {row.id: row.parent_session_id for row in connection.execute(select(above))}


def _own(connection: Connection, ids: Collection[UUID]) -> dict[UUID, _Values]:
    own: dict[UUID, _Values] = defaultdict(dict)
    places = (
        select(Session.id, LabLocation.id, LabLocation.name, Lab.id, Lab.name)
        .outerjoin(LabLocation, LabLocation.id == Session.location_id)
        .outerjoin(Lab, Lab.id == Session.lab_id)
        .where(Session.id.in_(ids))
    )
    for one, location_id, location, lab_id, lab in connection.execute(places):
        own[one]["location"] = (Named(location_id, location),) if location_id else ()
        own[one]["lab"] = (Named(lab_id, lab),) if lab_id else ()
    for name, link, target, label in (
        ("users", session_user, LabMember, LabMember.username),
        ("procedures", session_procedure, ProcedureType, ProcedureType.name),
        ("projects", session_project, Project, Project.name),
    ):
        left, right = link.columns
        statement = (
            select(left, target.id, label)
            .join(target, target.id == right)
            .where(left.in_(ids))
            .order_by(label, target.id)
        )
        for one, named in _gathered(connection.execute(statement)).items():
            own[one][name] = named
    return own


def _gathered(rows: Iterable[Any]) -> dict[UUID, tuple[Named, ...]]:
    found: dict[UUID, list[Named]] = defaultdict(list)
    for one, target, label in rows:
        found[one].append(Named(target, label))
    return {one: tuple(named) for one, named in found.items()}


def _shown(one: UUID, parents: Mapping[UUID, UUID | None], own: Mapping[UUID, _Values]) -> SessionShown:
    shown: _Values = {name: own[one].get(name, ()) for name in INHERITED}
    inherited = set()
    seen = {one}
    above = parents.get(one)
    while above is not None and above in parents and above not in seen:
        seen.add(above)
        for name in INHERITED:
            if not shown[name] and own[above].get(name):
                shown[name] = own[above][name]
                inherited.add(name)
        above = parents[above]
    return SessionShown(id=one, **shown, inherited=frozenset(inherited))
