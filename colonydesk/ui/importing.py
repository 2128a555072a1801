"""Import from Alyx, on the first page and in the running window: ask, show progress, say what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from colonydesk.exchange.alyx import ImportCancelled, ImportReport, Progress, import_alyx
from colonydesk.paths import growth_curve_text, vocabulary_texts
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.services.opening import Database
from colonydesk.ui.start_fields import Button, Check, FileField, ZoneField, column_of, focus_on
from colonydesk.ui.start_import import alyx_file
from colonydesk.ui.start_import_result import ImportResult
from colonydesk.ui.start_page import FormPage
from colonydesk.ui.start_work import file_named, require_dump, time_zones


class ImportPanel(QWidget):
    """The import of a dump into ``db``, which stays open whatever happens here.

    ``running`` tells when an import begins and ends, ``imported`` carries the ``ImportReport`` of one that
    has written something, ``open_wanted`` asks to go on to the colony, ``left`` to leave the page.
    """

    running = Signal(bool)
    imported = Signal(object)
    open_wanted = Signal()
    left = Signal()
    progressed = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        source: ThemeSource,
        db: Database,
        now: Callable[[], datetime],
        *,
        file: str = "",
        timezone: str = "UTC",
        user_id: UUID | None = None,
        next_step: str = "",
    ) -> None:
        """``file`` and ``timezone`` are what was said before, ``user_id`` is who imports, where known.

        ``next_step`` is the word of the button that emits ``open_wanted``.
        """
        super().__init__()
        self._jobs, self._db, self._now, self._user_id = jobs, db, now, user_id
        self._stop = threading.Event()
        self.form = FormPage(source)
        self.form.name(
            self.tr("Import from Alyx into {}").format(db.name),
            self.tr(
                "Everything is read, then written in one piece: an import that fails or is stopped leaves "
                "nothing behind, and one that is repeated changes nothing."
            ),
            self.tr("Import"),
        )
        self.result = ImportResult(jobs, source, next_step or self.tr("Done"))
        self._build(source, file, timezone)
        self.progressed.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)

    def _build(self, source: ThemeSource, file: str, timezone: str) -> None:
        self.file = alyx_file(source, self.tr("File from Alyx"))
        self.file.set_text(file)
        self.zone = ZoneField(source, self.tr("Time zone of times without one (Alyx writes UTC)"), timezone)
        self.media = FileField(
            source,
            self.tr("Folder with the images of notes, if there are any"),
            QFileDialog.FileMode.Directory,
        )
        for key, field in (("alyx", self.file), ("timezone", self.zone), ("media", self.media)):
            self.form.add(key, field)
        self.strict = Check(source, self.tr("Write nothing at all if a single record is not right"))
        self.form.column.addWidget(self.strict)
        self.look = Button(self.tr("Look first"))
        self.look.setToolTip(self.tr("Read everything and show what would be written; write nothing"))
        self.look.clicked.connect(lambda: self._start(dry_run=True))
        self.form.buttons.addWidget(self.look)
        self.form.submitted.connect(lambda: self._start(dry_run=False))
        self.form.stopped.connect(self._on_stop)
        self.form.left.connect(self.left)
        self.result.back_wanted.connect(self._show_form)
        self.result.import_wanted.connect(lambda: self._start(dry_run=False))
        self.result.open_wanted.connect(self.open_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.form)
        self._stack.addWidget(self.result)
        column_of(self, 0).addWidget(self._stack)
        self.setFocusProxy(self.file)

    def enter(self) -> None:
        """Put the keyboard where it is needed next: on the file, or on looking where one is named."""
        focus_on(self.look if self.file.text() else self.file)

    def is_running(self) -> bool:
        return self.form.working()

    def _show_form(self) -> None:
        self._stack.setCurrentWidget(self.form)
        self.enter()

    def _start(self, *, dry_run: bool) -> None:
        form = self.form
        form.settle()
        self._stack.setCurrentWidget(form)
        if not form.require("alyx", self.tr("Name the file.")) or form.working():
            return
        if not self.zone.check():
            focus_on(self.zone)
            return
        self._stop = threading.Event()
        form.work(self.tr("Reading…"))
        self.running.emit(True)
        self._jobs.write(self._work(dry_run), partial(self._on_done, dry_run=dry_run), self._on_failed)

    def _work(self, dry_run: bool) -> Callable[[], ImportReport]:
        """What is done in the job; all that it needs is taken off the form now."""
        file, media = file_named(self.file.text()), self.media.text()
        stop, zone, strict = self._stop, self.zone.text(), self.strict.isChecked()

        def work() -> ImportReport:
            require_dump(file)
            return import_alyx(
                self._db,
                file,
                timezone=zone,
                media=Path(media) if media else None,
                strict=strict,
                dry_run=dry_run,
                user_id=self._user_id,
                curve_text=growth_curve_text(),
                vocabularies=vocabulary_texts(),
                now=self._now(),
                progress=self.progressed.emit,
                cancelled=stop.is_set,
            )

        return work

    def _on_progress(self, progress: Progress) -> None:
        if not self.form.working() or self._stop.is_set():
            return
        words = {
            "reading": self.tr("Reading: {} records"),
            "writing": self.tr("Writing: {} records"),
        }[progress.stage]
        self.form.progress(words.format(f"{progress.records:,}"), progress.share)

    def _on_stop(self) -> None:
        self._stop.set()
        self.form.progress(self.tr("Stopping, and taking everything back…"))

    def _on_done(self, report: ImportReport, *, dry_run: bool) -> None:
        self._rest()
        self.result.tell(report, self.file.text(), looked=dry_run)
        self._stack.setCurrentWidget(self.result)
        self.result.enter()
        if report.has_written:
            self.imported.emit(report)

    def _on_failed(self, error: Exception) -> None:
        self._rest()
        of_the_file = Path(self.file.text()).name in str(error)
        self.form.fail(error, "alyx" if of_the_file else "")
        if isinstance(error, ImportCancelled):
            self.form.sentence.say("unknown", "", str(error), error.hint)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._jobs.read(("time zones", id(self)), time_zones, self.zone.set_zones)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As a window of its own it stays while an import runs: that is stopped with Stop."""
        if self.is_running():
            event.ignore()
        else:
            super().closeEvent(event)

    def _rest(self) -> None:
        self.form.rest()
        self.running.emit(False)
