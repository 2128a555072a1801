"""The whole of a check: what is due is created, and what waits is sent by e-mail."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from colonydesk.db.engine import Database, connect
from colonydesk.domain.errors import KnownError
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import Mailer, MailFailed, Secret, letter, secret_for
from colonydesk.queries.due import Due, Failure, due, due_weighings
from colonydesk.queries.notices import notice_heads
from colonydesk.queries.receivers import mail_server
from colonydesk.services.notices.create import Created, create
from colonydesk.services.notices.sending import (
    Letter,
    claim,
    note_failed,
    note_sent,
    release,
    waiting,
)

NO_SERVER = "No mail server is set up."
ROUND_SECONDS = 120.0
"""A round of sending ends after this; the next one goes on. Far below the end of a claim."""
_BATCH = 20
_RECORD_TRIES = 5

_log = logging.getLogger(__name__)


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
) -> Sending:
    """Send what waits, as long as there is something, the server answers and ``stopping`` is not true.

    Raises:
        KnownError: the database cannot be read or written.
    """
    done = Sending()
    with db.read() as connection:
        server = mail_server(connection)
    if server is None:
        if waiting(db, now()):
            done.failed.append(NotSent(None, NO_SERVER))
        return done
    until = time.monotonic() + ROUND_SECONDS
    password = secret(server)
    if server.username and not password:
        # Another computer may have it: trying here would only use up the tries.
        if waiting(db, now()):
            done.failed.append(NotSent(None, f"This computer has no password for {server.username}."))
        return done
    while time.monotonic() < until and not stopping():
        letters = list(claim(db, now(), _BATCH))
        if not letters:
            break
        try:
            with mailer(server, password) as open_mailer:
                while letters and time.monotonic() < until and not stopping():
                    if not _send(db, open_mailer, server, letters.pop(0), done, now):
                        break  # the line is gone: the next batch has a new one
        except MailFailed as failure:
            for one in letters:
                _failed(db, one, str(failure), done, now)
            break
        _recorded(partial(release, db, letters, now()))
    return done


def _send(
    db: Database, mailer: Mailer, server: MailServer, one: Letter, done: Sending, now: Callable[[], datetime]
) -> bool:
    """Send one and note what came of it; False where the connection is of no use any more."""
    try:
        refused = mailer.send(letter(server, one.to, one.title, one.message, one.id, now()), one.to)
    except MailFailed as failure:
        _failed(db, one, str(failure), done, now)
        return not failure.all_fail
    done.sent += 1
    done.ids.append(one.id)
    _recorded(lambda: note_sent(db, one, now(), refused))
    return True


def _failed(db: Database, one: Letter, words: str, done: Sending, now: Callable[[], datetime]) -> None:
    done.failed.append(NotSent(one.id, words))
    _recorded(lambda: note_failed(db, one, words, now()))


def _recorded(record: Callable[[], object]) -> None:
    """What a server has accepted must be written down, or it is sent again: try more than once."""
    for left in range(_RECORD_TRIES - 1, -1, -1):
        try:
            record()
        except KnownError:
            if not left:
                raise
        else:
            return


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
        self._wake.wait()
        if self._stop.is_set():
            return
        try:
            own = connect(self._db.engine.url)
        except KnownError as error:
            self._told(Sending(failed=[NotSent(None, str(error))]))
            return
        try:
            self._serve(own)
        finally:
            own.close()

    def _serve(self, db: Database) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                done = send_waiting(db, self._now, self._secret, self._mailer, self._stop.is_set)
            except KnownError as error:
                done = Sending(failed=[NotSent(None, str(error))])
            except Exception:  # noqa: BLE001 - whatever it is, later rounds go on
                done = Sending()
                if not self._stop.is_set():  # else the database went away behind it
                    _log.exception("sending e-mails")
            if not self._stop.is_set():
                if done.sent or done.failed:
                    self._told(done)
                self._wake.wait()
