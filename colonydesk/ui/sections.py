"""The sections of the window: what each is called, how it is built, and where a kind of record lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from colonydesk.ui.desk import Desk
from colonydesk.ui.frame import MainFrame

if TYPE_CHECKING:
    from colonydesk.ui.notifications.center import NoticeCenter


def _today(desk: Desk) -> QWidget:
    from colonydesk.ui.today.screen import TodayScreen

    return TodayScreen(desk)


def _subjects(desk: Desk) -> QWidget:
    from colonydesk.ui.subjects.screen import SubjectsScreen

    return SubjectsScreen(desk)


def _procedures(desk: Desk) -> QWidget:
    from colonydesk.ui.procedures.screen import ProceduresScreen

    return ProceduresScreen(desk)


def _notifications(desk: Desk, center: NoticeCenter) -> QWidget:
    from colonydesk.ui.notifications.screen import NotificationsScreen

    return NotificationsScreen(desk, center)


def _reports(desk: Desk) -> QWidget:
    from colonydesk.ui.reports import ReportsScreen

    return ReportsScreen(desk)


def _data(desk: Desk) -> QWidget:
    from colonydesk.ui.data import DataScreen

    return DataScreen(desk)


def _administration(desk: Desk) -> QWidget:
    from colonydesk.ui.administration import AdministrationScreen

    return AdministrationScreen(desk)


# In the order of the bar: key, word, icon, how it is built (the notifications with their center).
SECTIONS: tuple[tuple[str, str, str, Callable[[Desk], QWidget] | None], ...] = (
    ("today", "Today", "house", _today),
    ("subjects", "Subjects", "rat", _subjects),
    ("procedures", "Procedures", "syringe", _procedures),
    ("data", "Data", "database", _data),
    ("notifications", "Notices", "bell", None),
    ("reports", "Reports", "file-text", _reports),
    ("administration", "Admin", "settings", _administration),
)
_HOMES = {
    "subjects": ("subject", "cage"),
    "procedures": (
        *("surgery", "virus_injection", "session", "water_restriction", "other_action", "cull"),
        *("procedure_type", "narrative_template"),
    ),
    "notifications": ("notification", "notification_recipient", "notification_rule"),
    "data": (
        *("data_repository_type", "data_repository", "data_format", "dataset_type", "dataset"),
        "file_record",
    ),
}
HOME_OF = {table: section for section, tables in _HOMES.items() for table in tables}
"""Where records of a table are opened; all others in Administration."""


class Sections(QObject):
    """Builds each section's screen when it is first opened, and finds the one that shows a record.

    ``built`` carries a section's key and its screen; ``told`` what a screen has to say.
    """

    built = Signal(str, object)
    told = Signal(str, str)

    def __init__(self, desk: Desk, frame: MainFrame, center: Callable[[], NoticeCenter]) -> None:
        """``center()`` gives what works beside the screens; it is asked when it is needed."""
        super().__init__(frame)
        self._desk = desk
        self._center = center
        self._frame = frame
        self._screens: dict[str, Any] = {}
        for key, title, icon, make in SECTIONS:
            frame.add_section(key, _tr(title), icon, lambda key=key, make=make: self._build(key, make))

    def _build(self, key: str, make: Callable[[Desk], QWidget] | None) -> QWidget:
        screen: Any = make(self._desk) if make is not None else _notifications(self._desk, self._center())
        screen.told.connect(self.told)
        if hasattr(screen, "wanted"):
            screen.wanted.connect(self.go)
        self._screens[key] = screen
        self.built.emit(key, screen)
        made: QWidget = screen
        return made

    def go(self, table: str, key: Any) -> None:
        """Open a record where it lives; ("screen", "section") or ("screen", "section/page") shows that."""
        if table == "screen":
            section, _, page = key.partition("/")
            shown: Any = self._frame.show_section(section)
            if page:
                shown.show_page(page)
            return
        screen: Any = self._frame.show_section(HOME_OF.get(table, "administration"))
        screen.open(table, key)

    def begin(self, table: str) -> None:
        """A form for a new record, where records of its kind live."""
        screen: Any = self._frame.show_section(HOME_OF.get(table, "administration"))
        if table == "subject":
            screen.new_subject()
        else:
            screen.show_page(table).new()

    def export(self) -> None:
        """Ask where the list that is in sight shall be written to; it is said where there is none."""
        screen: Any = self._frame.show_section(self._frame.current_section())
        if hasattr(screen, "ask_export") and screen.ask_export():
            return
        self.told.emit("info", _tr("There is no list here to export: open one first."))

    def may_close(self) -> bool:
        """Whether nothing typed is unsaved; else the first screen that holds such is shown, and says so."""
        for key, screen in self._screens.items():
            if screen.unsaved():
                self._frame.show_section(key)
                return False
        return True

    def remember_layout(self) -> None:
        """Put what was moved and widened into the settings."""
        for screen in self._screens.values():
            screen.remember_layout()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sections", text)
