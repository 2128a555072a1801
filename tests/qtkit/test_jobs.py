import functools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.jobs import Jobs, SyncJobs
from tests.builders import SECONDS


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def test_work_runs_elsewhere_and_the_answer_comes_back_here(jobs: Jobs, qtbot: QtBot) -> None:
    told: list[Any] = []
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        jobs.read("a", threading.get_ident, lambda ident: told.append((ident, threading.get_ident())))
    [(worked, delivered)] = told
    assert worked != threading.get_ident()
    assert delivered == threading.get_ident()


def test_writes_keep_their_order(jobs: Jobs, qtbot: QtBot) -> None:
    worked: list[int] = []
    told: list[int] = []

    def write(number: int) -> int:
        worked.append(number)
        return number

    for number in range(200):
        jobs.write(lambda number=number: write(number), told.append)
    assert jobs.unwritten == 200
    qtbot.waitUntil(lambda: len(told) == 200)
    assert worked == told == list(range(200))
    assert jobs.unwritten == 0


def test_a_newer_read_of_the_same_key_drops_the_older_one(jobs: Jobs, qtbot: QtBot) -> None:
    begun, go_on = threading.Event(), threading.Event()
    told: list[str] = []
    ran: list[str] = []

    def slow() -> str:
        begun.set()
        go_on.wait(10)
        return "old"

    jobs.read("curve", slow, told.append)
    assert begun.wait(10)
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        jobs.read("curve", lambda: ran.append("skipped"), told.append)
        jobs.read("curve", lambda: "new", told.append)
        jobs.read("other", lambda: "other", lambda result: (told.append(result), go_on.set()))
    assert sorted(told) == ["new", "other"]


def test_a_read_that_was_outdated_before_it_began_is_not_run(qtbot: QtBot) -> None:
    jobs = Jobs(readers=1)
    go_on = threading.Event()
    ran: list[str] = []
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        jobs.read("first", lambda: go_on.wait(10), lambda _: None)
        jobs.read("a", lambda: ran.append("old"), lambda _: None)
        jobs.read("a", lambda: ran.append("new"), lambda _: None)
        jobs.read("b", lambda: ran.append("dropped"), lambda _: None)
        jobs.drop("b")
        go_on.set()
    assert ran == ["new"]
    assert jobs.close()


def test_errors_come_back_and_unhandled_ones_and_bugs_are_told(jobs: Jobs, qtbot: QtBot) -> None:
    def fail() -> None:
        raise KnownError("The server is down.")

    told: list[Exception] = []
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        jobs.read("a", fail, lambda _: None, told.append)
        jobs.write(fail, None, told.append)
    assert [str(error) for error in told] == ["The server is down."] * 2
    with qtbot.waitSignal(jobs.failed) as signal:
        jobs.write(fail)
    assert isinstance(signal.args[0], KnownError)
    with qtbot.waitSignal(jobs.failed) as signal:
        jobs.write(lambda: 1 / 0, None, told.append)
    assert isinstance(signal.args[0], ZeroDivisionError)
    assert told[2:] == signal.args
    done: list[int] = []
    jobs.write(lambda: 1, done.append)  # the writer lives on
    qtbot.waitUntil(lambda: done == [1])


def test_reads_go_on_while_a_write_takes_its_time(jobs: Jobs, qtbot: QtBot) -> None:
    go_on = threading.Event()
    told: list[str] = []
    jobs.write(lambda: go_on.wait(10), lambda _: told.append("write"))
    jobs.read("a", lambda: "read", told.append)
    qtbot.waitUntil(lambda: told == ["read"])
    go_on.set()
    qtbot.waitUntil(lambda: told == ["read", "write"])


def test_busy_tells_beginning_and_end_once(jobs: Jobs, qtbot: QtBot) -> None:
    told: list[bool] = []
    jobs.busy.connect(told.append)
    for number in range(5):
        jobs.read(number, lambda: None, lambda _: None)
    qtbot.waitUntil(lambda: told == [True, False])


def test_close_lets_writes_finish_and_delivers_nothing_more(qapp: QApplication) -> None:
    jobs = Jobs()
    written: list[int] = []
    told: list[int] = []
    for number in range(20):
        jobs.write(lambda number=number: written.append(number), told.append)
    assert jobs.close(SECONDS)
    assert written == list(range(20))
    jobs.write(lambda: written.append(99))
    jobs.read("a", lambda: written.append(99), told.append)
    qapp.processEvents()
    assert written == list(range(20))
    assert told == []


def test_close_does_not_wait_for_what_hangs(qtbot: QtBot) -> None:
    jobs = Jobs()
    begun, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        go_on.wait(30)

    jobs.write(hang)
    jobs.read("a", lambda: go_on.wait(30), lambda _: None)
    assert begun.wait(10)
    assert not jobs.close(0.05)
    go_on.set()


def test_the_synchronous_one_answers_before_it_returns(qtbot: QtBot) -> None:
    jobs = SyncJobs()
    told: list[Any] = []
    busy: list[bool] = []
    jobs.busy.connect(busy.append)
    jobs.read("a", lambda: 1, told.append)
    jobs.write(lambda: 2, told.append)
    jobs.write(lambda: 1 / 0, told.append, lambda error: told.append(type(error)))
    assert told == [1, 2, ZeroDivisionError]
    with qtbot.waitSignal(jobs.failed):
        jobs.write(lambda: 1 / 0)
    assert busy == [True, False] * 4
    assert jobs.close()


class Cycle(QObject):
    """Garbage that only the collector finds, and that must be destroyed on the GUI thread."""

    def __init__(self, told: list[int]) -> None:
        super().__init__()
        self.me = self
        self.probe = Probe(told)
        self.startTimer(1000)


class Probe:
    def __init__(self, told: list[int]) -> None:
        self.told = told

    def __del__(self) -> None:
        self.told.append(threading.get_ident())


def test_garbage_is_never_collected_in_a_worker(jobs: Jobs, qtbot: QtBot) -> None:
    destroyed_in: list[int] = []
    done: list[list[Any]] = []
    jobs.write(lambda: None)  # the threads run
    for _ in range(50):
        Cycle(destroyed_in)
    jobs.read("a", lambda: [[] for _ in range(200_000)], done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=30_000)
    qtbot.waitUntil(lambda: len(destroyed_in) == 50, timeout=30_000)
    assert set(destroyed_in) == {threading.get_ident()}


def test_what_the_work_holds_is_given_up_on_the_gui_thread(jobs: Jobs, qtbot: QtBot) -> None:
    given_up_in: list[int] = []
    count = 300

    def work(probe: Probe, fails: bool) -> None:
        if fails:
            raise KnownError("no")

    for number in range(count):
        probe = Probe(given_up_in)
        ask = functools.partial(work, probe, number % 2 == 0)
        if number % 3:
            jobs.read(number % 40, ask, lambda _result, probe=probe: None, lambda _error: None)
        else:
            jobs.write(ask, None, lambda _error: None)
        del probe, ask
    qtbot.waitUntil(lambda: len(given_up_in) == count, timeout=10_000)
    assert set(given_up_in) == {threading.get_ident()}
