"""What the checks of all kinds share: whom a notice goes to, what was found, and what failed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from colonydesk.db.plain import Rows, an_id, day
from colonydesk.domain.days import zone
from colonydesk.domain.delivery import (
    REPEAT_DELAY,
    About,
    Matter,
    Membership,
    RecipientRule,
    concerned,
    recipients,
)
from colonydesk.domain.notices import Notice
from colonydesk.queries.due_sql import Lists

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Failure:
    """Something whose check failed: what it is called, and the error."""

    subject_id: UUID | None
    name: str
    error: Exception


@dataclass(slots=True)
class Found:
    """What the check of one kind gives, with the rows that ``failed`` and the animals' nicknames."""

    matters: list[Matter] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    failed: list[Any] = field(default_factory=list)
    nicknames: dict[UUID, str] = field(default_factory=dict)

    def each(
        self,
        items: Iterable[_T],
        check: Callable[[_T], Iterable[Matter]],
        called: Callable[[_T], tuple[UUID | None, str]],
    ) -> "Found":
        """Check one after another; one that fails is noted."""
        for item in items:
            try:
                self.matters.extend(check(item))
            except Exception as error:  # noqa: BLE001 - one animal's failure must not silence the others' alarms
                self.failures.append(Failure(*called(item), error))
                self.failed.append(item)
        return self


@dataclass(frozen=True, slots=True)
class Receivers:
    """Who can be told, by whatever rule."""

    rules: Mapping[str, Sequence[RecipientRule]]
    memberships: Mapping[str, Sequence[Membership]]
    usernames: Mapping[UUID, str]
    stock_managers: frozenset[UUID]
    inactive: frozenset[UUID]
    failures: Sequence[Failure] = ()
    days: dict[tuple[str, datetime], date] = field(default_factory=dict)
    told: dict[tuple[Any, ...], tuple[frozenset[UUID], frozenset[UUID]]] = field(default_factory=dict)

    def matter(
        self,
        notice: Notice,
        animals: Sequence[About],
        now: datetime,
        timezone: str,
        delay: timedelta = REPEAT_DELAY,
        record_id: UUID | None = None,
    ) -> Matter:
        """The notice with those who are to be told of it now."""
        kind, place = notice.notification_type, (timezone, now)
        today = self.days.get(place)
        if today is None:
            today = self.days[place] = zone(timezone).day(now)
        # Most of a lab's notices go to the same few: they are asked for once.
        asked = (kind, notice.named, tuple(animals), today)
        known = self.told.get(asked)
        if known is None:
            rules, memberships = self.rules.get(kind, ()), self.memberships.get(kind, ())
            to = recipients(notice, animals, rules, memberships, today, self.inactive)
            known = self.told[asked] = to, to & concerned(notice, animals)
        to, own = known
        return Matter(notice, to, delay, record_id, timezone, own)


def receivers_of(short: Lists) -> Receivers:
    """The members, their rules and memberships; without those that are damaged, which are noted."""
    failures: list[Failure] = []
    names = {id_: username for id_, username, _, _ in short.members}

    def readable(rows: Rows, read: Callable[..., _T], word: str) -> Iterator[_T]:
        for row in rows:
            try:
                yield read(*row)
            except Exception as error:  # noqa: BLE001 - see Found.each
                failures.append(Failure(None, f"{names.get(row[0], 'nobody')}'s {word}", error))

    rules = defaultdict(list)
    for rule in readable(short.rules, _rule, "rule"):
        rules[rule.notification_type].append(rule)
    memberships = list(readable(short.memberships, _membership, "membership of a lab"))
    asked = {
        kind: {rule.user_id for rule in of_kind if rule.subjects_scope == "lab"}
        for kind, of_kind in rules.items()
    }
    return Receivers(
        rules,
        {kind: [one for one in memberships if one.user_id in users] for kind, users in asked.items()},
        {an_id(id_): username for id_, username, _, _ in short.members},
        frozenset(an_id(id_) for id_, _, _, manager in short.members if manager),
        frozenset(an_id(id_) for id_, _, active, _ in short.members if not active),
        failures,
    )


def _rule(user: str, kind: str, scope: str) -> RecipientRule:
    return RecipientRule(an_id(user), kind, scope)


def _membership(user: str, lab: str, start: Any, end: Any) -> Membership:
    return Membership(an_id(user), an_id(lab), day(start), day(end))
