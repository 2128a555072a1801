"""The whole of a check: what is due is created, and what waits is sent by e-mail.

A letter uses up one of its three tries when the server does not accept it, or when its workstation ends in
the moment of handing it over: that one letter, no other. A server that cannot be reached, hangs or turns
everybody away costs a try of those that were to go to it, a batch at most. What keeps this computer from
logging in (no password, a wrong one, a certificate or an encryption that it cannot do with, a login that the
server wants and nobody has set up) costs none: they wait, for another workstation may be right.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from colonydesk.db.engine import Database, connect
from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.domain.errors import KnownError
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import Mailer, MailFailed, Secret, letter, secret_for
from colonydesk.queries.due import Due, Failure, due, due_weighings
from colonydesk.queries.notices import notice_heads
from colonydesk.queries.receivers import mail_server
from colonydesk.services.notices.create import Created, create
from colonydesk.services.notices.sending import (
    Clock,
    Letter,
    claim,
    database_time,
    give_back,
    is_waiting,
    note_failed,
    note_sent,
    note_unreached,
)

NO_SERVER = "No mail server is set up."
ROUND_SECONDS = 120.0
"""A round of sending ends after this; the next one goes on."""
_BATCH = 20
"""So many use up a try when the server cannot be reached."""
_DATABASE_TRIES = 5

_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check created, and what could not be checked."""

    created: tuple[Created, ...]
    due: Due


@dataclass(frozen=True, slots=True)
class NotSent:
    """A notification that was tried and not accepted; ``id`` None: none was tried, and why."""

    id: UUID | None
    reason: str


@dataclass(slots=True)
class Sending:
    """What came of a round of sending; ``ids`` of those that were sent."""

    sent: int = 0
    ids: list[UUID] = field(default_factory=list)
    failed: list[NotSent] = field(default_factory=list)


def check(db: Database, now: datetime, *, reminders: bool = False) -> Checked:
    """Create what is due, once, whoever else checks at the same time.

    With ``reminders`` what waits for the end of the working day waits for each lab's reminder hour: for the
    workstations' own timers. Without, everything that is due at ``now``.
    """
    with db.plain() as connection:
        found = due(connection, now, reminders=reminders)
    for failure in found.failures:
        _log.info("check: %s: %r", failure.name, failure.error)
    return Checked(create(db, found.matters, now, found.seen), found)


def check_weighings(db: Database, now: datetime) -> Checked:
    """The same for the weighings that were entered since the last check alone: underweight is told at once.

    To be called after a weighing was recorded, corrected or moved and is committed. What is missed (the
    program ended in between) is found by the next check.
    """
    with db.plain() as connection:
        found = due_weighings(connection, now)
    return Checked(create(db, found.matters, now, found.seen), found)


def run_check(db: Database, now: datetime, send: bool, secret: Secret = secret_for) -> dict[str, Any]:
    """What ``colonydesk check`` does; returns what its --json prints.

    Raises:
        KnownError: the database cannot be read or written.
    """
    checked = check(db, now)
    sending = send_waiting(db, lambda: now, secret) if send else Sending()
    with db.read() as connection:
        heads = notice_heads(connection, [one.id for one in sending.failed if one.id is not None])
    names, users = checked.due.nicknames, checked.due.usernames
    created = [
        {
            "type": one.notification_type,
            "title": one.title,
            "status": one.status,
            "subject": names.get(one.subject_id) if one.subject_id else None,
            "recipients": sorted(users.get(user, str(user)) for user in one.recipients),
        }
        for one in checked.created
    ]
    failed = [_unchecked(one) for one in checked.due.failures]
    for one in sending.failed:
        title, subject = heads.get(one.id, (None, None)) if one.id else (None, None)
        failed.append({"subject": subject, "title": title, "reason": one.reason})
    return {"created": created, "sent": sending.sent, "failed": failed}


def not_sent(found: Mapping[str, Any]) -> list[str]:
    """Why not everything was sent, of what ``run_check`` returns; what could not be checked has no title."""
    return [one["reason"] for one in found["failed"] if one["title"] or not one["subject"]]


def _unchecked(one: Failure) -> dict[str, str | None]:
    reason = (
        str(one.error) if isinstance(one.error, KnownError) else f"Its record is damaged ({one.error!r})."
    )
    return {"subject": one.name, "title": None, "reason": reason}


def send_waiting(
    db: Database,
    now: Callable[[], datetime],
    secret: Secret = secret_for,
    mailer: Callable[..., Mailer] = Mailer,
    stopping: Callable[[], bool] = lambda: False,
    clock: Clock = database_time,
) -> Sending:
    """Send what waits, as long as there is something, the server answers and ``stopping`` is not true.

    ``clock`` is what claims are measured by, whatever is ``now``.

    Raises:
        KnownError: the database cannot be read or written.
    """
    done = Sending()
    with db.read() as connection:
        server = mail_server(connection)
        if not is_waiting(connection, now(), clock):
            return done
    if server is None:
        done.failed.append(NotSent(None, NO_SERVER))
        return done
    try:
        password = secret(server)
    except KnownError as error:
        done.failed.append(NotSent(None, _reason(error)))
        return done
    until = time.monotonic() + ROUND_SECONDS
    turn = _Round(db, server, now, clock, lambda: stopping() or time.monotonic() >= until, done)
    while not turn.is_over():
        try:
            with mailer(server, password) as line:
                if not turn.send_all(line):
                    break
        except MailFailed as failure:
            turn.note_unreached(failure)
            break
    return done


@dataclass(frozen=True, slots=True)
class _Round:
    """What a round of sending works with; ``done`` grows."""

    db: Database
    server: MailServer
    now: Callable[[], datetime]
    clock: Clock
    is_over: Callable[[], bool]
    done: Sending

    def send_all(self, line: Mailer) -> bool:
        """Send what waits through this connection; True where it is of no use any more, and more waits."""
        while not self.is_over():
            one = _insisted(lambda: claim(self.db, self.now(), self.clock))
            if one is None:
                return False
            if not self._send(line, one):
                with self.db.read() as connection:
                    return is_waiting(connection, self.now(), self.clock)
        return False

    def _send(self, line: Mailer, one: Letter) -> bool:
        """Send one and note what came of it; False where the connection is of no use any more.

        Raises:
            MailFailed: this computer can send nothing there.
        """
        try:
            written = letter(self.server, one.to, one.title, one.message, one.id, self.now())
            not_taken = line.send(written, one.to)
        except MailFailed as failure:
            if failure.here:  # as at the login, none of the e-mails is to blame
                _insisted(lambda: give_back(self.db, one, self.now()))
                raise
            words = str(failure)
            self.done.failed.append(NotSent(one.id, words))
            _insisted(lambda: note_failed(self.db, one, words, self.now()))
            return not failure.all_fail
        self.done.sent += 1
        self.done.ids.append(one.id)
        _insisted(lambda: note_sent(self.db, one, self.now(), *not_taken))
        return True

    def note_unreached(self, failure: MailFailed) -> None:
        """Nothing could be sent at all: count it where it is the server's doing, and say why."""
        reason = _reason(failure)
        tried: tuple[UUID, ...] = ()
        if not failure.here and not self.is_over():
            tried = _insisted(lambda: note_unreached(self.db, self.now(), reason, _BATCH, self.clock))
        self.done.failed += [NotSent(one, reason) for one in tried or (None,)]


def _reason(error: KnownError) -> str:
    return error.sentence


def _insisted(act: Callable[[], T]) -> T:
    """Try more than once: what a server has accepted and nobody has written down is sent again."""
    for _ in range(_DATABASE_TRIES - 1):
        with suppress(KnownError):
            return act()
    return act()


class Sender:
    """A thread that sends what waits whenever it is woken; a server that hangs keeps nobody else waiting.

    It has connections of its own: it may go on for a while after the program has closed the database.
    """

    def __init__(
        self,
        db: Database,
        now: Callable[[], datetime],
        told: Callable[[Sending], None],
        secret: Secret = secret_for,
        mailer: Callable[..., Mailer] = Mailer,
    ) -> None:
        """``told`` is called in that thread after each round that sent or failed something."""
        self._db, self._now, self._told = db, now, told
        self._secret, self._mailer = secret, mailer
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="e-mail", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look for what waits; a round that is under way looks again when it has ended."""
        self._wake.set()

    def stop(self) -> None:
        """Begin nothing new. Does not wait: what hangs is left behind, and its claim ends by itself."""
        self._stop.set()
        self._wake.set()

    def _run(self) -> None:
        own: Database | None = None
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._stop.is_set():
                break
            try:
                own = own or connect(self._db.engine.url)
                done = send_waiting(own, self._now, self._secret, self._mailer, self._stop.is_set)
            except DatabaseUnavailable as error:  # which says so itself, and is no fault of the mail
                _log.info("e-mail: %s", error)
                done = Sending()
            except KnownError as error:
                done = Sending(failed=[NotSent(None, _reason(error))])
            except Exception:  # noqa: BLE001 - whatever it is, later rounds go on
                done = Sending()
                if not self._stop.is_set():  # else the database went away behind it
                    _log.exception("sending e-mails")
            self._tell(done)
        if own is not None:
            own.close()

    def _tell(self, done: Sending) -> None:
        if self._stop.is_set():
            return
        for one in done.failed:
            if one.id is None:  # what is wrong with one notification stands with it
                _log.info("e-mail: %s", one.reason)
        if done.sent or done.failed:
            self._told(done)
