"""The pictures of the Procedures section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from colonydesk.ui.pictures import wait_until
from colonydesk.ui.procedures.culling import CullPane
from colonydesk.ui.procedures.listing import ListPane
from colonydesk.ui.procedures.screen import ProceduresScreen

NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate
Program = Any
"""The running program (``colonydesk.app``), which builds on this package."""


def _screen(program: Program, kind: str) -> ProceduresScreen:
    screen = cast(ProceduresScreen, program.frame.show_section("procedures"))
    screen.kinds.choose(kind)
    screen.kinds.setFocus()
    _settle(program)
    return screen


def _settle(program: Program) -> None:
    QApplication.processEvents()
    wait_until(program.jobs.idle)
    QApplication.processEvents()
    wait_until(program.jobs.idle)


def _list(program: Program, kind: str) -> ListPane:
    return cast(ListPane, _screen(program, kind).pane(kind))


def _listed(kind: str) -> Callable[[Program], QWidget]:
    def scene(program: Program) -> QWidget:
        _screen(program, kind)
        return program.frame  # type: ignore[no-any-return]

    return scene


def _opened(kind: str) -> Callable[[Program], QWidget]:
    """The second record of a list beside it."""

    def scene(program: Program) -> QWidget:
        pane = _list(program, kind)
        pane.view.setCurrentIndex(pane.model.index(1, 0))
        QTest.keyClick(pane.view, Qt.Key.Key_Return)
        _settle(program)
        return program.frame  # type: ignore[no-any-return]

    return scene


def _sub_session(program: Program) -> QWidget:
    """A new part of a session: what it inherits stands grey in its fields."""
    pane = _list(program, "session")
    bar = pane.side.parent_bar
    assert bar is not None
    QTest.mouseClick(bar.new_part, Qt.MouseButton.LeftButton)
    _settle(program)
    return program.frame  # type: ignore[no-any-return]


def _tree(program: Program) -> QWidget:
    """The sub-session saved: the list is a tree."""
    pane = _list(program, "session")
    QTest.mouseClick(pane.side.form.save_button, Qt.MouseButton.LeftButton)
    _settle(program)
    return program.frame  # type: ignore[no-any-return]


def _nothing_fits(program: Program) -> QWidget:
    pane = _list(program, "other_action")
    pane.line.search.setFocus()
    QTest.keyClicks(pane.line.search, "teeth")
    pane.reload()
    _settle(program)
    return program.frame  # type: ignore[no-any-return]


def _culls(program: Program) -> QWidget:
    """Two animals ticked, with what to note of them."""
    pane = cast(CullPane, _screen(program, "cull").pane("cull"))
    pane.show_page("cull")
    view = pane.to_cull.view
    view.setFocus()
    for place in range(min(2, len(view.animals.rows))):
        view.selectionModel().setCurrentIndex(view.animals.index(place, 0), NO_UPDATE)
        QTest.keyClick(view, Qt.Key.Key_Space)
    _settle(program)
    return program.frame  # type: ignore[no-any-return]


def _culls_asked(program: Program) -> QWidget:
    pane = cast(CullPane, _screen(program, "cull").pane("cull"))
    pane.to_cull.panel.go.setFocus()
    QTest.keyClick(pane.to_cull.panel.go, Qt.Key.Key_Space)
    _settle(program)
    return program.frame  # type: ignore[no-any-return]


def _page(key: str) -> Callable[[Program], QWidget]:
    def scene(program: Program) -> QWidget:
        cast(CullPane, _screen(program, "cull").pane("cull")).show_page(key)
        _settle(program)
        return program.frame  # type: ignore[no-any-return]

    return scene


def _last_week(program: Program) -> QWidget:
    pane: Any = _screen(program, "training").pane("training")
    QTest.mouseClick(pane.previous, Qt.MouseButton.LeftButton)
    _settle(program)
    return program.frame  # type: ignore[no-any-return]


SCENES: dict[str, Callable[[Program], QWidget]] = {
    "procedures-surgeries": _listed("surgery"),
    "procedures-surgery": _opened("surgery"),
    "procedures-injections": _listed("virus_injection"),
    "procedures-sessions": _listed("session"),
    "procedures-session": _opened("session"),
    "procedures-sub-session": _sub_session,
    "procedures-session-tree": _tree,
    "procedures-ephys": _listed("ephys"),
    "procedures-restrictions": _listed("water_restriction"),
    "procedures-restriction": _opened("water_restriction"),
    "procedures-other": _nothing_fits,
    "procedures-culls": _culls,
    "procedures-culls-asked": _culls_asked,
    "procedures-reduce": _page("reduce"),
    "procedures-culled": _page("culled"),
    "procedures-training": _listed("training"),
    "procedures-training-last": _last_week,
    "procedures-types": _listed("procedure_type"),
    "procedures-templates": _listed("narrative_template"),
}
