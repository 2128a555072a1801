"""Work off the GUI thread: one writer, a few readers, and answers that come back to the GUI thread.

Two things here are against crashes. The threads are daemons of Python, not of a ``QThreadPool``: a pool waits
for its threads when the program ends, and a connection that hangs would keep the program from quitting. And
nothing of Qt may lose its last reference in a worker, where its destruction would bring the program down: a
worker holds no callback, gives up what it holds before the GUI thread hears of it, and never runs the garbage
collection, which a timer on the GUI thread does instead.
"""

from __future__ import annotations

import gc
import itertools
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from colonydesk.domain.errors import KnownError

READERS = 2
CLOSE_SECONDS = 1.5
COLLECT_MS = 1000
SWITCH_SECONDS = 0.001
"""How long a thread may keep the interpreter while another one waits for it: the usual 5 ms are felt by the
hands when a reader is at work, and by a reader after every row it waits for."""

_WRITE = object()  # the key of every write


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """Kept on the GUI thread until its outcome has been delivered."""

    key: Hashable
    work: Callable[[], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None


_Item = tuple[int, Callable[[], Any]]
_Outcome = tuple[int, Any, Exception | None]
_Queue = queue.SimpleQueue[_Item | None]


@dataclass(slots=True, eq=False)
class _Line:
    """What workers and GUI thread share; ``ring`` tells the latter of one more outcome, None at the end."""

    ring: Callable[[], None] | None
    gate: threading.Lock = field(default_factory=threading.Lock)
    outcomes: deque[_Outcome] = field(default_factory=deque)
    outdated: set[int] = field(default_factory=set)


class Jobs(QObject):
    """Runs reads and writes away from the GUI thread. Make it, call it and ``close`` it on the GUI thread.

    ``failed`` carries an exception that no ``failed`` callback was given for, and each that is no
    ``KnownError``: a bug is heard of, whatever a screen makes of it. ``busy`` is emitted with True when
    something is under way after nothing was, and with False when all is done.
    """

    failed = Signal(object)
    busy = Signal(bool)
    _rung = Signal()

    def __init__(self, parent: QObject | None = None, readers: int = READERS) -> None:
        super().__init__(parent)
        self._reads: _Queue = queue.SimpleQueue()
        self._writes: _Queue = queue.SimpleQueue()
        self._readers = readers
        self._threads: list[threading.Thread] = []
        self._numbers = itertools.count(1)
        self._tasks: dict[int, _Task] = {}
        self._newest: dict[Hashable, int] = {}
        self._line = _Line(self._rung.emit)
        self._rung.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def unwritten(self) -> int:
        """How many writes have been asked for and have not come back."""
        return sum(task.key is _WRITE for task in self._tasks.values())

    def idle(self) -> bool:
        """Whether nothing that was asked for is still to come back."""
        return not self._tasks

    def read(
        self,
        key: Hashable,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``work()`` in a reader and call ``done(result)`` or ``failed(exception)`` here afterwards.

        A newer read of the same ``key`` makes the older one's outcome be dropped (and the older one not be
        run at all where it has not begun). Reads of different keys may come back in any order.
        """
        self.drop(key)
        number = next(self._numbers)
        self._newest[key] = number
        self._submit(number, _Task(key, work, done, failed), self._reads)

    def write(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run ``work()`` in the writer, strictly in the order asked; its outcome is never dropped."""
        self._submit(next(self._numbers), _Task(_WRITE, work, done, failed), self._writes)

    def drop(self, key: Hashable) -> None:
        """Forget what was asked for under ``key``: its outcome is not delivered any more."""
        older = self._newest.pop(key, None)
        if older is not None:
            self._line.outdated.add(older)

    def close(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Take no more work, let the writer finish what it was given for at most ``seconds``, and return.

        True where every write was run. Reads are abandoned; nothing is delivered after this call.
        """
        for key in list(self._newest):
            self.drop(key)
        for thread in self._threads:
            (self._writes if thread.name == "writer" else self._reads).put(None)
        until = time.monotonic() + seconds
        for thread in self._threads:  # the writer is the first
            thread.join(max(0.0, until - time.monotonic()))
        with self._line.gate:
            self._line.ring = None
        if not any(thread.is_alive() for thread in self._threads):
            gc.enable()
        return not any(thread.is_alive() for thread in self._threads if thread.name == "writer")

    def _submit(self, number: int, task: _Task, to: _Queue) -> None:
        if self._line.ring is None:
            return
        if not self._threads:
            self._start()
        self._begin(number, task)
        to.put((number, task.work))

    def _start(self) -> None:
        gc.disable()
        sys.setswitchinterval(SWITCH_SECONDS)
        collector = QTimer(self)
        collector.timeout.connect(_collect)
        collector.start(COLLECT_MS)
        for name, source in [("writer", self._writes), *[("reader", self._reads)] * self._readers]:
            thread = threading.Thread(target=_serve, args=(source, self._line), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _begin(self, number: int, task: _Task) -> None:
        self._tasks[number] = task
        if len(self._tasks) == 1:
            self.busy.emit(True)

    @Slot()
    def _deliver(self) -> None:
        if self._line.ring is None:
            return
        with self._line.gate:
            number, result, error = self._line.outcomes.popleft()
        task = self._tasks.pop(number)
        if not self._tasks:
            self.busy.emit(False)
        if number in self._line.outdated:
            self._line.outdated.remove(number)
            return
        if task.key is not _WRITE:
            del self._newest[task.key]
        if error is None:
            if task.done is not None:
                task.done(result)
            return
        if task.failed is not None:
            task.failed(error)
        if task.failed is None or not isinstance(error, KnownError):
            self.failed.emit(error)


class SyncJobs(Jobs):
    """The same without threads, for tests: the work is done and delivered before the call returns."""

    def _submit(self, number: int, task: _Task, to: _Queue) -> None:
        if self._line.ring is not None:
            self._begin(number, task)
            self._line.outcomes.append(_run((number, task.work), self._line))
            self._deliver()


def _serve(source: _Queue, line: _Line) -> None:
    """A worker's life. Under the gate it gives up all references before the GUI thread can have them."""
    while True:
        item = source.get()
        if item is None:
            return
        outcome = _run(item, line)
        with line.gate:
            if line.ring is None:
                return
            line.outcomes.append(outcome)
            del item, outcome
            line.ring()


def _run(item: _Item, line: _Line) -> _Outcome:
    number, work = item
    if number in line.outdated:
        return number, None, None
    try:
        return number, work(), None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is handed to the GUI thread
        return number, None, error


def _collect() -> None:
    """What Python does by itself, but here: collect the oldest generation that is due."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
