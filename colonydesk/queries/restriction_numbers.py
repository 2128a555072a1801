"""Every water value of today of the animals on restriction, for the list of restrictions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from colonydesk.db.plain import Reading
from colonydesk.domain.days import moment_of
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.queries.status import or_none, restricted_status


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
        or_none(known.weight),
        or_none(values.expected_weight),
        or_none(values.min_weight),
        or_none(values.percentage_weight),
        [STATUS_WORDS[code] for code in values.status.tolist()],
        or_none(values.required),
        known.reward.tolist(),
        known.supplement.tolist(),
        values.given.tolist(),
        or_none(values.remaining),
        or_none(values.excess),
    ]
    starts = [moment_of(start) for start in status.restriction_start.tolist()]
    numbers = (Numbers(*row) for row in zip(*columns, strict=True))
    return dict(zip(zip(status.ids, starts, strict=True), numbers, strict=True))
