"""What goes on beside the screens: checks, the count, messages, e-mails, and closing the window."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import time as day_time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Lab, Notification, Subject, WaterAdministration, WaterRestriction, Weighing
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.notices import Sending
from colonydesk.services.notices.marks import mark_notifications
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from colonydesk.services.opening import watch_changes
from colonydesk.services.weights import RecordWeighing, record_weighing
from colonydesk.settings import load
from colonydesk.ui.notifications.closing import CloseQuestion
from colonydesk.ui.notifications.mail import MailPage
from colonydesk.ui.notifications.options import Options
from colonydesk.ui.tray import Tray
from tests import builders
from tests.builders import SECONDS, rows
from tests.conftest import ROOT
from tests.exchange.mail_servers import Post, bad_server, post_office
from tests.services.notices import NOW, mark
from tests.ui.notices import Station, station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WAIT = 30_000
SERVER = MailServer("smtp.example.org", 587, "starttls", "colony@example.org")


@pytest.fixture(autouse=True)
def no_session_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's real desktop gets the tests' messages."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.fixture
def at(qapp: QApplication, db: Database, tmp_path: Path) -> Iterator[Station]:
    made = station(qapp, db, tmp_path)
    made.frame.show()
    yield made
    made.close()


def restrict(at: Station) -> None:
    builders.add(
        at.db,
        WaterRestriction,
        subject_id=at.mouse,
        start_time=NOW - timedelta(days=9),
        reference_weight=25.0,
    )
    builders.add(at.db, Weighing, subject_id=at.mouse, date_time=NOW - timedelta(days=1), weight=22.0)


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
    at.center.start()
    qtbot.waitUntil(lambda: at.center.tray.count() == 1, timeout=WAIT)
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
    at.clock.go(minutes=1)
    at.center.look()
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT)
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


# E-mail


def test_what_is_due_goes_out_by_itself(at: Station, qtbot: QtBot) -> None:
    post = Post()
    with post_office(post) as server:
        save = SaveMailServer(command_id=uuid4(), user_id=at.ann, server=server)
        save_mail_server(at.db, save, NOW)
        at.tell()
        at.center.start()
        qtbot.waitUntil(lambda: bool(post.accepted), timeout=WAIT)
        qtbot.waitUntil(lambda: rows(at.db, Notification)[0]["status"] == "sent", timeout=WAIT)
    assert post.subjects() == ["0.80 mL remaining for M1"]


def test_why_nothing_is_sent_is_said_until_something_is(at: Station, qtbot: QtBot) -> None:
    at.tell()
    waiting = at.screen.list
    at.center.start()
    qtbot.waitUntil(lambda: at.center.unsent is not None, timeout=WAIT)
    mail = at.screen.show_page("mail")
    assert isinstance(mail, MailPage)
    assert mail.unsent.text().endswith("No mail server is set up.")
    qtbot.waitUntil(lambda: waiting.table.rows.rowCount() == 1, timeout=WAIT)
    at.screen.show_page("list")
    waiting.table.show_current(0)
    words = "Not from here, today 15:00: No mail server is set up."
    qtbot.waitUntil(lambda: words in texts_of(waiting.detail), timeout=WAIT)
    post = Post()
    with post_office(post) as server:
        save = SaveMailServer(command_id=uuid4(), user_id=at.ann, server=server)
        save_mail_server(at.db, save, NOW)
        at.center.send()
        qtbot.waitUntil(lambda: bool(post.accepted), timeout=WAIT)
        qtbot.waitUntil(lambda: at.center.unsent is None, timeout=WAIT)
    assert mail.unsent.text() == ""
    qtbot.waitUntil(lambda: words not in texts_of(waiting.detail), timeout=WAIT)


def texts_of(shown: QWidget) -> list[str]:
    return [one.text() for one in shown.findChildren(QLabel) if one.isVisible()]


def test_why_nothing_is_sent_is_a_notice_once_and_again_after_something_was(
    at: Station, qtbot: QtBot
) -> None:
    save = SaveMailServer(command_id=uuid4(), user_id=at.ann, server=replace(SERVER, username="colony"))
    save_mail_server(at.db, save, NOW)
    Options(at.desk.settings).set_quiet(True)
    Options(at.desk.settings).set_quiet_hours(day_time(0), day_time(23, 59))
    at.tell()
    at.center.start()
    said = (
        "No e-mail is sent from here: This computer has no password for colony. "
        "Type it under E-mail, or write it into the file that COLONYDESK_MAIL_PASSWORD_FILE names."
    )
    qtbot.waitUntil(lambda: at.frame.notice.text() == said, timeout=WAIT)
    qtbot.waitUntil(lambda: Options(load(at.desk.settings.file)).unsent_said != "", timeout=WAIT)
    QTest.mouseClick(at.frame.notice._action, Qt.MouseButton.LeftButton)
    assert isinstance(at.screen._stack.currentWidget(), MailPage)
    for _ in range(2):
        with qtbot.waitSignal(at.center.unsent_changed, timeout=WAIT):
            at.center.send()
    assert at.frame.notice.text() == ""
    at.center._on_mailed(Sending(sent=1))
    assert at.center.unsent is None
    with qtbot.waitSignal(at.center.unsent_changed, timeout=WAIT):
        at.center.send()
    assert at.frame.notice.text() == said


def test_a_mail_server_that_hangs_keeps_neither_window_nor_quitting_waiting(
    at: Station, qtbot: QtBot
) -> None:
    hanging = threading.Event()

    def talk(_connection: Any, over: threading.Event) -> None:
        hanging.set()
        over.wait()

    with bad_server(talk) as server:
        save = SaveMailServer(command_id=uuid4(), user_id=at.ann, server=server)
        save_mail_server(at.db, save, NOW)
        restrict(at)
        at.tell()
        at.center.start()
        qtbot.waitUntil(hanging.is_set, timeout=WAIT)
        at.clock.go(hours=3)
        with qtbot.waitSignal(at.center.looked, timeout=WAIT):
            at.center.check()  # the next check is made all the same
        qtbot.waitUntil(
            lambda: any("weighing missing" in one["title"] for one in rows(at.db, Notification)),
            timeout=WAIT,
        )
        qtbot.waitUntil(at.desk.jobs.idle, timeout=WAIT)
        assert at.center._sender is not None
        thread = at.center._sender._thread
        began = time.monotonic()
        at.center.stop()
        at.desk.jobs.close()
        assert time.monotonic() - began < 2
    thread.join(SECONDS)  # the server has gone now, and nobody waits for it any more


# Closing the window


class HeldTray(Tray):
    """A tray that says it is there; the real one is in tests/end_to_end/test_tray.py."""

    def is_available(self) -> bool:
        return True

    def look(self) -> None:
        pass


@pytest.fixture
def in_tray(at: Station, monkeypatch: pytest.MonkeyPatch) -> Station:
    monkeypatch.setattr(at.center, "tray", HeldTray(at.desk.source, at.center))
    return at


def question(at: Station) -> CloseQuestion:
    found = at.frame.findChild(CloseQuestion)
    assert isinstance(found, CloseQuestion)
    return found


def test_without_a_tray_closing_closes(at: Station) -> None:
    assert at.frame.close()
    assert not at.frame.isVisible()


def test_closing_is_asked_about_once(in_tray: Station) -> None:
    assert not in_tray.frame.close()
    assert in_tray.frame.isVisible()
    asked = question(in_tray)
    assert asked.isVisible()
    QTest.keyClick(asked.keep, Qt.Key.Key_Escape)
    assert not asked.isVisible()
    in_tray.frame.close()
    QTest.keyClick(asked.keep, Qt.Key.Key_Space)
    assert not in_tray.frame.isVisible()
    assert Options(in_tray.desk.settings).keep_running is True
    in_tray.center.show_window()
    in_tray.frame.close()
    assert not asked.isVisible()
    assert not in_tray.frame.isVisible()


def test_quit_is_an_answer_too_and_the_menus_quit_never_asks(in_tray: Station, qtbot: QtBot) -> None:
    in_tray.frame.close()
    QTest.mouseClick(question(in_tray).quit, Qt.MouseButton.LeftButton)
    assert not in_tray.frame.isVisible()
    qtbot.waitUntil(in_tray.desk.jobs.idle)
    assert Options(load(in_tray.desk.settings.file)).keep_running is False
    Options(in_tray.desk.settings).set_keep_running(True)
    in_tray.frame.show()
    in_tray.center.quit()
    assert not in_tray.frame.isVisible()
    assert in_tray.center.may_close() is False  # only that once


def test_a_tray_that_goes_away_brings_the_window_back(in_tray: Station) -> None:
    Options(in_tray.desk.settings).set_keep_running(True)
    in_tray.frame.close()
    assert not in_tray.frame.isVisible()
    in_tray.center._on_tray(False)
    assert in_tray.frame.isVisible()


# Two workstations


OTHER = """
import sys
from pathlib import Path
from uuid import UUID
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from colonydesk.db.migrate import open_database
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from colonydesk.services.opening import watch_changes
from tests.ui.notices import open_station

url, ann, mouse, folder = sys.argv[1:]
app = QApplication([])
db = open_database(url)
at = open_station(app, db, Path(folder), UUID(ann), UUID(mouse))
at.center.looked.connect(lambda counts: print(counts.unread, flush=True))
watch = watch_changes(db, at.desk.bus.publish, lambda alive: None)
at.center.start()
app.exec()
"""


def test_what_is_done_on_one_workstation_is_gone_on_the_other(
    database_url: str, qapp: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    """Two processes on one database; this one is the first."""
    db = open_database(database_url)
    at = station(qapp, db, tmp_path)
    one, _ = at.tell(), at.tell("M1 trained little", "mouse_training")
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, database_url, str(at.ann), str(at.mouse), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert other.stdout is not None
    said: list[int] = []
    reader = threading.Thread(target=lambda: [said.append(int(line)) for line in other.stdout or ()])
    reader.start()
    try:
        qtbot.waitUntil(lambda: said[-1:] == [2], timeout=3 * WAIT)
        watch = watch_changes(db, at.desk.bus.publish, lambda _alive: None)
        at.center.start()
        qtbot.waitUntil(lambda: at.center.tray.count() == 2, timeout=WAIT)
        at.desk.write(mark_notifications, mark(at.ann, one))
        qtbot.waitUntil(lambda: at.center.tray.count() == 1, timeout=WAIT)
        qtbot.waitUntil(lambda: said[-1:] == [1], timeout=WAIT)
        watch.close()
    finally:
        other.kill()
        other.wait(SECONDS)
        reader.join(SECONDS)
        other.stdout.close()
        at.close()
        db.close()
