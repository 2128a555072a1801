"""Numbers in words on the Today screen: one animal is no animals."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.worklist import WorklistRow
from colonydesk.ui.today.finish import FinishPane
from tests.conftest import ROOT

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
