"""Beside the worklist: when, why and how the ticked animals are culled; or when the bodies were reduced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from colonydesk.domain.codes import SEVERITY
from colonydesk.domain.days import zone
from colonydesk.domain.errors import Doubtful, KnownError, Refused
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.forms import Clock, Entry, FormView
from colonydesk.qtkit.parts import label, rule
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.culls import CullRow, left_alone
from colonydesk.services.culls import CullSubjects, ReduceSubjects, cull_subjects, reduce_subjects
from colonydesk.services.done import Done
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.strip import Strip
from colonydesk.ui.forms.undoing import undo_call
from colonydesk.ui.taking_back import passes

NAMED = 12
"""So many of the ticked animals are named."""

_FIELDS = {"actual_severity": "severity", "reduced_date": "date"}
"""What the services call the panel's fields."""


class CullPanel(QWidget):
    """``reduces``: it is about the bodies of the dead, and only asks for a day.

    ``done`` after the animals were culled, or it was undone; ``left`` with Escape: back to the list.
    """

    done = Signal()
    left = Signal()

    def __init__(self, desk: Desk, timezone: Callable[[], str], *, reduces: bool) -> None:
        super().__init__()
        self._desk = desk
        self._timezone = timezone
        self._reduces = reduces
        self._rows: tuple[CullRow, ...] = ()
        self._saving = False
        self._command = uuid4()
        self._asked: frozenset[str] = frozenset()
        self._undoable: list[tuple[UUID, str]] = []
        self.form: FormView | None = None
        self._day = self._today()
        self._title = label(role="title", wrap=True)
        self._names = label(role="secondary", wrap=True)
        self._alone = Sentence(desk.source)
        self.strip = Strip(desk.source)
        self.go = QPushButton()
        self.go.setProperty("kind", "primary")
        self.go.setAutoDefault(True)
        self.go.clicked.connect(self.save)
        self._lay_out()
        self.set_choices((), ())
        self.set_rows(())

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("form")
        self._within = QVBoxLayout(inside)
        self._within.setContentsMargins(L, L, L, L)
        self._within.setSpacing(M)
        self._within.addWidget(self._title)
        self._within.addWidget(self._names)
        self._within.addWidget(self._alone)
        self._within.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QHBoxLayout()
        foot.setContentsMargins(L, S, L, M)
        foot.addWidget(self.go)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(rule())
        column.addWidget(self.strip)
        column.addLayout(foot)

    def set_choices(self, reasons: Sequence[tuple[UUID, str]], methods: Sequence[tuple[UUID, str]]) -> None:
        """The reasons and methods to choose from; what is typed stays."""
        before = self.form
        kept = {name: before.value(name) for name in before.entries} if before is not None else {}
        if before is not None:
            self._within.removeWidget(before)
            before.hide()
            before.deleteLater()
        clock = Clock(self._desk.now, lambda: zone(self._timezone()).info)
        entries = [Entry("date", self.tr("Date"), "date", required=True)]
        if not self._reduces:
            entries += [
                Entry("cull_reason_id", self.tr("Reason"), "choice", codes=tuple(reasons)),
                Entry("cull_method_id", self.tr("Method"), "choice", codes=tuple(methods)),
                Entry("severity", self.tr("Actual severity"), "choice", codes=tuple(SEVERITY.items())),
                Entry("description", self.tr("Description"), "long", lines=3),
            ]
        self.form = FormView(self._desk.source, entries, clock)
        self.form.set_values(kept if kept.get("date") is not None else {**kept, "date": self._today()})
        self.form.changed.connect(self._on_changed)
        self._within.insertWidget(3, self.form)
        QWidget.setTabOrder(self.form.editor(entries[-1].name).keys(), self.go)

    def _today(self) -> Any:
        return zone(self._timezone()).day(self._desk.now())

    def set_rows(self, rows: Sequence[CullRow]) -> None:
        """The animals that are ticked."""
        if tuple(rows) != self._rows:
            self._new_command()
        if not self._rows:
            self._begin_day()
        self._rows = tuple(rows)
        count = len(rows)
        self._title.setText(self._what(count) if count else self.tr("No animal is ticked"))
        names = [row.nickname for row in rows[:NAMED]]
        more = self.tr(" and {} more").format(count - NAMED) if count > NAMED else ""
        self._names.setText(
            ", ".join(names) + more if count else self.tr("Tick animals in the list: a click, or Space.")
        )
        alone = "" if self._reduces else self._alone_text(rows)
        if alone:
            self._alone.say("near", text=alone)
        else:
            self._alone.clear()
        self._alone.setVisible(bool(alone))
        self._show_button()

    def _begin_day(self) -> None:
        """Today is proposed, also where the program has been open since yesterday; another day that was typed
        stays."""
        today, form = self._today(), self.form
        assert form is not None
        if today != self._day and form.value("date") == self._day:
            form.set_values({**{name: form.value(name) for name in form.entries}, "date": today})
        self._day = today

    def _what(self, count: int) -> str:
        verb = self.tr("Reduce") if self._reduces else self.tr("Cull")
        animals = self.tr("1 animal") if count == 1 else self.tr("{} animals").format(count)
        return f"{verb} {animals}"

    def _alone_text(self, rows: Sequence[CullRow]) -> str:
        found = [
            self.tr("{} is then alone in cage {}").format(mate.nickname, cage)
            for cage, mate in left_alone(rows)
        ]
        return "; ".join(found) + "." if found else ""

    def alone_text(self) -> str:
        """Which cage mates stay alone, "" where none does."""
        return "" if self._alone.isHidden() else self._alone.text()

    def unsaved(self) -> bool:
        """Whether animals are ticked and something is noted of them."""
        assert self.form is not None
        noted = [name for name in self.form.dirty() if name != "date"]
        return bool(self._rows) and bool(noted)

    def focus_form(self) -> None:
        """Give the keys to the first field."""
        if self.form is not None:
            self.form.focus("date" if self._reduces else "cull_reason_id")

    def say_unsaved(self) -> None:
        self.strip.tell("near", self.tr("The ticked animals are not culled yet."))

    # Saving

    def save(self) -> None:
        """Cull the ticked animals; what is doubtful is asked once, and done with a second Enter."""
        form = self.form
        if self._saving or not self._rows or form is None or not form.check():
            return
        member = self._desk.member
        if member is None:
            self.strip.tell("refused", self.tr("Choose below who records first."))
            return
        ids = tuple(row.id for row in self._rows)
        date = form.value("date")
        common: dict[str, Any] = {"command_id": self._command, "ids": ids, "user_id": member.id, "date": date}
        if self._reduces:
            call: tuple[Callable[..., Done], Any] = (reduce_subjects, ReduceSubjects(**common))
        else:
            names = ("cull_reason_id", "cull_method_id", "severity", "description")
            values = {name: form.value(name) for name in names}
            call = (cull_subjects, CullSubjects(**common, **values, confirmed=self._asked))
        self._saving = True
        self._show_button()
        names_of = ", ".join(row.nickname for row in self._rows[:NAMED])
        self._desk.write(*call, lambda done: self._on_saved(done, names_of, len(ids)), self._on_failed)

    def _on_saved(self, done: Done, names: str, count: int) -> None:
        self._saving = False
        self._undoable.append((done.command_id, names))
        self._new_command()
        self._begin_anew()
        what = self.tr("reduced") if self._reduces else self.tr("culled")
        animals = names if count <= 3 else self.tr("{} animals").format(count)
        self.strip.tell(
            "ok",
            self.tr("{}: {}.").format(animals, what),
            [(self.tr("Undo"), self.undo)],
        )
        self.set_rows(())
        self.left.emit()  # to the next ones; Ctrl+Z takes it back from there too
        self.done.emit()

    def _begin_anew(self) -> None:
        """What was said of these animals is not said of the next: their day, severity and description. Why
        and how they are culled stays."""
        assert self.form is not None
        names = () if self._reduces else ("cull_reason_id", "cull_method_id")
        kept = {name: self.form.value(name) for name in names}
        self._day = self._today()
        self.form.set_values({**kept, "date": self._day})

    def _on_failed(self, error: Exception) -> None:
        self._saving = False
        self._show_button()
        if isinstance(error, Doubtful):
            self._asked |= frozenset(question.code for question in error.questions)
            self.strip.tell("question", str(error))
            self.go.setText(self.tr("{} all the same").format(self._what(len(self._rows))))
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)
        elif isinstance(error, Refused):
            text = error.sentence
            field = _FIELDS.get(error.field, error.field)
            if self.form is None or not self.form.refuse(field, text):
                self.strip.tell("refused", text)
        elif isinstance(error, KnownError):
            text = error.sentence
            self.strip.tell("refused", text, [(self.tr("Try again"), self.save)])

    def undo(self) -> None:
        """Take back the last that this panel has done."""
        member = self._desk.member
        if not self._undoable or self._saving:
            return
        if member is None:
            self.strip.tell("refused", self.tr("Choose below who records first."))
            return
        self._saving = True
        command_id, names = self._undoable[-1]
        work = undo_call(command_id, member.id, self._desk.now())
        self._desk.run(work, lambda _done: self._on_undone(names), self._on_undo_failed)

    def _on_undone(self, names: str) -> None:
        self._saving = False
        self._undoable.pop()
        self.strip.tell("ok", self.tr("Undone: {}.").format(names))
        self._show_button()
        self.done.emit()

    def _on_undo_failed(self, error: Exception) -> None:
        if not passes(error):
            self._undoable.pop()  # it would be in the way of those before it
        self._on_failed(error)

    def _new_command(self) -> None:
        """Other animals or other words: what was asked does not count for them."""
        self._command = uuid4()
        self._asked = frozenset()

    def _on_changed(self, _name: str) -> None:
        self._new_command()
        if self.strip.text() and not self._undoable:
            self.strip.put_away()
        self._show_button()

    def _show_button(self) -> None:
        self.go.setEnabled(bool(self._rows) and not self._saving)
        count = len(self._rows)
        verb = self.tr("Reduce") if self._reduces else self.tr("Cull")
        self.go.setText(self.tr("Saving…") if self._saving else self._what(count) if count else verb)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
