"""The culls: the worklist, what is asked, and what is done."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from colonydesk.db.tables import (
    Cull,
    CullMethod,
    CullReason,
)
from colonydesk.domain.errors import KnownError
from colonydesk.ui.procedures import cull_panel, culling
from colonydesk.ui.procedures.cull_table import MATES
from colonydesk.ui.procedures.culling import CullPane
from tests.builders import NOW, rows
from tests.ui.procedures.section import CTRL, Key, Section, said

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Cages:
    """Three animals to be culled in A1 (with M1) and B2, where one is left."""

    def __init__(self, section: Section) -> None:
        here = section.here
        self.here = here
        self.one, self.two = (here.subject(name, cage="B2", to_be_culled=True) for name in ("B_one", "B_two"))
        self.left = here.subject("B_left", cage="B2")
        self.reason = here.add(CullReason, name="Surplus")
        self.method = here.add(CullMethod, name="CO2")
        section.desk.bus.publish({"subject": (self.one,), "cull_reason": (self.reason,)})
        self.pane: CullPane = section.kind("cull")
        self.pane.setFocus()
        section.paint()
        self.work = self.pane.to_cull
        self.panel = self.work.panel

    def culls(self) -> set[UUID]:
        return {row["subject_id"] for row in rows(self.here.db, Cull)}


def test_the_worklist_says_who_is_left_alone(section: Section) -> None:
    cages = Cages(section)
    view = cages.work.view
    QAbstractItemModelTester(view.animals, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert [row.nickname for row in view.animals.rows] == ["B_one", "B_two"]
    assert not cages.panel.go.isEnabled()

    def mates() -> list[str]:
        return [view.animals.index(row, MATES).data() for row in range(2)]

    assert mates() == ["2", "2"]
    section.press(Key.Key_Space)
    assert [row.nickname for row in view.ticked_rows()] == ["B_one"]
    assert cages.panel.alone_text() == ""
    assert mates() == ["2", "leaves B_left alone"], "with the one that is ticked"
    section.press(Key.Key_A, CTRL)
    assert cages.panel.alone_text() == "B_left is then alone in cage B2."
    assert mates() == ["leaves B_left alone"] * 2
    assert cages.panel.go.text() == "Cull 2 animals"
    section.press(Key.Key_Escape)
    assert view.ticked_rows() == ()


def test_today_is_proposed_also_when_the_program_is_open_since_yesterday(
    section: Section, clock: list[datetime]
) -> None:
    cages = Cages(section)
    form = cages.panel.form
    assert form is not None
    clock[0] = NOW + timedelta(days=1)
    cages.work.view.tick([cages.one])
    assert form.value("date") == date(2026, 3, 11)
    cages.work.view.tick([])
    form.put("date", date(2026, 3, 9))
    clock[0] = NOW + timedelta(days=2)
    cages.work.view.tick([cages.two])
    assert form.value("date") == date(2026, 3, 9), "what was typed stays"


def test_a_mate_that_is_ticked_too_is_not_left_alone(section: Section) -> None:
    here = section.here
    pair = [here.subject(name, cage="C3", to_be_culled=True) for name in ("C_one", "C_two")]
    pane: CullPane = section.reopened("cull")
    view = pane.to_cull.view

    def mates() -> list[str]:
        return [view.animals.index(row, MATES).data() for row in range(2)]

    assert mates() == ["leaves C_two alone", "leaves C_one alone"]
    view.tick(pair[:1])
    assert mates() == ["leaves C_two alone", "1"]
    view.tick(pair)
    assert mates() == ["1", "1"]


def test_a_cull_is_asked_about_refused_and_done_as_typed(section: Section) -> None:
    cages = Cages(section)
    panel = cages.panel
    section.press(Key.Key_A, CTRL)
    section.press(Key.Key_Return)
    form = panel.form
    assert form is not None
    form.put("cull_reason_id", cages.reason)
    form.put("severity", 2)
    form.put("date", date(2027, 1, 1))
    panel.save()
    assert form.said("date") == "The date is in the future."
    assert cages.culls() == set()
    form.put("date", date(2026, 3, 9))
    panel.save()
    assert "alone" in panel.strip.text()
    assert panel.go.text() == "Cull 2 animals all the same"
    # Another animal: what was asked does not count for it.
    cages.work.view.tick([cages.one])
    panel.save()
    assert cages.culls() == {cages.one}
    assert [row.nickname for row in cages.work.view.animals.rows] == ["B_two"]
    section.paint()
    section.press(Key.Key_Z, CTRL)
    assert "Undone" in panel.strip.text()
    assert cages.culls() == set()
    assert [row.nickname for row in cages.work.view.animals.rows] == ["B_one", "B_two"]


def test_a_cull_that_did_not_come_through_is_not_done_twice(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit came, its answer did not: what is sent again is the same command."""
    cages = Cages(section)
    real = cull_panel.cull_subjects

    def lost(*arguments: Any) -> Any:
        real(*arguments)
        raise KnownError("The server does not answer.")

    monkeypatch.setattr(cull_panel, "cull_subjects", lost)
    cages.work.view.tick([cages.one])
    form = cages.panel.form
    assert form is not None
    form.put("severity", 1)
    cages.panel.save()
    assert cages.panel.strip.acts() == ["Try again"]
    assert form.value("severity") == 1
    monkeypatch.setattr(cull_panel, "cull_subjects", real)
    cages.panel.save()
    assert "culled" in cages.panel.strip.text()
    assert len(rows(section.here.db, Cull)) == 1


def test_ticks_that_are_not_culled_keep_the_window(section: Section) -> None:
    cages = Cages(section)
    cages.work.view.tick([cages.one])
    assert not section.screen.unsaved()
    assert cages.panel.form is not None
    cages.panel.form.put("description", "for histology")
    section.kind("surgery")
    assert section.screen.unsaved()
    assert section.screen.kinds.key() == "cull"
    assert "not culled yet" in cages.panel.strip.text()


def test_nobody_records(section: Section) -> None:
    cages = Cages(section)
    section.desk.set_member(None)
    cages.work.view.tick([cages.one])
    cages.panel.save()
    assert "who records" in cages.panel.strip.text()
    assert cages.culls() == set()


def test_the_worklist_that_cannot_be_read(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise KnownError("The server does not answer.")

    monkeypatch.setattr(culling, "to_be_culled", broken)
    pane: CullPane = section.kind("cull")
    assert said(pane.to_cull.empty) == ("The server does not answer.", "Try again")
