"""The mail server and its test."""

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import MailFailed, Secrets
from colonydesk.queries.receivers import mail_server
from colonydesk.ui.notifications.mail import MailPage
from tests.ui.notices import Station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def mail_page(at: Station, send: Any = None) -> MailPage:
    page = MailPage(at.desk, Secrets(), send or (lambda *_: None))
    page.show()
    return page


def fill(page: MailPage, **values: str) -> None:
    for name, text in {"host": "smtp.example.org", "address": "colony@example.org", **values}.items():
        edit = getattr(page, name)
        edit.clear()
        QTest.keyClicks(edit, text)


def test_a_mail_server_is_saved(at: Station, qtbot: QtBot) -> None:
    page = mail_page(at)
    fill(page, username="colony", password="correct horse")
    assert page.unsaved()
    with qtbot.waitSignal(page.saved):
        QTest.keyClick(page.host, Qt.Key.Key_Return)
    with at.db.read() as connection:
        expected = MailServer("smtp.example.org", 587, "starttls", "colony@example.org", "colony")
        assert mail_server(connection) == expected
    assert "no key ring" in page.outcome.text()
    assert not page.unsaved()
    page.deleteLater()


def test_a_port_that_is_no_end_of_digits_is_said_to_be_none(at: Station) -> None:
    page = mail_page(at)
    fill(page)
    page.port.setText("9" * 5000)
    page.save()
    assert page.refusals["port"].state() == "refused"
    page.deleteLater()


@pytest.mark.parametrize("act", ["save", "switch off"])
def test_what_is_typed_while_it_is_saved_stays_and_is_not_saved_yet(
    at: Station, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    kept: list[str] = []

    class Ring(Secrets):
        def keep(self, _server: MailServer, password: str) -> str:
            kept.append(password)
            return ""

    page = MailPage(at.desk, Ring(), lambda *_: None)
    page.show()
    fill(page, username="colony", password="first")
    sent: list[Any] = []
    with monkeypatch.context() as patch:
        patch.setattr(at.desk, "write", lambda *arguments: sent.append(arguments))
        page.save() if act == "save" else page._switch_off()
    QTest.keyClicks(page.host, ".uk")
    QTest.keyClicks(page.password, " and more")
    at.desk.write(*sent[0])
    if act == "save":
        qtbot.waitUntil(lambda: bool(kept))
        assert kept == ["first"]
    assert page.host.text() == "smtp.example.org.uk"
    assert page.unsaved()
    with at.db.read() as connection:
        stored = mail_server(connection)
    assert (stored.host if stored else None) == ("smtp.example.org" if act == "save" else None)
    page.deleteLater()


def test_what_is_wrong_is_said_at_its_field_and_stays(at: Station) -> None:
    page = mail_page(at)
    fill(page, address="nobody")
    page.save()
    assert page.refusals["sender"].state() == "refused"
    assert page.address.text() == "nobody"
    page.deleteLater()


def test_the_port_follows_the_encryption_until_it_is_typed(at: Station) -> None:
    page = mail_page(at)
    page.security.setCurrentIndex(page.security.findData("tls"))
    page.security.activated.emit(0)
    assert page.port.text() == "465"
    page.port.clear()
    QTest.keyClicks(page.port, "2525")
    page.security.setCurrentIndex(page.security.findData("starttls"))
    page.security.activated.emit(0)
    assert page.port.text() == "2525"
    page.deleteLater()


def test_a_test_that_hangs_leaves_the_window_alive(at: Station, qtbot: QtBot) -> None:
    go = threading.Event()

    def send(*_: Any) -> None:
        go.wait(20)
        raise MailFailed("smtp.example.org:587 does not answer in time.", all_fail=True)

    page = mail_page(at, send)
    fill(page)
    page.to.setText("ann@example.org")
    page.activateWindow()
    page.test_button.setFocus()
    qtbot.waitUntil(page.test_button.hasFocus)
    QTest.keyClick(page.test_button, Qt.Key.Key_Space)
    assert page.test_outcome.text() == "Sending…"
    assert not page.test_button.isEnabled()
    assert QApplication.focusWidget() is page.to  # and not the menu of the window
    go.set()
    qtbot.waitUntil(lambda: page.test_outcome.state() == "refused")
    assert "does not answer in time" in page.test_outcome.text()
    assert page.test_button.isEnabled()
    page.deleteLater()


def test_the_test_uses_what_is_typed(at: Station, qtbot: QtBot) -> None:
    seen: list[Any] = []
    page = mail_page(at, lambda *all_: seen.append(all_))
    fill(page, username="colony", password="battery")
    page.to.setText("ann@example.org")
    page.test()
    qtbot.waitUntil(lambda: page.test_outcome.state() == "ok")
    [(server, secret, to)] = seen
    assert (server.host, secret, to) == ("smtp.example.org", "battery", "ann@example.org")
    page.deleteLater()
