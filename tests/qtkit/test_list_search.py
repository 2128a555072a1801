"""The line over a list: its keys go into the list, or empty it first."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.list_search import ListSearch

Key = Qt.Key


def test_down_and_enter_go_into_the_list_and_escape_empties(qtbot: QtBot) -> None:
    search = ListSearch()
    qtbot.addWidget(search)
    went: list[str] = []
    search.down.connect(lambda: went.append(search.text()))
    QTest.keyClicks(search, "SST")
    for key in (Key.Key_Down, Key.Key_Return, Key.Key_Enter):
        QTest.keyClick(search, key)
    assert went == ["SST"] * 3
    QTest.keyClick(search, Key.Key_Escape)
    assert (search.text(), len(went)) == ("", 3)
