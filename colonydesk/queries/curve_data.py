"""What one animal's weight curve is made of: plain arrays, no database and no window.

Times are UTC epoch seconds. All arrays are float64 with NaN where a value is not known, but for ``under``
and ``restricted``, which are bool. Arrays per weighing have one length, arrays per day another.
"""

from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Period(NamedTuple):
    """A water restriction; ``end`` None: it still holds. ``reference_weight`` in g, None: none entered."""

    start: float
    end: float | None
    reference_weight: float | None


class Mark(NamedTuple):
    """Something that happened at a moment: an implant ("implant 1.2 g") or a note."""

    at: float
    text: str


class Curve(NamedTuple):
    """One animal's weights and its days, from the first record to today or its death.

    Per weighing: ``weighed_at``, ``weight`` (g). Per day, in order: ``day_at`` (12:00 in ``timezone``),
    ``expected``, ``threshold`` (the lowest weight allowed at ``threshold_pct``), ``absolute_min`` (g),
    ``percentage`` (of expected, 0 to 100 and over), ``under``, ``restricted``, ``reward``, ``supplement``,
    ``required`` (mL). ``threshold_pct`` and ``absolute_min_pct`` are fractions (0.85).
    """

    subject_id: UUID
    nickname: str
    timezone: str
    weighed_at: Floats
    weight: Floats
    day_at: Floats
    expected: Floats
    threshold: Floats
    absolute_min: Floats
    percentage: Floats
    under: Bools
    restricted: Bools
    reward: Floats
    supplement: Floats
    required: Floats
    restrictions: tuple[Period, ...]
    implants: tuple[Mark, ...]
    notes: tuple[Mark, ...]
    threshold_pct: float
    absolute_min_pct: float


def same_curves(some: tuple[Curve, ...], others: tuple[Curve, ...]) -> bool:
    """Whether two choices of animals draw the same: value for value, what is not known alike."""
    return len(some) == len(others) and all(map(_same, some, others))


def _same(one: Curve, other: Curve) -> bool:
    return all(map(_alike, one, other))


def _alike(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype == np.float64)
    return one == other
