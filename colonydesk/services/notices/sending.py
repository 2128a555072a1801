"""Who sends a notification: one workstation takes it for itself, sends it, and notes what came of it.

A claim ends by itself after LEASE: where a workstation went away while sending, nobody knows whether the mail
was accepted, and another one sends it again. For an alarm, twice is better than never.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, and_, func, or_, select, update

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Notification, NotificationRecipient, Weighing
from colonydesk.db.unit import Unit
from colonydesk.domain.delivery import LEFT, MAX_TRIES, NO_SEND, SENT, TO_SEND, status_after_failure
from colonydesk.domain.mail import is_address

LEASE = timedelta(minutes=10)
RETRY_AFTER = (timedelta(minutes=5), timedelta(hours=1))
"""How long after the first and the second failure it is tried again: three tries outlast a short outage."""
STALE = timedelta(days=7)
"""What waited longer (there was no mail server) is not sent any more."""

_ENDED = "The program ended while sending it; nobody knows whether it was accepted."
_TOO_OLD = f"Not sent: it had been waiting for more than {STALE.days} days."
_VOIDED = "Not sent: the weighing it tells of does not count any more."
_NO_ADDRESS = "Shown in the program only: no recipient has an e-mail address."


@dataclass(frozen=True, slots=True)
class Letter:
    """A notification that is this workstation's to send; ``to`` are addresses, ``attempts`` failed tries."""

    id: UUID
    title: str
    message: str
    to: tuple[str, ...]
    attempts: int


def waiting(db: Database, now: datetime) -> int:
    """How many notifications are to be sent at ``now``."""
    with db.read() as connection:
        statement = select(func.count()).where(Notification.status == TO_SEND, Notification.send_at <= now)
        return connection.execute(statement).scalar_one()


def claim(db: Database, now: datetime, limit: int = 20) -> tuple[Letter, ...]:
    """Take up to ``limit`` notifications that are waiting; nobody else gets them before ``LEASE`` is over.

    What can be sent to nobody is settled at once, and counts to the limit: () means that nothing waits.
    """
    letters: list[Letter] = []
    while not letters:
        with db.unit(uuid4(), "notices.claim", None, now) as unit:
            rows = unit.connection.execute(_waiting(now, limit)).all()
            addresses = _addresses(unit, [row.id for row in rows])
            letters = [
                letter for row in rows if (letter := _letter(unit, row, addresses[row.id], now)) is not None
            ]
            _take(unit, letters, now)
        if not rows:
            break
    return tuple(letters)


def note_sent(db: Database, letter: Letter, now: datetime, remark: str = "") -> None:
    """The mail was accepted; ``remark`` says for whom it was not."""
    with db.unit(uuid4(), "notices.sent", None, now) as unit:
        _settle(unit, letter.id, SENT, now, remark, sent_at=now)


def note_failed(db: Database, letter: Letter, words: str, now: datetime) -> str:
    """It could not be sent, and why; after MAX_TRIES it is given up. Returns its status."""
    tries = letter.attempts + 1
    status = status_after_failure(tries)
    with db.unit(uuid4(), "notices.failed", None, now) as unit:
        _settle(unit, letter.id, status, now, words, attempts=tries)
    return status


def release(db: Database, letters: Sequence[Letter], now: datetime) -> None:
    """Give back what was claimed and not tried."""
    if letters:
        with db.unit(uuid4(), "notices.release", None, now) as unit:
            unit.connection.execute(
                update(Notification)
                .where(Notification.id.in_([letter.id for letter in letters]), Notification.status == TO_SEND)
                .values(claimed_until=None)
            )


def _waiting(now: datetime, limit: int) -> Any:
    tried_long_ago = or_(
        Notification.attempts <= 0,
        Notification.tried_at.is_(None),
        *(
            and_(Notification.attempts == tries, Notification.tried_at <= now - pause)
            for tries, pause in enumerate(RETRY_AFTER, 1)
        ),
        Notification.attempts >= MAX_TRIES,
    )
    voided = (
        select(Weighing.id)
        .where(
            Notification.notification_type == "mouse_underweight",
            Weighing.id == Notification.about_id,
            Weighing.voided_at.is_not(None),
        )
        .exists()
    )
    return (
        select(
            Notification.id,
            Notification.title,
            Notification.message,
            Notification.attempts,
            Notification.send_at,
            Notification.claimed_until,
            voided.label("voided"),
        )
        .where(
            Notification.status == TO_SEND,
            Notification.send_at <= now,
            or_(Notification.claimed_until.is_(None), Notification.claimed_until <= now),
            tried_long_ago,
        )
        .order_by(Notification.send_at, Notification.id)
        .limit(limit)
        .with_for_update(of=Notification, skip_locked=True)
    )


def _addresses(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, list[tuple[bool, str]]]:
    """Of each notification its recipients: whether active, and the address."""
    found = defaultdict(list)
    statement = (
        select(NotificationRecipient.notification_id, LabMember.is_active, LabMember.email)
        .join(LabMember, LabMember.id == NotificationRecipient.user_id)
        .where(NotificationRecipient.notification_id.in_(ids))
        .order_by(LabMember.username)
    )
    for row in unit.connection.execute(statement):
        found[row.notification_id].append((row.is_active, (row.email or "").strip()))
    return found


def _letter(
    unit: Unit, row: Row[Any], recipients: Sequence[tuple[bool, str]], now: datetime
) -> Letter | None:
    """The letter to send; None where there is none, and the notification is settled."""
    attempts = row.attempts
    if row.claimed_until is not None:
        attempts += 1
        if status_after_failure(attempts) == NO_SEND:
            _settle(unit, row.id, NO_SEND, now, _ENDED, attempts=attempts)
            return None
        unit.update(Notification, row.id, {"attempts": attempts, "failure": _ENDED, "tried_at": now})
    active = [address for is_active, address in recipients if is_active]
    to = tuple(address for address in active if is_address(address))
    if row.voided:
        _settle(unit, row.id, NO_SEND, now, _VOIDED)
    elif now - row.send_at > STALE:
        _settle(unit, row.id, NO_SEND, now, _TOO_OLD)
    elif not active:
        _settle(unit, row.id, NO_SEND, now, LEFT)
    elif not to:
        _settle(unit, row.id, SENT, now, _NO_ADDRESS, sent_at=now)
    else:
        return Letter(row.id, row.title, row.message or row.title, to, attempts)
    return None


def _take(unit: Unit, letters: Sequence[Letter], now: datetime) -> None:
    """A claim is no change that a screen shows: no audit, no version."""
    if letters:
        unit.connection.execute(
            update(Notification)
            .where(Notification.id.in_([letter.id for letter in letters]))
            .values(claimed_until=now + LEASE)
        )


def _settle(
    unit: Unit, notification_id: UUID, status: str, now: datetime, words: str, **values: object
) -> None:
    outcome = {"status": status, "failure": words or None, "tried_at": now, "claimed_until": None}
    unit.update(Notification, notification_id, {**outcome, **values})
