"""What this sitting has done and can take back, the last first."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from colonydesk.domain.errors import Conflict, Doubtful, KnownError, Refused
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.ui.desk import Desk


class TakingBack:
    """The commands that ``add`` was told of.

    An undo that fails for a passing reason (the server is down, nobody records) can be tried again; one that
    is refused is said once, by ``failed``, and let go: it would be in the way of those before it.
    """

    def __init__(self, desk: Desk, failed: Callable[[Exception], None]) -> None:
        self._desk = desk
        self._failed = failed
        self._commands: list[UUID] = []
        self._tried: dict[UUID, UUID] = {}
        self._busy = False

    def add(self, command: UUID) -> None:
        """This was done last."""
        self._commands.append(command)

    def last(self) -> UUID | None:
        """What was done last and can be taken back; None for nothing."""
        return self._commands[-1] if self._commands else None

    def undo(self, command: UUID, done: Callable[[], None] | None = None) -> None:
        """Take back a command, one at a time; ``done`` is called afterwards. Nobody records: nothing."""
        if self._busy or self._desk.member is None or command not in self._commands:
            return
        self._busy = True
        # Tried again after no answer came, it is the same undo, which changes nothing a second time.
        new, user = self._tried.setdefault(command, uuid4()), self._desk.member.id

        def work(db: Database) -> Done:
            from colonydesk.services.undo import undo

            return undo(db, new, command, user, self._desk.now())

        def finished(_done: Done) -> None:
            self._busy = False
            self._commands.remove(command)
            if done is not None:
                done()

        def failed(error: Exception) -> None:
            self._busy = False
            if not passes(error):
                self._commands.remove(command)
            self._failed(error)

        self._desk.run(work, finished, failed)


def passes(error: Exception) -> bool:
    """Whether what failed may go another time: the server is down, who records is not active any more."""
    if isinstance(error, Refused):
        return error.field == "user"
    return isinstance(error, KnownError) and not isinstance(error, Conflict | Doubtful)
