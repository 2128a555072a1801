"""The real program on a real database: opened as a person opens it, and let go of afterwards."""

import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.exchange.notices import NO_SERVER
from colonydesk.queries.people import active_members
from colonydesk.services.demonstration import make_colony
from colonydesk.settings import Settings
from colonydesk.ui.records.kinds import KindsScreen
from tests.conftest import ROOT
from tests.end_to_end.at_subjects import At
from tests.end_to_end.hands import Hands
from tests.end_to_end.typing_records import Typist

if TYPE_CHECKING:
    from tests.servers import PostgresServer

HERE = Path(__file__).parent
CURVE = (ROOT / "resources" / "growth" / "c57bl6.csv").read_text(encoding="utf-8")
AFTERNOON = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Off screen there are no window managers to hint at."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(scope="session", autouse=True)
def slow_hands(qapp: QApplication) -> None:
    """A slow machine types a word into a list or a box in one go, too: usually 400 ms part two words."""
    qapp.setKeyboardInputInterval(60_000)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The clock of the laboratory: it is an afternoon, whenever the tests are run, and time goes on."""
    began = time.monotonic()
    return lambda: AFTERNOON + timedelta(seconds=time.monotonic() - began)


def fill(db: Database) -> None:
    make_colony(db, AFTERNOON, curve_text=CURVE, timezone="Europe/London", living=60, restricted=12, days=40)


@pytest.fixture(scope="session")
def sqlite_colony(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a colony, to copy."""
    file = tmp_path_factory.mktemp("colony") / "colony.sqlite"
    shutil.copy(sqlite_template, file)
    db = open_database(f"sqlite:///{file}")
    fill(db)
    db.close()
    return file


@pytest.fixture(scope="session")
def postgres_colony(postgres_server: "PostgresServer", postgres_template: str) -> str:
    """The name of a database with a colony, to clone."""
    db = open_database(postgres_server.create_database("colony_template", postgres_template))
    fill(db)
    db.close()
    return "colony_template"


def _copy(source: Path, target: Path) -> None:
    """Copy a SQLite file with what still lies in its log."""
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


@pytest.fixture(params=["sqlite", "postgresql"])
def colony_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test with a small colony, 12 animals on restriction; once on each engine."""
    if request.param == "sqlite":
        _copy(request.getfixturevalue("sqlite_colony"), tmp_path / "colony.sqlite")
        yield f"sqlite:///{tmp_path / 'colony.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    with server.database(f"test_{uuid.uuid4().hex}", request.getfixturevalue("postgres_colony")) as url:
        yield url


@pytest.fixture
def colony(colony_url: str) -> Iterator[Database]:
    """That database, opened beside the program."""
    db = open_database(colony_url)
    yield db
    db.close()


@pytest.fixture
def open_program(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, clock: Callable[[], datetime]
) -> Iterator[Callable[..., Program]]:
    """Opens the program on an address and waits until the Today screen takes keys."""
    programs = []

    def open_at(url: str, user: str | None = None) -> Program:
        # What a window says once of itself comes when it comes, and moves what is below.
        said = {"unsent_said": NO_SERVER, "no_tray_said": "yes"}
        program = Program(qapp, Settings(tmp_path / "settings.json", notices=said), clock, user=user)
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


@pytest.fixture
def hands(colony: Database, colony_url: str, open_program: Callable[..., Program], qtbot: QtBot) -> Hands:
    """The program on that database, with the first member recording."""
    with colony.read() as connection:
        member = active_members(connection)[0]
    return Hands(open_program(colony_url, user=member.username), qtbot)


@pytest.fixture
def typist(open_program: Callable[..., Program], colony_url: str, qtbot: QtBot) -> Typist:
    """A person at the tables of Administration."""
    program = open_program(colony_url, user="d.brandt")
    section = program.frame.show_section("administration")
    assert isinstance(section, KindsScreen)
    made = Typist(program, qtbot, section)
    made.settle()
    return made


@pytest.fixture
def at(colony_url: str, open_program: Callable[..., Program], qtbot: QtBot) -> At:
    """Hands on the Subjects screen of the manager."""
    return At(open_program(colony_url, user="d.brandt"), qtbot)
