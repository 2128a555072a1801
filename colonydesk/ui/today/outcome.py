"""What the numbers being typed come to: of an animal as it is now, or in the place of an older entry."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from colonydesk.domain.facts import Facts
from colonydesk.domain.moment import State, state_at
from colonydesk.queries.entries import Entry as Record


class Typed(NamedTuple):
    """What stands in the fields; ``corrects`` is the entry that it is to stand in for."""

    weight: float | None = None
    water: float | None = None
    adlib: bool = False
    corrects: Record | None = None


class Outcome(NamedTuple):
    """``now``: the animal as it would be now with the weight; ``weighed``: at the time of that weighing, None
    where a later one of its day counts; ``after``: now, with the water too, None where none is typed or it
    would be another day's; ``remaining``: what may be suggested as water."""

    now: State
    weighed: State | None
    after: State | None
    remaining: float | None


def without(facts: Facts, record: Record) -> Facts:
    """The facts as they would be without an entry."""
    if record.kind == "weight":
        return facts if record.value is None else facts.without_weighing(record.date_time, record.value)
    return facts.without_water(
        record.date_time, record.value, in_session=record.in_session, adlib=record.adlib
    )


def weighed(facts: Facts, now: datetime, typed: Typed) -> tuple[Facts, datetime]:
    """The facts as they would be with the weight being typed, and the time of that weighing."""
    old = typed.corrects if typed.corrects is not None and typed.corrects.kind == "weight" else None
    at = now if old is None else old.date_time
    if typed.weight is None:
        return facts, at
    return (facts if old is None else without(facts, old)).with_weighing(at, typed.weight), at


def counting(facts: Facts, at: datetime) -> State | None:
    """The animal at the time of a weighing; None where a later one of that day counts."""
    state = state_at(facts, at)
    return state if state.weighed_at == at else None


def outcome(facts: Facts, now: datetime, typed: Typed, known: State | None = None) -> Outcome:
    """What is typed comes to; ``known`` is the animal's state now, where the caller has it."""
    changed, at = weighed(facts, now, typed)
    state = known if known is not None and typed.weight is None else state_at(changed, now)
    at_its_time = state if at == now or typed.weight is None else counting(changed, at)
    old = typed.corrects if typed.corrects is not None and typed.corrects.kind == "water" else None
    given_at, rest, in_session = now, changed, False
    before = state
    if old is not None:
        given_at, rest, in_session = old.date_time, without(changed, old), old.in_session
        before = state_at(rest, given_at)
    after = None
    if (typed.water is not None or typed.adlib) and before.day == state.day:
        given = rest.with_water(given_at, typed.water, in_session=in_session, adlib=typed.adlib)
        after = state_at(given, now)
    remaining = before.remaining_water if before.is_water_restricted else None
    return Outcome(state, at_its_time, after, remaining)
