"""Every restricted animal with every number of the husbandry rules, at one moment."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cache
from itertools import compress
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from colonydesk.db.plain import NO_TIME, Floats, Ints, Key, Reading, an_id, days, floats, rows, times
from colonydesk.db.rules import Rules, rules
from colonydesk.domain.days import DAY, date_of, micros, zone
from colonydesk.domain.facts import LabRules
from colonydesk.domain.growth import GrowthMode, GrowthTable, age_in_days, mean_and_sd
from colonydesk.domain.state import Inputs, Values, evaluate, owes_weight
from colonydesk.domain.water import is_owed
from colonydesk.queries.restricted_sql import COLUMNS, RESTRICTED, Scope, before

Bools = npt.NDArray[np.bool_]
Columns = dict[str, Sequence[Any]]
"""Raw values, one sequence a column."""


class RestrictedStatus(NamedTuple):
    """The restricted living animals, in no order; every sequence has one entry an animal.

    ``inputs`` and ``values`` are the husbandry numbers (see domain.state), ``status`` codes among them.
    ``keys`` are the raw ids, ``own_reference`` the restrictions' own reference weights (g, NaN for none).
    Times are micros, NO_TIME for an animal never weighed and a restriction without an end.
    """

    ids: tuple[UUID, ...]
    keys: Sequence[str]
    nicknames: tuple[str, ...]
    lab_ids: tuple[UUID | None, ...]
    labs: tuple[str | None, ...]
    cages: tuple[str | None, ...]
    restriction_start: Ints
    restriction_end: Ints
    own_reference: Floats
    weighed_at: Ints
    weighed_today: Bools
    inputs: Inputs
    values: Values
    days: Ints
    owes_weight: Bools
    owes_water: Bools

    def __len__(self) -> int:
        return len(self.ids)


def restricted_status(
    connection: Reading,
    now: datetime,
    lab_id: UUID | None = None,
    *,
    subject_ids: Sequence[UUID] | None = None,
    known: Rules | None = None,
    without: Collection[UUID] = (),
) -> RestrictedStatus:
    """The restricted living animals of all labs, of one, or those among ``subject_ids``; some ``without``.

    Two statements (one where the rules are ``known``), and another where a restriction has no reference
    weight of its own, or an implant is younger than it.
    """
    known = rules(connection) if known is None else known
    columns = restricted_columns(connection, known, now, lab_id, subject_ids)
    if without:
        kept = [an_id(one) not in without for one in columns["id"]]
        columns = {name: list(compress(values, kept)) for name, values in columns.items()}
    return status_of(connection, known, columns, now)


def status_of(connection: Reading, known: Rules, columns: Columns, now: datetime) -> RestrictedStatus:
    """The numbers of what ``restricted_columns`` read at the same moment."""
    places = _Places(known, columns["lab_id"], now)
    starts = times(columns["start_time"])
    own_reference = floats(columns["reference_weight"])
    weighed_at = times(columns["weighed_at"])
    inputs = _inputs(connection, known, columns, places, starts)
    values = evaluate(inputs)
    weighed_today = (weighed_at != NO_TIME) & (places.days(weighed_at) == places.today)
    first_day = places.days(starts) == places.today
    return RestrictedStatus(
        ids=tuple(map(an_id, columns["id"])),
        keys=columns["id"],
        nicknames=tuple(columns["nickname"]),
        lab_ids=tuple(places.ids[number] for number in places.lab),
        labs=tuple(places.entries[number].name for number in places.lab),
        cages=tuple(columns["cage"]),
        restriction_start=starts,
        restriction_end=times(columns["end_time"]),
        own_reference=own_reference,
        weighed_at=weighed_at,
        weighed_today=weighed_today,
        inputs=inputs,
        values=values,
        days=places.today,
        owes_weight=owes_weight(inputs.weight, weighed_today, first_day, own_reference),
        owes_water=is_owed(values.remaining),
    )


def restricted_columns(
    connection: Reading,
    known: Rules,
    now: datetime,
    lab_id: UUID | None = None,
    subject_ids: Sequence[UUID] | None = None,
) -> Columns:
    """The restricted living animals with the records that count, in one statement; by COLUMNS."""
    parameters: dict[str, Any] = {"now": now}
    scope: Scope = "all"
    if subject_ids is not None:
        scope, parameters["subjects"] = "subjects", list(subject_ids)
    elif lab_id is not None:
        scope, parameters["lab"] = "lab", lab_id
    # UTC for animals without a lab.
    zones = {"UTC", *(entry.rules.timezone for entry in known.labs.values())}
    parameters["zones"] = [_day_in(name, now) for name in sorted(zones)]
    found = rows(connection, RESTRICTED[scope], parameters)
    return dict(zip(COLUMNS, zip(*found, strict=True) if found else [()] * len(COLUMNS), strict=True))


def _day_in(name: str, now: datetime) -> list[Any]:
    day = zone(name).day(now)
    return [name, *zone(name).bounds(day), day]


class _Places:
    """The labs of the animals, and local times by each one's own zone."""

    def __init__(self, known: Rules, lab_ids: Sequence[Key], now: datetime) -> None:
        numbers = {lab_id: number for number, lab_id in enumerate(dict.fromkeys(lab_ids))}
        self.entries = [known.lab(lab_id) for lab_id in numbers]
        self.ids = [None if lab_id is None else UUID(lab_id) for lab_id in numbers]
        self.lab = np.array([numbers[lab_id] for lab_id in lab_ids], dtype=np.int64)
        self.now = self.local(np.full(len(lab_ids), micros(now), dtype=np.int64))
        self.today = self.now // DAY

    def of_lab(self, value: Callable[[LabRules], float]) -> Floats:
        """A number of each animal's lab."""
        return np.array([value(entry.rules) for entry in self.entries], dtype=np.float64)[self.lab]

    def local(self, moments: Ints) -> Ints:
        """Local wall-clock micros of one moment an animal; anything for NO_TIME."""
        known = np.where(moments == NO_TIME, 0, moments)
        if len(self.entries) == 1:
            return self.entries[0].rules.zone.local(known)
        local = np.empty_like(known)
        for number, entry in enumerate(self.entries):
            here = self.lab == number
            local[here] = entry.rules.zone.local(known[here])
        return local

    def days(self, moments: Ints) -> Ints:
        return self.local(moments) // DAY


def _inputs(connection: Reading, known: Rules, columns: Columns, places: _Places, starts: Ints) -> Inputs:
    implant = np.nan_to_num(floats(columns["implant"]))
    reference, reference_at, reference_implant = _references(connection, columns, places, starts, implant)
    born = days(columns["birth_date"])
    reference_age = age_in_days(places.local(reference_at), born)
    ages = (age_in_days(places.now, born), np.where(np.isnan(reference), np.nan, reference_age))
    (mean, sd), (reference_mean, reference_sd) = _growth(known, columns, places, ages)
    return Inputs(
        weight=floats(columns["weight"]),
        implant=implant,
        reference=reference,
        reference_implant=reference_implant,
        mean=mean,
        sd=sd,
        reference_mean=reference_mean,
        reference_sd=reference_sd,
        reward=np.nan_to_num(floats(columns["reward"])),
        supplement=np.nan_to_num(floats(columns["supplement"])),
        adlib=floats(columns["adlib"]) > 0,
        zscore_pct=places.of_lab(lambda lab: lab.zscore_weight_pct),
        reference_pct=places.of_lab(lambda lab: lab.reference_weight_pct),
        absolute_min_pct=places.of_lab(lambda lab: lab.absolute_min_pct),
        rate=places.of_lab(lambda lab: lab.water_ml_per_g),
        rate_under=places.of_lab(lambda lab: lab.water_ml_per_g_underweight),
    )


def _references(
    connection: Reading, columns: Columns, places: _Places, starts: Ints, implant: Floats
) -> tuple[Floats, Ints, Floats]:
    """Reference weighing, its time, and the implant of the restriction's first day.

    The restriction that holds is also the last one that has begun: its own weight is the reference, and
    where it has none, the last weighing up to its first day.
    """
    reference, at, at_start = floats(columns["reference_weight"]), starts, implant
    implanted_at = times(columns["implanted_at"])
    start_days = places.days(starts)
    weightless = ~(reference > 0)
    younger = (implanted_at != NO_TIME) & (places.days(implanted_at) > start_days)
    asked = np.flatnonzero(weightless | younger).tolist()
    if not asked:
        return reference, at, at_start
    ends: dict[tuple[int, int], datetime] = {}
    bounds = []
    for place in asked:
        lab, day = int(places.lab[place]), int(start_days[place])
        if (lab, day) not in ends:
            ends[lab, day] = places.entries[lab].rules.zone.bounds(date_of(day))[1]
        bounds.append((columns["id"][place], ends[lab, day]))
    found = before(connection, bounds)
    implants, latest, latest_at = zip(*(found[columns["id"][place]] for place in asked), strict=True)
    at_start = at_start.copy()
    at_start[asked] = np.nan_to_num(floats(implants))
    weights, weighed_at = np.full(len(starts), np.nan), np.full(len(starts), NO_TIME)
    weights[asked] = floats(latest)
    weighed_at[asked] = times(latest_at)
    return np.where(weightless, weights, reference), np.where(weightless, weighed_at, at), at_start


def _growth(
    known: Rules, columns: Columns, places: _Places, ages: tuple[Floats, Floats]
) -> list[tuple[Floats, Floats]]:
    """Mean and deviation at both ages, by each animal's own curve."""

    @cache
    def table_of(
        of_line: Key, strain: Key, species: Key, number: int, sex: str
    ) -> tuple[GrowthTable | None, GrowthMode]:
        lab = places.entries[number]
        curve = known.curve(of_line, strain, species, lab)
        return curve.table(sex) if curve else None, lab.rules.growth_mode

    of_animal = (columns["growth_curve_id"], columns["strain_id"], columns["species_id"])
    members: dict[tuple[GrowthTable | None, GrowthMode], list[int]] = defaultdict(list)
    for place, of_one in enumerate(map(table_of, *of_animal, places.lab.tolist(), columns["sex"])):
        members[of_one].append(place)
    found = [(np.full(age.shape, np.nan), np.full(age.shape, np.nan)) for age in ages]
    for (table, mode), of in members.items():
        for age, (mean, sd) in zip(ages, found, strict=True):
            mean[of], sd[of] = mean_and_sd(table, age[of], mode)
    return found


def or_none(values: npt.NDArray[np.float64]) -> list[float | None]:
    """Numbers, None where one is not known."""
    return [None if value != value else value for value in values.tolist()]
