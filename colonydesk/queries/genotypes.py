"""Which animals carry nothing of what they were tested for."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, func, select

from colonydesk.db.tables import Zygosity
from colonydesk.domain.genetics import ABSENT

_highest = (
    select(Zygosity.subject_id).group_by(Zygosity.subject_id).having(func.max(Zygosity.zygosity) == ABSENT)
)


def negative(connection: Connection, subject_ids: Iterable[UUID] | None = None) -> frozenset[UUID]:
    """The negative ones of these animals (of all): every zygosity is absent. One statement.

    An animal of which no zygosity is known is not negative.
    """
    statement = _highest
    if subject_ids is not None:
        statement = statement.where(Zygosity.subject_id.in_(list(subject_ids)))
    return frozenset(connection.execute(statement).scalars())
