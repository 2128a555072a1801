"""The Reports section in a window of its own, with jobs that are done when they are asked for."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from colonydesk.db.tables import Lab, Surgery
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import Chip
from colonydesk.queries.people import Member
from colonydesk.queries.reports import REPORTS
from colonydesk.ui.reports import screen
from tests.builders import NOW, Scene
from tests.ui.reports.section import Section

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
TODAY = date(2026, 3, 10)


def test_it_opens_with_the_day_of_the_restricted(section: Section) -> None:
    assert section.screen.kinds.key() == "water-restriction"
    assert section.column("nickname") == ["M2"]
    assert section.column("weight") == ["20.0"]
    assert section.column("percentage_weight") == ["80.0"]
    assert section.screen.count.text() == "1 animal, 1 with water owed, 1 below the threshold"
    assert section.screen.period.last.text() == "10 Mar 2026"
    assert not section.screen.period.next.isEnabled()
    assert section.screen.focusProxy() is section.screen.kinds


def test_home_and_page_up_reach_the_first_report(section: Section) -> None:
    kinds = section.screen.kinds
    first = kinds.key()
    kinds.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_PageUp):
        QTest.keyClick(kinds, Qt.Key.Key_End)
        assert kinds.key() != first
        QTest.keyClick(kinds, key)
        assert kinds.key() == first


def test_every_report_by_keys_and_its_animal_opened(section: Section) -> None:
    QAbstractItemModelTester(section.table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    section.screen.kinds.setFocus()
    section.press(Key.Key_Home)
    seen = {}
    for _ in range(20):
        seen[section.screen.kinds.key()] = len(section.table.rows)
        section.press(Key.Key_Down)
    assert seen.keys() == set(REPORTS)
    assert seen["underweight"] == 1
    assert seen["to-do"] == 1
    assert seen["animals-used-list"] == 2
    section.press(Key.Key_Return)
    assert section.view.hasFocus()
    section.press(Key.Key_Down)
    section.press(Key.Key_Return)
    (m2,) = (row.opens for row in section.table.rows if row.cells[0] == "M2")
    assert section.wanted == [m2]
    section.press(Key.Key_Escape)
    assert section.screen.kinds.hasFocus()


def test_a_count_opens_its_animals_and_goes_back(section: Section) -> None:
    section.choose("animals-used")
    assert section.chips() == [
        "Everything",
        "Protocol",
        "Severity",
        "Sex",
        "Line",
        "Genotyped",
        "All together",
    ]
    row = [(one.cells[0], one.cells[1]) for one in section.table.rows].index(("severity", "Mild"))
    section.at(row, "female")
    section.press(Key.Key_Return)
    assert section.column("nickname") == ["M2"]
    assert section.screen.title.text() == "Animals used: severity Mild, female"
    assert section.screen.back.isVisible()
    assert section.chips() == []
    section.press(Key.Key_Return)
    assert section.wanted[-1][0] == "subject"
    section.press(Key.Key_Escape)
    assert section.screen.title.text() == "Animals used"
    index = section.view.currentIndex()
    assert (index.row(), section.table.columns[index.column()].key) == (row, "female")
    assert section.view.hasFocus()


def test_a_click_on_a_count_opens_it_and_on_0_does_nothing(section: Section) -> None:
    section.choose("animals-used")

    def click(row: int, key: str) -> None:
        place = [one.key for one in section.table.columns].index(key)
        where = section.view.visualRect(section.table.index(row, place)).center()
        QTest.mouseClick(section.view.viewport(), Qt.MouseButton.LeftButton, NONE, QPoint(where))
        QApplication.processEvents()

    click(0, "unknown_sex")
    assert section.screen.title.text() == "Animals used"
    click(0, "animals")
    assert section.column("nickname") == ["M1", "M2"]
    QTest.mouseClick(section.screen.back, Qt.MouseButton.LeftButton)
    assert section.screen.title.text() == "Animals used"


def test_a_group_alone(section: Section) -> None:
    section.choose("animals-used")
    chip = next(one for one in section.screen.chip_row.findChildren(Chip) if one.text() == "Sex")
    chip.click()
    assert section.column("value") == ["male", "female"]
    section.choose("to-do")
    assert section.chips() == ["Everything 1", "Genotype 1"]
    section.choose("animals-used")
    assert section.column("value") == ["male", "female"]  # as it was left


def test_the_days_by_keys_and_typed(section: Section) -> None:
    period = section.screen.period
    section.press(Key.Key_Left, ALT)
    assert period.days() == (TODAY - timedelta(days=1),) * 2
    assert section.column("weight") == ["-"]
    section.press(Key.Key_Right, ALT)
    section.press(Key.Key_Right, ALT)  # not beyond today
    assert period.days() == (TODAY, TODAY)
    period.last.setFocus()
    period.last.selectAll()
    QTest.keyClicks(period.last, "1 mar")
    section.press(Key.Key_Return)
    assert period.days()[1] == date(2026, 3, 1)
    assert section.screen.stack.currentWidget() is section.screen.empty
    period.last.selectAll()
    QTest.keyClicks(period.last, "someday")
    section.press(Key.Key_Return)
    assert "is not a day" in section.screen.sentence.text()
    assert period.last.text() == "someday"
    assert period.days()[1] == date(2026, 3, 1)


def test_after_midnight_the_report_is_of_the_new_day(section: Section) -> None:
    period, minute = section.screen.period, section.screen.minute
    assert minute.isActive()
    assert section.column("weight") == ["20.0"]
    section.clock[0] = NOW + timedelta(days=1)
    minute.timeout.emit()
    assert period.days() == (TODAY + timedelta(days=1),) * 2
    assert period.last.text() == "11 Mar 2026"
    assert section.column("weight") == ["-"], "not weighed on this day"
    section.press(Key.Key_Left, ALT)
    section.clock[0] = NOW + timedelta(days=2)
    minute.timeout.emit()
    assert period.days() == (TODAY, TODAY), "a day that was chosen stays"


def test_from_one_day_to_another(section: Section) -> None:
    section.choose("animals-used")
    period = section.screen.period
    assert period.days() == (date(2026, 1, 1), TODAY)
    assert period.presets.currentData() == "year"
    period.presets.setCurrentIndex(period.presets.findData("last year"))
    period.presets.activated.emit(period.presets.currentIndex())
    assert period.days() == (date(2025, 1, 1), date(2025, 12, 31))
    assert section.table.rows == []
    period.first.setFocus()
    period.first.selectAll()
    QTest.keyClicks(period.first, "2026-02-01")
    section.press(Key.Key_Return)
    assert section.screen.sentence.text() == "The first day is after the last."
    period.last.setFocus()
    period.last.selectAll()
    QTest.keyClicks(period.last, "today")
    section.press(Key.Key_Return)
    assert not section.screen.sentence.isVisible()
    assert period.presets.currentData() == "other"
    assert len(section.table.rows) > 0
    section.choose("underweight")
    section.choose("animals-used")
    assert period.days() == (date(2026, 2, 1), TODAY)  # as it was left


def test_of_changes_one_s_own_are_looked_at_first(section: Section) -> None:
    section.choose("changes")
    assert section.screen.mine.isChecked()
    assert section.screen.period.days() == (TODAY - timedelta(days=1),) * 2
    period = section.screen.period
    period.presets.setCurrentIndex(period.presets.findData("today"))
    period.presets.activated.emit(period.presets.currentIndex())
    assert set(section.column("user")) == {"ann"}
    section.desk.set_member(Member(section.here.bob, "bob", "Bob"))
    assert section.table.rows == []
    assert section.screen.stack.currentWidget() is section.screen.empty
    section.screen.mine.click()
    assert set(section.column("user")) == {"ann"}
    section.desk.set_member(None)
    assert not section.screen.mine.isEnabled()
    section.choose("water-restriction")
    assert not section.screen.mine.isChecked()


def test_of_one_lab(section: Section, here: Scene) -> None:
    assert section.screen.lab.isHidden()
    other = here.add(Lab, name="Other", timezone="UTC")
    section.desk.bus.publish({"lab": [other]})
    QApplication.processEvents()
    assert section.screen.lab.isVisible()
    section.screen.lab.setFocus()
    section.press(Key.Key_End)
    assert section.screen.lab.currentText() == "Other"
    assert section.screen.stack.currentWidget() is section.screen.empty


def test_changes_are_of_all_labs_whichever_is_chosen(section: Section, here: Scene) -> None:
    """The chosen lab's day is over already; the report's own is that of the first."""
    section.clock[0] = NOW.replace(hour=23)
    other = here.add(Lab, name="Other", timezone="Asia/Tokyo")
    section.desk.bus.publish({"lab": [other]})
    QApplication.processEvents()
    section.screen.lab.setFocus()
    section.press(Key.Key_End)
    assert section.screen.period.last.text() == "11 Mar 2026"
    section.choose("changes")
    assert not section.screen.lab.isEnabled()
    period = section.screen.period
    period.presets.setCurrentIndex(period.presets.findData("today"))
    period.presets.activated.emit(period.presets.currentIndex())
    assert period.last.text() == "10 Mar 2026"
    assert section.screen.sentence.isHidden()
    assert set(section.column("user")) == {"ann"}
    section.choose("underweight")
    assert section.screen.lab.isEnabled()
    assert section.screen.lab.currentText() == "Other"


def test_it_follows_what_others_do_and_keeps_the_opened_count(section: Section, here: Scene) -> None:
    section.choose("animals-used")
    section.at(0, "animals")
    section.press(Key.Key_Return)
    m4: UUID = here.subject("M4")
    surgery = here.add(Surgery, subject_id=m4, start_time=NOW - timedelta(days=1))
    section.desk.bus.publish({"surgery": [surgery]})
    QApplication.processEvents()
    assert section.column("nickname") == ["M1", "M2", "M4"]
    section.screen.hide()
    here.add(Surgery, subject_id=here.subject("M5"), start_time=NOW - timedelta(days=1))
    section.desk.bus.publish({"surgery": [uuid4()]})
    QApplication.processEvents()
    assert section.column("nickname") == ["M1", "M2", "M4"]  # nobody looks
    section.screen.show()
    assert section.column("nickname") == ["M1", "M2", "M4", "M5"]


def test_sorted_by_heads_and_keys_with_the_marker_on_its_record(section: Section) -> None:
    section.choose("animals-used-list")
    section.at(0, "nickname")
    section.press(Key.Key_Right, CTRL | SHIFT)
    assert section.table.sorted_by == section.table.columns[0].key
    section.press(Key.Key_Down, CTRL | SHIFT)
    assert section.column("nickname") == ["M2", "M1"]
    assert section.view.currentIndex().row() == 1
    header = section.view.horizontalHeader()
    place = [one.key for one in section.table.columns].index("actual_severity")
    header.sectionClicked.emit(place)
    assert section.column("actual_severity") == ["Mild", "not assessed"]
    assert "▴" in str(section.table.headerData(place, Qt.Orientation.Horizontal))


def test_a_file_is_asked_for_in_place_and_holds_what_is_shown(section: Section, tmp_path: Path) -> None:
    section.choose("animals-used")
    section.at(0, "female")
    section.press(Key.Key_Return)
    section.press(Key.Key_E, CTRL)
    bar = section.screen.writing
    assert bar.isVisible()
    assert bar.file.hasFocus()
    assert bar.file.text().endswith("animals-used 2026-03-10.pdf")
    QTest.keyClicks(bar.file, str(tmp_path / "nowhere" / "a.csv"))
    section.press(Key.Key_Return)
    assert "no such folder" in bar.sentence.text()
    bar.file.selectAll()
    QTest.keyClicks(bar.file, str(tmp_path / "used.csv"))
    section.press(Key.Key_Return)
    assert section.told == [("info", "used.csv is written.")]
    assert not bar.isVisible()
    written = (tmp_path / "used.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in written] == ["Animal", "M2"]
    section.press(Key.Key_E, CTRL)
    section.press(Key.Key_Escape)
    assert not bar.isVisible()


def show_wordy(section: Section) -> None:
    """Changes in so many words that they have no room."""
    section.choose("changes")
    section.screen.period.presets.setCurrentIndex(1)  # today
    section.screen.period.presets.activated.emit(1)
    section.screen.mine.setChecked(False)
    section.screen.reload()
    found = section.screen.shown()
    assert found is not None
    assert found.rows
    assert [column.key for column in found.columns][4:] == ["change", "workstation"]
    wordy = ("long " * 12, "long " * 99, "rig-1")
    rows = [replace(row, cells=(*row.cells[:3], *wordy)) for row in found.rows]
    section.view.show_rows(found.columns, rows, UTC)
    section.paint()


def test_long_words_end_before_anything_moves_sideways(section: Section) -> None:
    show_wordy(section)
    assert section.view.horizontalScrollBar().maximum() == 0
    change = section.view.columnWidth(4)
    section.screen.resize(1600, 700)
    section.paint()
    assert section.view.columnWidth(4) > change


def test_what_comes_while_a_button_of_the_mouse_is_held_was_not_drawn_by_hand(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a report is chosen by a click: its shortened words stayed short however wide the window was."""
    view = section.view
    with monkeypatch.context() as held:
        held.setattr(QGuiApplication, "mouseButtons", staticmethod(lambda: Qt.MouseButton.LeftButton))
        show_wordy(section)
        change = view.columnWidth(4)
        section.screen.resize(1600, 700)
        section.paint()
        assert view.columnWidth(4) > change
        view.horizontalHeader().viewport().setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
        view.setColumnWidth(0, 150)
    section.screen.resize(1100, 700)
    section.paint()
    assert view.columnWidth(0) == 150
    assert view.horizontalScrollBar().maximum() == 0  # the last one, which took the rest, gave it back


def test_a_report_that_cannot_be_read_says_so_and_is_tried_again(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> None:
        raise KnownError("The server does not answer.", "Try again later.")

    with monkeypatch.context() as patch:
        patch.setattr(screen, "report", gone)
        section.screen.reload()
    assert section.screen.sentence.text() == "The server does not answer. Try again later."
    assert section.column("nickname") == ["M2"]  # what was shown stays
    section.press(Key.Key_F5)
    assert not section.screen.sentence.isVisible()
    assert section.screen.unsaved() is False
