"""Undo of what a form has saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import QObject

from colonydesk.domain.errors import KnownError
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.services.undo import undo
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.filled import of_loaded
from colonydesk.ui.forms.loading import Loaded

if TYPE_CHECKING:
    from colonydesk.ui.forms.form import RecordForm


def undo_call(undone: UUID, user_id: UUID, now: datetime) -> Callable[[Database], Done]:
    """Work that takes back the command ``undone``; sent again it does nothing more."""
    command_id = uuid4()
    return lambda db: undo(db, command_id, undone, user_id, now)


class Undoing(QObject):
    """The commands that a form has done, the last first to be taken back."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__(form)
        self._desk = desk
        self._form = form
        self._done: list[UUID] = []

    def add(self, command_id: UUID) -> None:
        """This was done."""
        self._done.append(command_id)

    def undo(self) -> None:
        """Take back the last."""
        form, member = self._form, self._desk.member
        if self._done and not form.saving and form.has_member() and member is not None:
            undone = self._done[-1]
            form.saving = True
            work = undo_call(undone, member.id, self._desk.now())
            self._desk.run(work, lambda done: self._on_undone(undone, done), self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        self._form.saving = False
        if isinstance(error, KnownError):
            text = " ".join(part for part in (str(error), error.hint) if part)
            self._form.strip.tell("refused", text)
        else:
            self._desk.jobs.failed.emit(error)

    def _on_undone(self, undone: UUID, done: Done) -> None:
        form = self._form
        form.saving = False
        self._done.remove(undone)
        ids = done.changed.get(form.sheet.table, ())
        row_id = form.held.id if form.held is not None else ids[0] if ids else None
        form.strip.tell("ok", self.tr("Undone."))
        if row_id is not None:
            form.fetch(row_id, self._on_after)
            form.saved.emit(row_id)

    def _on_after(self, loaded: Loaded) -> None:
        if loaded.record is None:
            self._form.close_record()
        else:
            self._form.fill(of_loaded(loaded))
        self._form.strip.tell("ok", self.tr("Undone."))
