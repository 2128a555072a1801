"""The table and what stands beside it: how the width is shared, and who has it for itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from colonydesk.ui.desk import Desk
from colonydesk.ui.subjects.beside import Beside
from colonydesk.ui.subjects.listing import SubjectList

LAYOUT = "subjects across"
PAGE = 560
"""The least that the page of an animal needs, in pixels."""
_SPARE = 24
"""Pixels of the table beside its columns: the scroll bar, and some air."""


class Across(QSplitter):
    """The table gets what its columns need and the page the rest, until somebody moves the sash."""

    def __init__(self, desk: Desk, left: QWidget, listed: SubjectList, beside: Beside) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._desk = desk
        self._left = left
        self._list = listed
        self._beside = beside
        self.addWidget(left)
        self.addWidget(beside)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 1)
        self._by_hand = desk.place_sash(self, LAYOUT)
        self.splitterMoved.connect(self._on_moved)
        beside.hide()

    def remember_layout(self) -> None:
        """Put the place of the sash into the settings, where somebody chose it."""
        if self._by_hand and self.both():
            self._desk.remember_sash(self, LAYOUT)

    def both(self) -> bool:
        """Whether the table and something beside it are in sight."""
        return self._beside.isVisibleTo(self) and self._left.isVisibleTo(self)

    def has_table(self) -> bool:
        return self._left.isVisibleTo(self)

    def show_beside(self) -> None:
        self._beside.show()
        self.share()

    def hide_beside(self) -> None:
        self._beside.hide()
        self._left.show()

    def turn_table(self) -> None:
        """Away, or back."""
        self._left.setVisible(not self.has_table())
        self.share()

    def share(self) -> None:
        """Give the table what its columns need, as far as the page has room."""
        if self._by_hand or not self.both():
            return
        wanted = self._list.view.wanted_width() + _SPARE
        table = max(self._left.minimumSizeHint().width(), min(wanted, self.width() - PAGE))
        self.setSizes([table, max(PAGE, self.width() - table)])

    def _on_moved(self, _place: int, _index: int) -> None:
        self._by_hand = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share()
