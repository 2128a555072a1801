"""Weight & water: the curve and the days, why each number, what was entered, and the file."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTextBrowser
from pytestqt.qtbot import QtBot

from colonydesk.db.migrate import open_database
from colonydesk.db.tables import WaterAdministration, WaterRestriction, Weighing
from colonydesk.ui import words
from colonydesk.ui.animal.day_cells import WHY
from colonydesk.ui.animal.days import DaysTab
from colonydesk.ui.animal.rows import Cell
from tests.builders import NOW, Scene, scene
from tests.ui.animals import DAYS, Key, Page, page_on, table

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
DAY = timedelta(days=1)


@pytest.fixture
def here(sqlite_url: str) -> Scene:
    """Restricted for five days; weighed on all of them but the last two; water on the first, and today."""
    here = scene(open_database(sqlite_url))
    start = {"start_time": NOW - 5 * DAY, "reference_weight": 25.0}
    here.add(WaterRestriction, subject_id=here.mouse, **start)
    for back, weight in ((5, 25.0), (4, 23.0), (3, 21.0), (2, 20.0)):
        here.add(Weighing, subject_id=here.mouse, date_time=NOW - back * DAY, weight=weight)
    for back, amount in ((5, 0.7), (0, 1.2)):
        of = {"subject_id": here.mouse, "date_time": NOW - back * DAY}
        here.add(WaterAdministration, water_administered=amount, user_id=here.ann, **of)
    return here


@pytest.fixture
def page(here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Page:
    return page_on(here, qapp, qtbot, tmp_path)


def looks(cells: tuple[Cell, ...], title: str, row: int) -> tuple[str, bool]:
    cell = next(cell for cell in cells if cell.title == title)
    return (cell.tone(row) if cell.tone else "text", bool(cell.bold and cell.bold(row)))


def test_the_days_the_newest_first_entered_and_carried_over(page: Page) -> None:
    page.show(tab=DAYS)
    tab = page.tab(DaysTab)
    assert tab.drawn()
    assert tab.curve is not None
    view = tab.curve.plot.view()
    assert view is not None
    assert view.curves[0].weight.tolist() == [25.0, 23.0, 21.0, 20.0]
    rows = table(tab.model)
    assert [row[0] for row in rows] == ["10 Mar", "9 Mar", "8 Mar", "7 Mar", "6 Mar", "5 Mar"]
    assert [row[1] for row in rows] == ["20.0", "20.0", "20.0", "21.0", "23.0", "25.0"]
    assert [row[2] for row in rows] == ["80.0", "80.0", "80.0", "84.0", "92.0", "100.0"]
    assert rows[0][3:10] == ["25.0", "21.3", "0.00", "1.20", "1.20", "1.00", "0.20"]
    assert rows[1][9] == "−1.00"  # owed
    cells = tab.model.cells
    assert [cell.title for cell in cells][1:3] == ["weight g", "% exp"]
    assert looks(cells, "weight g", tab.model.rows[0]) == ("faint", False)  # carried over
    assert looks(cells, "weight g", tab.model.rows[2]) == ("text", True)
    assert looks(cells, "% exp", tab.model.rows[0]) == ("under", False)
    assert looks(cells, "total mL", tab.model.rows[0]) == ("text", False)
    assert looks(cells, "total mL", tab.model.rows[1]) == ("faint", False)
    assert looks(cells, "expected g", tab.model.rows[1]) == ("secondary", False)


def test_nothing_is_less_than_none() -> None:
    """What binary fractions leave of a sum that comes out even."""
    assert words.excess(0.1 + 0.7 - 0.8) == words.excess(0.8 - 0.1 - 0.7) == "0.00"
    assert words.excess(-0.004) == "−0.01"


def test_every_number_is_explained(page: Page) -> None:
    page.show(tab=DAYS)
    tab = page.tab(DaysTab)
    assert len(WHY) == len(tab.model.cells)
    for column in range(1, len(WHY)):
        tab.explain(0, column)
        assert WHY[column] in tab.why._made
    tab.close_why()
    assert tab.view.hasFocus()
    tab.view.setCurrentIndex(tab.model.index(3, 2))
    page.press(Key.Key_F3)
    assert tab.why_is_open()
    assert tab.why.findChild(QTextBrowser).isVisible()
    text = tab.why.text()
    assert "Why" not in text
    assert "84" in text
    assert "M1, 7 Mar" in tab.why._title.text()
    page.press(Key.Key_F3)
    assert not tab.why_is_open()


def test_f3_from_another_tab_explains_today(page: Page) -> None:
    page.show()
    page.press(Key.Key_F3)
    tab = page.tab(DaysTab)
    assert tab.why_is_open()
    assert "M1, 10 Mar" in tab.why._title.text()


def test_enter_shows_what_was_entered_and_opens_it(here: Scene, page: Page) -> None:
    marks = {"voided_at": NOW, "void_reason": "wrong animal"}
    of = {"subject_id": here.mouse, "date_time": NOW - 5 * DAY + timedelta(hours=1)}
    here.add(Weighing, weight=31.0, **of, **marks)
    page.show(tab=DAYS)
    tab = page.tab(DaysTab)
    tab.view.setCurrentIndex(tab.model.index(5, 1))
    page.press(Key.Key_Return)
    day = tab.one_day
    assert day.isVisible()
    assert sorted(table(day.model)) == [
        ["09:30", "0.70 mL", "ann", ""],
        ["09:30", "25.0 g", "-", ""],
        ["10:30", "31.0 g", "-", "does not count: wrong animal"],
    ]
    assert day.view.hasFocus()
    page.press(Key.Key_Return)
    form = page.page.form()
    assert form is not None
    assert form.sheet.table in ("weighing", "water_administration")
    page.press(Key.Key_Escape)
    assert page.page.form() is None
    assert day.isVisible()
    day.view.setFocus()
    page.press(Key.Key_Escape)
    assert tab.curve is not None
    assert tab.curve.isVisible()
    assert page.closed == []


def test_water_of_an_amount_that_was_also_ad_lib_says_both(here: Scene, page: Page) -> None:
    of = {"subject_id": here.mouse, "adlib": True, "user_id": here.ann, "water_type_id": here.hydrogel}
    for hours, amount in ((1, 0.5), (2, None)):
        at = NOW - 5 * DAY + timedelta(hours=hours)
        here.add(WaterAdministration, date_time=at, water_administered=amount, **of)
    page.show(tab=DAYS)
    tab = page.tab(DaysTab)
    tab.open_day(int(tab.model.rows[5]))
    said = {row[0]: row[1] for row in table(tab.one_day.model)}
    assert said["10:30"] == "0.50 mL Hydrogel, ad lib"
    assert said["11:30"] == "water ad lib"


def test_a_new_weighing_of_that_day(here: Scene, page: Page) -> None:
    page.show(tab=DAYS)
    tab = page.tab(DaysTab)
    tab.open_day(int(tab.model.rows[1]))
    tab.one_day.added.emit("weighing")
    form = page.page.form()
    assert form is not None
    assert form.is_new()
    assert form.view.value("subject_id") == here.mouse
    assert form.view.value("date_time") == NOW.replace(hour=16, minute=0) - DAY  # 12:00 in New York


def test_the_file_has_every_day(page: Page, tmp_path: Path) -> None:
    page.show(tab=DAYS)
    page.tab(DaysTab).export_csv(tmp_path / "days.csv")
    assert page.told == [("info", f"Saved as {tmp_path / 'days.csv'}.")]
    with (tmp_path / "days.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["date"] for row in rows][::5] == ["2026-03-05", "2026-03-10"]
    assert (rows[0]["nickname"], rows[0]["weighing_at"]) == ("M1", "25.0")
    assert rows[5]["weighing_at"] == ""
    page.tab(DaysTab).export_csv(tmp_path / "no" / "days.csv")
    assert page.told[-1][0] == "error"
    assert "cannot be written" in page.told[-1][1]


def test_another_animal_and_one_without_records(here: Scene, page: Page) -> None:
    other = here.subject("M2")
    page.show(tab=DAYS)
    tab = page.tab(DaysTab)
    tab.toggle_why()
    page.show(other, tab=DAYS)
    assert tab.empty.isVisible()
    page.show(here.mouse, tab=DAYS)
    assert not tab.empty.isVisible()
    assert not tab.why_is_open()


def test_the_hands_stay_at_the_day_when_something_is_recorded(here: Scene, page: Page) -> None:
    page.show(tab=DAYS)
    tab = page.tab(DaysTab)
    tab.view.setCurrentIndex(tab.model.index(2, 4))
    here.add(Weighing, subject_id=here.mouse, date_time=NOW, weight=24.0)
    page.desk.bus.publish({"subject": [here.mouse]})
    assert table(tab.model)[0][1] == "24.0"
    assert (tab.view.currentIndex().row(), tab.view.currentIndex().column()) == (2, 4)


def test_the_sash_is_remembered(page: Page) -> None:
    page.show(tab=DAYS)
    assert page.desk.settings.layout_of("animal down") is None
    page.page.remember_layout()
    assert page.desk.settings.layout_of("animal down") is not None


def test_what_the_first_animal_needs_is_built_beforehand(page: Page) -> None:
    page.page.prepare()
    page.qtbot.waitUntil(page.page.prepared)
    page.show(tab=DAYS)
    assert page.tab(DaysTab).drawn()
