"""Requests for animals: how many are assigned, how many are still wanted, and whether they are open."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from colonydesk.db.requests import assigned, remaining
from colonydesk.db.tables import SubjectRequest


@dataclass(frozen=True, slots=True)
class RequestState:
    """``assigned``: its living animals, of its line and in the hands of who asked.

    Without a ``count`` nobody knows what remains.
    """

    id: UUID
    count: int | None
    assigned: int
    remaining: int | None

    @property
    def is_open(self) -> bool:
        return self.remaining is not None and self.remaining > 0


_states = select(SubjectRequest.id, SubjectRequest.count, assigned.label("assigned")).order_by(
    SubjectRequest.date_time, SubjectRequest.id
)
_open = _states.where(remaining > 0)


def request_states(connection: Connection, ids: Iterable[UUID] | None = None) -> dict[UUID, RequestState]:
    """The state of these requests, of all without ``ids``; the oldest first. One statement."""
    statement = _states if ids is None else _states.where(SubjectRequest.id.in_(list(ids)))
    return {row.id: _state(*row) for row in connection.execute(statement)}


def open_requests(connection: Connection) -> tuple[RequestState, ...]:
    """The requests that still wait for animals, the oldest first. One statement."""
    return tuple(_state(*row) for row in connection.execute(_open))


def _state(request_id: UUID, count: int | None, of_it: int) -> RequestState:
    return RequestState(request_id, count, of_it, None if count is None else count - of_it)
