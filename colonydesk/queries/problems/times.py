"""What is wrong with what was done to animals: restrictions, weighings, water, actions, their numbers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from colonydesk.db.tables import (
    Lab,
    Line,
    OtherAction,
    Session,
    Species,
    Subject,
    Surgery,
    VirusInjection,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.domain.days import show_day
from colonydesk.domain.plausibility import IMPOSSIBLE_FACTOR, show
from colonydesk.queries.problems.problem import (
    OF_ANIMAL,
    Problem,
    day_of,
    life_problem,
    of_animal,
    outside_life,
)

_restrictions = (
    select(
        *OF_ANIMAL,
        WaterRestriction.id,
        WaterRestriction.start_time,
        WaterRestriction.end_time,
        WaterRestriction.reference_weight,
    )
    .join(Subject, Subject.id == WaterRestriction.subject_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .order_by(WaterRestriction.subject_id, WaterRestriction.start_time, WaterRestriction.id)
)


def restrictions(connection: Connection, now: datetime) -> Iterator[Problem]:
    """Restrictions without a reference weight or a start, that overlap, or do not fit the life. One
    statement."""
    earlier: Any = None
    for row in connection.execute(_restrictions):
        yield from _restriction(row, now)
        if row.start_time is None:
            continue
        if earlier is not None and earlier.subject_id != row.subject_id:
            earlier = None
        if earlier is not None and (earlier.end_time is None or earlier.end_time > row.start_time):
            first, second = (show_day(day_of(one, one.start_time)) for one in (earlier, row))
            text = f"Two water restrictions of {row.nickname} overlap: those since {first} and {second}."
            yield of_animal(row, "restrictions_overlap", "water_restriction", row.id, text)
        ends_later = earlier is None or (
            earlier.end_time is not None and (row.end_time is None or row.end_time > earlier.end_time)
        )
        earlier = row if ends_later else earlier


def _restriction(row: Any, now: datetime) -> Iterator[Problem]:
    def problem(code: str, text: str) -> Problem:
        return of_animal(row, code, "water_restriction", row.id, text)

    if row.start_time is None:
        yield problem("restriction_without_start", f"A water restriction of {row.nickname} has no start.")
        return
    since = f"The water restriction of {row.nickname} since {show_day(day_of(row, row.start_time))}"
    if not row.reference_weight:
        yield problem("restriction_without_weight", f"{since} has no reference weight.")
    if row.end_time is not None and row.end_time < row.start_time:
        end = show_day(day_of(row, row.end_time))
        yield problem("restriction_ends_first", f"{since} ends on {end}, before it starts.")
    if row.end_time is None and row.death_date is not None:
        text = f"{since} is open, and the animal died on {show_day(row.death_date)}."
        yield problem("restriction_of_dead", text)
    code, words = life_problem(row, row.start_time, now)
    if code:
        text = f"A water restriction of {row.nickname} starts {words}."
        yield problem(f"restriction_{code}", text)


_of_animal, _of_line, _of_lab = aliased(Species), aliased(Species), aliased(Species)
_usual_max = case(
    (Subject.species_id.is_not(None), _of_animal.usual_weight_max),
    (Line.species_id.is_not(None), _of_line.usual_weight_max),
    else_=_of_lab.usual_weight_max,
)
_weighings = (
    select(*OF_ANIMAL, Weighing.id, Weighing.date_time, Weighing.weight, _usual_max.label("usual_max"))
    .join(Subject, Subject.id == Weighing.subject_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(_of_animal, _of_animal.id == Subject.species_id)
    .outerjoin(_of_line, _of_line.id == Line.species_id)
    .outerjoin(_of_lab, _of_lab.id == Lab.usual_species_id)
    .where(Weighing.voided_at.is_(None))
)


def weighings(connection: Connection, now: datetime) -> Iterator[Problem]:
    """Weighings that cannot be: over ten times the usual range, outside of the life. One statement."""
    heavy = Weighing.weight > IMPOSSIBLE_FACTOR * _usual_max
    outside = outside_life(connection, Weighing.__table__.c.date_time, now)
    for row in connection.execute(_weighings.where(or_(heavy, outside))):
        if row.usual_max is not None and row.weight > IMPOSSIBLE_FACTOR * row.usual_max:
            day = show_day(day_of(row, row.date_time))
            limit = show(IMPOSSIBLE_FACTOR * row.usual_max)
            text = f"{row.nickname} weighed {show(row.weight)} g on {day}: over {limit} g is not possible."
            yield of_animal(row, "weight_impossible", "weighing", row.id, text)
        code, words = life_problem(row, row.date_time, now)
        if code:
            yield of_animal(
                row, f"weighing_{code}", "weighing", row.id, f"{row.nickname} was weighed {words}."
            )


_waters = (
    select(
        *OF_ANIMAL,
        WaterAdministration.id,
        WaterAdministration.date_time,
        Session.subject_id.label("session_subject_id"),
    )
    .join(Subject, Subject.id == WaterAdministration.subject_id)
    .outerjoin(Session, Session.id == WaterAdministration.session_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .where(WaterAdministration.voided_at.is_(None))
)


def waters(connection: Connection, now: datetime) -> Iterator[Problem]:
    """Water that was given outside of the life, or in another animal's session. One statement."""
    outside = outside_life(connection, WaterAdministration.__table__.c.date_time, now)
    for row in connection.execute(_waters.where(or_(outside, Session.subject_id != Subject.id))):
        if row.session_subject_id not in (None, row.subject_id):
            day = show_day(day_of(row, row.date_time))
            text = f"Water given to {row.nickname} on {day} is of another animal's session."
            yield of_animal(row, "water_of_anothers_session", "water_administration", row.id, text)
        code, words = life_problem(row, row.date_time, now)
        if code:
            text = f"{row.nickname} was given water {words}."
            yield of_animal(row, f"water_{code}", "water_administration", row.id, text)


_ACTIONS = {
    "surgery": (Surgery, "surgery"),
    "virus_injection": (VirusInjection, "virus injection"),
    "session": (Session, "session"),
    "other_action": (OtherAction, "action"),
}


def actions(connection: Connection, now: datetime) -> Iterator[Problem]:
    """Surgeries, injections, sessions and other actions outside of the life. One statement."""
    parts = []
    for name, (table, _) in _ACTIONS.items():
        own = table.__table__.c
        part = (
            select(literal(name).label("table"), own.id, own.start_time, own.end_time, *OF_ANIMAL)
            .join(Subject, Subject.id == own.subject_id)
            .outerjoin(Lab, Lab.id == Subject.lab_id)
        )
        ends_first = own.end_time < own.start_time
        parts.append(part.where(or_(outside_life(connection, own.start_time, now), ends_first)))
    for row in connection.execute(union_all(*parts)):
        what = _ACTIONS[row.table][1]
        code, words = life_problem(row, row.start_time, now)
        if code:
            text = f"There is a {what} of {row.nickname} {words}."
            yield of_animal(row, f"action_{code}", row.table, row.id, text)
        if row.end_time is not None and row.end_time < row.start_time:
            day = show_day(day_of(row, row.start_time))
            text = f"The {what} of {row.nickname} on {day} ends before it starts."
            yield of_animal(row, "action_ends_first", row.table, row.id, text)


_trials = (
    select(*OF_ANIMAL, Session.id, Session.start_time, Session.n_trials, Session.n_correct_trials)
    .join(Subject, Subject.id == Session.subject_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .where(
        or_(Session.n_correct_trials > Session.n_trials, Session.n_trials < 0, Session.n_correct_trials < 0)
    )
)


def trials(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Sessions with more correct trials than trials, or fewer than none. One statement."""
    for row in connection.execute(_trials):
        of = f"The session of {row.nickname}{_on_day(row)} has"
        if row.n_trials is not None and row.n_correct_trials is not None:
            text = f"{of} {row.n_correct_trials} correct trials of {row.n_trials}."
        elif row.n_trials is not None:
            text = f"{of} {row.n_trials} trials."
        else:
            text = f"{of} {row.n_correct_trials} correct trials."
        yield of_animal(row, "trials", "session", row.id, text)


_amounts = (VirusInjection.injection_volume, VirusInjection.rate_of_injection)
_injections = (
    select(*OF_ANIMAL, VirusInjection.id, VirusInjection.start_time, *_amounts)
    .join(Subject, Subject.id == VirusInjection.subject_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .where(or_(*(amount <= 0 for amount in _amounts)))
)


def injections(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Virus injections of nothing, or less. One statement."""
    for row in connection.execute(_injections):
        for value, what, unit in (
            (row.injection_volume, "volume", "nL"),
            (row.rate_of_injection, "rate", "nL/min"),
        ):
            if value is not None and value <= 0:
                of = f"The virus injection of {row.nickname}{_on_day(row)}"
                text = f"{of} has a {what} of {show(value)} {unit}."
                yield of_animal(row, "injection_amount", "virus_injection", row.id, text)


def _on_day(row: Any) -> str:
    return "" if row.start_time is None else f" on {show_day(day_of(row, row.start_time))}"
