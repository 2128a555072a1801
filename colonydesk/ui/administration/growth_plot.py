"""The plot of a growth curve: mean weight by week, males and females, with a band of one deviation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from colonydesk.qtkit.theme import CAPTION, Theme, ThemeSource, font
from colonydesk.queries.growth import Point
from colonydesk.ui.curve.panes import give_menu

HEIGHT = 220


class GrowthPlot(pg.PlotWidget):
    """Not moved nor zoomed: all of the curve is in sight."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__(enableMenu=False, background=source.theme.panel)
        self._source = source
        self._points: tuple[Point, ...] = ()
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        plot = self.getPlotItem()
        give_menu(plot, self)
        plot.getViewBox().setMouseEnabled(x=False, y=False)
        plot.showGrid(y=True, alpha=0.15)
        for name in ("left", "bottom"):
            axis = plot.getAxis(name)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickFont=font(CAPTION), tickLength=-4)
        source.changed.connect(lambda _theme: self.show_points(self._points))

    def show_points(self, points: Sequence[Point]) -> None:
        """Draw these points."""
        self._points = tuple(points)
        theme = self._source.theme
        self.clear()
        self.setBackground(theme.panel)
        plot = self.getPlotItem()
        for name, text in (("left", "g"), ("bottom", self.tr("weeks of age"))):
            axis = plot.getAxis(name)
            axis.setPen(QColor(theme.line))
            axis.setTextPen(QColor(theme.secondary))
            axis.setLabel(text, color=theme.secondary, **{"font-size": f"{CAPTION}px"})
        for sex, word, colour in (
            ("M", self.tr("male"), theme.accent),
            ("F", self.tr("female"), theme.accent2),
        ):
            own = [point for point in self._points if point.sex == sex]
            if own:
                self._draw(own, word, colour, theme)

    def _draw(self, points: list[Point], word: str, colour: str, theme: Theme) -> None:
        week = np.array([point.week for point in points], dtype=float)
        mean = np.array([point.mean_g for point in points])
        sd = np.array([point.sd_g for point in points])
        pale = QColor(colour)
        pale.setAlpha(40)
        low, high = pg.PlotCurveItem(week, mean - sd), pg.PlotCurveItem(week, mean + sd)
        self.addItem(pg.FillBetweenItem(low, high, brush=pale))
        self.plot(
            week,
            mean,
            pen=pg.mkPen(colour, width=1.6),
            symbol="o",
            symbolSize=4,
            symbolBrush=colour,
            symbolPen=None,
        )
        text = pg.TextItem(word, color=colour, anchor=(1, 1.1))
        text.setFont(font(CAPTION, 600))
        self.addItem(text, ignoreBounds=True)
        text.setPos(float(week[-1]), float(mean[-1]))
