"""E-mails that go out by themselves, and why one does not."""

import threading
from dataclasses import replace
from datetime import time as day_time
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.db.tables import Notification
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import Mailer
from colonydesk.exchange.notices import Sender, Sending
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from colonydesk.settings import load
from colonydesk.ui.notifications import center
from colonydesk.ui.notifications.mail import MailPage
from colonydesk.ui.notifications.options import Options
from tests.builders import NEVER, SECONDS, rows
from tests.exchange.mail_servers import Post, bad_server, post_office
from tests.services.notices import NOW
from tests.ui.notices import Station, restrict

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WAIT = 30_000
SERVER = MailServer("smtp.example.org", 587, "starttls", "colony@example.org")


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
    at: Station, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = partial(Mailer, step=NEVER, whole=NEVER)
    monkeypatch.setattr(center, "Sender", partial(Sender, mailer=patient))
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
        at.center.stop()
        at.desk.jobs.close()
        assert thread.is_alive()  # it is still waiting: nobody has waited with it
    thread.join(SECONDS)  # the server has gone now, and nobody waits for it any more
