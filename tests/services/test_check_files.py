"""Recorded files looked for on a real disk, on both engines."""

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import DataRepository, Dataset, FileRecord
from colonydesk.domain.errors import Refused
from colonydesk.services.data import check
from colonydesk.services.data.check import Checked, CheckFiles, check_files
from colonydesk.services.undo import undo
from tests.builders import NOW, Scene, add, nothing_written, rows, scene

PLACES = ("M1/a.npy", "M1/b.npy", "M2/c.npy", "d.npy", "é/ü ü.npy")


class Books:
    """A repository with a record and a file for each place."""

    def __init__(self, db: Database, root: Path) -> None:
        self.scene: Scene = scene(db)
        self.db = db
        self.root = root
        self.server = add(db, DataRepository, name="server")
        for place in PLACES:
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).write_bytes(b"x")
            self.record(place)

    def record(self, place: str, *, exists: bool = True, repository: UUID | None = None) -> UUID:
        dataset = add(self.db, Dataset, name=place)
        where = {"data_repository_id": repository or self.server, "relative_path": place}
        return add(self.db, FileRecord, dataset_id=dataset, exists=exists, **where)

    def command(self, **changes: Any) -> CheckFiles:
        usual: dict[str, Any] = {"command_id": uuid4(), "user_id": self.scene.ann, "root": self.root}
        return CheckFiles(**{**usual, "data_repository_id": self.server, **changes})

    def check(self, **changes: Any) -> Checked:
        return check_files(self.db, self.command(**changes), lambda: NOW)

    def marked(self) -> dict[str, bool]:
        return {row["relative_path"]: row["exists"] for row in rows(self.db, FileRecord)}


@pytest.fixture
def here(db: Database, tmp_path: Path) -> Books:
    return Books(db, tmp_path / "data")


def test_where_all_is_there_nothing_is_written(here: Books) -> None:
    with nothing_written(here.db):
        result = here.check()
    assert (result.present, result.missing, result.returned, result.unread) == (5, [], 0, [])
    assert (result.changed, result.cancelled) == ({}, False)


def test_what_is_not_there_is_marked_and_what_is_there_again_too(here: Books) -> None:
    (here.root / "M1/b.npy").unlink()
    shutil.rmtree(here.root / "M2")
    (here.root / "M2").write_bytes(b"a file where the folder was")
    (here.root / "d.npy").unlink()
    (here.root / "d.npy").mkdir()
    result = here.check()
    assert result.missing == ["M1/b.npy", "M2/c.npy", "d.npy"]
    assert (result.present, result.changed) == (2, {"file_record": ()})
    assert here.marked() == {
        "M1/a.npy": True,
        "M1/b.npy": False,
        "M2/c.npy": False,
        "d.npy": False,
        "é/ü ü.npy": True,
    }
    assert len(rows(here.db, FileRecord)) == 5, "nothing is deleted"
    (here.root / "M1/b.npy").write_bytes(b"back")
    result = here.check()
    assert (result.returned, result.missing) == (1, ["M2/c.npy", "d.npy"])
    assert here.marked()["M1/b.npy"]
    (command,) = result.commands
    undo(here.db, uuid4(), command, here.scene.ann, NOW)
    assert not here.marked()["M1/b.npy"]


def test_only_the_files_of_the_repository_are_looked_for(here: Books) -> None:
    other = add(here.db, DataRepository, name="backup")
    here.record("only/there.npy", repository=other)
    assert here.check().missing == []
    assert here.marked()["only/there.npy"]


@pytest.mark.parametrize("page", [1, 2, 5])
def test_page_by_page(here: Books, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr(check, "PAGE", page)
    (here.root / "M1/a.npy").unlink()
    (here.root / "d.npy").unlink()
    told: list[tuple[int, int]] = []
    result = check_files(here.db, here.command(), lambda: NOW, lambda *at: told.append(at))
    assert (result.present, result.missing) == (3, ["M1/a.npy", "d.npy"])
    assert (told[0], told[-1]) == ((0, 5), (5, 5))
    assert told == sorted(set(told))


def test_a_disk_that_is_not_connected_marks_nothing(here: Books) -> None:
    here.root.rename(here.root.with_name("away"))
    with nothing_written(here.db), pytest.raises(Refused, match="There is no folder") as error:
        here.check()
    assert error.value.field == "root"
    assert set(here.marked().values()) == {True}


def test_nor_does_one_that_is_pulled_out_meanwhile(here: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "PAGE", 2)

    def pull_out(done: int, _total: int) -> None:
        if done == 2:
            here.root.rename(here.root.with_name("away"))

    with pytest.raises(Refused, match="There is no folder"):
        check_files(here.db, here.command(), lambda: NOW, pull_out)
    assert set(here.marked().values()) == {True}


def test_what_cannot_be_looked_for_stays_as_it_was(here: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("/etc/passwd", "../data/d.npy", "a/../../out.npy"):
        here.record(place, exists=False)
    real = os.stat

    def stat(path: Any, *rest: Any, **more: Any) -> Any:
        if str(path).endswith("a.npy"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "stat", stat)
    result = here.check()
    assert {one.place: one.reason for one in result.unread} == {
        "/etc/passwd": "its path leads out of the repository",
        "../data/d.npy": "its path leads out of the repository",
        "a/../../out.npy": "its path leads out of the repository",
        "M1/a.npy": "no right to read it",
    }
    assert result.present == 4
    assert not any(here.marked()[place] for place in ("/etc/passwd", "../data/d.npy", "a/../../out.npy"))
    assert here.marked()["M1/a.npy"]


def test_cancelled_between_two_pages(here: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "PAGE", 2)
    for place in PLACES:
        (here.root / place).unlink()
    told: list[int] = []
    result = check_files(
        here.db,
        here.command(),
        lambda: NOW,
        lambda done, _: told.append(done),
        lambda: bool(told) and told[-1] >= 2,
    )
    assert (result.cancelled, result.missing) == (True, ["M1/a.npy", "M1/b.npy"])
    assert list(here.marked().values()).count(False) == 2


def test_a_repository_without_files(here: Books) -> None:
    empty = add(here.db, DataRepository, name="new")
    result = here.check(data_repository_id=empty)
    assert (result.present, result.missing, result.cancelled) == (0, [], False)


def test_a_record_deleted_meanwhile_hinders_nothing(here: Books) -> None:
    (here.root / "d.npy").unlink()
    (here.root / "M1/a.npy").unlink()

    def now() -> Any:
        with here.db.engine.begin() as connection:
            table = FileRecord.__table__
            connection.execute(table.delete().where(table.c.relative_path == "d.npy"))  # type: ignore[attr-defined]
        return NOW

    result = check_files(here.db, here.command(), now)
    assert result.missing == ["M1/a.npy", "d.npy"]
    assert here.marked() == {"M1/a.npy": False, "M1/b.npy": True, "M2/c.npy": True, "é/ü ü.npy": True}
