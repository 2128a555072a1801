"""Long work on the files of a repository: asked for in a form, seen going on, cancelled, told what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError, Refused
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.form_editors import LineEditor
from colonydesk.qtkit.forms import Clock, Entry, FormView
from colonydesk.qtkit.parts import label, rule, surface
from colonydesk.qtkit.search import Choice
from colonydesk.qtkit.theme import XL, L, M, S
from colonydesk.queries.records import choices
from colonydesk.services.opening import Database
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.asking import day_in

LOOK_MS = 150
WIDTH = 620
PARTS = 1000


class Share:
    """What the window and the worker both see. Plain attributes: nothing of Qt may get into the worker."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.cancelled = False

    def tell(self, done: int, total: int) -> None:
        """The worker has come so far."""
        self.done, self.total = done, total


Run = Callable[[Database, Mapping[str, Any], Share], Any]


class FilesWork(QWidget):
    """A form, its button, a progress bar, and what came of it. ``told`` as of a section.

    ``_run()`` gives the work to be done off the window's thread; ``finished`` gets what it returns.
    """

    told = Signal(str, str)

    def __init__(
        self,
        desk: Desk,
        title: str,
        text: str,
        word: str,
        entries: Sequence[Entry],
        targets: Mapping[str, str],
    ) -> None:
        super().__init__()
        self._desk = desk
        self._targets = dict(targets)
        self._share: Share | None = None
        clock = Clock(desk.now, lambda: zone("UTC").info)
        self.view = FormView(desk.source, entries, clock)
        self.view.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.go_button = QPushButton(word)
        self.go_button.setProperty("kind", "primary")
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.hide()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, PARTS)
        self.state = label(role="label")
        self.result = Sentence(desk.source)
        self.result.hide()
        self.details = QListWidget()
        self.details.setObjectName("kinds")
        self.details.setAccessibleName(self.tr("Files to look at"))
        self.details.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._lay_out(title, text)
        self.view.asked.connect(self._on_asked)
        self.view.changed.connect(lambda _name: self.result.hide())
        self.go_button.clicked.connect(self.go)
        self.cancel_button.clicked.connect(self.cancel)
        self.setFocusProxy(self.view)
        first = next(iter(self.view.entries))
        self.setFocusProxy(self.view.editor(first))

    def _lay_out(self, title: str, text: str) -> None:
        top = surface("panel")
        head = QHBoxLayout(top)
        head.setContentsMargins(L, S, L, S)
        head.addWidget(label(title, "title"))
        head.addStretch(1)
        top.setFixedHeight(46)
        panel = surface("panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(L, M, XL, L)
        inside.setSpacing(M)
        inside.addWidget(label(text, "secondary", wrap=True))
        inside.addWidget(self.view)
        acts = QHBoxLayout()
        acts.setSpacing(S)
        acts.addWidget(self.go_button)
        acts.addWidget(self.cancel_button)
        acts.addWidget(self.state)
        acts.addStretch(1)
        inside.addLayout(acts)
        inside.addWidget(self.bar)
        inside.addWidget(self.result)
        inside.addWidget(self.details, 1)
        inside.addStretch(1)
        panel.setFixedWidth(WIDTH)
        self.bar.hide()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(panel)
        rest = surface("panel")
        row.addWidget(rest, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(rule())
        column.addLayout(row, 1)

    def add_browse(self, name: str) -> None:
        """Put a button behind a field that holds a folder."""
        editor = self.view.editor(name)
        assert isinstance(editor, LineEditor)
        button = QPushButton(self.tr("Browse…"))
        layout = editor.layout()
        assert layout is not None
        layout.addWidget(button)
        button.clicked.connect(lambda: self._on_browse(name))

    # The work

    def _run(self) -> Run:
        """The work, as a plain function: a worker must not hold anything of Qt."""
        raise NotImplementedError

    def finished(self, result: Any) -> None:
        """Say what came of it."""
        raise NotImplementedError

    def go(self) -> None:
        """Begin, once the form is filled."""
        if self._share is None:
            self.view.when_taken(self._go)

    def _go(self) -> None:
        if not self.view.check():
            return
        self.details.hide()
        if self._desk.member is None:
            self.say("refused", self.tr("Choose below who records first."))
            return
        values = {name: self.view.value(name) for name in self.view.entries}
        values |= {"user_id": self._desk.member.id, "command_id": uuid4()}
        share = self._share = Share()
        self._show_going(going=True)
        run = self._run()
        self._desk.beside(
            ("files", id(self)), lambda db: run(db, values, share), self._on_done, self._on_failed
        )

    def cancel(self) -> None:
        """End it soon: what was done until then stays."""
        if self._share is not None:
            self._share.cancelled = True
            self.state.setText(self.tr("Coming to an end…"))

    def unsaved(self) -> bool:
        """Whether it is still going on; it is said then."""
        if self._share is not None:
            self.told.emit("warning", self.tr("Files are still being looked through: cancel that first."))
        return self._share is not None

    def say(self, state: str, text: str) -> None:
        """Show a sentence under the button."""
        self.result.say(state, text=text)
        self.result.show()

    def list_files(self, lines: Sequence[str]) -> None:
        """List the files that a person should look at."""
        self.details.clear()
        self.details.addItems(list(lines))
        self.details.setVisible(bool(lines))

    def _show_going(self, *, going: bool) -> None:
        self.go_button.setEnabled(not going)
        self.cancel_button.setVisible(going)
        self.bar.setVisible(going)
        self.bar.setValue(0)
        self.state.setText(self.tr("Looking through the folder…") if going else "")
        if going:
            self.result.hide()
            self._timer.start()
            self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._timer.stop()
            self.go_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look(self) -> None:
        share = self._share
        if share is not None and share.total and not share.cancelled:
            self.bar.setValue(PARTS * share.done // share.total)
            self.state.setText(self.tr("{} %").format(100 * share.done // share.total))

    def _on_done(self, result: Any) -> None:
        self._share = None
        self._show_going(going=False)
        self.finished(result)
        self._desk.bus.changed.emit({table: frozenset(ids) for table, ids in result.changed.items()})

    def _on_failed(self, error: Exception) -> None:
        self._share = None
        self._show_going(going=False)
        if isinstance(error, Refused) and self.view.refuse(error.field, error.sentence):
            return
        self._tell_failure(error)

    def _tell_failure(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.say("refused", error.sentence)

    def _on_asked(self, name: str, text: str) -> None:
        self._desk.read(
            ("choices", id(self), name),
            choices,
            self._targets[name],
            text,
            20,
            {},
            day_in(text, zone("UTC").day(self._desk.now())),
            done=lambda found: self.view.set_choices(
                name, text, [Choice(one.id, one.label, one.detail) for one in found]
            ),
            failed=self._on_no_choices,
        )

    def _on_no_choices(self, error: Exception) -> None:
        """Nothing is begun that waits for them; what is going on goes on."""
        self.view.act_no_more()
        self._tell_failure(error)

    def _on_browse(self, name: str) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder"), self.view.value(name) or "")
        if folder:
            self.view.put(name, folder)


def folder_of(values: Mapping[str, Any], name: str) -> Path:
    """The folder that was typed."""
    return Path(str(values[name])).expanduser()


def size_words(size: int) -> str:
    """ "1.2 GB"."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
