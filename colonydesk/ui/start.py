"""The first page: where the colony's records are, and the ways to get to them.

Shown when no database is chosen, or the chosen one cannot be opened. Everything slow is done in jobs; what
was typed stays until a database is open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.paths import resources
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.notice import Notice
from colonydesk.qtkit.parts import rule
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.services.opening import Database
from colonydesk.settings import Settings, without_password
from colonydesk.ui.help import HelpPanel
from colonydesk.ui.start_attempts import Attempts
from colonydesk.ui.start_choices import ChoiceList, StartChoice, StartSide, all_choices
from colonydesk.ui.start_fields import column_of, link
from colonydesk.ui.start_forms import (
    DemoPage,
    FoundForm,
    NewForm,
    NotePage,
    OpenForm,
    RecentPage,
    title_of,
)
from colonydesk.ui.start_import import ImportForm
from colonydesk.ui.start_page import FormPage
from colonydesk.ui.start_server import ServerForm
from colonydesk.ui.start_stack import PageStack
from colonydesk.ui.start_work import (
    Opened,
    belongs_to_the_form,
    checked,
    found,
    is_server,
    make_colony,
    make_file,
    open_file,
    open_server,
    open_url,
    require_dump,
    server_of,
    set_up_server,
    time_zones,
)

if TYPE_CHECKING:
    from colonydesk.ui.importing import ImportPanel


class StartScreen(QWidget):
    """The choices at the left, the form of the chosen one at the right.

    ``opened`` carries ``(url, Database)`` of a database that is open, at this program's revision, and has a
    lab; the address has no password in it. ``demo_wanted`` asks for the demonstration colony.
    """

    opened = Signal(object)
    demo_wanted = Signal()

    def __init__(
        self,
        jobs: Jobs,
        source: ThemeSource,
        settings: Settings,
        now: Callable[[], datetime],
        set_up: Callable[[str], object],
    ) -> None:
        """``set_up(url)`` makes ColonyDesk's tables in an empty server database; it is called in a job."""
        super().__init__()
        self._jobs = jobs
        self._source = source
        self._settings = settings
        self._now = now
        self._set_up_server = set_up
        self._held: Opened | None = None  # open, and not handed over yet
        self._made: set[Path] = set()  # empty files made for an import
        self._zones: tuple[str, ...] = ()
        self._panel: ImportPanel | None = None
        self.notice = Notice(source)
        self.choices = ChoiceList(source)
        self._attempts = Attempts(jobs, self.choices, self.notice)
        self.recent, self.new, self.open = RecentPage(source), NewForm(source), OpenForm(source)
        self.server, self.demo, self.alyx = ServerForm(source), DemoPage(source), ImportForm(source)
        self.found, self.note = FoundForm(source), NotePage(source)
        self._stack = PageStack()
        self._pages: dict[str, FormPage] = {
            "recent": self.recent,
            "new": self.new,
            "open": self.open,
            "server": self.server,
            "demo": self.demo,
            "import": self.alyx,
        }
        self._build()
        self._connect()
        self.help = HelpPanel(source, resources() / "help", self)
        self.help.set_page("start", self.tr("The first page"))
        self.setFocusProxy(self.choices)
        self._list_choices()

    def _build(self) -> None:
        for page in (*self._pages.values(), self.found, self.note):
            self._stack.add(page)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        for part in (StartSide(self._source, self.choices), rule(vertical=True)):
            middle.addWidget(part)
        middle.addWidget(self._stack, 1)
        whole = column_of(self, 0)
        whole.addWidget(self.notice)
        whole.addLayout(middle, 1)

    def _connect(self) -> None:
        self.choices.picked.connect(self._on_picked)
        self.choices.entered.connect(self._on_entered)
        self.choices.forgotten.connect(lambda choice: self._forget(choice.url))
        self.recent.buttons.addWidget(link(self.tr("Forget it"), lambda: self._forget(self.recent.url)))
        self.found.buttons.addWidget(link(self.tr("Import from Alyx instead"), self._import_into_held))
        for page, act in (
            (self.recent, lambda: self._open_recent(self.recent.url)),
            (self.new, self._make),
            (self.open, self._open_file),
            (self.server, self._connect_server),
            (self.demo, self.demo_wanted.emit),
            (self.alyx, self._prepare_import),
            (self.found, self._found),
            (self.note, self._hand_over),
        ):
            page.submitted.connect(act)
            page.stopped.connect(partial(self._attempts.stop, page))
            page.left.connect(lambda: self.choices.setFocus(Qt.FocusReason.OtherFocusReason))
        self.server.server.set_up_wanted.connect(partial(self._set_up, self.server, self._take))
        self.alyx.server.set_up_wanted.connect(partial(self._set_up, self.alyx, self._show_import))

    # What can be chosen

    def _list_choices(self) -> None:
        self.choices.show_choices(all_choices(self, self._settings.recent))

    def _on_picked(self, choice: StartChoice) -> None:
        self._release()
        self._drop_panel()
        if choice.url:
            self.recent.tell(choice.url)
        self._stack.turn_to(self._pages[choice.key])

    def _on_entered(self, choice: StartChoice) -> None:
        page = self._pages[choice.key]
        self._on_picked(choice)
        if page.fields:
            page.enter()
        else:
            page.submitted.emit()

    def _forget(self, url: str) -> None:
        """Take a database off the list; it is not touched itself."""
        self._settings.recent = [one for one in self._settings.recent if one != url]
        self._list_choices()
        self.choices.setFocus(Qt.FocusReason.OtherFocusReason)
        self._jobs.write(self._settings.save, None, self._not_saved)

    def _not_saved(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.notice.tell(error.sentence, "warning")

    # What is told from outside

    def tell_failure(self, url: str, error: KnownError) -> None:
        """Say why the chosen database ``url`` (no password; "" for none) cannot be opened, and what to do."""
        if not self._to_server_form(url, error) and not self.choices.mark("recent", url):
            self.choices.mark()
        rest = self.tr("You can also choose another database here.")
        words = " ".join((str(error), error.hint or self.tr("Nothing was changed: try again."), rest))
        again = self.tr("Try again") if url else ""
        self.notice.tell(words, "error", again, lambda: self._open_recent(url), stays=True)

    def ask_for_lab(self, url: str, db: Database) -> None:
        """``db`` is open and ours, and has no lab yet: ask for its first one, then hand it over."""
        self.choices.mark("recent", url)
        self._take(Opened(without_password(url), db, has_lab=False))

    # A database that was opened

    def _take(self, opened: Opened) -> None:
        """A database is open: what is still to be asked or told, then it is handed over."""
        self._held = opened
        if not opened.has_lab:
            self.found.tell(opened.db.name)
            self._stack.turn_to(self.found)
            self.found.enter()
        elif opened.note:
            self.note.tell(opened.db.name, opened.note)
            self._stack.turn_to(self.note)
            self.note.enter()
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self.opened.emit((held.url, held.db))

    def _release(self) -> None:
        """Close what was opened and is not wanted after all."""
        held, self._held = self._held, None
        if held is not None:
            self._attempts.close(held)

    # What the forms are for

    def _open_recent(self, url: str) -> None:
        self._release()
        self.recent.tell(url)
        self._stack.turn_to(self.recent)
        self._attempts.run(
            self.recent,
            self.tr("Opening {}…").format(title_of(url)),
            partial(open_url, url),
            self._take,
            partial(self._recent_failed, url),
        )

    def _recent_failed(self, url: str, error: KnownError) -> None:
        if not self._to_server_form(url, error):
            self.recent.fail(error)

    def _to_server_form(self, url: str, error: Exception) -> bool:
        """Show the server form where what went wrong is mended there (a password); whether it is."""
        if not (is_server(url) and belongs_to_the_form(error, server_of(url))):
            return False
        self.choices.mark("server")
        self.server.server.fill(url)
        self.server.server.fail(error, server_of(url))
        return True

    def _make(self) -> None:
        lab = self.new.lab()
        file = self.new.path() if lab is not None else None
        if lab is None or file is None:
            return
        words = self.tr("Making {}…").format(file.name)
        work = partial(make_colony, file, lab, self._now())
        self._attempts.run(
            self.new,
            words,
            work,
            self._take,
            partial(self.new.fail, field="file"),
            write=True,
        )

    def _open_file(self) -> None:
        file = self.open.path()
        if file is not None:
            words = self.tr("Opening {}…").format(file.name)
            failed = partial(self.open.fail, field="file")
            self._attempts.run(self.open, words, partial(open_file, file), self._take, failed)

    def _connect_server(self) -> None:
        self._with_server(self.server, self._take)

    def _with_server(self, form: ServerForm | ImportForm, done: Callable[[Opened], None]) -> None:
        server = form.server.address()
        if server is None:
            return
        work = partial(open_server, server, form.server.password(), remember=form.server.remember.isChecked())
        words = self.tr("Connecting to {}…").format(server.host)
        self._attempts.run(form, words, work, done, lambda error: form.server.fail(error, server))

    def _set_up(self, form: ServerForm | ImportForm, done: Callable[[Opened], None]) -> None:
        server = form.server.address()
        if server is None:
            return
        password, remember = form.server.password(), form.server.remember.isChecked()
        work = partial(set_up_server, self._set_up_server, server, password, remember=remember)
        words = self.tr("Setting up {}…").format(server.name)
        self._attempts.run(form, words, work, done, lambda error: form.server.fail(error, server), write=True)

    def _found(self) -> None:
        lab = self.found.lab()
        if lab is not None and self._held is not None:
            work = partial(found, self._held, lab, self._now())
            self._attempts.run(
                self.found, self.tr("Writing the first records…"), work, self._take, write=True
            )

    # Import from Alyx

    def _prepare_import(self) -> None:
        self.alyx.settle()
        dump = self.alyx.alyx_path()
        if dump is None or not self.alyx.zone.check():
            return
        if self.alyx.into() == "server":
            self._with_server(self.alyx, self._show_import)
            return
        file = self.alyx.database_path()
        if file is None:
            return
        new = self.alyx.into() == "new" and file not in self._made

        def work() -> Opened:
            require_dump(dump)
            return make_file(file) if new else open_file(file)

        def done(opened: Opened) -> None:
            if new:
                self._made.add(file)
            self._show_import(opened)

        failed = partial(self.alyx.fail, field=self.alyx.into())
        self._attempts.run(self.alyx, self.tr("Opening {}…").format(file.name), work, done, failed, write=new)

    def _import_into_held(self) -> None:
        if self._held is not None:
            self._show_import(self._held, "")

    def _show_import(self, opened: Opened, dump: str | None = None) -> None:
        from colonydesk.ui.importing import ImportPanel  # and all that reads dumps: not before it is needed

        self._held = opened
        panel = ImportPanel(
            self._jobs,
            self._source,
            opened.db,
            self._now,
            file=self.alyx.file.text() if dump is None else dump,
            timezone=self.alyx.zone.text(),
            next_step=self.tr("Open this colony"),
        )
        panel.running.connect(lambda on: self._attempts.allow_others(not on))
        panel.open_wanted.connect(self._open_imported)
        panel.left.connect(lambda: self.choices.setFocus(Qt.FocusReason.OtherFocusReason))
        self._drop_panel()
        self._panel = panel
        self._stack.add(panel)
        self._stack.turn_to(panel)
        panel.enter()

    def _drop_panel(self) -> None:
        if self._panel is not None:
            self._stack.drop(self._panel)
            self._panel = None

    def _open_imported(self) -> None:
        """The dump may have had no lab in it: look before the database is handed over."""
        if self._held is not None and self._panel is not None:
            self._attempts.run(
                self._panel.form, self.tr("Opening the colony…"), partial(checked, self._held), self._take
            )

    # The page itself

    def _set_zones(self, zones: tuple[str, ...]) -> None:
        self._zones = zones
        for form in (self.new, self.found, self.alyx):
            form.zone.set_zones(zones)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:
            self.choices.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._zones:
            self._jobs.read("start time zones", time_zones, self._set_zones)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.help.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1:
            self.help.set_open(self.help.isHidden())
        else:
            super().keyPressEvent(event)
