"""Words as a painter takes them: beside a point, centred on its height."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from colonydesk.qtkit.theme import font


@cache
def face(size: int, weight: int = 400) -> QFont:
    """The application's font, made once: a frame needs it a dozen times, and each takes 60 us to make."""
    return font(size, weight)


def text_left(painter: QPainter, x: float, middle: float, text: str, colour: str) -> float:
    """Paint ``text`` from ``x`` on, centred on ``middle``; how wide it is."""
    metrics = QFontMetricsF(painter.font())
    painter.setPen(QColor(colour))
    painter.drawText(QPointF(x, middle + metrics.capHeight() / 2), text)
    return metrics.horizontalAdvance(text)


def text_right(painter: QPainter, x: float, middle: float, text: str, colour: str) -> None:
    """Paint ``text`` up to ``x``, centred on ``middle``."""
    text_left(painter, x - QFontMetricsF(painter.font()).horizontalAdvance(text), middle, text, colour)
