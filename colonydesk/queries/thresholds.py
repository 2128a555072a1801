"""Who would be under with other thresholds of a lab: from numbers that are not saved yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from colonydesk.db.plain import Floats, Reading
from colonydesk.domain.state import Inputs, Values, evaluate
from colonydesk.domain.weight import STATUS_WORDS, UNDER
from colonydesk.queries.status import restricted_status

_UNDER = frozenset(STATUS_WORDS[UNDER:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The numbers of a lab that a person is about to change, as shares of 1 and in mL/g."""

    reference_weight_pct: float
    zscore_weight_pct: float
    absolute_min_pct: float
    water_ml_per_g: float
    water_ml_per_g_underweight: float


@dataclass(frozen=True, slots=True)
class Standing:
    """An animal's percentage of the expected weight, its status, and the water that it needs in mL."""

    percentage: float | None
    status: str
    water: float | None

    @property
    def is_under(self) -> bool:
        return self.status in _UNDER


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A restricted living animal as it stands now, and as it would."""

    subject_id: UUID
    nickname: str
    cage: str | None
    now: Standing
    then: Standing


@dataclass(frozen=True, slots=True)
class Preview:
    """All restricted living animals of the lab: those first whose standing changes, worst first."""

    rows: tuple[PreviewRow, ...]
    under_now: int
    under_then: int
    newly_under: int
    no_longer_under: int


def preview(connection: Reading, now: datetime, lab_id: UUID, thresholds: Thresholds) -> Preview:
    """Who of a lab would be under with these thresholds: two statements, at most three.

    The growth mode and the time zone are those that are saved.
    """
    found = restricted_status(connection, now, lab_id)
    proposed = evaluate(_with(found.inputs, thresholds))
    standings = zip(_standings(found.values), _standings(proposed), strict=True)
    rows = [
        PreviewRow(subject_id, nickname, cage, before, after)
        for subject_id, nickname, cage, (before, after) in zip(
            found.ids, found.nicknames, found.cages, standings, strict=True
        )
    ]
    rows.sort(key=_order)
    return Preview(
        rows=tuple(rows),
        under_now=sum(row.now.is_under for row in rows),
        under_then=sum(row.then.is_under for row in rows),
        newly_under=sum(row.then.is_under and not row.now.is_under for row in rows),
        no_longer_under=sum(row.now.is_under and not row.then.is_under for row in rows),
    )


def _with(known: Inputs, thresholds: Thresholds) -> Inputs:
    def each(value: float) -> Floats:
        return np.full(known.weight.shape, value)

    return known._replace(
        reference_pct=each(thresholds.reference_weight_pct),
        zscore_pct=each(thresholds.zscore_weight_pct),
        absolute_min_pct=each(thresholds.absolute_min_pct),
        rate=each(thresholds.water_ml_per_g),
        rate_under=each(thresholds.water_ml_per_g_underweight),
    )


def _standings(values: Values) -> Sequence[Standing]:
    return [
        Standing(_known(percentage), STATUS_WORDS[code], _known(water))
        for percentage, code, water in zip(
            values.percentage_weight.tolist(), values.status.tolist(), values.required.tolist(), strict=True
        )
    ]


def _known(value: float) -> float | None:
    return None if value != value else value


def _order(row: PreviewRow) -> tuple[bool, int, str, int]:
    changes = row.now.is_under != row.then.is_under
    return not changes, -STATUS_WORDS.index(row.then.status), row.nickname.casefold(), row.subject_id.int
