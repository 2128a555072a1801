"""The Today screen under the hands: how long it takes to be there, and from Enter to the curve."""

# SQLAlchemy before PySide6, see app.py.
from colonydesk.app import Program, make_application  # isort: skip

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from sqlalchemy import insert

from colonydesk.bench.colony import Bench
from colonydesk.bench.measure import Figure, Times
from colonydesk.bench.pulse import Pulse
from colonydesk.bench.reads import status_rows
from colonydesk.db.tables import Weighing
from colonydesk.domain.errors import KnownError
from colonydesk.queries.worklist import WorklistRow, worklist
from colonydesk.settings import Settings
from colonydesk.ui.curve.plot import Plot
from colonydesk.ui.pictures import off_screen, wait_until
from colonydesk.ui.today.screen import TodayScreen

ENTRIES = 60
OPENINGS = 12
SIZE = (1280, 800)


@contextmanager
def opened(bench: Bench) -> Iterator[Program]:
    """The program's window on the colony, with an animal in hand and its curve drawn."""
    app = make_application()
    with off_screen(), TemporaryDirectory(prefix="colonydesk-bench-") as folder:
        settings = Settings(Path(folder) / "settings.json")
        program = Program(app, settings, lambda: datetime.now(UTC), user=bench.username)
        try:
            program.frame.resize(*SIZE)
            program.open(bench.url)
            _wait(lambda: program.today is not None and program.today.hand.curve.is_drawn())
            yield program
        finally:
            program.close()


def worklist_on_the_screen(bench: Bench, program: Program, times: int = OPENINGS) -> list[Figure]:
    """From opening the section until its list is painted and the weight field takes keys: a screen that is
    built for it, as by the start, and the one that is there, from another section."""
    assert program.desk is not None
    ours, again, bare = [], [], []
    for turn in range(times + 2):
        ready: list[float] = []
        begin = time.perf_counter()
        screen = TodayScreen(program.desk)
        listed = _Listed(screen)
        # Ready is told after the painting: without it there is no moment to be taken.
        screen.ready.connect(
            lambda at=ready, seen=listed: at.append(time.perf_counter()) if seen.seen else None
        )
        screen.resize(*SIZE)
        screen.show()
        _wait(partial(bool, ready))
        spent = (ready[0] - begin) * 1000
        _wait(program.jobs.idle)
        _delete(screen)
        begin = time.perf_counter()
        status_rows(bench)
        window = QMainWindow()
        window.resize(*SIZE)
        window.show()
        window.repaint()
        if turn > 1:
            ours.append(spent)
            again.append(_opened_again(program))
            bare.append((time.perf_counter() - begin) * 1000)
        _delete(window)
    floor = Times(tuple(bare)).median

    def figure(what: str, taken: Times) -> Figure:
        name = "the rows by the bare driver, and an empty window shown"
        return Figure(what, bench.engine, "ms", taken.median, floor, name, taken.high, bar=100.0, peer=3080.0)

    return [
        figure("worklist on the screen, the section built for it", Times(tuple(ours))),
        figure("the same, the section opened again", Times(tuple(again))),
    ]


def _opened_again(program: Program) -> float:
    """ms from asking for Today in another section until its list is painted and its field has the keys."""
    today = program.today
    assert today is not None
    program.frame.show_section("subjects")
    program.frame.activateWindow()
    _wait(lambda: program.frame.isActiveWindow() and program.jobs.idle())
    QApplication.processEvents()
    listed = _Listed(today)
    begin = time.perf_counter()
    program.frame.show_section("today")
    _wait(lambda: listed.seen and today.animal.weight.edit.hasFocus())
    QApplication.processEvents()
    spent = (time.perf_counter() - begin) * 1000
    _wait(program.jobs.idle)
    listed.deleteLater()
    return spent


def enter_to_the_curve(bench: Bench, program: Program, times: int = ENTRIES) -> list[Figure]:
    """From Enter in the weight field until the curve with the new point is painted; and the longest time
    that the GUI thread did nothing else meanwhile."""
    today = program.today
    assert today is not None
    plot = today.findChild(Plot)
    assert isinstance(plot, Plot)
    taken, floors = [], []
    with bench.db.read() as connection:
        rows = [row for row in worklist(connection, datetime.now(UTC)) if "weight" in row.owed]
    pulse = Pulse(today)
    blocks, idle = [], []
    for turn, row in enumerate(rows[: times + 3]):
        painted = _enter(program, today, plot, row, pulse)
        blocked = pulse.stop()
        if turn > 2:
            taken.append(painted)
            blocks.append(blocked)
            floors.append(_floor(bench, row, plot))
            pulse.start()
            QTest.qWait(round(painted) + 1)
            idle.append(pulse.stop())
    if not taken:
        raise KnownError("No animal of the benchmark's colony was left to be weighed today.")
    spent = Times(tuple(taken))
    entry = Figure(
        "Enter to the curve repainted",
        bench.engine,
        "ms",
        spent.median,
        Times(tuple(floors)).median,
        "one row inserted and committed, and the same curve painted",
        spent.high,
        bar=40.0,
        high_bar=80.0,
    )
    block = Figure(
        "longest block of the GUI thread by it",
        bench.engine,
        "ms",
        max(blocks),
        max(idle),
        "the longest in the same time with nothing to do",
        bar=30.0,
    )
    return [entry, block]


def _enter(program: Program, today: TodayScreen, plot: Plot, row: WorklistRow, pulse: Pulse) -> float:
    """Weigh one animal by the keys; ms from Enter to the painted curve. The pulse goes on from Enter on."""
    today.hand.choose(row.subject_id)
    _wait(lambda: _in_hand(today, row) and today.hand.curve.is_drawn() and program.jobs.idle())
    QTest.keyClicks(today.animal.weight.edit, f"{row.weight:.1f}")
    QTest.qWait(50)  # no hand goes from a digit to Enter within a frame: what was typed has been painted
    painted = _Painted(plot, _points(plot) + 1)
    pulse.start()
    begin = time.perf_counter()
    QTest.keyClick(today.animal.weight.edit, Qt.Key.Key_Return)
    _wait(lambda: painted.at is not None)
    assert painted.at is not None
    _wait(program.jobs.idle)
    painted.remove()
    return (painted.at - begin) * 1000


def _in_hand(today: TodayScreen, row: WorklistRow) -> bool:
    card = today.animal.card
    return card is not None and card.id == row.subject_id


def _floor(bench: Bench, row: WorklistRow, plot: Plot) -> float:
    moment = datetime.now(UTC)
    values = {"id": uuid4(), "subject_id": row.subject_id, "date_time": moment, "weight": row.weight}
    begin = time.perf_counter()
    with bench.db.engine.begin() as connection:
        connection.execute(insert(Weighing), {**values, "created_at": moment, "updated_at": moment})
    plot.set_span(plot.span())  # drops what is painted
    plot.repaint()
    return (time.perf_counter() - begin) * 1000


def _points(plot: Plot) -> int:
    view = plot.view()
    return len(view.curves[0].weighed_at) if view is not None and view.curves else 0


class _Listed(QObject):
    """Whether the worklist has been painted with its rows."""

    def __init__(self, screen: TodayScreen) -> None:
        super().__init__(screen)
        self._rows = screen.list.model
        self.seen = False
        screen.list.view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Paint and self._rows.rowCount():
            self.seen = True
        return super().eventFilter(watched, event)


class _Painted(QObject):
    """When a curve of so many weighings had been painted (``at``), by the clock of ``perf_counter``."""

    def __init__(self, plot: Plot, points: int) -> None:
        super().__init__()
        self._plot = plot
        self._points = points
        self._seen = False
        self.at: float | None = None
        plot.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Paint and not self._seen and _points(self._plot) >= self._points:
            self._seen = True
            # The paint event is handled after this; a timer of 0 fires when all of it is on the screen.
            QTimer.singleShot(0, self._done)
        return super().eventFilter(watched, event)

    def _done(self) -> None:
        self.at = time.perf_counter()

    def remove(self) -> None:
        self._plot.removeEventFilter(self)


def _delete(widget: QWidget) -> None:
    """At once: a screen that still listened would ask for the same as the next one."""
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete.value)


def _wait(true: Callable[[], bool]) -> None:
    if not wait_until(true):
        raise KnownError("The window of the benchmark did not do what it was asked in time.")
