"""What is done with several animals at once: the bar below the table."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from colonydesk.qtkit.parts import label
from colonydesk.qtkit.table_view import PagedView
from colonydesk.qtkit.theme import L, M, S
from colonydesk.ui.subjects.beside import Beside


class Several(QFrame):
    """A bar that is there while several are selected.

    ``shown``: their change or their weights have come beside the table. ``told`` as of a screen.
    """

    shown = Signal()
    told = Signal(str, str)

    def __init__(self, view: PagedView, beside: Beside) -> None:
        super().__init__()
        self._view = view
        self._beside = beside
        self.setProperty("surface", "rail")
        self._count = label(role="strong")
        self._build()
        view.selection_changed.connect(self._on_selection)

    def _build(self) -> None:
        change = QPushButton(self.tr("Change…"))
        change.setToolTip(self.tr("Change all that are selected (Ctrl+B)"))
        change.clicked.connect(self.open_bulk)
        curves = QPushButton(self.tr("Weights"))
        curves.setToolTip(self.tr("The weights of all that are selected, over one another (Ctrl+G)"))
        curves.clicked.connect(self.open_curves)
        row = QHBoxLayout(self)
        row.setContentsMargins(L, 6, M, 6)
        row.setSpacing(S)
        row.addWidget(self._count)
        row.addWidget(change)
        row.addWidget(curves)
        row.addStretch(1)
        self.hide()

    def open_bulk(self) -> None:
        """Change all the animals that are selected."""
        self._open(self._beside.show_bulk)

    def open_curves(self) -> None:
        """The weights of all the animals that are selected, over one another."""
        self._open(self._beside.show_curves)

    def _open(self, show: Callable[[tuple[UUID, ...]], bool]) -> None:
        ids = self._view.selected_ids()
        if len(ids) < 2:
            text = self.tr("Select several animals first: Shift or Ctrl with the arrows or the mouse.")
            self.told.emit("info", text)
        elif show(ids):
            self.shown.emit()

    def _on_selection(self) -> None:
        """What is beside the table goes with the selection."""
        count = self._view.selected_count()
        self.setVisible(count > 1)
        if count > 1:
            text = self.tr("%n selected", "", count).replace("%n", f"{count:,}")
            self._count.setText(text)
            if self._beside.shows_bulk():
                self._beside.show_bulk(self._view.selected_ids())
            elif self._beside.shows_curves():
                self._beside.show_curves(self._view.selected_ids())
