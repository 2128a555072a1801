"""A line under the top of a report that is being printed: how far it is, and the way to give it up."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import L, S
from colonydesk.queries.reports import Report
from colonydesk.ui.data.work import LOOK_MS, Share
from colonydesk.ui.desk import Desk
from colonydesk.ui.reports.printing import Stopped, print_report


class PrintBar(QWidget):
    """Not seen where it takes no time. ``told`` as of a screen; ``going`` when it begins and when it ends.

    ``closed`` where it goes away with the keys in it.
    """

    told = Signal(str, str)
    going = Signal()
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._share: Share | None = None
        self.state = label(role="label")
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.cancel)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        row = QHBoxLayout(self)
        row.setContentsMargins(L, S, L, S)
        row.setSpacing(S)
        row.addWidget(self.state)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        self.hide()

    def is_going(self) -> bool:
        """Whether something is being printed."""
        return self._share is not None

    def unsaved(self) -> bool:
        """Whether something is being printed; it is said then."""
        if self._share is not None:
            self.told.emit("warning", self.tr("A report is still being printed: cancel that first."))
        return self._share is not None

    def begin(self, report: Report, printer: QPrinter) -> None:
        """Print beside the window. The printer is the job's, which gives it up where it was made."""
        if self._share is not None:
            return
        share, now = Share(), self._desk.now()
        self._share = share
        self.state.setText(self.tr("Laying out {} for the printer…").format(report.title))
        self._timer.start()
        self.going.emit()
        self._desk.beside(
            ("print", id(self)),
            lambda _db: print_report(report, printer, now, share.tell, lambda: share.cancelled),
            done=lambda _none: self._end("info", self.tr("{} is with the printer.").format(report.title)),
            failed=self._on_failed,
        )

    def cancel(self) -> None:
        """Give it up before the next page."""
        if self._share is not None:
            self._share.cancelled = True
            self.state.setText(self.tr("Coming to an end…"))

    def _look(self) -> None:
        share = self._share
        self.show()
        if share is not None and share.total and not share.cancelled:
            self.state.setText(self.tr("Printing: page {} of {}").format(share.done, share.total))

    def _on_failed(self, error: Exception) -> None:
        kind = "info" if isinstance(error, Stopped) else "error"
        self._end(kind, error.sentence if isinstance(error, KnownError) else "")  # a bug is told by the jobs

    def _end(self, kind: str, text: str) -> None:
        self._share = None
        self._timer.stop()
        had_keys = self.cancel_button.hasFocus()
        self.hide()
        self.going.emit()
        if had_keys:
            self.closed.emit()
        if text:
            self.told.emit(kind, text)
