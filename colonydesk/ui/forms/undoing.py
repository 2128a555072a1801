"""Undo of what a form has saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import QObject

from colonydesk.domain.errors import KnownError
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.services.undo import undo
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.loading import Loaded
from colonydesk.ui.taking_back import passes

if TYPE_CHECKING:
    from colonydesk.ui.forms.form import RecordForm


def undo_call(undone: UUID, user_id: UUID, now: datetime) -> Callable[[Database], Done]:
    """Work that takes back the command ``undone``; sent again it does nothing more."""
    command_id = uuid4()
    return lambda db: undo(db, command_id, undone, user_id, now)


@dataclass(slots=True)
class _Deed:
    """A command of the form, and the record it was for; ``what`` is done with it: new, changed or deleted."""

    command_id: UUID
    row_id: UUID
    called: str
    what: str


class Undoing(QObject):
    """The commands that a form has done, the last first to be taken back."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__(form)
        self._desk = desk
        self._form = form
        self._done: list[_Deed] = []
        self._left: int | None = None  # the version in which the last save left its record
        form.filled.connect(self._on_filled)
        form.deleted.connect(self._on_deleted)

    def add(self, command_id: UUID) -> None:
        """This was done to the record in the form."""
        held = self._form.held
        assert held is not None
        what = "new" if held.version is None else "changed"
        self._done.append(_Deed(command_id, held.id, self._form.called(), what))
        self._left = None

    def _on_filled(self) -> None:
        """A new record is called something once it was read back."""
        held = self._form.held
        for deed in self._done:
            if held is not None and held.version is not None and deed.row_id == held.id:
                deed.called = self._form.called()
        self._look_for_newer()

    def hand_over(self, row_id: UUID) -> tuple[UUID, ...]:
        """The commands of a record, the last at the end, to be taken back by somebody else from now on."""
        found = tuple(deed.command_id for deed in self._done if deed.row_id == row_id)
        self._done = [deed for deed in self._done if deed.row_id != row_id]
        return found

    def word(self) -> str:
        """What the way back is called."""
        return self.tr("Undo")

    def _look_for_newer(self) -> None:
        """What was changed again since is not offered to be undone: that would be refused."""
        form, held = self._form, self._form.held
        last = self._done[-1] if self._done else None
        if last is None or last.what == "deleted" or held is None or held.id != last.row_id:
            return
        if self._left is None:
            self._left = held.version
        elif held.version != self._left and form.strip.acts() == [self.word()]:
            form.strip.tell("near", self.tr("Saved. It was changed again since, elsewhere."))

    def _on_deleted(self, row_id: UUID) -> None:
        if self._done and self._done[-1].row_id == row_id:
            self._done[-1].what = "deleted"

    def undo(self) -> None:
        """Take back the last; not while something is typed that is not saved, which is said then."""
        form, member = self._form, self._desk.member
        if not self._done or form.saving or not form.free() or not form.has_member() or member is None:
            return
        deed = self._done[-1]
        form.saving = True
        work = undo_call(deed.command_id, member.id, self._desk.now())
        self._desk.run(work, lambda _done: self._on_undone(deed), lambda error: self._on_failed(deed, error))

    def _on_failed(self, deed: _Deed, error: Exception) -> None:
        self._form.saving = False
        if not passes(error):
            self._done.remove(deed)  # it would be in the way of those before it
        if isinstance(error, KnownError):
            text = error.sentence
            self._form.strip.tell("refused", text)

    def _on_undone(self, deed: _Deed) -> None:
        form = self._form
        form.saving = False
        self._done.remove(deed)
        if deed.what != "new":
            self._tell(deed)
            form.fetch(deed.row_id, lambda loaded: self._on_after(deed, loaded))
            form.saved.emit(deed.row_id)
        elif form.id() == deed.row_id:
            form.close_record()
            self._tell(deed)
            form.deleted.emit(deed.row_id)
        else:
            self._tell(deed)

    def _on_after(self, deed: _Deed, loaded: Loaded) -> None:
        """The record is shown as it is again, whichever stood in the form."""
        self._form.on_loaded(loaded)
        if loaded.record is not None:
            self._tell(deed)

    def _tell(self, deed: _Deed) -> None:
        said = {
            "new": self.tr("Undone: “{}”, which was new, is gone again."),
            "changed": self.tr("Undone: “{}” is as it was before."),
            "deleted": self.tr("Undone: “{}” is back."),
        }
        self._form.strip.tell("ok", said[deed.what].format(deed.called))
