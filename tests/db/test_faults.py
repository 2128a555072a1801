"""What goes wrong around a database file: each time one plain sentence, and nothing half-written."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import IntegrityError

from colonydesk.db import engine, files
from colonydesk.db.engine import Database, connect
from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.db.migrate import migrate, open_database
from colonydesk.db.tables import CageType
from colonydesk.domain.errors import Conflict, KnownError
from tests.conftest import MIGRATIONS
from tests.db.faults import NOW, plain, record, record_into, written


def file_of(url: str) -> Path:
    return Path(str(make_url(url).database))


# Locked


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
connection.execute("BEGIN IMMEDIATE")
connection.execute("INSERT INTO alembic_version SELECT 'x' WHERE 0")
connection.execute("SELECT count(*) FROM subject").fetchone()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another_program(url: str, pragma: str = "SELECT 1") -> Iterator[None]:
    arguments = [sys.executable, "-c", HOLD, str(file_of(url)), pragma]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.stdin.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 20)


@pytest.mark.usefixtures("impatient")
def test_a_file_another_program_writes_to_can_be_read_and_is_written_afterwards(sqlite_url: str) -> None:
    with closing(open_database(sqlite_url)) as db:
        with held_by_another_program(sqlite_url):
            assert written(db) == [0, 0, 0, 0]
            with pytest.raises(DatabaseUnavailable) as error:
                record(db)
            assert "colony.sqlite is locked by another program" in plain(error.value)
        record(db)
        assert written(db) == [1, 1, 2, 1]


@pytest.mark.usefixtures("impatient")
def test_a_file_another_program_keeps_to_itself_is_not_opened(sqlite_url: str) -> None:
    with held_by_another_program(sqlite_url, "PRAGMA locking_mode=EXCLUSIVE"):
        with pytest.raises(DatabaseUnavailable) as error:
            open_database(sqlite_url)
        assert "locked" in plain(error.value)
    open_database(sqlite_url).close()


# Read-only


@contextmanager
def as_a_user_without_rights() -> Iterator[None]:
    """Root may write to every file: be nobody for the files' sake."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def public_file(sqlite_template: Path) -> Iterator[Path]:
    """A migrated database in a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="colonydesk-"))
    file = folder / "colony.sqlite"
    shutil.copy(sqlite_template, file)
    folder.chmod(0o755)
    yield file
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are set otherwise on Windows")
@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_read_only_file_is_refused_for_writing(public_file: Path, folder_mode: int) -> None:
    public_file.chmod(0o444)
    public_file.parent.chmod(folder_mode)
    before = public_file.read_bytes()
    with as_a_user_without_rights(), pytest.raises(KnownError) as error:
        record_into(f"sqlite:///{public_file}")
    assert "read-only" in plain(error.value)
    assert public_file.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="rights are set otherwise on Windows")
def test_a_file_that_may_not_be_read_is_refused(public_file: Path) -> None:
    public_file.chmod(0)
    with as_a_user_without_rights(), pytest.raises(KnownError) as error:
        open_database(f"sqlite:///{public_file}")
    assert "cannot be opened" in plain(error.value)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are set otherwise on Windows")
def test_a_new_file_in_a_read_only_folder_is_refused(public_file: Path) -> None:
    public_file.parent.chmod(0o555)
    with as_a_user_without_rights(), pytest.raises(KnownError) as error:
        migrate(f"sqlite:///{public_file.parent / 'new.sqlite'}", MIGRATIONS)
    assert "cannot be opened" in plain(error.value)
    assert [entry.name for entry in public_file.parent.iterdir()] == ["colony.sqlite"]


def test_a_missing_file_is_not_made_by_opening(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as error:
        open_database(f"sqlite:///{tmp_path / 'colony.sqlite'}")
    assert "no database file colony.sqlite" in plain(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as error:
        migrate(f"sqlite:///{tmp_path / 'nowhere' / 'colony.sqlite'}", MIGRATIONS)
    assert "no folder" in plain(error.value)


# Damaged


def beginning(content: bytes) -> bytes:
    return b"\x00" * 100 + content[100:]


def pages(content: bytes) -> bytes:
    return content[:4096] + b"\xa5" * (len(content) - 4096)


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def letter(_content: bytes) -> bytes:
    return b"Dear Sir, this is no database.\n" * 200


@pytest.mark.parametrize("damage", [beginning, pages, half, letter])
def test_a_damaged_file_is_said_to_be_damaged_and_left_alone(sqlite_url: str, damage: Any) -> None:
    with closing(open_database(sqlite_url)) as db:
        record(db)
    file = file_of(sqlite_url)
    file.write_bytes(damage(file.read_bytes()))
    before = file.read_bytes()
    with pytest.raises(KnownError) as error:
        record_into(sqlite_url)
    assert "damaged" in plain(error.value)
    assert file.read_bytes() == before


# On a network share


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_a_file_on_a_network_share_is_refused_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(engine, "file_system_of", lambda _path: kind)
    for act in (open_database, lambda url: migrate(url, MIGRATIONS)):
        with pytest.raises(KnownError) as error:
            act(f"sqlite:///{tmp_path / 'colony.sqlite'}")
        assert f"network share ({kind})" in plain(error.value)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_on_a_share_is_refused_too(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "file_system_of", lambda _path: "cifs")
    with pytest.raises(KnownError, match="network share"):
        open_database(sqlite_url)


def test_the_innermost_mount_counts() -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\n"
        "server:/colony /mnt/the\\040lab nfs4 rw 0 0\n"
        "/dev/sdb1 /mnt/the\\040lab/local xfs rw 0 0\n"
        "broken\n"
    )
    assert files.mounted_on(Path("/home/ann/colony.sqlite"), mounts) == "ext4"
    assert files.mounted_on(Path("/mnt/the lab/colony.sqlite"), mounts) == "nfs4"
    assert files.mounted_on(Path("/mnt/the lab/local/colony.sqlite"), mounts) == "xfs"
    assert files.mounted_on(Path("/mnt/the laboratory/colony.sqlite"), mounts) == "ext4"


def test_a_disk_of_this_computer_is_taken(tmp_path: Path) -> None:
    assert files.file_system_of(tmp_path) not in files.NETWORK_FILE_SYSTEMS


# Disk full


def test_a_full_disk_takes_the_whole_unit_back(sqlite_url: str) -> None:
    with closing(connect(sqlite_url)) as db:
        room = {"pages": 0}

        def limit(driver: Any, _record: Any, _proxy: Any) -> None:
            driver.execute(f"PRAGMA max_page_count={room['pages']}")

        event.listen(db.engine, "checkout", limit)
        with closing(sqlite3.connect(file_of(sqlite_url))) as other:
            (used,) = other.execute("PRAGMA page_count").fetchone()
        room["pages"] = used + 20
        record(db)
        before = written(db)
        with pytest.raises(DatabaseUnavailable) as error:
            record(db, filling="x" * 60_000)
        assert "disk is full" in plain(error.value)
        assert written(db) == before

        room["pages"] = used + 10_000
        record(db, filling="x" * 60_000)
        assert written(db) == [count * 2 for count in before]
    with closing(sqlite3.connect(file_of(sqlite_url))) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


# What is no fault of the world


@pytest.mark.parametrize(
    "address",
    ["mysql://ann@server/colony", "postgresql+asyncpg://server/colony", "http://server/colony", "://", ""],
)
def test_an_address_that_is_none_of_ours(address: str) -> None:
    with pytest.raises(KnownError) as error:
        open_database(address)
    assert str(error.value).endswith(".")


def add_cage_type(db: Database, row_id: uuid.UUID, name: str | None) -> None:
    with db.unit(uuid.uuid4(), "test", None, NOW) as unit:
        unit.insert(CageType, {"id": row_id, "name": name})


def test_what_is_saved_already_is_said_in_words(db: Database) -> None:
    same = uuid.uuid4()
    add_cage_type(db, same, "open")
    with pytest.raises(Conflict, match="saved already"):
        add_cage_type(db, same, "closed")


def test_a_bug_of_ours_is_not_taken_for_a_fault(db: Database) -> None:
    with pytest.raises(IntegrityError):
        add_cage_type(db, uuid.uuid4(), None)
    with db.read() as connection, pytest.raises(Exception, match="no_such_table") as error:
        connection.execute(text("SELECT 1 FROM no_such_table"))
    assert not isinstance(error.value, KnownError)
    assert written(db) == [0, 0, 0, 0]


def test_a_character_that_a_server_does_not_take_is_a_sentence(db: Database) -> None:
    """Pasted into a search, say: no form has refused it before."""
    find = text("SELECT count(*) FROM subject WHERE nickname = :name")
    taken = nullcontext() if db.dialect == "sqlite" else pytest.raises(KnownError, match="cannot be stored")
    with taken, db.read() as connection:
        assert connection.execute(find, {"name": "a\0b"}).scalar() == 0


def test_several_that_open_a_new_file_at_once_wait_for_each_other(tmp_path: Path) -> None:
    failures: list[Exception] = []

    def go(file: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            database = connect(f"sqlite:///{file}", create=True)
            with database.read() as connection:
                connection.exec_driver_sql("SELECT 1")
            database.close()
        except KnownError as error:
            failures.append(error)

    for number in range(60):
        together = threading.Barrier(4)
        file = tmp_path / f"new {number}.sqlite"
        threads = [threading.Thread(target=go, args=(file, together)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
