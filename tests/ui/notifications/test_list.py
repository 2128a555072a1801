"""The list of notifications, by keys and mouse."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.db.tables import Line, Notification, SubjectRequest
from colonydesk.qtkit.table import MISSING
from colonydesk.services.notices.marks import mark_notifications
from colonydesk.ui.notifications.listing import NoticeList
from tests.builders import add
from tests.services.notices import NOW, mark, matter, member, shown, told, waiting_notification
from tests.ui.notices import Station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def listing(at: Station) -> NoticeList:
    """The list, fetched, with its first row chosen by key."""
    found = at.screen.list
    found.reload()
    QApplication.processEvents()
    return found


def fetched(qtbot: QtBot, found: NoticeList, rows: int) -> NoticeList:
    qtbot.waitUntil(lambda: found.table.rows.rowCount() == rows)
    found.table.viewport().repaint()
    qtbot.waitUntil(lambda: MISSING not in column(found, 3))
    return found


def column(found: NoticeList, number: int) -> list[str]:
    model = found.table.rows
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_an_empty_list_says_so(at: Station) -> None:
    found = listing(at)
    assert found.empty.isVisible()
    assert not found.table.isVisible()


def test_the_list_shows_what_waits_for_the_member(at: Station, qtbot: QtBot) -> None:
    at.tell()
    told(at.db, matter(member(at.db, "bob"), "somebody else's"))
    at.clock.go(hours=3)
    found = fetched(qtbot, listing(at), 1)
    QAbstractItemModelTester(found.table.rows, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert [column(found, number)[0] for number in range(6)] == [
        "3 h",
        "Water owed",
        "M1",
        "0.80 mL remaining",
        "ann",
        "waits",
    ]
    QTest.mouseClick(found.whose["all"], Qt.MouseButton.LeftButton)
    fetched(qtbot, found, 2)
    assert sorted(column(found, 4)) == ["ann", "bob"]


def test_the_list_says_in_few_words_what_its_other_columns_do_not(at: Station, qtbot: QtBot) -> None:
    titles = {
        "mouse_underweight": "WARNING: M1 weight was 79.6% on 2026-03-10 14:20:00",
        "mouse_not_weighed": 'ATTENTION: subject "M1" weighing missing for 2026-03-10',
        "genotyping_due": "M1: genotype, due 2025-12-30",
        "breeding_check_due": "Breeding pair P1: check, 21 days without a litter, due 2026-03-10",
        "request_assigned": "M1 was given to bob's request for 3 PV",
    }
    for kind, title in titles.items():
        at.tell(title, kind)
    waiting_notification(at.db, at.ann, "M1 is thirsty", attempts=2, failure="refused", tried_at=NOW)
    found = fetched(qtbot, listing(at), 6)
    assert sorted(column(found, 3)) == [
        "21 days without a litter",
        "79.6% on 10 Mar 14:20",
        "M1 is thirsty",
        "M1 was given to bob's request for 3 PV",
        "due 30 Dec 2025",
        "weighing missing for 10 Mar",
    ]
    assert "waits, 2 failed" in column(found, 5)


def test_a_request_is_named_by_the_line_it_asks_for(at: Station, qtbot: QtBot) -> None:
    request = add(at.db, SubjectRequest, line_id=add(at.db, Line, nickname="CK"), count=3)
    at.tell("New request by eve: 3 CK", "request_made", subject_id=None, about_id=request)
    found = fetched(qtbot, listing(at), 1)
    assert column(found, 2) == ["CK"]


def test_looking_at_one_says_what_to_do_and_marks_it_read(at: Station, qtbot: QtBot) -> None:
    made = at.tell(details="Delay: 30.0 hours\n")
    at.clock.go(hours=2)
    newer = at.tell()
    found = fetched(qtbot, listing(at), 2)
    found.focus_list()
    assert found.detail.row().id == newer
    assert shown(at.db, newer).of(at.ann).read_at is None  # nobody went there yet
    QTest.keyClick(found.table, Qt.Key.Key_Down)
    assert found.detail.row().id == made
    assert found.detail.next.text() == "Give M1 its water today."
    assert "Delay: 30.0 hours" in found.detail.message.text()
    assert shown(at.db, made).of(at.ann).read_at == at.clock()


def test_done_later_unread_and_undo_by_keys(at: Station, qtbot: QtBot) -> None:
    made = at.tell()
    found = fetched(qtbot, listing(at), 1)
    found.focus_list()
    QTest.keyClick(found.table, Qt.Key.Key_Down)
    QTest.keyClick(found.table, Qt.Key.Key_S)
    assert shown(at.db, made).of(at.ann).snoozed_until == NOW + timedelta(hours=1)
    at.screen.list.undo()
    assert shown(at.db, made).of(at.ann).snoozed_until is None
    fetched(qtbot, found, 1)
    found.table.show_current(0)
    QTest.keyClick(found.table, Qt.Key.Key_U)
    assert shown(at.db, made).of(at.ann).read_at is None
    QTest.keyClick(found.table, Qt.Key.Key_D)
    assert shown(at.db, made).of(at.ann).done_at == NOW
    qtbot.waitUntil(lambda: found.table.rows.rowCount() == 0)


def test_the_last_one_that_is_done_can_be_taken_back_by_its_key(at: Station, qtbot: QtBot) -> None:
    made = at.tell()
    found = fetched(qtbot, listing(at), 1)
    at.frame.activateWindow()
    found.focus_list()
    QTest.keyClick(found.table, Qt.Key.Key_Down)
    QTest.keyClick(found.table, Qt.Key.Key_D)
    qtbot.waitUntil(found.empty.isVisible)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert found.isAncestorOf(focus)  # and not the menu of the window
    QTest.keyClick(focus, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(at.db, made).of(at.ann).done_at is None)
    fetched(qtbot, found, 1)
    assert found.table.hasFocus()
    qtbot.waitUntil(lambda: found.detail.row() is not None)  # and the row that has the keys is looked at
    found.detail.done_button.setFocus()
    QTest.mouseClick(found.detail.done_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(found.empty.isVisible)
    assert QApplication.focusWidget() is found.empty


def test_the_keys_are_in_an_empty_list_as_soon_as_it_is_gone_to(at: Station) -> None:
    found = listing(at)
    at.frame.activateWindow()
    found.search.setFocus()
    at.screen.setFocus()
    assert QApplication.focusWidget() is found.empty


def test_an_undo_that_finds_no_server_can_be_tried_again(
    at: Station, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = at.tell()
    found = fetched(qtbot, listing(at), 1)
    found.focus_list()
    QTest.keyClick(found.table, Qt.Key.Key_Down)
    QTest.keyClick(found.table, Qt.Key.Key_S)

    def away(*_of: object) -> None:
        raise DatabaseUnavailable("lab cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr("colonydesk.services.undo.undo", away)
        found.undo()
    assert shown(at.db, made).of(at.ann).snoozed_until is not None
    found.undo()
    assert shown(at.db, made).of(at.ann).snoozed_until is None


def test_what_was_put_off_comes_back_into_the_list_by_itself(at: Station, qtbot: QtBot) -> None:
    at.tell("1.00 mL remaining for M1")
    at.clock.go(minutes=1)
    at.tell()
    found = fetched(qtbot, listing(at), 2)
    found.focus_list()
    found.table.show_current(0)
    QTest.keyClick(found.table, Qt.Key.Key_S)
    fetched(qtbot, found, 1)
    at.clock.go(minutes=59)
    found.look_again()
    assert column(found, 3) == ["1.00 mL remaining"]
    at.clock.go(minutes=1)
    found.look_again()
    fetched(qtbot, found, 2)
    assert column(found, 3) == ["0.80 mL remaining", "1.00 mL remaining"]
    found.table.show_current(0)
    qtbot.waitUntil(lambda: "unread again since today 16:01" in facts(found))


def facts(found: NoticeList) -> list[str]:
    """Everything that the detail says."""
    return [one.text() for one in found.detail.findChildren(QLabel) if one.isVisible() and one.text()]


def test_several_are_done_at_once_and_the_next_is_looked_at(at: Station, qtbot: QtBot) -> None:
    for number in range(4):
        at.clock.go(minutes=1)
        at.tell(f"{number}.00 mL remaining for M1")
    found = fetched(qtbot, listing(at), 4)
    found.focus_list()
    found.table.show_current(0)
    QTest.keyClick(found.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(found.table, Qt.Key.Key_D)
    fetched(qtbot, found, 2)
    assert column(found, 3) == ["1.00 mL remaining", "0.00 mL remaining"]
    assert found.table.current() is not None


def test_enter_opens_the_animal(at: Station, qtbot: QtBot) -> None:
    at.tell()
    found = fetched(qtbot, listing(at), 1)
    found.focus_list()
    found.table.show_current(0)
    with qtbot.waitSignal(at.screen.wanted) as wanted:
        QTest.keyClick(found.table, Qt.Key.Key_Return)
    assert wanted.args == ["subject", at.mouse]


def test_a_notification_for_somebody_else_has_no_buttons(at: Station, qtbot: QtBot) -> None:
    told(at.db, matter(member(at.db, "bob"), "somebody else's"))
    found = listing(at)
    QTest.mouseClick(found.whose["all"], Qt.MouseButton.LeftButton)
    fetched(qtbot, found, 1)
    found.table.show_current(0)
    assert not found.detail.done_button.isVisible()
    said: list[str] = []
    at.screen.told.connect(lambda _kind, text: said.append(text))
    found.focus_list()
    QTest.keyClick(found.table, Qt.Key.Key_D)
    assert said == ["This notification is for somebody else."]


def test_filters_by_state_type_and_words(at: Station, qtbot: QtBot) -> None:
    water, training = at.tell(), at.tell("M1 trained on fewer than 5 days", "mouse_training")
    mark_notifications(at.db, mark(at.ann, water), NOW)
    found = fetched(qtbot, listing(at), 1)
    assert found.table.rows.ids() == (training,)
    QTest.mouseClick(found.states["done"], Qt.MouseButton.LeftButton)
    fetched(qtbot, found, 1)
    assert found.table.rows.ids() == (water,)
    QTest.mouseClick(found.states["all"], Qt.MouseButton.LeftButton)
    fetched(qtbot, found, 2)
    found.kind.setCurrentIndex(found.kind.findData("mouse_training"))
    fetched(qtbot, found, 1)
    found.kind.setCurrentIndex(0)
    found.search.setFocus()
    QTest.keyClicks(found.search, "nothing like it")
    qtbot.waitUntil(lambda: found.table.rows.rowCount() == 0)
    assert found.empty.isVisible()


def test_the_list_is_filtered_by_what_became_of_the_email_from_the_keyboard(
    at: Station, qtbot: QtBot
) -> None:
    at.tell()
    lost = waiting_notification(at.db, at.ann, attempts=3, status="no-send", failure="refused: 554 no")
    found = fetched(qtbot, listing(at), 2)
    assert found.shows_what_comes()
    found.search.setFocus()
    QTest.keyClick(found.search, Qt.Key.Key_Backtab)
    assert found.mail.hasFocus()
    QTest.keyClick(found.mail, Qt.Key.Key_End)
    assert found.mail.currentText() == "not sent"
    fetched(qtbot, found, 1)
    assert found.table.rows.ids() == (lost,)
    assert not found.shows_what_comes()
    found.mail.setCurrentIndex(found.mail.findText("sent"))
    qtbot.waitUntil(lambda: found.table.rows.rowCount() == 0)
    assert found.empty.isVisible()
    found.show_notice(lost)
    fetched(qtbot, found, 2)
    assert found.mail.currentData() is None


def test_what_another_workstation_does_is_seen_here(at: Station, qtbot: QtBot) -> None:
    made = at.tell()
    found = fetched(qtbot, listing(at), 1)
    done = mark_notifications(at.db, mark(at.ann, made), NOW)
    at.desk.bus.publish(done.changed)
    qtbot.waitUntil(lambda: found.table.rows.rowCount() == 0)


def test_a_failed_email_says_why_each_time(at: Station, qtbot: QtBot) -> None:
    made = waiting_notification(at.db, at.ann)
    for tries, words in enumerate(("Nothing answers at smtp.example.org:25.", "refused: 554 no"), 1):
        at.clock.go(hours=1)
        values = {"attempts": tries, "failure": words, "status": "no-send", "tried_at": at.clock()}
        with at.db.unit(uuid4(), "notices.failed", None, at.clock()) as unit:
            unit.update(Notification, made, values)
    found = fetched(qtbot, listing(at), 1)
    assert column(found, 5) == ["not sent"]
    found.show_notice(made)
    fetched(qtbot, found, 1)
    expected = [
        "not sent",
        "today 16:00: Nothing answers at smtp.example.org:25.",
        "today 17:00: refused: 554 no",
    ]
    qtbot.waitUntil(lambda: facts(found)[-3:] == expected)


def test_a_failure_from_before_the_import_says_why(at: Station, qtbot: QtBot) -> None:
    waiting_notification(at.db, at.ann, attempts=3, status="no-send", failure="nobody knows when")
    found = fetched(qtbot, listing(at), 1)
    found.table.show_current(0)
    qtbot.waitUntil(lambda: "not sent. nobody knows when" in facts(found))


def test_opening_a_notification_shows_it_whatever_was_filtered(at: Station, qtbot: QtBot) -> None:
    made: UUID = at.tell()
    mark_notifications(at.db, mark(at.ann, made), NOW)
    at.screen.open("notification", made)
    fetched(qtbot, at.screen.list, 1)
    qtbot.waitUntil(lambda: at.screen.list.detail.row() is not None)
