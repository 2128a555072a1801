"""The reports of weight and water: the day of the restricted animals, and who is underweight."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, or_, select

from colonydesk.db.facts import Animal, animals
from colonydesk.db.tables import Subject, WaterRestriction
from colonydesk.domain.days import DAY, NOON, date_of, day_number, micros
from colonydesk.domain.facts import Facts, Found, find, inputs
from colonydesk.domain.history import DailyHistory, history
from colonydesk.domain.state import owes_weight
from colonydesk.domain.water import is_owed
from colonydesk.domain.weight import CRITICAL, STATUS_WORDS, UNDER
from colonydesk.queries.reports.animals import ANIMAL, RESPONSIBLE, by_id, day_of, described
from colonydesk.queries.reports.model import Asked, Column, Report, Row
from colonydesk.queries.training import MARGIN

STATES = {"under": "under the threshold", "critical": "below the absolute minimum"}
"""The states of the underweight in words."""

_RESTRICTION = (
    *ANIMAL,
    RESPONSIBLE,
    Column("weight_yesterday", "Weight", "grams", "g", "Day before"),
    Column("percentage_weight_yesterday", "Of exp.", "percent", "%", "Day before"),
    Column("given_water_total_yesterday", "Given", "given", "mL", "Day before"),
    Column("weight", "Weight", "grams", "g"),
    Column("percentage_weight", "Of exp.", "percent", "%"),
    Column("given_water_reward", "Reward", "given", "mL"),
    Column("given_water_supplement", "Suppl.", "given", "mL"),
    Column("given_water_total", "Total", "given", "mL"),
    Column("expected_water", "Required", "owed", "mL"),
    Column("remaining_water", "Remains", "owed", "mL"),
    Column("state", "State", "state"),
)
_UNDERWEIGHT = (
    *ANIMAL,
    RESPONSIBLE,
    Column("weight", "Weight", "grams", "g"),
    Column("weighed", "Weighed", "day"),
    Column("percentage_weight", "Of expected", "percent", "%"),
    Column("expected_weight", "Expected", "figure", "g"),
    Column("min_weight", "Threshold", "figure", "g"),
    Column("restricted", "On restriction"),
    Column("state", "State", "state"),
)


def water_restriction(connection: Connection, asked: Asked) -> Report:
    """Each living animal on restriction on the day: its weight and water then, and on the day before.

    A weight is one that was entered on that very day. Eight statements with the two that every report sends.
    """
    rows = []
    unweighed = owing = below = 0
    for animal, about in _candidates(connection, asked, held_on=True):
        day = day_of(animal, asked)
        moment = _moment(animal.facts, day, asked.now)
        found = find(animal.facts, np.array([moment], dtype=np.int64))
        if found.restriction[0] < 0 or day > animal.facts.lab.zone.day(asked.now):
            continue
        days = history(animal.facts, day - timedelta(days=1), day, asked.now)
        before, today = _of_day(days, day - timedelta(days=1)), _of_day(days, day)
        owes = _owes_weight(animal.facts, found)
        thirsty = bool(is_owed(np.asarray(_float(today["remaining_water"]))))
        state = str(today["status"] or "unknown")
        unweighed, owing, below = unweighed + owes, owing + thirsty, below + (state in ("under", "critical"))
        weighed = today["weighing_at"] is not None
        nothing = None if today["weight"] is not None else 0.0
        cells = (
            *_called(about),
            before["weighing_at"],
            before["percentage_weight"] if before["weighing_at"] is not None else None,
            before["given_water_total"],
            today["weighing_at"],
            today["percentage_weight"] if weighed else None,
            *(
                today[name] if today[name] is not None else nothing
                for name in ("given_water_reward", "given_water_supplement", "given_water_total")
            ),
            today["expected_water"],
            today["remaining_water"],
            _state_words(
                state,
                today,
                adlib=bool(inputs(animal.facts, found).adlib[0]),
                owes=owes,
                thirsty=thirsty,
                over=day < animal.facts.lab.zone.day(asked.now),
            ),
        )
        rows.append(Row(cells, ("subject", animal.id), state))
    counted = [(len(rows), "animals")]
    over = asked.last < asked.today
    short = (
        (unweighed, "not weighed" if over else "to be weighed"),
        (owing, "with water owed"),
        (below, "below the threshold"),
    )
    counted += [one for one in short if one[0]]
    return _report(asked, "water-restriction", _RESTRICTION, rows, tuple(counted))


def underweight(connection: Connection, asked: Asked) -> Report:
    """The living animals below their threshold while on restriction, or below the lab's absolute minimum.

    The worst first, with the last weight up to the day. Eight statements with the two of every report.
    """
    found: list[tuple[float, Row]] = []
    for animal, about in _candidates(connection, asked, held_on=False):
        day = day_of(animal, asked)
        days = history(animal.facts, day, day, asked.now)
        if not len(days):
            continue
        now = _of_day(days, day)
        restricted = bool(days.is_water_restricted[-1])
        code = int(days.status[-1])
        if not (code == CRITICAL or (restricted and code == UNDER)):
            continue
        cells = (
            *_called(about),
            now["weight"],
            _weighed_on(animal.facts, int(days.moments[-1])),
            now["percentage_weight"],
            now["expected_weight"],
            now["min_weight"],
            "yes" if restricted else "no",
            STATES[STATUS_WORDS[code]],
        )
        row = Row(cells, ("subject", animal.id), STATUS_WORDS[code])
        found.append((float(days.percentage_weight[-1]), row))
    found.sort(key=lambda one: one[0])
    rows = [row for _, row in found]
    critical = sum(row.state == "critical" for row in rows)
    counted = ((len(rows), "animals"), *([(critical, "below the absolute minimum")] if critical else []))
    return _report(asked, "underweight", _UNDERWEIGHT, rows, counted)


def _report(
    asked: Asked,
    name: str,
    columns: tuple[Column, ...],
    rows: list[Row],
    counted: tuple[tuple[int, str], ...],
) -> Report:
    titles = {"water-restriction": "Water restriction, day report", "underweight": "Underweight"}
    return Report(
        name, titles[name], asked.last, asked.last, asked.timezone, asked.lab, columns, tuple(rows), counted
    )


def _candidates(connection: Connection, asked: Asked, *, held_on: bool) -> list[tuple[Animal, Any]]:
    """The animals living on the day that were on restriction around it, or ever up to it; by nickname."""
    midnight = datetime.combine(asked.last, time(), UTC)
    since, until = midnight - 2 * MARGIN, midnight + timedelta(days=1) + 2 * MARGIN
    held = select(WaterRestriction.subject_id).where(WaterRestriction.start_time < until)
    if held_on:
        held = held.where(or_(WaterRestriction.end_time.is_(None), WaterRestriction.end_time >= since))
    about = by_id(
        connection,
        described(asked).where(
            Subject.id.in_(held), or_(Subject.death_date.is_(None), Subject.death_date >= asked.last)
        ),
    )
    found = {animal.id: animal for animal in animals(connection, list(about))}
    return [
        (found[row_id], row)
        for row_id, row in about.items()
        if row_id in found and (row.death_date is None or row.death_date > day_of(found[row_id], asked))
    ]


def _moment(facts: Facts, day: date, now: datetime) -> int:
    """When a day is looked at: today now, every other day at 12:00, as in the daily history."""
    if day == facts.lab.zone.day(now):
        return micros(now)
    return int(facts.lab.zone.moments(np.array([day_number(day) * DAY + NOON], dtype=np.int64))[0])


_SHOWN = (
    *("weight", "weighing_at", "percentage_weight", "expected_weight", "min_weight"),
    *("given_water_reward", "given_water_supplement", "given_water_total"),
    *("expected_water", "remaining_water"),
)


def _of_day(days: DailyHistory, day: date) -> dict[str, Any]:
    """The numbers of one day of a history; all None where it does not reach there."""
    at = np.flatnonzero(days.days == day_number(day))
    if not len(at):
        return dict.fromkeys((*_SHOWN, "status"))
    place = int(at[0])
    values = {name: float(getattr(days, name)[place]) for name in _SHOWN}
    known: dict[str, Any] = {name: None if value != value else value for name, value in values.items()}
    return {**known, "status": STATUS_WORDS[int(days.status[place])]}


def _float(value: float | None) -> float:
    return float("nan") if value is None else value


def _owes_weight(facts: Facts, found: Found) -> bool:
    """Whether the animal was, or is, still to be weighed on the day of ``found``."""
    at = int(found.restriction[0])
    start = facts.lab.zone.days(facts.restriction_starts[at : at + 1])
    weight = facts.weights[found.weighing] if found.weighing[0] >= 0 else np.array([np.nan])
    owed = owes_weight(
        weight, found.weighing_today >= 0, start == found.days, facts.reference_weights[at : at + 1]
    )
    return bool(owed[0])


def _state_words(
    state: str, today: dict[str, Any], *, adlib: bool, owes: bool, thirsty: bool, over: bool
) -> str:
    """ "under, to weigh, to water"; of a day that is over "under, not weighed, water owed"; "ok, ad lib"."""
    words = "never weighed" if today["weight"] is None else state
    more = ["not weighed" if over else "to weigh"] if owes and today["weight"] is not None else []
    more += ["ad lib"] if adlib else []
    more += ["water owed" if over else "to water"] if thirsty else []
    return ", ".join([words, *more])


def _weighed_on(facts: Facts, moment: int) -> date | None:
    """The day of the last weighing up to the day of a moment."""
    found = find(facts, np.array([moment], dtype=np.int64))
    place = int(found.weighing[0])
    if place < 0:
        return None
    return date_of(facts.lab.zone.days(facts.weighing_times[place : place + 1])[0])


def _called(about: Any) -> tuple[Any, ...]:
    return about.nickname, about.lab, about.cage, about.responsible_user
