"""One number on its way into the database: asked about once, refused in place, never lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent

from colonydesk.domain.errors import Doubtful, KnownError, Refused
from colonydesk.qtkit.fields import NumberField
from colonydesk.queries.people import Choice
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.ahead import typed_on


@dataclass(frozen=True, slots=True)
class Attempt:
    """One value somebody wants saved. Trying again sends the very same, so that nothing is entered twice.

    ``water`` is the kind of water that was chosen, None where there was no choice.
    """

    value: float | None
    at: datetime
    adlib: bool = False
    water: Choice | None = None
    confirmed: frozenset[str] = frozenset()
    asked: str = ""
    command_id: UUID = field(default_factory=uuid4)
    record_id: UUID = field(default_factory=uuid4)


Command = tuple[Callable[..., Done], Any]
"""A service and what it is given."""


class Entry(QObject):
    """Saves what is in a field. ``saved`` carries the attempt and what it changed; ``not_saved`` comes where
    it was refused, asked about or failed.

    The field keeps its text until the commit has come back. A doubtful value asks once, at the field, and a
    second Enter confirms it; a failing database says so there, and Enter tries the same again.

    ``ahead`` is what was typed while the value was on its way: quick hands are at the next number already.
    """

    saved = Signal(object, object)
    not_saved = Signal()

    def __init__(self, desk: Desk, number: NumberField, command: Callable[[Attempt], Command]) -> None:
        """``command(attempt)`` gives the service and its command for an attempt."""
        super().__init__(number)
        self._desk = desk
        self._field = number
        self._command = command
        self._attempt: Attempt | None = None
        self._saving = False
        self.ahead = ""
        number.edited.connect(self.forget)
        number.edit.installEventFilter(self)

    @property
    def saving(self) -> bool:
        return self._saving

    @property
    def asked(self) -> bool:
        """Whether a question stands at the field, waiting for the second Enter."""
        return self._attempt is not None and bool(self._attempt.confirmed)

    def forget(self) -> None:
        """The value is another one now: what was asked about the last one does not count for it."""
        if not self._saving and self._attempt is not None:
            self._attempt = None
            self._field.sentence.clear()

    def submit(self, value: float | None, *, adlib: bool = False, water: Choice | None = None) -> None:
        """Send ``value`` (None: only for what needs no number, such as ad lib)."""
        if self._saving:
            return
        last = self._attempt
        if last is None or (last.value, last.adlib, last.water) != (value, adlib, water):
            self._attempt = Attempt(value, self._desk.now(), adlib, water)
        attempt = self._attempt
        service, command = self._command(attempt)
        self._saving, self.ahead = True, ""
        self._field.set_saving(True)

        def work(db: Database) -> Done:
            return service(db, command, self._desk.now())

        self._desk.run(work, lambda done: self._on_saved(attempt, done), self._on_failed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._saving and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            more = typed_on(self.ahead, event)
            if more is not None:
                self.ahead = more
                return True
        return super().eventFilter(watched, event)

    def _on_saved(self, attempt: Attempt, done: Done) -> None:
        self._release()
        self._attempt = None
        self.saved.emit(attempt, done)

    def _on_failed(self, error: Exception) -> None:
        self._release()
        if isinstance(error, Doubtful) and self._attempt is not None:
            codes = frozenset(question.code for question in error.questions)
            old = self._attempt
            self._attempt = replace(old, confirmed=old.confirmed | codes, asked=str(error))
            detail = self.tr("Enter again saves it all the same, Esc clears it.")
            self._field.sentence.say("question", text=str(error), detail=detail)
        elif isinstance(error, Refused):
            self._attempt = None
            self._field.refuse(error.sentence)
        elif isinstance(error, KnownError):
            detail = f"{error.hint} {self.tr('What you typed is kept; Enter tries again.')}".strip()
            self._field.sentence.say("refused", text=str(error), detail=detail)
        else:
            text = self.tr("This could not be saved: an error in the program.")
            self._field.sentence.say("refused", text=text, detail=self.tr("What you typed is kept."))
        self.not_saved.emit()

    def _release(self) -> None:
        self._saving = False
        self._field.set_saving(False)
