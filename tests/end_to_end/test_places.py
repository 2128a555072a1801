"""Every page that Ctrl+K offers opens, in its section, on a real window."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.ui.places import places
from tests.end_to_end.hands import Hands


def test_every_page_opens(open_program: Callable[..., Program], colony_url: str, qtbot: QtBot) -> None:
    hands = Hands(open_program(colony_url), qtbot)
    sections = hands.program.sections
    assert sections is not None
    titles = [title for _key, title, _shortcut in places()]
    assert {"Culls", "Training week", "Data problems", "Report: To do", "Labs"} <= set(titles)
    for key, _title, _shortcut in places():
        sections.go("screen", key)
        assert hands.program.frame.current_section() == key.partition("/")[0]
        hands.settle()
