"""Today while no animal is in hand: a scan or a nickname is never lost, and nothing is shown of the last."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.services.restrictions import start_restriction
from colonydesk.services.weights import record_weighing
from tests.builders import NOW, Scene, restriction, scene, weighing
from tests.end_to_end.hands import Hands

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def here(db: Database) -> Scene:
    """A lab with one animal, M1, that is owed nothing."""
    return scene(db)


@pytest.fixture
def last(here: Scene) -> Scene:
    """M1 is on restriction, and the only one that is owed something."""
    yesterday = NOW - timedelta(days=1)
    record_weighing(here.db, weighing(here, 22.0, yesterday), NOW)
    start_restriction(here.db, restriction(here, yesterday), NOW)
    return here


@pytest.fixture
def sit_down(database_url: str, open_program: Callable[..., Program], qtbot: QtBot) -> Callable[[], Hands]:
    """Opens the program on it."""
    return lambda: Hands(open_program(database_url, user="ann"), qtbot)


def assert_a_scan_is_taken(hands: Hands) -> None:
    assert hands.animal is None
    assert hands.focus is hands.today.top.search
    hands.press(Key.Key_2, CONTROL)
    hands.press(Key.Key_1, CONTROL)
    hands.type("M1")
    hands.enter()
    assert hands.animal == "M1"
    assert hands.at_weight


def owe_nothing_more(hands: Hands) -> None:
    assert hands.animal == "M1"
    hands.type("22.1")
    hands.enter()
    assert hands.at_water
    hands.press(Key.Key_Space)
    hands.enter()


@pytest.mark.usefixtures("here")
def test_a_scan_where_nothing_is_owed_from_the_start(sit_down: Callable[[], Hands]) -> None:
    assert_a_scan_is_taken(sit_down())


@pytest.mark.usefixtures("last")
def test_a_scan_after_the_last_that_was_owed(sit_down: Callable[[], Hands]) -> None:
    hands = sit_down()
    owe_nothing_more(hands)
    assert_a_scan_is_taken(hands)


@pytest.mark.usefixtures("last")
def test_a_scan_after_the_round_was_closed(sit_down: Callable[[], Hands]) -> None:
    hands = sit_down()
    hands.today.open_finish()
    hands.press(Key.Key_Tab)
    hands.enter()  # on "Close it all the same"
    assert "Round closed" in hands.program.frame.notice.text()
    assert_a_scan_is_taken(hands)


@pytest.mark.usefixtures("here")
def test_a_scan_after_a_question_or_a_cage_was_left(sit_down: Callable[[], Hands]) -> None:
    hands = sit_down()
    hands.today.open_finish()
    hands.escape()
    assert hands.focus is hands.today.top.search
    hands.find("A1")
    assert hands.focus is hands.today.hand.cage.animals[0].weight.edit
    hands.press(Key.Key_2, CONTROL)
    hands.press(Key.Key_1, CONTROL)
    assert hands.focus is hands.today.hand.cage.animals[0].weight.edit  # that is in hand
    hands.escape()
    assert_a_scan_is_taken(hands)


@pytest.mark.usefixtures("here")
def test_escape_in_the_search_stays_there(sit_down: Callable[[], Hands]) -> None:
    hands = sit_down()
    hands.type("M1")
    for _ in range(2):  # the choices, the text
        hands.escape()
    assert hands.today.top.search.text() == ""
    assert_a_scan_is_taken(hands)


@pytest.mark.usefixtures("last")
def test_nothing_is_shown_of_the_last_that_was_in_hand(sit_down: Callable[[], Hands]) -> None:
    """Neither its entries, with their acts, nor how its numbers come about."""
    hands = sit_down()
    records = hands.today.records
    records.show_entries(of_animal=True)
    hands.press(Key.Key_F3)
    assert hands.today.hand.why.isVisible()
    owe_nothing_more(hands)
    assert hands.animal is None
    assert records.log.rows.rows == []
    assert records._nothing.isVisible()
    assert records._nothing.text() == "No animal is in hand."
    assert not hands.today.hand.why.isVisible()
