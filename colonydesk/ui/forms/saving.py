"""Saving what a form holds: sent as a draft; what is doubtful is asked about, what is refused is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from colonydesk.domain.errors import Conflict, Doubtful, KnownError, Refused
from colonydesk.services.done import Done
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.answers import ways
from colonydesk.ui.forms.filled import Filled, given
from colonydesk.ui.forms.writes import Call, Draft

if TYPE_CHECKING:
    from colonydesk.ui.forms.form import RecordForm


class Saving(QObject):
    """``written`` carries the id of each command that is done. ``show_theirs`` puts what somebody else has
    saved beside what was typed."""

    written = Signal(object)

    def __init__(self, desk: Desk, form: RecordForm, show_theirs: Callable[[], None]) -> None:
        super().__init__(form)
        self._desk = desk
        self._form = form
        self._show_theirs = show_theirs
        self._asked: frozenset[str] = frozenset()
        self._confirmed: frozenset[str] = frozenset()

    def forget_answers(self) -> None:
        """Something else is in the form: what was answered was not about it."""
        self._asked = self._confirmed = frozenset()

    def save(self) -> None:
        """Check the form and send it; what was asked about is confirmed by that."""
        form = self._form
        filled = form.held
        form.show_state()
        if filled is None or not form.view.check():
            return
        if form.view.others():
            form.strip.tell("near", self.tr("Choose at each marked field between mine and theirs."))
        elif filled.version is not None and not form.view.dirty():
            form.strip.tell("ok", self.tr("Nothing is changed."))
        elif form.has_member():
            self._confirmed |= self._asked
            draft, sent = self.draft(filled), form.view.values()
            try:
                call = form.writes.save(draft)
            except Refused as error:
                self.on_failed(error)
                return
            self.send(call, lambda done: self._on_saved(filled, draft, sent, done))

    def draft(self, filled: Filled, reason: str = "", confirmed: frozenset[str] = frozenset()) -> Draft:
        """The form as it is sent."""
        form, member = self._form, self._desk.member
        assert member is not None
        values, linked = given(form.sheet, form.view, filled)
        return Draft(
            command_id=filled.command,
            table=form.sheet.table,
            id=filled.id,
            user_id=member.id,
            version=filled.version,
            values=values,
            links=linked,
            before=filled.values,
            successor=filled.successor,
            confirmed=self._confirmed | confirmed,
            reason=reason,
        )

    def send(
        self, call: Call, done: Callable[[Done], None], failed: Callable[[Exception], None] | None = None
    ) -> None:
        """Let the writer do it; until it comes back the form keeps what it holds."""
        form = self._form

        def came(result: Done) -> None:
            form.saving = False
            self.written.emit(result.command_id)
            done(result)

        def failing(error: Exception) -> None:
            form.saving = False
            form.show_state()
            (failed or self.on_failed)(error)

        form.saving = True
        form.show_state()
        self._desk.write(*call, came, failing)

    def _on_saved(self, filled: Filled, draft: Draft, sent: Mapping[str, Any], done: Done) -> None:
        form = self._form
        row_id = draft.successor if draft.successor in done.changed.get(draft.table, ()) else filled.id
        form.held = Filled(row_id, filled.version or 1, filled.values, filled.labels, filled.title)
        form.view.accept(sent)
        typed_on = form.unsaved()
        form.say_undoable(self.tr("Saved, but for what you typed since.") if typed_on else self.tr("Saved."))
        form.fetch(row_id, form.on_loaded)
        form.saved.emit(row_id)

    def on_failed(self, error: Exception) -> None:
        """Say why it was not saved, at its field where it has one."""
        form = self._form
        if isinstance(error, Doubtful):
            self._ask(error)
        elif isinstance(error, Conflict):
            self._show_theirs()
        elif isinstance(error, Refused):
            if not form.view.refuse(error.field, error.sentence):
                form.strip.tell("refused", error.sentence)
        elif isinstance(error, KnownError):
            form.strip.tell("refused", error.sentence, [(self.tr("Try again"), form.save)])

    def _ask(self, error: Doubtful) -> None:
        """Ask once; a second save means yes, but where it is to be chosen between two ways to go on."""
        form = self._form
        found = ways(error.questions)
        self._asked = frozenset() if found else frozenset(one.code for one in error.questions)
        at_field = form.view.ask(error.field, str(error))
        text = self.tr("This is doubtful: see at the field.") if at_field else str(error)
        acts = [(way.word, partial(self._answer, way.codes)) for way in found]
        form.strip.tell("question", text, acts or [(self.tr("Save all the same"), form.save)])
        if found:
            form.strip.focus_first()
        else:
            form.save_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, codes: frozenset[str]) -> None:
        self._confirmed |= codes
        self._form.save()
