"""The Subjects screen on a hundred thousand animals: opened, searched, sorted, scrolled to its end."""

# SQLAlchemy before PySide6, see app.py.
from colonydesk.app import Program  # isort: skip

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select

from colonydesk.bench.animals import make_animals
from colonydesk.bench.colony import Bench, driver_of
from colonydesk.bench.hands import opened
from colonydesk.bench.measure import Figure, Times
from colonydesk.bench.pulse import Pulse
from colonydesk.db.migrate import migrate, open_database
from colonydesk.db.tables import LabMember, WaterRestriction
from colonydesk.domain.errors import KnownError
from colonydesk.paths import migrations
from colonydesk.queries.subject_filters import Filters
from colonydesk.queries.subject_table import Order, listing
from colonydesk.ui.pictures import wait_until
from colonydesk.ui.subjects.screen import SubjectsScreen

COUNT = 100_000
SIZE = (1196, 774)
TEXTS = ("ca_0123", "0456", "sst", "a-01", "thy1", "pv_00")
_FLOOR_IDS = "SELECT id FROM subject WHERE death_date IS NULL ORDER BY lower(nickname), id"
_FLOOR_FOUND = "SELECT id FROM subject WHERE death_date IS NULL AND lower(nickname) LIKE ?"


def measure_subjects(url: str, *, count: int = COUNT, times: int = 5) -> list[Figure]:
    """All figures of the screen on a new colony of ``count`` living animals in the empty database at ``url``.

    Raises:
        KnownError: the window did not do what it was asked in time.
    """
    now = datetime.now(UTC)
    migrate(url, migrations())
    db = open_database(url)
    member = make_animals(db, now, count, count)
    with db.read() as connection:
        username = connection.execute(select(LabMember.username).where(LabMember.id == member)).scalar_one()
        restricted = tuple(connection.execute(select(WaterRestriction.subject_id)).scalars())
    driver = driver_of(url)
    try:
        bench = Bench(db.dialect, url, db, now, restricted, member, username, driver.cursor())
        with opened(bench) as program:
            return _Measured(bench, program, count).all(times)
    finally:
        driver.close()
        db.close()


class _Measured:
    def __init__(self, bench: Bench, program: Program, count: int) -> None:
        assert program.desk is not None
        self._bench, self._program, self._desk = bench, program, program.desk
        self._count = count
        self._pulse = Pulse(program)
        self._blocks: list[float] = []

    def all(self, times: int) -> list[Figure]:
        figures = [*self._opening(times)]
        screen = self._open()
        figures += [self._searching(screen, times), self._sorting(screen), self._jumping(screen, times)]
        self._delete(screen)
        block = Figure(
            "subjects: longest block of the GUI thread",
            self._bench.engine,
            "ms",
            max(self._blocks),
            bar=30.0,
        )
        return [*figures, block]

    def _open(self) -> SubjectsScreen:
        screen = SubjectsScreen(self._desk)
        screen.resize(*SIZE)
        screen.show()
        self._painted(screen)
        _wait(lambda: screen.beside.prepared() and self._program.jobs.idle())
        return screen

    def _opening(self, times: int) -> list[Figure]:
        taken, floors, grown = [], [], []
        self._delete(self._open())  # what it is made of comes with the first
        for _ in range(times):
            gc.collect()
            before = _memory()
            self._pulse.start()
            begin = time.perf_counter()
            screen = SubjectsScreen(self._desk)
            screen.resize(*SIZE)
            screen.show()
            self._painted(screen)
            taken.append((time.perf_counter() - begin) * 1000)
            self._pulse.stop()  # building the window is the GUI thread's own work
            _wait(self._program.jobs.idle)
            after = _memory()
            if before is not None and after is not None:
                grown.append(after - before)
            self._delete(screen)
            begin = time.perf_counter()
            assert len(self._bench.fetch(_FLOOR_IDS)) == self._count
            floors.append((time.perf_counter() - begin) * 1000)
        spent = Times(tuple(taken))
        figures = [
            Figure(
                f"subjects: opened to the first rows, of {self._count:,}",
                self._bench.engine,
                "ms",
                spent.median,
                statistics.median(floors),
                "the ids in order by the bare driver",
                spent.high,
                self._bench.statements(self._list),
                bar=250.0,
                statements_bar=8,
                peer=2710.0,
            )
        ]
        if grown:
            figures.append(
                Figure("subjects: memory by opening", self._bench.engine, "MB", max(grown), bar=40.0)
            )
        return figures

    def _list(self) -> None:
        with self._bench.db.read() as connection:
            listing(connection, Filters(), Order(), self._bench.member, self._bench.now)

    def _searching(self, screen: SubjectsScreen, times: int) -> Figure:
        """From the last letter typed to the repainted list."""
        taken, floors = [], []
        for _ in range(times):
            for text in TEXTS:
                screen.top.search.setFocus()
                screen.top.search.setText(text[:-1])
                self._painted(screen)
                _wait(self._program.jobs.idle)
                self._pulse.start()
                begin = time.perf_counter()
                QTest.keyClicks(screen.top.search, text[-1])
                self._painted(screen)
                taken.append((time.perf_counter() - begin) * 1000)
                self._blocks.append(self._pulse.stop())
                begin = time.perf_counter()
                self._bench.fetch(_FLOOR_FOUND, f"%{text}%")
                floors.append((time.perf_counter() - begin) * 1000)
        screen.top.search.clear()
        self._painted(screen)
        _wait(self._program.jobs.idle)
        spent, floor = Times(tuple(taken)), statistics.median(floors)
        name = "subjects: a letter typed to the repainted list"
        floor_name = "the same by LIKE and the bare driver"
        return Figure(name, self._bench.engine, "ms", spent.median, floor, floor_name, spent.high, bar=60.0)

    def _sorting(self, screen: SubjectsScreen) -> Figure:
        """The slowest column, each the middle one of three: from the key to the repainted list."""
        slowest = {}
        for column in screen.list.model.columns():
            spent = []
            for descending in (True, False, True):
                self._pulse.start()
                begin = time.perf_counter()
                screen.list.view.sort_asked.emit(column.key, descending)
                self._painted(screen)
                spent.append((time.perf_counter() - begin) * 1000)
                self._blocks.append(self._pulse.stop())
                _wait(self._program.jobs.idle)
            slowest[column.key] = statistics.median(spent)
        worst = max(slowest, key=lambda key: slowest[key])
        screen.list.view.sort_asked.emit("animal", False)
        self._painted(screen)
        name = f"subjects: sorted by the slowest column ({worst})"
        usual = statistics.median(slowest.values())
        return Figure(name, self._bench.engine, "ms", slowest[worst], usual, "the usual column", bar=300.0)

    def _jumping(self, screen: SubjectsScreen, times: int) -> Figure:
        """From the End key to the last rows painted with what they hold."""
        view, model, taken = screen.list.view, screen.list.model, []
        last = model.ids()[len(model.ids()) - 1]
        for _ in range(times):
            model.set_ids(model.ids())
            view.setFocus()
            QTest.keyClick(view, Qt.Key.Key_Home)
            _wait(self._program.jobs.idle)
            self._pulse.start()
            begin = time.perf_counter()
            QTest.keyClick(view, Qt.Key.Key_End)
            _wait(lambda: view.current_id() == last and model.data(view.currentIndex()) != "…")
            view.viewport().repaint()
            taken.append((time.perf_counter() - begin) * 1000)
            self._blocks.append(self._pulse.stop())
        spent = Times(tuple(taken))
        return Figure(
            "subjects: a jump to the end", self._bench.engine, "ms", spent.median, high=spent.high, bar=30.0
        )

    def _painted(self, screen: SubjectsScreen) -> None:
        """Until the list that was last asked for is there and painted."""
        _wait(lambda: not screen.list.is_reading())
        here = screen.list.currentWidget()  # a sentence where nothing is found
        seen = screen.list.view.viewport() if here is screen.list.view else here
        watch = _Paint(seen)
        seen.update()
        _wait(partial(bool, watch.seen))
        watch.remove()

    @staticmethod
    def _delete(screen: SubjectsScreen) -> None:
        screen.close()
        screen.deleteLater()
        QApplication.sendPostedEvents(screen, QEvent.Type.DeferredDelete.value)


class _Paint(QObject):
    """Whether a widget has been painted since."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self._widget = widget
        self.seen: list[bool] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Paint:
            self.seen.append(True)
        return False

    def remove(self) -> None:
        self._widget.removeEventFilter(self)


def _memory() -> float | None:
    """What this process holds in memory, in MB; None where that is not said."""
    file = Path("/proc/self/statm")
    if not file.exists():
        return None
    return int(file.read_text().split()[1]) * 4096 / 1e6


def _wait(true: Callable[[], bool]) -> None:
    if not wait_until(true):
        raise KnownError("The window of the benchmark did not do what it was asked in time.")
