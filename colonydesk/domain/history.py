"""The daily history of one animal."""

from datetime import date, datetime
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from colonydesk.domain.days import DAY, NOON, Ints, date_of, day_number, micros
from colonydesk.domain.facts import Facts, LabRules, find, inputs
from colonydesk.domain.growth import Floats
from colonydesk.domain.state import evaluate
from colonydesk.domain.water import Bools


class DailyHistory(NamedTuple):
    """One row a day, ascending, in equally long arrays: g, mL, percent, NaN where not known.

    ``days`` are day numbers (days.date_of), ``moments`` the micros at which each was evaluated: 12:00
    local, today at now. ``weighing_at`` is the weight entered on that very day, ``weight`` the last one
    entered up to it. ``status`` are codes of weight.STATUS_WORDS; ``remaining`` differs from ``-excess``
    only on days with water ad lib.
    """

    days: Ints
    moments: Ints
    weight: Floats
    weighing_at: Floats
    reference_weight: Floats
    expected_weight: Floats
    zscore_weight: Floats
    min_weight: Floats
    absolute_min_weight: Floats
    percentage_weight: Floats
    status: npt.NDArray[np.int8]
    given_water_reward: Floats
    given_water_supplement: Floats
    given_water_total: Floats
    expected_water: Floats
    remaining_water: Floats
    excess_water: Floats
    is_water_restricted: Bools
    implant_weight: Floats

    def __len__(self) -> int:
        return len(self.days)

    def dates(self) -> list[date]:
        """The local date of each row."""
        return [date_of(day) for day in self.days.tolist()]


HISTORY_COLUMNS = (
    "weight",
    "weighing_at",
    "reference_weight",
    "expected_weight",
    "zscore_weight",
    "min_weight",
    "percentage_weight",
    "given_water_reward",
    "given_water_supplement",
    "given_water_total",
    "expected_water",
    "excess_water",
    "is_water_restricted",
    "implant_weight",
)
"""The columns that are written out beside ``date``, by the reference system's names."""


def history(facts: Facts, first_day: date | None, last_day: date | None, now: datetime) -> DailyHistory:
    """Each day from the first weighing or water to today or the day of death, or the part asked for.

    ``now`` is aware; today is the lab's local day of it and is evaluated at now, every other day at 12:00
    local. No rows where there is neither a weighing nor water.
    """
    lab_zone = facts.lab.zone
    today = day_number(lab_zone.day(now))
    days = _days(facts, first_day, last_day, today)
    if not len(days):
        return _no_days()
    moments = lab_zone.moments(days * DAY + NOON)
    moments[days == today] = micros(now)
    return _rows(facts, moments)


@cache
def _no_days() -> DailyHistory:
    """The same for every animal without records; most of a colony that died long ago has none."""
    return _rows(Facts(LabRules()), np.empty(0, dtype=np.int64))


def _days(facts: Facts, first_day: date | None, last_day: date | None, today: int) -> Ints:
    firsts = [times[0] for times in (facts.weighing_times, facts.water_times) if len(times)]
    if not firsts:
        return np.empty(0, dtype=np.int64)
    first = int(facts.lab.zone.days(np.array([min(firsts)], dtype=np.int64))[0])
    last = today if facts.death_date is None else min(today, day_number(facts.death_date))
    if first_day is not None:
        first = max(first, day_number(first_day))
    if last_day is not None:
        last = min(last, day_number(last_day))
    return np.arange(first, last + 1, dtype=np.int64)


def _rows(facts: Facts, moments: Ints) -> DailyHistory:
    found = find(facts, moments)
    known = inputs(facts, found)
    values = evaluate(known)
    weights = np.append(facts.weights, np.nan)
    return DailyHistory(
        days=found.days,
        moments=found.moments,
        weight=known.weight,
        weighing_at=weights[found.weighing_today],
        reference_weight=values.reference_weight,
        expected_weight=values.expected_weight,
        zscore_weight=values.zscore_weight,
        min_weight=values.min_weight,
        absolute_min_weight=values.absolute_min_weight,
        percentage_weight=values.percentage_weight,
        status=values.status,
        given_water_reward=known.reward,
        given_water_supplement=known.supplement,
        given_water_total=values.given,
        expected_water=values.required,
        remaining_water=values.remaining,
        excess_water=values.excess,
        is_water_restricted=found.restriction >= 0,
        implant_weight=known.implant,
    )
