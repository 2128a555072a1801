"""The weighings since the last check: each judged at its own date, and told to who is there now.

A weighing whose check fails is looked at again by the later checks, until it is repaired or no news any more.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from colonydesk.db.facts import animal_of, group
from colonydesk.db.plain import Reading, an_id, key, moment
from colonydesk.db.rules import Rules
from colonydesk.domain.delivery import About, Matter, Seen, repeat_delay
from colonydesk.domain.facts import Facts
from colonydesk.domain.moment import state_at
from colonydesk.domain.notices import AnimalFacts, Member, underweight
from colonydesk.queries.due_found import Found, Receivers
from colonydesk.queries.due_sql import NO_WEIGHINGS, Lists, Weighed, Weighings, weighings_of

_LAB = 5
"""The place of the lab among an animal's columns."""


def of_weighings(
    connection: Reading, short: Lists, now: datetime, receivers: Receivers, known: Callable[[], Rules]
) -> tuple[Found, Seen | None]:
    """What the weighings give rise to, and how far they were looked at; None where that is noted already.

    One statement where there are any.
    """
    seen, failed = _noted(short)
    new = {UUID(id_) for _, weighings in short.changes for id_ in weighings or ()}
    asked = weighings_of(connection, sorted(new), sorted(failed), now) if new or failed else NO_WEIGHINGS
    found = Found(nicknames={an_id(one.subject): one.nickname for one in asked.told})
    facts_of = _facts(asked, known)

    def check(one: Weighed) -> list[Matter]:
        return _matters(one, facts_of(one.animal), now, receivers)

    found.each(asked.told, check, lambda one: (an_id(one.subject), one.nickname))
    last = max((number for number, _ in short.changes), default=seen)
    after = Seen(last, frozenset(UUID(one.id) for one in found.failed))
    return found, None if after == Seen(seen, failed) else after


def _noted(short: Lists) -> tuple[int, frozenset[UUID]]:
    for seen, failed in short.seen:
        return seen, frozenset(UUID(id_) for id_ in failed or ())
    return 0, frozenset()


def _facts(asked: Weighings, known: Callable[[], Rules]) -> Callable[[tuple[Any, ...]], Facts]:
    """What the weight of each of these animals is judged by; a damaged record fails when it is asked for."""
    groups = group(asked.weighings), group([]), group(asked.implants), group(asked.restrictions)
    return cache(lambda animal: animal_of(animal, known(), groups).facts)


def _matters(one: Weighed, facts: Facts, now: datetime, receivers: Receivers) -> list[Matter]:
    weighed_at = moment(one.at)
    assert weighed_at is not None
    state = state_at(facts, weighed_at)
    if state.weighed_at != weighed_at:
        return []  # a later one of that day counts
    timezone = facts.lab.timezone
    animal = AnimalFacts(
        id=an_id(one.subject),
        nickname=one.nickname,
        timezone=timezone,
        alive=facts.death_date is None or facts.death_date > facts.lab.zone.day(now),
        responsible=Member(an_id(one.responsible), one.username or "") if one.responsible else None,
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
    about = [About(key(one.responsible), key(one.animal[_LAB]))]
    return [receivers.matter(notice, about, now, timezone, repeat_delay(one.delay_seconds), UUID(one.id))]
