"""The weighings since the last check: each judged at its own date, and told to who is there now.

A weighing whose check fails is looked at again by the later checks, until it is repaired or no news any more.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from colonydesk.db.facts import animal_of, group
from colonydesk.db.plain import Reading, Rows, an_id, key, moment
from colonydesk.db.rules import Rules
from colonydesk.domain.delivery import About, Matter, Seen, repeat_delay
from colonydesk.domain.facts import Facts
from colonydesk.domain.moment import state_at
from colonydesk.domain.notices import AnimalFacts, Member, underweight
from colonydesk.queries.due_found import Found, Receivers
from colonydesk.queries.due_sql import Lists, weighing_rows, weight_rows

_ANIMAL = 9
"""So many columns of a row are the animal's, as db.facts has them."""


def of_weighings(
    connection: Reading, short: Lists, now: datetime, receivers: Receivers, known: Callable[[], Rules]
) -> tuple[Found, Seen | None]:
    """What the weighings give rise to, and how far they were looked at; None where that is noted already.

    Two statements where there are any.
    """
    seen, failed = _noted(short)
    new = {UUID(id_) for _, weighings in short.changes for id_ in weighings or ()}
    rows = weighing_rows(connection, sorted(new), sorted(failed), now) if new or failed else []
    found = Found(nicknames={an_id(row[0]): row[1] for row in rows})
    facts_of = _facts(connection, rows, known)

    def check(row: tuple[Any, ...]) -> list[Matter]:
        return _matters(row, facts_of(row[:_ANIMAL]), now, receivers)

    found.each(rows, check, lambda row: (an_id(row[0]), row[1]))
    last = max((number for number, _ in short.changes), default=seen)
    after = Seen(last, frozenset(UUID(row[_ANIMAL]) for row in found.failed))
    return found, None if after == Seen(seen, failed) else after


def _noted(short: Lists) -> tuple[int, frozenset[UUID]]:
    for seen, failed in short.seen:
        return seen, frozenset(UUID(id_) for id_ in failed or ())
    return 0, frozenset()


def _facts(connection: Reading, rows: Rows, known: Callable[[], Rules]) -> Callable[[tuple[Any, ...]], Facts]:
    """What the weight of each of these animals is judged by; a damaged record fails when it is asked for."""
    kinds: dict[int, list[tuple[Any, ...]]] = {kind: [] for kind in range(3)}
    if rows:
        animals = sorted({an_id(row[0]) for row in rows})
        for kind, subject, at, _, _, end, value in weight_rows(connection, animals):
            kinds[kind].append((subject, at, end, value) if kind == 0 else (subject, at, value))
    restrictions, weighings, surgeries = (group(kinds[kind]) for kind in range(3))
    groups = weighings, group([]), surgeries, restrictions
    return cache(lambda animal: animal_of(animal, known(), groups).facts)


def _matters(row: tuple[Any, ...], facts: Facts, now: datetime, receivers: Receivers) -> list[Matter]:
    subject, nickname, *_ = row
    weighing, at, responsible, username, delay = row[_ANIMAL:]
    weighed_at = moment(at)
    assert weighed_at is not None
    state = state_at(facts, weighed_at)
    if state.weighed_at != weighed_at:
        return []  # a later one of that day counts
    timezone = facts.lab.timezone
    animal = AnimalFacts(
        id=an_id(subject),
        nickname=nickname,
        timezone=timezone,
        alive=facts.death_date is None or facts.death_date > facts.lab.zone.day(now),
        responsible=Member(an_id(responsible), username) if responsible else None,
        restricted_since=state.restriction_start,
        weight=state.weight,
        weighed_at=state.weighed_at,
        percentage=state.percentage_weight,
        expected_weight=state.expected_weight,
        threshold_pct=facts.lab.threshold,
        absolute_min_pct=facts.lab.absolute_min_pct,
    )
    notice = underweight(animal)
    if notice is None:
        return []
    about = [About(key(responsible), key(row[5]))]
    return [receivers.matter(notice, about, now, timezone, repeat_delay(delay), UUID(weighing))]
