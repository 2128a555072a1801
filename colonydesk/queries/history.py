"""The daily history of one animal, of some, or of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from colonydesk.db.facts import animals
from colonydesk.domain.history import DailyHistory, history


@dataclass(frozen=True, slots=True, eq=False)
class SubjectHistory:
    """One animal's days; ``lab`` is its lab's name."""

    id: UUID
    nickname: str
    lab: str | None
    days: DailyHistory


def histories(
    connection: Connection,
    subject_ids: Sequence[UUID] | None,
    now: datetime,
    first_day: date | None = None,
    last_day: date | None = None,
) -> tuple[SubjectHistory, ...]:
    """The days of these animals, or of all, by nickname; animals without a weighing or water have no rows.

    Six statements, however many animals there are.
    """
    return tuple(
        SubjectHistory(
            animal.id, animal.nickname, animal.lab, history(animal.facts, first_day, last_day, now)
        )
        for animal in animals(connection, subject_ids)
    )
