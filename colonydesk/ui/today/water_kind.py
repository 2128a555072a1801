"""The kind of water, chosen inside the water field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from colonydesk.queries.people import Choice


class WaterKind(QPushButton):
    """A word with a menu behind it; ``chosen`` when another kind was taken by hand."""

    chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "status")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._kinds: tuple[Choice, ...] = ()
        self._current: Choice | None = None
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._write()

    def set_kinds(self, kinds: tuple[Choice, ...]) -> None:
        """Offer these kinds; the one that is chosen stays so."""
        self._kinds = kinds
        self._menu.clear()
        for kind in kinds:
            self._menu.addAction(kind.name, lambda kind=kind: self._take(kind))
        self.choose(self._current.name if self._current else None)

    def choose(self, name: str | None) -> None:
        """Choose a kind by its name; the first (plain water) where there is none of that name."""
        by_name = {kind.name: kind for kind in self._kinds}
        self._current = by_name.get(name or "") or next(iter(self._kinds), None)
        self._write()

    def current(self) -> Choice | None:
        """The chosen kind."""
        return self._current

    def _take(self, kind: Choice) -> None:
        self._current = kind
        self._write()
        self.chosen.emit()

    def _write(self) -> None:
        name = self._current.name if self._current else self.tr("Water")
        self.setText(f"{name} ▾")
        self.setAccessibleName(self.tr("Kind of water: {}").format(name))
        self.setVisible(len(self._kinds) > 1)
