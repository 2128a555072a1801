"""The import of an Alyx dump: records a second, and the memory it needs, in a process of its own."""

import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from colonydesk.bench.measure import Figure
from colonydesk.bench.processes import program
from colonydesk.db.engine import connect
from colonydesk.db.migrate import migrate
from colonydesk.domain.errors import KnownError
from colonydesk.paths import migrations

FLOOR_ROWS = 50_000
FLOOR_NAME = "plain rows a second by the bare driver"
MEMORY_BAR = 500.0
LOOK_SECONDS = 0.2
_WATER, _LAB, _MEMBER = (str(uuid.UUID(int=number, version=4)) for number in (1, 2, 3))
_BEGIN = datetime(2024, 1, 8, 9, tzinfo=UTC)


def import_of_a_dump(engine: str, url: str, folder: Path, records: int) -> list[Figure]:
    """Figures of importing about so many records into the empty database at ``url``."""
    file = folder / "dump.json"
    written = write_dump(file, records)
    migrate(url, migrations())
    command = [*program(), "--database", url, "import-alyx", str(file), "--json"]
    begin = time.perf_counter()
    output, megabytes = _run(command)
    seconds = time.perf_counter() - begin
    file.unlink()
    counts = json.loads(output)["tables"].values()
    if sum(one["written"] for one in counts) != written:
        raise KnownError(f"The import of the benchmark's dump did not take all records: {output}")
    rate = Figure(
        f"import of {written:,} records",
        engine,
        "records/s",
        written / seconds,
        _plain_rows_a_second(url),
        FLOOR_NAME,
        bar=10_000.0 if engine == "sqlite" else 5_000.0,
        better="higher",
    )
    if megabytes is None:
        return [rate]
    bar = MEMORY_BAR if records >= 1_000_000 else None
    return [rate, Figure(f"memory of that import, {written:,} records", engine, "MB", megabytes, bar=bar)]


def _run(command: list[str]) -> tuple[str, float | None]:
    """What a program says, and the most memory it had in MB where the system tells."""
    output, megabytes = "", None
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        while process.returncode is None:
            with suppress(subprocess.TimeoutExpired):
                output, _ = process.communicate(timeout=LOOK_SECONDS)
            megabytes = _most_memory(process.pid) or megabytes
    if process.returncode:
        raise KnownError(f"The import of the benchmark's dump failed with status {process.returncode}.")
    return output, megabytes


def _most_memory(process: int) -> float | None:
    """The most that a running process ever had, in MB; Linux says so.

    Not what is told of a process that has ended: there its parent's memory is counted in.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return None


def _plain_rows_a_second(url: str) -> float:
    """Rows of one column of text and one number, in one transaction: the most that the driver does."""
    database = connect(url)
    mark = "?" if database.dialect == "sqlite" else "%s"
    rows = [(uuid.UUID(int=number).hex, 20.5) for number in range(FLOOR_ROWS)]
    try:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE bench_floor (id TEXT PRIMARY KEY, weight FLOAT)")
        begin = time.perf_counter()
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO bench_floor VALUES ({mark}, {mark})", rows)
        seconds = time.perf_counter() - begin
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE bench_floor")
    finally:
        database.close()
    return FLOOR_ROWS / seconds


def write_dump(file: Path, records: int) -> int:
    """Write a dump of about so many records, the entries before their animals; returns how many there are.

    Of a hundred records 12 are animals, 13 sessions, 25 weighings and 50 waters.
    """
    count = 0
    with file.open("w", encoding="utf-8") as out:
        out.write("[")
        for record in _records(records):
            out.write(",\n" if count else "\n")
            out.write(record)
            count += 1
        out.write("\n]\n")
    return count


def _records(records: int) -> Iterator[str]:
    rng = Random(1)
    animals, sessions = max(1, records * 12 // 100), records * 13 // 100

    def entry(fields: str, kind: str, number: int) -> str:
        at = (_BEGIN + timedelta(minutes=rng.randrange(500_000))).strftime("%Y-%m-%dT%H:%M:%S")
        animal = _id(1, rng.randrange(animals))
        common = f'"subject": "{animal}", "user": "{_MEMBER}", "date_time": "{at}", "json": null, "name": ""'
        pk = _id(len(kind), number)
        return f'{{"model": "actions.{kind}", "pk": "{pk}", "fields": {{{common}, {fields}}}}}'

    for number in range(records * 25 // 100):
        yield entry(f'"weight": {rng.uniform(15, 32):.1f}', "weighing", number)
    for number in range(records * 50 // 100):
        session = f'"{_id(2, number)}"' if number < sessions else "null"
        given = f'"water_administered": {rng.uniform(0.2, 1.2):.2f}, "adlib": false'
        yield entry(f'{given}, "water_type": "{_WATER}", "session": {session}', "wateradministration", number)
    for number in range(sessions):
        at = (_BEGIN + timedelta(minutes=rng.randrange(500_000))).strftime("%Y-%m-%dT%H:%M:%S")
        yield _record(
            "actions.session",
            _id(2, number),
            subject=_id(1, rng.randrange(animals)),
            lab=_LAB,
            users=[_MEMBER],
            start_time=at,
            number=1,
            n_trials=rng.randrange(600),
            task_protocol="detection",
        )
    for number in range(animals):
        yield _record(
            "subjects.subject",
            _id(1, number),
            nickname=f"B_{number:07d}",
            sex="MF"[number % 2],
            lab=_LAB,
            responsible_user=_MEMBER,
            birth_date="2023-10-02",
            protocol_number="3",
            cage=f"A-{number // 4}",
        )
    yield _record("misc.labmember", _MEMBER, username="j.hale", is_active=True)
    yield _record("misc.lab", _LAB, name="Bench", timezone="Europe/London", reference_weight_pct=0.85)
    yield _record("actions.watertype", _WATER, name="Water")


def _record(model: str, pk: str, **fields: object) -> str:
    return json.dumps({"model": model, "pk": pk, "fields": fields})


def _id(kind: int, number: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{number:012x}"
