"""What every test stands on: real databases of both kinds, and no warning that goes unseen."""

import logging
import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from colonydesk.db.engine import Database
from colonydesk.db.migrate import migrate, open_database

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.servers import PostgresServer

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
MIGRATIONS = ROOT / "migrations"
WAIT_MS = 30_000

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # nobody's real key ring
for name in ("COLONYDESK_DATABASE", "COLONYDESK_USER", "COLONYDESK_MAIL_PASSWORD_FILE"):
    os.environ.pop(name, None)
if sys.platform != "win32":
    # No laboratory's zone and 45 minutes off: what leans on the workstation's zone is found out.
    os.environ["TZ"] = "Pacific/Chatham"
    time.tzset()

hypothesis.settings.register_profile("colonydesk", deadline=None, derandomize=True)
hypothesis.settings.load_profile("colonydesk")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Any Qt warning fails its test; the long ones start first, so that two workers end together."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
    items.sort(key=lambda item: item.path.name not in ("test_package.py", "test_style.py"))


@pytest.fixture(autouse=True)
def no_unexpected_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logged a warning or worse. One that means to: look at caplog, then caplog.clear()."""
    yield
    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    unexpected = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for record in records
        if record.levelno >= logging.WARNING
    ]
    if unexpected:
        pytest.fail("Unexpected log:\n" + "\n".join(unexpected))


@pytest.fixture
def qtbot(qtbot: "QtBot") -> "QtBot":
    """Each wait of it ends when what is waited for is there; a slow machine has 30 s for it and not 5."""
    for wait in ("waitActive", "waitExposed", "waitSignal", "waitSignals", "waitUntil", "waitCallback"):
        setattr(qtbot, wait, partial(getattr(qtbot, wait), timeout=WAIT_MS))
    return qtbot


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings, logs and data of the program under test lie in a directory of the test run."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        yield home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of the shared test data beside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared test data is not here (../shared/data beside the repository)")
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[PostgresServer]":
    """The PostgreSQL server of this test process."""
    if sys.platform == "win32":
        pytest.skip("the tests start PostgreSQL on Linux and macOS only")
    from tests.servers import PostgresServer

    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: "PostgresServer") -> str:
    """The name of a migrated, empty database to clone."""
    migrate(postgres_server.create_database("migrated"), MIGRATIONS)
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "migrated.sqlite"
    migrate(f"sqlite:///{file}", MIGRATIONS)
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A migrated, empty SQLite database of this test."""
    file = tmp_path / "colony.sqlite"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres_server: "PostgresServer", postgres_template: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of this test."""
    with postgres_server.database(f"test_{uuid.uuid4().hex}", postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of this test; the test runs once on each engine."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """That database, opened; the test runs once on each engine."""
    database = open_database(database_url)
    yield database
    database.close()
