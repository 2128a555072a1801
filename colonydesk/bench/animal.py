"""The page of an animal with five years of daily records: from asking for it until all of it is painted."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from uuid import UUID, uuid4

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from sqlalchemy import insert, select

from colonydesk.app import Program
from colonydesk.bench.colony import ZONE, Bench
from colonydesk.bench.measure import Figure, Times
from colonydesk.db.tables import Session, Subject, WaterAdministration, WaterRestriction, Weighing
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.ui.animal import AnimalPage
from colonydesk.ui.animal.days import DaysTab
from colonydesk.ui.pictures import wait_until

DAYS = 1825
TIMES = 12
SIZE = (720, 800)
_WEIGHINGS = """
SELECT date_time, weight FROM weighing WHERE subject_id = ? AND voided_at IS NULL ORDER BY date_time
"""
_WATERS = """
SELECT date_time, water_administered, session_id, adlib FROM water_administration
WHERE subject_id = ? AND voided_at IS NULL ORDER BY date_time
"""


def five_years(bench: Bench, seed: int = 1, days: int = DAYS) -> UUID:
    """Another animal on restriction for so many days: weighed, trained and given water on each of them."""
    rng = random.Random(seed)
    lab_zone = zone(ZONE)
    last = lab_zone.day(bench.now)
    stamp = {"created_at": bench.now, "updated_at": bench.now}
    with bench.db.read() as connection:
        like = connection.execute(select(Subject).where(Subject.id == bench.restricted[0])).mappings().one()
    # A transaction of its own that begins with a write: it waits where the program in the window writes.
    with bench.db.engine.begin() as connection:
        subject = uuid4()
        own = {
            "id": subject,
            "nickname": f"FIVE_{seed}",
            "birth_date": last - timedelta(days=days + 90),
            "cage": f"F-{seed}",
            "litter_id": None,
        }
        kept = ("sex", "line_id", "lab_id", "species_id", "strain_id", "responsible_user_id")
        connection.execute(insert(Subject), {**{key: like[key] for key in kept}, **own, **stamp})
        weighings, waters, sessions = [], [], []
        for day in (last - timedelta(days=back) for back in range(days, 0, -1)):
            at = datetime.combine(day, clock(9, 30), lab_zone.info).astimezone(UTC)
            of = {"id": uuid4(), "subject_id": subject, "date_time": at, **stamp}
            weighings.append({**of, "weight": round(22 + rng.gauss(0, 0.5), 1)})
            session = uuid4()
            sessions.append({"id": session, "subject_id": subject, "start_time": at, **stamp})
            given = {**of, "id": uuid4(), "session_id": session, "adlib": False}
            waters.append({**given, "water_administered": round(rng.uniform(0.2, 0.6), 2)})
            rest = {**given, "id": uuid4(), "session_id": None, "date_time": at + timedelta(hours=6)}
            waters.append({**rest, "water_administered": round(rng.uniform(0.2, 0.6), 2)})
        restriction = {"id": uuid4(), "subject_id": subject, "start_time": weighings[0]["date_time"]}
        connection.execute(insert(WaterRestriction), {**restriction, "reference_weight": 25.0, **stamp})
        for table, rows in ((Weighing, weighings), (Session, sessions), (WaterAdministration, waters)):
            connection.execute(insert(table), rows)
    bench.db.analyze()
    return subject


def measure_animal(bench: Bench, program: Program, times: int = TIMES, days: int = DAYS) -> list[Figure]:
    """The page of one such animal after another, in a page that is there; and in one that is built for it."""
    desk = program.desk
    assert desk is not None
    subjects = [five_years(bench, seed, days) for seed in (1, 2)]
    program.frame.hide()  # beside the page nothing of the Today screen is in sight
    window = QMainWindow()
    window.resize(*SIZE)
    page = AnimalPage(desk)
    window.setCentralWidget(page)
    window.show()
    glance, whole, built, floors = [], [], [], []
    for turn in range(times + 3):
        subject = subjects[turn % 2]
        first, both = _show(program, page, subject)
        floor = _floor(bench, subject)
        if turn > 2:
            glance.append(first)
            whole.append(both)
            floors.append(floor)
            spent, page = _built_anew(program, window, subject)
            built.append(spent)
    _delete(window)
    program.frame.show()
    floor = Times(tuple(floors)).median
    name = "the rows by the bare driver, and an empty window shown"

    def figure(what: str, taken: list[float]) -> Figure:
        spent = Times(tuple(taken))
        return Figure(what, bench.engine, "ms", spent.median, floor, name, spent.high, bar=150.0)

    return [
        figure(f"page of an animal, {days} days: overview painted", glance),
        figure("the same with weight & water painted", whole),
        figure("the same, the first in its page", built),
    ]


def _built_anew(program: Program, window: QMainWindow, subject: UUID) -> tuple[float, AnimalPage]:
    """As the first animal of a sitting is opened: the page was prepared, and has shown none yet."""
    assert program.desk is not None
    page = AnimalPage(program.desk)
    window.setCentralWidget(page)
    page.prepare()
    _wait(lambda: page.prepared() and program.jobs.idle())
    begin = time.perf_counter()
    _show(program, page, subject)
    return (time.perf_counter() - begin) * 1000, page


def _show(program: Program, page: AnimalPage, subject: UUID) -> tuple[float, float]:
    """ms until the overview is painted, and until the curve and the days are painted too."""
    page.bar.setCurrentIndex(0)
    _wait(program.jobs.idle)
    begin = time.perf_counter()
    page.show(subject)
    _wait(lambda: page.overview() is not None and page.overview().id == subject)
    first = _painted()
    after_first = (first - begin) * 1000
    page.open_tab(1)
    days = page.current_tab()
    assert isinstance(days, DaysTab)
    _wait(days.drawn)
    return after_first, (_painted() - begin) * 1000


def _painted() -> float:
    """Let all be painted that is waiting to be; when that was done."""
    QApplication.processEvents()
    return time.perf_counter()


def _floor(bench: Bench, subject: UUID) -> float:
    begin = time.perf_counter()
    for statement in (_WEIGHINGS, _WATERS):
        bench.fetch(statement, bench.raw_id(subject))
    window = QMainWindow()
    window.resize(*SIZE)
    window.show()
    window.repaint()
    spent = (time.perf_counter() - begin) * 1000
    _delete(window)
    return spent


def _delete(widget: QWidget) -> None:
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete.value)


def _wait(true: Callable[[], bool]) -> None:
    if not wait_until(true):
        raise KnownError("The animal's page of the benchmark did not come in time.")
