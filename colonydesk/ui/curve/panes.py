"""A pyqtgraph plot as the curve wants it: moved in time alone, without the library's menus and buttons."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from colonydesk.queries.curve_data import Floats
from colonydesk.ui.curve.axis import in_sight
from colonydesk.ui.curve.items import DOTS

DASHES = {1: (5.0, 3.5), 2: DOTS}


class PlotBox(pg.ViewBox):
    """Wheel and drag move time only; ``fitted`` is emitted on a double click."""

    fitted = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0)
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()

    def mouseClickEvent(self, event: MouseClickEvent) -> None:
        if event.double() and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.fitted.emit()

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:
        """All but the right button, which has the menu."""
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
            return
        super().mouseDragEvent(event, axis)
        if event.isStart():
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.isFinish():
            self.unsetCursor()


def new_plot(box: PlotBox, axes: dict[str, pg.AxisItem]) -> pg.PlotItem:
    """A plot of ``box`` with ``axes`` and nothing else around it."""
    plot = pg.PlotItem(viewBox=box, axisItems=axes, enableMenu=False)
    plot.hideButtons()
    plot.layout.setContentsMargins(0, 0, 0, 0)
    for place in {"left", "right", "top", "bottom"} - axes.keys():
        plot.hideAxis(place)
        plot.getAxis(place).unlinkFromView()  # each would write its label anew with every step of the wheel
    if "left" in axes:
        axes["left"].setZValue(-150)  # its lines lie behind the box, whose place is -100
    plot.setDownsampling(auto=True, mode="peak")
    plot.setClipToView(True)
    return plot


def give_menu(plot: pg.PlotItem, owner: QWidget) -> None:
    """Let the menu of a plot, which nobody shows, go with ``owner``; it outlives its window else."""
    plot.ctrlMenu.setParent(owner, plot.ctrlMenu.windowFlags())


def line_pen(colour: QColor, width: float, style: int = 0) -> QPen:
    """A pen ``width`` device pixels wide whatever the scales are; ``style`` 0 solid, 1 dashed, 2 dotted."""
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if style:
        pen.setDashPattern(DASHES[style])
    return pen


def room_of(x: Floats, span: tuple[float, float], width: float) -> float:
    """How many pixels each point of a line has in a plot ``width`` pixels wide."""
    seen = x[in_sight(x, *span)]
    if len(seen) < 2:
        return width
    return float((seen[-1] - seen[0]) * width / (span[1] - span[0]) / len(seen))


def same_points(line: pg.PlotDataItem, x: Floats, y: Floats) -> bool:
    """Whether ``line`` shows these points already."""
    before_x, before_y = line.getOriginalDataset()
    return np.array_equal(before_x, x) and np.array_equal(before_y, y, equal_nan=True)
