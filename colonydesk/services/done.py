"""What a use case gives back: which rows changed, so that screens fetch just those again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from colonydesk.domain.errors import Doubtful, Question

if TYPE_CHECKING:
    from colonydesk.db.unit import Unit


@dataclass(frozen=True, slots=True)
class Done:
    """A command that is committed; ``repeated`` when it had been before and nothing was done this time."""

    command_id: UUID
    changed: dict[str, tuple[UUID, ...]]
    repeated: bool


def done(unit: Unit) -> Done:
    changed = {table: tuple(ids) for table, ids in unit.changed.items()}
    return Done(unit.command_id, changed, unit.repeated)


def ask(questions: tuple[Question, ...], confirmed: frozenset[str], field: str) -> None:
    """Raise Doubtful with the questions that were not confirmed."""
    open_ones = tuple(question for question in questions if question.code not in confirmed)
    if open_ones:
        raise Doubtful(open_ones, field)
