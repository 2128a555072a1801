"""Texts with links that are gone through by keys.

Qt marks no link when the keys come into a label, so that they seem to be nowhere and Enter does nothing,
and it lets them out of a text forwards only: Shift+Tab stays at the first link for ever.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QTextBrowser, QWidget


class LinkLabel(QLabel):
    """A rich text; the link that the keys are at is marked, from the first key on."""

    def __init__(self, *, wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(wrap)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason and not self.hasSelectedText():
            super().focusNextPrevChild(event.reason() != Qt.FocusReason.BacktabFocusReason)

    def focusNextPrevChild(self, forward: bool) -> bool:
        before = self.selectionStart()
        moved = super().focusNextPrevChild(forward)
        if forward or not self.hasFocus() or before < 0 or self.selectionStart() != before:
            return moved
        return QWidget.focusNextPrevChild(self, False)


class LinkPage(QTextBrowser):
    """A page to be read and scrolled; Tab goes from link to link once the keys are in it."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        before = self._at()
        moved = super().focusNextPrevChild(forward)
        if forward or not self.hasFocus() or before < 0 or self._at() != before:
            return moved
        return QWidget.focusNextPrevChild(self, False)

    def _at(self) -> int:
        """Where the marked link begins; -1 where none is marked."""
        cursor = self.textCursor()
        return cursor.selectionStart() if cursor.hasSelection() else -1
