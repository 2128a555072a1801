"""A report on a printer: laid out and drawn as its PDF is, in a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QLineF, QMarginsF, QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.reports.pdf import GREY, MARGIN, SMALL_SIZE, draw_report
from colonydesk.qtkit.theme import font
from colonydesk.queries.reports import Report

# In mm. The PDF has its foot in its margin; a printer prints nothing in its own.
_FOOT, _LINE = 6.0, 4.0
_RULE_WIDTH = 0.2


def make_printer() -> QPrinter:
    """The usual printer, A4 across."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    printer.setPageMargins(QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN), QPageLayout.Unit.Millimeter)
    return printer


class Stopped(KnownError):
    """Printing was cancelled."""


def print_report(
    report: Report,
    printer: QPrinter,
    now: datetime,
    tell: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> None:
    """Print a report, or the pages of it that were asked for.

    The heads of its columns stand on every page, and when it was printed at its foot.

    May be called in a worker: each call into Qt is a short one. (Those of a QTextDocument take seconds,
    and the whole program waits for them: PySide keeps the interpreter to itself meanwhile.) ``tell`` hears
    which page is being drawn, of how many.

    Raises:
        Stopped: ``stopped()`` was true. It is said what comes out all the same: Qt can take a print back on
            Windows only.
        KnownError: the printer, or the file it is printed to, takes nothing.
    """
    measured = PrinterPaper(printer, None, "", 0, lambda _page: _go_on(stopped, "Printing was cancelled."))
    draw_report(measured, report)
    pages = measured.page
    wanted = pages_wanted(printer, pages)
    if not wanted:
        raise KnownError(f"Nothing was printed: there are {pages} pages.", "Choose among them, or print all.")

    def begun(page: int) -> None:
        out = sum(one < page for one in wanted)
        _go_on(stopped, f"Printing was cancelled: {out} of {len(wanted)} pages may come out.")
        tell(page, pages)

    printer.setDocName(report.title)
    painter = QPainter()
    if not painter.begin(printer):
        raise _failed("Nothing was printed: it is not taken there.")
    printed = f"ColonyDesk, {now.astimezone(zone(report.timezone).info):%Y-%m-%d %H:%M}"
    try:
        draw_report(PrinterPaper(printer, painter, printed, pages, begun), report)
    except Stopped:
        if printer.abort():
            raise Stopped("Printing was cancelled.") from None
        raise
    finally:
        painter.end()
    if printer.printerState() == QPrinter.PrinterState.Error:
        raise _failed("The printer failed: what it printed is not whole.")


def pages_wanted(printer: QPrinter, pages: int) -> range:
    """Which of so many pages somebody has asked for: Qt leaves that to the program."""
    first, last = printer.fromPage(), printer.toPage()
    if printer.printRange() != QPrinter.PrintRange.PageRange or not last:
        return range(1, pages + 1)
    return range(max(first, 1), min(last, pages) + 1)


def _go_on(stopped: Callable[[], bool], text: str) -> None:
    if stopped():
        raise Stopped(text)


def _failed(text: str) -> KnownError:
    return KnownError(text, "Look whether the printer is on, or print to another place.")


class PrinterPaper:
    """A printer's paper in the words of FPDF that a report is drawn with: in mm from the paper's corner.

    Without a painter nothing is drawn, and ``page`` says in the end how many pages there will be. With one
    the pages are drawn that were asked for.
    """

    c_margin = 1.0

    def __init__(
        self,
        printer: QPrinter,
        painter: QPainter | None,
        printed: str,
        pages: int,
        begun: Callable[[int], None],
    ) -> None:
        self._printer, self._given = printer, painter
        self._painter: QPainter | None = None  # while a page is drawn that was asked for
        self._wanted = pages_wanted(printer, pages)
        self._printed, self._pages, self._begun = printed, pages, begun
        self._dots = printer.resolution() / 25.4
        inside = printer.pageLayout().paintRectPixels(printer.resolution())
        self.w = inside.width() / self._dots + 2 * MARGIN
        self.h = inside.height() / self._dots + 2 * MARGIN - _FOOT
        self.page = 0
        self._x = self._y = MARGIN
        self._fonts: dict[tuple[str, float], tuple[QFont, QFontMetricsF]] = {}
        self._ink, self._rule = GREY, GREY
        self.set_font("", size=SMALL_SIZE)

    def add_page(self) -> None:
        """Begin the next page, and write the foot of it; the font stays."""
        self._begun(self.page + 1)
        self.page += 1
        self._painter = self._given if self.page in self._wanted else None
        if self._painter is not None and self.page > self._wanted.start and not self._printer.newPage():
            out = self.page - self._wanted.start
            raise _failed(f"The printer failed: {out} of {len(self._wanted)} pages were printed.")
        kept = self._font, self._ink
        self.set_font("", size=SMALL_SIZE)
        self._ink = GREY
        self.set_xy(MARGIN, self.h - MARGIN + _FOOT - _LINE)
        self.cell(self.w - 2 * MARGIN, _LINE, self._printed)
        self.set_x(MARGIN)
        self.cell(self.w - 2 * MARGIN, _LINE, f"{self.page} / {self._pages}", align="R")
        self._font, self._ink = kept
        self.set_xy(MARGIN, MARGIN)

    def set_font(self, _family: str, style: str = "", size: float = 0) -> None:
        """Plain or bold ("B"), in points; always the family of the program."""
        if (style, size) not in self._fonts:
            made = QFont(font(weight=600 if style else 400))
            made.setPointSizeF(size)
            self._fonts[style, size] = made, QFontMetricsF(made, self._printer)
        self._font = self._fonts[style, size]

    def set_text_color(self, red: int, green: int, blue: int) -> None:
        self._ink = (red, green, blue)

    def set_draw_color(self, red: int, green: int, blue: int) -> None:
        self._rule = (red, green, blue)

    def get_string_width(self, text: str) -> float:
        return self._font[1].horizontalAdvance(text) / self._dots

    def get_x(self) -> float:
        return self._x

    def get_y(self) -> float:
        return self._y

    def set_x(self, x: float) -> None:
        self._x = x

    def set_xy(self, x: float, y: float) -> None:
        self._x, self._y = x, y

    def set_y(self, y: float) -> None:
        self.set_xy(MARGIN, y)

    def ln(self, height: float) -> None:
        self.set_xy(MARGIN, self._y + height)

    def cell(
        self, width: float, height: float, text: str, *, align: str = "L", new_x: str = "", new_y: str = ""
    ) -> None:
        """A text in its box, in the middle of its height; a box 0 wide goes to the right margin."""
        width = width or self.w - MARGIN - self._x
        made, metrics = self._font
        spare = width - 2 * self.c_margin - self.get_string_width(text)
        left = self._x + self.c_margin + {"L": 0.0, "C": spare / 2, "R": spare}[align]
        down = self._y + (height + (metrics.ascent() - metrics.descent()) / self._dots) / 2
        if self._painter is not None:
            self._painter.setFont(made)
            self._painter.setPen(QColor(*self._ink))
            self._painter.drawText(self._point(left, down), text)
        if (new_x, new_y) == ("LMARGIN", "NEXT"):
            self.ln(height)
        else:
            self._x += width

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        if self._painter is not None:
            self._painter.setPen(QPen(QColor(*self._rule), _RULE_WIDTH * self._dots))
            self._painter.drawLine(QLineF(self._point(x1, y1), self._point(x2, y2)))

    def _point(self, x: float, y: float) -> QPointF:
        """In dots of the printer, whose corner is that of what it can print."""
        return QPointF((x - MARGIN) * self._dots, (y - MARGIN) * self._dots)
