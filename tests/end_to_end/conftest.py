"""The real program on a real database: opened as a person opens it, and let go of afterwards."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.services.demonstration import make_colony
from colonydesk.settings import Settings
from tests.conftest import ROOT

HERE = Path(__file__).parent
CURVE = (ROOT / "resources" / "growth" / "c57bl6.csv").read_text(encoding="utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Off screen there are no window managers to hint at."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture
def colony(db: Database) -> Database:
    """A small demonstration colony, 12 animals on restriction."""
    make_colony(
        db, datetime.now(UTC), curve_text=CURVE, timezone="Europe/London", living=60, restricted=12, days=40
    )
    return db


@pytest.fixture
def open_program(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Opens the program on an address and waits until the Today screen takes keys."""
    programs = []

    def open_at(url: str, user: str | None = None) -> Program:
        settings = Settings(tmp_path / "settings.json")
        program = Program(qapp, settings, lambda: datetime.now(UTC), user=user)
        programs.append(program)
        with qtbot.waitSignal(program.ready, timeout=20_000):
            program.open(url)
        program.frame.activateWindow()
        qtbot.waitActive(program.frame)
        qtbot.waitUntil(program.jobs.idle, timeout=20_000)
        return program

    yield open_at
    for program in programs:
        program.close()
