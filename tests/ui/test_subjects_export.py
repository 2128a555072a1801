"""What the table of subjects writes to a file."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import WaterRestriction
from colonydesk.ui.subjects.columns import all_columns
from colonydesk.ui.subjects.exporting import export
from tests.builders import NOW, Scene, scene


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def test_a_restriction_begins_on_the_day_of_the_lab(here: Scene, tmp_path: Path) -> None:
    late = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)  # the evening before in New York
    here.add(WaterRestriction, subject_id=here.mouse, start_time=late, reference_weight=25.0)
    columns = [column for column in all_columns() if column.key in ("animal", "restricted_since")]
    file = tmp_path / "subjects.csv"
    with here.db.read() as connection:
        assert export(connection, file, [here.mouse], columns, NOW) == 1
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines)) == [["Animal", "Restricted since"], ["M1", "2026-03-09"]]
