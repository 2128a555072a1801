"""The husbandry numbers at a moment, computed from what counts then: the formulas of weight and water put
together."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from colonydesk.domain import water, weight

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Inputs(NamedTuple):
    """The numbers that go into the formulas; arrays that broadcast together, g and mL, NaN where not known.

    One element is one animal at one moment. ``reference`` is the reference weighing, ``reference_implant``
    the implant of its time; ``mean`` and ``sd`` are the growth curve's at the moment, ``reference_mean``
    and ``reference_sd`` at the reference weighing. The rest are the lab's.
    """

    weight: Floats
    implant: Floats
    reference: Floats
    reference_implant: Floats
    mean: Floats
    sd: Floats
    reference_mean: Floats
    reference_sd: Floats
    reward: Floats
    supplement: Floats
    adlib: Bools
    zscore_pct: Floats
    reference_pct: Floats
    absolute_min_pct: Floats
    rate: Floats
    rate_under: Floats


class Values(NamedTuple):
    """What follows from the inputs, elementwise. ``status`` are codes of ``weight.STATUS_WORDS``."""

    reference_weight: Floats
    zscore: Floats
    zscore_weight: Floats
    expected_weight: Floats
    min_weight: Floats
    absolute_min_weight: Floats
    percentage_weight: Floats
    status: npt.NDArray[np.int8]
    required: Floats
    given: Floats
    remaining: Floats
    excess: Floats


def evaluate(known: Inputs) -> Values:
    """Every number of the husbandry rules from the inputs."""
    share = weight.threshold(known.zscore_pct, known.reference_pct)
    reference = weight.reference_weight(known.reference, known.reference_implant)
    score = weight.zscore(reference, known.reference_mean, known.reference_sd)
    zscored = weight.zscore_weight(score, known.mean, known.sd)
    expected = weight.expected_weight(
        zscored, reference, known.implant, known.zscore_pct, known.reference_pct
    )
    percentage = weight.percentage_weight(known.weight, expected, known.implant)
    rate = water.water_rate(weight.is_under(percentage, share), known.rate, known.rate_under)
    required = water.required_water(known.weight, known.implant, rate)
    given = known.reward + known.supplement
    return Values(
        reference_weight=reference,
        zscore=score,
        zscore_weight=zscored,
        expected_weight=expected,
        min_weight=weight.weight_at_share(expected, known.implant, share),
        absolute_min_weight=weight.weight_at_share(expected, known.implant, known.absolute_min_pct),
        percentage_weight=percentage,
        status=weight.weight_status(percentage, share, known.absolute_min_pct),
        required=required,
        given=given,
        remaining=water.remaining_water(required, given, known.adlib),
        excess=water.excess_water(required, given, known.adlib),
    )


def owes_weight(weight: Floats, weighed_today: Bools, first_day: Bools, reference: Floats) -> Bools:
    """Whether a restricted animal is still to be weighed today.

    Not on the first day of a restriction that has a reference weight of its own (``reference``; 0 or NaN is
    none), unless the animal has never been weighed: then nothing can be said of its water either.
    """
    excused = first_day & (reference > 0)
    owed: Bools = np.isnan(weight) | (~weighed_today & ~excused)
    return owed
