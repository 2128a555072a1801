"""E-mail against real SMTP servers: one that works, and those that refuse, hang, drip and drop."""

import logging
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Notification, NotificationRecipient, Weighing
from colonydesk.domain.delivery import LEFT
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import Mailer, MailFailed, letter, remember_secret, secret_for, send_test
from colonydesk.exchange.notices import NO_SERVER, Sender, Sending, run_check, send_waiting
from colonydesk.services.notices.sending import LEASE, RETRY_AFTER, claim
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from tests import builders
from tests.builders import SECONDS, row, rows
from tests.conftest import ROOT
from tests.exchange.mail_servers import (
    SECRET,
    Post,
    bad_server,
    certificate,
    drips,
    drops,
    free_port,
    hangs,
    post_office,
)
from tests.services.notices import NOW, member, waiting_notification

QUICK = partial(Mailer, step=0.3, whole=1.0)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(autouse=True)
def quiet_server(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The test's own server warns of what it is made to do."""
    with caplog.at_level(logging.ERROR, "mail.log"):
        yield


def send_one(server: MailServer, to: tuple[str, ...] = ("ann@example.org",), **options: Any) -> str:
    with QUICK(server, **options) as mailer:
        return mailer.send(letter(server, to, "M1 is thirsty", "Give it water.", UUID(int=7), NOW), to)


# One e-mail


def test_an_email_arrives_as_it_was_written() -> None:
    post = Post()
    with post_office(post) as server:
        assert send_one(server, ("ann@example.org", "bob@example.org")) == ""
    [(to, content)] = post.accepted
    message = message_from_bytes(content, policy=policy.default)
    assert to == ("ann@example.org", "bob@example.org")
    assert message["From"] == "colony@example.org"
    assert message["Subject"] == "M1 is thirsty"
    assert message["Message-ID"] == f"<{UUID(int=7)}@colonydesk.invalid>"
    assert message.get_content().splitlines() == ["Give it water."]


def test_starttls_with_a_login(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "starttls") as server:
        assert send_one(server, secret=SECRET, trust=tls[1]) == ""
    assert len(post.accepted) == 1
    assert post.logins


def test_tls_from_the_first_word(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "tls") as server:
        assert send_one(server, trust=tls[1]) == ""
    assert len(post.accepted) == 1


def test_a_certificate_that_nobody_trusts_is_refused(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "tls") as server, pytest.raises(MailFailed, match="not trusted"):
        send_one(server)
    assert post.accepted == []


def test_a_wrong_password_is_said_and_never_repeated(tls: Any) -> None:
    with post_office(Post(), tls[0], "starttls") as server, pytest.raises(MailFailed) as failed:
        send_test(server, "battery staple", "ann@example.org", tls[1])
    assert "does not accept the user name or the password" in str(failed.value)
    assert "battery" not in str(failed.value)


def test_without_a_password_where_one_is_asked_for_nothing_is_tried(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "starttls") as server, pytest.raises(MailFailed, match="has no password"):
        send_one(server, trust=tls[1])
    assert post.logins == []


def test_a_server_that_does_not_offer_encryption_gets_nothing() -> None:
    with post_office(Post()) as server, pytest.raises(MailFailed, match="does not offer"):
        send_one(replace(server, security="starttls"))


def test_one_refused_recipient_of_two_is_named() -> None:
    post = Post(refuse=lambda address: "550 no such person" if address.startswith("bob") else None)
    with post_office(post) as server:
        words = send_one(server, ("ann@example.org", "bob@example.org"))
    assert words == "Not accepted for bob@example.org: 550 no such person"
    assert len(post.accepted) == 1


@pytest.mark.parametrize(
    ("talk", "words"), [(hangs, "does not answer in time"), (drips, "does not answer in time")]
)
def test_a_server_that_hangs_or_drips_is_given_up_in_time(talk: Any, words: str) -> None:
    began = time.monotonic()
    with bad_server(talk) as server, pytest.raises(MailFailed, match=words) as failed:
        send_one(server)
    assert failed.value.all_fail
    assert time.monotonic() - began < SECONDS


def test_a_server_that_goes_away_in_the_middle() -> None:
    with bad_server(drops) as server, pytest.raises(MailFailed, match="broke the connection off"):
        send_one(server)


def test_where_nothing_answers_and_where_there_is_no_server() -> None:
    nowhere = MailServer("127.0.0.1", free_port(), "none", "colony@example.org")
    with pytest.raises(MailFailed, match="Nothing answers"):
        send_one(nowhere)
    with pytest.raises(MailFailed, match="There is no server"):
        send_one(replace(nowhere, host="no-such-server.invalid"))


def test_a_line_break_in_a_title_is_no_second_header() -> None:
    server = MailServer("127.0.0.1", 25, "none", "colony@example.org")
    message = letter(server, ["ann@example.org"], "M1\nBcc: eve@example.org", "text", uuid4())
    assert message["Subject"] == "M1 Bcc: eve@example.org"
    assert "Bcc" not in message


def test_the_test_button_sends_one(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "starttls") as server:
        send_test(server, SECRET, "ann@example.org", tls[1])
        with pytest.raises(MailFailed):
            send_test(server, "wrong", "ann@example.org", tls[1])
    assert post.subjects() == ["ColonyDesk: a test"]


# The secret


class Ring(KeyringBackend):
    """A key ring in memory."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


def test_the_secret_lies_in_the_key_ring_alone() -> None:
    server = MailServer("smtp.example.org", 587, "starttls", "colony@example.org", "colony")
    before = keyring.get_keyring()
    assert secret_for(server) is None
    assert "no key ring" in remember_secret(server, SECRET)
    ring = Ring()
    keyring.set_keyring(ring)
    try:
        assert remember_secret(server, SECRET) == ""
        assert secret_for(server) == SECRET
        assert secret_for(replace(server, username="")) is None
        assert list(ring.held) == [("ColonyDesk e-mail", "colony@smtp.example.org:587")]
    finally:
        keyring.set_keyring(before)


# What waits


def set_up(db: Database, server: MailServer) -> UUID:
    """Ann, and a database that sends through this server."""
    ann = member(db, "ann")
    save_mail_server(db, SaveMailServer(command_id=uuid4(), user_id=ann, server=server), NOW)
    return ann


def send(db: Database, now: Any = NOW, **options: Any) -> Sending:
    return send_waiting(db, lambda: now, **{"mailer": QUICK, "secret": lambda _: SECRET, **options})


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


def test_three_failures_are_enough_and_their_words_are_kept(db: Database) -> None:
    post = Post(refuse=lambda _: "451 come back later")
    with post_office(post) as server:
        one = waiting_notification(db, set_up(db, server))
        states = []
        for now in (NOW, NOW + RETRY_AFTER[0], NOW + RETRY_AFTER[0] + RETRY_AFTER[1]):
            [failed] = send(db, now).failed
            assert failed.id == one
            assert send(db, now).failed == []  # not again at once
            found = row(db, Notification, one)
            states.append((found["status"], found["attempts"], found["tried_at"]))
            assert "ann@example.org: 451 come back later" in found["failure"]
        assert [state[:2] for state in states] == [("to-send", 1), ("to-send", 2), ("no-send", 3)]
        post.refuse = lambda _: None
        assert send(db, NOW + timedelta(days=1)).sent == 0


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


@pytest.mark.parametrize("talk", [hangs, drips, drops])
def test_a_bad_server_fails_in_time_and_nothing_is_lost(db: Database, talk: Any) -> None:
    with bad_server(talk) as server:
        ann = set_up(db, server)
        for number in range(3):
            waiting_notification(db, ann, f"M{number}")
        done = send(db)
    assert done.sent == 0
    assert len(done.failed) == 3
    assert {one["status"] for one in rows(db, Notification)} == {"to-send"}
    post = Post()
    with post_office(post) as server:
        save_mail_server(db, SaveMailServer(command_id=uuid4(), user_id=ann, server=server), NOW)
        assert send(db, NOW + RETRY_AFTER[0]).sent == 3
    assert post.subjects() == ["M0", "M1", "M2"]


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
    found = {one: row(db, Notification, one) for one in (left, poor, old)}
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
        ann = set_up(db, server) if not of.ann else of.ann
        save_mail_server(db, SaveMailServer(command_id=uuid4(), user_id=ann, server=server), NOW)
        dan = member(db, "dan")
        told = waiting_notification(db, dan, notification_type="mouse_underweight", about_id=wrong)
        assert send(db).sent == 0
    assert row(db, Notification, told)["status"] == "no-send"
    assert post.accepted == []


# Many workstations


def test_a_claim_is_one_workstations_until_it_ends(db: Database) -> None:
    ann = member(db, "ann")
    one = waiting_notification(db, ann)
    [mine] = claim(db, NOW)
    assert claim(db, NOW + LEASE - timedelta(seconds=1)) == ()
    [theirs] = claim(db, NOW + LEASE)
    assert (mine.id, theirs.id, theirs.attempts) == (one, one, 1)
    assert "nobody knows" in row(db, Notification, one)["failure"]
    assert len(claim(db, NOW + 2 * LEASE)) == 1
    assert claim(db, NOW + 2 * LEASE + RETRY_AFTER[1]) == ()
    assert row(db, Notification, one)["status"] == "no-send"


def test_ten_workstations_at_once_send_each_once(db: Database, database_url: str) -> None:
    post, start = Post(), threading.Barrier(10)

    def station() -> int:
        own = open_database(database_url)
        start.wait()
        try:
            return send_waiting(own, lambda: NOW, lambda _: None).sent
        finally:
            own.close()

    with post_office(post) as server, ThreadPoolExecutor(10) as pool:
        ann = set_up(db, server)
        for number in range(120):
            waiting_notification(db, ann, f"M{number:03}")
        sent = sum(one.result(120) for one in [pool.submit(station) for _ in range(10)])
    assert sent == 120
    assert post.subjects() == [f"M{number:03}" for number in range(120)]
    assert {one["status"] for one in rows(db, Notification)} == {"sent"}


RACER = """
import sys
from datetime import UTC, datetime
from uuid import UUID
from colonydesk.db.migrate import open_database
from colonydesk.domain.delivery import Matter
from colonydesk.domain.notices import Notice
from colonydesk.exchange.notices import send_waiting
from colonydesk.services.notices.create import create

db = open_database(sys.argv[1])
ann, now = UUID(sys.argv[2]), datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
due = [Matter(Notice("mouse_water", f"M{number:03}"), frozenset({ann})) for number in range(200)]
print("ready", flush=True)
sys.stdin.readline()
created = len(create(db, due, now))
sent = send_waiting(db, lambda: now, lambda _: None).sent
print(created, sent, flush=True)
"""


def test_two_processes_race_for_the_same_notifications(postgres_url: str) -> None:
    post = Post()
    db = open_database(postgres_url)
    with post_office(post) as server:
        ann = set_up(db, server)
        racers = [
            subprocess.Popen(
                [sys.executable, "-c", RACER, postgres_url, str(ann)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            for _ in range(2)
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        counts = [racer.communicate(timeout=120)[0].split() for racer in racers]
    assert sum(int(created) for created, _ in counts) == 200
    assert len(rows(db, Notification)) == 200
    assert post.subjects() == sorted(set(post.subjects()))
    assert sum(int(sent) for _, sent in counts) == len(post.accepted) == 200
    db.close()


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
        slow = partial(Mailer, step=SECONDS, whole=SECONDS)
        sender = Sender(db, lambda: NOW, told.append, lambda _: None, slow)
        sender.wake()
        assert waiting.wait(SECONDS)
        began = time.monotonic()
        assert run_check(db, NOW, send=False) == {"created": [], "sent": 0, "failed": []}
        sender.stop()
        assert time.monotonic() - began < 2
    sender._thread.join(SECONDS)  # the server has gone now, and nobody waits for it any more
    assert told == []


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
        trusting = partial(QUICK, trust=tls[1])
        assert send(db, mailer=trusting).sent == 1
        waiting_notification(db, ann, "another")
        send(db, secret=lambda _: "wrong horse", mailer=trusting)
    assert SECRET not in caplog.text
    for one in rows(db, Notification):
        assert "horse" not in str(one)
