"""Words on the Today screen: one animal is no animals, and what is owed is seen in a narrow list."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.domain.facts import LabRules
from colonydesk.domain.moment import state_at
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.worklist import WorklistRow
from colonydesk.ui import words
from colonydesk.ui.today.finish import FinishPane
from colonydesk.ui.today.meaning import say_meaning
from colonydesk.ui.today.worklist import WorklistPane
from tests.conftest import ROOT
from tests.domain.animals import animal, at

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def owed() -> WorklistRow:
    unknown = dict.fromkeys(WorklistRow._fields)
    start = datetime(2026, 3, 10, tzinfo=UTC)
    return WorklistRow(
        **unknown
        | {"subject_id": uuid4(), "nickname": "M1", "restriction_start": start, "owed": ("weight", "water")}
    )


@pytest.mark.parametrize(
    ("animals", "entries", "said"),
    [
        (
            1,
            1,
            ("1 animal is still owed something", "1 entry in this sitting. Enter on an animal goes to it."),
        ),
        (2, 0, ("2 animals are still owed something", "0 entries in this sitting. Enter on")),
        (0, 1, ("Nothing is owed any more", "1 entry in this sitting. Every restricted")),
    ],
)
def test_the_end_of_a_round(
    qapp: QApplication, qtbot: QtBot, animals: int, entries: int, said: tuple[str, str]
) -> None:
    pane = FinishPane(ThemeSource(qapp, ROOT / "resources"))
    qtbot.addWidget(pane)
    pane.show_owed([owed() for _ in range(animals)], entries)
    title, text = (label.text() for label in pane.findChildren(QLabel)[:2])
    assert (title, text[: len(said[1])]) == said


@pytest.mark.parametrize("width", [240, 292, 420])
def test_what_is_owed_is_seen_however_narrow_the_list_is(
    qapp: QApplication, qtbot: QtBot, width: int
) -> None:
    """With a scroll bar beside it; the cage is left out where there is no room for it."""
    window = QWidget()
    qtbot.addWidget(window)
    pane = WorklistPane(ThemeSource(qapp, ROOT / "resources"), window)
    pane.set_rows([owed()._replace(status="ok", cage="A-28") for _ in range(40)], "")
    pane.resize(width, 400)
    window.show()
    QApplication.processEvents()
    image = pane.view.viewport().grab(QRect(0, 36, pane.view.viewport().width(), 36)).toImage()
    assert image.width() < width  # a scroll bar

    def ink(left: int, right: int) -> bool:
        ground = image.pixelColor(image.width() - 1, 4)
        return any(image.pixelColor(x, y) != ground for x in range(left, right) for y in range(8, 30))

    right = width - 20 if width >= 292 else width - 12
    assert ink(right - 8, right)  # mL
    assert not ink(image.width() - 1, image.width())
    assert ink(125 + width - 292, 160 + width - 292) == (width >= 292)  # the cage


def test_a_weight_just_under_is_short_of_something(qapp: QApplication, qtbot: QtBot) -> None:
    """15.96 g of the 16 g: not 0.0 g short of 16.0 g, and with what is said to be least none is under."""
    lab = LabRules(0.8)
    start = at("2024-04-01 09:00")
    facts = animal(lab, weighings=[(start, 15.96)], restrictions=[(start, None, 20.01)])
    sentence = Sentence(ThemeSource(qapp, ROOT / "resources"))
    qtbot.addWidget(sentence)
    state = state_at(facts, start)
    assert state.status == "under"
    say_meaning(sentence, state, lab, typed=False)
    assert "0.1 g short of 16.1 g." in sentence.text()
    assert words.least(16.0) == words.least(0.8 * 20) == "16.0"
