"""The pictures of every screen, which README's first command makes where there is no display."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.screenshots import SCENES
from colonydesk.settings import Settings
from colonydesk.ui import import_scenes
from colonydesk.ui.importing import ImportPanel
from colonydesk.ui.pictures import put_menu, take, wait_until
from tests.test_cli import run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_every_screen_is_drawn(tmp_path: Path) -> None:
    made = run("screenshots", str(tmp_path), "--theme", "dark", "--size", "1280x800")
    assert made.returncode == 0, made.stderr
    assert not any(words in made.stderr for words in ("Traceback", "does not support"))
    assert {file.name for file in tmp_path.iterdir()} == {f"{name}-dark-1280x800.png" for name in SCENES}
    for file in tmp_path.glob("*.png"):
        grey = QImage(str(file)).convertToFormat(QImage.Format.Format_Grayscale8)
        assert len(set(bytes(grey.constBits()))) > 1, f"{file.name} is empty"


def test_the_progress_is_that_of_an_import_that_is_under_way(qapp: QApplication, tmp_path: Path) -> None:
    program = Program(qapp, Settings(tmp_path / "settings.json"), lambda: datetime.now(UTC))
    ready: list[bool] = []
    program.ready.connect(lambda: ready.append(True))
    program.open_demo()
    assert wait_until(lambda: bool(ready))
    panel = import_scenes.SCENES["import-progress"](program)
    assert isinstance(panel, ImportPanel)
    assert panel.is_running()
    assert not program.jobs.idle()
    assert wait_until(
        lambda: any("Writing: 2,202 records" in said.text() for said in panel.findChildren(QLabel))
    )
    assert import_scenes.SCENES["import-result"](program) is panel
    assert not panel.is_running()
    panel.close()
    program.close()


def test_a_menu_that_is_open_is_in_the_picture(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    """It is a window of its own, and the screen may be smaller than the window."""
    window, menu = QWidget(), QMenu()
    for widget in (window, menu):
        qtbot.addWidget(widget)
    window.setStyleSheet("background: #ffffff")
    menu.setStyleSheet("background: #ff0000")
    menu.addAction("Quit")
    window.resize(1600, 1200)
    window.show()
    corner = window.mapToGlobal(QPoint(1590, 1190))
    menu.popup(corner)
    put_menu(window, corner)
    take(window, 1600, 1200, tmp_path / "menu.png")
    picture = QImage(str(tmp_path / "menu.png"))
    assert picture.pixelColor(1598, 1198).name() == "#ff0000"
    assert picture.pixelColor(800, 600).name() == "#ffffff"
