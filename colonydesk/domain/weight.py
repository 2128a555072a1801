"""The weight rules: expected and minimum weight, percentage, status.

Elementwise over numpy arrays of any shape that broadcast (one animal's days, many animals at one moment, a
single value); weights in g, NaN where not known. These are the only places where the formulas are written.
The implant's weight is in every weight that a balance shows, and in none that is compared with the growth
curve.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

UNKNOWN, OK, NEAR, UNDER, CRITICAL = range(5)
STATUS_WORDS = ("unknown", "ok", "near", "under", "critical")
"""The words of the status codes, from the least to the most urgent."""

NEAR_MARGIN = 0.02
"""Less than this share above the threshold is "near"."""

DECIMALS = 9
"""To so many a percentage is compared with a threshold: 16.4 g of 20 g is 82 %, not a trace below."""

_PER_PERCENT: int = 10**DECIMALS


def reference_weight(reference: Floats, reference_implant: Floats) -> Floats:
    """The reference weighing without the implant of its time, in g."""
    return reference - reference_implant


def zscore(reference: Floats, mean: Floats, sd: Floats) -> Floats:
    """How many standard deviations the reference weight is above the curve's mean at the reference's age."""
    return (reference - mean) / sd


def zscore_weight(score: Floats, mean: Floats, sd: Floats) -> Floats:
    """The weight in g, without implant, that lies as many deviations above the mean at the present age."""
    return mean + score * sd


def threshold(zscore_pct: Floats, reference_pct: Floats) -> Floats:
    """T, the share of the expected weight below which an animal is under: the lab's two shares together."""
    return zscore_pct + reference_pct


def expected_weight(
    zscored: Floats, reference: Floats, implant: Floats, zscore_pct: Floats, reference_pct: Floats
) -> Floats:
    """The expected weight in g, with the implant; NaN where both shares are 0 or without a reference.

    Where the z-score part is not known the reference part carries the whole. (The reference system counts
    the missing part as 0, which halves the expected weight and silences the alarm.)
    """
    total = zscore_pct + reference_pct
    total = np.where(total > 0, total, np.nan)
    mixed = zscore_pct / total * zscored + reference_pct / total * reference
    alone = np.where(np.isnan(total), np.nan, reference)
    expected: Floats = np.where(np.isnan(zscored), alone, mixed) + implant
    return expected


def weight_at_share(expected: Floats, implant: Floats, share: Floats) -> Floats:
    """The weight in g, with the implant, that is this share of the expected one; the minimum weight at T."""
    return share * (expected - implant) + implant


def percentage_weight(weight: Floats, expected: Floats, implant: Floats) -> Floats:
    """The weight in percent of the expected one, both without the implant; NaN unless expected > implant."""
    expected_body = expected - implant
    percentage: Floats = 100 * (weight - implant) / np.where(expected_body > 0, expected_body, np.nan)
    return percentage


def compared(percentage: Floats) -> Floats:
    """A percentage as it is compared with a limit."""
    rounded: Floats = np.round(percentage, DECIMALS)
    return rounded


def status_limits(threshold: Floats, absolute_min_pct: Floats) -> tuple[Floats, Floats, Floats]:
    """The percentages below which an animal is critical, under and near."""
    limits = (absolute_min_pct, threshold, threshold + NEAR_MARGIN)
    critical, under, near = (compared(100 * np.asarray(limit)) for limit in limits)
    return critical, under, near


def is_under(percentage: Floats, threshold: Floats) -> Bools:
    """Whether each percentage is below the threshold; an unknown one is not."""
    under: Bools = compared(percentage) < compared(100 * np.asarray(threshold))
    return under


def shown_percentage(percentage: float) -> float:
    """A percentage as it is shown: rounded down to 0.1, so that one below a limit never reads as on it."""
    if not math.isfinite(percentage):
        raise ValueError("a percentage that is not known cannot be shown as a number")
    return round(percentage * _PER_PERCENT) // (_PER_PERCENT // 10) / 10


def weight_status(percentage: Floats, threshold: Floats, absolute_min_pct: Floats) -> Codes:
    """The status code of each percentage: an index into STATUS_WORDS."""
    critical, under, near = status_limits(threshold, absolute_min_pct)
    rounded = compared(percentage)
    status = np.select(
        [np.isnan(rounded), rounded < critical, rounded < under, rounded < near],
        [UNKNOWN, CRITICAL, UNDER, NEAR],
        OK,
    )
    return status.astype(np.int8)
