"""From the scales to the person: an animal is weighed too light in the round, and its member is told."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Subject
from colonydesk.exchange.notices import run_check
from colonydesk.ui.notifications.center import NoticeCenter
from colonydesk.ui.notifications.screen import NotificationsScreen
from tests.end_to_end.conftest import AFTERNOON
from tests.end_to_end.hands import WAIT, Hands


@pytest.fixture(autouse=True)
def no_session_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's real desktop gets the tests' messages."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def center_of(program: Program, colony: Database) -> tuple[NoticeCenter, Callable[[], None]]:
    """The program's, or where it has none yet one that is put into it; and what ends that."""
    found = program.frame.findChild(NoticeCenter)
    if isinstance(found, NoticeCenter):
        return found, lambda: None
    app, desk = QApplication.instance(), program.desk
    assert isinstance(app, QApplication)
    assert desk is not None
    made = NoticeCenter(desk, program.frame, app, desk.settings, colony)
    program.frame.add_section(
        "notifications", "Notifications", "bell", lambda: NotificationsScreen(desk, made)
    )
    made.start()
    return made, made.stop


def responsible(colony: Database, nickname: str) -> str:
    """The user name of the animal's member."""
    statement = (
        select(LabMember.username)
        .join(Subject, Subject.responsible_user_id == LabMember.id)
        .where(Subject.nickname == nickname)
    )
    with colony.read() as connection:
        return str(connection.execute(statement).scalar_one())


def test_an_animal_that_is_weighed_too_light_is_told_of_and_opened(
    colony: Database, colony_url: str, open_program: Callable[..., Program], qtbot: QtBot
) -> None:
    created = run_check(colony, AFTERNOON, send=False)["created"]
    nickname = min(one["subject"] for one in created if one["type"] == "mouse_not_weighed")
    program = open_program(colony_url, responsible(colony, nickname))
    center, end = center_of(program, colony)
    said: list[str] = []
    center.told.connect(said.append)
    wanted: list[tuple[str, object]] = []
    center.wanted.connect(lambda table, record: wanted.append((table, record)))
    hands = Hands(program, qtbot)
    try:
        hands.settle()
        hands.find(nickname)
        state = hands.today.animal.state()
        assert state is not None
        hands.type(f"{(state.min_weight or 20.0) - 0.4:.1f}")
        for _ in range(3):  # what is doubtful about it is confirmed
            if hands.at_weight:
                hands.enter()
        qtbot.waitUntil(lambda: any(nickname in one and "weight was" in one for one in said), timeout=WAIT)
        assert program.frame.status.text("notifications") != ""

        center.show_list()
        screen = program.frame.show_section("notifications")
        assert isinstance(screen, NotificationsScreen)
        screen.list.search.setFocus()
        QTest.keyClicks(screen.list.search, "weight was")
        qtbot.waitUntil(lambda: screen.list.table.rows.rowCount() == 1, timeout=WAIT)
        screen.list.table.viewport().repaint()
        qtbot.waitUntil(lambda: len(screen.list.known()) > 0, timeout=WAIT)
        screen.list.focus_list()
        opened: list[tuple[str, object]] = []
        screen.wanted.connect(lambda table, record: opened.append((table, record)))
        qtbot.waitUntil(
            lambda: [QTest.keyClick(screen.list.table, Qt.Key.Key_Return), opened][1] != [], timeout=WAIT
        )
        assert opened[0][0] == "subject"
    finally:
        end()
