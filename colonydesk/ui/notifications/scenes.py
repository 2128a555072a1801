"""What is photographed of this section: see screenshots.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from colonydesk.qtkit.search import Choice
from colonydesk.ui.notifications.closing import CloseQuestion
from colonydesk.ui.notifications.mail import MailPage
from colonydesk.ui.notifications.rules import RulesPage
from colonydesk.ui.notifications.screen import NotificationsScreen
from colonydesk.ui.pictures import wait_until

Program = Any  # the program builds the screens, and is not known to them


def _screen(program: Program) -> NotificationsScreen:
    return cast("NotificationsScreen", program.frame.show_section("notifications"))


def _settle(program: Program) -> None:
    wait_until(program.jobs.idle)


def _list(program: Program) -> QWidget:
    """Everybody's, and the first one that is about an animal."""
    screen = _screen(program)
    screen.show_page("list")
    QTest.mouseClick(screen.list.whose["all"], Qt.MouseButton.LeftButton)
    wait_until(lambda: screen.list.table.rows.rowCount() > 3, 5)
    _settle(program)
    screen.list.table.show_current(2)
    wait_until(lambda: screen.list.table.rows.row(2) is not None, 5)  # asked for when it is first looked at
    _settle(program)
    return program.frame


def _rules(program: Program) -> QWidget:
    screen = _screen(program)
    rules = cast("RulesPage", screen.show_page("rules"))
    found = next((one for one in screen.list.known() if one.subject_id is not None), None)
    if found is not None:
        rules.animal.chosen.emit(Choice(found.subject_id, found.nickname or ""))
    _settle(program)
    return program.frame


def _mail(program: Program) -> QWidget:
    mail = cast("MailPage", _screen(program).show_page("mail"))
    _settle(program)
    for edit, text in ((mail.host, "smtp.example.org"), (mail.address, "nobody")):
        edit.setFocus()
        edit.clear()
        QTest.keyClicks(edit, text)
    QTest.keyClick(mail.address, Qt.Key.Key_Return)
    return program.frame


def _station(program: Program) -> QWidget:
    screen = _screen(program)
    mail = cast("MailPage", screen.page("mail"))
    mail.forget()
    screen.show_page("station")
    return program.frame


def _closing(program: Program) -> QWidget:
    question = program.frame.findChild(CloseQuestion)
    assert question is not None
    question.ask()
    return program.frame


def _over(program: Program) -> QWidget:
    """The list again, without the question."""
    question = program.frame.findChild(CloseQuestion)
    if question is not None:
        question.hide()
    return _list(program)


SCENES: dict[str, Callable[[Program], QWidget]] = {
    "notifications": _list,
    "notifications-rules": _rules,
    "notifications-mail": _mail,
    "notifications-station": _station,
    "notifications-closing": _closing,
    "notifications-over": _over,
}
