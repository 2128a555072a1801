"""A small frame over the window, under the button that opened it: a child, never a window of its own."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget


class Popup(QFrame):
    """Closes with Escape, and when the keys go elsewhere; ``closed`` then. Its owner fills it."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self._from: QWidget | None = None
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def open_under(self, widget: QWidget, first: QWidget) -> None:
        """Show it under ``widget``, inside the window; ``first`` gets the keys."""
        window = widget.window()
        self.setParent(window)
        self.adjustSize()
        self._from = widget
        corner = widget.mapTo(window, QPoint(0, widget.height() + 4))
        left = max(8, min(corner.x(), window.width() - self.width() - 8))
        self.setGeometry(left, corner.y(), self.width(), min(self.height(), window.height() - corner.y() - 8))
        self.show()
        self.raise_()
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_away(self) -> None:
        """Close it; the keys go back to where they came from."""
        if self.isHidden():
            return
        self.hide()
        if self._from is not None and self._from.isVisible():
            self._from.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self.isVisible() and now is not None and now is not self and not self.isAncestorOf(now):
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)
