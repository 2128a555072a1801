"""The pages at the right of the first page: one is in sight, and is scrolled where it is too high."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from colonydesk.qtkit.parts import surface
from colonydesk.ui.start_fields import column_of


class PageStack(QStackedWidget):
    """Takes the pages, and puts around each what scrolls it."""

    def __init__(self) -> None:
        super().__init__()
        self._areas: dict[QWidget, QScrollArea] = {}

    def add(self, page: QWidget) -> None:
        ground = surface("ground")
        column_of(ground, 0).addWidget(page)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(ground)
        self.addWidget(area)
        self._areas[page] = area

    def turn_to(self, page: QWidget) -> None:
        """Bring this page into sight."""
        self.setCurrentWidget(self._areas[page])

    def drop(self, page: QWidget) -> None:
        """Let go of a page, and of what is in it."""
        area = self._areas.pop(page)
        self.removeWidget(area)
        area.deleteLater()
