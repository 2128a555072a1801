from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.table import MISSING, PAGE, PAGES_KEPT, Column, PagedTable
from colonydesk.qtkit.table_view import PagedView
from colonydesk.qtkit.theme import ThemeSource

RESOURCES = Path(__file__).parents[2] / "resources"
COLUMNS = (
    Column("Animal", lambda row: row[0]),
    Column("Weight", lambda row: f"{row[1]:.1f}", number=True),
)
IDS = [uuid4() for _ in range(100_000)]
PLACES = {key: place for place, key in enumerate(IDS)}


class Asker:
    """Answers like a database would, when told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.model = PagedTable(COLUMNS, self.asked.append)

    def answer(self, weight: float = 20.0) -> None:
        asked, self.asked[:] = list(self.asked), []
        for ids in asked:
            self.model.put({key: (f"A{PLACES[key]}", weight) for key in ids})


@pytest.fixture
def asker(qtbot: QtBot) -> Asker:
    made = Asker()
    made.model.set_ids(IDS)
    return made


def text(model: PagedTable, row: int, column: int = 0) -> str:
    return model.data(model.index(row, column))


def turn(qtbot: QtBot, asker: Asker) -> None:
    qtbot.waitUntil(lambda: bool(asker.asked))


def test_obeys_the_rules_of_item_models_in_all_it_does(qtbot: QtBot) -> None:
    """At 2,000 rows: the tester walks through every cell after every change, 20 s of Python at 100,000."""
    asker = Asker()
    model = asker.model
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert tester.model() is model
    model.set_ids(IDS[:2000])
    text(model, 1999)
    turn(qtbot, asker)
    asker.answer()
    model.invalidate([IDS[1999], IDS[0]])
    asker.answer(21.0)
    model.retry()
    model.set_ids(IDS[500:0:-1])
    assert text(model, 0) == MISSING
    model.set_ids(())
    assert model.rowCount() == 0


def test_shows_100_000_rows_in_a_view(asker: Asker, qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(asker.model)
    view.resize(400, 400)
    view.show()
    turn(qtbot, asker)
    assert len(asker.asked) == 1
    asker.answer()
    assert text(asker.model, 3) == "A3"
    view.scrollToBottom()
    view.grab()
    turn(qtbot, asker)
    assert [PLACES[ids[-1]] for ids in asker.asked] == [99_999]  # nothing in between was fetched
    asker.answer()
    assert text(asker.model, 99_999) == "A99999"


def test_missing_page_is_shown_as_such_and_fetched_once(asker: Asker, qtbot: QtBot) -> None:
    for _ in range(3):
        assert text(asker.model, 50_000) == MISSING
        assert text(asker.model, 50_001, 1) == MISSING
    assert asker.asked == []  # data() itself asks nobody
    turn(qtbot, asker)
    page = 50_000 // PAGE
    assert asker.asked == [tuple(IDS[page * PAGE : (page + 1) * PAGE])]
    with qtbot.waitSignal(asker.model.dataChanged) as told:
        asker.answer()
    first, last, *_ = told.args
    assert (first.row(), last.row()) == (page * PAGE, page * PAGE + PAGE - 1)
    assert text(asker.model, 50_000) == "A50000"
    assert text(asker.model, 50_001, 1) == "20.0"


@pytest.fixture
def view(asker: Asker, qtbot: QtBot, qapp: QApplication) -> PagedView:
    """What shows the first rows."""
    made = PagedView(ThemeSource(qapp, RESOURCES), asker.model)
    qtbot.addWidget(made)
    made.resize(300, 200)
    with qtbot.waitExposed(made):
        made.show()
    turn(qtbot, asker)
    asker.answer()
    return made


def test_a_jump_asks_for_its_rows_before_they_are_painted_as_missing(
    asker: Asker, view: PagedView, qtbot: QtBot
) -> None:
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert asker.asked == [tuple(IDS[-(len(IDS) % PAGE) :])]
    qtbot.keyClick(view, Qt.Key.Key_Up)
    QApplication.processEvents()
    assert len(asker.asked) == 1
    asker.answer()
    assert text(asker.model, len(IDS) - 1) == f"A{len(IDS) - 1}"


def test_rows_that_are_about_to_come_are_painted_once(asker: Asker, view: PagedView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert not view.viewport().updatesEnabled()
    asker.answer()
    assert view.viewport().updatesEnabled()
    qtbot.keyClick(view, Qt.Key.Key_PageUp)  # its rows are there
    assert view.viewport().updatesEnabled()
    view.scrollTo(asker.model.index(50_000, 0))
    assert not view.viewport().updatesEnabled()
    qtbot.waitUntil(lambda: view.viewport().updatesEnabled())  # without an answer, as missing


def test_the_page_looked_at_last_comes_first(asker: Asker, qtbot: QtBot) -> None:
    for row in (0, 1000, 2000):
        text(asker.model, row)
    turn(qtbot, asker)
    assert [PLACES[ids[0]] // PAGE for ids in asker.asked] == [2000 // PAGE, 1000 // PAGE, 0]


def test_invalidated_rows_keep_their_text_until_the_new_one_is_there(asker: Asker, qtbot: QtBot) -> None:
    text(asker.model, 0)
    turn(qtbot, asker)
    asker.answer(20.0)
    asker.model.invalidate([IDS[5], IDS[90_000], uuid4()])
    assert asker.asked == [(IDS[5],)]  # what is not held is not fetched
    assert text(asker.model, 5, 1) == "20.0"
    asker.answer(21.5)
    assert text(asker.model, 5, 1) == "21.5"
    assert text(asker.model, 6, 1) == "20.0"


def test_an_answer_that_comes_late_does_no_harm(asker: Asker, qtbot: QtBot) -> None:
    text(asker.model, 0)
    turn(qtbot, asker)
    asker.model.set_ids(list(reversed(IDS[5:10])))
    asker.answer()
    assert [text(asker.model, row) for row in range(5)] == ["A9", "A8", "A7", "A6", "A5"]


def test_a_failed_page_is_asked_for_again_only_on_retry(asker: Asker, qtbot: QtBot) -> None:
    text(asker.model, 0)
    turn(qtbot, asker)
    asker.asked.clear()  # the server is down
    assert text(asker.model, 1) == MISSING
    asker.model.retry()
    text(asker.model, 1)
    turn(qtbot, asker)
    asker.answer()
    assert text(asker.model, 1) == "A1"


def test_memory_is_bounded_and_a_forgotten_page_comes_back(asker: Asker, qtbot: QtBot) -> None:
    for page in range(PAGES_KEPT + 1):
        asker.model.put({IDS[page * PAGE]: ("first of its page", 1.0)})
    assert text(asker.model, PAGE) == "first of its page"
    assert text(asker.model, 0) == MISSING
    turn(qtbot, asker)
    assert asker.asked == [tuple(IDS[:PAGE])]


def test_finds_rows_aligns_numbers_and_passes_sorting_on(asker: Asker, qtbot: QtBot) -> None:
    model = asker.model
    assert model.row_of(IDS[77_777]) == 77_777
    assert model.row_of(UUID(int=0)) is None
    assert model.data(model.index(4, 0), Qt.ItemDataRole.UserRole) == IDS[4]
    assert model.data(model.index(4, 1), Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Weight"
    with qtbot.waitSignal(model.sort_asked) as told:
        model.sort(1, Qt.SortOrder.DescendingOrder)
    assert told.args == [1, True]
