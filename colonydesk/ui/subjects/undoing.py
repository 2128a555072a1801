"""Taking back what was done to animals from this screen: a change of several, a new one."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.notice import Notice
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.subjects.beside import Beside
from colonydesk.ui.taking_back import TakingBack


class Undoing(QObject):
    """``notice`` says what was done, and offers to undo it. ``told`` as of a screen."""

    told = Signal(str, str)

    def __init__(self, desk: Desk, beside: Beside) -> None:
        super().__init__(beside)
        self._beside = beside
        self.notice = Notice(desk.source)
        self._done = TakingBack(desk, self._on_failed)
        self._made: dict[UUID, UUID] = {}  # which animal a command has made
        beside.changed.connect(self._on_changed)
        beside.made.connect(self._on_made)

    def undo_last(self) -> None:
        """Take back the last change of several, or new animal, of this sitting."""
        if (last := self._done.last()) is not None:
            self._undo(last)

    def _on_changed(self, command: UUID, count: int) -> None:
        self._done.add(command)
        text = words.counted(count, self.tr("1 animal changed."), self.tr("%n animals changed."))
        self._offer(text, command)

    def _on_made(self, subject_id: UUID, commands: tuple[UUID, ...]) -> None:
        for command in commands:
            self._done.add(command)
        if commands:
            self._made[commands[0]] = subject_id
            self._offer(self.tr("The new animal is saved."), commands[-1])

    def _offer(self, text: str, command: UUID) -> None:
        self.notice.tell(text, "info", self.tr("Undo"), partial(self._undo, command))

    def _undo(self, command: UUID) -> None:
        self._done.undo(command, partial(self._on_undone, command))

    def _on_undone(self, command: UUID) -> None:
        self.notice.put_away()  # it offered that undo
        made = self._made.pop(command, None)
        if made is not None and self._beside.animal() == made:
            self._beside.put_away()  # there is nothing any more that its page could show
        self.told.emit("info", self.tr("Undone."))

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)
