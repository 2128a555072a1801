"""The curve under the hands: its chart, what mouse and keys do to it, and what stands there without one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from colonydesk.qtkit.theme import TEXT, Theme, ThemeSource, font
from colonydesk.queries.curve_data import Curve
from colonydesk.ui.curve.axis import DAY
from colonydesk.ui.curve.chart import Chart
from colonydesk.ui.curve.readout import Readout, readout
from colonydesk.ui.curve.series import Pending, View

ZOOM = 1.25


class Plot(QWidget):
    """Shows a ``View``, or a sentence where there is none.

    ``spanned`` is emitted when the hands changed the span, ``fitted`` when they asked for all of it.
    """

    spanned = Signal()
    fitted = Signal()

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self._curves: tuple[Curve, ...] = ()
        self._percent = False
        self._pending: Pending | None = None
        self._sentence = ""
        self._dimmed = False
        self._day: int | None = None
        self.chart = Chart(source.theme)
        self.chart.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 180)
        self.setAccessibleName(self.tr("Weight curve"))
        self.chart.spanned.connect(self._on_moved)
        self.chart.fitted.connect(self.fitted)
        self.chart.scene().sigMouseMoved.connect(self._on_mouse)
        source.changed.connect(self._on_theme)

    # ---- what is shown

    def show_curves(
        self,
        curves: tuple[Curve, ...],
        span: tuple[float, float],
        sentence: str = "",
        pending: Pending | None = None,
    ) -> None:
        """Show these curves over ``span``, and a weight being typed; without curves, ``sentence``."""
        self._curves, self._sentence, self._pending = curves, sentence, pending
        self._point_at(None)
        self.chart.setVisible(bool(curves))
        if curves:
            self.chart.show_view(View(curves, span, self._percent, self._pending))
        else:
            self.update()

    def span(self) -> tuple[float, float]:
        """From when to when is shown, in epoch seconds."""
        return self.chart.span()

    def set_span(self, span: tuple[float, float]) -> None:
        """Show another stretch of time, in epoch seconds."""
        self.chart.set_span(span)

    def set_percent(self, percent: bool) -> None:
        """Show per cent of the expected weight instead of grams."""
        self._percent = percent
        if self._curves:
            self.chart.show_view(View(self._curves, self.span(), percent, self._pending))

    def set_pending(self, pending: Pending | None) -> None:
        """Show a weight that is not saved yet, or none."""
        if pending != self._pending:
            self._pending = pending
            if self._curves:
                self.chart.set_pending(pending)

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim what is there while something newer is on its way."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.chart.set_dimmed(dimmed)
            self.update()

    def view(self) -> View | None:
        """What is shown, None where there is no curve."""
        return self.chart.view() if self._curves else None

    def sentence(self) -> str:
        """The sentence that stands in place of a curve, "" while there is one."""
        return "" if self._curves else self._sentence

    def readout(self) -> Readout | None:
        """What the crosshair says, None while there is none."""
        return self.chart.crosshair.said

    # ---- paint

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.Show):
            self.chart.set_ratio(self.devicePixelRatioF())
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(520, 480)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """What lies behind the chart, which paints no ground of its own."""
        if self._curves and not self.hasFocus():
            return
        with QPainter(self) as painter:
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(self._source.theme.accent), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
            if not self._curves:
                painter.setOpacity(0.45 if self._dimmed else 1.0)
                painter.setFont(font(TEXT))
                painter.setPen(QColor(self._source.theme.secondary))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(QRectF(self.rect()).adjusted(24, 0, -24, -40), int(flags), self._sentence)

    def _on_theme(self, theme: Theme) -> None:
        self.chart.set_theme(theme)
        self.update()

    # ---- hands

    def _main(self) -> int:
        """The curve whose days the crosshair walks: the one with the most of them."""
        return int(np.argmax([len(curve.day_at) for curve in self._curves]))

    def _days(self) -> np.ndarray:
        return self._curves[self._main()].day_at if self._curves else np.empty(0)

    def _point_at(self, day: int | None) -> None:
        if day == self._day:
            return
        self._day = day
        if day is None:
            self.chart.point_nowhere()
        else:
            self.chart.point_at(float(self._days()[day]), readout(self._curves, day, self._main()))

    def _on_mouse(self, scene: QPointF) -> None:
        if self.chart.dragged():
            return
        at, days = self.chart.moment_at(scene), self._days()
        self._point_at(int(np.argmin(np.abs(days - at))) if at is not None and len(days) else None)

    def _on_moved(self) -> None:
        if self.chart.dragged():
            self._point_at(None)
        self.spanned.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point_at(None)
        self.update()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._days()) - 1
        if last < 0:
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Left:
                self._walk_to(last if self._day is None else max(0, self._day - 1))
            case Qt.Key.Key_Right:
                self._walk_to(last if self._day is None else min(last, self._day + 1))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(1 / ZOOM)
            case Qt.Key.Key_Minus:
                self._zoom(ZOOM)
            case Qt.Key.Key_Home:
                self.fitted.emit()
            case Qt.Key.Key_Escape if self._day is not None:
                self._point_at(None)
            case _:
                super().keyPressEvent(event)

    def _walk_to(self, day: int) -> None:
        """Point at a day, and pan so far that it is in sight."""
        self._point_at(day)
        at, (low, high) = float(self._days()[day]), self.span()
        by = min(0.0, at - DAY / 2 - low) + max(0.0, at + DAY / 2 - high)
        if by:
            self.chart.box.translateBy(x=by)
            self.spanned.emit()

    def _zoom(self, factor: float) -> None:
        self.chart.box.scaleBy(x=factor)
        self.spanned.emit()
