"""What is wrong with animals themselves: their dates, culls and names; and with labs that judge nobody."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from colonydesk.db.tables import Cull, Lab, Litter, Subject
from colonydesk.db.text import folded
from colonydesk.domain.errors import Refused
from colonydesk.domain.naming import check_nickname
from colonydesk.domain.plausibility import show_day
from colonydesk.queries.problems.problem import OF_ANIMAL, Problem, later, of_animal

_dates = (
    select(
        *OF_ANIMAL,
        Subject.wean_date,
        Subject.reduced_date,
        Subject.genotype_date,
        Subject.to_be_genotyped,
        Subject.actual_severity,
        Cull.id.label("cull_id"),
        Cull.date.label("cull_date"),
        Litter.birth_date.label("litter_date"),
        Litter.name.label("litter"),
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Cull, Cull.subject_id == Subject.id)
    .outerjoin(Litter, Litter.id == Subject.litter_id)
)


def animals(connection: Connection, now: datetime) -> Iterator[Problem]:
    """Dates in the wrong order, culls that do not fit. One statement."""
    tomorrow = later(now)
    wrong = or_(
        Subject.death_date < Subject.birth_date,
        Subject.wean_date < Subject.birth_date,
        Subject.genotype_date < Subject.birth_date,
        Subject.reduced_date < Subject.birth_date,
        Subject.reduced_date < Cull.date,
        Subject.birth_date > tomorrow,
        Subject.death_date > tomorrow,
        Cull.date < Subject.birth_date,
        and_(Cull.id.is_not(None), Cull.date.is_distinct_from(Subject.death_date)),
        and_(Cull.id.is_not(None), Subject.actual_severity.is_(None)),
        and_(Subject.genotype_date.is_not(None), Subject.to_be_genotyped.is_(True)),
        Litter.birth_date != Subject.birth_date,
    )
    for row in connection.execute(_dates.where(wrong)):
        yield from _dates_of(row, tomorrow)
        if row.cull_id is not None:
            yield from _cull_of(row)


def _dates_of(row: Any, tomorrow: date) -> Iterator[Problem]:
    def problem(code: str, text: str) -> Problem:
        return of_animal(row, code, "subject", row.subject_id, text)

    born = row.birth_date
    if born is not None:
        day = show_day(born)
        for code, column, words in (
            ("died_before_birth", "death_date", "died on {}, before the birth on {}"),
            ("weaned_before_birth", "wean_date", "was weaned on {}, before the birth on {}"),
            ("genotyped_before_birth", "genotype_date", "was genotyped on {}, before the birth on {}"),
            ("reduced_before_birth", "reduced_date", "was reduced on {}, before the birth on {}"),
        ):
            value = getattr(row, column)
            if value is not None and value < born:
                yield problem(code, f"{row.nickname} {words.format(show_day(value), day)}.")
        if row.litter_date is not None and row.litter_date != born:
            text = f"was born on {day}, its litter {row.litter} on {show_day(row.litter_date)}"
            yield problem("litter_birth", f"{row.nickname} {text}.")
    for code, column, words in (("future", "birth_date", "birth"), ("future", "death_date", "death")):
        value = getattr(row, column)
        if value is not None and value > tomorrow:
            yield problem(code, f"The {words} of {row.nickname} on {show_day(value)} is in the future.")
    if row.genotype_date is not None and row.to_be_genotyped:
        text = f"was genotyped on {show_day(row.genotype_date)}, and is still to be genotyped"
        yield problem("still_to_be_genotyped", f"{row.nickname} {text}.")
    if row.reduced_date is not None and row.cull_date is not None and row.reduced_date < row.cull_date:
        days = f"reduced on {show_day(row.reduced_date)}, before the cull on {show_day(row.cull_date)}"
        yield problem("reduced_before_cull", f"{row.nickname} was {days}.")


def _cull_of(row: Any) -> Iterator[Problem]:
    day = show_day(row.cull_date)
    if row.birth_date is not None and row.cull_date < row.birth_date:
        text = f"{row.nickname} was culled on {day}, before the birth on {show_day(row.birth_date)}."
        yield of_animal(row, "cull_before_birth", "cull", row.cull_id, text)
    if row.death_date is None:
        text = f"{row.nickname} was culled on {day}, and has no date of death."
        yield of_animal(row, "cull_without_death", "cull", row.cull_id, text)
    elif row.death_date != row.cull_date:
        text = f"{row.nickname} was culled on {day}, but died on {show_day(row.death_date)}."
        yield of_animal(row, "cull_not_death", "cull", row.cull_id, text)
    if row.actual_severity is None:
        text = f"{row.nickname} was culled on {day}, and its actual severity is not noted."
        yield of_animal(row, "cull_without_severity", "subject", row.subject_id, text)


_folded = folded(Subject.nickname)
_often = (
    select(_folded.label("name"), Subject.lab_id.label("lab_id"))
    .group_by(_folded, Subject.lab_id)
    .having(func.count() > 1)
    .subquery()
)


def names(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Nicknames that several animals of a lab have, capitals aside, and such as are none. Two statements."""
    same_lab = _often.c.lab_id.is_not_distinct_from(Subject.lab_id)
    several = select(*OF_ANIMAL).join(_often, and_(_often.c.name == _folded, same_lab))
    for row in connection.execute(several.outerjoin(Lab, Lab.id == Subject.lab_id)):
        where = f"in {row.lab}" if row.lab else "without a lab"
        text = f"Another animal {where} is called {row.nickname} too."
        yield of_animal(row, "nickname_twice", "subject", row.subject_id, text)
    sqlite = connection.dialect.name == "sqlite"
    strange = Subject.nickname.op("GLOB" if sqlite else "~")(
        "*[^A-Za-z0-9_.-]*" if sqlite else "[^A-Za-z0-9_.-]"
    )
    odd = select(*OF_ANIMAL).outerjoin(Lab, Lab.id == Subject.lab_id)
    for row in connection.execute(odd.where(or_(strange, Subject.nickname.in_(("", "-"))))):
        try:
            check_nickname(row.nickname)
        except Refused as refused:
            text = str(refused) if row.nickname.strip(" -") else "This animal has no nickname."
            yield of_animal(row, "nickname", "subject", row.subject_id, text)


def labs(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Labs in which nobody is ever under. One statement."""
    nothing = select(Lab.id, Lab.name).where(Lab.reference_weight_pct + Lab.zscore_weight_pct <= 0)
    for row in connection.execute(nothing):
        text = f"{row.name} has no threshold: no animal of it is ever under its weight."
        yield Problem("no_threshold", "lab", row.id, None, None, row.name, text)
