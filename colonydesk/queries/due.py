"""What is due to be told at a moment, and to whom: the facts of all kinds in a constant number of statements.

The decisions are the domain's (notices, delivery). A record that cannot be read stops no other: it is listed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, TypeVar
from uuid import UUID

from colonydesk.db.facts import facts_of
from colonydesk.db.plain import Key, Reading, Rows, day, key, moment
from colonydesk.domain.days import local_day, moment_of, zone
from colonydesk.domain.delivery import REPEAT_DELAY, About, Matter, Membership, RecipientRule, recipients
from colonydesk.domain.facts import Facts
from colonydesk.domain.moment import state_at
from colonydesk.domain.notices import (
    WATER_DELAY,
    WEAN_AFTER_DAYS,
    AnimalFacts,
    CageFacts,
    Member,
    Notice,
    PairFacts,
    RequestFacts,
    animal_notices,
    breeding_check_due,
    cage_cleaning_due,
    request_due,
    underweight,
)
from colonydesk.queries.due_sql import Lists, animal_rows, lists, session_rows, weighing_rows
from colonydesk.queries.status import restricted_status

_T = TypeVar("_T")
# The same ids come again with every row and every check, and to read one costs more than the row.
_id = lru_cache(maxsize=1 << 16)(UUID)


_AT_THE_REMINDER = frozenset({"mouse_not_weighed", "mouse_training"})
"""The day is not over before the reminder hour: a workstation's own checks wait for it with these."""
_REMINDER_HOUR = 17


@dataclass(frozen=True, slots=True)
class Failure:
    """Something whose check failed: what it is called, and the error."""

    subject_id: UUID | None
    name: str
    error: Exception


@dataclass(frozen=True, slots=True)
class Due:
    """What is due, with what is shown of it: nicknames and user names by id.

    ``seen`` is the number of the last change whose weighings were looked at, 0 for none.
    """

    matters: tuple[Matter, ...]
    failures: tuple[Failure, ...] = ()
    nicknames: Mapping[UUID, str] = field(default_factory=dict)
    usernames: Mapping[UUID, str] = field(default_factory=dict)
    seen: int = 0


@dataclass(frozen=True, slots=True)
class _Receivers:
    """Who can be told, by whatever rule."""

    rules: Mapping[str, Sequence[RecipientRule]]
    memberships: Mapping[str, Sequence[Membership]]
    usernames: Mapping[UUID, str]
    stock_managers: frozenset[UUID]
    inactive: frozenset[UUID]
    days: dict[tuple[str, datetime], date] = field(default_factory=dict)
    told: dict[tuple[Any, ...], frozenset[UUID]] = field(default_factory=dict)

    def matter(
        self,
        notice: Notice,
        animals: Sequence[About],
        at: datetime,
        timezone: str,
        delay: timedelta = REPEAT_DELAY,
        record_id: UUID | None = None,
    ) -> Matter:
        kind, place = notice.notification_type, (timezone, at)
        today = self.days.get(place)
        if today is None:
            today = self.days[place] = zone(timezone).day(at)
        # Most of a lab's notices go to the same few: they are asked for once.
        asked = (kind, notice.named, tuple(animals), today)
        to = self.told.get(asked)
        if to is None:
            rules, memberships = self.rules.get(kind, ()), self.memberships.get(kind, ())
            to = recipients(notice, animals, rules, memberships, today, self.inactive)
            self.told[asked] = to
        return Matter(notice, to, delay, record_id, timezone)


def due(connection: Reading, now: datetime, *, reminders: bool = False) -> Due:
    """Everything that is due at ``now``. At most seven statements, but for new weighings (seven more).

    With ``reminders`` what waits for the end of the working day is due from the lab's reminder hour on.
    """
    short = lists(connection, now)
    receivers = _receivers(short)
    found = [
        _of_animals(connection, now, receivers, reminders),
        _of_weighings(connection, short, receivers),
        _of_cages(short, now, receivers),
        _of_requests(short, now, receivers),
        _of_pairs(short, now, receivers),
    ]
    return _together(found, receivers, short)


def due_weighings(connection: Reading, now: datetime) -> Due:
    """What the weighings since the last check give rise to, and nothing else."""
    short = lists(connection, now, whole=False)
    receivers = _receivers(short)
    return _together([_of_weighings(connection, short, receivers)], receivers, short)


@dataclass(slots=True)
class _Found:
    matters: list[Matter] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    nicknames: dict[UUID, str] = field(default_factory=dict)

    def each(
        self,
        items: Iterable[_T],
        check: Callable[[_T], Iterable[Matter]],
        called: Callable[[_T], tuple[UUID | None, str]],
    ) -> "_Found":
        """Check one after another; one that fails is noted."""
        for item in items:
            try:
                self.matters.extend(check(item))
            except Exception as error:  # noqa: BLE001 - one animal's failure must not silence the others' alarms
                self.failures.append(Failure(*called(item), error))
        return self


def _together(found: Sequence[_Found], receivers: _Receivers, short: Lists) -> Due:
    return Due(
        matters=tuple(matter for one in found for matter in one.matters),
        failures=tuple(failure for one in found for failure in one.failures),
        nicknames={key: name for one in found for key, name in one.nicknames.items()},
        usernames=receivers.usernames,
        seen=max((number for number, _ in short.changes), default=0),
    )


def _receivers(short: Lists) -> _Receivers:
    rules = defaultdict(list)
    for user, kind, scope in short.rules:
        rules[kind].append(RecipientRule(_id(user), kind, scope))
    memberships = [
        Membership(_id(user), _id(lab), day(start), day(end)) for user, lab, start, end in short.memberships
    ]
    asked = {
        kind: {rule.user_id for rule in of_kind if rule.subjects_scope == "lab"}
        for kind, of_kind in rules.items()
    }
    return _Receivers(
        rules,
        {kind: [one for one in memberships if one.user_id in users] for kind, users in asked.items()},
        {_id(id_): username for id_, username, _, _ in short.members},
        frozenset(_id(id_) for id_, _, _, manager in short.members if manager),
        frozenset(_id(id_) for id_, _, active, _ in short.members if not active),
    )


# The animals


@dataclass(frozen=True, slots=True)
class _Weight:
    """The numbers of a restricted animal at the moment."""

    since: datetime
    weight: float | None
    weighed_at: datetime | None
    percentage: float | None
    expected: float | None
    threshold: float
    absolute_min: float
    remaining: float | None


def _of_animals(connection: Reading, now: datetime, receivers: _Receivers, reminders: bool) -> _Found:
    rows = animal_rows(connection, now)
    trained = _trained(rows, session_rows(connection, now))
    found = _Found(nicknames={_id(row[0]): row[1] for row in rows})
    weights = _weights(connection, now, found)

    def check(row: tuple[Any, ...]) -> list[Matter]:
        subject, nickname, timezone, responsible, username, lab, born, died, weaned, wean_days = row[:10]
        to_genotype, hour, delay, water_delay, reference, watered_at, watered, adlib = row[10:]
        known = weights.get(_id(subject))
        death = day(died)
        animal = AnimalFacts(
            id=_id(subject),
            nickname=nickname,
            timezone=timezone,
            alive=death is None or death > zone(timezone).day(now),
            responsible=Member(_id(responsible), username) if responsible else None,
            restricted_since=known.since if known else None,
            reference_weight=reference,
            weight=known.weight if known else None,
            weighed_at=known.weighed_at if known else None,
            percentage=known.percentage if known else None,
            expected_weight=known.expected if known else None,
            threshold_pct=known.threshold if known else 0.0,
            absolute_min_pct=known.absolute_min if known else 0.0,
            remaining=known.remaining if known else None,
            last_water_at=moment(watered_at),
            last_water=None if adlib else watered,
            session_days=trained(subject, timezone),
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
        return [receivers.matter(notice, about, now, timezone, _repeat(delay)) for notice in notices]

    return found.each(rows, check, lambda row: (_id(row[0]), row[1]))


def _trained(rows: Rows, sessions: Rows) -> Callable[[Key, str], frozenset[date]]:
    """The local days with a session, of an animal in a zone."""
    starts: dict[Key, list[Any]] = defaultdict(list)
    for subject, start in sessions:
        starts[subject].append(start)

    def of(subject: Key, timezone: str) -> frozenset[date]:
        known = [at for start in starts[subject] if (at := moment(start)) is not None]
        return frozenset(local_day(at, timezone) for at in known)

    return of


def _repeat(seconds: int | None) -> timedelta:
    return REPEAT_DELAY if seconds is None else timedelta(seconds=seconds)


def _weights(connection: Reading, now: datetime, found: _Found) -> dict[UUID, _Weight]:
    try:
        status = restricted_status(connection, now)
    except Exception:  # noqa: BLE001 - one damaged record spoils the numbers of all: each by itself then
        return _one_by_one(connection, now, found)
    inputs, values = status.inputs, status.values
    shares = inputs.zscore_pct + inputs.reference_pct
    columns = (
        status.restriction_start,
        inputs.weight,
        status.weighed_at,
        values.percentage_weight,
        values.expected_weight,
        shares,
        inputs.absolute_min_pct,
        values.remaining,
    )
    weights = {}
    for id_, *row in zip(status.ids, *(column.tolist() for column in columns), strict=True):
        since, weight, weighed_at, percentage, expected, share, minimum, remaining = row
        known = [None if value != value else value for value in (weight, percentage, expected, remaining)]
        at = moment_of(weighed_at) if known[0] is not None else None
        weights[id_] = _Weight(moment_of(since), known[0], at, known[1], known[2], share, minimum, known[3])
    return weights


def _one_by_one(connection: Reading, now: datetime, found: _Found) -> dict[UUID, _Weight]:
    """The same by each animal's own records; the damaged are noted as failures."""
    weights = {}
    for subject_id, nickname in found.nicknames.items():
        try:
            facts = facts_of(connection, [subject_id])[subject_id]
            state = state_at(facts, now)
        except Exception as error:  # noqa: BLE001 - see _Found.each
            found.failures.append(Failure(subject_id, nickname, error))
            continue
        if state.restriction_start is not None:
            weights[subject_id] = _Weight(
                state.restriction_start,
                state.weight,
                state.weighed_at,
                state.percentage_weight,
                state.expected_weight,
                facts.lab.threshold,
                facts.lab.absolute_min_pct,
                state.remaining_water,
            )
    return weights


# Weighings since the last check


def _of_weighings(connection: Reading, short: Lists, receivers: _Receivers) -> _Found:
    ids = {UUID(id_) for _, weighings in short.changes for id_ in weighings or ()}
    if not ids:
        return _Found()
    rows = weighing_rows(connection, sorted(ids))
    found = _Found(nicknames={_id(row[2]): row[3] for row in rows})
    known = _facts(connection, list(found.nicknames))

    def check(row: tuple[Any, ...]) -> list[Matter]:
        weighing, at, subject, nickname, died, responsible, username, lab, delay = row
        weighed_at = moment(at)
        assert weighed_at is not None
        facts = known(_id(subject))
        state = state_at(facts, weighed_at)
        death = day(died)
        animal = AnimalFacts(
            id=_id(subject),
            nickname=nickname,
            timezone=facts.lab.timezone,
            alive=death is None or death > state.day,
            responsible=Member(_id(responsible), username) if responsible else None,
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
        about = [About(key(responsible), key(lab))]
        return [receivers.matter(notice, about, weighed_at, animal.timezone, _repeat(delay), UUID(weighing))]

    return found.each(rows, check, lambda row: (_id(row[2]), row[3]))


def _facts(connection: Reading, ids: list[UUID]) -> Callable[[UUID], Facts]:
    """The facts of an animal, read for all together, or where one is damaged for each."""
    try:
        return facts_of(connection, ids).__getitem__
    except Exception:  # noqa: BLE001 - the damaged one is found when it is asked for
        return lambda subject_id: facts_of(connection, [subject_id])[subject_id]


# Cages, requests, pairs


def _of_cages(short: Lists, now: datetime, receivers: _Receivers) -> _Found:
    cages: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in short.cages:
        cages[row[0]].append(row)

    def check(rows: list[Sequence[Any]]) -> list[Matter]:
        id_, name, timezone, every, _, cleaned, _, _ = rows[0]
        local = zone(timezone)
        starts = [start for row in rows if (start := moment(row[4])) is not None]
        cleaned_at = moment(cleaned)
        cage = CageFacts(
            _id(id_),
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

    return _Found().each(cages.values(), check, lambda rows: (None, f"Cage {rows[0][1]}"))


def _of_requests(short: Lists, now: datetime, receivers: _Receivers) -> _Found:
    def check(row: Sequence[Any]) -> list[Matter]:
        id_, username, line, count, due_day, user, assigned, timezone = row
        timezone = timezone or "UTC"
        named = receivers.stock_managers | ({UUID(user)} if user else set())
        request = RequestFacts(
            UUID(id_), username or "nobody", line or "any line", count, count - assigned, day(due_day), named
        )
        notice = request_due(request, zone(timezone).day(now))
        return [receivers.matter(notice, (), now, timezone)] if notice else []

    return _Found().each(short.requests, check, lambda row: (None, f"{row[1]}'s request"))


def _of_pairs(short: Lists, now: datetime, receivers: _Receivers) -> _Found:
    return _Found().each(
        short.pairs, partial(_pair, now=now, receivers=receivers), lambda row: (None, f"Pair {row[1]}")
    )


def _pair(row: Sequence[Any], now: datetime, receivers: _Receivers) -> list[Matter]:
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
