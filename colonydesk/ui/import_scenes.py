"""The import from Alyx as it is looked at: the form, the progress, and what came of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid5

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from colonydesk.exchange.alyx import Progress
from colonydesk.ui.importing import ImportPanel
from colonydesk.ui.pictures import WAIT_SECONDS, wait_until

_NAMES = UUID("3c2c6f0e-52e4-4c53-9d0d-9a54d3b5a1f2")
_BAD = 3
MANY = 200
"""Animals: so many that they are written in several parts."""
MIDDLE = 0.5
PACE_SECONDS = 0.12
"""Longer than the pause between two steps that are told."""
UNDER_WAY = frozenset({"import-progress"})
"""The pictures of what does not come to its end."""


def _key(name: str) -> str:
    return str(uuid5(_NAMES, name))


def _dump(count: int = 30) -> list[dict[str, Any]]:
    """A small colony, some of whose weighings are none."""
    animals = [f"DK_{number:04}" for number in range(1, count + 1)]
    records: list[tuple[str, str, dict[str, Any]]] = [
        ("misc.lab", "lab", {"name": "Weiss lab", "timezone": "Europe/London"}),
        ("misc.labmember", "ann", {"username": "a.weiss", "is_active": True}),
    ]
    for number, name in enumerate(animals):
        known = {"nickname": name, "sex": "FM"[number % 2], "lab": _key("lab"), "birth_date": "2026-06-01"}
        records.append(("subjects.subject", name, known))
        for day in range(1, 15):
            weight = "heavy" if day == 7 and number < _BAD else 18 + number % 7 + day / 10
            at = f"2026-08-{day:02}T{9 + number // 60:02}:{number % 60:02}:00Z"
            given = {"subject": _key(name), "user": _key("ann"), "date_time": at, "weight": weight}
            records.append(("actions.weighing", f"{name} {day}", given))
    return [{"model": model, "pk": _key(name), "fields": fields} for model, name, fields in records]


def _panel(program: Any) -> ImportPanel:
    panel = program.acts.open_import()
    assert isinstance(panel, ImportPanel)
    return panel


def _form(program: Any) -> QWidget:
    return _panel(program)


class _UnderWay:
    """A look at a dump that stands still in the middle of its way until its picture has been taken."""

    def __init__(self) -> None:
        self._held, self._go_on = threading.Event(), threading.Event()
        self._folder = TemporaryDirectory()

    def begin(self, program: Any) -> QWidget:
        """Come to where it stands still."""
        self._held.clear()
        self._go_on.clear()
        panel = _panel(program)
        panel.progressed.connect(self._on_progress, Qt.ConnectionType.DirectConnection)
        panel.file.set_text(_written(_dump(MANY), self._folder.name))
        panel.look.click()
        wait_until(self._held.is_set)
        panel.file.set_text(str(Path.home() / "alyx.json.gz"))
        return panel

    def end(self, panel: ImportPanel) -> None:
        """Let it come to its end."""
        if panel.is_running():
            panel.progressed.disconnect(self._on_progress)
            self._go_on.set()
            wait_until(lambda: not panel.is_running())

    def _on_progress(self, progress: Progress) -> None:
        """In the worker. No part comes too soon to be told: it stands still at the same one everywhere."""
        if progress.share >= MIDDLE:
            self._held.set()
            self._go_on.wait(WAIT_SECONDS)
        elif progress.stage == "writing":
            time.sleep(PACE_SECONDS)


_under_way = _UnderWay()


def _result(program: Any) -> QWidget:
    """A look, which leaves the colony of the other pictures as it is."""
    panel = _panel(program)
    _under_way.end(panel)
    with TemporaryDirectory() as folder:
        panel.file.set_text(_written(_dump(), folder))
        panel.look.click()
        wait_until(lambda: not panel.is_running())
    return panel


def _written(records: list[dict[str, Any]], folder: str) -> str:
    file = Path(folder) / "alyx.json"
    file.write_text(json.dumps(records), encoding="utf-8")
    return str(file)


SCENES: dict[str, Callable[[Any], QWidget]] = {
    "import": _form,
    "import-progress": _under_way.begin,
    "import-result": _result,
}
