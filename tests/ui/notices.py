"""A desk, a window and a centre for the tests of the notifications, on a database with ann and her mouse."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QApplication

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject, WaterRestriction, Weighing
from colonydesk.exchange.notices import NO_SERVER
from colonydesk.paths import resources
from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.people import Member
from colonydesk.settings import Settings
from colonydesk.ui.desk import Desk
from colonydesk.ui.frame import MainFrame
from colonydesk.ui.notifications.center import NoticeCenter
from colonydesk.ui.notifications.screen import NotificationsScreen
from tests import builders
from tests.builders import SECONDS
from tests.services.notices import NOW, matter, member, told


@dataclass
class Clock:
    """Stands still until it is moved."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def go(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Station:
    """One workstation where ann is at work."""

    db: Database
    clock: Clock
    desk: Desk
    frame: MainFrame
    center: NoticeCenter
    ann: UUID
    mouse: UUID

    @property
    def screen(self) -> NotificationsScreen:
        screen = self.frame.show_section("notifications")
        assert isinstance(screen, NotificationsScreen)
        return screen

    def tell(self, title: str = "0.80 mL remaining for M1", kind: str = "mouse_water", **values: Any) -> UUID:
        """A notification to ann about her mouse."""
        usual = {"subject_id": self.mouse}
        [made] = told(self.db, matter(self.ann, title, kind, **{**usual, **values}), now=self.clock())
        return made

    def close(self) -> None:
        self.center.stop()
        self.desk.jobs.close(SECONDS)
        self.frame.closing = lambda: True
        self.frame.close()
        self.frame.deleteLater()


def station(
    app: QApplication, db: Database, folder: Path, jobs: Callable[[], Jobs] = Jobs, **settings: str
) -> Station:
    """Open the window; nothing is checked before ``center.start``."""
    ann = member(db, "ann")
    mouse = builders.add(db, Subject, nickname="M1", responsible_user_id=ann)
    return open_station(app, db, folder, ann, mouse, jobs, **settings)


def open_station(
    app: QApplication,
    db: Database,
    folder: Path,
    ann: UUID,
    mouse: UUID,
    jobs: Callable[[], Jobs] = Jobs,
    **settings: str,
) -> Station:
    clock = Clock()
    source = ThemeSource(app, resources())
    # That there is no mail server was said before.
    made = Settings(folder / "settings.json", notices={"unsent_said": NO_SERVER, **settings})
    desk = Desk(db, jobs(), ChangeBus(), source, made, clock)
    desk.set_member(Member(ann, "ann", "Ann Anders"))
    frame = MainFrame(source, resources() / "help")
    center = NoticeCenter(desk, frame, app, made, db)
    frame.add_section("notifications", "Notifications", "bell", lambda: NotificationsScreen(desk, center))
    frame.closing = center.may_close
    return Station(db, clock, desk, frame, center, ann, mouse)


def restrict(at: Station) -> None:
    """Put the mouse on water restriction, weighed yesterday."""
    builders.add(
        at.db,
        WaterRestriction,
        subject_id=at.mouse,
        start_time=NOW - timedelta(days=9),
        reference_weight=25.0,
    )
    builders.add(at.db, Weighing, subject_id=at.mouse, date_time=NOW - timedelta(days=1), weight=22.0)
