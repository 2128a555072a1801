"""The section on a small colony in a SQLite file."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.migrate import open_database
from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import SyncJobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.people import Member
from colonydesk.settings import Settings
from colonydesk.ui.desk import Desk
from tests.builders import NOW, Scene, scene
from tests.conftest import ROOT
from tests.ui.procedures.section import Section


@pytest.fixture
def here(sqlite_url: str) -> Scene:
    return scene(open_database(sqlite_url))


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def desk(here: Scene, qapp: QApplication, tmp_path: Path, clock: list[datetime]) -> Desk:
    source = ThemeSource(qapp, ROOT / "resources")
    desk = Desk(
        here.db, SyncJobs(), ChangeBus(), source, Settings(tmp_path / "settings.json"), lambda: clock[0]
    )
    desk.set_member(Member(here.ann, "ann", "Ann"))
    return desk


@pytest.fixture
def section(here: Scene, desk: Desk, qtbot: QtBot) -> Section:
    return Section(here, desk, qtbot)
