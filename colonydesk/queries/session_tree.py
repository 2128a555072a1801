"""Sessions as a tree: each sub-session directly below the session that it is part of."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, select

from colonydesk.db.tables import Lab, Session, Subject
from colonydesk.queries.id_array import IdArray, fetch_ids, halves_of, places_of
from colonydesk.queries.procedures import Filters, filtered, sorting
from colonydesk.queries.sessions import INHERITED, sessions_shown


@dataclass(frozen=True, slots=True)
class SessionTree:
    """``ids`` in the order of the tree; ``depth`` of those that are below another one (1, 2 ...).

    ``children`` counts the sub-sessions directly below, of those that have any.
    """

    ids: IdArray
    depth: Mapping[UUID, int]
    children: Mapping[UUID, int]

    def without_below(self, closed: Collection[UUID]) -> IdArray:
        """The ids that are to be seen while some sessions are folded up."""
        seen = np.ones(len(self.ids), dtype=bool)
        for one in closed:
            place = self.ids.place(one)
            if place is None:
                continue
            depth, below = self.depth.get(one, 0), place + 1
            while below < len(self.ids) and self.depth.get(self.ids[below], 0) > depth:
                seen[below] = False
                below += 1
        return self.ids if seen.all() else self.ids.take(np.flatnonzero(seen))


def session_tree(
    connection: Connection, kind: str, filters: Filters, order: str = "", descending: bool = True
) -> SessionTree:
    """The sessions (or ephys sessions) that the filters let through, in two statements.

    A sub-session whose parent is not among them stands for itself.
    """
    statement = filtered(kind, filters)
    ids = fetch_ids(connection, statement, sorting(kind, order, descending))
    columns: Any = (Session.id, Session.parent_session_id)
    parts = statement.with_only_columns(*columns).where(Session.parent_session_id.is_not(None))
    return arrange(ids, {row[0]: row[1] for row in connection.execute(parts)})


def arrange(ids: IdArray, parents: Mapping[UUID, UUID]) -> SessionTree:
    """Each id that has a parent among them below it, siblings in the given order.

    Sessions that are each other's parents (in imported books) stand for themselves.
    """
    if not parents:
        return SessionTree(ids, {}, {})
    above = dict(
        zip(
            places_of(ids, halves_of(tuple(parents))).tolist(),
            places_of(ids, halves_of(tuple(parents.values()))).tolist(),
            strict=True,
        )
    )
    above = {place: parent for place, parent in above.items() if place >= 0 and parent >= 0}
    above = {place: parent for place, parent in above.items() if not _in_a_circle(place, above)}
    below: dict[int, list[int]] = defaultdict(list)
    for place in sorted(above):
        below[above[place]].append(place)
    order: list[int] = []
    depth: dict[UUID, int] = {}
    for top in range(len(ids)):
        if top in above:
            continue
        order.append(top)
        waiting = [(child, 1) for child in reversed(below.get(top, ()))]
        while waiting:
            place, level = waiting.pop()
            order.append(place)
            depth[ids[place]] = level
            waiting.extend((child, level + 1) for child in reversed(below.get(place, ())))
    children = {ids[place]: len(found) for place, found in below.items()}
    return SessionTree(ids.take(np.array(order, dtype=np.intp)), depth, children)


def _in_a_circle(one: int, above: Mapping[int, int]) -> bool:
    seen = {one}
    at = above.get(one)
    while at is not None and at not in seen:
        seen.add(at)
        at = above.get(at)
    return at == one


@dataclass(frozen=True, slots=True)
class ParentShown:
    """A session as its sub-sessions see it; ``words`` are what they show of it, by field."""

    id: UUID
    nickname: str
    start_time: datetime | None
    timezone: str
    words: Mapping[str, str]


def parent_shown(connection: Connection, session_id: UUID) -> ParentShown | None:
    """What a sub-session of this session shows where its own fields are empty; None where it is gone."""
    statement = (
        select(Session.start_time, Subject.nickname, Lab.timezone)
        .join(Subject, Subject.id == Session.subject_id)
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .where(Session.id == session_id)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    shown = sessions_shown(connection, [session_id])[session_id]
    words = {name: ", ".join(named.label for named in getattr(shown, name)) for name in INHERITED}
    return ParentShown(
        session_id,
        row.nickname,
        row.start_time,
        row.timezone or "UTC",
        {name: text for name, text in words.items() if text},
    )
