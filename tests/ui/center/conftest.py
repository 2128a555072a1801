"""What goes on beside the screens, on a database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from colonydesk.db.engine import Database
from tests.ui.notices import Station, station


@pytest.fixture(autouse=True)
def no_session_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's real desktop gets the tests' messages."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.fixture
def at(qapp: QApplication, db: Database, tmp_path: Path) -> Iterator[Station]:
    made = station(qapp, db, tmp_path)
    made.frame.show()
    yield made
    made.close()
