"""A window that runs on in the tray, and another start of the program on the same database."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from colonydesk.paths import settings_file
from colonydesk.qtkit.jobs import Jobs
from colonydesk.ui.out_of_sight import OutOfSight, bring_back, marker
from tests.conftest import ROOT

URL = "postgresql+psycopg://ann@server/colony"

Hide = Callable[[Path], OutOfSight]


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.close()


@pytest.fixture
def hide(jobs: Jobs, qtbot: QtBot) -> Iterator[Hide]:
    """A window that is hidden, and tells so in this file."""
    made: list[OutOfSight] = []

    def hidden(file: Path) -> OutOfSight:
        one = OutOfSight(file, URL.replace("ann@", "ann:secret@"), jobs, jobs)
        one.turn(True)
        made.append(one)
        qtbot.waitUntil(jobs.idle)
        return one

    yield hidden
    for one in made:
        one.turn(False)


def test_another_start_on_its_database_brings_it_back(
    hide: Hide, jobs: Jobs, qtbot: QtBot, tmp_path: Path
) -> None:
    file = marker(tmp_path / "settings.json")
    hidden = hide(file)
    assert "secret" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
    with qtbot.assertNotEmitted(hidden.wanted, wait=50):
        assert not bring_back(file, "sqlite:////home/ann/other.sqlite")
    for _ in range(2):
        with qtbot.waitSignal(hidden.wanted):
            assert bring_back(file, URL)
    hidden.turn(False)
    qtbot.waitUntil(jobs.idle)
    assert not file.exists()
    assert not bring_back(file, URL)


def test_who_does_not_know_the_word_does_not_get_it(hide: Hide, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "in-the-tray.json"
    hidden = hide(file)
    known = json.loads(file.read_text())
    file.write_text(json.dumps({**known, "word": "0" * len(known["word"])}))
    with qtbot.assertNotEmitted(hidden.wanted, wait=50):
        assert not bring_back(file, URL)


def test_what_a_program_that_was_ended_by_force_has_left_is_no_window(tmp_path: Path) -> None:
    file = tmp_path / "in-the-tray.json"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file.write_text(json.dumps({"port": port, "word": "w", "database": URL}))
    assert not bring_back(file, URL)
    assert not file.exists()
    for text in ("", "{}", "[1]", '{"port": "x"}'):
        file.write_text(text)
        assert not bring_back(file, URL)


def test_the_program_that_is_started_again_ends_at_once(hide: Hide, qtbot: QtBot, own_home: Path) -> None:
    """Its database is not even looked for: the one that runs has it."""
    file = marker(settings_file())
    file.parent.mkdir(parents=True, exist_ok=True)
    hidden = hide(file)
    with qtbot.waitSignal(hidden.wanted):
        again = subprocess.run(
            [sys.executable, "-m", "colonydesk", "--database", URL],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert (again.returncode, again.stdout) == (0, "")
