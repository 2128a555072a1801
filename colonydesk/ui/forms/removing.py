"""Taking a record away: asked in place, with what refers to it; a weighing or water is marked instead."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Qt

from colonydesk.domain.errors import Conflict, Doubtful
from colonydesk.queries.records import parts_of, referring
from colonydesk.services.record_values import listed
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.answers import ways
from colonydesk.ui.forms.filled import Filled

if TYPE_CHECKING:
    from colonydesk.ui.forms.form import RecordForm


class Removing(QObject):
    """The questions before a record of a form goes, and what is said after."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__(form)
        self._desk = desk
        self._form = form
        self._filled: Filled | None = None
        self._confirmed: frozenset[str] = frozenset()

    def ask(self, filled: Filled) -> None:
        """Look what refers to the record, and ask."""
        self._filled = filled
        self._confirmed = frozenset()
        self._desk.read(
            ("referring", id(self)),
            referring,
            self._form.sheet.table,
            filled.id,
            done=self._on_referring,
            failed=self._form.saves.on_failed,
        )

    def _on_referring(self, counts: dict[str, int]) -> None:
        form = self._form
        if self._filled is None or form.id() != self._filled.id:
            return
        if form.writes.reason:
            text = self.tr("Take “{}” out? It stays in the books, marked, and out of every sum.")
            acts = [(self.tr("Take out"), self._go), (self.tr("Keep"), form.strip.put_away)]
            form.strip.tell("question", text.format(form.called()), acts, self.tr("Why"))
            return
        parts = parts_of(form.sheet.table)
        hindering = {name: count for name, count in counts.items() if name not in parts}
        if hindering:
            refers = self.tr("“{}” cannot be deleted: {} refers to it.")
            refer = self.tr("“{}” cannot be deleted: {} refer to it.")
            one = sum(hindering.values()) == 1
            form.strip.tell("refused", (refers if one else refer).format(form.called(), listed(hindering)))
            return
        text = self.tr("Delete “{}”?").format(form.called())
        if counts:
            goes = self.tr("{} of it goes too.") if sum(counts.values()) == 1 else self.tr("{} of it go too.")
            text = f"{text} {goes.format(listed(counts).capitalize())}"
        acts = [(self.tr("Delete"), self._go), (self.tr("Keep"), form.strip.put_away)]
        form.strip.tell("question", text, acts)
        form.strip.focus_first()

    def _go(self) -> None:
        form, filled = self._form, self._filled
        if filled is None or form.id() != filled.id or not form.has_member():
            return
        reason = form.strip.reason.text().strip()
        if form.writes.reason and not reason:
            form.strip.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        draft = form.saves.draft(filled, reason, self._confirmed)
        form.saves.send(form.writes.delete(draft), lambda _done: self._on_gone(filled.id), self._on_failed)

    def _on_gone(self, row_id: UUID) -> None:
        form, called = self._form, self._form.called()
        if form.writes.replaces:
            form.discard()
            form.say_undoable(self.tr("Taken out."))
        else:
            form.close_record()
            form.say_undoable(self.tr("“{}” is deleted.").format(called))
        form.deleted.emit(row_id)

    def _answer(self, codes: frozenset[str]) -> None:
        self._confirmed |= codes
        self._go()

    def _on_failed(self, error: Exception) -> None:
        form = self._form
        if isinstance(error, Doubtful):
            codes = frozenset(question.code for question in error.questions)
            acts = [(way.word, partial(self._answer, way.codes)) for way in ways(error.questions)]
            acts = acts or [(self.tr("Delete all the same"), partial(self._answer, codes))]
            form.strip.tell("question", str(error), [*acts, (self.tr("Do not delete"), form.strip.put_away)])
            form.strip.focus_first()
        elif isinstance(error, Conflict):
            form.discard()
            form.strip.tell("near", self.tr("Somebody else has changed this record: look at it first."))
        else:
            form.saves.on_failed(error)
