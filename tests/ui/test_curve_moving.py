import math
import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from colonydesk.ui.curve.axis import DAY, in_sight, local_day, long_day_text
from colonydesk.ui.curve.readout import readout
from colonydesk.ui.curve.series import value_text
from colonydesk.ui.curve.water import means_of_columns
from tests.conftest import ROOT
from tests.ui.curve_desk import Desk, desk_on
from tests.ui.curves import LONDON, curve

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_on(qapp, qtbot, monkeypatch)


def test_ranges(desk: Desk) -> None:
    desk.widget.set_curve(curve(days=200))
    assert desk.widget.range() == "1 m"
    for name, days in (("1 w", 7), ("1 m", 31), ("3 m", 92), ("all", 200)):
        desk.chip(name).click()
        assert desk.days_shown() == pytest.approx(days, abs=0.1)
        assert desk.chip(name).isChecked()
        assert desk.widget.range() == name
    desk.widget.set_curve(curve(days=10, restricted_for=5))
    desk.chip("3 m").click()
    assert desk.days_shown() == pytest.approx(10)  # no empty weeks before the first record


def test_wheel_zooms_around_the_hand_and_double_click_fits(desk: Desk, qtbot: QtBot) -> None:
    desk.widget.set_curve(curve(days=200))
    x = desk.area().left() + 100
    under_hand = desk.moment(x)
    with qtbot.waitSignal(desk.widget.range_changed) as told:
        desk.wheel(x, 2)
    assert told.args == [""]
    assert desk.days_shown() == pytest.approx(31 * 1.02**-30)  # pyqtgraph's step
    assert desk.x(under_hand) == pytest.approx(x, abs=0.5)
    assert not any(desk.chip(name).isChecked() for name in ("1 w", "1 m", "3 m", "all"))
    for _ in range(30):
        desk.wheel(x, 1)
    assert desk.days_shown() == pytest.approx(2)
    for _ in range(40):
        desk.wheel(x, -1)
    assert desk.days_shown() == pytest.approx(200, abs=0.1)
    desk.wheel(x, 3)
    desk.double_click(200, 150)
    assert desk.days_shown() == pytest.approx(200, abs=0.1)
    assert desk.widget.range() == "all"


def test_wheel_and_drag_on_the_water_move_the_weights_too(desk: Desk) -> None:
    desk.widget.set_curve(curve(days=200))
    values, y = desk.values(), desk.water().center().y()
    desk.wheel(200, 2, y)
    assert desk.days_shown() == pytest.approx(31 * 1.02**-30)
    assert desk.chart.water.box.viewRange()[0] == pytest.approx(list(desk.plot.span()))
    for _ in range(40):
        desk.wheel(200, -1, y)
    assert desk.days_shown() == pytest.approx(200, abs=0.1)
    assert desk.chart.water.box.viewRange()[0] == pytest.approx(list(desk.plot.span()))
    desk.widget.set_range("1 m")
    assert desk.values() == values  # values follow what is in sight, no wheel moves them
    desk.wheel(20, 2, 150)  # on the value axis
    assert desk.values() == values
    assert desk.days_shown() == pytest.approx(31)


def test_drag_pans_and_stays_where_there_are_records(desk: Desk) -> None:
    desk.widget.set_curve(curve(days=200))
    start = desk.plot.span()
    per_pixel = (start[1] - start[0]) / desk.area().width()
    desk.drag(200, 260)
    assert desk.plot.span()[0] == pytest.approx(start[0] - 60 * per_pixel)
    assert desk.days_shown() == pytest.approx(31)
    assert desk.widget.range() == ""
    for _ in range(8):
        desk.drag(60, 430)
    assert desk.plot.span()[0] == pytest.approx(curve(days=200).day_at[0] - DAY / 2)
    for _ in range(8):
        desk.drag(430, 60)
    assert desk.plot.span() == pytest.approx(start)
    desk.move(300, 150)
    assert desk.plot.span() == pytest.approx(start)


def test_the_right_button_is_the_menus(desk: Desk) -> None:
    desk.widget.set_curve(curve(days=200))
    before = desk.plot.span()
    QTest.mousePress(desk.hands, Qt.MouseButton.RightButton, pos=QPoint(200, 150))
    desk.move(300, 150)
    QTest.mouseRelease(desk.hands, Qt.MouseButton.RightButton, pos=QPoint(300, 150))
    assert desk.plot.span() == before
    at = QPoint(200, 150)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, desk.hands.mapToGlobal(at))
    QApplication.sendEvent(desk.hands, event)
    menu = desk.widget.findChild(QMenu)
    assert menu.isVisible()
    menu.close()


def test_the_same_animal_again_keeps_zoom_and_typed_value_another_does_not(desk: Desk) -> None:
    desk.widget.set_curve(curve(days=200))
    desk.widget.set_range("3 m")
    desk.wheel(200, 4)
    span = desk.plot.span()
    desk.widget.set_pending(20.6, "ok")
    desk.widget.set_curve(curve(days=200))
    assert desk.plot.span() == span
    assert desk.plot.view().pending.weight == 20.6
    desk.widget.set_curve(curve(days=200, number=2))
    assert desk.plot.view().pending is None
    assert desk.widget.range() == "3 m"
    assert desk.days_shown() == pytest.approx(92)


def test_crosshair_by_mouse(desk: Desk) -> None:
    shown = curve()
    desk.widget.set_curve(shown)
    before = desk.image()
    desk.move(desk.x(shown.day_at[-3]) + 2, 200)
    said = desk.plot.readout()
    assert said is not None
    assert said.title == "Sat 21 Nov 2026"
    assert desk.image() != before
    desk.move(2, 200)
    assert desk.plot.readout() is None
    assert desk.image() == before
    desk.move(desk.x(shown.day_at[-3]) + 2, 200)
    QApplication.sendEvent(desk.plot, QEvent(QEvent.Type.Leave))
    assert desk.plot.readout() is None
    desk.move(desk.x(shown.day_at[-3]) + 2, desk.water().center().y())
    assert desk.plot.readout() == said
    desk.drag(200, 230)
    assert desk.plot.readout() is None


def test_crosshair_and_zoom_by_keys(desk: Desk, qtbot: QtBot) -> None:
    desk.widget.set_curve(curve(days=200))
    desk.widget.set_range("1 w")
    desk.plot.setFocus()
    for _ in range(10):
        qtbot.keyClick(desk.plot, Qt.Key.Key_Left)
    assert desk.plot.readout().title == "Sat 14 Nov 2026"
    day = curve(days=200).day_at[-10]
    assert desk.plot.span()[0] <= day <= desk.plot.span()[1]  # pans along
    qtbot.keyClick(desk.plot, Qt.Key.Key_Right)
    assert desk.plot.readout().title == "Sun 15 Nov 2026"
    qtbot.keyClick(desk.plot, Qt.Key.Key_Escape)
    assert desk.plot.readout() is None
    qtbot.keyClick(desk.plot, Qt.Key.Key_Minus)
    assert desk.days_shown() == pytest.approx(7 * 1.25)
    qtbot.keyClick(desk.plot, Qt.Key.Key_Home)
    assert desk.days_shown() == pytest.approx(200, abs=0.1)


def test_the_values_of_a_day() -> None:
    shown = curve()
    said = readout((shown,), 37)
    assert said.title == "Sat 21 Nov 2026"
    values = dict(said.lines)
    assert values["weight"] == f"{shown.weight[36]:.2f}".rstrip("0") + " g at 09:42"
    assert values["of expected"] == f"{math.floor(shown.percentage[37] * 10) / 10:.1f} %"
    assert values["85 %"] == f"{shown.threshold[37]:.1f} g"
    assert values["from sessions"] == "0.42 mL"
    assert values["required"] == "0.95 mL"
    assert said.events == ("eye a little closed",)
    assert dict(readout((shown,), 35).lines)["weight"] == "not weighed"
    first = readout((shown,), 1)
    assert first.events == ("implant 1.2 g",)
    assert dict(first.lines)["required"] == "-"
    assert readout((shown,), 10).events == ("restriction begins",)


def test_a_day_just_below_a_limit_never_reads_as_on_it() -> None:
    shown = curve()._replace(percentage=np.full(40, 79.96))
    assert dict(readout((shown,), 37).lines)["of expected"] == "79.9 %"
    assert dict(readout((shown, curve(number=2)), 37).lines)[shown.nickname].endswith(", 79.9 %")
    assert value_text(79.96, percent=True) == "79.9 %"


def test_points_in_sight_have_their_neighbours() -> None:
    x = np.arange(10.0)
    assert in_sight(x, 3.5, 5.5).tolist() == [False] * 3 + [True] * 4 + [False] * 3
    assert in_sight(x, -5.0, 50.0).all()
    assert in_sight(np.empty(0), 0.0, 1.0).tolist() == []


def test_means_of_columns() -> None:
    x, mean = means_of_columns(np.array([0.1, 0.9, 1.5]), np.array([1.0, 3.0, 7.0]))
    assert x.tolist() == [0.0, 1.0]
    assert mean.tolist() == [2.0, 7.0]


def test_long_days_are_the_labs() -> None:
    at = datetime(2026, 11, 23, 0, 30, tzinfo=ZoneInfo("Pacific/Auckland")).timestamp()
    assert long_day_text(local_day(at, ZoneInfo("Pacific/Auckland"))) == "Mon 23 Nov 2026"
    assert long_day_text(local_day(at, ZoneInfo(LONDON))) == "Sun 22 Nov 2026"


_LOADED_BESIDE_THE_WINDOW = """
import sys, threading, time
import shiboken6
from PySide6 import QtCore, QtGui, QtWidgets
import colonydesk.ui.curve
from colonydesk.ui.plotting import load_plotting
assert "pyqtgraph" not in sys.modules, "importing the curve brings pyqtgraph with it"
app = QtWidgets.QApplication([])

class Jobs:
    def read(self, key, work, done, failed):
        for module in (QtCore, QtGui, QtWidgets):
            left = [name for name in dir(module) if name not in vars(module)]
            assert not left, f"two threads may make {left}"
        self.work, self.done = work, done

jobs, loaded, turns = Jobs(), [], 0
load_plotting(app, jobs, lambda: loaded.append(True))
while not hasattr(jobs, "work"):
    turns += 1
    app.processEvents()
assert turns > 3, "the window waited for the classes"
before = shiboken6.getAllValidWrappers()
worker = threading.Thread(target=jobs.work)
worker.start()
worker.join()
assert "pyqtgraph" in sys.modules
made = [one for one in shiboken6.getAllValidWrappers() if one not in before]
made = [one for one in made if isinstance(one, QtCore.QObject)]
assert not made, made
jobs.done(None)
assert loaded
gone = QtCore.QObject()
load_plotting(gone, jobs, loaded.clear)  # all is made: at once
shiboken6.delete(gone)
jobs.done(None)
assert loaded
"""


def test_the_library_is_imported_late_by_a_worker_that_makes_no_class_of_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LOADED_BESIDE_THE_WINDOW],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
