"""What is due to be told: decisions from plain facts and a moment; to whom and whether again is in delivery.

The numbers (percentage, remaining water) are computed elsewhere and given; weights g, water mL, percentages
in percent, moments aware, days local to the lab. Titles and messages are the reference's where it has them;
what is decided otherwise is named in tests/domain/test_notices_vectors.py.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from colonydesk.domain.days import local_day, zone
from colonydesk.domain.water import shown_given, shown_owed
from colonydesk.domain.weight import shown_percentage

WATER_DELAY = timedelta(hours=23)
"""The lab's default: water is due this long after the last."""
TRAINING_DAYS = 5
"""Fewer days with a session than this in a week are told."""
WEAN_AFTER_DAYS = 21
"""The age at which pups are weaned where their line says nothing."""
BREEDING_EVERY = 21
"""Days between the checks of a pair without a litter."""
GENOTYPE_AFTER = timedelta(days=28)
"""The age from which an animal that is marked for it is to be genotyped."""
WEAN_TOLD_FOR = timedelta(weeks=4)
"""Who has no wean date so long after the due day was weaned and not noted: old books would tell of each."""

_WATER_TOLERANCE = timedelta(seconds=10)
_NEAR_PERCENT = 2.0
_REQUEST_AHEAD = timedelta(days=7)
_NOISE = 1e-9  # 17 g of 20 g is 85 %, whatever binary fractions make of it


class Member(NamedTuple):
    """A lab member as a notification needs one."""

    id: UUID
    username: str


class Notice(NamedTuple):
    """Something to be told. ``subject_id`` is the animal it opens, ``about_id`` the cage, request or pair.

    ``named`` are the members it is for; None leaves it to the responsible ones.
    """

    notification_type: str
    title: str
    details: str = ""
    subject_id: UUID | None = None
    about_id: UUID | None = None
    named: frozenset[UUID] | None = None

    @property
    def message(self) -> str:
        return f"{self.title}\n\n{self.details}"


class AnimalFacts(NamedTuple):
    """One animal at the moment that is asked about.

    ``weight`` and ``weighed_at`` are of the last weighing up to that local day, ``percentage`` its share of
    the expected weight; ``threshold_pct`` (T) and ``absolute_min_pct`` are shares. ``restricted_since`` is
    the start of the restriction that holds, None where none does, ``reference_weight`` that restriction's
    own. ``remaining`` is that day's, ``last_water_at`` the last administration up to the moment (its amount
    None: ad lib). ``session_days`` are the days with a session, at least of the past eight.
    """

    id: UUID
    nickname: str
    timezone: str
    alive: bool = True
    responsible: Member | None = None
    restricted_since: datetime | None = None
    reference_weight: float | None = None
    weight: float | None = None
    weighed_at: datetime | None = None
    percentage: float | None = None
    expected_weight: float | None = None
    threshold_pct: float = 0.0
    absolute_min_pct: float = 0.75
    remaining: float | None = None
    last_water_at: datetime | None = None
    last_water: float | None = None
    session_days: frozenset[date] = frozenset()
    birth_date: date | None = None
    wean_date: date | None = None
    wean_after_days: int = WEAN_AFTER_DAYS
    to_be_genotyped: bool = False


@dataclass(frozen=True, slots=True)
class CageFacts:
    """An occupied cage: local days; ``every_days`` the cleaning frequency, None where there is none."""

    id: UUID
    cage_name: str
    housed_since: date
    last_cleaned: date | None
    every_days: int | None


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request for animals; ``remaining`` are those not yet assigned, ``named`` whom to tell."""

    id: UUID
    username: str
    line: str
    count: int
    remaining: int
    due_date: date | None
    named: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class PairFacts:
    """A breeding pair and the animal its notification opens; ``last_litter`` is the latest birth."""

    id: UUID
    name: str
    subject_id: UUID | None
    start_date: date | None
    end_date: date | None
    last_litter: date | None


# What is due


def responsible_user_changed(
    subject_id: UUID, nickname: str, alive: bool, old: Member | None, new: Member | None
) -> Notice | None:
    """For the member who was responsible and the one who is; either may be nobody."""
    if not alive or old == new:
        return None
    names = [member.username if member else "nobody" for member in (old, new)]
    title = f"Responsible user of {nickname} changed from {names[0]} to {names[1]}"
    named = frozenset(member.id for member in (old, new) if member)
    return Notice("responsible_user_change", title, subject_id=subject_id, named=named)


def underweight(animal: AnimalFacts) -> Notice | None:
    """After a weighing was saved or corrected, with the facts of that weighing's moment.

    Told up to 2 % above the highest threshold while restricted, below the absolute minimum always.
    """
    if not animal.alive or animal.percentage is None or animal.weight is None or animal.weighed_at is None:
        return None
    limit = 100 * max(animal.threshold_pct, animal.absolute_min_pct)
    critical = animal.percentage < 100 * animal.absolute_min_pct - _NOISE
    if not critical and animal.restricted_since is None:
        return None
    if not 0 < animal.percentage <= limit + _NEAR_PERCENT + _NOISE:
        return None
    head = "WARNING" if animal.percentage <= limit + _NOISE else "ATTENTION"
    when = _local(animal.weighed_at, animal.timezone)
    title = f"{head}: {animal.nickname} weight was {shown_percentage(animal.percentage):.1f}% on {when}"
    details = f"Weighing: {animal.weight:.2f} g on {when}\n"
    if animal.expected_weight is not None:
        details += f"Expected weight: {animal.expected_weight:.2f} g\n"
    return Notice("mouse_underweight", title, details, animal.id)


def not_weighed(animal: AnimalFacts, at: datetime) -> Notice | None:
    """A restricted animal not weighed on the local day, but for a first day with a reference weight."""
    if not animal.alive or animal.restricted_since is None:
        return None
    day = local_day(at, animal.timezone)
    if local_day(animal.restricted_since, animal.timezone) == day and animal.reference_weight:
        return None
    if animal.weighed_at is not None and local_day(animal.weighed_at, animal.timezone) == day:
        return None
    title = f'ATTENTION: subject "{animal.nickname}" weighing missing for {day}'
    return Notice("mouse_not_weighed", title, subject_id=animal.id)


def water_due(animal: AnimalFacts, at: datetime, delay: timedelta = WATER_DELAY) -> Notice | None:
    """A restricted animal with water remaining so long after the last, or after the restriction's start."""
    since = animal.restricted_since
    if not animal.alive or since is None or animal.remaining is None or round(animal.remaining, 6) <= 0:
        return None
    if local_day(since, animal.timezone) == local_day(at, animal.timezone):
        return None
    waited = at - (animal.last_water_at or since)
    if waited < delay - _WATER_TOLERANCE:
        return None
    remaining = _millilitres(shown_owed(animal.remaining))
    if animal.last_water_at is None:
        last = f"none since the restriction began on {_local(since, animal.timezone)}"
    else:
        amount = "ad lib" if animal.last_water is None else f"{shown_given(animal.last_water):.2f} mL"
        last = f"{_local(animal.last_water_at, animal.timezone)}, {amount}"
    details = (
        f"\nMouse: {animal.nickname}\n"
        f"User: {animal.responsible.username if animal.responsible else '-'}\n"
        f"Date: {_local(at, animal.timezone)}\n"
        f"Last water administration: {last}\n"
        f"Remaining water: {remaining} mL\n"
        f"Delay: {waited / timedelta(hours=1):.1f} hours\n"
    )
    return Notice("mouse_water", f"{remaining} mL remaining for {animal.nickname}", details, animal.id)


@lru_cache(maxsize=16)
def training_days(today: date) -> tuple[date, ...]:
    """The past week, by which it is told on a day who is trained too little: the seven days before it."""
    return tuple(today - timedelta(days=back) for back in range(7, 0, -1))


def little_training(animal: AnimalFacts, at: datetime) -> Notice | None:
    """A restricted animal with sessions on fewer than 5 of the 7 local days before this one."""
    if not animal.alive or animal.restricted_since is None:
        return None
    week = training_days(local_day(at, animal.timezone))
    trained = len(animal.session_days.intersection(week))
    if trained >= TRAINING_DAYS:
        return None
    title = f"{animal.nickname} trained on fewer than {TRAINING_DAYS} days of the past week"
    return Notice(
        "mouse_training", title, f"Days with a session from {week[0]} to {week[-1]}: {trained}\n", animal.id
    )


def wean_due(animal: AnimalFacts, today: date) -> Notice | None:
    """A pup of weaning age that has no wean date, for the first weeks."""
    if not animal.alive or animal.birth_date is None or animal.wean_date is not None:
        return None
    due = animal.birth_date + timedelta(days=animal.wean_after_days)
    if today > due + WEAN_TOLD_FOR:
        return None
    return _due("wean_due", f"{animal.nickname}: wean", due, today, subject_id=animal.id)


def genotyping_due(animal: AnimalFacts, today: date) -> Notice | None:
    """An animal marked to be genotyped, from 28 days of age."""
    if not animal.alive or animal.birth_date is None or not animal.to_be_genotyped:
        return None
    due = animal.birth_date + GENOTYPE_AFTER
    return _due("genotyping_due", f"{animal.nickname}: genotype", due, today, subject_id=animal.id)


def cage_cleaning_due(cage: CageFacts, today: date) -> Notice | None:
    """A cage whose frequency has passed since it was last cleaned, or since its animals moved in."""
    if not cage.every_days:
        return None
    due = (cage.last_cleaned or cage.housed_since) + timedelta(days=cage.every_days)
    return _due("cage_cleaning_due", f"Cage {cage.cage_name}: clean", due, today, about_id=cage.id)


def request_due(request: RequestFacts, today: date) -> Notice | None:
    """An open request, from 7 days before its due date."""
    if request.due_date is None or request.remaining <= 0 or today < request.due_date - _REQUEST_AHEAD:
        return None
    title = f"{request.username}'s request for {request.count} {request.line}: due {request.due_date}"
    details = f"Still to be assigned: {request.remaining} of {request.count}\n"
    return Notice("request_due", title, details, about_id=request.id, named=request.named)


def breeding_check_due(pair: PairFacts, today: date) -> Notice | None:
    """A present pair, every 21 days since it was set up or last had a litter; only the latest such day."""
    if pair.start_date is None or (pair.end_date is not None and pair.end_date <= today):
        return None
    since = max(pair.start_date, pair.last_litter or pair.start_date)
    rounds = (today - since).days // BREEDING_EVERY
    if rounds < 1:
        return None
    due = since + timedelta(days=rounds * BREEDING_EVERY)
    what = f"Breeding pair {pair.name}: check, {(due - since).days} days without a litter"
    return _due("breeding_check_due", what, due, today, subject_id=pair.subject_id, about_id=pair.id)


def animal_notices(animal: AnimalFacts, at: datetime, water_delay: timedelta = WATER_DELAY) -> list[Notice]:
    """All that is due for one animal at a moment; underweight is decided when a weighing is saved."""
    today = local_day(at, animal.timezone)
    notices = (
        water_due(animal, at, water_delay),
        not_weighed(animal, at),
        little_training(animal, at),
        wean_due(animal, today),
        genotyping_due(animal, today),
    )
    return [notice for notice in notices if notice is not None]


def is_unread(read_at: datetime | None, snoozed_until: datetime | None, now: datetime) -> bool:
    """Whether a member has not seen it: never read, or put off since then and that time is over."""
    return read_at is None or (snoozed_until is not None and read_at < snoozed_until <= now)


def _due(
    notification_type: str,
    what: str,
    due: date,
    today: date,
    *,
    subject_id: UUID | None = None,
    about_id: UUID | None = None,
) -> Notice | None:
    if today < due:
        return None
    return Notice(notification_type, f"{what}, due {due}", subject_id=subject_id, about_id=about_id)


# The same last water is said of by every check of a day.
@lru_cache(maxsize=1 << 14)
def _local(moment: datetime, timezone: str) -> str:
    return moment.astimezone(zone(timezone).info).replace(tzinfo=None).isoformat(" ", "seconds")


def _millilitres(amount: float) -> str:
    """At least one decimal, as the reference writes it, and the second where it is not 0."""
    return f"{amount:.2f}".removesuffix("0")
