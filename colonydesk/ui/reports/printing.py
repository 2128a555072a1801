"""A report on a printer: the same words and numbers as in its PDF."""

from __future__ import annotations

from datetime import datetime
from html import escape

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.reports.cells import Section, counted_text, days_text, sections
from colonydesk.qtkit.theme import FAMILY, font
from colonydesk.queries.reports import Report

# In mm.
MARGIN = 12.0
FOOT = 8.0
FOOT_SIZE = 7.5
"""In points."""
# Qt leaves margins of paragraphs as small as on a screen.
_GAP = '<p style="font-size: 5pt; margin: 0">&nbsp;</p>'
_INK, _GREY, _RULE = "#18212E", "#5C6778", "#C9CED8"


def make_printer() -> QPrinter:
    """The usual printer, A4 across."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    printer.setPageMargins(QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN), QPageLayout.Unit.Millimeter)
    return printer


def print_report(report: Report, printer: QPrinter, now: datetime) -> None:
    """Print a report: the heads of its columns stand on every page, and when it was printed at its foot.

    Raises:
        KnownError: the printer, or the file it is printed to, takes nothing.
    """
    printer.setDocName(report.title)
    document = paged(report, printer)
    whole = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
    height, pages = document.pageSize().height(), document.pageCount()
    printed = f"ColonyDesk, {now.astimezone(zone(report.timezone).info):%Y-%m-%d %H:%M}"
    painter = QPainter()
    if not painter.begin(printer):
        hint = "Look whether the printer is on, or print to another place."
        raise KnownError("Nothing was printed: it is not taken there.", hint)
    try:
        for number in range(pages):
            if number:
                printer.newPage()
            painter.save()
            painter.translate(0, -number * height)
            document.drawContents(painter, QRectF(0, number * height, whole.width(), height))
            painter.restore()
            painter.setFont(_foot_font())
            painter.setPen(QColor(_GREY))
            foot = QRectF(0, height, whole.width(), whole.height() - height)
            painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, printed)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
            painter.drawText(foot, right, f"{number + 1} / {pages}")
    finally:
        painter.end()


def paged(report: Report, printer: QPrinter) -> QTextDocument:
    """The report on pages of the printer's size, less the room of their foot.

    ``QTextDocument.print_`` would add margins of 2 cm to those of the paper.
    """
    document = QTextDocument()
    document.documentLayout().setPaintDevice(printer)
    document.setDocumentMargin(0)
    document.setHtml(page(report))
    whole = printer.pageLayout().paintRectPixels(printer.resolution())
    document.setPageSize(QSizeF(whole.width(), whole.height() - FOOT / 25.4 * printer.resolution()))
    return document


def _foot_font() -> QFont:
    made = QFont(font())
    made.setPointSizeF(FOOT_SIZE)
    return made


def page(report: Report) -> str:
    """The report as a page of HTML."""
    said = ", ".join(part for part in (days_text(report), report.lab, counted_text(report)) if part)
    tables = "".join(_table(section) for section in sections(report))
    return (
        f'<html><body style="font-family: {FAMILY}; font-size: 8pt; color: {_INK}">'
        f'<p style="font-size: 15pt; font-weight: 600; margin: 0">{escape(report.title)}</p>'
        f'<p style="font-size: 9pt; color: {_GREY}; margin: 0">{escape(said)}</p>'
        f"{_GAP}{tables}</body></html>"
    )


def _table(section: Section) -> str:
    title = (
        f'<p style="font-size: 10pt; font-weight: 600">{escape(section.title)}</p>' if section.title else ""
    )
    if not section.rows:
        return f'{title}<p style="color: {_GREY}">Nothing to report.</p>'
    aligned = ["right" if number else "left" for number in section.numbers]
    before = (False, *section.numbers[:-1])
    apart = [  # words from the number before them
        "padding-left: 12px; " if behind and not number else ""
        for behind, number in zip(before, section.numbers, strict=True)
    ]
    heads = "".join(
        f'<th align="{side}" style="{left}color: {_GREY}; font-size: 7pt; border-bottom: 1px solid {_RULE}">'
        f"{escape(f'{head}, {group.lower()}' if group else head)}</th>"
        for head, group, side, left in zip(section.headers, section.groups, aligned, apart, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td align="{side}" style="{left}border-bottom: 1px solid {_RULE}">{escape(text)}</td>'
            for text, side, left in zip(row, aligned, apart, strict=True)
        )
        + "</tr>"
        for row in section.rows
    )
    table = (
        f'<table width="100%" cellspacing="0" cellpadding="3"><thead><tr>{heads}</tr></thead>{rows}</table>'
    )
    return f"{title}{table}"
