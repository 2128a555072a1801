"""The worklist of today: each restricted animal, its numbers, and what is still owed to it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from colonydesk.db.damaged import UNREADABLE, Damaged, damaged_animals, said
from colonydesk.db.plain import Reading, Statement, an_id, day, key, rows
from colonydesk.domain.days import date_of
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.queries.status import RestrictedStatus, or_none, restricted_status


class WorklistRow(NamedTuple):
    """One animal today: weights in g, water in mL, the percentage in percent; None where not known.

    ``owed`` holds "weight" and "water", in the order in which they are done. ``planned`` is the water
    planned for today, None without a plan; what is planned is not given. ``restriction_end`` lies ahead where
    it is known. ``damage`` says what of its record cannot be read: then no more of it is known.
    """

    subject_id: UUID
    nickname: str
    lab_id: UUID | None
    lab: str | None
    cage: str | None
    restriction_start: datetime | None
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
    damage: str = ""


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

# The damaged that are on restriction, as far as can be read of them.
_PLACES = Statement(
    """
SELECT ID(subject.id), ID(subject.lab_id), lab.name, subject.cage
FROM subject LEFT JOIN lab ON lab.id = subject.lab_id
WHERE subject.id AMONG(:subjects) AND subject.death_date IS NULL AND NOT subject.is_human AND EXISTS (
    SELECT 1 FROM water_restriction AS held WHERE held.subject_id = subject.id AND held.end_time IS NULL
)
ORDER BY subject.nickname, subject.id
"""
)

_URGENCY = {"critical": 0, "under": 1, "near": 2, "ok": 3, "unknown": 4}
_OWED = ((), ("weight",), ("water",), ("weight", "water"))


def worklist(connection: Reading, now: datetime, lab_id: UUID | None = None) -> tuple[WorklistRow, ...]:
    """Today's worklist at ``now``, of all labs or of one, the urgent first; each lab by its own local day.

    At most three statements. An animal whose record is damaged keeps none of the others from the list.
    """
    return _read(connection, partial(restricted_status, connection, now, lab_id), lab_id, None)


def worklist_rows(connection: Reading, now: datetime, subject_ids: Sequence[UUID]) -> tuple[WorklistRow, ...]:
    """The rows of some animals, in the worklist's order; those that are not on it (any more) have none."""
    status = partial(restricted_status, connection, now, subject_ids=subject_ids)
    return _read(connection, status, None, subject_ids)


def _read(
    connection: Reading,
    status: Callable[..., RestrictedStatus],
    lab_id: UUID | None,
    subject_ids: Sequence[UUID] | None,
) -> tuple[WorklistRow, ...]:
    try:
        return _rows(connection, status())
    except UNREADABLE:
        damaged = damaged_animals(connection)
        if not damaged:
            raise
    by_id = {one.subject_id: one for one in damaged}
    found = _rows(connection, status(without=by_id))
    last = [
        _of_damaged(by_id[an_id(id_)], key(lab), name, cage)
        for id_, lab, name, cage in rows(connection, _PLACES, {"subjects": list(by_id)})
        if lab_id in (None, key(lab)) and (subject_ids is None or an_id(id_) in subject_ids)
    ]
    return (*found, *last)


def _of_damaged(one: Damaged, lab_id: UUID | None, lab: str | None, cage: str | None) -> WorklistRow:
    """It is on the list, and owed all that can be: nobody knows whether it had its water."""
    known: dict[str, Any] = {
        "subject_id": one.subject_id,
        "nickname": one.nickname,
        "lab_id": lab_id,
        "lab": lab,
        "cage": cage,
        "weighed_today": False,
        "status": "unknown",
        "given_water_total": 0.0,
        "adlib": False,
        "owed": _OWED[3],
        "damage": said([one]),
    }
    return WorklistRow._make(known.get(name) for name in WorklistRow._fields)


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
        [""] * len(status),
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
