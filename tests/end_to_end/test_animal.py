"""The animal's page on the real program and both engines: opened, read, written by keys, seen elsewhere."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.tables import Note, Subject, WaterRestriction
from colonydesk.services.weights import RecordWeighing, record_weighing
from colonydesk.ui.animal import AnimalPage
from colonydesk.ui.animal.acts import ActsTab
from colonydesk.ui.animal.days import DaysTab
from colonydesk.ui.animal.noted import NotesTab
from colonydesk.ui.animal.past import PastTab
from tests.end_to_end.hands import WAIT, Hands

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.fixture
def subject(colony: Database) -> tuple[UUID, str]:
    """The animal that has been on restriction longest."""
    with colony.read() as connection:
        held = (
            select(Subject.id, Subject.nickname)
            .join(WaterRestriction)
            .where(WaterRestriction.end_time.is_(None))
            .order_by(WaterRestriction.start_time)
        )
        row = connection.execute(held).first()
    assert row is not None
    return row.id, row.nickname


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def tab_of(page: AnimalPage, kind: type[Any]) -> Any:
    tab = page.current_tab()
    assert isinstance(tab, kind)
    return tab


def test_a_visit_by_keys(
    colony: Database,
    colony_url: str,
    subject: tuple[UUID, str],
    open_program: Callable[..., Program],
    qtbot: QtBot,
) -> None:
    program = open_program(colony_url, user="j.hale")
    hands = Hands(program, qtbot)
    assert program.desk is not None
    subject_id, nickname = subject
    page = AnimalPage(program.desk)
    qtbot.addWidget(page)
    page.resize(720, 780)
    with qtbot.waitActive(page):
        page.show(subject_id)
    qtbot.waitUntil(lambda: page.overview() is not None, timeout=WAIT)
    assert page.head.name.text() == nickname
    page.open_tab(0)

    press(Key.Key_2, ALT)
    days = tab_of(page, DaysTab)
    hands.until(days.drawn)
    assert days.model.rowCount() > 30
    press(Key.Key_F3)
    assert days.why_is_open()
    press(Key.Key_F3)

    press(Key.Key_4, ALT)
    notes = tab_of(page, NotesTab)
    hands.settle()
    QTest.keyClicks(QApplication.focusWidget(), "limps on the left")
    press(Key.Key_Return, CTRL)
    hands.until(lambda: [row.text for row in notes.model.rows][:1] == ["limps on the left"])
    with colony.read() as connection:
        written = select(Note.text, Note.content_type).where(Note.object_id == subject_id)
        assert ("limps on the left", "subject") in [tuple(note) for note in connection.execute(written)]

    press(Key.Key_E, CTRL)
    form = page.form()
    assert form is not None
    hands.until(lambda: form.id() == subject_id)
    hands.settle()
    form.view.focus("description")
    QTest.keyClicks(QApplication.focusWidget(), "white tail")
    press(Key.Key_S, CTRL)

    def saved() -> bool:
        with colony.read() as connection:
            described = connection.execute(select(Subject.description).where(Subject.id == subject_id))
            return bool(described.scalar_one() == "white tail")

    hands.until(saved)
    hands.settle()
    press(Key.Key_Escape)
    hands.until(lambda: page.form() is None)

    press(Key.Key_6, ALT)
    hands.settle()
    past = tab_of(page, PastTab)
    hands.until(lambda: any(line.after == "white tail" for line in past.model.rows))
    assert any(line.table == "note" for line in past.model.rows)
    press(Key.Key_3, ALT)
    hands.settle()
    assert tab_of(page, ActsTab).model.rowCount() > 0
    closed: list[bool] = []
    page.closed.connect(lambda: closed.append(True))
    press(Key.Key_Escape)
    assert closed == [True]


def test_what_somebody_else_records_is_seen(
    colony: Database,
    colony_url: str,
    subject: tuple[UUID, str],
    open_program: Callable[..., Program],
    qtbot: QtBot,
) -> None:
    program = open_program(colony_url, user="j.hale")
    hands = Hands(program, qtbot)
    assert program.desk is not None
    assert program.desk.member is not None
    subject_id, _ = subject
    page = AnimalPage(program.desk)
    qtbot.addWidget(page)
    page.resize(720, 780)
    page.show(subject_id)
    page.bar.setCurrentIndex(1)
    hands.until(lambda: page.overview() is not None)
    days = tab_of(page, DaysTab)
    hands.until(days.drawn)
    command = RecordWeighing(
        command_id=uuid4(),
        id=uuid4(),
        subject_id=subject_id,
        user_id=program.desk.member.id,
        weight=21.3,
        date_time=hands.now(),
        confirmed=frozenset({"range", "implant", "change", "again", "cage_mate"}),
    )
    record_weighing(colony, command, hands.now())
    # The watch passes over what this process has written itself.
    program.bus.publish({"subject": [subject_id]})
    hands.until(lambda: days.model.index(0, 1).data() == "21.3")
