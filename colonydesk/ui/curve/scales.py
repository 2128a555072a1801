"""The two axes of a plot: days of the lab below, values with their grid at the left."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from colonydesk.qtkit.theme import CAPTION, LIGHT, Theme, font
from colonydesk.ui.curve.axis import date_ticks, value_ticks
from colonydesk.ui.curve.words import text_right, write

LEFT = 46.0
"""Width of the value axis."""
DATE_BAND = 24.0
"""Height of the date axis."""
_DATE_SPACING = 72.0


class DateAxis(pg.AxisItem):
    """The days of the lab's zone, labelled from the right, so that the last day keeps its label."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.theme = LIGHT
        self._zone = ZoneInfo("UTC")
        self._anchor = 0.0
        self._beside = 0.0
        self.enableAutoSIPrefix(False)
        self.setHeight(DATE_BAND)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_days(self, zone: ZoneInfo, anchor: float) -> None:
        """Label days of ``zone``, always the one that ``anchor`` (epoch seconds) lies on."""
        self._zone, self._anchor = zone, anchor
        self.update()

    def set_beside(self, beside: float) -> None:
        """``beside`` are the pixels at the right of the axis that a label may reach into."""
        self.prepareGeometryChange()
        self._beside = beside

    def labels(self) -> list[tuple[float, float, str]]:
        """(x of the tick, left end of the text, text), from right to left, none overlapping."""
        low, high = self.range
        width = self.size().width()
        metrics = QFontMetricsF(font(CAPTION))
        room = self.boundingRect()
        free, found = room.right() + 10, []
        for at, text in reversed(date_ticks(low, high, width, self._zone, self._anchor, _DATE_SPACING)):
            x, wide = (at - low) * width / (high - low), metrics.horizontalAdvance(text)
            left = min(max(x - wide / 2, room.left() + 2), room.right() - wide - 2)
            if left + wide <= free - 10:
                found.append((x, left, text))
                free = left
        return found

    def boundingRect(self) -> QRectF:
        """The whole width of the plot: the labels at both ends reach over the axis."""
        return QRectF(-LEFT, 0, LEFT + self.size().width() + self._beside, self.size().height())

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        """Painted directly: a recorded picture, as the library makes one, loses the tabular figures."""
        painter.setFont(font(CAPTION))
        painter.fillRect(QRectF(0, 0, self.size().width(), 1), QColor(self.theme.line))
        for x, left, text in self.labels():
            painter.fillRect(QRectF(round(x), 1, 1, 4), QColor(self.theme.line))
            write(painter, left, 15, text, self.theme.secondary)


class ValueAxis(pg.AxisItem):
    """Round values about ``spacing`` pixels apart, and their lines across the plot, behind its contents."""

    def __init__(self, spacing: float) -> None:
        super().__init__("left")
        self.theme = LIGHT
        self._spacing = spacing
        self._labelled = (0.0, 1.0)
        self._reach = 0.0
        self.enableAutoSIPrefix(False)
        self.setWidth(LEFT)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_labelled(self, low: float, high: float, reach: float) -> None:
        """Label the values between ``low`` and ``high``, with lines ``reach`` pixels long."""
        if reach != self._reach:
            self.prepareGeometryChange()
        if (low, high, reach) != (*self._labelled, self._reach):
            self._labelled, self._reach = (low, high), reach
            self.update()

    def labels(self) -> list[tuple[float, float, str]]:
        """(value, y, text) of every line."""
        low, high = self.range
        height = self.size().height()
        ticks = value_ticks(*self._labelled, height, self._spacing)
        return [(value, height * (high - value) / (high - low), text) for value, text in ticks]

    def boundingRect(self) -> QRectF:
        """The plot as well, and half a label over each end."""
        return QRectF(0, -8, self.size().width() + self._reach, self.size().height() + 16)

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        painter.setFont(font(CAPTION))
        left = self.size().width()
        for value, y, text in self.labels():
            colour = self.theme.grid if value else self.theme.line
            painter.fillRect(QRectF(left, round(y), self._reach, 1), QColor(colour))
            text_right(painter, left - 10, round(y) + 0.5, text, self.theme.secondary)
