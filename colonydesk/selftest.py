"""Of this installation: whatever a program that was packed without something would not find."""

# SQLAlchemy before PySide6, see app.py.
from colonydesk.app import Program, make_application  # isort: skip

import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import Qt, qVersion
from PySide6.QtTest import QTest

from colonydesk.cli_answers import answer
from colonydesk.db.engine import connect
from colonydesk.db.migrate import migrate, open_database, revision_of
from colonydesk.exchange.alyx import import_alyx
from colonydesk.paths import growth_curve_text, migrations, resources, vocabulary_texts
from colonydesk.queries.worklist import worklist
from colonydesk.services.founding import FoundLab, found_lab
from colonydesk.settings import Settings
from colonydesk.ui.pictures import off_screen, take, wait_until

_DUMP = (
    '[{"model": "subjects.project", "pk": "1bad1f22-6700-4f80-9bcc-64e7d8ebc497",'
    ' "fields": {"name": "self-test", "description": "", "users": [], "json": null}}]'
)


def self_test() -> int:
    """Try each part and print what it did; 0 when all of them work, else 1.

    Raises:
        KnownError, BrokenPipeError: it cannot be printed, nobody reads it.
    """
    with tempfile.TemporaryDirectory(prefix="colonydesk-self-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        parts: dict[str, Callable[[], str]] = {
            "resources": _resources,
            "database": lambda: _database(folder),
            "import": lambda: _import(folder),
            "drivers": _drivers,
            "window": lambda: _window(folder),
        }
        failed = 0
        for part, try_it in parts.items():
            try:
                found = try_it()
            except Exception as error:  # noqa: BLE001 - whatever is missing is to be named, and the rest tried
                failed += 1
                found = f"FAILED, {type(error).__name__}: {error}"
            answer(f"{part}: {found}")
    answer("all parts work" if not failed else f"{failed} of {len(parts)} parts do not work")
    return 1 if failed else 0


def _resources() -> str:
    folders = ("fonts", "growth", "help", "icons")
    counts = {name: len(list((resources() / name).iterdir())) for name in folders}
    if not all(counts.values()):
        raise FileNotFoundError(f"resources are missing: {counts}")
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _database(folder: Path) -> str:
    url = f"sqlite:///{folder / 'up-and-down.sqlite'}"
    migrate(url, migrations())
    db = open_database(url)
    now = datetime.now(UTC)
    command = FoundLab(
        command_id=uuid4(),
        lab="self-test",
        timezone="UTC",
        username="tester",
        curve_text=growth_curve_text(),
        vocabularies=vocabulary_texts(),
    )
    found_lab(db, command, now)
    with db.read() as connection:
        rows = worklist(connection, now)
    db.close()
    migrate(url, migrations(), "base")
    down = connect(url)
    with down.read() as connection:
        left = revision_of(connection)
    down.close()
    if left is not None or rows:
        raise ValueError(f"after going down the revision is {left}")
    return f"SQLite {sqlite3.sqlite_version}, made, used and taken down again"


def _import(folder: Path) -> str:
    file = folder / "dump.json"
    file.write_text(_DUMP, encoding="utf-8")
    url = f"sqlite:///{folder / 'import.sqlite'}"
    migrate(url, migrations())
    db = open_database(url)
    report = import_alyx(
        db,
        file,
        now=datetime.now(UTC),
        curve_text=growth_curve_text(),
        vocabularies=vocabulary_texts(),
    )
    db.close()
    written = sum(counts.written for counts in report.tables.values())
    if written != 1:
        raise ValueError(f"{written} records instead of 1")
    return "1 record of an Alyx dump"


def _drivers() -> str:
    import ijson
    import keyring
    import numpy
    import psycopg

    return (
        f"PostgreSQL {psycopg.pq.version()}, json {ijson.backend_name}, numpy {numpy.__version__}, "
        f"key ring {keyring.get_keyring().name}"
    )


def _window(folder: Path) -> str:
    with off_screen():
        return _round(folder)


def _round(folder: Path) -> str:
    app = make_application()
    program = Program(app, Settings(folder / "settings.json"), lambda: datetime.now(UTC))
    ready: list[bool] = []
    program.ready.connect(lambda: ready.append(True))
    try:
        program.open_demo()
        if not wait_until(lambda: bool(ready)) or program.today is None:
            raise TimeoutError("the Today screen did not open")
        today = program.today
        if not wait_until(today.hand.curve.is_drawn):
            raise TimeoutError("the curve was not drawn")
        card = today.animal.card
        if card is None:
            raise ValueError("no animal is in hand")
        state = today.animal.state()
        weight = f"{(state.weight if state else None) or 20.0:.1f}"
        QTest.keyClicks(today.animal.weight.edit, weight)
        for _ in range(2):  # a weight of today already is asked about once
            QTest.keyClick(today.animal.weight.edit, Qt.Key.Key_Return)
            wait_until(program.jobs.idle)
        if today.records.count() != 1:
            raise ValueError("the weighing was not recorded")
        file = folder / "today.png"
        take(program.frame, 1280, 800, file)
        size = file.stat().st_size
        return f"Qt {qVersion()}, {card.nickname} weighed {weight} g, a picture of {size} bytes"
    finally:
        program.close()
