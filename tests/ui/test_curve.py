import csv
import io
import math
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QPainter, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.jobs import SyncJobs
from colonydesk.qtkit.parts import Chip
from colonydesk.qtkit.theme import LIGHT, ThemeSource
from colonydesk.queries.curve_data import Curve
from colonydesk.ui.curve import CurveWidget
from colonydesk.ui.curve.axis import DAY, in_sight, local_day, long_day_text
from colonydesk.ui.curve.chart import Chart
from colonydesk.ui.curve.export import HEADER, SIZE, cut
from colonydesk.ui.curve.readout import readout
from colonydesk.ui.curve.series import View, measured, series_of, value_text
from colonydesk.ui.curve.water import means_of_columns
from tests.ui.curves import LONDON, curve, unweighed

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LEFT_BUTTON = Qt.MouseButton.LeftButton


class Desk:
    """A curve on the screen, a look at its pixels and items, and a hand on its mouse and wheel."""

    def __init__(self, source: ThemeSource, qtbot: QtBot) -> None:
        self.source = source
        self.widget = CurveWidget(source, SyncJobs())
        qtbot.addWidget(self.widget)
        self.widget.resize(520, 574)
        self.widget.show()
        qtbot.waitExposed(self.widget)
        self.plot = self.widget.plot
        self.chart = self.plot.chart
        self.hands = self.chart.viewport()

    def image(self) -> QImage:
        self.plot.clearFocus()  # no focus ring
        return self.plot.grab().toImage()

    def place(self, at: float, value: float) -> QPointF:
        """Where a weight lies, in pixels of the plot."""
        return self.chart.box.mapViewToScene(QPointF(at, value))

    def x(self, at: float) -> float:
        return self.place(at, 0.0).x()

    def area(self) -> QRectF:
        """The weights' rectangle."""
        return self.chart.box.mapRectToScene(self.chart.box.rect())

    def water(self) -> QRectF:
        return self.chart.water.box.mapRectToScene(self.chart.water.box.rect())

    def moment(self, x: float) -> float:
        return self.chart.box.mapSceneToView(QPointF(x, 100)).x()

    def values(self) -> list[float]:
        """The lowest and the highest value in sight."""
        return self.chart.box.viewRange()[1]

    def days_shown(self) -> float:
        low, high = self.plot.span()
        return (high - low) / DAY

    def lines(self) -> list[pg.PlotDataItem]:
        return [line for line in self.chart.lines if line.isVisible()]

    def label(self, text: str) -> tuple[float, str, str]:
        return next(one for one in self.chart.labels.labels if one[1] == text)

    def chip(self, text: str) -> QAbstractButton:
        return next(chip for chip in self.widget.findChildren(Chip) if chip.text() == text)

    def move(self, x: float, y: float) -> None:
        QTest.mouseMove(self.hands, QPoint(round(x), round(y)))

    def drag(self, start: int, end: int) -> None:
        QTest.mousePress(self.hands, LEFT_BUTTON, pos=QPoint(start, 150))
        for x in np.linspace(start, end, 5)[1:]:
            self.move(x, 150)
        QTest.mouseRelease(self.hands, LEFT_BUTTON, pos=QPoint(end, 150))

    def double_click(self, x: int, y: int) -> None:
        at = QPoint(x, y)
        QTest.mouseClick(self.hands, LEFT_BUTTON, pos=at)
        QTest.mouseDClick(self.hands, LEFT_BUTTON, pos=at)
        QTest.mouseRelease(self.hands, LEFT_BUTTON, pos=at)

    def wheel(self, x: float, notches: int, y: float = 150) -> None:
        at = QPointF(x, y)
        event = QWheelEvent(
            at,
            self.hands.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.hands, event)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Desk:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the widgets of the test before
    monkeypatch.setitem(
        pg.CONFIG_OPTIONS, "mouseRateLimit", 0
    )  # a test's hand is quicker than 100 moves a second
    return Desk(ThemeSource(qapp, ROOT / "resources"), qtbot)


def colour(image: QImage, at: QPointF) -> str:
    return image.pixelColor(round(at.x()), round(at.y())).name().upper()


def near(image: QImage, at: QPointF, wanted: str, reach: int = 2) -> bool:
    """Whether a pixel about ``at`` is nearer to the wanted colour than to the panel behind all."""

    def distance(one: QColor, other: QColor) -> float:
        return math.dist(one.getRgb()[:3], other.getRgb()[:3])  # type: ignore[arg-type]

    def alike(pixel: QColor) -> bool:
        return distance(pixel, QColor(wanted)) < 0.45 * distance(image.pixelColor(2, 2), QColor(wanted))

    x, y = round(at.x()), round(at.y())
    steps = range(-reach, reach + 1)
    return any(alike(image.pixelColor(x + dx, y + dy)) for dx in steps for dy in steps)


# ---- what is drawn


def test_lines_bands_and_bars_are_where_the_values_are(desk: Desk) -> None:
    shown = curve()
    desk.widget.set_curve(shown)
    theme, image = desk.source.theme, desk.image()
    day = 20
    assert near(image, desk.place(shown.weighed_at[day], shown.weight[day]), theme.text)
    assert near(image, desk.place(shown.day_at[day], shown.threshold[day]), theme.near)
    assert near(image, desk.place(shown.day_at[day], shown.absolute_min[day]), theme.under)
    expected = [
        desk.place(shown.day_at[day] + hours * 3600, shown.expected[day]) for hours in range(0, 24, 3)
    ]
    assert any(near(image, at, theme.accent) for at in expected)  # dashed
    assert shown.under.tolist() == [False] * 38 + [True] * 2
    high = desk.area().top() + 30
    assert colour(image, QPointF(desk.x(shown.day_at[-1]) + 4, high)) == theme.under_ground
    assert colour(image, QPointF(desk.x(shown.day_at[-4]) + 4, high)) not in (
        theme.under_ground,
        theme.panel,
    )
    assert colour(image, QPointF(desk.x(shown.day_at[-8]), desk.water().bottom() - 4)) == theme.accent2


def test_before_the_restriction_there_is_no_band(desk: Desk) -> None:
    shown = curve(restricted_for=10)
    desk.widget.set_curve(shown)
    desk.widget.set_range("all")
    x = desk.x(shown.day_at[10] + DAY / 4)
    assert colour(desk.image(), QPointF(x, desk.area().top() + 40)) == desk.source.theme.panel
    assert [kind for _, _, kind in desk.chart.bands.bands] == ["restricted", "under"]


def test_the_value_being_typed_is_an_open_ring_in_its_state(desk: Desk) -> None:
    shown = curve()
    desk.widget.set_curve(shown)
    at = float(shown.day_at[-1])
    before = desk.image()
    desk.widget.set_pending(20.6, "ok")
    ring = desk.place(at, 20.6)
    after = desk.image()
    theme = desk.source.theme
    assert near(after, ring + QPointF(5, 0), theme.ok, 1)
    assert colour(after, ring) == theme.panel  # open
    desk.widget.set_pending(20.6, "under")
    assert near(desk.image(), ring + QPointF(5, 0), theme.under, 1)
    desk.widget.set_pending(None)
    assert desk.image() == before


def test_while_a_number_is_being_typed_the_curve_keeps_its_scale(desk: Desk) -> None:
    desk.widget.set_curve(curve())
    before = desk.values()
    for typed in (2.0, 201.0):
        desk.widget.set_pending(typed, "under")
        assert desk.values() == before
        edge = desk.area().bottom() - 7 if typed < 10 else desk.area().top() + 7
        ring = QPointF(desk.x(curve().day_at[-1]) + 5, edge)
        assert near(desk.image(), ring, desk.source.theme.under)
        assert desk.label(f"{typed} g")
    desk.widget.set_pending(18.2, "under")
    assert desk.values()[0] < 18.2


def test_a_pending_weight_later_than_the_history_is_in_sight(desk: Desk) -> None:
    shown = curve()
    desk.widget.set_curve(shown)
    at = float(shown.day_at[-1]) + 3 * DAY
    desk.widget.set_pending(20.6, "ok", at=at)
    assert desk.plot.span()[0] < at < desk.plot.span()[1]


def test_labels_at_the_right_end(desk: Desk) -> None:
    assert [(line.label, line.colour) for line in series_of(View((curve(),), (0.0, 1.0)))] == [
        ("75 %", "under"),
        ("85 %", "near"),
        ("expected", "accent"),
        ("", "text"),
    ]
    half = View((curve(threshold=0.825),), (0.0, 1.0))
    assert "82.5 %" in [line.label for line in series_of(half)]


def test_labels_and_words_on_the_screen(desk: Desk) -> None:
    desk.widget.set_curve(curve())
    chart = desk.chart
    assert [text for _, text, _ in sorted(chart.labels.labels)] == ["expected", "85 %", "20.1 g", "75 %"]
    assert [text for _, _, text in chart.dates.labels()] == ["23 Nov", "16 Nov", "9 Nov", "2 Nov", "26 Oct"]
    assert [text for _, _, text in chart.values.labels()] == [str(value) for value in range(19, 26)]
    assert [words.text for words in chart.annotations.words] == ["restricted since 25 Oct, ref 24.0 g"]
    assert [text for _, text, _ in chart.water.label.labels] == ["required"]
    desk.widget.set_range("all")
    assert [words.text for words in chart.annotations.words][1:] == ["implant 1.2 g"]
    assert chart.annotations.sheets == [pytest.approx(desk.x(curve().notes[0].at) - desk.area().left())]


def test_weighings_are_points_joined_where_there_is_room_for_them(desk: Desk) -> None:
    shown = curve(days=400)
    desk.widget.set_curve(shown)
    weights = desk.lines()[-1]
    x, y = weights.getOriginalDataset()
    assert np.array_equal(x, shown.weighed_at)
    assert np.array_equal(y, shown.weight)
    assert len(weights.getData()[0]) < 40  # clipped to what is in sight
    assert weights.scatter.isVisible()
    assert weights.opts["pen"].widthF() == 1.6
    desk.widget.set_range("all")
    assert not weights.scatter.isVisible()
    assert weights.opts["pen"].widthF() == 1.0
    expected = desk.lines()[2]
    assert expected.opts["pen"].dashPattern() == [5.0, 3.5]
    assert np.array_equal(expected.getOriginalDataset()[1], shown.expected)


def test_lines_are_as_wide_on_a_screen_of_finer_pixels(desk: Desk) -> None:
    desk.widget.set_curve(curve())
    desk.chart.set_ratio(2.0)
    assert [line.opts["pen"].widthF() for line in desk.lines()] == [2.6, 2.6, 2.6, 3.2]
    assert desk.chart.water.required.opts["pen"].widthF() == 2.4


def test_water_of_every_day(desk: Desk) -> None:
    desk.widget.set_curve(curve())
    water = desk.chart.water
    reward, supplement = water.reward.opts, water.supplement.opts
    assert reward["height"][-5:].tolist() == [0.42] * 5
    assert supplement["height"][-5:].tolist() == [0.53] * 5
    assert supplement["y0"][-5:].tolist() == [0.42] * 5  # on top of it
    middles = reward["x0"] + reward["width"] / 2
    per_pixel = DAY * desk.days_shown() / desk.area().width()
    assert middles[-1] == pytest.approx(curve().day_at[-1], abs=per_pixel)
    desk.widget.set_curve(curve(days=3000, restricted_for=3000))
    desk.widget.set_range("all")
    lefts = water.reward.opts["x0"]
    assert len(lefts) <= desk.area().width() + 1  # one a pixel
    assert water.reward.opts["width"][:-1] == pytest.approx(np.diff(lefts), abs=1)  # without gaps


def test_one_day_of_required_water_is_a_short_line(desk: Desk) -> None:
    desk.widget.set_curve(one_day())
    x, y = desk.chart.water.required.getOriginalDataset()
    assert (x - one_day().day_at[0]).tolist() == [-DAY / 4, 0.0, DAY / 4]
    assert y.tolist() == [0.95] * 3


@pytest.mark.parametrize("size", [(300, 260), (520, 574), (1100, 900)])
@pytest.mark.parametrize("days", [1, 3, 40, 400])
@pytest.mark.parametrize("percent", [False, True])
def test_any_history_in_any_size_keeps_its_words_inside(
    desk: Desk, size: tuple[int, int], days: int, percent: bool
) -> None:
    desk.widget.resize(*size)
    desk.widget.set_curve(curve(days=days, restricted_for=min(days, 30)) if days > 2 else one_day())
    desk.widget.set_range("all")
    desk.widget.set_percent(percent)
    image = desk.image()
    ground = desk.source.theme.panel
    rim = [QPointF(x, y) for x in (0, image.width() - 1) for y in range(image.height())]
    rim += [QPointF(x, y) for y in (0, image.height() - 1) for x in range(image.width())]
    assert {colour(image, at) for at in rim} == {ground}


def one_day() -> Curve:
    whole = curve(days=8, restricted_for=1)
    daily = ("day_at", "expected", "threshold", "absolute_min", "percentage", "under", "restricted")
    water = ("reward", "supplement", "required")
    parts = {name: getattr(whole, name)[-1:] for name in (*daily, *water, "weighed_at", "weight")}
    rest = ("subject_id", "nickname", "timezone", "restrictions", "threshold_pct", "absolute_min_pct")
    return type(whole)(**parts, **{name: getattr(whole, name) for name in rest}, implants=(), notes=())


def test_unknown_values_leave_gaps_and_break_nothing(desk: Desk) -> None:
    whole = curve()
    unknown = np.full(40, math.nan)
    holes = {"expected": unknown, "threshold": unknown, "absolute_min": unknown, "percentage": unknown}
    shown = whole._replace(**holes)
    desk.widget.set_curve(shown)
    assert near(desk.image(), desk.place(shown.weighed_at[20], shown.weight[20]), desk.source.theme.text)
    desk.widget.set_percent(True)
    desk.widget.set_pending(20.1, "unknown", percentage=None)
    assert desk.image().width() > 0


def test_theme_switches_live(desk: Desk) -> None:
    desk.widget.set_curve(curve())
    desk.image()
    desk.source.apply("night")
    image = desk.image()
    assert colour(image, QPointF(3, 3)) == desk.source.theme.panel
    at = QPointF(desk.x(curve().day_at[-1]) + 4, desk.area().top() + 30)
    assert colour(image, at) == desk.source.theme.under_ground


def test_without_weighings_there_is_one_sentence(desk: Desk) -> None:
    for shown, sentence in (
        (None, "Choose an animal to see its curve."),
        (unweighed(), "CK_0099 has not been weighed yet."),
    ):
        desk.widget.set_curve(shown)
        assert desk.plot.sentence() == sentence
        assert desk.chart.isHidden()
        assert desk.plot.view() is None
        assert not desk.chip("1 w").isEnabled()
        desk.widget.set_pending(20.0, "ok")
        desk.image()
    desk.widget.set_curve(curve())
    assert desk.chip("1 w").isEnabled()


def test_loading_dims_what_is_there(desk: Desk) -> None:
    desk.widget.set_curve(curve())
    before = desk.image()
    desk.widget.set_loading(True)
    at = QPointF(desk.x(curve().day_at[-1]) + 4, desk.area().top() + 30)
    dimmed = desk.image()
    assert colour(dimmed, at) != colour(before, at)
    desk.widget.set_curve(curve())
    assert desk.image() == before


def test_what_is_typed_while_another_animals_curve_is_on_its_way_is_that_animals(desk: Desk) -> None:
    desk.widget.set_curve(curve())
    desk.widget.set_pending(20.1, "under")
    desk.widget.set_loading(True)
    assert desk.plot.view().pending is None
    desk.widget.set_pending(22.4, "ok")
    assert desk.plot.view().pending is None  # not on the old animal's curve
    desk.widget.set_curve(curve(number=2))
    assert desk.plot.view().pending.weight == 22.4
    desk.widget.set_curve(curve(number=3))
    assert desk.plot.view().pending is None


# ---- moving about


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
    assert desk.plot.readout() is None or desk.plot.readout() != said


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


# ---- per cent, and several


def test_per_cent_of_expected(desk: Desk, qtbot: QtBot) -> None:
    shown = curve()
    desk.widget.set_curve(shown)
    with qtbot.waitSignal(desk.widget.percent_changed) as told:
        desk.chip("%").click()
    assert told.args == [True]
    assert [text for _, _, text in desk.chart.values.labels()][:2] == ["75", "80"]
    x, y = measured(shown, percent=True)
    assert y[20] == shown.percentage[20]
    theme, image = desk.source.theme, desk.image()
    assert near(image, desk.place(x[20], y[20]), theme.text)
    assert near(image, desk.place(shown.day_at[20], 85.0), theme.near)
    assert near(image, desk.place(shown.day_at[20], 75.0), theme.under)
    desk.widget.set_pending(20.1, "under", percentage=79.6)
    ring = desk.place(float(shown.day_at[-1]), 79.6)
    assert near(desk.image(), ring + QPointF(5, 0), theme.under, 1)


def test_two_weighings_of_a_day_are_two_points_but_one_percentage() -> None:
    shown = curve()
    twice = shown._replace(
        weighed_at=np.append(shown.weighed_at, shown.weighed_at[-1] + 3600),
        weight=np.append(shown.weight, 20.4),
    )
    assert len(measured(twice, percent=False)[0]) == 40
    x, y = measured(twice, percent=True)
    assert len(x) == 39
    assert x[-1] == twice.weighed_at[-1]
    assert y[-1] == twice.percentage[-1]


def test_several_animals_over_one_another(desk: Desk) -> None:
    animals = [curve(number=number) for number in range(1, 7)]
    desk.widget.set_curves([*animals, unweighed()])
    lines = series_of(desk.plot.view())
    assert [line.label for line in lines] == [f"CK_000{number}" for number in range(1, 7)]
    assert len({(line.colour, line.style) for line in lines}) == 6
    assert not desk.chart.water.plot.isVisible()
    assert [text for _, text, _ in desk.chart.labels.labels] == [line.label for line in lines]
    assert len(desk.lines()) == 6
    desk.widget.set_percent(True)
    labels = [line.label for line in series_of(desk.plot.view())]
    assert labels[:3] == ["75 %", "85 %", "expected"]
    desk.move(desk.x(animals[0].day_at[-1]), 200)
    said = desk.plot.readout()
    assert [name for name, _ in said.lines] == [line.nickname for line in animals]
    assert said.lines[0][1].startswith("20.1 g at 09:42, ")
    desk.widget.set_curves([animals[0], curve(number=2, threshold=0.8)])
    assert "85 %" not in [line.label for line in series_of(desk.plot.view())]


# ---- files


def test_png(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.source.apply("night")
    desk.widget.set_curve(curve())
    with qtbot.waitSignal(desk.widget.exported) as told:
        desk.widget.export_png(tmp_path / "curve.png")
    assert told.args == [str(tmp_path / "curve.png")]
    image = QImage(str(tmp_path / "curve.png"))
    assert (image.width(), image.height()) == (2000, 1240)
    assert image.pixelColor(2, 2).name() == "#ffffff"  # for paper, whatever the screen


def test_svg(desk: Desk, tmp_path: Path) -> None:
    desk.widget.set_curve(curve())
    desk.widget.export_svg(tmp_path / "curve.svg")
    root = ElementTree.parse(tmp_path / "curve.svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert root.attrib["viewBox"] == "0 0 1000 620"
    words = {"".join(text.itertext()).strip() for text in root.iter(f"{space}text")}
    assert {"CK_0001: weight, g", "expected", "85 %", "75 %", "required", "23 Nov"} <= words
    assert "restricted since 25 Oct, ref 24.0 g" in words
    xs = [float(text.attrib["x"]) for text in root.iter(f"{space}text")]
    assert 0 <= min(xs) <= max(xs) <= 1000
    assert not list(root.iter(f"{space}image"))


def test_files_are_as_exact_as_the_screen(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    shown = curve(days=400)
    desk.widget.set_curve(shown)
    desk.widget.set_range("1 w")
    span = desk.plot.span()
    desk.widget.export_svg(tmp_path / "curve.svg")
    desk.widget.export_png(tmp_path / "curve.png")
    drawing = QImage(SIZE, QImage.Format.Format_RGB32)
    with QPainter(drawing) as painter:
        QSvgRenderer(str(tmp_path / "curve.svg")).render(painter)
    picture = QImage(str(tmp_path / "curve.png")).scaled(SIZE)
    chart = Chart(LIGHT)
    qtbot.addWidget(chart)
    chart.set_size(SIZE - QSize(0, HEADER))
    chart.show_view(View((shown,), span))
    at = np.linspace(span[0] - DAY / 5, shown.weighed_at[-1], 30)
    for image in (drawing, picture):
        seen = [
            near(image, chart.box.mapViewToScene(QPointF(*point)) + QPointF(0, HEADER), LIGHT.text, 1)
            for point in zip(at, np.interp(at, shown.weighed_at, shown.weight), strict=True)
        ]
        assert seen == (at >= span[0]).tolist()  # where the weights are, and not out of the plot


def test_a_line_cut_for_a_file() -> None:
    x, y = cut(np.array([-10.0, 10.0, 20.0, 40.0]), np.array([0.0, 2.0, np.nan, 4.0]), 30.0)
    assert x.tolist() == [0.0, 10.0, 20.0, 30.0]
    assert y[:2].tolist() == [1.0, 2.0]
    assert np.isnan(y[2:]).all()
    x, y = cut(np.array([5.0, 10.0]), np.array([1.0, 2.0]), 30.0)
    assert np.isnan(y[[0, -1]]).all()  # it did not reach the edges


def test_csv(desk: Desk, tmp_path: Path) -> None:
    shown = curve()
    desk.widget.set_curves([shown, curve(number=2)])
    desk.widget.export_csv(tmp_path / "curve.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "curve.csv").read_text(encoding="utf-8"))))
    assert len(rows) == 80
    last = rows[39]
    assert last["subject"] == "CK_0001"
    assert last["date"] == "2026-11-23"
    assert datetime.fromisoformat(last["weighed_at"]).timestamp() == shown.weighed_at[-1]
    assert last["weighed_at"] == "2026-11-23T09:42:00+00:00"
    assert float(last["weight_g"]) == 20.1
    assert float(last["percentage"]) == shown.percentage[-1]
    assert (last["restricted"], last["under"]) == ("1", "1")
    assert rows[35]["weight_g"] == rows[35]["weighed_at"] == ""
    assert rows[0]["required_ml"] == ""


def test_a_file_that_cannot_be_written_is_told_in_words(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.widget.set_curve(curve())
    with qtbot.waitSignal(desk.widget.export_failed) as told:
        desk.widget.export_csv(tmp_path / "not there" / "curve.csv")
    assert told.args == ["curve.csv could not be written: No such file or directory."]


def test_saving_asks_where_to_without_stopping_the_window(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.widget.set_curve(curve())
    button = desk.widget.findChild(QToolButton)
    entries = {action.text(): action for action in button.menu().actions()}
    assert list(entries) == ["Save picture (PNG)…", "Save drawing (SVG)…", "Save values (CSV)…"]
    entries["Save values (CSV)…"].trigger()
    dialog = desk.widget.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("CK_0001.csv")
    dialog.selectFile(str(tmp_path / "mine.csv"))
    dialog.accept()
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8").startswith("subject,date,")


# ---- small things


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
import sys, threading
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from colonydesk.ui.curve import load
assert "pyqtgraph" not in sys.modules, "importing the curve brings pyqtgraph with it"
app = QApplication([])
before = shiboken6.getAllValidWrappers()
worker = threading.Thread(target=load)
worker.start()
worker.join()
assert "pyqtgraph" in sys.modules
made = [one for one in shiboken6.getAllValidWrappers() if isinstance(one, QObject) and one not in before]
assert not made, made
"""


def test_the_library_is_imported_late_and_can_be_by_a_worker() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LOADED_BESIDE_THE_WINDOW],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
