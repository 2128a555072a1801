"""The Reports section with animals in it, and jobs that are done when they are asked for."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.tables import Surgery
from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import SyncJobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.people import Member
from colonydesk.services.restrictions import start_restriction
from colonydesk.services.weights import record_weighing
from colonydesk.settings import Settings
from colonydesk.ui.desk import Desk
from tests.builders import NOW, Scene, restriction, scene, weighing
from tests.conftest import ROOT
from tests.ui.reports.section import Section

RESOURCES = ROOT / "resources"


@pytest.fixture
def here(db: Any) -> Scene:
    """The mouse and M2 were operated; M2 is on restriction and under its threshold; M3 is to be genotyped."""
    made = scene(db)
    second = made.subject("M2", cage="A2", sex="F", actual_severity=2)
    made.subject("M3", to_be_genotyped=True)
    made.add(Surgery, subject_id=made.mouse, start_time=NOW - timedelta(days=20))
    made.add(Surgery, subject_id=second, start_time=NOW - timedelta(days=20))
    start_restriction(db, restriction(made, NOW - timedelta(days=3), subject_id=second), NOW)
    record_weighing(db, weighing(made, 20.0, subject_id=second, confirmed=frozenset({"far_from_last"})), NOW)
    return made


@pytest.fixture
def section(
    here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Section]:
    clock = [NOW]
    desk = Desk(
        here.db,
        SyncJobs(),
        ChangeBus(),
        ThemeSource(qapp, RESOURCES),
        Settings(tmp_path / "settings.json"),
        lambda: clock[0],
    )
    desk.set_member(Member(here.ann, "ann", "Ann"))
    failed: list[Exception] = []
    desk.jobs.failed.connect(failed.append)
    yield Section(here, desk, qtbot, clock)
    assert failed == []
