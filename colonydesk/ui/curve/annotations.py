"""What stands in a curve beside its lines: restrictions, implants and notes, in words where there is room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem

from colonydesk.qtkit.theme import CAPTION, font
from colonydesk.queries.curve_data import Curve, Mark, Period
from colonydesk.ui.curve.axis import day_text, local_day
from colonydesk.ui.curve.items import DOTS, Overlay
from colonydesk.ui.curve.series import View, grams
from colonydesk.ui.curve.words import write

TOP_LANE = 16.0
"""Height of a line of words at the top of the plot; the weights keep clear of them."""
_DASHES = (4.0, 3.0)
_SHORTEST = 46.0
"""Words are left out where less than this many pixels are free for them."""


@dataclass(frozen=True, slots=True)
class Upright:
    """A dotted or dashed line from ``top`` to the bottom of the plot; ``colour`` is a theme token."""

    x: float
    top: float
    colour: str
    dashes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """``text`` from ``x`` on, centred on ``middle``; ``colour`` is a theme token."""

    x: float
    middle: float
    text: str
    colour: str


def lanes_of(view: View) -> int:
    """How many lines of words stand at the top of the plot."""
    if len(view.curves) != 1:
        return 0
    curve, (low, high) = view.curves[0], view.span
    return bool(_periods_in(curve, low, high)) + bool(_marks_in(curve.implants, low, high))


def restriction_text(period: Period, zone: ZoneInfo) -> str:
    """ "restricted since 21 Oct, ref 24.0 g", "restricted 3 Sep to 1 Oct" """
    start = day_text(local_day(period.start, zone))
    if period.end is None:
        text = f"restricted since {start}"
    else:
        text = f"restricted {start} to {day_text(local_day(period.end, zone))}"
    return f"{text}, ref {grams(period.reference_weight)}" if period.reference_weight else text


class Annotations(Overlay):
    """Dotted lines where restrictions begin and end, dashed ones at implants, a small sheet at every note."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent, 5)
        self.uprights: list[Upright] = []
        self.words: list[Words] = []
        self.sheets: list[float] = []
        self._plot = QRectF()

    def show_view(self, view: View, box: QRectF, pixel: Callable[[float], float]) -> None:
        """Those of the one animal in ``view``; ``pixel`` tells where in ``box`` a moment lies."""
        before = (self.uprights, self.words, self.sheets, self._plot)
        self.uprights, self.words, self.sheets, self._plot = [], [], [], box
        if len(view.curves) == 1:
            self._find(view.curves[0], view.span, box, pixel)
        if before != (self.uprights, self.words, self.sheets, box):
            self.redraw(box.adjusted(-6, 0, 6, 0))  # half a sheet over each end

    def _find(
        self, curve: Curve, span: tuple[float, float], box: QRectF, pixel: Callable[[float], float]
    ) -> None:
        periods = _periods_in(curve, *span)
        lane = TOP_LANE / 2 + 1
        if periods:
            self._find_restrictions(curve, periods, span, box.width(), pixel)
            lane += TOP_LANE
        implants = _marks_in(curve.implants, *span)
        for number, mark in enumerate(implants):
            x = pixel(mark.at)
            until = pixel(implants[number + 1].at) if number + 1 < len(implants) else box.width()
            self.uprights.append(Upright(x, lane - 5, "accent2", _DASHES))
            self._add_words(mark.text, x, min(until, box.width()), lane, "accent2")
        self.sheets = [pixel(mark.at) for mark in _marks_in(curve.notes, *span)]

    def _find_restrictions(
        self,
        curve: Curve,
        periods: list[Period],
        span: tuple[float, float],
        width: float,
        pixel: Callable[[float], float],
    ) -> None:
        zone = ZoneInfo(curve.timezone)
        for number, period in enumerate(periods):
            for at in (period.start, period.end):
                if at is not None and span[0] <= at < span[1]:
                    self.uprights.append(Upright(pixel(at), 0.0, "faint", DOTS))
            until = pixel(periods[number + 1].start) if number + 1 < len(periods) else width
            x = max(pixel(period.start), 0.0)
            self._add_words(
                restriction_text(period, zone), x, min(until, width), TOP_LANE / 2 + 1, "secondary"
            )

    def _add_words(self, text: str, x: float, until: float, middle: float, colour: str) -> None:
        """Words behind the line at ``x``, cut where the next ones begin, left out where there is no room."""
        free = until - x - 8
        if free >= _SHORTEST:
            fitting = QFontMetricsF(font(CAPTION)).elidedText(text, Qt.TextElideMode.ElideRight, free)
            self.words.append(Words(x + 5, middle, fitting, colour))

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION))
        bottom = self._plot.height()
        for upright in self.uprights:
            pen = QPen(QColor(getattr(self.theme, upright.colour)), 1)
            pen.setDashPattern(upright.dashes)
            painter.setPen(pen)
            x = round(upright.x) + 0.5
            painter.drawLine(QLineF(x, upright.top, x, bottom))
        for words in self.words:
            self._paint_words(painter, words)
        for x in self.sheets:
            self._paint_sheet(painter, QPointF(x, bottom - 8))

    def _paint_words(self, painter: QPainter, words: Words) -> None:
        """With a rim in the colour of the ground: readable where they cross a line."""
        for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            write(painter, words.x + right, words.middle + down, words.text, self.theme.panel)
        write(painter, words.x, words.middle, words.text, getattr(self.theme, words.colour))

    def _paint_sheet(self, painter: QPainter, centre: QPointF) -> None:
        """A sheet of paper with a folded corner, 8 by 10 pixels."""
        x, y = centre.x() - 4, centre.y() - 5
        corners = [(0, 0), (5, 0), (8, 3), (8, 10), (0, 10)]
        painter.setPen(QPen(QColor(self.theme.secondary), 1))
        painter.setBrush(QColor(self.theme.panel))
        painter.drawPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in corners]))
        painter.drawLine(QLineF(x + 2, y + 5, x + 6, y + 5))
        painter.drawLine(QLineF(x + 2, y + 7.5, x + 6, y + 7.5))


def _periods_in(curve: Curve, low: float, high: float) -> list[Period]:
    shown = [p for p in curve.restrictions if p.start < high and (p.end is None or p.end > low)]
    return sorted(shown, key=lambda period: period.start)


def _marks_in(marks: tuple[Mark, ...], low: float, high: float) -> list[Mark]:
    return sorted((mark for mark in marks if low <= mark.at <= high), key=lambda mark: mark.at)
