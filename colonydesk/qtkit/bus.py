"""What has changed in the database, told to every screen at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot


class ChangeBus(QObject):
    """``changed`` carries ``dict[table name, frozenset of ids]`` and is emitted on the GUI thread.

    No ids under a name: any row of that table may have changed.

    A write's own result is published by whoever wrote; another workstation's by the live watch, which
    runs in a thread of its own. A screen refetches the rows that it shows of them.
    """

    changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._pass_on)  # queued when emitted from another thread

    def publish(self, changed: Mapping[str, Iterable[UUID]]) -> None:
        """Tell the screens; may be called from any thread. Nothing is emitted where nothing changed."""
        if changed:
            self._arrived.emit({table: frozenset(ids) for table, ids in changed.items()})

    @Slot(object)
    def _pass_on(self, told: dict[str, frozenset[UUID]]) -> None:
        self.changed.emit(told)
