"""Words as a painter takes them: beside a point, centred on its height."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter


def text_left(painter: QPainter, x: float, middle: float, text: str, colour: str) -> float:
    """Paint ``text`` from ``x`` on, centred on ``middle``; how wide it is."""
    metrics = QFontMetricsF(painter.font())
    painter.setPen(QColor(colour))
    painter.drawText(QPointF(x, middle + metrics.capHeight() / 2), text)
    return metrics.horizontalAdvance(text)


def text_right(painter: QPainter, x: float, middle: float, text: str, colour: str) -> None:
    """Paint ``text`` up to ``x``, centred on ``middle``."""
    text_left(painter, x - QFontMetricsF(painter.font()).horizontalAdvance(text), middle, text, colour)
