"""What goes on beside the screens: checks on a timer, the count, messages, e-mails, and running on unseen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.mail import Secrets
from colonydesk.exchange.notices import NO_SERVER, Checked, Sender, Sending, check, check_weighings
from colonydesk.queries.notices import Alert, Counts, alerts, notice_counts
from colonydesk.services.notices.marks import MarkNotifications, mark_notifications
from colonydesk.services.opening import Database
from colonydesk.settings import Settings
from colonydesk.ui.desk import Desk
from colonydesk.ui.desktop import DesktopMessages
from colonydesk.ui.frame import MainFrame
from colonydesk.ui.notifications.banners import Banner, Banners
from colonydesk.ui.notifications.closing import CloseQuestion
from colonydesk.ui.notifications.options import Options
from colonydesk.ui.notifications.telling import Telling
from colonydesk.ui.notifications.texts import Unsent
from colonydesk.ui.tray import Tray

if TYPE_CHECKING:
    from colonydesk.ui.notifications.screen import NotificationsScreen

SECTION = "notifications"
# Behind the next animal, whose card and curve the hands wait for right after an entry.
_WEIGHED_MS = 1500
_LOOKED_MS = 500
_MINUTE_MS = 60_000
NO_TRAY_MS = 10_000
"""So long a tray is waited for: with the session, the program may be there before the panel."""
# What makes a notification come, go or be settled.
_TOLD_BY = frozenset(
    {
        *("notification", "notification_recipient", "weighing", "water_administration", "subject"),
        *("cage_cleaning", "water_restriction", "breeding_pair", "litter", "subject_request"),
    }
)

_log = logging.getLogger(__name__)


class NoticeCenter(QObject):
    """Made by ``app.py`` once a database is open; nothing happens before ``start``.

    ``wanted`` carries (table, id) of a record to be opened. ``looked`` is emitted when the count is fetched.
    ``out_of_sight`` says whether the window is hidden, to run on in the tray. ``told`` carries the text of
    each message. ``unsent`` says why this workstation sends nothing, None where it does as far as anybody
    knows, and ``unsent_changed`` carries it.
    """

    wanted = Signal(str, object)
    looked = Signal(object)
    out_of_sight = Signal(bool)
    told = Signal(str)
    unsent_changed = Signal(object)
    _mailed = Signal(object)

    def __init__(
        self, desk: Desk, frame: MainFrame, app: QApplication, settings: Settings, db: Database
    ) -> None:
        super().__init__(frame)
        self._desk, self._frame, self._app, self._db = desk, frame, app, db
        self.options = Options(settings)
        self.secrets = Secrets()
        self.tray = Tray(desk.source, self)
        self.desktop = DesktopMessages(self)
        self._question = CloseQuestion(desk.source, frame)
        self.screen: NotificationsScreen | None = None  # built when it is first opened
        self._sender: Sender | None = None
        self.unsent: Unsent | None = None
        self._banners = Banners(frame.notice, self)
        self.telling = Telling(desk, self.options, self._banners, self.tray, self.desktop)
        self.telling.is_before_the_eyes = self._is_before_the_eyes
        self._saying = ""
        self._quitting = False
        self._checks = self._timer(self._check)
        self._weighed = self._timer(self._check_weighings, _WEIGHED_MS, once=True)
        self._look = self._timer(self.look, _LOOKED_MS, once=True)
        self._minute = self._timer(self.look, _MINUTE_MS)
        self._mailed.connect(self._on_mailed)
        self.no_tray = self._timer(self._say_no_tray, NO_TRAY_MS, once=True)
        self._connect()

    def _timer(self, act: Callable[[], None], interval: int = 0, *, once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(once)
        timer.setInterval(interval)
        timer.timeout.connect(act)
        return timer

    def _connect(self) -> None:
        self.tray.clicked.connect(self.show_window)
        self.tray.list_wanted.connect(self.show_list)
        self.tray.pause_wanted.connect(self._pause)
        self.tray.quit_wanted.connect(self.quit)
        self.tray.message_clicked.connect(self._on_clicked)
        self.tray.available_changed.connect(self._on_tray)
        self.desktop.clicked.connect(self._on_clicked)
        self.telling.clicked.connect(self._on_clicked)
        self.telling.told.connect(self.told)
        self._question.decided.connect(self._on_decided)

    # From start to stop

    def start(self) -> None:
        """Check now and on the timer, show the icon where there is a tray, send what waits."""
        if self._sender is not None:
            return
        self._sender = Sender(self._db, self._desk.now, self._mailed.emit, self.secrets)
        self._desk.bus.changed.connect(self._on_changed)
        self._desk.member_changed.connect(self._on_member)
        self.tray.start()
        self.no_tray.start()
        self.set_minutes(self.options.minutes)
        self._minute.start()
        self.look()
        self._check()

    def stop(self) -> None:
        """Begin nothing new. A mail server that hangs is left behind, not waited for."""
        self.out_of_sight.emit(False)
        for timer in (self._checks, self._weighed, self._look, self._minute, self.no_tray):
            timer.stop()
        self.tray.stop()
        self.desktop.stop()
        if self._sender is not None:
            self._sender.stop()
            self._sender = None
            self._desk.bus.changed.disconnect(self._on_changed)
            self._desk.member_changed.disconnect(self._on_member)

    def set_minutes(self, minutes: int) -> None:
        """Check so often from now on."""
        self._checks.start(minutes * _MINUTE_MS)

    # Checking and sending

    def check(self) -> None:
        """Check now."""
        self._check()

    def _check(self) -> None:
        work = partial(check, self._db, self._desk.now(), reminders=True)
        self._desk.jobs.read((SECTION, "check", id(self)), work, self._on_checked, self._on_failed)

    def _check_weighings(self) -> None:
        work = partial(check_weighings, self._db, self._desk.now())
        self._desk.jobs.read((SECTION, "weighings", id(self)), work, self._on_checked, self._on_failed)

    def _on_checked(self, checked: Checked) -> None:
        self._desk.bus.publish({"notification": [one.id for one in checked.created]})
        self.send()

    def send(self) -> None:
        """Let what waits be sent."""
        if self._sender is not None:
            self._sender.wake()

    def _on_mailed(self, done: Sending) -> None:
        ids = [*done.ids, *(one.id for one in done.failed if one.id is not None)]
        self._desk.bus.publish({"notification": ids})
        reasons = [one.reason for one in done.failed if one.id is None]
        if reasons:
            self._note_unsent(reasons[-1])
        elif done.sent:
            self._note_sent()

    def _note_unsent(self, reason: str) -> None:
        """Keep why nothing is sent from here, and say it once."""
        self.unsent = Unsent(reason, self._desk.now())
        self.unsent_changed.emit(self.unsent)
        if reason in (self.options.unsent_said, self._saying):
            return
        self._saying = reason
        self._banners.put(
            Banner(
                self.tr("No e-mail is sent from here: {}").format(reason),
                "info" if reason == NO_SERVER else "warning",
                self.tr("E-mail"),
                self._show_mail,
                partial(self._on_unsent_said, reason),
            )
        )

    def _on_unsent_said(self, reason: str) -> None:
        self.options.set_unsent_said(reason)
        self._save()

    def _note_sent(self) -> None:
        self._saying = ""
        if self.options.unsent_said:
            self.options.set_unsent_said("")
            self._save()
        if self.unsent is not None:
            self.unsent = None
            self.unsent_changed.emit(None)

    def _show_mail(self) -> None:
        self.show_list()
        assert self.screen is not None
        self.screen.show_page("mail")

    def _on_failed(self, error: Exception) -> None:
        """The next check tries again; a database that is away says so itself."""
        if isinstance(error, KnownError):
            _log.info("check: %s", error)

    # What the member is shown

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        if "weighing" in changed:
            self._weighed.start()
        if _TOLD_BY & changed.keys():
            self._look.start()

    def _on_member(self) -> None:
        self.telling.forget()
        self.look()

    def look(self) -> None:
        """Fetch the count and what is to be told: after each change, and every minute."""
        member = self._desk.member
        if member is None:
            self._on_looked((Counts(0, 0, 0), ()))
            return
        now = self._desk.now()

        def query(connection: object, user: UUID, at: datetime) -> tuple[Counts, tuple[Alert, ...]]:
            return notice_counts(connection, user, at), alerts(connection, user, at)  # type: ignore[arg-type]

        key = (SECTION, "look", id(self))
        self._desk.read(key, query, member.id, now, done=self._on_looked, failed=self._on_failed)

    def _on_looked(self, found: tuple[Counts, tuple[Alert, ...]]) -> None:
        counts, waiting = found
        self._frame.set_section_count(SECTION, counts.unread)
        self._frame.status.set_text(SECTION, self._status(counts.unread))
        self.tray.set_count(counts.unread)
        self.telling.keep_up(waiting)
        self.looked.emit(counts)

    def _status(self, unread: int) -> str:
        if not unread:
            return ""
        return (
            self.tr("1 unread notification")
            if unread == 1
            else self.tr("{} unread notifications").format(unread)
        )

    def _is_before_the_eyes(self) -> bool:
        shown = self.screen is not None and self.screen.list.shows_what_comes()
        return shown and self._frame.isActiveWindow()

    def _say_no_tray(self) -> None:
        """Once at this workstation."""
        if self.tray.is_available() or self.options.no_tray_said:
            return
        text = self.tr(
            "This desktop has no tray: what is due is told here, and counted at the lower edge of the window."
        )
        self._banners.put(Banner(text, shown=self._on_no_tray_said))

    def _on_no_tray_said(self) -> None:
        self.options.set_no_tray_said()
        self._save()

    # What is clicked

    def _on_clicked(self, key: Hashable) -> None:
        self.show_window()
        if not isinstance(key, Alert):
            self.show_list()
            return
        self._mark_read(key.id)
        if key.subject_id is not None:
            self.wanted.emit("subject", key.subject_id)
            return
        self.show_list()
        assert self.screen is not None
        self.screen.open("notification", key.id)  # a cage or a request: with what to do about it

    def _mark_read(self, notice_id: UUID) -> None:
        member = self._desk.member
        if member is None:
            return
        command = MarkNotifications(
            command_id=uuid4(), user_id=member.id, notification_ids=(notice_id,), mark="read"
        )
        self._desk.write(mark_notifications, command, failed=self._on_failed)

    def show_window(self) -> None:
        """Bring the window back, in front."""
        self.out_of_sight.emit(False)
        if self._frame.isMinimized():
            self._frame.showNormal()
        self._frame.show()
        self._frame.raise_()
        self._frame.activateWindow()

    def show_list(self) -> None:
        """Bring the window back with the list."""
        self.show_window()
        self._frame.show_section(SECTION)

    def _pause(self, paused: bool) -> None:
        self.telling.pause(paused)
        if not paused:
            self.look()

    # Closing the window

    def may_close(self) -> bool:
        """Asked when the window is closed: False where it runs on in the tray, or asks what is meant.

        To be called after everything else that may keep the window open.
        """
        keep = self.options.keep_running
        if self._quitting or keep is False or not self.tray.is_available():
            return True
        if keep:
            self._frame.hide()
            self.out_of_sight.emit(True)
        else:
            self._question.ask()
        return False

    def quit(self) -> None:
        """End the program, whatever is set for closing the window."""
        self._quitting = True
        if not self._frame.isVisible():
            self.show_window()  # something typed may have to be looked at
        self._frame.close()
        self._quitting = False

    def _on_decided(self, keep: bool) -> None:
        self.options.set_keep_running(keep)
        self._save()
        self._frame.close()

    def _on_tray(self, there: bool) -> None:
        if not there:
            self.no_tray.start()
            if not self._frame.isVisible():
                self.show_window()  # nobody could bring it back

    def _save(self) -> None:
        self._desk.jobs.write(self.options.settings.save, None, self._on_failed)
