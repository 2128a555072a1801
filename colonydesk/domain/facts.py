"""What is known of one animal, as plain values, and which of it counts at a moment."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from colonydesk.domain.days import DAY, Ints, Zone, day_number, micros, zone
from colonydesk.domain.growth import GrowthCurve, GrowthMode, age_in_days, mean_and_sd
from colonydesk.domain.state import Inputs

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_T = TypeVar("_T", bound=np.generic)

NEVER = np.iinfo(np.int64).max
"""The end, in micros, of a restriction that has none."""


def _no_times() -> Ints:
    return np.empty(0, dtype=np.int64)


def _no_values() -> Floats:
    return np.empty(0, dtype=np.float64)


def _no_flags() -> Bools:
    return np.empty(0, dtype=np.bool_)


class LabRules(NamedTuple):
    """A lab's numbers: shares of the expected weight (0.8 is 80 %), water in mL per g, its zone."""

    reference_weight_pct: float = 0.0
    zscore_weight_pct: float = 0.0
    absolute_min_pct: float = 0.75
    water_ml_per_g: float = 0.04
    water_ml_per_g_underweight: float = 0.05
    growth_mode: GrowthMode = "step"
    timezone: str = "UTC"

    @property
    def zone(self) -> Zone:
        return zone(self.timezone)

    @property
    def threshold(self) -> float:
        """T: the share of the expected weight below which an animal is under."""
        return self.zscore_weight_pct + self.reference_weight_pct


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """One animal's records. Times are int64 micros (see days), weights g, water mL.

    Every group is in order of time, two records of one moment in the order of created_at, then id: the
    caller sorts. Void and superseded records are not among them. ``water_amounts`` is NaN where no amount
    was noted, ``reference_weights`` NaN or 0 where none was, ``restriction_ends`` NEVER where there is no
    end.
    """

    lab: LabRules
    sex: str = "U"
    birth_date: date | None = None
    death_date: date | None = None
    curve: GrowthCurve | None = None
    weighing_times: Ints = field(default_factory=_no_times)
    weights: Floats = field(default_factory=_no_values)
    surgery_times: Ints = field(default_factory=_no_times)
    implant_weights: Floats = field(default_factory=_no_values)
    restriction_starts: Ints = field(default_factory=_no_times)
    restriction_ends: Ints = field(default_factory=_no_times)
    reference_weights: Floats = field(default_factory=_no_values)
    water_times: Ints = field(default_factory=_no_times)
    water_amounts: Floats = field(default_factory=_no_values)
    water_in_session: Bools = field(default_factory=_no_flags)
    water_adlib: Bools = field(default_factory=_no_flags)

    def with_weighing(self, moment: datetime, weight: float) -> "Facts":
        """The facts as they would be with one more weighing, the last of its moment."""
        time = micros(moment)
        place = int(np.searchsorted(self.weighing_times, time, side="right"))
        return replace(
            self,
            weighing_times=_inserted(self.weighing_times, place, time),
            weights=_inserted(self.weights, place, weight),
        )

    def with_water(
        self, moment: datetime, amount: float | None, *, in_session: bool = False, adlib: bool = False
    ) -> "Facts":
        """The facts as they would be with one more administration, the last of its moment."""
        time = micros(moment)
        place = int(np.searchsorted(self.water_times, time, side="right"))
        return replace(
            self,
            water_times=_inserted(self.water_times, place, time),
            water_amounts=_inserted(self.water_amounts, place, np.nan if amount is None else amount),
            water_in_session=_inserted(self.water_in_session, place, in_session),
            water_adlib=_inserted(self.water_adlib, place, adlib),
        )

    def without_weighing(self, moment: datetime, weight: float) -> "Facts":
        """The facts as they would be without a weighing; as they are where it is not among them."""
        place = _first(self.weighing_times == micros(moment), self.weights == weight)
        if place is None:
            return self
        return replace(
            self,
            weighing_times=np.delete(self.weighing_times, place),
            weights=np.delete(self.weights, place),
        )

    def without_water(
        self, moment: datetime, amount: float | None, *, in_session: bool = False, adlib: bool = False
    ) -> "Facts":
        """The facts as they would be without an administration; as they are where it is not among them."""
        same_amount = np.isnan(self.water_amounts) if amount is None else self.water_amounts == amount
        place = _first(
            self.water_times == micros(moment),
            same_amount,
            self.water_in_session == in_session,
            self.water_adlib == adlib,
        )
        if place is None:
            return self
        return replace(
            self,
            water_times=np.delete(self.water_times, place),
            water_amounts=np.delete(self.water_amounts, place),
            water_in_session=np.delete(self.water_in_session, place),
            water_adlib=np.delete(self.water_adlib, place),
        )


class Found(NamedTuple):
    """Which records count at each of some moments: indices into the facts' groups, -1 for none.

    ``weighing_today`` is the latest weighing of that very day; ``restriction`` the one that holds; the
    reference is either ``reference_restriction``'s own weight, or ``reference_weighing``. ``implant`` and
    ``reference_implant`` are surgeries. Ages are whole days, NaN where not known.
    """

    moments: Ints
    days: Ints
    weighing: Ints
    weighing_today: Ints
    implant: Ints
    restriction: Ints
    reference_restriction: Ints
    reference_weighing: Ints
    reference_implant: Ints
    reference: Floats
    age: Floats
    reference_age: Floats


def find(facts: Facts, moments: Ints) -> Found:
    """The records that count at moments (micros)."""
    lab_zone = facts.lab.zone
    local = lab_zone.local(moments)
    days = local // DAY
    weighing_days = lab_zone.days(facts.weighing_times)
    start_days = lab_zone.days(facts.restriction_starts)
    implanted = np.flatnonzero(facts.implant_weights > 0)  # a later surgery with 0 does not remove an implant
    implant_days = lab_zone.days(facts.surgery_times[implanted])

    weighing = _last(weighing_days, days)
    today = np.where(_take(weighing_days, weighing, -1) == days, weighing, -1)

    latest = _last(start_days, days)
    restriction = np.where(moments <= _take(facts.restriction_ends, latest, -1), latest, -1)
    start_day = _take(start_days, restriction, 0)
    restricted = restriction >= 0

    # The last restriction's own weight holds from its start on, also after its end; else that of the one
    # that holds.
    own = restriction
    if len(facts.reference_weights) and facts.reference_weights[-1] > 0:
        last = len(facts.reference_weights) - 1
        own = np.where(moments >= facts.restriction_starts[-1], last, restriction)
    own = np.where(_take(facts.reference_weights, own, 0.0) > 0, own, -1)
    at_start = _last(weighing_days, start_day)
    reference_weighing = np.where((own < 0) & restricted, at_start, -1)

    reference_moments = np.where(
        own >= 0, _take(facts.restriction_starts, own, 0), _take(facts.weighing_times, reference_weighing, 0)
    )
    reference_known = (own >= 0) | (reference_weighing >= 0)
    born = np.nan if facts.birth_date is None else day_number(facts.birth_date)
    reference_age = age_in_days(lab_zone.local(reference_moments), born)
    surgeries = np.append(implanted, -1)
    return Found(
        moments=moments,
        days=days,
        weighing=weighing,
        weighing_today=today,
        implant=surgeries[_last(implant_days, days)],
        restriction=restriction,
        reference_restriction=own,
        reference_weighing=reference_weighing,
        reference_implant=surgeries[_last(implant_days, np.where(restricted, start_day, days))],
        reference=np.where(
            own >= 0,
            _take(facts.reference_weights, own, np.nan),
            _take(facts.weights, reference_weighing, np.nan),
        ),
        age=age_in_days(local, born),
        reference_age=np.where(reference_known, reference_age, np.nan),
    )


def inputs(facts: Facts, found: Found) -> Inputs:
    """The numbers of the records that count, ready for the formulas. ``found.days`` ascend without
    repeats."""
    lab = facts.lab
    table = facts.curve.table(facts.sex) if facts.curve else None
    mean, sd = mean_and_sd(table, found.age, lab.growth_mode)
    reference_mean, reference_sd = mean_and_sd(table, found.reference_age, lab.growth_mode)
    reward, supplement, adlib = _given(facts, found.days)
    return Inputs(
        weight=_take(facts.weights, found.weighing, np.nan),
        implant=_take(facts.implant_weights, found.implant, 0.0),
        reference=found.reference,
        reference_implant=_take(facts.implant_weights, found.reference_implant, 0.0),
        mean=mean,
        sd=sd,
        reference_mean=reference_mean,
        reference_sd=reference_sd,
        reward=reward,
        supplement=supplement,
        adlib=adlib,
        zscore_pct=np.asarray(lab.zscore_weight_pct),
        reference_pct=np.asarray(lab.reference_weight_pct),
        absolute_min_pct=np.asarray(lab.absolute_min_pct),
        rate=np.asarray(lab.water_ml_per_g),
        rate_under=np.asarray(lab.water_ml_per_g_underweight),
    )


def _given(facts: Facts, days: Ints) -> tuple[Floats, Floats, Bools]:
    """Reward, supplement and whether ad lib, of each of some ascending days."""
    water_days = facts.lab.zone.days(facts.water_times)
    count = len(days)
    place = np.searchsorted(days, water_days)
    on_day = (place < count) & (_take(days, np.minimum(place, count - 1), 0) == water_days)
    measured = on_day & ~np.isnan(facts.water_amounts)
    session, other = measured & facts.water_in_session, measured & ~facts.water_in_session
    reward = np.bincount(place[session], facts.water_amounts[session], count)
    supplement = np.bincount(place[other], facts.water_amounts[other], count)
    adlib = np.bincount(place[on_day & facts.water_adlib], minlength=count) > 0
    return np.asarray(reward, dtype=np.float64), np.asarray(supplement, dtype=np.float64), adlib


def _last(ordered: Ints, upto: Ints) -> Ints:
    """Index of the last of some ascending days that is not after each given day; -1 for none."""
    return np.searchsorted(ordered, upto, side="right") - 1


def _take(values: npt.NDArray[_T], index: Ints, none: float) -> npt.NDArray[_T]:
    """``values[index]``, and ``none`` where the index is -1."""
    return np.append(values, np.asarray(none, dtype=values.dtype))[index]


def _inserted(values: npt.NDArray[_T], place: int, value: float) -> npt.NDArray[_T]:
    one = np.asarray([value], dtype=values.dtype)
    return np.concatenate((values[:place], one, values[place:]))


def _first(*conditions: Bools) -> int | None:
    """The first place where all of these hold; of several records that are alike any will do."""
    places = np.flatnonzero(np.logical_and.reduce(conditions))
    return int(places[0]) if len(places) else None
