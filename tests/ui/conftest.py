"""A small lab, and forms on Ann's desk."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.engine import Database
from tests.builders import Scene, scene
from tests.ui.forms import Forms


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


@pytest.fixture
def forms(here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Forms:
    return Forms(here, qapp, qtbot, tmp_path)
