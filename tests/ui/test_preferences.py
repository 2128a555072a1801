"""The preferences: what is chosen holds at once, is saved at once, and a failure is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import THEMES, ThemeSource
from colonydesk.settings import Settings, load
from colonydesk.ui.preferences import Preferences

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")  # the offscreen platform's own
RESOURCES = Path(__file__).parents[2] / "resources"


@pytest.fixture
def source(qapp: QApplication) -> ThemeSource:
    return ThemeSource(qapp, RESOURCES)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(tmp_path / "settings.json")


@pytest.fixture
def sheet(qtbot: QtBot, source: ThemeSource, settings: Settings) -> Iterator[Preferences]:
    jobs = Jobs()
    made = Preferences(jobs, source, settings)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    yield made
    jobs.close()


def saved(settings: Settings) -> Settings:
    return load(settings.file)


def test_shows_what_is_set_and_changes_nothing_by_being_opened(
    qtbot: QtBot, source: ThemeSource, settings: Settings
) -> None:
    settings.theme, settings.large_targets, settings.scale = "dark", True, 150
    jobs = Jobs()
    sheet = Preferences(jobs, source, settings)
    qtbot.addWidget(sheet)
    assert sheet.themes["dark"].isChecked()
    assert sheet.large.isChecked()
    assert sheet.scales[150].isChecked()
    assert jobs.close()
    assert not settings.file.exists()
    assert source.theme.name == "light"


def test_a_theme_is_chosen_with_the_arrow_keys_and_holds_at_once(
    sheet: Preferences, qtbot: QtBot, source: ThemeSource, settings: Settings
) -> None:
    sheet.themes["light"].setFocus()
    for name in ("dark", "night"):
        with qtbot.waitSignal(sheet.saved):
            qtbot.keyClick(sheet.focusWidget(), Qt.Key.Key_Right)
        assert source.theme.name == name
        assert sheet.themes[name].hasFocus()
        assert saved(settings).theme == name
    assert source.theme.ground == THEMES["night"].ground


def test_large_targets_make_rows_higher_at_once(
    sheet: Preferences, qtbot: QtBot, source: ThemeSource, settings: Settings
) -> None:
    sheet.large.setFocus()
    for large, row in ((True, 44), (False, 36)):
        with qtbot.waitSignal(sheet.saved):
            qtbot.keyClick(sheet.large, Qt.Key.Key_Space)
        assert source.theme.row == row
        assert saved(settings).large_targets is large


def test_the_scale_is_saved_and_said_to_hold_from_the_next_start(
    sheet: Preferences, qtbot: QtBot, settings: Settings
) -> None:
    with qtbot.waitSignal(sheet.saved):
        qtbot.mouseClick(sheet.scales[175], Qt.MouseButton.LeftButton)
    assert saved(settings).scale == 175
    assert "175 % from the next start" in sheet.scale_note.text()
    with qtbot.waitSignal(sheet.saved):
        qtbot.mouseClick(sheet.scales[100], Qt.MouseButton.LeftButton)
    assert "175" not in sheet.scale_note.text()


def test_settings_that_cannot_be_written_are_said_and_the_choice_holds_all_the_same(
    sheet: Preferences, qtbot: QtBot, source: ThemeSource, settings: Settings
) -> None:
    settings.file.parent.joinpath("in the way").write_text("a file where a folder is needed")
    settings.file = settings.file.parent / "in the way" / "settings.json"
    qtbot.mouseClick(sheet.themes["night"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sheet.sentence.state() == "refused")
    assert "could not be saved" in sheet.sentence.text()
    assert source.theme.name == "night"


def test_escape_closes_it_and_it_stops_no_other_window(sheet: Preferences, qtbot: QtBot) -> None:
    assert not sheet.isModal()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isHidden()
