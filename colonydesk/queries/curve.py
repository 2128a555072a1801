"""One animal's weight curve: its weighings, its days, and what is marked on them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from colonydesk.db.facts import animals
from colonydesk.db.plain import Reading, Rows, Statement, rows, times
from colonydesk.domain.days import DAY, NOON, SECOND
from colonydesk.domain.errors import Refused
from colonydesk.domain.facts import NEVER, Facts
from colonydesk.domain.history import history
from colonydesk.domain.weight import UNDER
from colonydesk.queries.curve_data import Curve, Mark, Period

NOTES = Statement("""
SELECT TIME(date_time), text FROM note WHERE object_id = :subject ORDER BY date_time, created_at, id
""")


def curve(connection: Reading, subject_id: UUID, now: datetime) -> Curve:
    """What the curve of an animal draws, from its first record to today or its death. Seven statements.

    Raises:
        Refused: when the animal is no longer there, or is a human subject.
    """
    found = animals(connection, [subject_id])
    if not found:
        raise Refused("This animal is no longer in the database.", "subject")
    return curve_of(connection, subject_id, found[0].nickname, found[0].facts, now)


def curves(connection: Reading, subject_ids: Sequence[UUID], now: datetime) -> tuple[Curve, ...]:
    """The curves of several animals in this order, without notes; human subjects and those that are gone are
    left out. Six statements."""
    found = {one.id: one for one in animals(connection, subject_ids)}
    known = [found[one] for one in subject_ids if one in found]
    return tuple(drawn(one.id, one.nickname, one.facts, (), now) for one in known)


def curve_of(connection: Reading, subject_id: UUID, nickname: str, facts: Facts, now: datetime) -> Curve:
    """The same from facts that are there already: one statement, for the notes."""
    notes = marks(rows(connection, NOTES, {"subject": subject_id}))
    return drawn(subject_id, nickname, facts, notes, now)


def drawn(subject_id: UUID, nickname: str, facts: Facts, notes: tuple[Mark, ...], now: datetime) -> Curve:
    """The same without a database: what is made of facts and notes that are at hand."""
    zone = facts.lab.zone
    days = history(facts, None, None, now)
    return Curve(
        subject_id=subject_id,
        nickname=nickname,
        timezone=zone.name,
        weighed_at=facts.weighing_times / SECOND,
        weight=facts.weights,
        day_at=zone.moments(days.days * DAY + NOON) / SECOND,
        expected=days.expected_weight,
        threshold=days.min_weight,
        absolute_min=days.absolute_min_weight,
        percentage=days.percentage_weight,
        under=days.status >= UNDER,
        restricted=days.is_water_restricted,
        reward=days.given_water_reward,
        supplement=days.given_water_supplement,
        required=days.expected_water,
        restrictions=_periods(facts),
        implants=_implants(facts),
        notes=notes,
        threshold_pct=facts.lab.threshold,
        absolute_min_pct=facts.lab.absolute_min_pct,
    )


def _periods(facts: Facts) -> tuple[Period, ...]:
    return tuple(
        Period(start / SECOND, None if end == NEVER else end / SECOND, reference if reference > 0 else None)
        for start, end, reference in zip(
            facts.restriction_starts.tolist(),
            facts.restriction_ends.tolist(),
            facts.reference_weights.tolist(),
            strict=True,
        )
    )


def _implants(facts: Facts) -> tuple[Mark, ...]:
    return tuple(
        Mark(at / SECOND, f"implant {weight:g} g")
        for at, weight in zip(facts.surgery_times.tolist(), facts.implant_weights.tolist(), strict=True)
        if weight > 0
    )


def marks(found: Rows) -> tuple[Mark, ...]:
    """The rows of ``NOTES`` as the curve has them."""
    moments = times([at for at, _ in found]).tolist()
    return tuple(Mark(at / SECOND, text or "picture") for at, (_, text) in zip(moments, found, strict=True))
