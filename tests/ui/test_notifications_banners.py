"""Several that want the line at the top of the window, which has room for one."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.paths import resources
from colonydesk.qtkit.notice import Notice
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui.notifications.banners import Banner, Banners


@pytest.fixture
def notice(qapp: QApplication, qtbot: QtBot) -> Iterator[Notice]:
    window = QWidget()
    qtbot.addWidget(window)
    made = Notice(ThemeSource(qapp, resources()))
    made.setParent(window)
    window.show()
    yield made
    window.close()


def dismiss(notice: Notice) -> None:
    QTest.mouseClick(notice._close, Qt.MouseButton.LeftButton)


def test_what_waits_comes_when_the_line_is_put_away(notice: Notice, qtbot: QtBot) -> None:
    banners, shown = Banners(notice), []
    notice.tell("The server does not answer.", "warning", stays=True)
    assert not banners.put(Banner("no tray", shown=lambda: shown.append("no tray")))
    assert not banners.put(Banner("M1", "warning", shown=lambda: shown.append("M1"), about=frozenset({1})))
    assert notice.text() == "The server does not answer."
    notice.put_away()
    qtbot.waitUntil(lambda: notice.text() == "M1")  # what is due before the rest
    assert shown == ["M1"]
    dismiss(notice)
    assert notice.text() == ""
    qtbot.waitUntil(lambda: notice.text() == "no tray")
    dismiss(notice)
    assert banners.put(Banner("last"))
    assert shown == ["M1", "no tray"]


def test_what_was_pushed_away_comes_back_and_what_was_put_away_does_not(notice: Notice, qtbot: QtBot) -> None:
    banners = Banners(notice)
    assert banners.put(Banner("M1", "warning", about=frozenset({1})))
    notice.tell("Not saved.", "error")
    assert banners.about() == {1}
    dismiss(notice)
    qtbot.waitUntil(lambda: notice.text() == "M1")
    dismiss(notice)
    assert banners.about() == frozenset()


def test_taking_the_act_puts_it_away(notice: Notice) -> None:
    banners, taken = Banners(notice), []
    banners.put(Banner("M1", "warning", "Open", lambda: taken.append("M1"), about=frozenset({1})))
    QTest.mouseClick(notice._action, Qt.MouseButton.LeftButton)
    assert taken == ["M1"]
    assert (notice.text(), banners.about()) == ("", frozenset())


def test_an_information_that_nobody_puts_away_hides_no_warning(notice: Notice, qtbot: QtBot) -> None:
    banners = Banners(notice, info_ms=0)
    notice.tell("Nothing to undo.")
    banners.put(Banner("no tray"))
    banners.put(Banner("M1", "warning", about=frozenset({1})))
    assert notice.text() == "Nothing to undo."
    qtbot.waitUntil(lambda: notice.text() == "M1")
    dismiss(notice)
    qtbot.waitUntil(lambda: notice.text() == "no tray")
    assert banners.put(Banner("M2", "warning", about=frozenset({2})))
    dismiss(notice)
    qtbot.waitUntil(lambda: notice.text() == "no tray")  # it had not been put away


def test_one_line_tells_of_all_that_is_due(notice: Notice) -> None:
    banners = Banners(notice)
    banners.put(Banner("M1", "warning", about=frozenset({1})))
    banners.put(Banner("M1, M2", "warning", about=frozenset({1, 2})))
    assert notice.text() == "M1, M2"
    notice.tell("Not saved.", "error")
    banners.put(Banner("M1, M2, M3", "warning", about=frozenset({1, 2, 3})))
    assert banners.about() == {1, 2, 3}


def test_what_is_over_is_taken_back_where_it_stands_and_where_it_waits(notice: Notice, qtbot: QtBot) -> None:
    banners = Banners(notice)
    banners.put(Banner("M1, M2", "warning", about=frozenset({1, 2})))
    banners.keep({2})
    assert notice.text() == "M1, M2"
    banners.keep({3})
    assert notice.text() == ""
    notice.tell("Not saved.", "error")
    banners.put(Banner("M4", "warning", about=frozenset({4})))
    banners.put(Banner("no tray"))
    banners.keep(set())
    dismiss(notice)
    qtbot.waitUntil(lambda: notice.text() == "no tray")
