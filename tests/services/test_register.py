"""The files of a folder registered: real files on a real disk, on both engines."""

import hashlib
import os
import sys
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    ChangeLog,
    DataFormat,
    DataRepository,
    Dataset,
    DatasetType,
    FileRecord,
    Session,
)
from colonydesk.domain.errors import Refused
from colonydesk.services.data import register
from colonydesk.services.data.files import FoundFile, Unread, sums_of, why
from colonydesk.services.data.register import ChangedFile, Registered, RegisterFolder, register_folder
from colonydesk.services.undo import undo
from tests.builders import NOW, Scene, add, nothing_written, rows, scene

SPIKES = b"\x93NUMPY" + bytes(range(256)) * 40
FILES = {
    "M1/2026-03-05/001/alf/probe00/spikes.times.npy": SPIKES,
    "M1/2026-03-05/001/alf/_ibl_trials.table.pqt": b"PAR1 and so on",
    "M1/2026-03-05/001/notes.txt": b"",
    "M1/2026-03-06/001/alf/spikes.times.npy": SPIKES,
    "README": b"what lies where",
}


class Books:
    """A repository and the vocabulary in a database, and its folder on the disk."""

    def __init__(self, db: Database, root: Path) -> None:
        self.scene: Scene = scene(db)
        self.db = db
        self.root = root
        for place, content in FILES.items():
            self.write(place, content)
        self.server = add(db, DataRepository, name="server")
        self.spikes = add(db, DatasetType, name="spikes", filename_pattern="Spikes.*.*")
        self.table = add(db, DatasetType, name="trials.table")
        self.numpy = add(db, DataFormat, name="numpy", file_extension=".npy")

    def write(self, place: str, content: bytes, at: datetime = NOW) -> None:
        file = self.root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (at.timestamp(), at.timestamp()))

    def command(self, folder: str = "", **changes: Any) -> RegisterFolder:
        usual = {
            "command_id": uuid4(),
            "user_id": self.scene.ann,
            "data_repository_id": self.server,
            "root": self.root,
            "folder": self.root / folder,
        }
        return RegisterFolder(**{**usual, **changes})

    def register(self, folder: str = "", **changes: Any) -> Registered:
        return register_folder(self.db, self.command(folder, **changes), lambda: NOW)

    def recorded(self) -> dict[str, dict[str, Any]]:
        """What the books hold of each file, by its place."""
        datasets = {row["id"]: row for row in rows(self.db, Dataset)}
        return {
            row["relative_path"]: {**datasets[row["dataset_id"]], "exists": row["exists"]}
            for row in rows(self.db, FileRecord)
        }

    def disk(self) -> dict[str, tuple[int, int, bytes]]:
        """Everything below the folder, to the bit."""
        return {
            str(file.relative_to(self.root)): (
                file.lstat().st_mtime_ns,
                file.lstat().st_mode,
                file.read_bytes() if file.is_file() else b"",
            )
            for file in sorted(self.root.rglob("*"))
        }


@pytest.fixture
def here(db: Database, tmp_path: Path) -> Books:
    return Books(db, tmp_path / "data")


def test_each_file_becomes_a_dataset_with_its_sums_and_a_record(here: Books) -> None:
    before = here.disk()
    result = here.register()
    assert (result.added, result.known, result.differing, result.unread) == (5, 0, [], [])
    assert (result.size, result.cancelled) == (sum(map(len, FILES.values())), False)
    found = here.recorded()
    assert set(found) == set(FILES)
    for place, content in FILES.items():
        one = found[place]
        assert (one["name"], one["file_size"], one["exists"]) == (Path(place).name, len(content), True)
        assert one["md5"] == UUID(hex=hashlib.md5(content).hexdigest())
        assert one["hash"] == hashlib.sha1(content).hexdigest()
        assert (one["created_by_id"], one["created_datetime"]) == (here.scene.ann, NOW)
        assert (one["session_id"], one["object_id"]) == (None, None)
    assert here.disk() == before, "nothing on the disk was touched"


def test_type_format_and_collection_come_of_the_name(here: Books) -> None:
    here.register()
    found = here.recorded()
    (unknown_type,) = rows(here.db, DatasetType, name="unknown")
    (unknown_format,) = rows(here.db, DataFormat, name="unknown")
    for place, kind, form, collection in (
        ("M1/2026-03-05/001/alf/probe00/spikes.times.npy", here.spikes, here.numpy, "alf/probe00"),
        ("M1/2026-03-05/001/alf/_ibl_trials.table.pqt", here.table, unknown_format["id"], "alf"),
        ("README", unknown_type["id"], unknown_format["id"], None),
    ):
        one = found[place]
        assert (one["dataset_type_id"], one["data_format_id"]) == (kind, form)
        assert (one["collection"] or "").endswith(collection or "")
    assert found["README"]["collection"] is None
    assert found["M1/2026-03-05/001/notes.txt"]["collection"] == "M1/2026-03-05/001"


def test_a_sessions_folder(here: Books) -> None:
    session = here.scene.add(Session, subject_id=here.scene.mouse, start_time=NOW)
    result = here.register("M1/2026-03-05/001", session_id=session)
    assert result.added == 3
    found = here.recorded()
    assert {one["session_id"] for one in found.values()} == {session}
    spikes = found["M1/2026-03-05/001/alf/probe00/spikes.times.npy"]
    assert (spikes["collection"], found["M1/2026-03-05/001/notes.txt"]["collection"]) == ("alf/probe00", None)


def test_files_are_of_a_session_or_of_an_animal_and_not_of_both(here: Books) -> None:
    session = here.scene.add(Session, subject_id=here.scene.mouse, start_time=NOW)
    with nothing_written(here.db), pytest.raises(Refused, match="leave one empty") as error:
        here.register("M1", session_id=session, subject_id=here.scene.mouse)
    assert error.value.field == "subject_id"


def test_a_subjects_folder(here: Books) -> None:
    here.register("M1", subject_id=here.scene.mouse)
    found = here.recorded()
    assert len(found) == 4
    assert {(one["content_type"], one["object_id"]) for one in found.values()} == {
        ("subject", here.scene.mouse)
    }


def test_again_nothing_is_added_and_nothing_read(here: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    here.register()
    monkeypatch.setattr(register, "sums_of", lambda *_: pytest.fail("it was read"))
    with nothing_written(here.db):
        result = here.register()
    assert (result.added, result.known, result.commands) == (0, 5, [])
    assert len(rows(here.db, Dataset)) == len(rows(here.db, FileRecord)) == 5
    assert result.changed == {}


def test_a_new_file_is_added_beside_the_known_ones(here: Books) -> None:
    here.register("M1")
    here.write("M1/2026-03-07/001/new.npy", b"new")
    result = here.register()
    assert (result.added, result.known) == (2, 4)
    assert result.changed["dataset"] == result.changed["file_record"] == ()


def test_a_changed_file_is_told_and_what_is_recorded_stays(here: Books) -> None:
    here.register()
    later = NOW + timedelta(days=1)
    larger, same_size = "README", "M1/2026-03-05/001/alf/_ibl_trials.table.pqt"
    here.write(larger, b"what lies where, and since when", later)
    here.write(same_size, b"PAR1 and so of", later)
    here.write("M1/2026-03-05/001/alf/probe00/spikes.times.npy", SPIKES, later)  # copied, say
    with nothing_written(here.db):
        result = here.register()
    assert result.differing == [ChangedFile(same_size, 14, 14), ChangedFile(larger, 15, 31)]
    assert (result.added, result.known) == (0, 3)
    assert here.recorded()["README"]["file_size"] == 15


def test_a_file_recorded_without_sums_is_known(here: Books) -> None:
    dataset = here.scene.add(Dataset, name="README")
    here.scene.add(FileRecord, dataset_id=dataset, data_repository_id=here.server, relative_path="README")
    result = here.register()
    assert (result.added, result.known, result.differing) == (4, 1, [])
    assert here.recorded()["README"]["exists"], "it is there, whatever was thought of it"


@pytest.mark.skipif(sys.platform != "linux", reason="such names and files are not made on every system")
def test_what_cannot_be_read_is_listed_with_its_reason_and_the_rest_goes_on(
    here: Books, tmp_path: Path
) -> None:
    (here.root / "broken").symlink_to(here.root / "nowhere")
    (here.root / "loop").symlink_to(here.root / "loop")
    (here.root / "folder").symlink_to(here.root / "M1")
    os.mkfifo(here.root / "pipe")
    odd = os.fsencode(here.root / "odd-") + b"\xff\xfe.npy"
    Path(os.fsdecode(odd)).write_bytes(b"x")
    (tmp_path / "elsewhere.npy").write_bytes(b"linked")
    (here.root / "linked.npy").symlink_to(tmp_path / "elsewhere.npy")
    result = here.register()
    assert [one.place for one in result.unread] == [
        "broken",
        "folder",
        "loop",
        "odd-\ufffd\ufffd.npy",
        "pipe",
    ]
    reasons = {one.place: one.reason for one in result.unread}
    assert reasons["broken"] == "it is not there any more"
    assert "too many levels" in reasons["loop"]
    assert reasons["folder"] == "it is a link to a folder"
    assert reasons["pipe"] == "it is not a plain file"
    assert "cannot be stored" in reasons["odd-\ufffd\ufffd.npy"]
    assert result.added == 6
    assert here.recorded()["linked.npy"]["file_size"] == 6


def test_a_folder_that_cannot_be_opened_is_listed(here: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: Any) -> Any:
        if str(path).endswith("alf"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    result = here.register()
    assert [one.place for one in result.unread] == ["M1/2026-03-05/001/alf", "M1/2026-03-06/001/alf"]
    assert (result.added, {one.reason for one in result.unread}) == (2, {"no right to read it"})


def test_a_file_that_is_being_written_is_left_for_later(here: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    def growing(file: FoundFile, *rest: Any) -> Any:
        if file.place == "README":
            with (here.root / "README").open("ab") as opened:
                opened.write(b"more")
        return sums_of(file, *rest)

    monkeypatch.setattr(register, "sums_of", growing)
    result = here.register()
    assert result.unread == [Unread("README", "it is being written")]
    assert "README" not in here.recorded()


def test_what_is_wrong_with_a_file_in_words() -> None:
    assert why(OSError(5, "Input/output error")) == "input/output error"
    assert why(OSError()) == "the disk reports an error"


def test_progress_is_told_in_bytes_to_the_end_and_not_too_often(here: Books) -> None:
    here.write("large.bin", bytes(3 << 20))
    told: list[tuple[int, int]] = []
    register_folder(here.db, here.command(), lambda: NOW, lambda done, total: told.append((done, total)))
    total = sum(map(len, FILES.values())) + (3 << 20)
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    assert told == sorted(told)
    assert 4 <= len(told) <= 502
    assert len({done for done, _ in told}) == len(told)


def test_an_empty_folder_and_files_of_nothing_come_to_an_end(here: Books) -> None:
    (here.root / "empty").mkdir()
    told: list[tuple[int, int]] = []
    command = here.command("empty")
    result = register_folder(here.db, command, lambda: NOW, lambda *at: told.append(at))
    assert (result.added, told) == (0, [(0, 0)])


def test_a_cancelled_run_keeps_what_was_read_and_goes_on_another_time(here: Books) -> None:
    here.write("zz/large.bin", bytes(8 << 20))
    seen: list[int] = []

    def cancelled() -> bool:
        return bool(seen) and seen[-1] > 4 << 20

    result = register_folder(
        here.db, here.command(), lambda: NOW, lambda done, _: seen.append(done), cancelled
    )
    assert result.cancelled
    assert "zz/large.bin" not in here.recorded()
    assert set(here.recorded()) <= set(FILES)
    assert seen[-1] < (8 << 20)
    again = here.register()
    assert again.added + result.added == 6
    assert again.known == result.added == len(FILES) - again.added + 1


def test_cancelled_at_once_nothing_is_done(here: Books) -> None:
    result = register_folder(here.db, here.command(), lambda: NOW, cancelled=lambda: True)
    assert (result.cancelled, result.added, rows(here.db, FileRecord)) == (True, 0, [])


def test_many_files_are_written_in_several_commands_each_of_which_can_be_undone(
    here: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "BATCH_FILES", 2)
    result = here.register()
    assert len(result.commands) == 3
    assert {row["kind"] for row in rows(here.db, ChangeLog)} == {"data.prepare", "data.register"}
    for command_id in reversed(result.commands):
        undo(here.db, uuid4(), command_id, here.scene.ann, NOW)
    assert (rows(here.db, Dataset), rows(here.db, FileRecord)) == ([], [])


def test_after_so_many_bytes_what_was_read_is_written(here: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "BATCH_BYTES", 1000)
    result = here.register()
    assert result.added == 5
    assert len(result.commands) in (2, 3), "two files are that large, wherever they come among the others"


def test_two_that_register_the_same_at_once_add_nothing_twice(here: Books) -> None:
    """The other workstation is quicker: it registers everything just before this one writes."""
    asked: list[Registered] = []

    def now() -> datetime:
        if not asked:
            asked.append(Registered(uuid4()))  # the first look at the clock is at the beginning
        elif len(asked) == 1:
            asked.append(here.register())
        return NOW

    result = register_folder(here.db, here.command(), now)
    assert (asked[1].added, result.added, result.known) == (5, 0, 5)
    assert len(rows(here.db, Dataset)) == len(rows(here.db, FileRecord)) == 5


def test_the_same_file_in_another_repository_is_another_record_of_its_dataset(
    here: Books, tmp_path: Path
) -> None:
    session = here.scene.add(Session, subject_id=here.scene.mouse, start_time=NOW)
    here.register("M1/2026-03-05/001", session_id=session)
    here.register("M1/2026-03-06/001")  # the same content, but nobody said of what session
    copy = tmp_path / "copy"
    (copy / "day" / "alf" / "probe00").mkdir(parents=True)
    (copy / "day" / "alf" / "probe00" / "spikes.times.npy").write_bytes(SPIKES)
    (copy / "day" / "notes.txt").write_bytes(b"written since")
    backup = add(here.db, DataRepository, name="backup")
    result = here.register(data_repository_id=backup, root=copy, folder=copy / "day", session_id=session)
    assert result.added == 2
    records = {row["relative_path"]: row for row in rows(here.db, FileRecord, data_repository_id=backup)}
    first = here.recorded()["M1/2026-03-05/001/alf/probe00/spikes.times.npy"]["id"]
    assert records["day/alf/probe00/spikes.times.npy"]["dataset_id"] == first
    assert len(rows(here.db, Dataset)) == 5, "three, one, and the notes that are others by now"


def test_a_copy_in_the_same_repository_is_a_dataset_of_its_own(here: Books) -> None:
    session = here.scene.add(Session, subject_id=here.scene.mouse, start_time=NOW)
    here.register("M1/2026-03-06/001", session_id=session)
    here.write("M1/copy/alf/spikes.times.npy", SPIKES)
    assert here.register("M1/copy", session_id=session).added == 1
    assert len(rows(here.db, Dataset)) == 2


def test_what_cannot_be_registered(here: Books, tmp_path: Path) -> None:
    for changes, field, words in (
        ({"root": tmp_path / "gone"}, "root", "There is no folder"),
        ({"folder": here.root / "gone"}, "folder", "There is no folder"),
        ({"folder": here.root / "README"}, "folder", "There is no folder"),
        ({"folder": tmp_path}, "folder", "does not lie in that of the repository"),
        ({"folder": here.root / ".." / ".."}, "folder", "does not lie in that of the repository"),
        ({"data_repository_id": uuid4()}, "data_repository_id", "no longer in the database"),
        ({"session_id": uuid4()}, "session_id", "no longer in the database"),
        ({"subject_id": uuid4()}, "subject_id", "no longer in the database"),
        ({"user_id": here.scene.eve}, "user", "not active"),
    ):
        with nothing_written(here.db), pytest.raises(Refused, match=words) as error:
            register_folder(here.db, replace(here.command(), **changes), lambda: NOW)
        assert error.value.field == field


def test_memory_stays_flat_over_a_large_file(here: Books) -> None:
    here.register()
    with (here.root / "large.bin").open("wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    try:
        result = here.register()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.added == 1
    assert peak < 12 << 20


def test_a_time_of_the_disk_that_is_none_hinders_nothing(
    here: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colonydesk.services.data.files.modified_at", lambda _: None)
    here.register("M1/2026-03-06")
    (found,) = here.recorded().values()
    assert found["created_datetime"] == NOW
    assert here.register("M1/2026-03-06").known == 1


def test_the_time_of_a_file_is_kept_to_the_microsecond(here: Books) -> None:
    at = datetime(2026, 3, 1, 7, 8, 9, 123457, tzinfo=UTC)
    place = here.root / "M1/2026-03-06/001/alf/spikes.times.npy"
    nanoseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
    os.utime(place, ns=(nanoseconds + 999, nanoseconds + 999))
    here.register("M1/2026-03-06")
    (found,) = here.recorded().values()
    assert found["created_datetime"] == at
