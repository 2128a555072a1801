"""The pictures of the Reports section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from colonydesk.queries.reports import REPORTS
from colonydesk.ui.pictures import wait_until
from colonydesk.ui.reports.screen import ReportsScreen

Program = Any
"""The running program (``colonydesk.app``), which builds on this package."""


def _settle(program: Program) -> None:
    QApplication.processEvents()
    wait_until(program.jobs.idle)
    QApplication.processEvents()


def _screen(program: Program, name: str) -> ReportsScreen:
    screen = cast(ReportsScreen, program.frame.show_section("reports"))
    screen.kinds.choose(name)
    _settle(program)
    screen.view.setFocus()
    return screen


def _listed(name: str) -> Callable[[Program], QWidget]:
    def scene(program: Program) -> QWidget:
        screen = _screen(program, name)
        if name == "changes":  # today's, as the demonstration was made today
            screen.mine.setChecked(False)
            screen.period.presets.setCurrentIndex(1)
            screen.period.presets.activated.emit(1)
            _settle(program)
        return program.frame  # type: ignore[no-any-return]

    return scene


def _behind(program: Program) -> QWidget:
    """The animals behind the first count of a severity."""
    screen = _screen(program, "animals-used")
    row = next((at for at, one in enumerate(screen.view.table.rows) if one.cells[0] == "severity"), 0)
    screen.view.setCurrentIndex(screen.view.table.index(row, 2))
    QTest.keyClick(screen.view, Qt.Key.Key_Return)
    _settle(program)
    return program.frame  # type: ignore[no-any-return]


def _writing(program: Program) -> QWidget:
    screen = _screen(program, "water-restriction")
    screen.ask_file()
    _settle(program)
    return program.frame  # type: ignore[no-any-return]


SCENES: dict[str, Callable[[Program], QWidget]] = {
    **{f"reports-{name}": _listed(name) for name in REPORTS},
    "reports-behind": _behind,
    "reports-writing": _writing,
}
