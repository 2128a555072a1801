"""Several animals changed at once: what is to be changed, what that will do, and then one act for all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from colonydesk.domain.days import zone
from colonydesk.domain.errors import Doubtful, KnownError, Refused
from colonydesk.qtkit.forms import Clock, Entry, FormView
from colonydesk.qtkit.parts import capped, label, rule, surface
from colonydesk.qtkit.search import Choice
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.bulk import Preview, preview
from colonydesk.queries.records import choices
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.answers import ways
from colonydesk.ui.forms.frame import WIDEST
from colonydesk.ui.forms.strip import Strip

MOST = 1000
"""So many animals are changed at once; more would keep others waiting."""
PREVIEW_MS = 150
_TARGETS = {
    "responsible_user_id": "lab_member",
    "request_id": "subject_request",
    "line_id": "line",
}
_EMPTY = "empty"


class BulkPanel(QWidget):
    """``changed`` carries the command that changed the animals, and how many there were; ``closed``: it is
    put away; ``told`` as of a screen."""

    changed = Signal(object, int)
    closed = Signal()
    told = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ids: tuple[UUID, ...] = ()
        self._timezone = "UTC"
        self._command = uuid4()
        self._confirmed: frozenset[str] = frozenset()
        self._asked: frozenset[str] = frozenset()
        self._busy = False
        self._seen = False  # the preview of just this choice is shown, and nothing stands in its way
        self._title = label("", "title")
        clock = Clock(desk.now, lambda: zone(self._timezone).info)
        self.form = FormView(desk.source, self._entries(), clock)
        self.form.set_values({})
        self.form.changed.connect(lambda _name: self._on_edited())
        self.form.asked.connect(self._on_asked)
        self.summary = label("", "secondary", wrap=True)
        self.strip = Strip(desk.source)
        self.strip.layout().setContentsMargins(0, 0, 0, 0)
        self.apply = QPushButton(self.tr("Change them"))
        self.apply.setProperty("kind", "primary")
        self.apply.clicked.connect(self.change)
        self._leave = QPushButton(self.tr("Cancel"))
        self._leave.clicked.connect(self.put_away)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(PREVIEW_MS)
        self._look.timeout.connect(self._preview)
        desk.member_changed.connect(self._on_edited)  # what may be given away is another's choice now
        self._lay_out()
        self._show_apply()

    def _entries(self) -> list[Entry]:
        yes_no = ((True, self.tr("yes")), (False, self.tr("no")))
        nothing = (
            ("cage", self.tr("the cage")),
            ("responsible_user_id", self.tr("the responsible member")),
            ("request_id", self.tr("the request")),
            ("line_id", self.tr("the line")),
            ("reduced_date", self.tr("the reduced date")),
        )
        return [
            Entry("cage", self.tr("Cage"), "text"),
            Entry("responsible_user_id", self.tr("Responsible"), "reference"),
            Entry("request_id", self.tr("Request"), "reference"),
            Entry("line_id", self.tr("Line"), "reference"),
            Entry("to_be_genotyped", self.tr("To be genotyped"), "choice", codes=yes_no),
            Entry("to_be_culled", self.tr("To be culled"), "choice", codes=yes_no),
            Entry("reduced_date", self.tr("Reduced on"), "date"),
            Entry(_EMPTY, self.tr("Take away"), "choice", codes=nothing),
        ]

    def _lay_out(self) -> None:
        inner = surface("panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(L, M, L, M)
        column.setSpacing(M)
        column.addWidget(self._title)
        column.addWidget(label(self.tr("What you leave empty stays as it is."), "label"))
        column.addLayout(capped(self.form, WIDEST))
        column.addWidget(rule())
        column.addWidget(self.summary)
        column.addWidget(self.strip)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self.apply)
        buttons.addWidget(self._leave)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.setMinimumWidth(380)

    # Which animals

    def show_animals(self, ids: tuple[UUID, ...]) -> None:
        """Ask what is to be changed of these; what is typed stays."""
        self._ids = ids
        count = len(ids)
        self._title.setText(self.tr("Change %n animals", "", count).replace("%n", f"{count:,}"))
        self._on_edited()

    def set_timezone(self, name: str) -> None:
        """The zone by whose calendar dates are read."""
        self._timezone = name

    def unsaved(self) -> bool:
        """Whether something is typed that is not done; the panel says so then."""
        if not self.form.dirty():
            return False
        self.strip.tell("question", self.tr("This is not done yet: Change them, or Cancel."))
        return True

    def put_away(self) -> None:
        """Forget what was typed."""
        if self._busy:
            return
        self._clear()
        self.closed.emit()

    def _clear(self) -> None:
        self._look.stop()
        self._desk.jobs.drop(("bulk", id(self)))
        self.form.set_values({})
        self.form.clear_sentences()
        self.strip.put_away()
        self.summary.setText("")
        self._command = uuid4()
        self._set_seen(False)

    # What it will do

    def values(self) -> dict[str, Any]:
        """What is to be changed, by the fields' names; None takes a field's value away."""
        found = {name: value for name, value in self.form.changes().items() if value not in (None, "")}
        empty = found.pop(_EMPTY, None)
        if empty is not None:
            found[empty] = None
        return found

    def _on_edited(self) -> None:
        self._confirmed = self._asked = frozenset()
        self._command = uuid4()
        self.strip.put_away()
        self._set_seen(False)
        self._desk.jobs.drop(("bulk", id(self)))
        if len(self._ids) > MOST:
            text = self.tr("At most {} animals are changed at once: select fewer.")
            self.summary.setText(text.format(f"{MOST:,}"))
            return
        self._look.start()

    def _preview(self) -> None:
        values, half = self.values(), self._half_typed()
        if half:
            self.summary.setText(self.tr("This is not typed to its end: {}.").format(", ".join(half)))
        elif not values:
            self.summary.setText(self.tr("Nothing is changed yet."))
        else:
            self._read_preview(values)

    def _half_typed(self) -> list[str]:
        """The labels of the fields in which something stands that is no value (yet)."""
        changes = self.form.changes()
        return [self.form.entries[name].label for name in self.form.dirty() if name not in changes]

    def _read_preview(self, values: Mapping[str, Any]) -> None:
        user = self._desk.member.id if self._desk.member is not None else None
        self._desk.read(
            ("bulk", id(self)),
            preview,
            self._ids,
            values,
            user,
            self._desk.now(),
            done=self._on_preview,
            failed=self._on_no_preview,
        )

    def _on_preview(self, found: Preview) -> None:
        if found.gone:
            self.summary.setText(self.tr("Some of these animals are no longer there: select them again."))
        elif found.refusals:
            first = self.tr("Nothing can be changed as long as these are among them:")
            self.summary.setText("\n".join((first, *found.refusals)))
        else:
            self.summary.setText("\n".join((*found.sentences, *found.warnings)))
            self._set_seen(found.count > 0)

    def _on_no_preview(self, error: Exception) -> None:
        self.summary.setText("")
        self._on_failed(error)
        if isinstance(error, KnownError):
            self.strip.tell("refused", error.sentence, [(self.tr("Look again"), self._look.start)])

    def _set_seen(self, seen: bool) -> None:
        self._seen = seen
        self._show_apply()

    def _show_apply(self) -> None:
        self.apply.setEnabled(self._seen and not self._busy)

    def _on_asked(self, name: str, text: str) -> None:
        def answer(found: Any) -> None:
            self.form.set_choices(name, text, [Choice(one.id, one.label, one.detail) for one in found])

        self._desk.read(("bulk choices", id(self), name), choices, _TARGETS[name], text, done=answer)

    # Doing it

    def change(self) -> None:
        """Change the animals; asked once about what is doubtful, a second press does it.

        Nothing is done that was not shown before.
        """
        values = self.values()
        if self._busy or not self._seen:
            return
        if self._desk.member is None:
            self.strip.tell("refused", self.tr("Choose first who records, at the bottom of the window."))
            return
        self._busy = True
        self._show_apply()
        self._confirmed |= self._asked
        command, ids, user = self._command, self._ids, self._desk.member.id
        confirmed, given = self._confirmed, dict(values)

        def work(db: Database) -> Done:
            return _change(db, self._desk, command, ids, user, given, confirmed)

        self._desk.run(work, lambda _done: self._on_done(command, len(ids)), self._on_refused)

    def _on_done(self, command: UUID, count: int) -> None:
        self._busy = False
        self._clear()
        self.closed.emit()
        self.changed.emit(command, count)

    def _on_refused(self, error: Exception) -> None:
        self._busy = False
        self._show_apply()
        if isinstance(error, Doubtful):
            self._ask(error)
        elif isinstance(error, Refused) and self.form.refuse(error.field, error.sentence):
            return
        else:
            self._on_failed(error)

    def _ask(self, error: Doubtful) -> None:
        if found := ways(error.questions):
            acts = [(way.word, partial(self._answer, way.codes)) for way in found]
            self.strip.tell("question", str(error), acts)
            self.strip.focus_first()
            return
        self._asked = frozenset(question.code for question in error.questions)
        again = self.tr("{} Press Change them again if it is meant.")
        self.strip.tell("question", again.format(error))
        self.apply.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, codes: frozenset[str]) -> None:
        self._confirmed |= codes
        self.change()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.strip.tell("refused", error.sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)


def _change(
    db: Database,
    desk: Desk,
    command: UUID,
    ids: tuple[UUID, ...],
    user: UUID,
    values: Mapping[str, Any],
    confirmed: frozenset[str],
) -> Done:
    from colonydesk.services.bulk import ChangeSubjects, change_subjects

    asked = ChangeSubjects(command_id=command, ids=ids, user_id=user, values=values, confirmed=confirmed)
    return change_subjects(db, asked, desk.now())
