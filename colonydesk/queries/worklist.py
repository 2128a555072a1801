"""The worklist of today: each restricted animal, its numbers, and what is still owed to it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from colonydesk.db.plain import Reading, Statement, day, rows
from colonydesk.domain.days import date_of
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.queries.status import RestrictedStatus, or_none, restricted_status


class WorklistRow(NamedTuple):
    """One animal today: weights in g, water in mL, the percentage in percent; None where not known.

    ``owed`` holds "weight" and "water", in the order in which they are done. ``planned`` is the water
    planned for today, None without a plan; what is planned is not given. ``restriction_end`` lies ahead where
    it is known.
    """

    subject_id: UUID
    nickname: str
    lab_id: UUID | None
    lab: str | None
    cage: str | None
    restriction_start: datetime
    restriction_end: datetime | None
    weight: float | None
    weighed_at: datetime | None
    weighed_today: bool
    percentage_weight: float | None
    status: str
    expected_weight: float | None
    min_weight: float | None
    expected_water: float | None
    given_water_total: float
    remaining_water: float | None
    adlib: bool
    planned: float | None
    owed: tuple[str, ...]


_PLANS = Statement(
    """
SELECT {row} ID(subject_id), DAY(date), amount {end} FROM (
    SELECT subject_id, date, sum(amount) AS amount FROM water_plan
    WHERE subject_id AMONG(:subjects) AND date >= :first AND date <= :last
    GROUP BY subject_id, date
) AS planned
""",
    at_once=True,
)

_URGENCY = {"critical": 0, "under": 1, "near": 2, "ok": 3, "unknown": 4}
_OWED = ((), ("weight",), ("water",), ("weight", "water"))


def worklist(connection: Reading, now: datetime, lab_id: UUID | None = None) -> tuple[WorklistRow, ...]:
    """Today's worklist at ``now``, of all labs or of one, the urgent first; each lab by its own local day.

    At most three statements.
    """
    return _rows(connection, restricted_status(connection, now, lab_id))


def worklist_rows(connection: Reading, now: datetime, subject_ids: Sequence[UUID]) -> tuple[WorklistRow, ...]:
    """The rows of some animals, in the worklist's order; those that are not on it (any more) have none."""
    return _rows(connection, restricted_status(connection, now, subject_ids=subject_ids))


def _rows(connection: Reading, status: RestrictedStatus) -> tuple[WorklistRow, ...]:
    found = list(map(WorklistRow._make, zip(*_columns(connection, status), strict=True)))
    found.sort(key=lambda row: (_URGENCY[row.status], row.nickname.casefold(), row.subject_id.int))
    return tuple(found)


def _columns(connection: Reading, status: RestrictedStatus) -> tuple[Sequence[Any], ...]:
    """The columns of the rows, in their order."""
    known, values = status.inputs, status.values
    return (
        status.ids,
        status.nicknames,
        status.lab_ids,
        status.labs,
        status.cages,
        _moments(status.restriction_start),
        _moments(status.restriction_end),
        or_none(known.weight),
        _moments(status.weighed_at),
        status.weighed_today.tolist(),
        or_none(values.percentage_weight),
        [STATUS_WORDS[code] for code in values.status.tolist()],
        or_none(values.expected_weight),
        or_none(values.min_weight),
        or_none(values.required),
        values.given.tolist(),
        or_none(values.remaining),
        known.adlib.tolist(),
        _planned(connection, status),
        [_OWED[owed] for owed in (status.owes_weight + 2 * status.owes_water).tolist()],
    )


def _planned(connection: Reading, status: RestrictedStatus) -> list[float | None]:
    """The water planned for each animal's today."""
    if not len(status):
        return []
    first, last = date_of(status.days.min()), date_of(status.days.max())
    values = {"subjects": list(status.ids), "first": first, "last": last}
    amounts = {(id_, day(of)): amount for id_, of, amount in rows(connection, _PLANS, values)}
    days = map(date_of, status.days.tolist())
    return [amounts.get(key) for key in zip(status.keys, days, strict=True)]


def _moments(values: npt.NDArray[np.int64]) -> list[datetime | None]:
    found = values.astype("datetime64[us]").tolist()  # NO_TIME is its "not a time", which becomes None
    return [None if moment is None else moment.replace(tzinfo=UTC) for moment in found]
