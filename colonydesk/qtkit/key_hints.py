"""Which keys do what: a small cap with "Enter" in it, then "save, next"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from colonydesk.qtkit.theme import CAPTION, L, S, ThemeSource, font

HEIGHT = 18
_INSIDE = 5


class KeyHints(QWidget):
    """Keys and what they do, in one line or several; ``gap`` pixels from one to the next.

    Where they have no room the last ones are left out: each is in the help, too.

    One widget paints them all: each as a widget of its own takes the style sheet longer than its painting.
    """

    def __init__(
        self,
        source: ThemeSource,
        *lines: Sequence[tuple[str, str]],
        gap: int = L,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._lines = lines
        self._gap = gap
        self.setAccessibleName(", ".join(f"{key}: {text}" for line in lines for key, text in line))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        source.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(font(CAPTION))
        widths = [
            sum(sum(_widths(metrics, *hint)) for hint in line) + self._gap * (len(line) - 1)
            for line in self._lines
        ]
        return QSize(max(widths), len(self._lines) * (HEIGHT + S) - S)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        metrics = QFontMetrics(font(CAPTION))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(CAPTION))
            for number, line in enumerate(self._lines):
                left, top = 0, number * (HEIGHT + S)
                for key, text in line:
                    cap, rest = _widths(metrics, key, text)
                    if left + cap + rest > self.width():
                        break
                    self._paint(painter, QRectF(left, top, cap, HEIGHT), key, rest, text)
                    left += cap + rest + self._gap

    def _paint(self, painter: QPainter, cap: QRectF, key: str, width: int, text: str) -> None:
        theme = self._source.theme
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.panel))
        box = cap.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
        painter.setPen(QColor(theme.secondary))
        rest = QRectF(cap.right() + _INSIDE, cap.top(), width, HEIGHT)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _widths(metrics: QFontMetrics, key: str, text: str) -> tuple[int, int]:
    """Of the cap, and of what stands beside it."""
    return metrics.horizontalAdvance(key) + 10, _INSIDE + metrics.horizontalAdvance(text) + 1
