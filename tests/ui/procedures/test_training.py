"""The training week."""

from datetime import date
from typing import Any, cast
from uuid import UUID

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from colonydesk.db.tables import (
    Session,
    Surgery,
    WaterRestriction,
)
from colonydesk.ui.procedures.listing import ListPane
from colonydesk.ui.procedures.training import TrainingPane
from tests.builders import NOW, Scene, rows
from tests.ui.procedures.section import ALT, DAY, Key, Section

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def trained(here: Scene, subject: UUID, *days: date, **values: Any) -> None:
    for day in days:
        start = NOW.replace(year=day.year, month=day.month, day=day.day)
        here.add(Session, subject_id=subject, start_time=start, **values)


def test_the_week_says_what_was_done_and_marks_the_few(section: Section) -> None:
    here = section.here
    monday = date(2026, 3, 2)
    many = here.subject("Many")
    for subject in (here.mouse, many):
        here.add(WaterRestriction, subject_id=subject, start_time=NOW - 60 * DAY)
    trained(here, many, *(monday + day * DAY for day in range(5)), task_protocol="detection", n_trials=300)
    trained(here, here.mouse, monday, monday, n_trials=20, n_correct_trials=15)
    pane: TrainingPane = section.reopened("training")
    QAbstractItemModelTester(pane.view.weeks, QAbstractItemModelTester.FailureReportingMode.Fatal)
    section.press(Key.Key_Left, ALT)
    model = pane.view.weeks
    assert pane.monday() == monday
    assert [model.index(row, 0).data() for row in range(2)] == ["M1", "Many"]
    assert [model.index(row, 8).data() for row in range(2)] == ["1 day, fewer than 5", "5 days"]
    assert model.index(1, 1).data() == "detection"
    assert model.trials_text(model.rows[1].days[0]) == "300 trials"
    assert model.trials_text(model.rows[0].days[0]) == "2 × 40 trials"
    assert "20 trials, 15 correct" in model.spoken(model.rows[0], 1)
    assert model.spoken(model.rows[0], 2) == "Tue 3 Mar: no session"
    pane.few.click()
    assert [row.nickname for row in model.rows] == ["M1"]
    pane.few.click()
    section.press(Key.Key_Home, ALT)
    assert [model.index(row, 8).data() for row in range(2)] == ["0 days so far", "0 days so far"]
    assert not pane.this.isEnabled()


def test_enter_opens_the_session_the_animal_or_a_new_session(section: Section) -> None:
    here = section.here
    trained(here, here.mouse, date(2026, 3, 9))
    (session,) = rows(here.db, Session)
    pane: TrainingPane = section.reopened("training")
    view = pane.view
    view.setCurrentIndex(view.weeks.index(0, 0))
    section.press(Key.Key_Return)
    assert section.wanted == [("subject", here.mouse)]
    section.press(Key.Key_Right)
    section.press(Key.Key_Return)
    sessions = cast(ListPane, section.screen.pane("session"))
    assert section.screen.kinds.key() == "session"
    assert sessions.side.form.id() == session["id"]
    section.kind("training")
    view.setCurrentIndex(view.weeks.index(0, 2))
    section.press(Key.Key_Return)
    assert sessions.side.form.is_new()
    assert sessions.side.form.view.value("subject_id") == here.mouse


def test_large_targets_make_the_rows_higher(section: Section) -> None:
    here = section.here
    here.add(Surgery, subject_id=here.mouse, start_time=NOW)
    pane: ListPane = section.reopened("surgery")
    before = pane.view.rowHeight(0)
    section.desk.source.apply("night", large=True)
    section.paint()
    assert pane.view.rowHeight(0) > before
