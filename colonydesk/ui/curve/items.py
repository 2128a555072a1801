"""What pyqtgraph has no item for: bands, names at the right end, the ring of a typed weight, the crosshair.

All of them are painted in the pixels of the plot that they lie on; ``Chart`` tells them where things are.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from colonydesk.qtkit.theme import CAPTION, LABEL, LIGHT, Theme, font
from colonydesk.ui.curve.axis import spread
from colonydesk.ui.curve.readout import Readout
from colonydesk.ui.curve.words import write

DOTS = (1.2, 2.6)
LABEL_HEIGHT = 15.0
LINE_HEIGHT = 17.0
RING = 5.2
"""Radius of the ring of a weight that is being typed."""
_EVENT_WIDTH = 240.0


class Overlay(pg.GraphicsObject):
    """Something painted in its parent's pixels, within ``box``."""

    def __init__(self, parent: QGraphicsItem, z: float) -> None:
        super().__init__(parent)
        self.setZValue(z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.theme = LIGHT
        self._box = QRectF()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def boundingRect(self) -> QRectF:
        return self._box

    def redraw(self, box: QRectF) -> None:
        """Paint again, within ``box`` from now on."""
        if box != self._box:
            self.prepareGeometryChange()
            self._box = QRectF(box)
        self.update()


class Bands(Overlay):
    """Pale uprights over stretches of time, behind everything else."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent, -200)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemNegativeZStacksBehindParent)
        self.bands: list[tuple[float, float, str]] = []

    def show_bands(self, box: QRectF, bands: list[tuple[float, float, str]]) -> None:
        """``bands`` are (left, right, kind), kind being "restricted" or "under"; later ones lie above."""
        if bands != self.bands or box != self._box:
            self.bands = bands
            self.redraw(box)

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        restricted = QColor(self.theme.selection)
        restricted.setAlphaF(0.6)
        colours = {"restricted": restricted, "under": QColor(self.theme.under_ground)}
        for left, right, kind in self.bands:
            x, end = round(left), max(round(left) + 1, round(right))
            painter.fillRect(QRectF(x, 0, end - x, self._box.height()), colours[kind])


class EndLabels(Overlay):
    """The name of every line at its right end, pushed apart where they would meet."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent, 10)
        self.labels: list[tuple[float, str, str]] = []

    def show_labels(self, x: float, height: float, labels: Sequence[tuple[float, str, str]]) -> None:
        """``labels`` are (y, text, colour), to stand from ``x`` on and within ``height``."""
        places = spread([y for y, _, _ in labels], LABEL_HEIGHT, 0.0, height)
        placed = [(y, text, colour) for y, (_, text, colour) in zip(places, labels, strict=True)]
        metrics = QFontMetricsF(font(CAPTION, 600))
        widest = max((metrics.horizontalAdvance(text) for _, text, _ in placed), default=0.0)
        box = QRectF(x, -LABEL_HEIGHT, widest + 2, height + 2 * LABEL_HEIGHT)
        if placed != self.labels or box != self._box:
            self.labels = placed
            self.redraw(box)

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        painter.setFont(font(CAPTION, 600))
        for y, text, colour in self.labels:
            write(painter, self._box.left(), y, text, colour)


class Ring(Overlay):
    """A weight that is not saved yet: an open ring, joined to the last weighing by dots."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent, 20)
        self.at: QPointF | None = None
        self.state = "unknown"
        self._last: QPointF | None = None

    def show_ring(self, at: QPointF | None, state: str, last: QPointF | None) -> None:
        """A ring at ``at`` in the colour of ``state``; None takes it away."""
        if (at, state, last) == (self.at, self.state, self._last):
            return
        self.at, self.state, self._last = at, state, last
        box = QRectF()
        if at is not None:
            box = QRectF(at, at if last is None else last).normalized()
            box = box.adjusted(-RING - 2, -RING - 2, RING + 2, RING + 2)
        self.redraw(box)

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        if self.at is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._last is not None:
            pen = QPen(QColor(self.theme.secondary), 1.4)
            pen.setDashPattern(DOTS)
            painter.setPen(pen)
            painter.drawLine(QLineF(self._last, self.at))
        painter.setPen(QPen(QColor(self.theme.state(self.state)), 2.2))
        painter.setBrush(QColor(self.theme.panel))
        painter.drawEllipse(self.at, RING, RING)


class Crosshair(Overlay):
    """A line through all plots at one day, and a box with that day's values beside it."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent, 100)
        self.said: Readout | None = None
        self._x = 0.0
        self._plots: list[QRectF] = []
        self._readout = QRectF()
        self.hide()

    def point_at(self, x: float, plots: list[QRectF], width: float, said: Readout) -> None:
        """Stand at ``x`` in ``plots``, which are above one another; the box keeps within ``width``."""
        self.said, self._x, self._plots = said, round(x) + 0.5, plots
        wide, high = self._size(said)
        left = self._x + 12 if self._x < plots[0].center().x() else self._x - 12 - wide
        self._readout = QRectF(max(2.0, min(left, width - wide - 2)), plots[0].top() + 4, wide, high)
        line = QRectF(self._x - 1, plots[0].top(), 2, plots[-1].bottom() - plots[0].top())
        self.redraw(line | self._readout.adjusted(-1, -1, 2, 2))
        self.show()

    def leave(self) -> None:
        """Be gone."""
        self.said = None
        self.hide()

    def _size(self, said: Readout) -> tuple[float, float]:
        names, values = QFontMetricsF(font(CAPTION)), QFontMetricsF(font(LABEL, 600))
        name_width = max(names.horizontalAdvance(name) for name, _ in said.lines)
        value_width = max(values.horizontalAdvance(value) for _, value in said.lines)
        events = [min(_EVENT_WIDTH, names.horizontalAdvance(event)) for event in said.events]
        widest = max(values.horizontalAdvance(said.title), name_width + 14 + value_width, *events, 0.0)
        return widest + 20, LINE_HEIGHT * (1 + len(said.lines) + len(said.events)) + 14

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        if self.said is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.faint), 1))
        for plot in self._plots:
            painter.drawLine(QLineF(self._x, plot.top(), self._x, plot.bottom()))
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.setBrush(QColor(self.theme.panel))
        painter.drawRoundedRect(self._readout.adjusted(0.5, 0.5, 0.5, 0.5), 6, 6)
        self._paint_values(painter, self.said, self._readout.adjusted(10, 7, -10, -7))

    def _paint_values(self, painter: QPainter, said: Readout, box: QRectF) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        line = QRectF(box.left(), box.top(), box.width(), LINE_HEIGHT)
        painter.setFont(font(LABEL, 600))
        painter.setPen(QColor(self.theme.text))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, said.title)
        for name, value in said.lines:
            line.translate(0, LINE_HEIGHT)
            painter.setFont(font(CAPTION))
            painter.setPen(QColor(self.theme.secondary))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, name)
            painter.setFont(font(LABEL, 600))
            painter.setPen(QColor(self.theme.text))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, value)
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(self.theme.accent2))
        for event in said.events:
            line.translate(0, LINE_HEIGHT)
            text = painter.fontMetrics().elidedText(event, Qt.TextElideMode.ElideRight, int(line.width()) + 1)
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, text)
