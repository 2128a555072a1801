"""What has changed in the database, told to every screen at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID
from weakref import WeakMethod

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

Changed = dict[str, frozenset[UUID]]


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

    def tell(self, widget: QWidget, act: Callable[[Changed], object]) -> None:
        """Let the method ``act`` know what has changed, while ``widget`` is shown.

        What changes meanwhile comes at once when it is shown again: behind another section nothing is read at
        each entry.
        """
        self.changed.connect(_WhenShown(widget, act).hear)

    @Slot(object)
    def _pass_on(self, told: Changed) -> None:
        self.changed.emit(told)


class _WhenShown(QObject):
    def __init__(self, widget: QWidget, act: Callable[[Changed], object]) -> None:
        super().__init__(widget)
        # Weakly: a part that holds the whole of which it is deleted with would be the last to let go of it.
        self._act = WeakMethod(act)
        self._missed: Changed = {}
        widget.installEventFilter(self)

    @Slot(object)
    def hear(self, changed: Changed) -> None:
        widget, act = self.parent(), self._act()
        if act is not None and isinstance(widget, QWidget) and widget.isVisible():
            act(changed)
            return
        for table, ids in changed.items():
            known = self._missed.get(table)
            # No ids: any row, whatever came before or comes after.
            self._missed[table] = ids if known is None or not ids else known and known | ids

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self._missed:
            (act, missed), self._missed = (self._act(), self._missed), {}
            if act is not None:
                act(missed)
        return super().eventFilter(watched, event)
