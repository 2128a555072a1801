"""The water of every day, below the weights and on the same dates."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem

from colonydesk.qtkit.theme import LABEL, LIGHT, Theme, font
from colonydesk.queries.curve_data import Curve, Floats
from colonydesk.ui.curve.axis import DAY, in_sight, runs
from colonydesk.ui.curve.items import EndLabels, Overlay
from colonydesk.ui.curve.panes import PlotBox, line_pen, new_plot, room_of, same_points
from colonydesk.ui.curve.scales import ValueAxis
from colonydesk.ui.curve.words import text_left

CAPTION_BAND = 24.0
BOTTOM = 10.0
_HEADING = 16.0
_WIDEST = 18.0


class WaterPlot:
    """Bars per day: from sessions full, supplements lighter on top, the required amount dashed across."""

    def __init__(self) -> None:
        self.theme = LIGHT
        self.axis = ValueAxis(36.0)
        self.box = PlotBox()
        self.plot = new_plot(self.box, {"left": self.axis})
        self.reward, self.supplement = _no_bars(), _no_bars()
        self.required = pg.PlotDataItem(antialias=True, connect="finite")
        for item in (self.reward, self.supplement, self.required):
            self.plot.addItem(item, ignoreBounds=True)
        self._pen: float | None = None
        self.caption = Caption(self.plot)
        self.label = EndLabels(self.plot)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for item in (self.axis, self.caption, self.label):
            item.set_theme(theme)
        self._pen = None
        self.reward.setOpts(brush=QColor(theme.accent2))
        self.supplement.setOpts(brush=_pale(theme))

    def show_curve(self, curve: Curve) -> None:
        """The water of ``curve``; ``arrange`` places it."""
        x, y = _with_width(curve.day_at, curve.required)
        if not same_points(self.required, x, y):
            self.required.setData(x, y)

    def take_room(self, whole: float, right: float, wanted: bool) -> float:
        """The height for it of a chart ``whole`` pixels high, with ``right`` pixels beside it; 0: hidden."""
        self.plot.setVisible(wanted)
        bands = (CAPTION_BAND, BOTTOM) if wanted else (0.0, 0.0)
        self.plot.layout.setContentsMargins(0, bands[0], right, bands[1])
        return sum(bands) + round(min(130.0, max(56.0, whole * 0.19))) if wanted else 0.0

    def arrange(self, curve: Curve, span: tuple[float, float], ratio: float) -> None:
        """Fit to what is in sight in ``span``, which the plot shows already."""
        seen = np.flatnonzero(in_sight(curve.day_at, *span))
        reward, supplement = np.nan_to_num(curve.reward[seen]), np.nan_to_num(curve.supplement[seen])
        required = curve.required[seen]
        top = 1.08 * float(np.nanmax(np.concatenate((reward + supplement, required, [0.1]))))
        self.box.setYRange(0.0, top, padding=0)
        self.axis.set_labelled(0.0, top, self.box.size().width())
        self._show_bars(curve.day_at[seen], reward, supplement, span)
        crowded = room_of(curve.day_at, span, self.box.size().width()) < 1
        pen = 1.0 if crowded else 1.2 * ratio
        if pen != self._pen:
            self._pen = pen
            self.required.setPen(line_pen(QColor(self.theme.accent), pen, 1))
        known = required[np.isfinite(required)]
        width, height = self.box.size().width(), self.box.size().height()
        self.label.setPos(self.box.pos())
        self.caption.show_in(QRectF(0, 0, self.plot.size().width(), CAPTION_BAND))
        y = min(height * (1 - float(known[-1]) / top), height - 4) if len(known) else 0.0
        names = [(y, "required", self.theme.accent)] if len(known) else []
        self.label.show_labels(width + 8, height, names)

    def _show_bars(self, days: Floats, reward: Floats, supplement: Floats, span: tuple[float, float]) -> None:
        """On whole pixels, one for each column where several days would fall on it."""
        per_pixel = (span[1] - span[0]) / max(1.0, self.box.size().width())
        middle, per_day = (days - span[0]) / per_pixel, DAY / per_pixel
        if per_day < 2:
            left, reward, supplement = means_of_columns(middle, reward, supplement)
            width = np.diff(np.append(left, left[-1:] + 1))
        else:
            width = float(max(1, round(min(_WIDEST, per_day * 0.62))))
            left = np.round(middle - width / 2)
        place = {"x0": span[0] + left * per_pixel, "width": width * per_pixel}
        self.reward.setOpts(**place, y0=0.0, height=reward)
        self.supplement.setOpts(**place, y0=reward, height=supplement)


class Caption(Overlay):
    """What is drawn, and which colour is which."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent, 10)

    def show_in(self, box: QRectF) -> None:
        if box != self.boundingRect():
            self.redraw(box)

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        theme, y = self.theme, CAPTION_BAND - 12
        painter.setFont(font(LABEL))
        x = _HEADING + text_left(painter, _HEADING, y, "Water, mL", theme.secondary) + 14
        for text, colour in (("from sessions", QColor(theme.accent2)), ("supplement", _pale(theme))):
            painter.fillRect(QRectF(round(x), y - 4, 8, 8), colour)
            x += 13
            x += text_left(painter, x, y, text, theme.secondary) + 12


def any_water(curve: Curve) -> bool:
    """Whether there is something to draw."""
    return any(bool(np.nansum(values) > 0) for values in (curve.reward, curve.supplement, curve.required))


def means_of_columns(x: Floats, *values: Floats) -> tuple[Floats, ...]:
    """One value per pixel column where several would fall on it: the columns and each array's means."""
    column = np.floor(x)
    starts = np.flatnonzero(np.append(True, column[1:] != column[:-1]))[: len(x)]
    counts = np.diff(np.append(starts, len(x)))
    means = (np.add.reduceat(array, starts) / counts if len(x) else array for array in values)
    return (column[starts], *means)


def _no_bars() -> pg.BarGraphItem:
    return pg.BarGraphItem(x0=np.empty(0), width=1.0, y0=0.0, height=np.empty(0), pen=None)


def _with_width(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The same, but with half a day of line where a single day is known: a line needs two points."""
    alone = [first for first, last in runs(np.isfinite(y)) if first == last]
    places = np.repeat(np.asarray(alone, dtype=int), 2)
    ends = x[places] + np.tile([-DAY / 4, DAY / 4], len(alone))
    order = np.argsort(np.concatenate((x, ends)), kind="stable")
    return np.concatenate((x, ends))[order], np.concatenate((y, y[places]))[order]


def _pale(theme: Theme) -> QColor:
    """The supplement's colour: the accent mixed into the ground, opaque, so that files show it too."""
    full, ground = QColor(theme.accent2).getRgb(), QColor(theme.panel).getRgb()
    return QColor(*(round(0.45 * a + 0.55 * b) for a, b in zip(full[:3], ground[:3], strict=True)))
