from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.spare_room import WIDEST, SpareRoom
from colonydesk.qtkit.table import Column, PagedTable

USUAL = [100, 100, 100]
Made = Callable[[int], tuple[QTableView, SpareRoom]]


def put(view: QTableView, *rows: tuple[str, str, str]) -> None:
    """Each character asks for ten pixels."""
    model = view.model()
    assert isinstance(model, PagedTable)
    model.set_ids(range(len(rows)))
    model.put(dict(enumerate(rows)))


def widths(view: QTableView) -> list[int]:
    return [view.columnWidth(place) for place in range(3)]


@pytest.fixture
def made(qtbot: QtBot) -> Made:
    def make(room: int) -> tuple[QTableView, SpareRoom]:
        view = QTableView()
        qtbot.addWidget(view)
        view.setModel(
            PagedTable([Column(name, lambda row, at=at: row[at]) for at, name in enumerate("abc")], _no)
        )
        view.verticalHeader().hide()
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setFrameShape(QTableView.Shape.NoFrame)
        view.resize(room, 300)
        view.show()
        return view, SpareRoom(view, lambda _room: USUAL, lambda index: 10 * len(index.data()))

    return make


def _no(_ids: tuple[Any, ...]) -> None:
    return None


def test_a_longer_text_gets_the_room_that_is_there(made: Made) -> None:
    view, _ = made(500)
    view.horizontalHeader().setStretchLastSection(True)
    put(view, ("a", "b" * 18, "c"), ("a", "b", "c" * 80))
    assert widths(view) == [100, 180, 220]
    put(view, ("a", "b", "c"))
    assert widths(view) == [100, 180, 220]  # nothing jumps


def test_where_there_is_little_they_share_it_and_without_any_all_stay_as_usual(made: Made) -> None:
    view, spare = made(360)
    put(view, ("a" * 20, "b" * 15, "c" * 15))
    assert widths(view) == [130, 115, 115]
    view.resize(300, 300)
    spare.fit()
    assert widths(view) == USUAL
    view.resize(2000, 300)
    spare.fit()
    assert widths(view) == [200, 150, 150]


def test_prose_does_not_take_everything(made: Made) -> None:
    view, _ = made(2000)
    put(view, ("a" * 900, "b", "c"))
    assert widths(view) == [WIDEST, 100, 100]


def test_what_was_drawn_by_hand_stays(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    view, spare = made(900)
    monkeypatch.setattr(QGuiApplication, "mouseButtons", staticmethod(lambda: Qt.MouseButton.LeftButton))
    view.horizontalHeader().viewport().setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    view.setColumnWidth(0, 60)
    put(view, ("a" * 20, "b" * 20, "c"))
    spare.fit()
    assert widths(view) == [60, 100, 100]


def test_what_a_sash_makes_wider_or_hides_was_not_drawn_by_hand(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The columns would never have been fitted again."""
    view, _spare = made(500)
    view.horizontalHeader().setStretchLastSection(True)
    monkeypatch.setattr(QGuiApplication, "mouseButtons", staticmethod(lambda: Qt.MouseButton.LeftButton))
    view.resize(400, 300)
    view.setColumnHidden(2, True)
    view.resize(450, 300)
    view.setColumnHidden(2, False)
    view.setColumnHidden(2, True)
    put(view, ("a" * 20, "b", "c"))
    assert widths(view)[:2] == [200, 250]
