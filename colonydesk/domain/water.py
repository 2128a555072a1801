"""The water rules: what a day requires, what remains, and how amounts are shown.

Elementwise over numpy arrays that broadcast; water in mL, weights in g, NaN where not known. These are the
only places where the formulas are written.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_MICROLITRES_SHOWN = 10_000  # 0.01 mL in units of 1e-6 mL


def water_rate(under: Bools, rate: Floats, rate_under: Floats) -> Floats:
    """mL per g: the higher rate for an animal under the threshold (``weight.is_under``), else the usual
    one."""
    chosen: Floats = np.where(under, rate_under, rate)
    return chosen


def required_water(weight: Floats, implant: Floats, rate: Floats) -> Floats:
    """What a day requires in mL, never below 0; NaN without a weight."""
    required: Floats = np.maximum(rate * (weight - implant), 0.0)
    return required


def remaining_water(required: Floats, given: Floats, adlib: Bools) -> Floats:
    """What is still owed in mL, negative when more was given; 0 on a day with water ad lib."""
    remaining: Floats = np.where(adlib, 0.0, required - given)
    return remaining


def excess_water(required: Floats, given: Floats, adlib: Bools) -> Floats:
    """What was given beyond the required water in mL, negative while some is owed; never negative ad lib."""
    excess = given - required
    beyond: Floats = np.where(adlib, np.maximum(excess, 0.0), excess)
    return beyond


def is_owed(remaining: Floats) -> Bools:
    """Whether water is owed: an amount that rounds to 0 at 1e-6 mL is none."""
    owed: Bools = np.round(remaining, 6) > 0
    return owed


def shown_owed(amount: float) -> float:
    """An amount still owed as it is shown: rounded up to 0.01 mL, so that giving it is enough."""
    return -(-_micro(amount) // _MICROLITRES_SHOWN) / 100


def shown_given(amount: float) -> float:
    """An amount given as it is shown: rounded down to 0.01 mL, so that no more is claimed than was given."""
    return _micro(amount) // _MICROLITRES_SHOWN / 100


def _micro(amount: float) -> int:
    """Whole 1e-6 mL, so that 0.04 * 20.5 is 0.82 and not a trace more."""
    if not math.isfinite(amount):
        raise ValueError("an amount that is not known cannot be shown as a number")
    return round(amount * 1_000_000)
