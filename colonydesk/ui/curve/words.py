"""Words as a painter takes them: beside a point, centred on its height."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter


def write(painter: QPainter, x: float, middle: float, text: str, colour: str) -> None:
    """Paint ``text`` from ``x`` on, centred on ``middle``."""
    painter.setPen(QColor(colour))
    painter.drawText(QPointF(x, middle + QFontMetricsF(painter.font()).capHeight() / 2), text)


def text_left(painter: QPainter, x: float, middle: float, text: str, colour: str) -> float:
    """The same; how wide it is."""
    write(painter, x, middle, text, colour)
    return QFontMetricsF(painter.font()).horizontalAdvance(text)


def text_right(painter: QPainter, x: float, middle: float, text: str, colour: str) -> None:
    """Paint ``text`` up to ``x``, centred on ``middle``."""
    write(painter, x - QFontMetricsF(painter.font()).horizontalAdvance(text), middle, text, colour)
