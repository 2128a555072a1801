"""``colonydesk import-alyx``: what it answers, and its exit status when nothing was written."""

import json
from pathlib import Path
from typing import Any

import pytest

from colonydesk.cli import main
from colonydesk.exchange.alyx.storage import Storage
from tests.exchange.small_dump import id_of, put, small_dump, write

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def bad_dump(tmp_path: Path) -> str:
    """One of its eleven records is bad."""
    records = small_dump()
    put("weighing", weight=-1)(records)
    return str(write(tmp_path / "dump.json", records))


@pytest.mark.parametrize("trial", [[], ["--dry-run"]])
def test_a_strict_import_that_writes_nothing_has_failed(
    database_url: str, bad_dump: str, capsys: Captured, trial: list[str]
) -> None:
    command = ["--database", database_url, "import-alyx", bad_dump, "--strict", *trial]
    assert main([*command, "--json"]) == 1
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["tables"]["actions.weighing"] == {"read": 3, "written": 0, "present": 0, "skipped": 3}
    assert [problem["pk"] for problem in report["problems"]] == [id_of("weighing")]
    assert said.err == "Nothing was written: 1 problem was found.\n"
    assert main(command) == 1
    said = capsys.readouterr()
    assert "weight: “-1” is not over 0" in said.out
    assert said.err == "Nothing was written: 1 problem was found.\n"
    assert said.err not in said.out


def test_without_strict_the_same_is_done(database_url: str, bad_dump: str, capsys: Captured) -> None:
    assert main(["--database", database_url, "import-alyx", bad_dump]) == 0
    said = capsys.readouterr()
    assert "it agrees with the file" in said.out
    assert said.err == ""


def test_a_check_that_disagrees_has_failed(
    database_url: str, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = Storage.insert

    def losing(self: Storage, table: Any, columns: Any, rows: Any) -> None:
        insert(self, table, columns, rows[1:] if table.name == "weighing" else rows)

    monkeypatch.setattr(Storage, "insert", losing)
    dump = write(tmp_path / "dump.json", small_dump())
    assert main(["--database", database_url, "import-alyx", str(dump), "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["tables"]["actions.weighing"]["written"] == 0
    assert said.err == (
        "Nothing was written: what the database made of weighing is not what the file holds.\n"
    )
