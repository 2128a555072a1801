"""Rounds of sending: what waits goes to a real mail server, and what becomes of what does not."""

import json
import logging
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database, connect
from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.db.tables import (
    Notification,
    NotificationRecipient,
    NotificationSetting,
    Weighing,
)
from colonydesk.domain.delivery import LEFT
from colonydesk.domain.errors import KnownError
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import PASSWORD_FILE, Mailer
from colonydesk.exchange.notices import NO_SERVER, Sender, Sending, run_check
from colonydesk.queries.audit import audit_lines, audit_numbers
from colonydesk.services.notices.sending import RETRY_AFTER
from tests import builders
from tests.builders import NEVER, SECONDS, row, rows
from tests.conftest import ROOT
from tests.exchange.mail_servers import (
    SECRET,
    Post,
    bad_server,
    drips,
    drops,
    free_port,
    hangs,
    post_office,
    turns_away,
)
from tests.exchange.sending import QUICK, send, set_up, use
from tests.services.notices import NOW, member, waiting_notification

pytestmark = pytest.mark.usefixtures("quiet_server")


# What waits


def test_what_waits_is_sent_once(db: Database) -> None:
    post = Post()
    with post_office(post) as server:
        ann = set_up(db, server)
        ids = [waiting_notification(db, ann, f"M{number}") for number in range(45)]
        later = waiting_notification(db, ann, "later", send_at=NOW + timedelta(hours=1))
        assert send(db).sent == 45
        assert send(db).sent == 0
    assert post.subjects() == sorted(f"M{number}" for number in range(45))
    sent = row(db, Notification, ids[0])
    assert (sent["status"], sent["sent_at"], sent["failure"]) == ("sent", NOW, None)
    assert row(db, Notification, later)["status"] == "to-send"


def test_three_failures_are_enough_and_the_words_of_each_are_kept(db: Database) -> None:
    post = Post()
    words = ("451 come back later", "450 the mailbox is busy", "550 nobody of that name")
    times = (NOW, NOW + RETRY_AFTER[0], NOW + RETRY_AFTER[0] + RETRY_AFTER[1])
    with post_office(post) as server:
        one = waiting_notification(db, set_up(db, server))
        states = []
        for now, answer in zip(times, words, strict=True):
            post.refuse = lambda _, answer=answer: answer  # type: ignore[misc]
            [failed] = send(db, now).failed
            assert failed.id == one
            assert send(db, now).failed == []  # not again at once
            found = row(db, Notification, one)
            states.append((found["status"], found["attempts"], found["tried_at"]))
            assert f"ann@example.org: {answer}" in found["failure"]
        assert states == [("to-send", 1, times[0]), ("to-send", 2, times[1]), ("no-send", 3, times[2])]
        post.refuse = lambda _: None
        assert send(db, NOW + timedelta(days=1)).sent == 0
    with db.read() as connection:  # what the screen of the audit shows, the newest first
        numbers = audit_numbers(connection, "notification")
        lines = [audit_lines(connection, [number])[number] for number in numbers]
    said = [
        (line.at, change.after)
        for line in reversed(lines)
        for change in line.changes
        if change.word == "failure"
    ]
    assert [at for at, _ in said] == list(times)
    for (_, shown), answer in zip(said, words, strict=True):
        assert f"ann@example.org: {answer}" in shown


def test_one_bad_address_does_not_hold_up_the_others(db: Database) -> None:
    post = Post(refuse=lambda address: "550 gone" if address.startswith("bob") else None)
    with post_office(post) as server:
        ann = set_up(db, server)
        bob = member(db, "bob")
        for number in range(6):
            waiting_notification(db, bob if number % 2 else ann, f"M{number}")
        done = send(db)
    assert done.sent == 3
    assert len(done.failed) == 3
    assert post.subjects() == ["M0", "M2", "M4"]


@contextmanager
def nobody() -> Iterator[MailServer]:
    """Where no mail server is."""
    yield MailServer("127.0.0.1", free_port(), "none", "colony@example.org")


@pytest.mark.parametrize(
    "bad", [nobody, *(partial(bad_server, talk) for talk in (hangs, drips, drops, turns_away))]
)
def test_a_bad_server_fails_in_time_and_nothing_is_lost(db: Database, bad: Any) -> None:
    with bad() as server:
        ann = set_up(db, server)
        for number in range(3):
            waiting_notification(db, ann, f"M{number}")
        done = send(db, mailer=QUICK)
    assert done.sent == 0
    assert len(done.failed) == 3
    for one in rows(db, Notification):
        assert (one["status"], one["attempts"], one["claimed_until"]) == ("to-send", 1, None)
        assert one["failure"] in {failed.reason for failed in done.failed}
    post = Post()
    with post_office(post) as server:
        use(db, ann, server)
        assert send(db, NOW + RETRY_AFTER[0]).sent == 3
    assert post.subjects() == ["M0", "M1", "M2"]


def test_a_server_that_is_away_costs_a_batch_one_try(db: Database) -> None:
    with nobody() as server:
        ann = set_up(db, server)
        for number in range(25):
            waiting_notification(db, ann, f"M{number}")
        assert len(send(db).failed) == 20
    assert sum(one["attempts"] for one in rows(db, Notification)) == 20


def refuse_the_file(_server: MailServer) -> str:
    raise KnownError("Others may read the passwords.", "Allow it to its owner alone.")


@pytest.mark.parametrize(
    ("here", "words"),
    [
        ({"secret": lambda _: "battery staple"}, "does not accept the user name or the password"),
        ({"secret": lambda _: None}, "This computer has no password for colony. Type it under E-mail"),
        ({"secret": refuse_the_file}, "Others may read the passwords. Allow it to its owner alone."),
        ({"mailer": Mailer}, "is not trusted"),
    ],
)
def test_what_is_wrong_with_this_computer_uses_up_no_try(
    db: Database, tls: Any, here: dict[str, Any], words: str
) -> None:
    post = Post()
    trusting = {"mailer": partial(Mailer, trust=tls[1])}
    with post_office(post, tls[0], "starttls") as server:
        one = waiting_notification(db, set_up(db, server))
        before = row(db, Notification, one)
        for _ in range(4):
            [failed] = send(db, **{**trusting, **here}).failed
            assert failed.id is None
            assert words in failed.reason
        assert row(db, Notification, one) == before
        assert send(db, **trusting).sent == 1  # another workstation


@pytest.mark.parametrize(
    ("security", "words"),
    [
        ("starttls", "530 5.7.0 Authentication required"),
        ("none", "530 Must issue a STARTTLS command first"),
    ],
)
def test_a_server_that_wants_a_login_that_is_not_set_up_uses_up_no_try(
    db: Database, tls: Any, security: str, words: str
) -> None:
    post = Post()
    trusting = {"mailer": partial(Mailer, trust=tls[1])}
    with post_office(post, tls[0], "starttls") as server:
        ann = set_up(db, replace(server, username="", security=security))
        ids = [waiting_notification(db, ann, f"M{number}") for number in range(3)]
        before = [row(db, Notification, one) for one in ids]
        for _ in range(4):
            [failed] = send(db, **trusting).failed
            assert failed.id is None
            assert "wants a login or an encryption that is not set up here" in failed.reason
            assert words in failed.reason
        assert [row(db, Notification, one) for one in ids] == before
        use(db, ann, server)
        assert send(db, **trusting).sent == 3  # at once, on this and on every other workstation


def test_recipients_that_are_for_members_of_the_house_alone_are_a_matter_of_the_login(db: Database) -> None:
    post = Post(refuse=lambda _: "530 5.7.1 Log in first")
    with post_office(post) as server:
        one = waiting_notification(db, set_up(db, server))
        [failed] = send(db).failed
    assert failed.id is None
    assert (row(db, Notification, one)["attempts"], row(db, Notification, one)["claimed_until"]) == (0, None)


@pytest.mark.parametrize("answer", [None, "550 gone"])
def test_a_database_that_is_busy_for_a_moment_stops_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch, answer: str | None
) -> None:
    """Each kind of unit of work is refused once."""
    refused: set[str] = set()

    def unit(command_id: UUID, kind: str, user_id: UUID | None, now: datetime) -> Any:
        if kind not in refused:
            refused.add(kind)
            raise DatabaseUnavailable("It is locked by another program.")
        return Database.unit(db, command_id, kind, user_id, now)

    post = Post(refuse=lambda _: answer)
    with post_office(post) as server:
        one = waiting_notification(db, set_up(db, server))
        monkeypatch.setattr(db, "unit", unit)
        done = send(db)
    assert (done.sent, len(done.failed)) == ((0, 1) if answer else (1, 0))
    assert len(post.accepted) == done.sent
    assert row(db, Notification, one)["attempts"] == len(done.failed)
    assert refused == {"notices.claim", "notices.failed" if answer else "notices.sent"}


def test_an_email_that_cannot_be_written_fails_in_words(db: Database) -> None:
    with post_office(Post()) as server:
        ann = set_up(db, server)
        with db.engine.begin() as connection:
            connection.execute(NotificationSetting.__table__.update().values(sender="bad@[1.2"))
        ids = {waiting_notification(db, ann, f"M{number}") for number in range(3)}
        done = send(db)
    assert {failed.id for failed in done.failed} == ids
    for one in rows(db, Notification):
        assert (one["attempts"], one["claimed_until"]) == (1, None)
        assert "cannot be sent as it is" in one["failure"]


def test_without_a_server_it_waits_and_says_so(db: Database) -> None:
    one = waiting_notification(db, member(db, "ann"))
    assert [failed.reason for failed in send(db).failed] == [NO_SERVER]
    assert row(db, Notification, one)["attempts"] == 0


def test_what_can_reach_nobody_is_settled(db: Database) -> None:
    post = Post()
    with post_office(post) as server:
        ann = set_up(db, server)
        left = waiting_notification(db, member(db, "eve", is_active=False))
        poor = waiting_notification(db, member(db, "poor", email=None))
        old = waiting_notification(db, ann, "old", send_at=NOW - timedelta(days=8))
        both = waiting_notification(db, ann, "both")
        builders.add(
            db, NotificationRecipient, notification_id=both, user_id=member(db, "dan", email="not one")
        )
        assert send(db).sent == 1
    assert post.subjects() == ["both"]
    found = {one: row(db, Notification, one) for one in (left, poor, old, both)}
    assert found[both]["failure"] == "Not e-mailed to dan: no e-mail address that can be used."
    assert (found[left]["status"], found[left]["failure"]) == ("no-send", LEFT)
    assert (found[poor]["status"], found[poor]["sent_at"]) == ("sent", NOW)
    assert "no recipient has an e-mail address" in found[poor]["failure"]
    assert found[old]["status"] == "no-send"


def test_a_weighing_that_was_taken_back_is_not_sent(db: Database) -> None:
    of = builders.scene(db)
    marks = {"voided_at": NOW, "void_reason": "undone"}
    wrong = of.add(Weighing, subject_id=of.mouse, date_time=NOW, weight=2.0, **marks)
    post = Post()
    with post_office(post) as server:
        use(db, of.ann, server)
        dan = member(db, "dan")
        told = waiting_notification(db, dan, notification_type="mouse_underweight", about_id=wrong)
        assert send(db).sent == 0
    assert row(db, Notification, told)["status"] == "no-send"
    assert post.accepted == []


# The thread, and the command


def test_a_server_that_hangs_keeps_the_thread_alone_waiting(db: Database) -> None:
    waiting = threading.Event()
    told: list[Sending] = []

    def talk(_connection: socket.socket, over: threading.Event) -> None:
        waiting.set()
        over.wait()

    with bad_server(talk) as server:
        ann = set_up(db, server)
        waiting_notification(db, ann)
        slow = partial(Mailer, step=NEVER, whole=NEVER)
        sender = Sender(db, lambda: NOW, told.append, lambda _: None, slow)
        sender.wake()
        assert waiting.wait(SECONDS)
        assert run_check(db, NOW, send=False) == {"created": [], "sent": 0, "failed": []}
        sender.stop()
        assert sender._thread.is_alive()  # it is still waiting: neither of them has waited with it
    sender._thread.join(SECONDS)  # the server has gone now, and nobody waits for it any more
    assert told == []
    [one] = rows(db, Notification)
    assert (one["attempts"], one["claimed_until"]) == (0, None)  # nothing was handed over


def test_the_thread_sends_when_it_is_woken_and_tells(db: Database) -> None:
    post, told = Post(), threading.Event()
    with post_office(post) as server:
        ann = set_up(db, server)
        sender = Sender(db, lambda: NOW, lambda _: told.set(), lambda _: None)
        waiting_notification(db, ann)
        sender.wake()
        assert told.wait(SECONDS)
        sender.stop()
        sender._thread.join(SECONDS)
    assert len(post.accepted) == 1


def test_the_thread_tries_again_where_it_found_no_database(sqlite_url: str, tmp_path: Path) -> None:
    file, away = Path(sqlite_url.removeprefix("sqlite:///")), tmp_path / "away.sqlite"
    post: Post = Post()
    told: queue.Queue[Sending] = queue.Queue()
    db = connect(sqlite_url)
    with post_office(post) as server:
        waiting_notification(db, set_up(db, server))
        db.close()
        file.rename(away)
        sender = Sender(db, lambda: NOW, told.put, lambda _: None)
        sender.wake()
        [failed] = told.get(timeout=SECONDS).failed
        assert failed.reason.startswith("There is no database file")
        away.rename(file)
        sender.wake()
        assert told.get(timeout=SECONDS).sent == 1
        sender.stop()
        sender._thread.join(SECONDS)
    db.close()
    assert len(post.accepted) == 1


def test_a_server_that_is_away_is_not_told_as_a_reason_for_no_e_mail(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()
    told: queue.Queue[Sending] = queue.Queue()

    def send(*_of: object) -> Sending:
        if began.is_set():
            return Sending(sent=1)
        began.set()
        raise DatabaseUnavailable("lab cannot be reached.")

    monkeypatch.setattr("colonydesk.exchange.notices.send_waiting", send)
    with closing(connect(sqlite_url)) as db:
        sender = Sender(db, lambda: NOW, told.put, lambda _: None)
        sender.wake()
        assert began.wait(SECONDS)
        sender.wake()
        assert told.get(timeout=SECONDS) == Sending(sent=1)
        sender.stop()
        sender._thread.join(SECONDS)


def test_what_the_command_says(db: Database) -> None:
    of = builders.scene(db)
    of.add(Weighing, subject_id=of.mouse, date_time=builders.NOW - timedelta(days=1), weight=22.0)
    builders_restriction(of)
    stray = of.subject("M2")
    of.add(Weighing, subject_id=stray, date_time=builders.NOW, weight=22.0)
    said = run_check(db, builders.NOW, send=True, secret=lambda _: None)
    assert {one["type"] for one in said["created"]} == {"mouse_water", "mouse_not_weighed", "mouse_training"}
    for one in said["created"]:
        assert (one["subject"], one["recipients"], one["status"]) == ("M1", ["dan"], "to-send")
        assert set(one) == {"type", "title", "status", "subject", "recipients"}
    assert said["sent"] == 0
    assert said["failed"] == [{"subject": None, "title": None, "reason": NO_SERVER}]
    assert run_check(db, builders.NOW, send=False)["created"] == []


def builders_restriction(of: builders.Scene) -> None:
    from colonydesk.db.tables import Subject, WaterRestriction

    start = builders.NOW - timedelta(days=9)
    of.add(WaterRestriction, subject_id=of.mouse, start_time=start, reference_weight=25.0)
    dan = member(of.db, "dan")
    with of.db.engine.begin() as connection:
        connection.execute(Subject.__table__.update().values(responsible_user_id=dan))


def test_no_secret_is_logged_or_stored(db: Database, tls: Any, caplog: Any, tmp_path: Path) -> None:
    with caplog.at_level(logging.DEBUG, "colonydesk"), post_office(Post(), tls[0], "starttls") as server:
        ann = set_up(db, server)
        waiting_notification(db, ann)
        trusting = partial(Mailer, trust=tls[1])
        assert send(db, mailer=trusting).sent == 1
        waiting_notification(db, ann, "another")
        send(db, secret=lambda _: "wrong horse", mailer=trusting)
    assert SECRET not in caplog.text
    for one in rows(db, Notification):
        assert "horse" not in str(one)


def check_and_send(url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``colonydesk check --send`` as a scheduler runs it."""
    command = [sys.executable, "-m", "colonydesk", "--database", url]
    return subprocess.run(
        [*command, "check", "--send", "--json", "--at", NOW.isoformat()],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_server_without_a_key_ring_sends_from_its_scheduler(
    db: Database, database_url: str, tls: Any, tls_folder: Path, tmp_path: Path
) -> None:
    post, file = Post(), tmp_path / "mail-passwords"
    trust = {"SSL_CERT_FILE": str(tls_folder / "certificate.pem")}
    with post_office(post, tls[0], "starttls") as server:
        one = waiting_notification(db, set_up(db, server))
        said = json.loads(check_and_send(database_url, **trust).stdout)
        assert said["sent"] == 0
        assert said["failed"][0]["reason"].startswith(f"This computer has no password for {server.username}.")
        file.write_text(f"{server.host}:{server.port}:{server.username}:{SECRET}\n", encoding="utf-8")
        file.chmod(0o600)
        done = check_and_send(database_url, **trust, **{PASSWORD_FILE: str(file)})
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"created": [], "sent": 1, "failed": []}
    assert SECRET not in done.stdout
    assert len(post.logins) == len(post.accepted) == 1
    assert row(db, Notification, one)["status"] == "sent"
