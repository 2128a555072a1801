from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.qtkit.theme import ThemeSource

ANIMALS = (Choice(1, "CK_0412", "B-17"), Choice(2, "CK_0388", "B-09"), Choice(3, "CK_04", "B-09"))


class Desk:
    def __init__(self, source: ThemeSource, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.line = SearchLine(source, "Scan or type an animal or cage")
        column = QVBoxLayout(self.window)
        column.addWidget(self.line)
        column.addStretch(1)
        self.window.resize(400, 400)
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.line.setFocus()
        qtbot.waitUntil(self.line.hasFocus)
        self.asked: list[str] = []
        self.chosen: list[Any] = []
        self.missed: list[str] = []
        self.line.asked.connect(self.asked.append)
        self.line.chosen.connect(lambda choice: self.chosen.append(choice.key))
        self.line.not_found.connect(self.missed.append)


@pytest.fixture
def desk(source: ThemeSource, qtbot: QtBot) -> Desk:
    return Desk(source, qtbot)


def test_asks_with_every_key_and_shows_the_answer(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClicks(desk.line, "CK")
    assert desk.asked == ["C", "CK"]
    desk.line.set_choices("C", ANIMALS[:1])  # late: something else has been typed since
    assert desk.line.popup_texts() == []
    desk.line.set_choices("CK", ANIMALS)
    assert desk.line.popup_texts() == ["CK_0412", "CK_0388", "CK_04"]
    assert desk.line.hasFocus()
    qtbot.keyClick(desk.line, Qt.Key.Key_Down)
    qtbot.keyClick(desk.line, Qt.Key.Key_Down)
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    assert desk.chosen == [2]
    assert desk.line.popup_texts() == []
    assert desk.line.text() == "CK"  # not cleared by itself


def test_by_mouse_and_escape(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClicks(desk.line, "CK")
    desk.line.set_choices("CK", ANIMALS)
    popup = desk.window.findChild(QListWidget)
    assert popup.geometry().bottom() <= desk.window.height()
    place = popup.visualItemRect(popup.item(1)).center()
    qtbot.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.chosen == [2]
    desk.line.set_choices("CK", ANIMALS)
    qtbot.keyClick(desk.line, Qt.Key.Key_Escape)
    assert desk.line.popup_texts() == []
    assert desk.line.text() == "CK"


def test_an_enter_before_the_answer_is_remembered(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClicks(desk.line, "ck_04")
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    assert desk.chosen == []
    desk.line.set_choices("ck_04", ANIMALS)
    assert desk.chosen == [3]  # the one of exactly this name, of several that begin so


def test_of_a_part_of_a_name_the_only_one_is_asked_about(desk: Desk, qtbot: QtBot) -> None:
    """A code is read whose animal is not here, and another is found by it: as AI_10 by AI_1."""
    qtbot.keyClicks(desk.line, "CK_041")
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    desk.line.set_choices("CK_041", ANIMALS[:1])
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)  # a reader that ends with two
    assert desk.chosen == []
    assert desk.line.popup_texts() == ["CK_0412"]
    assert desk.line.popup_question() == "Nothing is called CK_041: ↓ and Enter take another"
    assert desk.line.text() == "CK_041"
    qtbot.keyClick(desk.line, Qt.Key.Key_Down)
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    assert desk.chosen == [1]
    desk.line.clear()
    qtbot.keyClicks(desk.line, "ck_0412")
    desk.line.set_choices("ck_0412", ANIMALS[:1])
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    assert desk.chosen == [1, 1]


def test_enter_takes_the_only_one_where_it_is_read_before_it_counts(desk: Desk, qtbot: QtBot) -> None:
    desk.line.takes_part = True
    qtbot.keyClicks(desk.line, "0412")
    desk.line.set_choices("0412", ANIMALS[:1])
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    assert desk.chosen == [1]


def test_enter_asks_among_several_and_says_what_is_not_there(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClicks(desk.line, "CK")
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    desk.line.set_choices("CK", ANIMALS[:2])
    assert desk.chosen == []
    assert desk.line.popup_texts() == ["CK_0412", "CK_0388"]
    qtbot.keyClicks(desk.line, "X")
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    desk.line.set_choices("CKX", ())
    assert desk.missed == ["CKX"]
    assert desk.line.text() == "CKX"
    assert desk.line.popup_texts() == []


def test_typing_on_forgets_the_enter(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClicks(desk.line, "CK_0412")
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    qtbot.keyClick(desk.line, Qt.Key.Key_Backspace)
    desk.line.set_choices("CK_041", ANIMALS[:1])
    assert desk.chosen == []


def test_the_choices_stay_inside_the_window(source: ThemeSource, qtbot: QtBot) -> None:
    window = QWidget()
    line = SearchLine(source, "Animal")
    line.setParent(window)
    qtbot.addWidget(window)
    window.resize(400, 300)
    window.show()
    qtbot.waitExposed(window)
    many = [Choice(number, f"CK_{number:04}", "B-17") for number in range(20)]
    for place in ((10, 4), (10, 260), (300, 140)):
        line.setGeometry(*place, 96, 30)
        line.setFocus()
        qtbot.waitUntil(line.hasFocus)
        qtbot.keyClicks(line, "c")
        line.set_choices("c", many)
        popup = window.findChild(QListWidget)
        assert popup is not None
        assert popup.isVisible()
        assert window.rect().contains(popup.geometry())
        assert not popup.geometry().intersects(line.geometry())
        qtbot.keyClick(line, Qt.Key.Key_Escape)
        line.clear()


def test_an_enter_after_a_choice_asks_again(desk: Desk, qtbot: QtBot) -> None:
    """What was chosen may not have been taken: something else was not saved yet."""
    qtbot.keyClicks(desk.line, "CK_0412")
    desk.line.set_choices("CK_0412", ANIMALS[:1])
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    asked = len(desk.asked)
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    assert desk.asked[asked:] == ["CK_0412"]
    desk.line.set_choices("CK_0412", ANIMALS[:1])
    assert desk.chosen == [1, 1]


def test_an_enter_that_had_no_answer_can_be_tried_again(desk: Desk, qtbot: QtBot) -> None:
    """The server was away: nothing was answered, and nothing is."""
    qtbot.keyClicks(desk.line, "CK")
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    assert desk.asked == ["C", "CK"]  # asked already: a code reader's Enter asks nothing more
    qtbot.keyClick(desk.line, Qt.Key.Key_Return)
    assert desk.asked == ["C", "CK", "CK"]
    desk.line.set_choices("CK", [])
    assert desk.missed == ["CK"]


def test_an_enter_that_is_held_is_one_and_one_that_waits_can_be_forgotten(desk: Desk) -> None:
    QTest.keyClicks(desk.line, "CK_0412")
    for held in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", held)
        QApplication.sendEvent(desk.line, event)
    assert desk.asked.count("CK_0412") == 1
    desk.line.forget_enter()
    desk.line.set_choices("CK_0412", ANIMALS[:1])
    assert desk.chosen == []
