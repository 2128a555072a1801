"""Every water value of today of the animals on restriction, for the list of restrictions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from colonydesk.db.plain import Reading
from colonydesk.domain.days import moment_of
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.queries.status import restricted_status


class Numbers(NamedTuple):
    """One animal today: weights in g, water in mL, the percentage in percent; None where not known."""

    weight: float | None
    expected_weight: float | None
    min_weight: float | None
    percentage_weight: float | None
    status: str
    required: float | None
    reward: float
    supplement: float
    given: float
    remaining: float | None
    excess: float | None


def numbers_of_today(
    connection: Reading, now: datetime, subject_ids: Sequence[UUID] | None = None
) -> dict[tuple[UUID, datetime], Numbers]:
    """By animal and start of its restriction, of those on restriction now: all, or among ``subject_ids``.

    Two or three statements.
    """
    status = restricted_status(connection, now, subject_ids=subject_ids)
    known, values = status.inputs, status.values
    columns: list[Sequence[Any]] = [
        _known(known.weight),
        _known(values.expected_weight),
        _known(values.min_weight),
        _known(values.percentage_weight),
        [STATUS_WORDS[code] for code in values.status.tolist()],
        _known(values.required),
        known.reward.tolist(),
        known.supplement.tolist(),
        values.given.tolist(),
        _known(values.remaining),
        _known(values.excess),
    ]
    starts = [moment_of(start) for start in status.restriction_start.tolist()]
    numbers = (Numbers(*row) for row in zip(*columns, strict=True))
    return dict(zip(zip(status.ids, starts, strict=True), numbers, strict=True))


def _known(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]
