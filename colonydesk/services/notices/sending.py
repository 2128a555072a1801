"""Who sends a notification: one workstation takes it for itself, sends it, and notes what came of it.

It takes one at a time, in the moment before it hands it to the mail server. A claim ends by itself after
LEASE: where a workstation went away while sending, nobody knows whether the mail was accepted, and another
one sends it again. For an alarm, twice is better than never.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Select, and_, bindparam, func, or_, select, update

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Notification, NotificationRecipient, Weighing
from colonydesk.db.unit import Unit
from colonydesk.domain.delivery import LEFT, MAX_TRIES, NO_SEND, SENT, TO_SEND, status_after_failure
from colonydesk.domain.mail import is_address

LEASE = timedelta(minutes=10)
"""How long a claim lasts: far longer than one e-mail may take (exchange.mail.WHOLE_SECONDS)."""
RETRY_AFTER = (timedelta(minutes=5), timedelta(hours=1))
"""How long after the first and the second failure it is tried again: three tries outlast a short outage."""
STALE = timedelta(days=7)
"""What waited longer (there was no mail server) is not sent any more."""

LEFT_OVER = "left_over"
"""In a notification's json: the members to whom it could not be sent yet, while the others have it."""

_ENDED = "The program ended while sending it; nobody knows whether it was accepted."
_TOO_OLD = f"Not sent: it had been waiting for more than {STALE.days} days."
_VOIDED = "Not sent: the weighing it tells of does not count any more."
_NOT_TO = "Not e-mailed to {}: no e-mail address that can be used."
_OTHERS_ALONE = "Sent to the others; for whom it is left over, there is no active member's address."
_NO_ADDRESS = "Shown in the program only: no recipient has an e-mail address."

# What is due, was not tried a short time ago, and is claimed by nobody.
_waits = (
    Notification.status == TO_SEND,
    Notification.send_at <= bindparam("now"),
    or_(Notification.claimed_until.is_(None), Notification.claimed_until <= bindparam("clock")),
    or_(
        Notification.attempts <= 0,
        Notification.tried_at.is_(None),
        *(
            and_(Notification.attempts == tries, Notification.tried_at <= bindparam(f"after_{tries}"))
            for tries in range(1, MAX_TRIES)
        ),
        Notification.attempts >= MAX_TRIES,
    ),
)
_any_waits = select(Notification.id).where(*_waits).limit(1)
_voided = (
    select(Weighing.id)
    .where(
        Notification.notification_type == "mouse_underweight",
        Weighing.id == Notification.about_id,
        Weighing.voided_at.is_not(None),
    )
    .exists()
)
_waiting = (
    select(
        Notification.id,
        Notification.title,
        Notification.message,
        Notification.attempts,
        Notification.send_at,
        Notification.claimed_until,
        Notification.json,
        _voided.label("voided"),
    )
    .where(*_waits)
    .order_by(Notification.send_at)
    .limit(bindparam("limit"))
    .with_for_update(of=Notification, skip_locked=True)
)
_recipients = (
    select(
        NotificationRecipient.notification_id,
        LabMember.id,
        LabMember.is_active,
        LabMember.email,
        LabMember.username,
    )
    .join(LabMember, LabMember.id == NotificationRecipient.user_id)
    .where(NotificationRecipient.notification_id.in_(bindparam("ids", expanding=True)))
    .order_by(LabMember.username)
)
_claim = _keep = update(Notification).where(Notification.id == bindparam("letter"))
_server_time = select(func.now())

Clock = Callable[[Connection], datetime]
"""What a claim is measured by."""


def database_time(connection: Connection) -> datetime:
    """Now, for all who use this database: the server's clock. Those who share a file are on one machine."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = connection.execute(_server_time).scalar_one()
    return moment


@dataclass(frozen=True, slots=True)
class Letter:
    """A notification that is this workstation's to send; ``to`` are addresses, ``attempts`` failed tries.

    ``without`` are the user names of those recipients who have no address. ``members`` are who the addresses
    are of, ``more`` what is kept with the notification: for whom it is LEFT_OVER where the others have it.
    """

    id: UUID
    title: str
    message: str
    to: tuple[str, ...]
    attempts: int
    claimed_until: datetime
    without: tuple[str, ...] = ()
    members: tuple[tuple[str, UUID], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def was_sent(self) -> bool:
        """Whether others have it already."""
        return LEFT_OVER in self.more


def is_waiting(connection: Connection, now: datetime, clock: Clock = database_time) -> bool:
    """Whether anything is to be sent at ``now`` that nobody is sending."""
    return connection.execute(_any_waits, _times(now, clock(connection))).first() is not None


def claim(db: Database, now: datetime, clock: Clock = database_time) -> Letter | None:
    """Take the notification that has waited longest; nobody else gets it before ``LEASE`` is over.

    Those before it that can be sent to nobody are settled. None: nothing waits.
    """
    while True:
        with db.unit(uuid4(), "notices.claim", None, now) as unit:
            rows, letters = _letters(unit, now, clock, 1)
            for letter in letters:
                # No change that a screen shows: no audit, no version.
                unit.connection.execute(_claim, {"letter": letter.id, "claimed_until": letter.claimed_until})
        if letters or not rows:
            return letters[0] if letters else None


def note_sent(
    db: Database, letter: Letter, now: datetime, remark: str = "", later: Collection[str] = ()
) -> None:
    """The mail was accepted; ``remark`` says for whom it was not. Who has no address is said too.

    For those of the addresses ``later`` it is a failed try, and the next one goes to them alone.
    """
    without = _NOT_TO.format(", ".join(letter.without)) if letter.without else ""
    words = "; ".join(filter(None, (remark, without)))
    left = sorted(user.hex for address, user in letter.members if address in later)
    with db.unit(uuid4(), "notices.sent", None, now) as unit:
        if left and status_after_failure(letter.attempts + 1) == TO_SEND:
            # Like a claim, it is shown by nothing but the status.
            unit.connection.execute(_keep, {"letter": letter.id, "json": {**letter.more, LEFT_OVER: left}})
            _fail(unit, letter, words, now)
        else:
            _settle(unit, letter.id, SENT, now, words, sent_at=now)


def note_failed(db: Database, letter: Letter, words: str, now: datetime) -> None:
    """It was not accepted, and why; after MAX_TRIES it is given up.

    Nothing, where the claim had ended before and it is another workstation's now.
    """
    with db.unit(uuid4(), "notices.failed", None, now) as unit:
        if unit.connection.execute(_ours(letter).with_for_update()).first() is not None:
            _fail(unit, letter, words, now)


def give_back(db: Database, letter: Letter, now: datetime) -> None:
    """It was not handed over, for no reason of its own: another workstation may send it now."""
    with db.unit(uuid4(), "notices.given back", None, now) as unit:
        if unit.connection.execute(_ours(letter).with_for_update()).first() is not None:
            unit.connection.execute(_claim, {"letter": letter.id, "claimed_until": None})


def _ours(letter: Letter) -> Select[UUID]:
    """The notification, while it is this workstation's."""
    return select(Notification.id).where(
        Notification.id == letter.id,
        Notification.status == TO_SEND,
        Notification.claimed_until == letter.claimed_until,
    )


def note_unreached(
    db: Database, now: datetime, words: str, limit: int, clock: Clock = database_time
) -> tuple[UUID, ...]:
    """There is no way to the mail server, and why: a failed try of up to ``limit`` that wait, and which."""
    with db.unit(uuid4(), "notices.failed", None, now) as unit:
        _, letters = _letters(unit, now, clock, limit)
        for letter in letters:
            _fail(unit, letter, words, now)
    return tuple(letter.id for letter in letters)


def _letters(unit: Unit, now: datetime, clock: Clock, limit: int) -> tuple[int, list[Letter]]:
    """How many of ``limit`` wait, locked until the unit ends; and of these what can be sent to somebody."""
    at = clock(unit.connection)
    rows = unit.connection.execute(_waiting, {**_times(now, at), "limit": limit}).all()
    addresses = _addresses(unit, [row.id for row in rows])
    made = [_letter(unit, row, addresses[row.id], now, at + LEASE) for row in rows]
    return len(rows), [letter for letter in made if letter is not None]


def _times(now: datetime, at: datetime) -> dict[str, datetime]:
    pauses = {f"after_{tries}": now - pause for tries, pause in enumerate(RETRY_AFTER, 1)}
    return {"now": now, "clock": at, **pauses}


def _addresses(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, str, UUID]]]:
    """Of each notification its active recipients: the address, and who it is."""
    found = defaultdict(list)
    for row in unit.connection.execute(_recipients, {"ids": ids}):
        if row.is_active:
            found[row.notification_id].append(((row.email or "").strip(), row.username, row.id))
    return found


def _letter(
    unit: Unit, row: Any, active: Sequence[tuple[str, str, UUID]], now: datetime, until: datetime
) -> Letter | None:
    """The letter to send; None where there is none, and the notification is settled."""
    attempts, more = row.attempts, row.json or {}
    left = more.get(LEFT_OVER)
    was_sent = left is not None
    if row.claimed_until is not None:
        attempts += 1
        if status_after_failure(attempts) == NO_SEND:
            _give_up(unit, row.id, now, _ENDED, was_sent=was_sent, attempts=attempts)
            return None
        unit.update(Notification, row.id, {"attempts": attempts, "failure": _ENDED, "tried_at": now})
    members = tuple(
        (address, user)
        for address, _, user in active
        if is_address(address) and (left is None or user.hex in left)
    )
    without = tuple(who for address, who, _ in active if not is_address(address))
    if row.voided:
        _give_up(unit, row.id, now, _VOIDED, was_sent=was_sent)
    elif now - row.send_at > STALE:
        _give_up(unit, row.id, now, _TOO_OLD, was_sent=was_sent)
    elif was_sent and not members:
        _settle(unit, row.id, SENT, now, _OTHERS_ALONE, sent_at=now)
    elif not active:
        _settle(unit, row.id, NO_SEND, now, LEFT)
    elif not members:
        _settle(unit, row.id, SENT, now, _NO_ADDRESS, sent_at=now)
    else:
        to, text = tuple(address for address, _ in members), row.message or row.title
        return Letter(row.id, row.title, text, to, attempts, until, without, members, more)
    return None


def _fail(unit: Unit, letter: Letter, words: str, now: datetime) -> None:
    tries = letter.attempts + 1
    status = status_after_failure(tries)
    if status == NO_SEND:
        _give_up(unit, letter.id, now, words, was_sent=letter.was_sent, attempts=tries)
    else:
        _settle(unit, letter.id, status, now, words, attempts=tries)


def _give_up(
    unit: Unit, notification_id: UUID, now: datetime, words: str, *, was_sent: bool, **values: object
) -> None:
    """It is tried no more. What others of its recipients have was sent, or they would be told again."""
    if was_sent:
        _settle(unit, notification_id, SENT, now, words, sent_at=now, **values)
    else:
        _settle(unit, notification_id, NO_SEND, now, words, **values)


def _settle(
    unit: Unit, notification_id: UUID, status: str, now: datetime, words: str, **values: object
) -> None:
    outcome = {"status": status, "failure": words or None, "tried_at": now, "claimed_until": None}
    unit.update(Notification, notification_id, {**outcome, **values})
