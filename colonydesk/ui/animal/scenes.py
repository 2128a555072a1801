"""The animal's page on the demonstration colony, for the pictures: in a window of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from colonydesk.queries.family import family
from colonydesk.queries.worklist import worklist
from colonydesk.ui.animal.days import DaysTab
from colonydesk.ui.animal.page import AnimalPage
from colonydesk.ui.pictures import wait_until

Program = Any
"""The running program (app.py), which no screen may import."""

GLANCE, DAYS, ACTS, NOTES, FAMILY, HISTORY, HOUSING, GENOTYPE = range(8)


def _page(program: Program, subject_id: UUID) -> AnimalPage:
    assert program.desk is not None
    page = AnimalPage(program.desk)
    page.resize(760, 800)
    page.show(subject_id)
    wait_until(lambda: page.overview() is not None and program.jobs.idle())
    return page


def _restricted(program: Program) -> UUID:
    """An animal of the round."""
    assert program.desk is not None
    found: list[UUID] = []
    program.desk.read("scene", worklist, program.desk.now(), done=lambda of: found.append(of[0].subject_id))
    wait_until(lambda: bool(found))
    return found[0]


def _father(program: Program) -> UUID:
    """The father of that animal, who has offspring."""
    assert program.desk is not None
    found: list[UUID] = []

    def take(of: object) -> None:
        parents = getattr(of, "parents", ())
        found.append(parents[0].animal.id if parents else subject)

    subject = _restricted(program)
    program.desk.read("scene", family, subject, done=take)
    wait_until(lambda: bool(found))
    return found[0]


def _tab(place: int, which: Callable[[Program], UUID], program: Program) -> QWidget:
    page = _page(program, which(program))
    page.open_tab(place)
    wait_until(program.jobs.idle)
    tab = page.current_tab()
    if isinstance(tab, DaysTab):
        wait_until(tab.drawn)
    return page


def _why(program: Program) -> QWidget:
    page = _tab(DAYS, _restricted, program)
    assert isinstance(page, AnimalPage)
    tab = page.current_tab()
    assert isinstance(tab, DaysTab)
    tab.explain(1, 2)
    return page


def _entries(program: Program) -> QWidget:
    page = _tab(DAYS, _restricted, program)
    assert isinstance(page, AnimalPage)
    tab = page.current_tab()
    assert isinstance(tab, DaysTab)
    tab.open_day(tab.model.rows[1])
    wait_until(program.jobs.idle)
    return page


def _edit(program: Program) -> QWidget:
    page = _page(program, _restricted(program))
    page.edit()
    wait_until(program.jobs.idle)
    return page


SCENES: dict[str, Callable[[Program], QWidget]] = {
    "animal": partial(_tab, GLANCE, _restricted),
    "animal-days": partial(_tab, DAYS, _restricted),
    "animal-why": _why,
    "animal-entries": _entries,
    "animal-procedures": partial(_tab, ACTS, _restricted),
    "animal-notes": partial(_tab, NOTES, _restricted),
    "animal-family": partial(_tab, FAMILY, _restricted),
    "animal-offspring": partial(_tab, FAMILY, _father),
    "animal-history": partial(_tab, HISTORY, _restricted),
    "animal-housing": partial(_tab, HOUSING, _restricted),
    "animal-genotype": partial(_tab, GENOTYPE, _restricted),
    "animal-edit": _edit,
}
