import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QMenu, QTableView
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.column_choice import ColumnChoice

TITLES = ["Animal", "Start", "End", "Weight"]


class View(QTableView):
    def __init__(self, room: int, titles: list[str] = TITLES) -> None:
        super().__init__()
        self.setModel(QStandardItemModel(1, len(titles), self))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.resize(room, 300)
        self.choice = ColumnChoice(self, titles, [100] * len(titles))
        self.show()
        self.choice.fit()

    def shown(self) -> list[str]:
        return [title for place, title in enumerate(TITLES) if not self.isColumnHidden(place)]


def tick(menu: QMenu, title: str) -> None:
    [act] = [one for one in menu.actions() if one.text() == title]
    assert act.isEnabled()
    act.trigger()


@pytest.fixture
def view(qtbot: QtBot) -> View:
    made = View(300)
    qtbot.addWidget(made)
    return made


def test_what_has_no_room_gives_way_from_the_right_and_comes_back(view: View) -> None:
    assert view.shown() == ["Animal", "Start", "End"]
    view.resize(400, 300)
    view.choice.fit()
    assert view.shown() == TITLES
    view.resize(20, 300)
    view.choice.fit()
    assert view.shown() == ["Animal"]


def test_what_is_sorted_by_stays(view: View) -> None:
    view.choice.keep(3)
    assert view.shown() == ["Animal", "Start", "Weight"]
    view.choice.keep(0)
    assert view.shown() == ["Animal", "Start", "End"]


def test_what_somebody_ticks_is_shown_and_that_is_kept(view: View, qtbot: QtBot) -> None:
    tick(view.choice.menu(), "Start")
    assert view.shown() == ["Animal", "End", "Weight"]
    assert view.choice.is_off(1)
    tick(view.choice.menu(), "Start")
    tick(view.choice.menu(), "Weight")
    assert view.shown() == ["Animal", "Start", "Weight"]
    other = View(200)
    qtbot.addWidget(other)
    other.choice.restore(view.choice.state())
    assert other.shown() == ["Animal", "Start", "Weight"]  # asked for: it may move sideways
    tick(other.choice.menu(), "As usual")
    assert other.shown() == ["Animal", "Start"]
    name = other.choice.menu().actions()[0]
    assert (name.text(), name.isEnabled()) == ("Animal", False)


@pytest.mark.parametrize(
    "state", [None, b"", b"\xff", b"[1]", b'{"Start": 1, "Other": true, "Animal": false}']
)
def test_a_damaged_choice_changes_nothing(view: View, state: bytes | None) -> None:
    view.choice.restore(state)
    assert view.shown() == ["Animal", "Start", "End"]


def test_of_two_columns_of_one_title_the_one_that_was_meant_goes(qtbot: QtBot) -> None:
    """As in a rule: sequence is, and is."""
    view = View(400, ["Line", "is", "and", "is"])
    qtbot.addWidget(view)
    view.choice.menu().actions()[3].trigger()
    assert [view.isColumnHidden(place) for place in range(4)] == [False, False, False, True]
