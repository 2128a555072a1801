"""The import from Alyx as it is looked at: the form, the progress, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid5

from PySide6.QtWidgets import QWidget

from colonydesk.ui.importing import ImportPanel
from colonydesk.ui.pictures import wait_until

_NAMES = UUID("3c2c6f0e-52e4-4c53-9d0d-9a54d3b5a1f2")
_BAD = 3


def _key(name: str) -> str:
    return str(uuid5(_NAMES, name))


def _dump() -> list[dict[str, Any]]:
    """A small colony, some of whose weighings are none."""
    animals = [f"DK_{number:04}" for number in range(1, 31)]
    records: list[tuple[str, str, dict[str, Any]]] = [
        ("misc.lab", "lab", {"name": "Weiss lab", "timezone": "Europe/London"}),
        ("misc.labmember", "ann", {"username": "a.weiss", "is_active": True}),
    ]
    for number, name in enumerate(animals):
        known = {"nickname": name, "sex": "FM"[number % 2], "lab": _key("lab"), "birth_date": "2026-06-01"}
        records.append(("subjects.subject", name, known))
        for day in range(1, 15):
            weight = "heavy" if day == 7 and number < _BAD else 18 + number % 7 + day / 10
            at = f"2026-08-{day:02}T09:{number:02}:00Z"
            given = {"subject": _key(name), "user": _key("ann"), "date_time": at, "weight": weight}
            records.append(("actions.weighing", f"{name} {day}", given))
    return [{"model": model, "pk": _key(name), "fields": fields} for model, name, fields in records]


def _panel(program: Any) -> ImportPanel:
    panel = program.acts.open_import()
    assert isinstance(panel, ImportPanel)
    return panel


def _form(program: Any) -> QWidget:
    return _panel(program)


def _progress(program: Any) -> QWidget:
    panel = _panel(program)
    panel.file.set_text(str(Path.home() / "alyx.json.gz"))
    panel.form.work(panel.tr("Reading…"))
    panel.form.progress(panel.tr("Writing: {} records").format("41,500"), 0.6)
    return panel


def _result(program: Any) -> QWidget:
    """A look, which leaves the colony of the other pictures as it is."""
    panel = _panel(program)
    panel.form.rest()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "alyx.json"
        file.write_text(json.dumps(_dump()), encoding="utf-8")
        panel.file.set_text(str(file))
        panel.look.click()
        wait_until(lambda: not panel.is_running())
    return panel


SCENES: dict[str, Callable[[Any], QWidget]] = {
    "import": _form,
    "import-progress": _progress,
    "import-result": _result,
}
