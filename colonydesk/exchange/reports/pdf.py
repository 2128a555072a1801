"""A report on paper: A4 across, the heads of the columns on every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from colonydesk.exchange.reports.cells import Section, counted_text, days_text, sections
from colonydesk.queries.reports import Report

# In mm and points.
MARGIN, LINE, PADDING = 12.0, 4.4, 1.4
APART = 3.0  # between numbers and the words behind them
TEXT_SIZE, TITLE_SIZE, SMALL_SIZE = 8.5, 15, 7.5
NARROWEST = 12.0
GREY, INK, RULE = (92, 103, 120), (24, 33, 46), (225, 228, 234)


def write_pdf(report: Report, file: Path, fonts: Path, printed: datetime) -> None:
    """Write the report as PDF with the fonts of the folder ``fonts``; ``printed`` stands at its foot.

    Raises:
        OSError: the file cannot be written.
    """
    from fpdf import FPDF

    class Paper(FPDF):
        """With a foot on every page."""

        def footer(self) -> None:
            self.set_y(-10)
            self.set_font("Inter", size=SMALL_SIZE)
            self.set_text_color(*GREY)
            self.cell(0, 4, f"ColonyDesk, {printed:%Y-%m-%d %H:%M}")
            self.set_x(MARGIN)
            self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    paper = Paper(orientation="L", format="A4")
    paper.set_margins(MARGIN, MARGIN, MARGIN)
    paper.set_auto_page_break(False)
    paper.add_font("Inter", "", fonts / "Inter-Regular.otf")
    paper.add_font("Inter", "B", fonts / "Inter-SemiBold.otf")
    paper.set_title(report.title)
    paper.set_creator("ColonyDesk")
    paper.set_creation_date(printed)
    draw_report(paper, report)
    paper.output(str(file))


def draw_report(paper: Any, report: Report) -> None:
    """Draw the report on ``paper``: an FPDF, or what knows as many of its words as are used here."""
    paper.add_page()
    _head(paper, report)
    for section in sections(report):
        _Table(paper, section).draw()


def _head(paper: Any, report: Report) -> None:
    paper.set_font("Inter", "B", TITLE_SIZE)
    paper.set_text_color(*INK)
    paper.cell(0, 8, report.title, new_x="LMARGIN", new_y="NEXT")
    paper.set_font("Inter", size=TEXT_SIZE + 1)
    paper.set_text_color(*GREY)
    said = (days_text(report), report.lab, counted_text(report))
    paper.cell(0, 6, ", ".join(part for part in said if part), new_x="LMARGIN", new_y="NEXT")
    paper.ln(3)


class _Table:
    """One section; a text that is wider than its column goes on in the next line."""

    def __init__(self, paper: Any, section: Section) -> None:
        self._paper = paper
        self._section = section
        before = (False, *section.numbers[:-1])
        self._apart = [
            APART if behind and not number else 0.0
            for behind, number in zip(before, section.numbers, strict=True)
        ]
        self._widths = self._fitted()

    def draw(self) -> None:
        """Title, heads and rows, on as many pages as they need."""
        paper, section = self._paper, self._section
        if section.title:
            self._room(8 * LINE)
            paper.ln(4)
            paper.set_font("Inter", "B", TEXT_SIZE + 2)
            paper.set_text_color(*INK)
            paper.cell(0, 7, section.title, new_x="LMARGIN", new_y="NEXT")
        if not section.rows:
            paper.set_font("Inter", size=TEXT_SIZE)
            paper.cell(0, 7, "Nothing to report.", new_x="LMARGIN", new_y="NEXT")
            return
        self._heads()
        for row in section.rows:
            lines = self._lines(row)
            if self._room(max(map(len, lines)) * LINE + 2 * PADDING):
                self._heads()
            self._row(lines, INK)

    def _room(self, height: float) -> bool:
        """Whether a new page was begun, as there was not this much room."""
        if self._paper.get_y() + height <= self._paper.h - MARGIN - 2:
            return False
        self._paper.add_page()
        return True

    def _heads(self) -> None:
        paper, section = self._paper, self._section
        paper.set_font("Inter", "B", SMALL_SIZE)
        if any(section.groups):
            paper.set_text_color(*GREY)
            for place, group in enumerate(section.groups):
                first = place == 0 or section.groups[place - 1] != group
                width = self._widths[place]
                if group and first:
                    span = sum(w for w, one in zip(self._widths, section.groups, strict=True) if one == group)
                    x = paper.get_x()
                    paper.cell(span, LINE, group, align="C")
                    paper.set_x(x + width)
                else:
                    paper.set_x(paper.get_x() + width)
            paper.ln(LINE)
        self._row(self._lines(section.headers), GREY)
        paper.set_font("Inter", size=TEXT_SIZE)

    def _row(self, lines: Sequence[Sequence[str]], ink: tuple[int, int, int]) -> None:
        paper = self._paper
        top, height = paper.get_y(), max(map(len, lines)) * LINE + 2 * PADDING
        paper.set_text_color(*ink)
        left = MARGIN
        for width, apart, number, texts in zip(
            self._widths, self._apart, self._section.numbers, lines, strict=True
        ):
            for place, text in enumerate(texts):
                paper.set_xy(left + apart, top + PADDING + place * LINE)
                paper.cell(width - apart, LINE, text, align="R" if number else "L")
            left += width
        paper.set_draw_color(*RULE)
        paper.line(MARGIN, top + height, MARGIN + sum(self._widths), top + height)
        paper.set_xy(MARGIN, top + height)

    def _lines(self, texts: Sequence[str]) -> list[list[str]]:
        return [
            self._wrapped(text, width - apart)
            for text, width, apart in zip(texts, self._widths, self._apart, strict=True)
        ]

    def _wrapped(self, text: str, width: float) -> list[str]:
        room = width - 2 * self._paper.c_margin
        if self._paper.get_string_width(text) <= room:
            return [text]
        lines, line = [], ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and self._paper.get_string_width(longer) > room:
                lines.append(line)
                longer = word
            while self._paper.get_string_width(longer) > room and len(longer) > 1:
                fitting = self._fitting(longer, room)
                lines.append(longer[:fitting])
                longer = longer[fitting:]
            line = longer
        return [*lines, line]

    def _fitting(self, text: str, room: float) -> int:
        """How many letters of a word fit into a line, at least one."""
        count = 1
        while count < len(text) and self._paper.get_string_width(text[: count + 1]) <= room:
            count += 1
        return count

    def _fitted(self) -> list[float]:
        """As wide as the longest text where there is room for all, else the widest columns give way."""
        paper, section = self._paper, self._section
        paper.set_font("Inter", "B", SMALL_SIZE)
        extra = [2 * paper.c_margin + 1 + apart for apart in self._apart]
        widths = [
            max(NARROWEST, paper.get_string_width(header) + more)
            for header, more in zip(section.headers, extra, strict=True)
        ]
        paper.set_font("Inter", size=TEXT_SIZE)
        for row in section.rows:
            for place, text in enumerate(row):
                widths[place] = max(widths[place], paper.get_string_width(text) + extra[place])
        room = paper.w - 2 * MARGIN
        while sum(widths) > room + 0.01:
            widest = max(widths)
            second = max([width for width in widths if width < widest], default=NARROWEST)
            at = [place for place, width in enumerate(widths) if width == widest]
            less = max((sum(widths) - room) / len(at), 0.0)
            to = max(widest - less, second)
            if to <= NARROWEST:
                return [room / len(widths)] * len(widths)
            for place in at:
                widths[place] = to
        spare = (room - sum(widths)) / len(widths)
        return [width + min(spare, 8.0) for width in widths]
