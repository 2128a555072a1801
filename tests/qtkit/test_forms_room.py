"""A form in a narrow panel: no wider than it, and nothing of it cut off."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.forms import Clock, Entry, FormView, Labelled
from colonydesk.qtkit.theme import ThemeSource

NARROW = 320
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
CLOCK = Clock(lambda: NOW, lambda: ZoneInfo("Europe/London"))
LONG = "Ephys recording with acute probe(s) in both hemispheres"
ENTRIES = [
    Entry("start", "Started", "moment"),
    Entry("born", "Born", "date"),
    Entry("outcome", "Outcome", "choice", codes=((1, LONG), (2, "acute"))),
    Entry("procedures", "Procedures", "links"),
    Entry("hash", "Hash", "shown"),
]


@pytest.fixture
def area(source: ThemeSource, qtbot: QtBot) -> QScrollArea:
    made = QScrollArea()
    made.setWidget(FormView(source, ENTRIES, CLOCK))
    made.setWidgetResizable(True)
    qtbot.addWidget(made)
    made.resize(NARROW + 20, 700)
    with qtbot.waitActive(made):
        made.show()
    return made


def form(area: QScrollArea) -> FormView:
    view = area.widget()
    assert isinstance(view, FormView)
    return view


def type_dates(view: FormView) -> None:
    view.set_values({"procedures": Labelled(("a",), {"a": LONG}), "hash": "0123456789abcdef" * 8})
    for name, text in (("start", "9 Mar 2026 10:00"), ("born", "265 days ago")):
        view.focus(name)
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClicks(focus, text)
    view.ask("outcome", f"DAT_0146 did not live on after the {LONG}: is this its date of death?")
    QApplication.processEvents()


def note(view: FormView, name: str) -> QLabel:
    """What was understood, as it stands at the field."""
    (found,) = (
        one
        for one in view._rows[name].findChildren(QLabel)
        if one.isVisible() and "ago" in one.text() and one.text() != view.entries[name].label
    )
    return found


def test_a_form_is_no_wider_than_its_panel(area: QScrollArea) -> None:
    view = form(area)
    type_dates(view)
    assert view.width() == area.viewport().width() <= NARROW + 20
    (hashed,) = (one for one in view.findChildren(QLabel) if one.isVisible() and one.text()[:4] == "0123")
    assert hashed.toolTip() == hashed.text()
    for widget in view.findChildren(QWidget):
        if widget.isVisible():
            right = widget.mapTo(view, QPoint(widget.width(), 0)).x()
            assert right <= view.width(), (widget, right)
    for one in view.findChildren(QLabel):
        if one.isVisible() and one.wordWrap():
            assert one.height() >= one.heightForWidth(one.width()), one.text()


def test_what_was_understood_stands_below_a_date_where_there_is_no_room_beside_it(area: QScrollArea) -> None:
    view = form(area)
    type_dates(view)

    def below() -> bool:
        edit, said = view.editor("start").keys(), note(view, "start")
        return said.mapTo(view, QPoint()).y() >= edit.mapTo(view, QPoint(0, edit.height())).y()

    assert below()
    assert (
        note(view, "start").text().replace("\N{NO-BREAK SPACE}", " ") == "9 Mar 2026 10:00, Mon, 260 days ago"
    )
    area.resize(720, 700)
    QApplication.processEvents()
    assert not below()
    area.resize(NARROW, 700)
    QApplication.processEvents()
    assert below()


def test_a_tag_leaves_out_its_middle_and_tells_the_whole_when_pointed_at(area: QScrollArea) -> None:
    view = form(area)
    type_dates(view)
    (tag,) = (one for one in view.editor("procedures").findChildren(QPushButton) if one.isVisible())
    assert tag.text().startswith("Ephys")
    assert tag.text().endswith("hemispheres  ×")
    assert "…" in tag.text()
    assert tag.toolTip() == LONG
    assert tag.fontMetrics().horizontalAdvance(tag.text()) <= tag.width() - 2
    assert view.words("procedures") == LONG
    area.resize(900, 700)
    QApplication.processEvents()
    assert (tag.text(), tag.toolTip()) == (f"{LONG}  ×", "")
    tag.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tag, Qt.Key.Key_Space)
    assert view.value("procedures") == ()


def test_a_text_of_several_lines_begins_below_that_of_one_line(source: ThemeSource, qtbot: QtBot) -> None:
    entries = [Entry("name", "Name", "text"), Entry("narrative", "Narrative", "long")]
    view = FormView(source, entries, CLOCK)
    qtbot.addWidget(view)
    view.set_values({"name": "IIII", "narrative": "IIII"})
    view.resize(400, 300)
    view.show()

    def left(edit: QWidget) -> int:
        """Where its first letter begins: the first column behind the edge that is not of one colour."""
        image, middle = edit.grab().toImage(), edit.mapTo(view, QPoint()).x()
        rows = range(6, 24)
        ground = image.pixelColor(3, 6)
        inked = (x for x in range(3, 40) if any(image.pixelColor(x, y) != ground for y in rows))
        return middle + next(inked)

    line, page = view.findChildren(QLineEdit)[0], view.findChildren(QPlainTextEdit)[0]
    assert abs(left(line) - left(page)) <= 1
