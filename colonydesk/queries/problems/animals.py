"""What is wrong with animals themselves: their dates, culls, numbers and names; and with labs that judge
nobody."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from colonydesk.db.catalogue import counted, table_of
from colonydesk.db.protocol import protocol_number
from colonydesk.db.tables import Cull, Lab, Line, Litter, Subject, SubjectRequest, Surgery
from colonydesk.db.text import folded
from colonydesk.domain.codes import MILD, PROTOCOL_REASON, SEVERITY
from colonydesk.domain.days import show_day
from colonydesk.domain.errors import Refused
from colonydesk.domain.naming import check_nickname
from colonydesk.queries.problems.problem import OF_ANIMAL, Problem, later, of_animal

PROTOCOL = "protocol_number"
"""The kind of problem that saving the animal mends: see ``services.rules.subjects``."""

_protocol = protocol_number(Subject.id)
_operated = exists().where(Surgery.subject_id == Subject.id)
_asked = aliased(Line)
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
        Subject.protocol_number.label("protocol"),
        _protocol.label("right_protocol"),
        _operated.label("operated"),
        SubjectRequest.line_id.label("asked_line_id"),
        _asked.nickname.label("asked_line"),
        Subject.line_id,
        Line.nickname.label("line"),
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Cull, Cull.subject_id == Subject.id)
    .outerjoin(Litter, Litter.id == Subject.litter_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(SubjectRequest, SubjectRequest.id == Subject.request_id)
    .outerjoin(_asked, _asked.id == SubjectRequest.line_id)
)


def animals(connection: Connection, now: datetime) -> Iterator[Problem]:
    """Dates in the wrong order, culls and numbers that do not fit. One statement."""
    tomorrow = later(now)
    wrong = or_(
        Subject.death_date < Subject.birth_date,
        Subject.wean_date < Subject.birth_date,
        Subject.genotype_date < Subject.birth_date,
        Subject.reduced_date < Subject.birth_date,
        Subject.reduced_date < Cull.date,
        Subject.reduced_date < Subject.death_date,
        and_(Subject.reduced_date.is_not(None), Subject.death_date.is_(None)),
        *(column > tomorrow for column in (Subject.birth_date, Subject.death_date)),
        *(column > tomorrow for column in (Subject.genotype_date, Subject.reduced_date)),
        Cull.date < Subject.birth_date,
        and_(Cull.id.is_not(None), Cull.date.is_distinct_from(Subject.death_date)),
        and_(Cull.id.is_not(None), Subject.actual_severity.is_(None)),
        and_(Subject.genotype_date.is_not(None), Subject.to_be_genotyped.is_(True)),
        Litter.birth_date != Subject.birth_date,
        Subject.protocol_number != _protocol,
        and_(Subject.actual_severity == MILD, _operated),
        and_(SubjectRequest.line_id.is_not(None), SubjectRequest.line_id.is_distinct_from(Subject.line_id)),
    )
    for row in connection.execute(_dates.where(wrong)):
        yield from _dates_of(row, tomorrow)
        yield from _reduced_of(row)
        yield from _numbers_of(row)
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
    for column, words in (
        ("birth_date", "birth"),
        ("death_date", "death"),
        ("genotype_date", "genotyping"),
        ("reduced_date", "reduction"),
    ):
        value = getattr(row, column)
        if value is not None and value > tomorrow:
            yield problem("future", f"The {words} of {row.nickname} on {show_day(value)} is in the future.")
    if row.genotype_date is not None and row.to_be_genotyped:
        text = f"was genotyped on {show_day(row.genotype_date)}, and is still to be genotyped"
        yield problem("still_to_be_genotyped", f"{row.nickname} {text}.")


def _reduced_of(row: Any) -> Iterator[Problem]:
    born = row.birth_date
    if row.reduced_date is None or (born is not None and row.reduced_date < born):
        return  # before the birth: that is said already
    reduced = f"{row.nickname} was reduced on {show_day(row.reduced_date)}"
    if row.cull_date is not None and row.reduced_date < row.cull_date:
        code, text = "reduced_before_cull", f"{reduced}, before the cull on {show_day(row.cull_date)}."
    elif row.death_date is None:
        code, text = "reduced_alive", f"{reduced}, and has no date of death."
    elif row.reduced_date < row.death_date:
        code, text = "reduced_before_death", f"{reduced}, before the death on {show_day(row.death_date)}."
    else:
        return
    yield of_animal(row, code, "subject", row.subject_id, text)


def _numbers_of(row: Any) -> Iterator[Problem]:
    def problem(code: str, text: str) -> Problem:
        return of_animal(row, code, "subject", row.subject_id, text)

    if row.protocol != row.right_protocol:
        why = PROTOCOL_REASON[row.right_protocol]
        number = f"{row.right_protocol} and not {row.protocol}"
        text = f"The protocol number of {row.nickname} should be {number}: {why}."
        yield problem(PROTOCOL, text)
    if row.actual_severity == MILD and row.operated:
        text = f"{row.nickname} has had a surgery, and its actual severity is {SEVERITY[MILD]}."
        yield problem("mild_with_surgery", text)
    if row.asked_line_id is not None and row.asked_line_id != row.line_id:
        own = f"of the line {row.line}" if row.line else "of no line"
        text = f"{row.nickname} is {own}, and assigned to a request for the line {row.asked_line}."
        yield problem("request_of_other_line", text)


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


_HUSBANDRY = ("weighing", "water_administration", "water_restriction", "housing_subject", "cull")


def people(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Human subjects with the records of an animal. One statement."""
    counts = []
    for table in _HUSBANDRY:
        own = table_of(table).c
        of_subject = select(func.count()).where(own.subject_id == Subject.id).correlate(Subject)
        counts.append(of_subject.scalar_subquery().label(table))
    persons = select(*OF_ANIMAL, *counts).outerjoin(Lab, Lab.id == Subject.lab_id)
    for row in connection.execute(persons.where(Subject.is_human.is_(True))):
        held = [counted(table, getattr(row, table)) for table in _HUSBANDRY if getattr(row, table)]
        if held:
            listed = " and ".join(part for part in (", ".join(held[:-1]), held[-1]) if part)
            text = f"{row.nickname} is a human subject, and has {listed}."
            yield of_animal(row, "human_with_husbandry", "subject", row.subject_id, text)


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
