"""Curves as pyqtgraph plots: weights above, water below, both on the same dates."""

from __future__ import annotations

import math
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QResizeEvent

from colonydesk.qtkit.theme import CAPTION, Theme, font
from colonydesk.ui.curve.annotations import TOP_LANE, Annotations, lanes_of
from colonydesk.ui.curve.axis import DAY, day_edges, in_sight, runs
from colonydesk.ui.curve.items import Bands, Crosshair, EndLabels, Ring
from colonydesk.ui.curve.panes import PlotBox, give_menu, line_pen, new_plot, room_of, same_points
from colonydesk.ui.curve.readout import Readout
from colonydesk.ui.curve.scales import DateAxis, ValueAxis
from colonydesk.ui.curve.series import (
    Pending,
    Series,
    View,
    extent,
    pending_at,
    room_after,
    series_of,
    typed_value,
    value_range,
    value_text,
)
from colonydesk.ui.curve.water import WaterPlot, any_water

SHORTEST_SPAN = 2 * DAY
TOP = 8.0
AIR = 8.0
"""Pixels between the outermost values and the edges of the plot."""
RIGHT_PAD = 14.0
DOT = 4.4
DOT_ROOM = 5.0
"""Pixels for each weighing below which their points would run together."""
LINE_ROOM = {True: 4.0, False: 1.0}
"""Pixels for each point below which a line is 1 wide, as a wider one takes Qt the time of a frame: of a
measured line and of a smooth one."""
USUAL_LINES = 4
"""Of one animal: two thresholds, what is expected, and its weighings."""
WATER_FROM = 280
"""Height from which there is room for the water."""


class Chart(pg.GraphicsLayoutWidget):
    """Shows a ``View`` in ``theme``. ``spanned`` is emitted when the hands moved it, ``fitted`` on a double
    click. The ground is left to the widget behind it."""

    spanned = Signal()
    fitted = Signal()

    _view: View | None = None

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setBackground(None)
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.viewport().setAutoFillBackground(False)
        self.ci.layout.setContentsMargins(0, 0, 0, 0)
        self.ci.layout.setSpacing(0)
        self.theme = theme
        self.ratio = 1.0
        self.thins = True  # a screen paints a crowded line quicker one pixel wide
        self._series: list[Series] = []
        self.lines: list[pg.PlotDataItem] = []
        self._looks: dict[int, tuple[object, ...]] = {}
        self._room: tuple[object, ...] = ()
        self._busy = False
        self._pointed: tuple[float, Readout] | None = None
        self.dates, self.values = DateAxis(), ValueAxis(44.0)
        self.box = PlotBox()
        self.weight = new_plot(self.box, {"left": self.values, "bottom": self.dates})
        self.bands = Bands(self.weight)
        self.annotations = Annotations(self.weight)
        self.labels = EndLabels(self.weight)
        self.ring = Ring(self.weight)
        self.water = WaterPlot()
        for _ in range(USUAL_LINES):  # made beforehand: the first animal does not wait for them
            self._add_line()
        self.addItem(self.weight, 0, 0)
        self.addItem(self.water.plot, 1, 0)
        for plot in (self.weight, self.water.plot):
            give_menu(plot, self)
        self.water.box.setXLink(self.box)
        self.crosshair = Crosshair(self.ci)
        for box in (self.box, self.water.box):
            box.sigRangeChangedManually.connect(self._on_moved)
            box.fitted.connect(self.fitted)
        self.box.sigXRangeChanged.connect(self._on_range)
        self.set_theme(theme)

    # ---- what is shown

    def show_view(self, view: View) -> None:
        """Show ``view``; its curves have weighings."""
        self._view, self._series = view, series_of(view)
        curve = view.curves[0]
        anchor = float(curve.day_at[-1]) if len(curve.day_at) else view.span[1]
        self.dates.set_days(ZoneInfo(curve.timezone), anchor)
        self._lay_out()
        if self._has_water():
            self.water.show_curve(curve)
        self.set_span(view.span)

    def view(self) -> View | None:
        """What is shown, with the span the hands have left it at."""
        return None if self._view is None else replace(self._view, span=self.span())

    def span(self) -> tuple[float, float]:
        """From when to when is shown, in epoch seconds."""
        low, high = self.box.viewRange()[0]
        return low, high

    def set_span(self, span: tuple[float, float]) -> None:
        """Show another stretch of time, kept to where there are records."""
        self._busy = True
        self._set_limits()
        self.box.setXRange(*span, padding=0)
        self.water.box.setXRange(*self.span(), padding=0)  # other limits may have kept it from following
        self._busy = False
        self._arrange()

    def set_pending(self, pending: Pending | None) -> None:
        """Show a weight that is not saved yet, or none."""
        if self._view is not None:
            self._view = replace(self._view, pending=pending)
            self._set_limits()
            self._arrange_weights()

    def set_theme(self, theme: Theme) -> None:
        """Show the same in other colours."""
        self.theme = theme
        for axis in (self.dates, self.values):
            axis.set_theme(theme)
        for overlay in (self.bands, self.annotations, self.labels, self.ring, self.crosshair):
            overlay.set_theme(theme)
        self.water.set_theme(theme)
        self._arrange()

    def set_ratio(self, ratio: float) -> None:
        """``ratio`` device pixels make one of ours; the library measures the width of lines in the former."""
        self.ratio = ratio
        self._arrange()

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim all of it."""
        self.ci.setOpacity(0.45 if dimmed else 1.0)

    def point_at(self, at: float, said: Readout) -> None:
        """Let the crosshair stand at a moment and say what there is to say."""
        self._pointed = at, said
        self._place_crosshair()

    def point_nowhere(self) -> None:
        """Take the crosshair away."""
        self._pointed = None
        self.crosshair.leave()

    def moment_at(self, scene: QPointF) -> float | None:
        """The epoch second under a point of the scene, None beside the plot."""
        x = self.box.mapFromScene(scene).x()
        if self._view is None or not 0 <= x <= self.box.size().width() + 2:
            return None
        return self.box.mapToView(QPointF(x, 0)).x()

    def dragged(self) -> bool:
        """Whether a button holds the plot."""
        return bool(self.scene().dragButtons)

    # ---- where things are

    def set_size(self, size: QSize) -> None:
        """Be as large as ``size`` without a screen: Qt tells visible widgets only."""
        self.resize(size)
        self.resizeEvent(None)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._view is not None:
            self._lay_out()
            self._arrange()

    def _has_water(self) -> bool:
        view = self._view
        assert view is not None
        return len(view.curves) == 1 and self.height() >= WATER_FROM and any_water(view.curves[0])

    def _lay_out(self) -> None:
        metrics = QFontMetricsF(font(CAPTION, 600))
        texts = [line.label for line in self._series] + ["00.00 g", "required"]
        right = math.ceil(max(metrics.horizontalAdvance(text) for text in texts) + 8 + RIGHT_PAD)
        room = (self.size(), right, self._has_water())
        if room == self._room:
            return
        self._room = room
        self._busy = True
        self.weight.layout.setContentsMargins(0, TOP, right, 0)
        self.dates.set_beside(right)
        self.ci.layout.setRowFixedHeight(1, self.water.take_room(self.height(), right, self._has_water()))
        for layout in (self.ci.layout, self.weight.layout, self.water.plot.layout):
            layout.activate()
        self._busy = False

    def _set_limits(self) -> None:
        """Time can be moved to where there are records, and to the weight being typed."""
        view = self._view
        bounds = extent(view.curves) if view is not None else None
        if view is None or bounds is None:
            return
        first, last = bounds
        if view.pending is not None:
            last = max(last, room_after(pending_at(view.curves[0], view.pending)))
        longest = max(last - first, 7 * DAY)
        for box in (self.box, self.water.box):
            box.setLimits(xMin=last - longest, xMax=last, minXRange=SHORTEST_SPAN, maxXRange=longest)

    def _on_range(self) -> None:
        if not self._busy:
            self._arrange()

    def _on_moved(self) -> None:
        self.spanned.emit()

    def _arrange(self) -> None:
        """Whatever depends on span, size and theme."""
        if self._view is None:
            return
        self._arrange_weights()
        if self.water.plot.isVisible():
            self.water.arrange(self._view.curves[0], self.span(), self.ratio)
        self._place_crosshair()

    def _arrange_weights(self) -> None:
        """Whatever depends on the weight being typed as well."""
        view = self.view()
        assert view is not None
        self._scale_values(view)
        for number, line in enumerate(self._series):
            self._draw_line(number, line, view)
        for item in self.lines[len(self._series) :]:
            item.hide()
        plot = QRectF(QPointF(0, 0), self.box.size())
        for overlay in (self.bands, self.annotations, self.labels, self.ring):
            overlay.setPos(self.box.pos())
        self.bands.show_bands(plot, self._bands(view))
        self.annotations.show_view(view, plot, self._x)
        self._show_ring(view, plot)
        self._show_labels(view, plot)

    def _x(self, at: float) -> float:
        return self._pixel(at, 0.0).x()

    def _pixel(self, at: float, value: float) -> QPointF:
        return self.box.mapFromView(QPointF(at, value))

    def _scale_values(self, view: View) -> None:
        low, high = value_range(view, self._series)
        lanes = lanes_of(view) * TOP_LANE
        per_pixel = (high - low) / max(1.0, self.box.size().height() - 2 * AIR - lanes)
        self.box.setYRange(low - AIR * per_pixel, high + (AIR + lanes) * per_pixel, padding=0)
        self.values.set_labelled(low, high, self.box.size().width())

    def _add_line(self) -> None:
        self.lines.append(pg.PlotDataItem(antialias=True, connect="finite", dynamicRangeLimit=None))
        self.weight.addItem(self.lines[-1], ignoreBounds=True)

    def _draw_line(self, number: int, line: Series, view: View) -> None:
        if number == len(self.lines):
            self._add_line()
        item = self.lines[number]
        room = room_of(line.x, view.span, self.box.size().width())
        dots = line.measured and room >= DOT_ROOM and len(view.curves) <= 3
        thin = self.thins and room < LINE_ROOM[line.measured]
        width = 1.0 if thin else self.ratio * (1.6 if line.measured else 1.3)
        look = (getattr(self.theme, line.colour), width, line.style, dots)
        known = np.isfinite(line.y) if line.measured else slice(None)
        x, y = line.x[known], line.y[known]
        if look != self._looks.get(number):
            self._looks[number] = look
            colour = QColor(look[0])
            point = {"symbolSize": DOT, "symbolPen": None, "symbolBrush": colour}
            pen = line_pen(colour, width, line.style)
            item.setData(x, y, pen=pen, symbol="o" if dots else None, **point)
        elif not same_points(item, x, y):
            item.setData(x, y)
        item.show()

    def _bands(self, view: View) -> list[tuple[float, float, str]]:
        """Restrictions, and days under above them, of a single animal."""
        if len(view.curves) != 1:
            return []
        curve, (low, high) = view.curves[0], view.span
        edges = day_edges(curve.day_at)
        stretches = [(p.start, high if p.end is None else p.end, "restricted") for p in curve.restrictions]
        stretches += [(edges[first], edges[last + 1], "under") for first, last in runs(curve.under)]
        return [
            (self._x(max(start, low)), self._x(min(end, high)), kind)
            for start, end, kind in stretches
            if start < high and end > low
        ]

    def _show_ring(self, view: View, plot: QRectF) -> None:
        """A weight far outside the picture stands at its edge."""
        typed = typed_value(view) if len(view.curves) == 1 else None
        if view.pending is None or typed is None:
            self.ring.show_ring(None, "unknown", None)
            return
        at = self._pixel(pending_at(view.curves[0], view.pending), typed)
        at.setY(min(plot.bottom() - 7, max(plot.top() + 7, at.y())))
        line = self._series[-1]
        known = np.flatnonzero(np.isfinite(line.y))
        last = self._pixel(float(line.x[known[-1]]), float(line.y[known[-1]])) if len(known) else None
        if last is not None and last.x() < 0 < at.x():  # out of sight: the dots come from the edge
            last = last + (at - last) * (-last.x() / (at.x() - last.x()))
        shown = plot.adjusted(-1, 0, 1, 0).contains(at)
        self.ring.show_ring(at if shown else None, view.pending.state, last)

    def _show_labels(self, view: View, plot: QRectF) -> None:
        labels: list[tuple[float, str, str]] = []
        for line in self._series:
            seen = np.flatnonzero(np.isfinite(line.y) & in_sight(line.x, *view.span))
            if len(seen) and line.label:
                y = self._pixel(0.0, float(line.y[seen[-1]])).y()
                labels.append((min(max(y, 0.0), plot.height()), line.label, getattr(self.theme, line.colour)))
        if len(view.curves) == 1:
            labels.extend(self._own_label(view))
        self.labels.show_labels(plot.width() + 8, plot.height() + 4, labels)

    def _own_label(self, view: View) -> list[tuple[float, str, str]]:
        """The value being typed, else the last weighing in sight."""
        typed = typed_value(view)
        if view.pending is not None and typed is not None and self.ring.at is not None:
            text = value_text(typed, view.percent)
            return [(self.ring.at.y(), text, self.theme.state(view.pending.state))]
        line, (low, high) = self._series[-1], view.span
        seen = np.flatnonzero(np.isfinite(line.y) & (line.x >= low) & (line.x <= high))
        if not len(seen):
            return []
        value = float(line.y[seen[-1]])
        return [(self._pixel(0.0, value).y(), value_text(value, view.percent), self.theme.text)]

    def _place_crosshair(self) -> None:
        if self._pointed is None:
            return
        at, said = self._pointed
        boxes = [self.box, self.water.box] if self.water.plot.isVisible() else [self.box]
        plots = [box.mapRectToItem(self.ci, box.rect()) for box in boxes]
        self.crosshair.point_at(plots[0].left() + self._x(at), plots, self.width(), said)
