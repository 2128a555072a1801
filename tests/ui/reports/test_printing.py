"""Reports on paper: what is drawn, which pages, and what a printer or a person can break off."""

import re
import threading
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.reports.pdf import draw_report
from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.settings import Settings
from colonydesk.ui.desk import Desk
from colonydesk.ui.reports import print_bar
from colonydesk.ui.reports.printing import PrinterPaper, Stopped, make_printer, print_report
from tests.builders import NOW, Scene
from tests.conftest import ROOT
from tests.ui.reports.section import Section

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
RESOURCES = ROOT / "resources"
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_printed_with_the_same_words(section: Section, tmp_path: Path) -> None:
    printers: list[QPrinter] = []

    def choose(printer: QPrinter) -> bool:
        printers.append(printer)
        return to_file(printer, tmp_path / "printed.pdf")

    section.screen.ask_printer = choose
    section.press(Key.Key_P, CTRL)
    assert printers[0].docName() == "Water restriction, day report"
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF-")
    assert section.told == [("info", "Water restriction, day report is with the printer.")]
    section.screen.ask_printer = lambda _printer: False
    (tmp_path / "printed.pdf").unlink()
    section.screen.print_it()
    assert not (tmp_path / "printed.pdf").exists()


class Paint:
    """In place of a painter: what is written where, in dots."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, QPointF]] = []
        self.lines: list[QLineF] = []

    def setFont(self, _font: object) -> None: ...
    def setPen(self, _pen: object) -> None: ...

    def drawText(self, where: QPointF, text: str) -> None:
        self.texts.append((text, where))

    def drawLine(self, line: QLineF) -> None:
        self.lines.append(line)


def test_a_printer_s_paper_is_used_and_has_its_foot(section: Section) -> None:
    shown = section.screen.shown()
    assert shown is not None
    printer, paint = make_printer(), Paint()
    paper: Any = PrinterPaper(printer, cast(Any, paint), "ColonyDesk, now", 1, lambda _page: None)
    draw_report(paper, replace(shown, rows=shown.rows * 3))
    words = [text for text, _where in paint.texts]
    for word in ("Tue 10 Mar 2026, 1 animal, 1 with water owed, 1 below the threshold", "M2", "20.0"):
        assert word in words
    assert words.count("M2") == 3
    inside = printer.pageLayout().paintRectPixels(printer.resolution())
    room = QRectF(0, 0, inside.width(), inside.height())
    assert all(room.contains(where) for _text, where in paint.texts)
    assert max(line.x2() for line in paint.lines) > inside.width() * 0.9  # its own margins are enough
    [foot] = [where for text, where in paint.texts if text == "ColonyDesk, now"]
    [number] = [where for text, where in paint.texts if text == "1 / 1"]
    assert foot.y() == number.y() > inside.height() * 0.98
    assert number.x() > inside.width() * 0.9


def to_file(printer: QPrinter, file: Path) -> bool:
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(file))
    return True


def test_a_long_report_tells_its_pages_and_can_be_given_up(section: Section, tmp_path: Path) -> None:
    shown = section.screen.shown()
    assert shown is not None
    long = replace(shown, rows=shown.rows * 100)
    told: list[tuple[int, int]] = []
    printer = make_printer()
    to_file(printer, tmp_path / "long.pdf")
    print_report(long, printer, NOW, lambda *how_far: told.append(how_far), lambda: False)
    pages = told[0][1]
    assert pages > 2
    assert told == [(page, pages) for page in range(1, pages + 1)]
    written = (tmp_path / "long.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", written)) == pages
    told.clear()
    given_up = make_printer()
    to_file(given_up, tmp_path / "not.pdf")
    with pytest.raises(Stopped, match=r"cancelled\.$"):
        print_report(long, given_up, NOW, lambda *how_far: told.append(how_far), lambda: True)
    assert told == []
    assert not (tmp_path / "not.pdf").exists()
    with pytest.raises(Stopped, match=f"cancelled: 1 of {pages} pages may come out"):
        print_report(long, given_up, NOW, lambda *how_far: told.append(how_far), lambda: len(told) == 1)
    assert told == [(1, pages)]


def test_of_a_long_report_the_pages_that_were_asked_for_are_printed(section: Section, tmp_path: Path) -> None:
    shown = section.screen.shown()
    assert shown is not None
    long = replace(shown, rows=shown.rows * 100)
    for first, last, found in ((2, 3, 2), (3, 99, None), (0, 0, None)):
        printer, told = make_printer(), list[tuple[int, int]]()
        to_file(printer, tmp_path / "some.pdf")
        printer.setPrintRange(QPrinter.PrintRange.PageRange)
        printer.setFromTo(first, last)
        print_report(long, printer, NOW, lambda *how_far, told=told: told.append(how_far), lambda: False)
        written = (tmp_path / "some.pdf").read_bytes()
        pages = told[0][1]
        assert len(re.findall(rb"/Type /Page\b", written)) == (found or pages - max(first - 1, 0))
    beyond = make_printer()
    to_file(beyond, tmp_path / "none.pdf")
    beyond.setPrintRange(QPrinter.PrintRange.PageRange)
    beyond.setFromTo(98, 99)
    with pytest.raises(KnownError, match="Nothing was printed: there are"):
        print_report(long, beyond, NOW, lambda *_how_far: None, lambda: False)
    assert not (tmp_path / "none.pdf").exists()


def test_nothing_is_left_of_the_dialog_that_knows_the_printer(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrintDialog, "exec", lambda _dialog: QPrintDialog.DialogCode.Rejected)
    section.press(Key.Key_P, CTRL)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert section.screen.findChildren(QPrintDialog) == []


def test_it_is_printed_beside_the_window_and_cancelled_there(
    here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs()
    desk = Desk(
        here.db,
        jobs,
        ChangeBus(),
        ThemeSource(qapp, RESOURCES),
        Settings(tmp_path / "settings.json"),
        lambda: NOW,
    )
    section = Section(here, desk, qtbot, [NOW])
    screen, workers = section.screen, []

    def held(report: Any, printer: Any, now: datetime, tell: Any, stopped: Any) -> None:
        """A printer that would take for ever, until it is told to stop."""
        workers.append(threading.current_thread())
        tell(3, 103)
        while not stopped():
            time.sleep(0.005)
        raise Stopped("Printing was cancelled.")

    monkeypatch.setattr(print_bar, "print_report", held)
    qtbot.waitUntil(lambda: screen.print.isEnabled() and jobs.idle())
    screen.ask_printer = lambda _printer: True
    screen.print.click()
    qtbot.waitUntil(lambda: screen.printing.state.text() == "Printing: page 3 of 103")
    assert screen.printing.isVisible()
    assert workers[0] is not threading.main_thread()
    assert not screen.print.isEnabled()
    assert screen.unsaved()
    assert section.told.pop() == ("warning", "A report is still being printed: cancel that first.")
    screen.printing.cancel_button.setFocus()
    screen.printing.cancel_button.click()
    qtbot.waitUntil(jobs.idle)
    assert section.told == [("info", "Printing was cancelled.")]
    assert not screen.printing.isVisible()
    assert screen.print.isEnabled()
    assert not screen.unsaved()
    assert QApplication.focusWidget() is screen.view
    assert jobs.close()


@pytest.mark.qt_log_ignore("QPainter::begin", "This plugin does not support")
def test_a_printer_that_takes_nothing_is_told(section: Section, tmp_path: Path) -> None:
    section.screen.ask_printer = lambda printer: to_file(printer, tmp_path / "not there" / "printed.pdf")
    section.press(Key.Key_P, CTRL)
    [(kind, text)] = section.told
    assert kind == "error"
    assert text.startswith("Nothing was printed")
