"""Closing the window where there is a tray, and where there is none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from colonydesk.settings import load
from colonydesk.ui.notifications.closing import CloseQuestion
from colonydesk.ui.notifications.options import Options
from colonydesk.ui.tray import Tray
from tests.ui.notices import Station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WAIT = 30_000


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


def test_after_the_question_the_keys_are_where_they_were(in_tray: Station) -> None:
    search = in_tray.screen.list.search
    for answer in (Qt.Key.Key_Escape, Qt.Key.Key_Space):
        search.setFocus()
        in_tray.frame.close()
        assert in_tray.frame.focusWidget() is question(in_tray).keep
        QTest.keyClick(question(in_tray).keep, answer)
        assert in_tray.frame.focusWidget() is search  # and not the menu of the window
    in_tray.center.show_window()
    assert in_tray.frame.focusWidget() is search


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


def test_another_start_can_find_the_window_while_it_is_hidden(in_tray: Station) -> None:
    told: list[bool] = []
    in_tray.center.out_of_sight.connect(told.append)
    Options(in_tray.desk.settings).set_keep_running(True)
    in_tray.frame.close()
    assert told == [True]
    in_tray.center.show_window()
    assert told == [True, False]
    in_tray.frame.close()
    in_tray.center.stop()
    assert told == [True, False, True, False]
