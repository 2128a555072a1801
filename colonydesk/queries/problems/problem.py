"""One data problem, and what the checks share."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, or_

from colonydesk.db.tables import Lab, Subject
from colonydesk.domain.days import show_day, zone
from colonydesk.domain.plausibility import CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class Problem:
    """``table`` and ``id`` name the record that is to be mended; ``code`` is the kind of the problem.

    ``subject`` is the animal's nickname, None where the record is of no animal.
    """

    code: str
    table: str
    id: UUID
    subject_id: UUID | None
    subject: str | None
    lab: str | None
    text: str


# What every check of an animal's record selects, in this order, after the columns of its own.
OF_ANIMAL = (
    Subject.id.label("subject_id"),
    Subject.nickname,
    Subject.birth_date,
    Subject.death_date,
    Lab.name.label("lab"),
    Lab.timezone,
)


def of_animal(row: Any, code: str, table: str, row_id: UUID, text: str) -> Problem:
    """A problem of a row that has ``OF_ANIMAL``."""
    return Problem(code, table, row_id, row.subject_id, row.nickname, row.lab, text)


def day_of(row: Any, moment: datetime) -> date:
    """The local day of the animal's lab."""
    return moment.astimezone(zone(row.timezone or "UTC").info).date()


def outside_life(connection: Connection, moment: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    """Rows that may lie before the birth, after the death or in the future: a day too many on either side.

    Which do is told by ``life_problem``, in the zone of the lab, which SQLite knows nothing of.
    """
    day_after_birth: ColumnElement[Any] = Subject.birth_date + 1
    if connection.dialect.name == "sqlite":
        day_after_birth = func.date(Subject.birth_date, "+1 day")
    return or_(moment >= Subject.death_date, moment < day_after_birth, moment > now + CLOCK_TOLERANCE)


def life_problem(row: Any, moment: datetime, now: datetime) -> tuple[str, str]:
    """Why a record of an animal cannot be of that moment: (code, words); empty when it can."""
    day = day_of(row, moment)
    if row.birth_date is not None and day < row.birth_date:
        return "before_birth", f"on {show_day(day)}, before the birth on {show_day(row.birth_date)}"
    if row.death_date is not None and day > row.death_date:
        return "after_death", f"on {show_day(day)}, after the death on {show_day(row.death_date)}"
    if moment > now + CLOCK_TOLERANCE:
        return "future", f"on {show_day(day)}, which is in the future"
    return "", ""


def later(now: datetime) -> date:
    """A day that is in the future everywhere."""
    return (now + timedelta(days=1)).date()
