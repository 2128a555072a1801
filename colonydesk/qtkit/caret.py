"""The stroke that says where typing goes, no brighter than what is typed."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

_BEFORE, _AROUND = 5, 9
"""How much wider than the stroke Qt says that it is, at its left and in all."""
_NEARLY_BLACK = 16
"""How light the grounds are on which a bright stroke would be the brightest of the screen."""


class CaretLine(QLineEdit):
    """A line of text. Qt paints the stroke in the opposite of the ground: white where it is deep night."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            stroke = self.cursorRect()
            stroke.setRect(stroke.x() + _BEFORE, stroke.y(), stroke.width() - _AROUND, stroke.height())
            _dim(self, stroke, self.palette())


class CaretPage(QPlainTextEdit):
    """The same with several lines."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            _dim(self.viewport(), self.cursorRect(), self.palette())


def _dim(widget: QWidget, stroke: QRect, palette: QPalette) -> None:
    """White becomes the colour of the text, and the ground stays black where the stroke blinks."""
    if palette.base().color().lightness() < _NEARLY_BLACK:
        with QPainter(widget) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(stroke, palette.text())
