"""Builds the program once, and passes its parts on: theme, jobs, bus, database, window, screens."""

from __future__ import annotations

# Before PySide6, which replaces the import function and makes every later import slower.
from colonydesk.opened import Opened, OpeningAhead, look_at, open_demonstration, open_url  # isort: skip

import gc
import logging
import logging.handlers
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, QTimeZone, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from colonydesk import __version__
from colonydesk.db.migrate import migrate
from colonydesk.domain.errors import KnownError
from colonydesk.paths import log_file, migrations, resources
from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.services.opening import Database, watch_changes
from colonydesk.settings import Settings, load, without_password
from colonydesk.ui.desk import Desk
from colonydesk.ui.frame import MainFrame
from colonydesk.ui.out_of_sight import OutOfSight, bring_back, marker
from colonydesk.ui.recording import Recording
from colonydesk.ui.sections import Sections
from colonydesk.ui.today.screen import TodayScreen

if TYPE_CHECKING:
    from colonydesk.acts import Acts
    from colonydesk.db.live import Watch
    from colonydesk.ui.notifications.center import NoticeCenter
    from colonydesk.ui.palette import Palette

_log = logging.getLogger("colonydesk")

OPENING_MS = 100
"""How long a database may take to be opened before the window shows that it is."""

ANOTHER_DATABASE = 100
"""The event loop's status when the window is to be built anew on another database."""


def run_window(
    settings: Settings,
    url: str | None,
    *,
    demo: bool = False,
    user: str | None = None,
    report_ready: bool = False,
    ahead: OpeningAhead | None = None,
) -> int:
    """Run the program until its window is closed; returns its exit status.

    ``user`` is the user name of who records; ``report_ready`` prints one line when the first screen takes
    keys, and closes (for the benchmark). ``ahead`` is the database of the address (without one that of the
    settings) whose opening has begun.
    """
    app = make_application(settings.scale)
    wanted = url or settings.database
    if wanted and not demo and bring_back(marker(settings.file), wanted):
        return 0
    _log_to_file()
    while True:
        program = Program(app, settings, now=lambda: datetime.now(UTC), user=user)
        sys.excepthook = program.on_bug
        if report_ready:
            program.ready.connect(lambda: (print("ready", flush=True), app.exit(0)))  # noqa: T201
        if demo:
            program.open_demo()
        elif url or settings.database:
            program.open(url or settings.database, ahead)
        else:
            program.show_start()
        status = app.exec()
        program.close()
        if status != ANOTHER_DATABASE:
            return status
        url, demo, ahead = None, False, None
        settings = load(settings.file)


def make_application(scale: int = 100) -> QApplication:
    """Qt's application object, with the zoom of the settings."""
    if scale != 100 and "QT_SCALE_FACTOR" not in os.environ:
        os.environ["QT_SCALE_FACTOR"] = str(scale / 100)
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(["colonydesk"])
    app.setApplicationName("ColonyDesk")
    app.setApplicationVersion(__version__)
    app.setQuitOnLastWindowClosed(True)
    return app


class Program(QObject):
    """The running program. ``ready`` when the Today screen takes keys."""

    ready = Signal()
    _alive = Signal(bool)

    def __init__(
        self, app: QApplication, settings: Settings, now: Callable[[], datetime], user: str | None = None
    ) -> None:
        super().__init__(app)
        self.settings = settings
        self.now = now
        self._user = user
        self._demo_folder: Path | None = None
        self._watch: Watch | None = None
        self.db: Database | None = None
        self._url = ""
        self._name = ""
        self._start: QWidget | None = None
        self.desk: Desk | None = None
        self.recording: Recording | None = None
        self.today: TodayScreen | None = None
        self.sections: Sections | None = None
        self.palette: Palette | None = None
        self.source = ThemeSource(app, resources(), settings.theme, settings.large_targets)
        self.jobs = Jobs(self)
        self.bus = ChangeBus(self)
        self.frame = MainFrame(self.source, resources() / "help")
        self.frame.setWindowTitle("ColonyDesk")
        self.frame.closing = self._may_close
        self.jobs.failed.connect(self._on_job_failed)
        self.jobs.busy.connect(self._on_busy)
        self._alive.connect(self._on_alive)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(400)
        self._slow.timeout.connect(lambda: self.frame.status.set_right(self.tr("Working…")))
        self._fill_menu()
        if (geometry := settings.layout_of("window")) is not None:
            self.frame.restoreGeometry(geometry)
        if settings.problem:
            self.frame.notice.tell(settings.problem, "warning")

    # Opening

    def open(self, url: str, ahead: OpeningAhead | None = None) -> None:
        """Open the database at this address, in a job, and then the window on it.

        ``ahead`` is that database where its opening has begun already.
        """
        self.frame.status.set_database(without_password(url), False, self.tr("opening"))
        QTimer.singleShot(OPENING_MS, self, self._show_opening)
        now = self.now()
        work = ahead.result if ahead is not None else lambda: open_url(url, now)
        self._begin(work, url)

    def _begin(self, work: Callable[[], Opened], url: str = "") -> None:
        """Open what ``work`` opens, in a job; where it is refused, the first page says so of ``url``."""
        self.jobs.read("open", work, self._on_opened, lambda error: self._on_refused(url, error))

    def _show_opening(self) -> None:
        """Let the window say what is being opened, where that takes its time."""
        if self.desk is None and self._start is None:
            self.frame.show()

    def open_demo(self) -> None:
        """Make a demonstration colony in a temporary file, and open the window on it."""
        self.frame.status.set_database(self.tr("demonstration colony"), False, self.tr("being made"))
        self.frame.show()
        self._demo_folder = Path(tempfile.mkdtemp(prefix="colonydesk-"))
        file = self._demo_folder / "demonstration.sqlite"
        timezone = bytes(QTimeZone.systemTimeZoneId().data()).decode() or "UTC"
        self._begin(lambda: open_demonstration(file, self.now(), timezone))

    def show_start(
        self, problem: KnownError | None = None, url: str = "", without_lab: Opened | None = None
    ) -> QWidget:
        """The first page: which database.

        ``problem`` says why the one at ``url`` could not be opened; ``without_lab`` is open and still empty.
        """
        from colonydesk.ui.start import StartScreen

        start = StartScreen(
            self.jobs, self.source, self.settings, self.now, lambda to: migrate(to, migrations())
        )
        start.setWindowTitle("ColonyDesk")
        start.resize(self.frame.size())
        start.opened.connect(self._on_start_opened)
        start.demo_wanted.connect(self._on_demo_wanted)
        if problem is not None:
            start.tell_failure(without_password(url), problem)
        elif without_lab is not None:
            start.ask_for_lab(without_lab.url, without_lab.db)
        self._start = start
        start.show()
        self.frame.hide()
        return start

    def _on_start_opened(self, opened: tuple[str, Database]) -> None:
        url, db = opened
        now = self.now()
        self.frame.show()
        self._begin(lambda: look_at(url, db, now), url)

    def _on_demo_wanted(self) -> None:
        self.frame.show()
        self._leave_start()
        self.open_demo()

    def _leave_start(self) -> None:
        if self._start is not None:
            self._start.close()
            self._start.deleteLater()
            self._start = None

    def _on_refused(self, url: str, error: Exception) -> None:
        if not isinstance(error, KnownError):
            error = KnownError(self.tr("The database could not be opened: an error in the program."))
        self.show_start(error, url)

    def _on_opened(self, opened: Opened) -> None:
        if not opened.today.labs and self._start is None:
            self.show_start(without_lab=opened)
            return
        self._leave_start()
        self.db, self._url = opened.db, opened.url
        if self._demo_folder is None:
            self.settings.opened(opened.url)
            self._save_settings()
        self.desk = Desk(opened.db, self.jobs, self.bus, self.source, self.settings, self.now)
        self.desk.opening = opened.today
        self.recording = Recording(self.desk, self.frame.status, opened.url)
        self.recording.told.connect(self._on_told)
        self.recording.begin(opened.members, self._user, anybody=self._demo_folder is not None)
        self.sections = Sections(self.desk, self.frame, lambda: self.center)
        self.sections.told.connect(self._on_told)
        self.sections.built.connect(self._on_built)
        self.frame.show_section("today")
        self._name = self.tr("demonstration colony") if self._demo_folder else opened.db.name
        self.frame.status.set_database(self._name, True)
        self.frame.show()

    def _start_watch(self) -> None:
        if self._watch is None and self.db is not None:
            self._watch = watch_changes(self.db, self.bus.publish, self._alive.emit)

    def _on_built(self, key: str, screen: TodayScreen) -> None:
        if key != "today":
            return
        self.today = screen
        self.today.ready.connect(self.ready)
        self.today.settled.connect(self._on_settled)
        # What the start has made stays: looking through it again and again would halt the window.
        self.today.ready.connect(lambda: QTimer.singleShot(1000, self, gc.freeze))

    def _on_settled(self) -> None:
        """All that the first entry needs is loaded: what works in the background begins."""
        self._start_watch()
        if self.palette is None:
            self.palette = self.acts.make_palette()
        self.center.start()

    @cached_property
    def acts(self) -> Acts:
        """What the menu and the palette do that belongs to no screen."""
        from colonydesk.acts import Acts

        return Acts(self)

    @cached_property
    def center(self) -> NoticeCenter:
        """Checks, messages and e-mails; built when the first entry could be made."""
        from colonydesk.ui.notifications.center import NoticeCenter

        assert self.desk is not None
        assert self.sections is not None
        assert self.db is not None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        center = NoticeCenter(self.desk, self.frame, app, self.settings, self.db)
        center.wanted.connect(self.sections.go)
        if self._demo_folder is None:
            aside = OutOfSight(marker(self.settings.file), self._url, self.jobs, center)
            center.out_of_sight.connect(aside.turn)
            aside.wanted.connect(center.show_window)
        return center

    # The menu

    def _fill_menu(self) -> None:
        menu = self.frame.menu
        menu.addAction(self.tr("Preferences…"), lambda: self.acts.open_preferences())
        menu.addAction(self.tr("Import from Alyx…"), lambda: self.acts.open_import())
        menu.addAction(self.tr("Another database…"), self.open_another)
        menu.addSeparator()
        menu.addAction(self.tr("Quit"), self.quit)

    def quit(self) -> None:
        """End the program, also where closing the window lets it run on in the tray."""
        if "center" in self.__dict__:
            self.center.quit()
        else:
            self.frame.close()

    def open_another(self) -> None:
        """Close this database and ask for another: the window is built anew on it."""
        if self.sections is not None and not self.sections.may_close():
            return
        self.settings.database = ""
        self._save_settings()
        QApplication.exit(ANOTHER_DATABASE)

    # What goes on

    def _on_told(self, kind: str, text: str) -> None:
        self.frame.notice.tell(text, kind)

    def _on_alive(self, alive: bool) -> None:
        if self.db is None:
            return
        self.frame.status.set_database(self._name, alive)
        if alive:
            self.frame.notice.put_away()
            self._read_all_again()
        else:
            text = self.tr("{} does not answer. What you type is kept; it is tried again by itself.")
            self.frame.notice.tell(text.format(self._name), "warning", stays=True)

    def _read_all_again(self) -> None:
        """Every screen shows what it could not read while the database was away."""
        from colonydesk.db.tables import Base

        self.bus.publish(dict.fromkeys(Base.metadata.tables, ()))

    def _on_busy(self, busy: bool) -> None:
        if busy:
            self._slow.start()
        else:
            self._slow.stop()
            self.frame.status.set_right("")

    def _on_job_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.frame.notice.tell(error.sentence, "error")
        else:
            self.on_bug(type(error), error, error.__traceback__)

    def on_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A bug: logged with its context, shown with a way to copy the report; the window lives on."""
        report = "".join(traceback.format_exception(kind, error, trace))
        _log.error("ColonyDesk %s\n%s", __version__, report)
        self.frame.notice.tell(
            self.tr("An error in the program ({}). It goes on; nothing typed is lost.").format(kind.__name__),
            "error",
            self.tr("Copy report"),
            lambda: QGuiApplication.clipboard().setText(f"ColonyDesk {__version__}\n{report}"),
        )

    def _may_close(self) -> bool:
        if self.sections is not None and not self.sections.may_close():
            return False
        return "center" not in self.__dict__ or self.center.may_close()

    def _save_settings(self) -> None:
        self.jobs.write(self.settings.save)

    def close(self) -> None:
        """Finish what is being written, and let everything go."""
        if "center" in self.__dict__:
            self.center.stop()
        if self._demo_folder is None:
            self.settings.remember_layout("window", bytes(self.frame.saveGeometry().data()))
            if self.sections is not None:
                self.sections.remember_layout()
            with suppress(KnownError):
                self.settings.save()
        if self._watch is not None:
            self._watch.close()
        self.jobs.close()
        if self.db is not None:
            self.db.close()
        if self._demo_folder is not None:
            shutil.rmtree(self._demo_folder, ignore_errors=True)
        self.frame.closing = lambda: True
        self.frame.close()
        # At once: the next program of this process would restyle what is left of this one.
        for one in (self, self.frame):
            one.deleteLater()
            QCoreApplication.sendPostedEvents(one, QEvent.Type.DeferredDelete.value)
        gc.unfreeze()  # nothing of it has to stay any more


def _log_to_file() -> None:
    file = log_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(file, "a", 1_000_000, 3, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
