"""To whom a notice goes, whether it was told already, and when it is sent: decisions from plain facts.

The service fetches the facts, asks ``recipients`` and ``compose``, and stores what comes back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from colonydesk.domain.days import local_day
from colonydesk.domain.notices import Notice

TO_SEND, SENT, NO_SEND = "to-send", "sent", "no-send"

REPEAT_DELAY = timedelta(seconds=3600)
"""The lab's default: the same notification is not created again within this time."""
MAX_TRIES = 3
"""After so many failed tries to send, a notification is given up."""
NOBODY = "Nobody can receive this: no active member is responsible, and no rule takes it in."

LEFT = "None of its recipients is an active member any more."
"""Why one is given up whose recipients have all left."""

_WEEKLY = "mouse_training"
# An hour short of a week, so that a check at the same time each day does not slip to the eighth day.
_TRAINING_REPEAT = timedelta(days=7) - timedelta(hours=1)
ONCE = frozenset({"wean_due", "genotyping_due", "cage_cleaning_due", "request_due", "breeding_check_due"})
"""Their titles name the day they fall due: each member is told once of each such day."""
# These tell of something that happened: the same again has happened again, and is no repetition.
_EVENTS = frozenset({"responsible_user_change", "request_made", "request_assigned"})


class About(NamedTuple):
    """An animal a notice is about, as the recipients' rules need it."""

    responsible_user_id: UUID | None
    lab_id: UUID | None


@dataclass(frozen=True, slots=True)
class RecipientRule:
    """A member's rule for a type: scope ``none``, ``mine``, ``lab`` or ``all``; empty is ``mine``."""

    user_id: UUID
    notification_type: str
    subjects_scope: str


@dataclass(frozen=True, slots=True)
class Membership:
    """From when to when a member belongs to a lab."""

    user_id: UUID
    lab_id: UUID
    start_date: date | None = None
    end_date: date | None = None

    def is_current(self, today: date) -> bool:
        """From the day after its start, as the reference, to its last day; without a start, always."""
        started = self.start_date is None or self.start_date < today
        return started and (self.end_date is None or today <= self.end_date)


def recipients(
    notice: Notice,
    animals: Sequence[About],
    rules: Iterable[RecipientRule],
    memberships: Sequence[Membership],
    today: date,
    inactive: Collection[UUID] = frozenset(),
) -> frozenset[UUID]:
    """Who receives a notice about these animals (one, several of a cage or pair, or none).

    Those named, else the responsible members; and those whose rule's scope takes one of the animals in; less
    those whose rule says none, and the ``inactive`` members.
    """
    found = reasons(notice, animals, rules, memberships, today)
    return frozenset(user for user, reason in found.items() if reason != NOT_WANTED and user not in inactive)


NAMED, RESPONSIBLE, NOT_WANTED = "named", "responsible", "none"


def reasons(
    notice: Notice,
    animals: Sequence[About],
    rules: Iterable[RecipientRule],
    memberships: Sequence[Membership],
    today: date,
) -> dict[UUID, str]:
    """Why each member receives a notice: NAMED, RESPONSIBLE, or the scope of the rule that takes it in.

    With NOT_WANTED those who would, and whose rule says none.
    """
    reason = RESPONSIBLE if notice.named is None else NAMED
    found = dict.fromkeys(concerned(notice, animals), reason)
    for rule in rules:
        if rule.notification_type != notice.notification_type:
            continue
        if rule.subjects_scope == "none":
            if rule.user_id in found:
                found[rule.user_id] = NOT_WANTED
        elif rule.user_id not in found and _takes_in(rule, animals, memberships, today):
            found[rule.user_id] = rule.subjects_scope or "mine"
    return found


def concerned(notice: Notice, animals: Sequence[About]) -> frozenset[UUID]:
    """Who receives a notice where nobody has chosen a rule: those named, else the responsible members."""
    if notice.named is not None:
        return frozenset(notice.named)
    responsible = (animal.responsible_user_id for animal in animals)
    return frozenset(user for user in responsible if user is not None)


def _takes_in(
    rule: RecipientRule, animals: Sequence[About], memberships: Sequence[Membership], today: date
) -> bool:
    user = rule.user_id
    if rule.subjects_scope == "lab":
        labs = {one.lab_id for one in memberships if one.user_id == user and one.is_current(today)}
        return any(animal.lab_id in labs for animal in animals)
    if rule.subjects_scope in ("mine", ""):
        return any(animal.responsible_user_id == user for animal in animals)
    return rule.subjects_scope == "all" and bool(animals)


class Matter(NamedTuple):
    """A notice that is due, ``to`` whom it goes, and the lab's delay before the same is told again.

    ``record_id`` is the record it comes from where that is not the notice's own ``about_id`` (a weighing).
    ``timezone`` is the lab's: the day on which a member has done with it is a day there. ``own`` are those
    of them whom it concerns.
    """

    notice: Notice
    to: frozenset[UUID]
    delay: timedelta = REPEAT_DELAY
    record_id: UUID | None = None
    timezone: str = "UTC"
    own: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the weighings were looked at: the number of the last change, and those whose check failed."""

    number: int
    failed: frozenset[UUID] = frozenset()


class Mark(NamedTuple):
    """What one recipient did with a notification, if anything."""

    user_id: UUID
    done_at: datetime | None = None
    snoozed_until: datetime | None = None

    def holds(self, now: datetime, timezone: str, delay: timedelta) -> bool:
        """Whether it is put off to a later moment, came back so short a time ago, or was done on the same
        local day."""
        put_off = self.snoozed_until is not None and now - self.snoozed_until < delay
        return put_off or (
            self.done_at is not None and local_day(self.done_at, timezone) == local_day(now, timezone)
        )


class Earlier(NamedTuple):
    """A notification that exists; ``failure`` is why it was not sent, ``marks`` are its recipients'.

    Of a type that is told ONCE all recipients are among them, else those alone who did something with it.
    """

    notification_type: str
    title: str
    status: str
    send_at: datetime | None
    sent_at: datetime | None = None
    subject_id: UUID | None = None
    about_id: UUID | None = None
    failure: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class NewNotification:
    """A notification to be stored; one nobody can receive is not sent and says so in ``failure``."""

    notice: Notice
    recipients: frozenset[UUID]
    send_at: datetime
    status: str
    failure: str


def repeat_delay(seconds: int | None) -> timedelta:
    """A lab's delay before the same is told again; None where it has none of its own."""
    return REPEAT_DELAY if seconds is None else timedelta(seconds=seconds)


def compose(
    notice: Notice,
    to: frozenset[UUID],
    earlier: Iterable[Earlier],
    now: datetime,
    delay: timedelta = REPEAT_DELAY,
    timezone: str = "UTC",
    own: frozenset[UUID] = frozenset(),
) -> NewNotification | None:
    """The notification to create now; None where the same one was created too short a time ago, or where
    all who would receive it have put the same one off, or done with it today.

    What was told once is told to those of its ``own`` who have come since: another member may be responsible
    by now. A rule that is chosen afterwards holds for what comes. ``earlier`` are at least the existing ones
    of this type and title.
    """
    same = [one for one in earlier if _is_same(notice, one)]
    counting = [one for one in same if _counts(one, to)]
    if notice.notification_type == _WEEKLY:
        delay = max(delay, _TRAINING_REPEAT)
    if notice.notification_type in ONCE:
        if counting:
            to = (to & own) - {mark.user_id for one in counting for mark in one.marks}
            if not to:
                return None
    elif any(_is_recent(one, now, delay) for one in counting):
        return None
    if not to:
        return NewNotification(notice, to, now, NO_SEND, NOBODY)
    left = to - _done_with(same, now, timezone, delay)
    return NewNotification(notice, left, now, TO_SEND, "") if left else None


def _counts(one: Earlier, to: frozenset[UUID]) -> bool:
    """Whether an earlier one was told. Those given up were not, but for what is told once, or once a week:
    it was shown in the program. One that reached nobody is not repeated to nobody."""
    if one.status != NO_SEND:
        return True
    if one.failure in (NOBODY, LEFT):
        return not to
    return one.notification_type in ONCE or one.notification_type == _WEEKLY


def _is_recent(one: Earlier, now: datetime, delay: timedelta) -> bool:
    told_at = one.sent_at or one.send_at
    return told_at is not None and now - told_at < delay


def _done_with(same: Iterable[Earlier], now: datetime, timezone: str, delay: timedelta) -> set[UUID]:
    """The members for whom a repetition is not."""
    return {
        mark.user_id
        for one in same
        if one.notification_type not in _EVENTS
        for mark in one.marks
        if mark.holds(now, timezone, delay)
    }


def is_waiting(status: str, send_at: datetime, now: datetime) -> bool:
    """Whether a notification is to be sent now."""
    return status == TO_SEND and send_at <= now


def status_after_failure(tries: int) -> str:
    """The status after so many failed tries to send."""
    return NO_SEND if tries >= MAX_TRIES else TO_SEND


def _is_same(notice: Notice, one: Earlier) -> bool:
    return (notice.notification_type, notice.title, notice.subject_id, notice.about_id) == (
        one.notification_type,
        one.title,
        one.subject_id,
        one.about_id,
    )
