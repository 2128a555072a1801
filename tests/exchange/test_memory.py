"""An import takes no more memory for four times the records."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exchange.big_dump import write_big_dump

MEGABYTE = 1024 * 1024

# Another process, so that no other test's memory is in the figures. It says what it uses while it goes on.
SCRIPT = """
import json, os, sys
from datetime import UTC, datetime
from pathlib import Path
from colonydesk.db.migrate import open_database
from colonydesk.exchange.alyx import import_alyx

def used(progress):
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    samples.append((progress.stage, progress.records, pages * os.sysconf("SC_PAGESIZE")))

samples = []
database = open_database(sys.argv[1])
report = import_alyx(database, Path(sys.argv[2]), now=datetime(2026, 1, 1, tzinfo=UTC), progress=used)
database.close()
print(json.dumps({"kept": report.kept, "written": report.total().written, "samples": samples}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the memory in use is read from /proc")
def test_memory_is_flat_from_50_000_to_200_000_records(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "big.json.gz"
    write_big_dump(file, 200_000)

    command = [sys.executable, "-c", SCRIPT, database_url, str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)

    result = json.loads(done.stdout)
    assert result["kept"]
    assert result["written"] == 200_023
    for stage in ("reading", "writing"):
        used = [(records, memory) for kind, records, memory in result["samples"] if kind == stage]
        early = max(memory for records, memory in used if records <= 50_000)
        late = max(memory for records, memory in used)
        # 16 bytes of every id of a table are kept; SQLite fills its 64 MB cache of pages.
        allowed = 10 * MEGABYTE + (64 * MEGABYTE if database_url.startswith("sqlite") else 0)
        assert late - early < allowed, f"{stage}: {early / MEGABYTE:.0f} to {late / MEGABYTE:.0f} MB"
