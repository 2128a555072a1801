"""Columns as wide as their texts, as far as the table has room: no word is cut off beside an empty place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QTableView

WIDEST = 360
"""No column asks for more: beyond that it is prose, which may be cut off."""
MEASURED = 64
"""So many rows are measured together."""


class SpareRoom(QObject):
    """Gives what the usual widths leave of a table's room to the columns whose texts are longer.

    ``usual(room)`` are the widths in so many pixels; ``needed(index)`` is what a cell asks for. A column does
    not get narrower again because other rows come: nothing jumps while one scrolls. What somebody has drawn
    by hand stays. The view calls ``fit`` when it has another size.
    """

    def __init__(
        self,
        view: QTableView,
        usual: Callable[[int], Sequence[int]],
        needed: Callable[[QModelIndex], int],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._usual = usual
        self._needed = needed
        self._wanted = [0] * view.model().columnCount()
        self._fitting = self._by_hand = False
        view.model().dataChanged.connect(lambda first, last, _roles: self.measure(first.row(), last.row()))
        view.horizontalHeader().sectionResized.connect(self._on_resized)
        self.fit()

    def measure(self, first: int, last: int) -> None:
        """These rows have come, or are others."""
        model, before = self._view.model(), list(self._wanted)
        for row in range(first, min(last + 1, first + MEASURED)):
            for column, wanted in enumerate(self._wanted):
                self._wanted[column] = max(wanted, min(WIDEST, self._needed(model.index(row, column))))
        if self._wanted != before:
            self.fit()

    def fit(self) -> None:
        """Share out the room that there is now."""
        if self._by_hand:
            return
        room = self._view.viewport().width()
        hidden = self._view.isColumnHidden
        widths = [0 if hidden(column) else width for column, width in enumerate(self._usual(room))]
        shown = [column for column, _ in enumerate(widths) if not hidden(column)]
        lacking = [
            0 if hidden(column) else max(0, wanted - width)
            for column, (wanted, width) in enumerate(zip(self._wanted, widths, strict=True))
        ]
        if self._view.horizontalHeader().stretchLastSection() and shown:
            lacking[shown[-1]] = 0  # it takes what is left
        share = min(1.0, max(0, room - sum(widths)) / max(1, sum(lacking)))
        self._fitting = True
        for column in shown:
            self._view.setColumnWidth(column, widths[column] + int(lacking[column] * share))
        self._fitting = False

    def _on_resized(self, _column: int, _old: int, _new: int) -> None:
        if not self._fitting and is_being_drawn(self._view.horizontalHeader()):
            self._by_hand = True


def is_being_drawn(header: QHeaderView) -> bool:
    """Whether somebody has the head in hand. A sash that is moved makes other widths and columns, too."""
    return header.viewport().underMouse() and QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
