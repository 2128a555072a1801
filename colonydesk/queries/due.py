"""What is due to be told at a moment, and to whom: the facts of all kinds in a constant number of statements.

The decisions are the domain's (notices, delivery). A record that cannot be read stops no other: it is listed.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple
from uuid import UUID

from colonydesk.db.facts import facts_of
from colonydesk.db.plain import NO_TIME, Reading, Rows, an_id, day, key, moment, rows
from colonydesk.db.rules import RULES, Rules, rules_of
from colonydesk.domain.days import local_day, micros, zone
from colonydesk.domain.delivery import About, Matter, Seen, repeat_delay
from colonydesk.domain.facts import Facts
from colonydesk.domain.moment import state_at
from colonydesk.domain.notices import (
    WATER_DELAY,
    WEAN_AFTER_DAYS,
    AnimalFacts,
    CageFacts,
    Member,
    PairFacts,
    RequestFacts,
    animal_notices,
    breeding_check_due,
    cage_cleaning_due,
    request_due,
)
from colonydesk.queries.due_found import Failure, Found, Receivers, receivers_of
from colonydesk.queries.due_sql import Others, animals_meanwhile, lists, others_meanwhile, raw_list
from colonydesk.queries.due_underweight import of_weighings
from colonydesk.queries.status import Columns, restricted_columns, status_of

__all__ = ["Due", "Failure", "due", "due_weighings"]

_AT_THE_REMINDER = frozenset({"mouse_not_weighed", "mouse_training"})
"""The day is not over before the reminder hour: a workstation's own checks wait for it with these."""
_REMINDER_HOUR = 17


@dataclass(frozen=True, slots=True)
class Due:
    """What is due, with what is shown of it: nicknames and user names by id.

    ``seen`` is how far the weighings were looked at, None where that is noted already.
    """

    matters: tuple[Matter, ...]
    failures: tuple[Failure, ...] = ()
    nicknames: Mapping[UUID, str] = field(default_factory=dict)
    usernames: Mapping[UUID, str] = field(default_factory=dict)
    seen: Seen | None = None


def due(connection: Reading, now: datetime, *, reminders: bool = False) -> Due:
    """Everything that is due at ``now``. At most six statements, and one more for new weighings.

    With ``reminders`` what waits for the end of the working day is due from the lab's reminder hour on.
    """
    short = lists(connection, now)
    receivers = receivers_of(short)
    known = _rules(connection)
    weighings, seen = of_weighings(connection, short, now, receivers, known)
    restricted = _restricted(connection, now, known)
    with animals_meanwhile(connection, now) as read:
        numbers = _numbers(connection, now, known, restricted)
        animals = read()
    of_animals = Found(nicknames={an_id(row[0]): row[1] for row in animals})
    if numbers is None:
        numbers = _one_by_one(connection, now, of_animals)
    with others_meanwhile(connection, now) as others:
        _decide(of_animals, animals, numbers, now, receivers, reminders)
        (cages, requests, pairs), unread = _read(others)
    found = [
        of_animals,
        weighings,
        Found(failures=unread),
        _of_cages(cages, now, receivers),
        _of_requests(requests, now, receivers),
        _of_pairs(pairs, now, receivers),
    ]
    return _together(found, receivers, seen)


def due_weighings(connection: Reading, now: datetime) -> Due:
    """What the weighings since the last check give rise to, and nothing else; three statements."""
    short = lists(connection, now)
    receivers = receivers_of(short)
    found, seen = of_weighings(connection, short, now, receivers, _rules(connection))
    return _together([found], receivers, seen)


def _rules(connection: Reading) -> Callable[[], Rules]:
    """The labs' rules, read when they are first asked for; damaged ones fail then, each time."""
    read = cache(lambda: rows(connection, RULES))
    return cache(lambda: rules_of(read()))


def _together(found: Sequence[Found], receivers: Receivers, seen: Seen | None) -> Due:
    noted = [*receivers.failures, *(one for of in found for one in of.failures)]
    failures: dict[Any, Failure] = {}
    for one in noted:  # an animal once, however many of its checks fail
        failures.setdefault(one.subject_id or (one.name, repr(one.error)), one)
    return Due(
        matters=tuple(matter for one in found for matter in one.matters),
        failures=tuple(failures.values()),
        nicknames={key: name for one in found for key, name in one.nicknames.items()},
        usernames=receivers.usernames,
        seen=seen,
    )


# The animals


class _Restricted(NamedTuple):
    """What a check needs to know of a restricted animal at the moment."""

    since: datetime | None = None
    own_reference: float | None = None
    weighed_at: datetime | None = None
    remaining: float | None = None


_FREE = _Restricted()


def _decide(
    found: Found,
    animals: Rows,
    numbers: Mapping[UUID, _Restricted],
    now: datetime,
    receivers: Receivers,
    reminders: bool,
) -> None:
    """What is due for each of these animals, into ``found``."""

    def check(row: tuple[Any, ...]) -> list[Matter]:
        subject, nickname, timezone, responsible, username, lab, born, died, weaned, wean_days = row[:10]
        to_genotype, hour, delay, water_delay, watered_at, watered, adlib, sessions = row[10:]
        id_, death = an_id(subject), day(died)
        held = numbers.get(id_, _FREE)
        animal = AnimalFacts(
            id=id_,
            nickname=nickname,
            timezone=timezone,
            alive=death is None or death > zone(timezone).day(now),
            responsible=Member(an_id(responsible), username) if responsible else None,
            restricted_since=held.since,
            reference_weight=held.own_reference,
            weighed_at=held.weighed_at,
            remaining=held.remaining,
            last_water_at=moment(watered_at),
            last_water=None if adlib else watered,
            session_days=_days_of(tuple(sessions) if isinstance(sessions, list) else sessions, timezone),
            birth_date=day(born),
            wean_date=day(weaned),
            wean_after_days=wean_days or WEAN_AFTER_DAYS,
            to_be_genotyped=bool(to_genotype),
        )
        waits = timedelta(hours=water_delay) if water_delay is not None else WATER_DELAY
        notices = animal_notices(animal, now, waits)
        if reminders and now.astimezone(zone(timezone).info).hour < (
            _REMINDER_HOUR if hour is None else hour
        ):
            notices = [one for one in notices if one.notification_type not in _AT_THE_REMINDER]
        about = [About(key(responsible), key(lab))]
        return [receivers.matter(notice, about, now, timezone, repeat_delay(delay)) for notice in notices]

    found.each(animals, check, lambda row: (an_id(row[0]), row[1]))


@lru_cache(maxsize=1 << 12)  # the same sessions come again with every check of a day
def _days_of(sessions: str | tuple[int, ...] | None, timezone: str) -> frozenset[date]:
    """The local days with a session, of the raw list of them."""
    starts = map(moment, raw_list(sessions))
    return frozenset([local_day(start, timezone) for start in starts if start is not None])


# One damaged record spoils the numbers of all: then nothing is known here, and each is looked at by itself.
def _restricted(connection: Reading, now: datetime, known: Callable[[], Rules]) -> Columns | None:
    with suppress(Exception):
        return restricted_columns(connection, known(), now)
    return None


def _numbers(
    connection: Reading, now: datetime, known: Callable[[], Rules], restricted: Columns | None
) -> dict[UUID, _Restricted] | None:
    if restricted is None:
        return None
    try:
        status = status_of(connection, known(), restricted, now)
    except Exception:  # noqa: BLE001 - see above
        return None
    columns = (status.restriction_start, status.own_reference, status.weighed_at, status.values.remaining)
    numbers = {}
    for id_, since, own, weighed_at, remaining in zip(
        status.ids, *(column.tolist() for column in columns), strict=True
    ):
        numbers[id_] = _Restricted(
            moment(since),
            None if own != own else own,
            None if weighed_at == NO_TIME else moment(weighed_at),
            None if remaining != remaining else remaining,
        )
    return numbers


def _one_by_one(connection: Reading, now: datetime, found: Found) -> dict[UUID, _Restricted]:
    """The same by each animal's own records; the damaged are noted as failures."""
    numbers = {}
    for subject_id, nickname in found.nicknames.items():
        try:
            facts = facts_of(connection, [subject_id])[subject_id]
            state = state_at(facts, now)
        except Exception as error:  # noqa: BLE001 - see Found.each
            found.failures.append(Failure(subject_id, nickname, error))
            continue
        if state.restriction_start is not None:
            numbers[subject_id] = _Restricted(
                state.restriction_start,
                _own_reference(facts, state.restriction_start),
                state.weighed_at,
                state.remaining_water,
            )
    return numbers


def _own_reference(facts: Facts, start: datetime) -> float | None:
    """The reference weight of the latest restriction that began then."""
    own = float(facts.reference_weights[facts.restriction_starts == micros(start)][-1])
    return None if own != own else own


# Cages, requests, pairs


def _read(others: Callable[[], Others]) -> tuple[Others, list[Failure]]:
    """One statement for all of them fails as one (SQLite's JSON holds no bytes): the animals are told of all
    the same."""
    try:
        return others(), []
    except Exception as error:  # noqa: BLE001 - see Found.each
        return Others((), (), ()), [Failure(None, "Cages, requests and pairs", error)]


def _of_cages(dirty: Rows, now: datetime, receivers: Receivers) -> Found:
    cages: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in dirty:
        cages[row[0]].append(row)

    def check(rows: list[Sequence[Any]]) -> list[Matter]:
        id_, name, timezone, every, _, cleaned, _, _ = rows[0]
        local = zone(timezone)
        starts = [start for row in rows if (start := moment(row[4])) is not None]
        cleaned_at = moment(cleaned)
        cage = CageFacts(
            an_id(id_),
            name or "without a name",
            local.day(min(starts)),
            local.day(cleaned_at) if cleaned_at else None,
            every,
        )
        notice = cage_cleaning_due(cage, local.day(now))
        if notice is None:
            return []
        about = [About(key(row[6]), key(row[7])) for row in rows]
        return [receivers.matter(notice, about, now, timezone)]

    return Found().each(cages.values(), check, lambda rows: (None, f"Cage {rows[0][1]}"))


def _of_requests(requests: Rows, now: datetime, receivers: Receivers) -> Found:
    def check(row: Sequence[Any]) -> list[Matter]:
        id_, username, line, count, due_day, user, assigned, timezone = row
        timezone = timezone or "UTC"
        named = receivers.stock_managers | ({UUID(user)} if user else set())
        request = RequestFacts(
            UUID(id_), username or "nobody", line or "any line", count, count - assigned, day(due_day), named
        )
        notice = request_due(request, zone(timezone).day(now))
        return [receivers.matter(notice, (), now, timezone)] if notice else []

    return Found().each(requests, check, lambda row: (None, f"{row[1]}'s request"))


def _of_pairs(pairs: Rows, now: datetime, receivers: Receivers) -> Found:
    return Found().each(
        pairs, partial(_pair, now=now, receivers=receivers), lambda row: (None, f"Pair {row[1]}")
    )


def _pair(row: Sequence[Any], now: datetime, receivers: Receivers) -> list[Matter]:
    id_, name, start, end, litter, *parents, timezone, line = row
    today = zone(timezone).day(now)
    father, *mothers = [parents[place : place + 4] for place in (0, 4, 8)]

    def lives(parent: Sequence[Any]) -> bool:
        death = day(parent[1])
        return parent[0] is not None and (death is None or death > today)

    living = [mother for mother in mothers if lives(mother)]
    if not living or (father[0] is not None and not lives(father)):
        return []  # nothing can be born of it any more, whoever forgot to end it
    pair = PairFacts(
        UUID(id_),
        name or f"of {line or 'no line'}",
        UUID(living[0][0]),
        day(start),
        day(end),
        day(litter),
    )
    notice = breeding_check_due(pair, today)
    present = [*living, father] if father[0] is not None else living
    about = [About(key(parent[2]), key(parent[3])) for parent in present]
    return [receivers.matter(notice, about, now, timezone)] if notice else []
