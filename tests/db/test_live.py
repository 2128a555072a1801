"""The live watch: another process's changes as they happen, one's own not, and none missed."""

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from colonydesk.db import live
from colonydesk.db.engine import Database
from colonydesk.db.live import BATCH, Watch
from colonydesk.db.migrate import migrate
from colonydesk.db.tables import ChangeLog, Food
from colonydesk.services.opening import open_for_work, watch_changes
from tests.builders import NOW, SECONDS
from tests.conftest import MIGRATIONS, ROOT

if TYPE_CHECKING:
    from tests.servers import PostgresServer

# Another run of the program: writes what it is told to, and says when it is committed.
_OTHER_PROGRAM = """
import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Food

db = open_database(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    what, food = line.split()
    with db.unit(uuid4(), "test", None, datetime.now(UTC)) as unit:
        unit.insert(Food, {"id": UUID(food), "name": "pellets"})
        if what == "import":
            unit.as_one("import", {}, ["food", "subject"])
    print("done", flush=True)
db.close()
"""


class OtherProgram:
    def __init__(self, url: str) -> None:
        arguments = [sys.executable, "-c", _OTHER_PROGRAM, url]
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self._expect("ready\n")

    def write(self, what: str = "change") -> UUID:
        """One row, committed; its id."""
        food = uuid4()
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what} {food}\n")
        self.process.stdin.flush()
        self._expect("done\n")
        return food

    def _expect(self, line: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == line

    def close(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0


class Ears:
    """What a watch tells."""

    def __init__(self) -> None:
        self.changed: queue.Queue[dict[str, set[UUID]]] = queue.Queue()
        self.alive: queue.Queue[bool] = queue.Queue()

    def hear(self) -> dict[str, set[UUID]]:
        return self.changed.get(timeout=SECONDS)

    def hear_alive(self) -> bool:
        return self.alive.get(timeout=SECONDS)

    def hear_all(self, foods: set[UUID]) -> None:
        """Wait until these rows were told, each of them once."""
        heard: list[UUID] = []
        while len(heard) < len(foods):
            told = self.hear()
            assert told.keys() == {"food"}
            heard += told["food"]
        assert sorted(heard) == sorted(foods)


def write(db: Database) -> UUID:
    """A change of our own."""
    food = uuid4()
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.insert(Food, {"id": food, "name": "own"})
    return food


@pytest.fixture
def here(database_url: str) -> Iterator[Database]:
    with closing(open_for_work(database_url, MIGRATIONS)) as database:
        yield database


@pytest.fixture
def other(database_url: str) -> Iterator[OtherProgram]:
    with closing(OtherProgram(database_url)) as program:
        yield program


@contextmanager
def watching(db: Database) -> Iterator[Ears]:
    ears = Ears()
    watch = watch_changes(db, ears.changed.put, ears.alive.put)
    try:
        yield ears
    finally:
        watch.close()
    assert not watch._thread.is_alive()


def test_another_programs_change_is_told_and_ones_own_is_not(here: Database, other: OtherProgram) -> None:
    with watching(here) as ears:
        assert other.process.pid
        for _ in range(3):
            write(here)
            food = other.write()
            assert ears.hear() == {"food": {food}}
        write(here)
        food = other.write()
        assert ears.hear() == {"food": {food}}
    assert ears.changed.empty()
    assert ears.alive.empty()


def test_what_was_changed_between_the_opening_and_the_watch_is_told(
    here: Database, other: OtherProgram
) -> None:
    foods = {other.write(), other.write()}
    write(here)
    with watching(here) as ears:
        ears.hear_all(foods)


def test_what_was_there_at_the_opening_is_not_told(database_url: str, other: OtherProgram) -> None:
    other.write()
    with closing(open_for_work(database_url, MIGRATIONS)) as db, watching(db) as ears:
        food = other.write()
        assert ears.hear() == {"food": {food}}


def test_a_run_that_changed_everything_is_told_as_everything(here: Database, other: OtherProgram) -> None:
    """An empty set stands for all rows, whatever single ones are told with it."""
    other.write("import")
    with watching(here) as ears:
        assert ears.hear() == {"food": set(), "subject": set()}
    before, _import, after = other.write(), other.write("import"), other.write()
    with watching(here) as ears:
        assert ears.hear() == {"food": set(), "subject": set()}
    assert before != after


def test_many_changes_at_once_are_all_told(here: Database, other: OtherProgram) -> None:
    count = 2 * BATCH + 7
    ids = [uuid4() for _ in range(count)]
    with here.engine.begin() as connection:
        connection.execute(
            insert(ChangeLog),
            [
                {
                    "command_id": uuid4(),
                    "at": NOW,
                    "kind": "test",
                    "origin": UUID(int=1),
                    "changed": {"food": [one.hex]},
                }
                for one in ids
            ],
        )
    with watching(here) as ears:
        last = other.write()
        ears.hear_all({*ids, last})


def test_the_end_is_prompt(here: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while it waits to try again."""
    with watching(here):
        pass
    monkeypatch.setattr(live, "RETRY_SECONDS", 3600.0)
    failed = threading.Event()

    def fail(_watch: Watch) -> None:
        failed.set()
        raise OSError("the cable is out")

    monkeypatch.setattr(Watch, "_follow_postgresql", fail)
    monkeypatch.setattr(Watch, "_follow_sqlite", fail)
    with watching(here) as ears:
        assert failed.wait(SECONDS)
        assert not ears.hear_alive()


@pytest.fixture
def server_url(postgres_server: "PostgresServer") -> Iterator[str]:
    with postgres_server.database(f"live_{uuid4().hex}") as url:
        migrate(url, MIGRATIONS)
        yield url


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_went_away_is_told_and_what_was_missed_is_read(
    server_url: str, postgres_server: "PostgresServer", monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.05)
    may_listen = threading.Event()
    may_listen.set()
    follow = Watch._follow_postgresql

    def gated(watch: Watch) -> None:
        assert may_listen.wait(SECONDS)
        follow(watch)

    monkeypatch.setattr(Watch, "_follow_postgresql", gated)
    with closing(open_for_work(server_url, MIGRATIONS)) as db, watching(db) as ears:
        with closing(OtherProgram(server_url)) as other:
            food = other.write()
            assert ears.hear() == {"food": {food}}
        postgres_server.stop(mode)
        try:
            assert ears.hear_alive() is False
            may_listen.clear()
        finally:
            postgres_server.start()
        # It does not listen yet: nobody rings for these.
        with closing(OtherProgram(server_url)) as other:
            missed = {other.write(), other.write()}
            write(db)
            assert ears.changed.empty()
            may_listen.set()
            assert ears.hear_alive() is True
            ears.hear_all(missed)
            food = other.write()
            assert ears.hear() == {"food": {food}}
        assert ears.alive.empty()


def test_a_connection_the_administrator_ends_is_made_again(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.05)
    with (
        closing(open_for_work(server_url, MIGRATIONS)) as db,
        watching(db) as ears,
        closing(OtherProgram(server_url)) as other,
    ):
        food = other.write()
        assert ears.hear() == {"food": {food}}
        with db.engine.begin() as connection:
            ended = connection.exec_driver_sql(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
            )
            assert ended.scalar_one() == 1
        assert [ears.hear_alive(), ears.hear_alive()] == [False, True]
        food = other.write()
        assert ears.hear() == {"food": {food}}
