"""The benchmark itself, on a small colony: that it measures what it says. How fast it is, is not tested."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, make_url, select

from colonydesk.bench import RECORDS, server
from colonydesk.bench.colony import Bench, Size, bench_on, new_database
from colonydesk.bench.importing import import_of_a_dump, write_dump
from colonydesk.bench.notices import check_of_all, first_check_of_a_day
from colonydesk.bench.processes import start_of_the_program
from colonydesk.bench.reads import history_of_one, status_of_all, worklist_of_today
from colonydesk.bench.server import private_server
from colonydesk.bench.writes import record_a_weighing, record_water_given
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import AuditEntry, WaterAdministration, Weighing
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.alyx import import_alyx

SMALL = Size(living=60, dead=80, restricted=20, days=40)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('bench') / 'colony.sqlite'}"
        with bench_on(url, datetime.now(UTC), SMALL) as made:
            yield made
        return
    address = request.getfixturevalue("postgres_server").url("postgres")
    with new_database(address) as url, bench_on(url, datetime.now(UTC), SMALL) as made:
        yield made


def test_reads_are_measured_beside_the_same_rows(bench: Bench) -> None:
    for figure in (status_of_all(bench, 2), worklist_of_today(bench, 2), history_of_one(bench, 2)):
        assert figure.engine == bench.engine
        assert figure.value > 0
        assert figure.floor
        assert figure.statements
    assert status_of_all(bench, 1).name == "status of all 20 restricted"
    assert history_of_one(bench, 1).name == "history of one, 40 days"


def test_the_start_is_measured_beside_a_bare_window(bench: Bench) -> None:
    if bench.engine != "sqlite":
        pytest.skip("the same program; its start is measured once here")
    figure = start_of_the_program(bench, 1)
    assert figure.floor
    assert figure.value > 0


def test_the_screen_is_measured_under_the_hands(bench: Bench, qapp: object) -> None:
    from colonydesk.bench.hands import enter_to_the_curve, opened, worklist_on_the_screen

    with bench.db.read() as connection:
        before = connection.execute(select(func.count()).select_from(Weighing)).scalar_one()
    # Before the entries of the other tests: of the restricted a third is not weighed yet.
    with opened(bench) as program:
        openings = worklist_on_the_screen(bench, program, 1)
        entry, block = enter_to_the_curve(bench, program, 1)
    with bench.db.read() as connection:
        after = connection.execute(select(func.count()).select_from(Weighing)).scalar_one()
    assert after - before >= 2, "typed ones, and that of the floor"
    assert len(openings) == 2
    assert all(one.value > 0 for one in openings)
    assert entry.floor
    assert 0 < block.value < 60_000


def test_a_check_of_the_notifications_is_measured(bench: Bench) -> None:
    again, first = check_of_all(bench, 1), first_check_of_a_day(bench, 1)
    assert again.statements
    assert first.value > 0


def test_the_subjects_screen_is_measured(
    request: pytest.FixtureRequest, tmp_path: Path, bench: Bench, qapp: object
) -> None:
    from colonydesk.bench.subjects import measure_subjects

    if bench.engine == "sqlite":
        figures = measure_subjects(f"sqlite:///{tmp_path / 'animals.sqlite'}", count=2400, times=1)
    else:
        with new_database(request.getfixturevalue("postgres_server").url("postgres")) as url:
            figures = measure_subjects(url, count=2400, times=1)
    names = [figure.name.partition(":")[2] for figure in figures]
    assert names[0] == " opened to the first rows, of 2,400"
    assert names[-2:] == [" a jump to the end", " longest block of the GUI thread"]
    assert all(figure.bar for figure in figures)


def test_entries_are_really_recorded(bench: Bench) -> None:
    def count(table: type[Weighing | WaterAdministration | AuditEntry]) -> int:
        with bench.db.read() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    before = [count(table) for table in (Weighing, WaterAdministration, AuditEntry)]
    weighing, water = record_a_weighing(bench, 2), record_water_given(bench, 2)
    after = [count(table) for table in (Weighing, WaterAdministration, AuditEntry)]
    # Two and three to warm up, and as many of the floor; one more to count statements.
    assert [one - other for one, other in zip(after, before, strict=True)] == [11, 11, 12]
    assert weighing.floor
    assert water.floor


def test_the_page_of_an_animal_is_measured(bench: Bench, qapp: object) -> None:
    from colonydesk.bench.animal import measure_animal
    from colonydesk.bench.hands import opened

    with opened(bench) as program:
        glance, whole, built = measure_animal(bench, program, 1, 30)
    assert glance.value > 0
    assert whole.value > 0
    assert built.value > 0
    assert whole.name == "the same with weight & water painted"


def test_the_dump_is_imported_whole(tmp_path: Path, sqlite_url: str) -> None:
    file = tmp_path / "dump.json"
    written = write_dump(file, 500)
    assert len(json.loads(file.read_text("utf-8"))) == written
    db = open_database(sqlite_url)
    report = import_alyx(db, file, now=datetime.now(UTC))
    db.close()
    assert sum(counts.written for counts in report.tables.values()) == written
    assert not report.problems


def test_the_import_is_measured_with_its_memory(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'import.sqlite'}"
    rate, *memory = import_of_a_dump("sqlite", url, tmp_path, 500)
    assert rate.value > 0
    assert rate.floor
    assert rate.better == "higher"
    assert [figure.unit for figure in memory] == (["MB"] if sys.platform == "linux" else [])
    assert all(20 < figure.value < 1000 for figure in memory)
    assert RECORDS["sqlite"] == 2_000_000, "the bar on memory is for so many"


def test_its_own_server_is_durable_and_gone_afterwards() -> None:
    with private_server() as address:
        url = make_url(address)
        where = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
        with psycopg.connect(**where) as connection:  # type: ignore[arg-type]
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        with new_database(address) as one:
            assert make_url(one).database != url.database
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**where)  # type: ignore[arg-type]


def test_without_a_server_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: [])
    monkeypatch.setattr(server.shutil, "which", lambda _: None)
    with pytest.raises(KnownError, match="no PostgreSQL server") as caught, private_server():
        pass
    assert "--only sqlite" in caught.value.hint
