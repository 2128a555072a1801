"""Animals by what a person types: part of a nickname, a cage, an exact name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Executable, Text, bindparam, case, func, or_, select

from colonydesk.db.facts import facts_of
from colonydesk.db.tables import Lab, LabMember, Line, Subject, WaterRestriction
from colonydesk.db.text import escaped, folded, lowered
from colonydesk.domain.errors import Refused
from colonydesk.domain.moment import state_at


@dataclass(frozen=True, slots=True)
class SubjectRow:
    id: UUID
    nickname: str
    lab: str | None
    sex: str
    birth_date: date | None
    death_date: date | None
    line: str | None
    responsible_user: str | None
    cage: str | None
    ear_mark: str | None = None


class LivingCage(NamedTuple):
    """A cage by what its animals have for one: its name, in a lab, and how many live in it."""

    name: str
    lab: str | None
    animals: int


_rows = (
    select(
        Subject.id,
        Subject.nickname,
        Lab.name.label("lab"),
        Subject.sex,
        Subject.birth_date,
        Subject.death_date,
        Line.nickname.label("line"),
        LabMember.username.label("responsible_user"),
        Subject.cage,
        Subject.ear_mark,
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(LabMember, LabMember.id == Subject.responsible_user_id)
)

_lower = folded(Subject.nickname)
_text, _part, _start = (bindparam(name, type_=Text()) for name in ("text", "part", "start"))


def _searching(sample: str) -> Executable:
    """For texts like the sample: ASCII or not.

    What begins with the text comes first, the living before the dead; the id is the last key.
    """
    return (
        _rows.where(
            or_(
                lowered(Subject.nickname, sample).like(_part, escape="\\"),
                lowered(Subject.cage, sample) == _text,
                lowered(Subject.ear_mark, sample) == _text,
            )
        )
        .order_by(
            case((_lower == _text, 0), (_lower.like(_start, escape="\\"), 1), else_=2),
            case((Subject.death_date.is_(None), 0), else_=1),
            _lower,
            Subject.id,
        )
        .limit(bindparam("limit"))
    )


def _cages(sample: str) -> Executable:
    """The same; the one of just this name first."""
    name = folded(Subject.cage)
    return (
        select(Subject.cage, Lab.name, func.count())
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .where(Subject.death_date.is_(None), lowered(Subject.cage, sample).like(_start, escape="\\"))
        .group_by(Subject.cage, Subject.lab_id, Lab.name)
        .order_by(case((name == _text, 0), else_=1), name, Lab.name, Subject.lab_id)
        .limit(bindparam("limit"))
    )


_search, _search_beyond_ascii = _searching("a"), _searching("å")
_cages_alike, _cages_beyond_ascii = _cages("a"), _cages("å")
_all = _rows.order_by(_lower, Subject.id)
_exact = _rows.where(Subject.nickname == _text).order_by(Lab.name, Subject.id)


def search(connection: Connection, text: str, limit: int | None = 20) -> tuple[SubjectRow, ...]:
    """Animals whose nickname holds ``text`` (case does not matter), or whose cage or ear mark is it.

    At most ``limit`` of them; all with None.
    """
    typed = text.strip().lower()
    if not typed:
        return ()
    pattern = escaped(typed)
    values = {
        "text": typed,
        "part": f"%{pattern}%",
        "start": f"{pattern}%",
        "limit": limit if limit is not None else 1 << 31,
    }
    statement = _search if typed.isascii() else _search_beyond_ascii
    return _as_rows(connection, statement, values)


def living_cages(connection: Connection, text: str, limit: int = 8) -> tuple[LivingCage, ...]:
    """Cages with living animals whose name begins with ``text`` (case does not matter)."""
    typed = text.strip().lower()
    values = {"text": typed, "start": f"{escaped(typed)}%", "limit": limit}
    statement = _cages_alike if typed.isascii() else _cages_beyond_ascii
    return tuple(LivingCage(*row) for row in connection.execute(statement, values))


def all_subjects(connection: Connection) -> tuple[SubjectRow, ...]:
    """Every animal, by nickname."""
    return _as_rows(connection, _all, {})


def exact(connection: Connection, nickname: str) -> tuple[SubjectRow, ...]:
    """Every animal of exactly this nickname: one in each lab that uses it."""
    return _as_rows(connection, _exact, {"text": nickname.strip()})


def the_one(found: Sequence[SubjectRow], nickname: str, lab: str | None = None) -> SubjectRow:
    """The one animal that is meant.

    Raises:
        Refused: when there is none, or several labs have one and ``lab`` does not say which.
    """
    fitting = [row for row in found if lab is None or row.lab == lab]
    if not fitting:
        where = f" in lab {lab}" if lab else ""
        raise Refused(f"There is no animal called {nickname}{where}.", "subject")
    if len(fitting) > 1:
        labs = " and ".join(row.lab or "no lab" for row in fitting)
        raise Refused(f"{nickname} is used in {labs}: say which lab.", "subject")
    return fitting[0]


def _as_rows(connection: Connection, statement: Executable, values: dict[str, Any]) -> tuple[SubjectRow, ...]:
    return tuple(SubjectRow(*row) for row in connection.execute(statement, values).all())


_ever_restricted = (
    select(WaterRestriction.subject_id)
    .join(Subject, Subject.id == WaterRestriction.subject_id)
    .where(Subject.death_date.is_(None), Subject.is_human.is_(False))
    .distinct()
)


def percentages(connection: Connection, ids: Iterable[UUID], now: datetime) -> dict[UUID, float]:
    """Per cent of the expected weight of those of these animals that have one: living, and restricted once.

    An animal that never was on restriction has no reference weight, and so nothing to be compared with.
    """
    wanted = set(ids)
    restricted = [one for one in connection.execute(_ever_restricted).scalars() if one in wanted]
    states = {one: state_at(facts, now) for one, facts in facts_of(connection, restricted).items()}
    return {
        one: state.percentage_weight for one, state in states.items() if state.percentage_weight is not None
    }
