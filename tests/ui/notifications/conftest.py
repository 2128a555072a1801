"""The Notifications section on a SQLite file, with jobs that are done when they are asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.qtkit.jobs import SyncJobs
from tests.ui.notices import Station, station


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def at(qapp: QApplication, db: Database, tmp_path: Path, qtbot: QtBot) -> Iterator[Station]:
    made = station(qapp, db, tmp_path, SyncJobs)
    made.frame.show()
    made.frame.activateWindow()
    qtbot.waitActive(made.frame)
    yield made
    made.close()
