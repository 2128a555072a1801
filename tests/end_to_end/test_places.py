"""Every page that Ctrl+K offers opens, in its section, on a real window."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.ui.forms.form import RecordForm
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


@pytest.mark.parametrize(
    ("action", "section", "title"),
    [
        ("New animal", "subjects", "New animal"),
        ("New litter", "administration", "New litter"),
        ("New breeding pair", "administration", "New breeding pair"),
        ("New request", "administration", "New request"),
        ("New surgery", "procedures", "New surgery"),
        ("New session", "procedures", "New session"),
        ("New water restriction", "procedures", "New water restriction"),
    ],
)
def test_ctrl_k_begins_a_new_record(
    open_program: Callable[..., Program],
    colony_url: str,
    qtbot: QtBot,
    action: str,
    section: str,
    title: str,
) -> None:
    hands = Hands(open_program(colony_url, user="d.brandt"), qtbot)
    hands.until(lambda: hands.program.palette is not None)
    hands.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    hands.type(action)
    hands.settle()
    assert hands.program.palette is not None
    assert hands.program.palette.titles()[0] == action
    hands.enter()
    assert hands.program.frame.current_section() == section
    forms = hands.program.frame.findChildren(RecordForm)
    hands.until(lambda: any(form.isVisible() and form.is_new() for form in forms))
    (form,) = (form for form in forms if form.isVisible() and form.is_new())
    assert form.title.text() == title


def test_ctrl_k_exports_the_list_in_sight_or_says_that_there_is_none(
    open_program: Callable[..., Program], colony_url: str, qtbot: QtBot
) -> None:
    hands = Hands(open_program(colony_url, user="d.brandt"), qtbot)
    sections = hands.program.sections
    assert sections is not None
    told: list[str] = []
    sections.told.connect(lambda _kind, text: told.append(text))
    sections.export()
    assert told == ["There is no list here to export: open one first."]
    sections.go("screen", "administration/food")
    hands.settle()
    sections.export()
    assert hands.focus.accessibleName() == "File to write"
    assert len(told) == 1
