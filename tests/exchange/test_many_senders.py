"""Many workstations on one database, each a process of its own: everything is told once, and sent once."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from colonydesk.db.engine import Database
from colonydesk.db.tables import Notification, Subject, WaterRestriction, Weighing
from colonydesk.services.notices.sending import LEASE, database_time
from tests import builders
from tests.builders import SECONDS, row, rows
from tests.conftest import ROOT
from tests.exchange.mail_servers import Post, bad_server, post_office
from tests.exchange.sending import send, set_up, use
from tests.queries.colony import Colony
from tests.services.notices import NOW, member, waiting_notification

pytestmark = pytest.mark.usefixtures("quiet_server")

# One file has one writer at a time, and ten that wait for it keep each other waiting for long.
STATIONS = {"postgresql": 10, "sqlite": 4}
ANIMALS = 334

STATION = """
import json, sys
from datetime import datetime
from colonydesk.db import engine
engine.BUSY_MILLISECONDS = 120_000  # four writers on a slow machine wait longer than hands would
from colonydesk.db.migrate import open_database
from colonydesk.exchange.notices import run_check, send_waiting

db = open_database(sys.argv[1])
now = datetime.fromisoformat(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
said = run_check(db, now, send=True, secret=lambda _: None)
while more := send_waiting(db, lambda: now, lambda _: None).sent:  # a round ends after two minutes
    said["sent"] += more
print(json.dumps(said), flush=True)
db.close()
"""


@contextmanager
def stations(url: str, number: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that have opened the database, and check and send as soon as they hear a line."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", STATION, url, NOW.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(number)
    ]
    try:
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        yield started
    finally:
        for one in started:
            one.kill()
            one.communicate()


def begin(station: subprocess.Popen[str]) -> None:
    assert station.stdin is not None
    station.stdin.write("go\n")
    station.stdin.flush()


def restricted_animals(of: builders.Scene, number: int) -> None:
    """Each is owed water, was not weighed today, and was not trained this week: three notifications."""
    colony = Colony(of.db)
    dan = member(of.db, "dan")
    usual = {"sex": "M", "birth_date": date(2025, 11, 1), "lab_id": of.lab, "responsible_user_id": dan}
    for place in range(number):
        animal = colony.add(Subject, nickname=f"R{place:03}", **usual)
        began, weighed = NOW - timedelta(days=9), NOW - timedelta(days=1)
        colony.add(WaterRestriction, subject_id=animal, start_time=began, reference_weight=25.0)
        colony.add(Weighing, subject_id=animal, date_time=weighed, weight=24.5)
    colony.write()


def test_ten_workstations_tell_and_send_a_thousand_notifications_once(
    db: Database, database_url: str
) -> None:
    of = builders.scene(db)
    restricted_animals(of, ANIMALS)
    post = Post()
    with post_office(post) as server, stations(database_url, STATIONS[db.dialect]) as started:
        use(db, of.ann, server)
        for one in started:
            begin(one)
        said = [json.loads(one.communicate(timeout=300)[0]) for one in started]
    titles = sorted(one["title"] for answer in said for one in answer["created"])
    assert len(titles) == len(set(titles)) == 3 * ANIMALS
    assert post.subjects() == titles
    assert sum(answer["sent"] for answer in said) == len(titles)
    assert [answer["failed"] for answer in said] == [[]] * len(said)
    assert {(one["status"], one["attempts"]) for one in rows(db, Notification)} == {("sent", 0)}


class Stuck(Post):
    """Accepts e-mails, and at the third one forgets to say so."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.accepted) == 3:
            self.stuck.set()
            await asyncio.Event().wait()
        return answer


def test_of_a_workstation_that_is_killed_the_one_in_its_hand_is_sent_again(
    db: Database, database_url: str
) -> None:
    post = Stuck()
    with post_office(post) as server:
        ann = set_up(db, server)
        ids = [waiting_notification(db, ann, f"M{number}") for number in range(6)]
        with stations(database_url, 1) as [station]:
            begin(station)
            assert post.stuck.wait(SECONDS)
            station.kill()
            station.wait(SECONDS)
        in_hand = post.in_order()[-1]
        assert send(db).sent == 3  # all others, at once
        assert send(db, clock=lambda connection: database_time(connection) + LEASE).sent == 1
    assert post.subjects() == sorted([*(f"M{number}" for number in range(6)), in_hand])
    for one in (row(db, Notification, one) for one in ids):
        assert one["status"] == "sent"
        assert one["attempts"] == (1 if one["title"] == in_hand else 0)


def test_a_workstation_that_is_killed_while_it_waits_for_the_server_has_touched_nothing(
    db: Database, database_url: str
) -> None:
    connected = threading.Event()

    def talk(_connection: socket.socket, over: threading.Event) -> None:
        connected.set()
        over.wait()

    with bad_server(talk) as server, stations(database_url, 1) as [station]:
        one = waiting_notification(db, set_up(db, server))
        before = row(db, Notification, one)
        begin(station)
        assert connected.wait(SECONDS)
        station.kill()
        station.wait(SECONDS)
    assert row(db, Notification, one) == before
