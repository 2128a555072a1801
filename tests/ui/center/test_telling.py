"""Checks, the count, and messages: each told once, to who is there."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, Notification, Subject, WaterAdministration
from colonydesk.services.notices.marks import mark_notifications
from colonydesk.services.weights import RecordWeighing, record_weighing
from colonydesk.settings import load
from colonydesk.ui.notifications.options import Options
from tests import builders
from tests.builders import rows
from tests.services.notices import NOW, mark
from tests.ui.notices import Station, restrict, station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WAIT = 30_000


def test_it_checks_at_the_start_and_on_its_timer(at: Station, qtbot: QtBot) -> None:
    restrict(at)
    with qtbot.waitSignal(at.center.told, timeout=WAIT):
        at.center.start()
    titles = {one["title"] for one in rows(at.db, Notification)}
    assert any("remaining for M1" in title for title in titles)
    assert not any("weighing missing" in title for title in titles)  # it is 15:00, and the reminder at 17
    at.clock.go(hours=3)
    at.center.check()
    qtbot.waitUntil(
        lambda: any("weighing missing" in one["title"] for one in rows(at.db, Notification)), timeout=WAIT
    )


def test_a_weighing_is_told_of_without_waiting_for_the_timer(at: Station, qtbot: QtBot) -> None:
    lab = builders.add(at.db, Lab, name="Hale lab", reference_weight_pct=0.85)
    with at.db.engine.begin() as connection:
        connection.execute(Subject.__table__.update().values(lab_id=lab))
    restrict(at)
    at.center.start()
    qtbot.waitUntil(at.desk.jobs.idle, timeout=WAIT)
    command = RecordWeighing(
        command_id=uuid4(),
        id=uuid4(),
        subject_id=at.mouse,
        user_id=at.ann,
        weight=18.0,
        date_time=NOW,
        confirmed=frozenset({"range", "change", "again", "cage_mate", "implant"}),
    )
    at.desk.write(record_weighing, command)
    qtbot.waitUntil(
        lambda: any(one["notification_type"] == "mouse_underweight" for one in rows(at.db, Notification)),
        timeout=WAIT,
    )


def test_the_count_is_at_the_section_in_the_status_bar_and_at_the_icon(at: Station, qtbot: QtBot) -> None:
    one = at.tell()
    at.center.start()
    qtbot.waitUntil(lambda: at.center.tray.count() == 1, timeout=WAIT)
    assert at.frame.status.text("notifications") == "1 unread notification"
    at.desk.write(mark_notifications, mark(at.ann, one))
    qtbot.waitUntil(lambda: at.center.tray.count() == 0, timeout=WAIT)
    assert at.frame.status.text("notifications") == ""


def test_without_a_tray_a_message_is_in_the_window_and_opens_the_animal(at: Station, qtbot: QtBot) -> None:
    at.tell()
    at.center.start()
    qtbot.waitUntil(lambda: at.frame.notice.text() != "", timeout=WAIT)
    assert at.frame.notice.text() == "Water owed: 0.80 mL remaining for M1"
    with qtbot.waitSignal(at.center.wanted, timeout=WAIT) as wanted:
        QTest.mouseClick(at.frame.notice._action, Qt.MouseButton.LeftButton)
    assert wanted.args == ["subject", at.mouse]
    qtbot.waitUntil(lambda: at.center.tray.count() == 0, timeout=WAIT)  # it is read then


def test_a_message_of_no_animal_opens_what_it_tells_of(at: Station, qtbot: QtBot) -> None:
    read = at.tell("M1 trained little", "mouse_training")
    mark_notifications(at.db, mark(at.ann, read, as_="read"), NOW)
    one = at.tell("New request by eve: 3 CK", "request_made", subject_id=None)
    at.center.start()
    qtbot.waitUntil(lambda: at.frame.notice.text() != "", timeout=WAIT)
    QTest.mouseClick(at.frame.notice._action, Qt.MouseButton.LeftButton)
    assert at.frame.current_section() == "notifications"
    detail = at.screen.list.detail
    qtbot.waitUntil(lambda: detail.row() is not None and detail.row().id == one, timeout=WAIT)
    qtbot.waitUntil(lambda: at.center.tray.count() == 0, timeout=WAIT)  # it is read then


def test_many_are_one_message_and_none_is_told_twice(at: Station, qtbot: QtBot) -> None:
    said: list[str] = []
    at.center.told.connect(said.append)
    for number in range(4):
        at.tell(f"{number}.00 mL remaining for M1")
    at.tell("M1 trained little", "mouse_training")
    at.center.start()
    qtbot.waitUntil(lambda: at.center.tray.count() == 5, timeout=WAIT)
    assert said == ["4 water owed, 1 little training"]
    at.tell("another", "mouse_training")
    at.desk.bus.publish({"notification": [at.mouse]})
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT)
    assert said[1] == "another"


def test_a_few_are_named_in_one_message_that_opens_the_list(at: Station, qtbot: QtBot) -> None:
    at.tell()
    at.tell("M1 trained little", "mouse_training")
    at.center.start()
    qtbot.waitUntil(lambda: at.frame.notice.text() != "", timeout=WAIT)
    said = at.frame.notice.text()
    assert said.startswith("2 notifications: ")
    assert "0.80 mL remaining for M1" in said
    assert "M1 trained little" in said
    QTest.mouseClick(at.frame.notice._action, Qt.MouseButton.LeftButton)
    assert at.frame.current_section() == "notifications"


def test_a_notice_in_the_window_stays_and_what_is_due_comes_after_it(at: Station, qtbot: QtBot) -> None:
    at.frame.notice.tell("The server does not answer.", "warning", stays=True)
    at.tell()
    at.center.start()
    qtbot.waitUntil(lambda: at.center.tray.count() == 1, timeout=WAIT)
    assert at.frame.notice.text() == "The server does not answer."
    at.tell("M1 trained little", "mouse_training")
    at.center.look()
    qtbot.waitUntil(lambda: at.center.tray.count() == 2, timeout=WAIT)
    at.frame.notice.put_away()
    qtbot.waitUntil(lambda: at.frame.notice.text().startswith("2 notifications: "), timeout=WAIT)
    assert "0.80 mL remaining for M1" in at.frame.notice.text()
    assert "M1 trained little" in at.frame.notice.text()


def test_what_is_done_while_it_waits_for_the_line_is_not_told(at: Station, qtbot: QtBot) -> None:
    at.frame.notice.tell("The server does not answer.", "warning", stays=True)
    one, _ = at.tell(), at.tell("M1 trained little", "mouse_training")
    at.center.start()
    qtbot.waitUntil(lambda: at.center.tray.count() == 2, timeout=WAIT)
    at.desk.write(mark_notifications, mark(at.ann, one))
    qtbot.waitUntil(lambda: at.center.tray.count() == 1, timeout=WAIT)
    at.frame.notice.put_away()
    qtbot.waitUntil(lambda: at.frame.notice.text() != "", timeout=WAIT)
    assert at.frame.notice.text() == "Little training: M1 trained little"


@pytest.mark.parametrize("place", ["desktop", "tray"])
def test_what_is_done_is_taken_from_the_desktop_too(
    at: Station, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    told: list[Any] = []
    kept: list[Any] = []
    shown = getattr(at.center, place)
    monkeypatch.setattr(at.center.tray, "is_available", lambda: place == "tray")
    monkeypatch.setattr(shown, "tell", lambda *message: bool(told.append(message)) or True)
    monkeypatch.setattr(shown, "keep", lambda about: kept.append(about))
    one, other = at.tell(), at.tell("M1 trained little", "mouse_training")
    at.center.start()
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    assert told[0][3] == {(one, None), (other, None)}
    at.desk.write(mark_notifications, mark(at.ann, one))
    qtbot.waitUntil(lambda: kept[-1:] == [{(other, None)}], timeout=WAIT)


def test_what_stands_there_counts_only_what_is_still_to_be_done(at: Station, qtbot: QtBot) -> None:
    said: list[str] = []
    at.center.told.connect(said.append)
    one, _, _ = (at.tell(f"{number}.00 mL remaining for M1") for number in range(3))
    at.tell("M1 trained little", "mouse_training")
    at.tell("M2 trained little", "mouse_training")
    at.center.start()
    qtbot.waitUntil(lambda: "3 water owed, 2 little training" in at.frame.notice.text(), timeout=WAIT)
    at.desk.write(mark_notifications, mark(at.ann, one))
    qtbot.waitUntil(lambda: "2 water owed, 2 little training" in at.frame.notice.text(), timeout=WAIT)
    assert len(said) == 1


def test_where_the_list_is_before_the_eyes_nothing_is_told(at: Station, qtbot: QtBot) -> None:
    said: list[str] = []
    at.center.told.connect(said.append)
    at.screen.show_page("mail")
    at.frame.activateWindow()
    qtbot.waitUntil(at.frame.isActiveWindow, timeout=WAIT)
    at.tell()
    at.center.start()
    qtbot.waitUntil(lambda: len(said) == 1, timeout=WAIT)  # another page is before the eyes
    at.screen.show_page("list")
    at.tell("M1 trained little", "mouse_training")
    at.center.look()
    qtbot.waitUntil(lambda: at.center.tray.count() == 2, timeout=WAIT)
    assert len(said) == 1


def test_that_there_is_no_tray_is_said_once(at: Station, qtbot: QtBot) -> None:
    at.center.no_tray.setInterval(0)
    at.center.start()
    qtbot.waitUntil(lambda: "has no tray" in at.frame.notice.text(), timeout=WAIT)
    qtbot.waitUntil(lambda: Options(load(at.desk.settings.file)).no_tray_said, timeout=WAIT)
    QTest.mouseClick(at.frame.notice._close, Qt.MouseButton.LeftButton)
    at.center.stop()
    at.center.start()
    with qtbot.waitSignal(at.center.no_tray.timeout, timeout=WAIT):
        pass
    assert at.frame.notice.text() == ""


def test_in_quiet_hours_it_counts_and_tells_afterwards(
    qapp: QApplication, db: Database, tmp_path: Path, qtbot: QtBot
) -> None:
    local = NOW.astimezone()
    begin, end = (local + timedelta(minutes=by) for by in (-30, 30))
    hours = {"quiet": "yes", "quiet_from": f"{begin:%H:%M}", "quiet_to": f"{end:%H:%M}"}
    at = station(qapp, db, tmp_path, **hours)
    said: list[str] = []
    at.center.told.connect(said.append)
    at.tell()
    at.center.start()
    qtbot.waitUntil(lambda: at.center.tray.count() == 1, timeout=WAIT)
    assert said == []
    at.clock.go(minutes=31)
    at.desk.bus.publish({"notification": [at.mouse]})
    qtbot.waitUntil(lambda: len(said) == 1, timeout=WAIT)
    at.close()


def test_what_was_done_meanwhile_is_not_told(at: Station, qtbot: QtBot) -> None:
    at.tell()
    builders.add(
        at.db,
        WaterAdministration,
        subject_id=at.mouse,
        date_time=NOW,
        water_administered=0.8,
        created_at=NOW + timedelta(minutes=1),
    )
    said: list[str] = []
    at.center.told.connect(said.append)
    with qtbot.waitSignal(at.center.looked, timeout=WAIT) as looked:
        at.center.start()
    assert (looked.args[0].open, looked.args[0].unread) == (0, 0)
    assert at.center.tray.count() == 0
    assert said == []


def test_what_was_put_off_is_told_again_when_the_time_is_over(at: Station, qtbot: QtBot) -> None:
    one = at.tell()
    said: list[str] = []
    at.center.told.connect(said.append)
    at.center.start()
    qtbot.waitUntil(lambda: len(said) == 1, timeout=WAIT)
    until = at.clock() + timedelta(hours=1)
    at.desk.write(mark_notifications, mark(at.ann, one, as_="snoozed", until=until))
    qtbot.waitUntil(lambda: at.center.tray.count() == 0, timeout=WAIT)
    assert at.frame.notice.text() == ""
    at.clock.go(minutes=59)
    with qtbot.waitSignal(at.center.looked, timeout=WAIT):
        at.center.look()
    assert (len(said), at.center.tray.count()) == (1, 0)
    assert at.frame.notice.text() == ""
    at.clock.go(minutes=1)
    at.center.look()
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT)
    assert said == ["0.80 mL remaining for M1"] * 2
    assert at.center.tray.count() == 1
    assert at.frame.notice.text() == "Water owed: 0.80 mL remaining for M1"
    with qtbot.waitSignal(at.center.looked, timeout=WAIT):
        at.center.look()
    assert len(said) == 2


def test_another_member_has_another_count(at: Station, qtbot: QtBot) -> None:
    at.tell()
    at.center.start()
    qtbot.waitUntil(lambda: at.center.tray.count() == 1, timeout=WAIT)
    at.desk.set_member(None)
    qtbot.waitUntil(lambda: at.center.tray.count() == 0, timeout=WAIT)
