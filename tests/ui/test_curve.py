import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.queries.curve_data import Curve
from colonydesk.ui.curve.axis import DAY
from colonydesk.ui.curve.series import View, measured, series_of
from tests.ui.curve_desk import Desk, colour, desk_on, near
from tests.ui.curves import curve, unweighed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_on(qapp, qtbot, monkeypatch)


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


def test_nothing_moves_between_the_typing_of_a_weight_and_its_being_saved(desk: Desk) -> None:
    """Late in the evening the dates have to go on for it."""
    shown = curve()
    desk.widget.set_curve(shown)
    before = desk.plot.span()
    at = float(shown.day_at[-1]) + 10.6 * 3600
    desk.widget.set_pending(20.6, "ok", at=at)
    typed = desk.plot.span()
    assert typed[1] > before[1]
    desk.widget.forget_pending()
    weighed = {"weighed_at": np.append(shown.weighed_at, at + 40), "weight": np.append(shown.weight, 20.6)}
    desk.widget.set_curve(shown._replace(**weighed))
    assert desk.plot.view().pending is None
    assert desk.plot.span() == typed


def test_a_curve_that_is_shown_already_is_not_drawn_anew(desk: Desk) -> None:
    desk.widget.set_curve(curve())
    shown = desk.chart.view()
    assert shown is not None
    desk.widget.set_curve(curve())
    assert desk.chart.view().curves[0] is shown.curves[0]
    other = curve()
    other.weight[3] += 0.1
    desk.widget.set_curve(other)
    assert desk.chart.view().curves[0] is other


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
