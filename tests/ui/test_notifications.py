"""The Notifications section: the list, the rules, the e-mail and this workstation, by keys and mouse."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Notification, Subject
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import MailFailed, Secrets
from colonydesk.qtkit.jobs import SyncJobs
from colonydesk.qtkit.search import Choice
from colonydesk.qtkit.table import MISSING
from colonydesk.queries.receivers import mail_server, rules_of
from colonydesk.services.notices.marks import mark_notifications
from colonydesk.settings import load
from colonydesk.ui.notifications import autostart, texts
from colonydesk.ui.notifications.listing import NoticeList
from colonydesk.ui.notifications.mail import MailPage
from colonydesk.ui.notifications.options import Options
from colonydesk.ui.notifications.rules import RulesPage
from colonydesk.ui.notifications.station import StationPage
from tests.services.notices import NOW, mark, matter, member, shown, told, waiting_notification
from tests.ui.notices import Station, station

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def at(qapp: QApplication, db: Database, tmp_path: Path, qtbot: QtBot) -> Iterator[Station]:
    made = station(qapp, db, tmp_path, SyncJobs)
    made.frame.show()
    made.frame.activateWindow()
    qtbot.waitActive(made.frame)
    yield made
    made.close()


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


# The list


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


# The rules


def test_a_rule_is_saved_when_it_is_chosen(at: Station) -> None:
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)
    box = rules.scopes["mouse_water"]
    assert box.currentText() == "As usual: responsible member"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    with at.db.read() as connection:
        assert rules_of(connection, at.ann) == {"mouse_water": "none"}
    rules.undo()
    with at.db.read() as connection:
        assert rules_of(connection, at.ann) == {}
    assert box.currentIndex() == 0


def test_who_would_get_it_and_why(at: Station) -> None:
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)
    rules.animal.chosen.emit(Choice(at.mouse, "M1"))
    assert _who(rules) == [("ok: ann", "is responsible for the animal")]
    rules.scopes["mouse_underweight"].setCurrentIndex(4)
    rules.scopes["mouse_underweight"].activated.emit(4)
    assert _who(rules) == [("unknown: ann", "gets nothing: the own rule says none")]
    member(at.db, "stock", is_stock_manager=True)
    rules.ask_who("request_made")
    assert not rules.animal.isVisible()
    assert _who(rules) == [("ok: stock", "it is addressed to this member")]
    assert rules._who_about.text() == "Of any request:"


def test_where_the_rule_is_more_than_the_animal_that_is_shown_it_says_so(at: Station) -> None:
    rules = at.screen.show_page("rules")
    assert isinstance(rules, RulesPage)
    rules.animal.chosen.emit(Choice(at.mouse, "M1"))

    def words(kind: str) -> str:
        rules.ask_who(kind)
        return rules._who_about.text()

    assert words("mouse_water") == "Of M1:"
    assert words("responsible_user_change") == (
        "It goes to the member who was responsible, and to the one who is from then on. "
        "If M1 is given to another member now, beside that one:"
    )
    assert _who(rules) == [("ok: ann", "is responsible for the animal")]
    assert words("cage_cleaning_due") == (
        "It goes to the responsible members of all animals in the cage. For M1 alone:"
    )
    assert words("breeding_check_due").startswith("It goes to the responsible members of all living animals")
    assert words("request_due") == "Of any request: the member who asked, and nobody else."
    assert words("request_made").startswith("Of any request: nobody.")
    with at.db.engine.begin() as connection:
        connection.execute(Subject.__table__.update().values(responsible_user_id=None))
    assert words("responsible_user_change").endswith("If M1 is given to a member now, to nobody else.")
    assert words("cage_cleaning_due").endswith("For M1 alone: to nobody.")
    assert words("mouse_water") == "Of M1: nobody. It would be listed, and sent to no one."
    assert rules.scopes["breeding_check_due"].itemText(0) == "As usual: responsible members"


def _who(rules: RulesPage) -> list[tuple[str, str]]:
    from PySide6.QtWidgets import QLabel

    from colonydesk.qtkit.parts import StateBadge

    found = []
    for place in range(rules._who.count()):
        item = rules._who.itemAt(place).widget()
        found.append((item.findChild(StateBadge).accessibleName(), item.findChild(QLabel).text()))
    return found


def test_every_type_is_on_the_screen_with_its_words() -> None:
    from colonydesk.domain.codes import NOTIFICATION_TYPE

    assert set(texts.TYPES) == set(NOTIFICATION_TYPE)
    assert all(texts.when_told(kind) for kind in texts.TYPES)


# The e-mail


def mail_page(at: Station, send: Any = None) -> MailPage:
    page = MailPage(at.desk, Secrets(), send or (lambda *_: None))
    page.show()
    return page


def fill(page: MailPage, **values: str) -> None:
    for name, text in {"host": "smtp.example.org", "address": "colony@example.org", **values}.items():
        edit = getattr(page, name)
        edit.clear()
        QTest.keyClicks(edit, text)


def test_a_mail_server_is_saved(at: Station, qtbot: QtBot) -> None:
    page = mail_page(at)
    fill(page, username="colony", password="correct horse")
    assert page.unsaved()
    with qtbot.waitSignal(page.saved):
        QTest.keyClick(page.host, Qt.Key.Key_Return)
    with at.db.read() as connection:
        expected = MailServer("smtp.example.org", 587, "starttls", "colony@example.org", "colony")
        assert mail_server(connection) == expected
    assert "no key ring" in page.outcome.text()
    assert not page.unsaved()
    page.deleteLater()


def test_what_is_wrong_is_said_at_its_field_and_stays(at: Station) -> None:
    page = mail_page(at)
    fill(page, address="nobody")
    page.save()
    assert page.refusals["sender"].state() == "refused"
    assert page.address.text() == "nobody"
    page.deleteLater()


def test_the_port_follows_the_encryption_until_it_is_typed(at: Station) -> None:
    page = mail_page(at)
    page.security.setCurrentIndex(page.security.findData("tls"))
    page.security.activated.emit(0)
    assert page.port.text() == "465"
    page.port.clear()
    QTest.keyClicks(page.port, "2525")
    page.security.setCurrentIndex(page.security.findData("starttls"))
    page.security.activated.emit(0)
    assert page.port.text() == "2525"
    page.deleteLater()


def test_a_test_that_hangs_leaves_the_window_alive(at: Station, qtbot: QtBot) -> None:
    go = threading.Event()

    def send(*_: Any) -> None:
        go.wait(20)
        raise MailFailed("smtp.example.org:587 does not answer in time.", all_fail=True)

    page = mail_page(at, send)
    fill(page)
    page.to.setText("ann@example.org")
    QTest.mouseClick(page.test_button, Qt.MouseButton.LeftButton)
    assert page.test_outcome.text() == "Sending…"
    assert not page.test_button.isEnabled()
    go.set()
    qtbot.waitUntil(lambda: page.test_outcome.state() == "refused")
    assert "does not answer in time" in page.test_outcome.text()
    assert page.test_button.isEnabled()
    page.deleteLater()


def test_the_test_uses_what_is_typed(at: Station, qtbot: QtBot) -> None:
    seen: list[Any] = []
    page = mail_page(at, lambda *all_: seen.append(all_))
    fill(page, username="colony", password="battery")
    page.to.setText("ann@example.org")
    page.test()
    qtbot.waitUntil(lambda: page.test_outcome.state() == "ok")
    [(server, secret, to)] = seen
    assert (server.host, secret, to) == ("smtp.example.org", "battery", "ann@example.org")
    page.deleteLater()


# This workstation


def station_page(at: Station) -> StationPage:
    page = at.screen.show_page("station")
    assert isinstance(page, StationPage)
    return page


def test_the_choices_are_kept_in_the_settings(at: Station) -> None:
    page = station_page(at)
    QTest.mouseClick(page.minutes[15], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.closing[True], Qt.MouseButton.LeftButton)
    page.quiet.click()
    page.begin.clear()
    QTest.keyClicks(page.begin, "21:30")
    page.begin.editingFinished.emit()
    kept = Options(load(at.desk.settings.file))
    assert (kept.minutes, kept.keep_running, kept.quiet) == (15, True, True)
    assert kept.quiet_hours == (time(21, 30), time(7, 0))
    page.end.clear()
    QTest.keyClicks(page.end, "late")
    page.end.editingFinished.emit()
    assert page.hours_words.state() == "refused"


@pytest.mark.parametrize(
    ("begin", "end", "clock", "quiet"),
    [
        ("20:00", "07:00", "23:00", True),
        ("20:00", "07:00", "06:59", True),
        ("20:00", "07:00", "07:00", False),
        ("12:00", "13:00", "12:30", True),
        ("12:00", "13:00", "13:00", False),
        ("nonsense", "07:00", "21:00", True),
    ],
)
def test_quiet_hours_go_over_midnight(tmp_path: Path, begin: str, end: str, clock: str, quiet: bool) -> None:
    options = Options(load(tmp_path / "none.json"))
    options.set_quiet(True)
    options.settings.notices |= {"quiet_from": begin, "quiet_to": end}
    local = datetime.combine(NOW.date(), time.fromisoformat(clock)).astimezone()
    assert options.is_quiet(local.astimezone(UTC)) is quiet


def test_starting_with_the_session(at: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    page = station_page(at)
    page.session.click()
    text = (tmp_path / "autostart" / "colonydesk.desktop").read_text(encoding="utf-8")
    assert "Exec=" in text
    assert "colonydesk" in text
    assert autostart.is_on()
    page.session.click()
    assert not autostart.is_on()


def test_a_test_message_is_seen_without_a_tray(at: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    page = station_page(at)
    assert page.tray_state.text() == "This desktop has no tray"
    QTest.mouseClick(page.test_button, Qt.MouseButton.LeftButton)
    assert "how a message looks" in at.frame.notice.text()
    assert page.test_words.text() == "It stands at the top of the window."
    at.frame.notice.tell("The server does not answer.", "warning", stays=True)
    QTest.mouseClick(page.test_button, Qt.MouseButton.LeftButton)
    assert page.test_words.state() == "near"
    assert "when what stands there is put away" in page.test_words.text()
    assert at.frame.notice.text() == "The server does not answer."


def test_all_of_it_can_be_reached_by_tab(at: Station) -> None:
    """Every button and field takes the focus from the keyboard."""
    for name in ("list", "rules", "mail", "station"):
        page = at.screen.show_page(name)
        for button in page.findChildren(QPushButton):
            if button.isVisible() and button.isEnabled():
                assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, (name, button.text())


def test_opening_a_notification_shows_it_whatever_was_filtered(at: Station, qtbot: QtBot) -> None:
    made: UUID = at.tell()
    mark_notifications(at.db, mark(at.ann, made), NOW)
    at.screen.open("notification", made)
    fetched(qtbot, at.screen.list, 1)
    qtbot.waitUntil(lambda: at.screen.list.detail.row() is not None)
