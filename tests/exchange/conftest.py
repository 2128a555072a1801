"""The import of a small dump, spoiled as a test wants it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from colonydesk.db.engine import Database
from colonydesk.exchange.alyx import ImportReport, import_alyx
from tests.exchange.small_dump import NOW, Spoil, small_dump, write


@pytest.fixture
def take(db: Database, tmp_path: Path) -> Callable[..., ImportReport]:
    def take(spoil: Spoil | None = None, **options: Any) -> ImportReport:
        records = small_dump()
        if spoil:
            spoil(records)
        report = import_alyx(db, write(tmp_path / "dump.json", records), **{"now": NOW, **options})
        assert report.check.agrees
        return report

    return take
