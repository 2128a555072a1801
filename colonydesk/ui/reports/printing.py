"""A report on a printer: the same words and numbers as in its PDF."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from colonydesk.exchange.reports.cells import Section, counted_text, days_text, sections
from colonydesk.qtkit.theme import FAMILY
from colonydesk.queries.reports import Report

MARGIN = 12.0
_INK, _GREY, _RULE = "#18212E", "#5C6778", "#C9CED8"


def make_printer() -> QPrinter:
    """The usual printer, A4 across."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    printer.setPageMargins(QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN), QPageLayout.Unit.Millimeter)
    return printer


def print_report(report: Report, printer: QPrinter) -> None:
    """Print a report; the heads of its columns stand on every page."""
    printer.setDocName(report.title)
    document = QTextDocument()
    document.setHtml(page(report))
    document.print_(printer)


def page(report: Report) -> str:
    """The report as a page of HTML."""
    said = ", ".join(part for part in (days_text(report), report.lab, counted_text(report)) if part)
    tables = "".join(_table(section) for section in sections(report))
    return (
        f'<html><body style="font-family: {FAMILY}; font-size: 8pt; color: {_INK}">'
        f'<p style="font-size: 15pt; font-weight: 600; margin: 0">{escape(report.title)}</p>'
        f'<p style="font-size: 9pt; color: {_GREY}; margin: 2pt 0 8pt 0">{escape(said)}</p>'
        f"{tables}</body></html>"
    )


def _table(section: Section) -> str:
    title = (
        f'<p style="font-size: 10pt; font-weight: 600">{escape(section.title)}</p>' if section.title else ""
    )
    if not section.rows:
        return f'{title}<p style="color: {_GREY}">Nothing to report.</p>'
    aligned = ["right" if number else "left" for number in section.numbers]
    heads = "".join(
        f'<th align="{side}" style="color: {_GREY}; font-size: 7pt; border-bottom: 1px solid {_RULE}">'
        f"{escape(f'{head}, {group.lower()}' if group else head)}</th>"
        for head, group, side in zip(section.headers, section.groups, aligned, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td align="{side}" style="border-bottom: 1px solid {_RULE}">{escape(text)}</td>'
            for text, side in zip(row, aligned, strict=True)
        )
        + "</tr>"
        for row in section.rows
    )
    table = (
        f'<table width="100%" cellspacing="0" cellpadding="3"><thead><tr>{heads}</tr></thead>{rows}</table>'
    )
    return f"{title}{table}"
