"""The keys in texts with links: they see where they are, and come out again on both sides."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.links import LinkLabel, LinkPage

LINKS = '<a href="x:1">one</a>, <a href="x:2">two</a>'


@pytest.fixture
def around(qtbot: QtBot) -> tuple[QWidget, QLineEdit, QLineEdit]:
    """A window with a field above and one below, the keys in the upper."""
    window, above, below = QWidget(), QLineEdit(), QLineEdit()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(above)
    column.addWidget(below)
    window.show()
    window.activateWindow()
    above.setFocus()
    return window, above, below


def press(key: Qt.Key) -> QWidget:
    """Press it; returns where the keys are afterwards."""
    QTest.keyClick(QApplication.focusWidget(), key)
    return QApplication.focusWidget()


def put_between(around: tuple[QWidget, QLineEdit, QLineEdit], text: QWidget) -> None:
    window, above, below = around
    column = window.layout()
    assert isinstance(column, QVBoxLayout)
    column.insertWidget(1, text)
    text.show()
    QWidget.setTabOrder(above, text)
    QWidget.setTabOrder(text, below)


def test_a_label_marks_its_link_as_soon_as_the_keys_come(
    around: tuple[QWidget, QLineEdit, QLineEdit],
) -> None:
    _, above, below = around
    text = LinkLabel()
    text.setText(LINKS)
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    )
    put_between(around, text)
    followed: list[str] = []
    text.linkActivated.connect(followed.append)
    assert press(Qt.Key.Key_Tab) is text
    assert text.selectedText() == "one"
    press(Qt.Key.Key_Return)
    assert press(Qt.Key.Key_Tab) is text
    assert text.selectedText() == "two"
    press(Qt.Key.Key_Return)
    assert followed == ["x:1", "x:2"]
    assert press(Qt.Key.Key_Tab) is below
    assert press(Qt.Key.Key_Backtab) is text
    assert text.selectedText() == "two"
    assert press(Qt.Key.Key_Backtab) is text
    assert text.selectedText() == "one"
    assert press(Qt.Key.Key_Backtab) is above


def test_a_page_lets_the_keys_out_backwards(around: tuple[QWidget, QLineEdit, QLineEdit]) -> None:
    _, above, _below = around
    page = LinkPage()
    page.setHtml(LINKS)
    put_between(around, page)
    assert press(Qt.Key.Key_Tab) is page
    assert press(Qt.Key.Key_Tab) is page
    assert page.textCursor().selectedText() == "one"
    assert press(Qt.Key.Key_Backtab) is above
