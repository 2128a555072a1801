"""The administration as pictures show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from colonydesk.services.records import SaveRecord, save_record
from colonydesk.ui.administration.screen import AdministrationScreen
from colonydesk.ui.administration.thresholds import ThresholdPreview
from colonydesk.ui.pictures import wait_until
from colonydesk.ui.records.screen import RecordsScreen

Program = Any  # the program builds the screens, and is not known to them


_CTRL = Qt.KeyboardModifier.ControlModifier


def _page(program: Program, key: str) -> RecordsScreen:
    screen = program.frame.show_section("administration")
    assert isinstance(screen, AdministrationScreen)
    page = screen.show_page(key)
    assert isinstance(page, RecordsScreen)
    wait_until(program.jobs.idle)
    if page.form.unsaved():
        page.form.discard()
        wait_until(program.jobs.idle)
    return page


def _first(program: Program, key: str) -> RecordsScreen:
    page = _page(program, key)
    page.open(page.table.ids()[0])
    wait_until(program.jobs.idle)
    return page


def _lab(program: Program) -> QWidget:
    """A threshold being typed, and who would be under with it."""
    page = _first(program, "lab")
    page.form.view.focus("reference_weight_pct")
    QTest.keyClick(page.form.view.editor("reference_weight_pct").keys(), Qt.Key.Key_A, _CTRL)
    QTest.keyClicks(page.form.view.editor("reference_weight_pct").keys(), "45")
    preview = page.findChild(ThresholdPreview)
    assert preview is not None
    wait_until(lambda: not preview.waits() and bool(program.jobs.idle()))
    return cast(QWidget, program.frame)


def _members(program: Program) -> QWidget:
    _first(program, "lab_member")
    return cast(QWidget, program.frame)


def _refused(program: Program) -> QWidget:
    """A new record with what cannot be."""
    page = _page(program, "species")
    page.new()
    wait_until(program.jobs.idle)
    QTest.keyClicks(page.form.view.editor("nickname").keys(), "Harvest mouse")
    QTest.keyClicks(page.form.view.editor("usual_weight_min").keys(), "4 grms")
    return cast(QWidget, program.frame)


def _differing(program: Program) -> QWidget:
    """What was typed, and what somebody else has saved of the same record meanwhile."""
    _page(program, "species").form.close_record()
    page = _first(program, "species")
    line = page.form.view.editor("nickname").keys()
    QTest.keyClick(line, Qt.Key.Key_A, _CTRL)
    QTest.keyClicks(line, "House mouse")
    held, member = page.form.held, program.desk.member
    assert held is not None
    theirs = SaveRecord(
        command_id=uuid4(),
        table="species",
        id=held.id,
        user_id=member.id,
        values={"nickname": "Lab mouse"},
        version=held.version,
    )
    program.desk.run(lambda db: save_record(db, theirs, program.desk.now()))
    wait_until(program.jobs.idle)
    page.form.save()
    wait_until(program.jobs.idle)
    wait_until(program.jobs.idle)
    return cast(QWidget, program.frame)


def _deleting(program: Program) -> QWidget:
    """A question before something that others refer to is deleted."""
    _page(program, "species").form.close_record()
    page = _first(program, "strain")
    page.form.ask_delete()
    wait_until(program.jobs.idle)
    return cast(QWidget, program.frame)


def _exporting(program: Program) -> QWidget:
    page = _first(program, "session")
    page.export.file.setText("sessions.xlsx")
    page.export.ask(page.table.ids())
    return cast(QWidget, program.frame)


def _growth(program: Program) -> QWidget:
    _page(program, "session").export.put_away()
    page = _first(program, "growth_curve")
    wait_until(lambda: "GrowthPlot" in [type(one).__name__ for one in page.findChildren(QWidget)], 10)
    return cast(QWidget, program.frame)


def _other(key: str) -> Callable[[Program], QWidget]:
    def scene(program: Program) -> QWidget:
        screen = program.frame.show_section("administration")
        assert isinstance(screen, AdministrationScreen)
        screen.show_page(key)
        return cast(QWidget, program.frame)

    return scene


SCENES: dict[str, Callable[[Program], QWidget]] = {
    "administration-lab": _lab,
    "administration-members": _members,
    "administration-refused": _refused,
    "administration-differing": _differing,
    "administration-deleting": _deleting,
    "administration-exporting": _exporting,
    "administration-growth": _growth,
    "administration-problems": _other("problems"),
    "administration-audit": _other("audit"),
}
