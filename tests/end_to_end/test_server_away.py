"""A server that goes away and comes back: each screen says so, and shows by itself what it could not read."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db import live
from colonydesk.db.migrate import open_database
from colonydesk.qtkit.headed_list import HeadedList
from colonydesk.queries.people import active_members
from colonydesk.ui.records import RecordsScreen
from colonydesk.ui.records.kinds import KindsScreen
from tests.end_to_end.hands import Hands

if TYPE_CHECKING:
    from tests.servers import PostgresServer

SCREENS = ("subjects", "procedures", "data", "notifications", "reports", "administration")


@pytest.fixture
def server_url(postgres_server: "PostgresServer", postgres_colony: str) -> "Iterator[str]":
    with postgres_server.database(f"test_{uuid.uuid4().hex}", postgres_colony) as url:
        yield url


@pytest.fixture
def at_server(
    server_url: str,
    open_program: Callable[..., Program],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Hands:
    """The program on that server, which tries quickly whether it is back."""
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.05)
    with closing(open_database(server_url)) as db, db.read() as connection:
        member = active_members(connection)[0]
    hands = Hands(open_program(server_url, user=member.username), qtbot)
    hands.until(lambda: hands.program._watch is not None)
    hands.settle()
    return hands


def listed(screen: QWidget) -> int:
    """How many rows the lists hold that are in sight, those of the kinds at the left aside."""
    views = [view for view in screen.findChildren(QAbstractItemView) if view.isVisible()]
    aside = (HeadedList, QHeaderView)
    return sum(view.model().rowCount() for view in views if not isinstance(view, aside))


def buttons(screen: QWidget) -> list[QPushButton]:
    return [one for one in screen.findChildren(QPushButton) if one.isVisible()]


def says(screen: QWidget) -> str:
    return " ".join(one.text() for one in screen.findChildren(QLabel) if one.isVisible())


def test_every_screen_opened_while_the_server_is_away_is_filled_when_it_is_back(
    at_server: Hands, postgres_server: "PostgresServer"
) -> None:
    hands, frame = at_server, at_server.program.frame
    postgres_server.stop()
    try:
        hands.until(lambda: "does not answer" in frame.notice.text())
        shown = {key: frame.show_section(key) for key in SCREENS}
        hands.settle()
        for key in SCREENS:
            frame.show_section(key)
            hands.settle()
            assert "cannot be reached" in says(shown[key]), key
            assert "Try again" in [button.text() for button in buttons(shown[key])], key
    finally:
        postgres_server.start()
    hands.until(lambda: not frame.notice.text() or "does not answer" not in frame.notice.text())
    for key in SCREENS:
        frame.show_section(key)
        hands.until(lambda key=key: listed(shown[key]))
        hands.settle()
        assert "cannot be reached" not in says(shown[key]), key


def strains(hands: Hands) -> RecordsScreen:
    """Their list, read."""
    section = hands.program.frame.show_section("administration")
    assert isinstance(section, KindsScreen)
    screen = section.show_page("strain")
    assert isinstance(screen, RecordsScreen)
    hands.until(screen.table.ids)
    return screen


def test_a_record_that_could_not_be_read_is_shown_when_the_server_is_back(
    at_server: Hands, postgres_server: "PostgresServer"
) -> None:
    hands, frame = at_server, at_server.program.frame
    screen = strains(hands)
    first, second = screen.table.ids()[:2]
    screen.open(first)
    hands.settle()
    screen.table.setFocus()
    postgres_server.stop()
    try:
        hands.press(Qt.Key.Key_Down)
        assert "cannot be reached" in screen.form.strip.text()
        assert screen.form.strip.acts() == ["Try again"]
        hands.until(lambda: "does not answer" in frame.notice.text())
    finally:
        postgres_server.start()
    hands.until(lambda: screen.form.id() == second)
    assert screen.form.strip.text() == ""


def test_a_record_that_could_not_be_opened_is_said_and_its_reading_can_be_tried_again(
    at_server: Hands, postgres_server: "PostgresServer"
) -> None:
    hands, frame = at_server, at_server.program.frame
    screen = strains(hands)
    hands.until(lambda: hands.program.jobs.idle())
    postgres_server.stop()
    try:
        hands.until(lambda: "does not answer" in frame.notice.text())
        heard: list[str] = []
        screen.form.told.connect(lambda _kind, text: heard.append(text))
        screen.begin()
        hands.settle()
        assert len(heard) == 1  # no form is in sight that could say it
        assert "cannot be reached" in heard[0]
    finally:
        postgres_server.start()
    hands.until(lambda: "cannot be reached" not in frame.notice.text())
    screen.begin()
    hands.settle()
    assert screen.form.is_new()
    assert screen.form.strip.text() == ""
