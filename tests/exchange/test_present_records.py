"""Nothing at all where strictness is asked for; records that are there already are left alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    AuditEntry,
    Lab,
    Subject,
    Weighing,
    line_allele,
)
from colonydesk.exchange.alyx import ImportReport, Progress, import_alyx
from tests.exchange.small_dump import (
    NOW,
    Record,
    id_of,
    ids,
    put,
    row_of,
    small_dump,
    subject,
    weighing,
    write,
)


def test_strict_writes_nothing(db: Database, take: Callable[..., ImportReport]) -> None:
    report = take(put("weighing", weight=-1), strict=True)

    assert not report.kept
    assert report.refused == "Nothing was written: 1 problem was found."
    assert report.as_text().endswith("weight: “-1” is not over 0")
    assert report.total().written == 0
    assert report.total().skipped == report.total().read == 11
    assert ids(db, Subject) == ids(db, Lab) == set()
    with db.read() as connection:
        assert connection.execute(select(func.count()).select_from(AuditEntry)).scalar_one() == 0


def test_strict_takes_a_sound_file_and_one_that_is_there(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    assert take(strict=True).kept
    assert take(put("weighing", weight=99.0), strict=True).kept


def test_differences_are_listed_and_what_is_there_stays(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    take()

    def spoil(records: dict[str, Record]) -> None:
        records["weighing"]["fields"]["weight"] = 22.25
        records["b"]["fields"] |= {"sex": "F", "line": None, "json": {"new": 1}, "cage": "7"}
        records["line"]["fields"]["alleles"] = []
        records["ada"]["fields"]["allowed_users"] = [id_of("ada")]
        records["new"] = weighing("new", "b", "2024-05-05", 26)

    report = take(spoil)

    assert report.problems == []
    assert report.total().written == 1
    remarks: dict[str, list[str]] = {}
    for remark in report.remarks:
        remarks.setdefault(remark.pk, []).append(remark.reason)
    start = "it is here already and left alone, but differs in "
    assert remarks[id_of("weighing")] == [start + "weight (“22.25” in the file, “21.5” here)"]
    (reason,) = remarks[id_of("b")]
    for part in ("sex (“F” in the file, “U” here)", "line_id (nothing in the file", "json", "cage (“7” in"):
        assert part in reason
    assert remarks[id_of("line")] == [start + "alleles"]
    assert remarks[id_of("ada")] == [start + "allowed_users"]
    assert len(remarks) == 4
    assert row_of(db, Weighing, "weighing").weight == 21.5
    assert row_of(db, Subject, "b").sex == "U"
    with db.read() as connection:
        assert len(connection.execute(select(line_allele)).all()) == 1
    listed_too = [problem["pk"] for problem in report.as_json()["problems"]]
    assert set(listed_too) == set(remarks)


def test_what_others_write_meanwhile_is_none_of_the_import_s(postgres_url: str, tmp_path: Path) -> None:
    """A server goes on serving: the counts of the check are those of the run alone."""
    db = open_database(postgres_url)
    import_alyx(db, write(tmp_path / "dump.json", small_dump()), now=NOW)
    more = {"c": subject("c"), "new": weighing("new", "c", "2024-05-05", 20)}
    file = write(tmp_path / "more.json", more)
    other = datetime(2026, 3, 4, 1, tzinfo=UTC)
    entered: list[UUID] = []

    def enter(progress: Progress) -> None:
        if progress.stage == "writing" and not entered:
            with db.unit(uuid4(), "weighing", None, other) as unit:
                row = {"id": uuid4(), "subject_id": UUID(id_of("a")), "date_time": other, "weight": 21.0}
                entered.append(unit.insert(Weighing, row))

    report = import_alyx(db, file, now=datetime(2026, 3, 5, tzinfo=UTC), progress=enter)

    assert entered
    assert report.kept
    assert report.check.tables["weighing"] == (1, 1)
    assert len(ids(db, Weighing)) == 5
    db.close()
