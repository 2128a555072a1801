from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui.frame import MainFrame, RailButton

RESOURCES = Path(__file__).parents[2] / "resources"
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
KEYS = ("today", "subjects", "notices")


class Window:
    def __init__(self, source: ThemeSource, help_folder: Path, qtbot: QtBot) -> None:
        self.built: list[str] = []
        self.frame = MainFrame(source, help_folder)
        qtbot.addWidget(self.frame)
        for key in KEYS:
            self.frame.add_section(key, key.title(), "house", lambda key=key: self.build(key))
        self.frame.show()
        qtbot.waitExposed(self.frame)

    def build(self, key: str) -> QWidget:
        self.built.append(key)
        return QLineEdit(key)

    def rail(self) -> dict[str, RailButton]:
        return {button.text(): button for button in self.frame.findChildren(RailButton)}


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> Window:
    (tmp_path / "today.md").write_text("# The round\n\nType the **weight**, then Enter.", encoding="utf-8")
    return Window(ThemeSource(qapp, RESOURCES), tmp_path, qtbot)


def test_sections_are_built_when_first_opened(window: Window, qtbot: QtBot) -> None:
    assert window.built == []
    assert window.frame.current_section() == ""
    with qtbot.waitSignal(window.frame.section_changed) as told:
        screen = window.frame.show_section("today")
    assert told.args == ["today"]
    assert screen.isVisible()
    qtbot.waitUntil(screen.hasFocus)
    window.frame.show_section("subjects")
    assert window.frame.show_section("today") is screen
    assert window.built == ["today", "subjects"]


def test_by_key_and_by_mouse(window: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window.frame, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.frame.current_section() == "subjects"
    qtbot.mouseClick(window.rail()["Notices"], Qt.MouseButton.LeftButton)
    assert window.frame.current_section() == "notices"
    assert [word for word, button in window.rail().items() if button.isChecked()] == ["Notices"]
    today = window.rail()["Today"]
    today.setFocus()
    qtbot.keyClick(today, Qt.Key.Key_Space)
    assert window.frame.current_section() == "today"
    assert today.isChecked()


def test_the_tenth_section_has_the_key_0(window: Window, qtbot: QtBot) -> None:
    for number in range(4, 12):
        window.frame.add_section(f"s{number}", f"S {number}", "house", QWidget)
    qtbot.keyClick(window.frame, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert window.frame.current_section() == "s10"


def test_the_menu_button_is_there_when_it_has_something_to_offer(window: Window, qtbot: QtBot) -> None:
    button = window.rail()["Menu"]
    assert button.isHidden()
    action = window.frame.menu.addAction("Dark")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.frame.menu.isVisible()
    window.frame.menu.close()
    window.frame.menu.removeAction(action)
    assert button.isHidden()


def test_help_opens_beside_the_work_and_follows_the_section(window: Window, qtbot: QtBot) -> None:
    screen = window.frame.show_section("today")
    qtbot.waitUntil(screen.hasFocus)
    qtbot.keyClick(screen, Qt.Key.Key_F1)
    assert window.frame.help.isVisible()
    assert "Type the weight, then Enter." in window.frame.help.text()
    assert screen.hasFocus()
    assert window.frame.help.geometry().right() == window.frame.width() - 1
    assert window.frame.help.geometry().bottom() < window.frame.status.geometry().top() + 1
    window.frame.show_section("subjects")
    assert window.frame.help.text() == "There is no help page for this section yet."
    window.frame.resize(1400, 700)
    assert window.frame.help.geometry().right() == window.frame.width() - 1
    qtbot.keyClick(screen, Qt.Key.Key_F1)
    assert window.frame.help.isHidden()


def test_the_status_bar_says_which_database_and_whether_it_is_live(window: Window, qtbot: QtBot) -> None:
    status = window.frame.status
    theme = ThemeSource(QApplication.instance(), RESOURCES).theme
    status.set_database("facility on db1", True)

    def dot() -> str:
        return status.grab().toImage().pixelColor(18, 13).name().upper()

    assert status.database_text() == "facility on db1, live"
    assert dot() == theme.ok
    status.set_database("facility on db1", False, "offline, 3 entries wait")
    assert status.database_text() == "facility on db1, offline, 3 entries wait"
    assert dot() == theme.near


def test_the_recording_member_is_shown_and_chosen(window: Window, qtbot: QtBot) -> None:
    status = window.frame.status
    button = status.findChild(QPushButton)
    assert "Choose who records" in button.text()
    assert not button.isEnabled()
    status.set_members([(1, "j.hale"), (2, "m.weiss")], None)
    assert "Choose who records" in button.text()
    assert button.isEnabled()
    names = {action.text(): action for action in button.menu().actions()}
    with qtbot.waitSignal(status.member_chosen) as told:
        names["m.weiss"].trigger()
    assert told.args == [2]
    status.set_members([(1, "j.hale"), (2, "m.weiss")], 2)
    assert "m.weiss" in button.text()
    assert [action.isChecked() for action in button.menu().actions()] == [False, True]
    assert isinstance(button.menu(), QMenu)


def test_other_texts_come_and_go(window: Window, qtbot: QtBot) -> None:
    status = window.frame.status
    status.set_text("balance", "Balance: not connected")
    status.set_right("3 notices")
    assert status.text("balance") == "Balance: not connected"
    status.set_text("balance", "")
    assert status.text("balance") == ""


def test_the_banner_pushes_the_screen_down_and_goes(window: Window, qtbot: QtBot) -> None:
    screen = window.frame.show_section("today")
    before = screen.mapTo(window.frame, screen.rect().topLeft()).y()
    window.frame.notice.tell("The server went away.", "warning")
    qtbot.waitUntil(lambda: screen.mapTo(window.frame, screen.rect().topLeft()).y() > before)
    window.frame.notice.put_away()
    qtbot.waitUntil(lambda: screen.mapTo(window.frame, screen.rect().topLeft()).y() == before)


def test_closing_can_be_refused(window: Window) -> None:
    window.frame.closing = lambda: False
    assert not window.frame.close()
    assert window.frame.isVisible()
    window.frame.closing = lambda: True
    assert window.frame.close()
