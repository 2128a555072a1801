"""Files that are no dump, and the ways of running an import: on trial, stopped, with progress, in a zone."""

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import AuditEntry, ChangeLog, GrowthCurve, Subject, Weighing
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.alyx import ImportCancelled, ImportReport, Progress, import_alyx
from colonydesk.exchange.alyx import run as run_module
from colonydesk.exchange.alyx.storage import Storage
from tests.exchange.big_dump import write_big_dump
from tests.exchange.small_dump import NOW, Spoil, id_of, put, row_of, small_dump, subject, write

GOOD = json.dumps(list(small_dump().values()), indent=1).encode()
PACKED = gzip.compress(GOOD, mtime=0)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def count(db: Database, table: Any) -> int:
    with db.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "dump.json is empty."),
        (b"  \n", "dump.json is cut off after 0 records."),
        (b"hello", "dump.json is not a JSON file."),
        (b'{"model": "misc.lab"}', "dump.json is not a list of records."),
        (b'"text"', "dump.json is not a JSON file."),
        (GOOD[:-40], "dump.json is cut off after 10 records."),
        (GOOD.replace(b"21.5", b"nan"), "dump.json is not valid JSON after 7 records."),
        (GOOD + b"[]", "dump.json is not valid JSON after 11 records."),
        (GOOD.replace(b'"ada"', b'"\xff"'), "dump.json is not valid JSON after"),
        (GOOD.decode().encode("utf-16"), "dump.json is written in UTF-16."),
        (PACKED[:-200], "dump.json is damaged or cut off"),
        (PACKED[:5], "dump.json is damaged or cut off"),
        (flipped(PACKED, len(PACKED) // 2), "dump.json is "),
        (flipped(PACKED, len(PACKED) - 6), "dump.json is damaged or cut off"),
        (gzip.compress(b"nothing", mtime=0), "dump.json is not a JSON file."),
        (gzip.compress(b"", mtime=0), "dump.json is empty."),
        (b'[{"model": "blog.post", "pk": 1, "fields": {}}]', "dump.json holds no records of Alyx"),
    ],
)
def test_a_file_that_is_no_dump_is_refused_in_words(
    db: Database, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "dump.json"
    file.write_bytes(content)
    with pytest.raises(KnownError) as refused:
        import_alyx(db, file, now=NOW)
    assert str(refused.value).startswith(words)
    assert count(db, Subject) == 0
    assert count(db, ChangeLog) == 0


def test_a_file_that_is_not_there(db: Database, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="cannot be read: No such file or directory"):
        import_alyx(db, tmp_path / "none.json", now=NOW)
    with pytest.raises(KnownError, match="is a folder"):
        import_alyx(db, tmp_path, now=NOW)


def test_what_a_file_is_packed_with_is_seen_from_its_content(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "dump.json"
    file.write_bytes(PACKED)
    assert import_alyx(db, file, now=NOW).total().written == 11
    file.write_bytes(b"\xef\xbb\xbf" + GOOD)
    assert import_alyx(db, file, now=NOW).total().present == 11


def test_an_empty_list_is_a_dump(db: Database, tmp_path: Path) -> None:
    report = import_alyx(db, write(tmp_path / "dump.json", []), now=NOW)
    assert report.kept
    recomputed = {"animals": 0, "days": 0, "differing": []}
    assert report.as_json() == {"tables": {}, "problems": [], "recomputed": recomputed}
    assert count(db, AuditEntry) == 0


def test_a_trial_does_everything_and_takes_it_back(db: Database, take: Callable[..., ImportReport]) -> None:
    curve = "sex,week,mean_g,sd_g\nM,4,15,2\nF,4,14,2\n"
    report = take(put("weighing", weight=-1), dry_run=True, curve_text=curve)
    assert not report.kept
    assert report.refused == ""
    assert (report.total().written, report.total().skipped) == (10, 1)
    assert report.check.agrees
    assert report.as_text().endswith("This was a trial: nothing was written.")
    for table in (Subject, AuditEntry, ChangeLog, GrowthCurve):
        assert count(db, table) == 0
    assert take().kept


def test_the_report_as_json_and_as_text(db: Database, take: Callable[..., ImportReport]) -> None:
    report = take(put("weighing", weight=-1))
    found = report.as_json()
    assert found["tables"]["actions.weighing"] == {"read": 3, "written": 2, "present": 0, "skipped": 1}
    assert found["problems"] == [
        {"model": "actions.weighing", "pk": id_of("weighing"), "reason": "weight: “-1” is not over 0"}
    ]
    assert json.loads(json.dumps(found)) == found
    lines = report.as_text().splitlines()
    assert lines[0].split() == ["read", "written", "present", "skipped"]
    assert ["actions.weighing", "3", "2", "0", "1"] in [line.split() for line in lines]
    assert f"actions.weighing {id_of('weighing')}: weight: “-1” is not over 0" in lines


def test_no_more_problems_are_listed_than_anybody_reads(
    db: Database, take: Callable[..., ImportReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colonydesk.exchange.alyx.report.LISTED", 2)

    def spoil(records: dict[str, Any]) -> None:
        for label in ("weighing", "second", "third"):
            records[label]["fields"]["weight"] = 0

    report = take(spoil)
    assert len(report.problems) == 2
    assert report.tables["actions.weighing"].skipped == 3
    assert report.as_json()["problems"][-1]["reason"] == "1 more are not listed"


def test_progress_rises_to_the_whole_and_not_too_often(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "big.json.gz"
    write_big_dump(file, 6000)
    told: list[Progress] = []

    import_alyx(db, file, now=NOW, progress=told.append)

    shares = [progress.share for progress in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= 0.2
    assert shares[-1] == 1.0
    assert {progress.stage for progress in told} == {"reading", "writing"}
    assert told[-1].records == 6023


def test_progress_is_told_at_most_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(run_module.time, "monotonic", lambda: clock[0])
    told: list[Progress] = []
    pace = run_module._Pace(told.append, None)
    for number in range(1000):
        clock[0] = 100 + number / 1000
        pace.read(number, number / 1000)
    assert len(told) == 10


@pytest.mark.parametrize("stage", ["reading", "writing"])
def test_a_stopped_import_takes_everything_back(db: Database, tmp_path: Path, stage: str) -> None:
    file = tmp_path / "big.json.gz"
    write_big_dump(file, 3000)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        # It is asked once for every hundred records read, and once for every part written.
        return asked > (5 if stage == "reading" else 34)

    with pytest.raises(ImportCancelled, match="was stopped"):
        import_alyx(db, file, now=NOW, cancelled=cancelled)
    assert (asked == 6) if stage == "reading" else (asked == 35)
    assert count(db, Subject) == count(db, ChangeLog) == 0
    assert import_alyx(db, file, now=NOW, cancelled=lambda: False).kept


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-07-01T12:00:00", "2024-07-01T16:00:00+00:00"),
        ("2024-01-01T12:00:00.5", "2024-01-01T17:00:00.500000+00:00"),
        ("2024-07-01T12:00:00Z", "2024-07-01T12:00:00+00:00"),
        ("2024-07-01T12:00:00+02:00", "2024-07-01T10:00:00+00:00"),
        ("2024-07-01 12:00:00", "2024-07-01T16:00:00+00:00"),
        ("2024-11-03T01:30:00", "2024-11-03T05:30:00+00:00"),  # happens twice: the first one
    ],
)
def test_times_without_a_zone_are_read_in_the_one_given(
    db: Database, take: Callable[..., ImportReport], written: str, meant: str
) -> None:
    spoil: Spoil = put("weighing", date_time=written)
    take(spoil, timezone="America/New_York")
    assert row_of(db, Weighing, "weighing").date_time == datetime.fromisoformat(meant)
    assert take(spoil, timezone="America/New_York").remarks == []


def test_a_day_is_the_same_in_every_zone(db: Database, take: Callable[..., ImportReport]) -> None:
    take(put("a", birth_date="2024-01-31"), timezone="Pacific/Kiritimati")
    assert row_of(db, Subject, "a").birth_date == date(2024, 1, 31)


def test_a_zone_that_is_none_is_refused(db: Database, take: Callable[..., ImportReport]) -> None:
    with pytest.raises(KnownError, match="Atlantis"):
        take(timezone="Europe/Atlantis")


def test_who_imports_is_noted(db: Database, take: Callable[..., ImportReport]) -> None:
    take()
    member = row_of(db, Subject, "a").responsible_user_id

    def spoil(records: dict[str, Any]) -> None:
        records["c"] = subject("c")

    assert take(spoil, user_id=member).total().written == 1
    assert row_of(db, Subject, "c").updated_by_id == member
    assert row_of(db, Subject, "a").updated_by_id is None
    with db.read() as connection:
        users = connection.execute(select(AuditEntry.user_id).order_by(AuditEntry.number)).scalars().all()
    assert users == [None, member]


def test_what_the_database_made_of_the_file_is_checked(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault between the file and the database is found before the commit."""
    insert = Storage.insert

    def spoiled(self: Storage, table: Any, columns: Any, rows: Any) -> None:
        if table.name == "weighing":
            place = list(columns).index("weight")
            rows = [(*row[:place], row[place] + 1e-9, *row[place + 1 :]) for row in rows]
        if table.name != "line_allele":
            insert(self, table, columns, rows)

    monkeypatch.setattr(Storage, "insert", spoiled)

    report = import_alyx(db, write(tmp_path / "dump.json", small_dump()), now=NOW)

    assert not report.kept
    assert not report.check.agrees
    assert report.check.differing == ["weighing"]
    assert report.check.tables["line_allele"] == (1, 0)
    assert report.refused == (
        "Nothing was written: what the database made of line_allele, weighing is not what the file holds."
    )
    assert count(db, Weighing) == 0
