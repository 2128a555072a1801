"""The panel that says how the numbers come about."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.domain.facts import LabRules
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui.today.why import WhyPanel
from tests.conftest import ROOT
from tests.domain.animals import animal, at

NOW = at("2024-04-10 15:00")
FACTS = animal(
    LabRules(0.8),
    weighings=[(NOW, 19.0)],
    restrictions=[(at("2024-04-01 09:00"), None, 20.0)],
)


def test_what_people_ask_for_comes_first(qapp: QApplication, qtbot: QtBot) -> None:
    panel = WhyPanel(ThemeSource(qapp, ROOT / "resources"))
    qtbot.addWidget(panel)
    panel.show_numbers("M1", FACTS, NOW)
    headings = [
        text.split(":")[0]
        for text in panel.text().splitlines()
        if text[:1].isupper() and ": " in text and not text.startswith("=")
    ]
    assert headings[:6] == [
        *("Percentage", "Expected weight", "Minimum weight", "Status", "Required water", "Remaining water"),
    ]
