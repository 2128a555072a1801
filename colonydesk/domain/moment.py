"""One animal at one moment: every number a screen shows of it, as it is, or as it would be."""

from datetime import date, datetime
from typing import NamedTuple

import numpy as np

from colonydesk.domain.days import date_of, micros, moment_of
from colonydesk.domain.facts import Facts, Found, find, inputs
from colonydesk.domain.state import Values, evaluate, owes_weight
from colonydesk.domain.water import is_owed
from colonydesk.domain.weight import STATUS_WORDS

NOT_RESTRICTED = "Not on water restriction: there is no reference weight."
"""Why there is no expected weight of an animal that is not restricted."""


class State(NamedTuple):
    """Weights in g, water in mL, percentage in percent; None where not known.

    ``reason`` says why the percentage is not known, or what it had to do without; see ``missing``.
    ``weight`` is the last weighing up to the local day of ``moment``, ``weighed_at`` its time.
    ``required_water`` to ``excess_water`` are of that day. ``owed`` holds "weight" and "water", of a
    restricted animal only.
    """

    moment: datetime
    day: date
    weight: float | None
    weighed_at: datetime | None
    weighed_today: bool
    implant_weight: float
    reference_weight: float | None
    zscore_weight: float | None
    expected_weight: float | None
    min_weight: float | None
    absolute_min_weight: float | None
    percentage_weight: float | None
    status: str
    is_water_restricted: bool
    restriction_start: datetime | None
    required_water: float | None
    given_water_reward: float
    given_water_supplement: float
    given_water_total: float
    remaining_water: float | None
    excess_water: float | None
    adlib: bool
    owed: tuple[str, ...]
    reason: str


class Missing(NamedTuple):
    """Why something is not known, each in one sentence; empty where it is known.

    What a day requires, and what remains and exceeds, is known with the ``weight``; the minimum weights with
    the ``expected`` one, the status with the ``percentage``.
    """

    weight: str
    reference: str
    zscore: str
    expected: str
    percentage: str


def state_at(facts: Facts, now: datetime) -> State:
    """The animal at an aware moment."""
    found = find(facts, np.array([micros(now)], dtype=np.int64))
    known = inputs(facts, found)
    values = evaluate(known)
    weighing, restriction = int(found.weighing[0]), int(found.restriction[0])
    why = missing(facts, found, values)
    without_curve = why.zscore if facts.lab.zscore_weight_pct > 0 else ""
    return State(
        moment=now,
        day=date_of(int(found.days[0])),
        weight=_known(known.weight[0]),
        weighed_at=moment_of(facts.weighing_times[weighing]) if weighing >= 0 else None,
        weighed_today=bool(found.weighing_today[0] >= 0),
        implant_weight=float(known.implant[0]),
        reference_weight=_known(values.reference_weight[0]),
        zscore_weight=_known(values.zscore_weight[0]),
        expected_weight=_known(values.expected_weight[0]),
        min_weight=_known(values.min_weight[0]),
        absolute_min_weight=_known(values.absolute_min_weight[0]),
        percentage_weight=_known(values.percentage_weight[0]),
        status=STATUS_WORDS[values.status[0]],
        is_water_restricted=restriction >= 0,
        restriction_start=moment_of(facts.restriction_starts[restriction]) if restriction >= 0 else None,
        required_water=_known(values.required[0]),
        given_water_reward=float(known.reward[0]),
        given_water_supplement=float(known.supplement[0]),
        given_water_total=float(values.given[0]),
        remaining_water=_known(values.remaining[0]),
        excess_water=_known(values.excess[0]),
        adlib=bool(known.adlib[0]),
        owed=_owed(facts, found, float(known.weight[0]), float(values.remaining[0])),
        reason=why.percentage or without_curve,
    )


def preview(
    facts: Facts,
    now: datetime,
    weight: float | None = None,
    water: float | None = None,
    *,
    adlib: bool = False,
) -> State:
    """The animal as it would be if it were weighed now and given that water now; nothing is recorded."""
    if weight is not None:
        facts = facts.with_weighing(now, weight)
    if water is not None or adlib:
        facts = facts.with_water(now, water, adlib=adlib)
    return state_at(facts, now)


def missing(facts: Facts, found: Found, values: Values) -> Missing:
    """Why what is not known at the only moment of ``found`` is not."""
    weight = "No weighing yet." if found.weighing[0] < 0 else ""
    reference = ""
    if np.isnan(found.reference[0]):
        reference = NOT_RESTRICTED
        if found.restriction[0] >= 0:
            reference = "The restriction has no reference weight, and there is no weighing from before it."
    no_share = "" if facts.lab.threshold > 0 else "The lab has set no share of the expected weight."
    expected = no_share or reference
    too_light = "The expected weight is no more than the implant's."
    unknown = too_light if np.isnan(values.percentage_weight[0]) else ""
    return Missing(
        weight=weight,
        reference=reference,
        zscore=reference or _without_curve(facts),
        expected=expected,
        percentage=weight or expected or unknown,
    )


def _without_curve(facts: Facts) -> str:
    if facts.birth_date is None:
        return "No birth date: the reference weight is used without the growth curve."
    if facts.curve is None or facts.curve.table(facts.sex) is None:
        return "No growth curve for this animal: the reference weight is used without one."
    return ""


def _owed(facts: Facts, found: Found, weight: float, remaining: float) -> tuple[str, ...]:
    restriction = int(found.restriction[0])
    if restriction < 0:
        return ()
    start = facts.lab.zone.days(facts.restriction_starts[restriction : restriction + 1])
    to_weigh = owes_weight(
        np.array([weight]),
        found.weighing_today >= 0,
        start == found.days,
        facts.reference_weights[restriction : restriction + 1],
    )
    to_water = is_owed(np.array([remaining]))
    return ("weight",) * bool(to_weigh[0]) + ("water",) * bool(to_water[0])


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
