"""Several animals changed at once: each by the same rules as alone, all of them or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Conflict, Doubtful, Question, Refused
from colonydesk.services.done import Done, done
from colonydesk.services.records import change_of, save

BULK_FIELDS = (
    "cage",
    "responsible_user_id",
    "request_id",
    "line_id",
    "to_be_genotyped",
    "to_be_culled",
    "reduced_date",
)
"""What may be changed of several animals at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSubjects:
    """``values`` are of the ``BULK_FIELDS``, the same for every animal of ``ids``; None empties a field."""

    command_id: UUID
    ids: tuple[UUID, ...]
    user_id: UUID
    values: Mapping[str, Any]
    confirmed: frozenset[str] = frozenset()


def change_subjects(db: Database, command: ChangeSubjects, now: datetime) -> Done:
    """Change several animals in one unit.

    Raises:
        Refused: for one of them it cannot be (the sentence names it); nothing is changed then.
        Doubtful: the questions of all of them that are not in ``confirmed``.
    """
    if not command.ids:
        raise Refused("Choose the animals first.")
    if not command.values:
        raise Refused("Say what is to be changed.")
    for name in command.values:
        if name not in BULK_FIELDS:
            raise ValueError(f"{name} is not changed of several animals at once")
    with db.unit(command.command_id, "subject.bulk", command.user_id, now) as unit:
        if not unit.repeated:
            _change_all(unit, command)
    return done(unit)


def _change_all(unit: Unit, command: ChangeSubjects) -> None:
    # In one order, and all at first: two workstations that change the same animals wait for each other once.
    own = select(Subject.id, Subject.nickname).where(Subject.id.in_(command.ids)).order_by(Subject.id)
    animals = unit.connection.execute(own.with_for_update(key_share=True)).all()
    gone = len(set(command.ids)) - len(animals)
    if gone:
        are = "1 of the animals is" if gone == 1 else f"{gone} of the animals are"
        raise Conflict(f"{are} no longer in the database.", "Choose them again.")
    questions: dict[str, list[str]] = {}
    field = ""
    for one in animals:
        try:
            save(unit, change_of(unit, "subject", one.id, command.values, confirmed=command.confirmed))
        except Refused as refused:
            text = str(refused)
            named = text if one.nickname in text else f"{one.nickname}: {text}"
            raise Refused(named, refused.field, refused.hint) from refused
        except Doubtful as doubtful:
            field = doubtful.field
            for question in doubtful.questions:
                questions.setdefault(question.code, []).append(question.text)
    if questions:
        raise Doubtful(
            tuple(Question(code, " ".join(dict.fromkeys(texts))) for code, texts in questions.items()), field
        )
