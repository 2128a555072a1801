"""The command line's wrong usage, and what it takes in more than one form."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from colonydesk import cli
from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, LabMember, Subject, Weighing
from colonydesk.domain.errors import KnownError
from colonydesk.exchange import notices
from tests.builders import add, rows
from tests.conftest import ROOT
from tests.exchange.small_dump import small_dump, write
from tests.test_cli import answered, refused, run


@pytest.fixture
def two_labs(db: Database, database_url: str) -> str:
    """The same nickname in two labs, each weighed once; ann records."""
    add(db, LabMember, username="ann")
    for name, weight in (("Hale", 20.0), ("Reyes", 24.0)):
        lab = add(db, Lab, name=name, timezone="UTC")
        animal = add(db, Subject, nickname="M1", sex="M", lab_id=lab)
        at = datetime(2026, 3, 10, 9, tzinfo=UTC)
        add(db, Weighing, subject_id=animal, date_time=at, weight=weight)
    return database_url


@pytest.mark.parametrize(
    "arguments",
    [
        ("history",),
        ("history", "M1", "--all"),
        ("--demo", "weigh", "M1", "20"),
        ("weigh", "M1", "20", "--at", "0001-01-01T00:00:00+14:00"),
        ("today", "--at", "9999-12-31T23:59:59-14:00"),
        ("today", "--at", "0001-01-01T00:00:00Z"),
        ("today", "--at", "2026-03-10T15:00:00"),
        ("history", "M1", "--from", "0001-01-01"),
        ("screenshots", "pictures", "--size", "foo"),
        ("screenshots", "pictures", "--size", "0x800"),
    ],
)
def test_wrong_usage_says_so_and_does_nothing(sqlite_url: str, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, url=sqlite_url)
    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such arguments, or file names")
@pytest.mark.parametrize(
    "arguments",
    [
        ("weigh", b"PV\xff", "20"),
        ("weigh", "M1", b"2\xff"),
        ("water", "M1", "1", "--type", b"\xff"),
        ("history", "M1", b"\xfe"),
        ("subjects", "--search", b"\xff"),
        ("today", "--lab", b"\xff"),
        (b"\xff",),
    ],
)
def test_an_argument_that_is_no_text_is_wrong_usage(
    sqlite_url: str, arguments: tuple[str | bytes, ...]
) -> None:
    done = run(*arguments, url=sqlite_url)  # type: ignore[arg-type]
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("colonydesk: error:")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file names")
def test_a_file_may_be_called_what_is_no_text(database_url: str, tmp_path: Path) -> None:
    file = os.fsencode(
        write(tmp_path / "dump.json", small_dump()).rename(tmp_path / os.fsdecode(b"\xff.json"))
    )
    answered("import-alyx", file, url=database_url)  # type: ignore[arg-type]
    for missing in (b"none\xff.json", b"none\xff.json.gz"):
        assert "cannot be read" in refused("import-alyx", missing, url=database_url)  # type: ignore[arg-type]
    out = os.fsencode(tmp_path) + b"/\xff.csv"
    answered("report", "underweight", "--out", out, url=database_url)  # type: ignore[arg-type]
    assert Path(os.fsdecode(out)).is_file()


def test_a_history_is_asked_for_by_lab(two_labs: str) -> None:
    def weights(*arguments: str) -> dict[str, float]:
        found = json.loads(answered("history", *arguments, "--format", "json", url=two_labs))
        return {name: one["records"][0]["weight"] for name, one in found.items()}

    assert weights("M1") == {"M1@Hale": 20.0, "M1@Reyes": 24.0}
    assert weights("M1@Reyes") == {"M1": 24.0}
    assert weights("M1", "--lab", "Hale") == weights("--all", "--lab", "Hale") == {"M1": 20.0}
    assert "no animal called M1@nowhere" in refused("history", "M1@nowhere", url=two_labs)
    assert "no lab called nowhere" in refused("history", "--all", "--lab", "nowhere", url=two_labs)


def test_a_negative_amount_is_refused_as_one(two_labs: str) -> None:
    for amount in ("-1", "-1,5", "-1.5"):
        assert "negative" in refused("weigh", "M1", amount, "--user", "ann", "--lab", "Hale", url=two_labs)


def test_a_weight_is_saved_though_nobody_could_be_told(
    db: Database, two_labs: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_db: Database, _now: datetime) -> None:
        raise KnownError("The server went away.")

    monkeypatch.setattr(notices, "check_weighings", fail)
    asked = ["--database", two_labs, "weigh", "M1", "20.1", "--user", "ann", "--lab", "Hale", "--force"]
    assert cli.main(asked) == 0
    said = capsys.readouterr()
    assert "20.1 g, recorded by ann" in said.out
    assert "It is saved" in said.err
    assert "The server went away." in said.err
    assert [one["weight"] for one in rows(db, Weighing)] == [20.0, 24.0, 20.1]


def test_a_lab_that_has_no_such_animal_says_so(db: Database, two_labs: str) -> None:
    add(db, Lab, name="Aydin", timezone="UTC")
    assert "no such animal in Aydin" in refused("history", "M1", "--lab", "Aydin", url=two_labs)


def test_days_the_wrong_way_round_are_refused(two_labs: str) -> None:
    days = ("--from", "2026-03-05", "--to", "2026-03-01")
    assert "is after the last" in refused("history", "--all", *days, url=two_labs)


def test_a_report_that_cannot_be_written_so_says_how_it_can(two_labs: str, tmp_path: Path) -> None:
    said = refused("report", "to-do", "--out", str(tmp_path / "to-do.foo"), url=two_labs)
    assert "csv, json, pdf, xlsx" in said
    assert "is a folder" in refused("report", "to-do", "--out", str(tmp_path), url=two_labs)


def test_an_amount_and_ad_lib_are_both_told(two_labs: str) -> None:
    said = answered("water", "M1", "1", "--adlib", "--lab", "Hale", "--force", url=two_labs)
    assert said == "M1 1 mL and ad lib, recorded by ann.\n"


def test_a_file_that_is_not_there_is_named_with_its_folder() -> None:
    assert refused("today", url="nowhere.sqlite").startswith(
        f"There is no database file nowhere.sqlite in {ROOT}."
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full is found on Linux")
@pytest.mark.parametrize(
    ("arguments", "before"),
    [
        (("subjects",), ""),
        (("today", "--json"), ""),
        (("history", "--all"), ""),
        (("report", "to-do"), ""),
        (("self-test",), ""),
        (("--version",), ""),
        (("--help",), ""),
        (("weigh", "--help"), ""),
        (("migrate",), ""),
        (("check",), "It is checked. "),
        (("weigh", "M1", "21", "--lab", "Hale", "--force"), "It is saved. "),
    ],
)
def test_an_answer_that_cannot_be_written_is_said_in_words(
    two_labs: str, arguments: tuple[str, ...], before: str
) -> None:
    command = [sys.executable, "-m", "colonydesk", "--database", two_labs, *arguments]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    assert done.stderr == f"{before}The answer cannot be written (No space left on device).\n"
    assert done.returncode == 1


def test_where_there_is_no_output_nothing_is_said(two_labs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under a task scheduler."""
    monkeypatch.setattr(sys, "stdout", None)
    for command in (["history", "--all"], ["subjects"]):
        assert cli.main([*command, "--database", two_labs]) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take other names")
@pytest.mark.parametrize("name", ["y" * 300, "y" * 300 + ".pdf", "y" * 252 + ".pdf"])
@pytest.mark.parametrize(
    "command", [("report", "to-do", "--out"), ("import-alyx",), ("import-alyx", "x.json", "--media")]
)
def test_a_name_that_no_file_can_have_is_refused(
    sqlite_url: str, command: tuple[str, ...], name: str
) -> None:
    answered("migrate", url=sqlite_url)
    assert refused(*command, name, url=sqlite_url)
