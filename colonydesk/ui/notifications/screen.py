"""The Notifications section: the list, the rules, the e-mail, and this workstation."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from colonydesk.exchange.mail import Secrets
from colonydesk.qtkit.parts import Chip, label, rule, surface
from colonydesk.qtkit.theme import L, M, S
from colonydesk.ui.desk import Desk
from colonydesk.ui.notifications.listing import NoticeList
from colonydesk.ui.notifications.mail import MailPage
from colonydesk.ui.notifications.rules import RulesPage
from colonydesk.ui.notifications.station import StationPage

if TYPE_CHECKING:
    from colonydesk.ui.notifications.center import NoticeCenter


class NotificationsScreen(QWidget):
    """``told`` carries a kind and a sentence, ``wanted`` (table, id) of a record to be opened.

    ``center`` is what checks and shows messages; without one there are none, and the pages say so.
    """

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk, center: NoticeCenter | None = None) -> None:
        super().__init__()
        self._desk, self._center = desk, center
        self.list = NoticeList(desk)
        self._pages: dict[str, QWidget] = {"list": self.list}
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self.tabs = {
            "list": Chip(desk.source, self.tr("List")),
            "rules": Chip(desk.source, self.tr("My rules")),
            "mail": Chip(desk.source, self.tr("E-mail")),
            "station": Chip(desk.source, self.tr("This workstation")),
        }
        self._build()
        self.list.told.connect(self.told)
        self.list.wanted.connect(self.wanted)
        if center is not None:
            center.screen = self
            center.unsent_changed.connect(self.list.detail.set_unsent)
            self.list.detail.set_unsent(center.unsent)
        undo = QShortcut(QKeySequence.StandardKey.Undo, self)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self._undo)
        reload = QShortcut(QKeySequence(Qt.Key.Key_F5), self)
        reload.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        reload.activated.connect(self.reload)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)
        self.setFocusProxy(self.list)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(L, S, M, S)
        row.setSpacing(S)
        row.addWidget(label(self.tr("Notifications"), "title"))
        row.addSpacing(M)
        group = QButtonGroup(self)
        for name, chip in self.tabs.items():
            group.addButton(chip)
            chip.clicked.connect(lambda _on=False, name=name: self.show_page(name))
            row.addWidget(chip)
        self.tabs["list"].setChecked(True)
        row.addStretch(1)
        top = surface("panel")
        top.setLayout(row)
        top.setMinimumHeight(52)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)

    def page(self, name: str) -> QWidget:
        """A page, built when it is first looked at: "list", "rules", "mail" or "station"."""
        if name not in self._pages:
            self._pages[name] = self._make(name)
            self._stack.addWidget(self._pages[name])
        return self._pages[name]

    def _make(self, name: str) -> QWidget:
        if name == "rules":
            rules = RulesPage(self._desk)
            rules.told.connect(self.told)
            return rules
        if name == "mail":
            mail = MailPage(self._desk, self._center.secrets if self._center else Secrets())
            mail.told.connect(self.told)
            if self._center is not None:
                mail.saved.connect(self._center.send)
                self._center.unsent_changed.connect(mail.set_unsent)
                mail.set_unsent(self._center.unsent)
            return mail
        station = StationPage(self._desk, self._center)
        station.told.connect(self.told)
        return station

    def show_page(self, name: str) -> QWidget:
        """Show a page and return it."""
        page = self.page(name)
        self.tabs[name].setChecked(True)
        self._stack.setCurrentWidget(page)
        return page

    # What every section has

    def unsaved(self) -> bool:
        """Whether a mail server is typed and not saved; its page says so and is shown."""
        mail = self._pages.get("mail")
        if isinstance(mail, MailPage) and mail.unsaved():
            self.show_page("mail")
            return True
        return False

    def remember_layout(self) -> None:
        """Nothing of this section can be moved."""

    def open(self, table: str, record_id: UUID) -> None:
        """Show a notification in the list."""
        if table == "notification":
            self.show_page("list")
            self.list.show_notice(record_id)

    def reload(self) -> None:
        """Fetch everything again."""
        self.list.reload()
        for page in self._pages.values():
            if isinstance(page, (RulesPage, MailPage)):
                page.reload()

    def _undo(self) -> None:
        page = self._stack.currentWidget()
        if isinstance(page, (NoticeList, RulesPage)):
            page.undo()

    def _find(self) -> None:
        self.show_page("list")
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()
