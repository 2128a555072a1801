"""The Subjects screen as it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from colonydesk.ui.pictures import put_menu, wait_until
from colonydesk.ui.subjects.screen import SubjectsScreen

if TYPE_CHECKING:
    from collections.abc import Callable


def _screen(program: Any) -> SubjectsScreen:
    screen = program.frame.show_section("subjects")
    assert isinstance(screen, SubjectsScreen)
    _settle(program)
    return screen


def _settle(program: Any) -> None:
    wait_until(program.jobs.idle)
    QApplication.processEvents()
    wait_until(program.jobs.idle)


def _table(program: Any) -> QWidget:
    screen = _screen(program)
    screen.list.view.setFocus()
    return program.frame


def _animal(program: Any) -> QWidget:
    """One that is on restriction, beside the table."""
    screen = _screen(program)
    screen.filters.changed.emit({"restricted": True})
    _settle(program)
    screen.list.view.setFocus()
    QTest.keyClick(screen.list.view, Qt.Key.Key_Home)
    QTest.keyClick(screen.list.view, Qt.Key.Key_Return)
    wait_until(lambda: screen.beside.page is not None and screen.beside.page.overview() is not None)
    return program.frame


def _columns(program: Any) -> QWidget:
    _screen(program).open_columns()
    return program.frame


def _curves(program: Any) -> QWidget:
    """Several selected, and their weights over one another."""
    screen = _screen(program)
    screen.chooser.put_away()
    screen.list.view.setFocus()
    QTest.keyClick(screen.list.view, Qt.Key.Key_Home)
    for _ in range(4):
        QTest.keyClick(screen.list.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    screen.several.open_curves()
    shown = screen.beside.overlaid
    assert shown is not None
    wait_until(lambda: shown.curve is not None and shown.curve.plot.view() is not None)
    return program.frame


def _bulk(program: Any) -> QWidget:
    """The same selected, and what changing them will do."""
    screen = _screen(program)
    screen.several.open_bulk()
    bulk = screen.beside.bulk
    assert bulk is not None
    QTest.keyClicks(QApplication.focusWidget(), "Z-1")
    wait_until(lambda: "Z-1" in bulk.summary.text())
    return program.frame


def _export(program: Any) -> QWidget:
    screen = _screen(program)
    if screen.beside.bulk is not None:
        screen.beside.bulk.put_away()
    screen.open_export()
    screen.export.file.setText("subjects.xlsx")
    return program.frame


def _new(program: Any) -> QWidget:
    screen = _screen(program)
    screen.export.put_away()
    screen.new_subject()
    return program.frame


def _filters(program: Any) -> QWidget:
    screen = _screen(program)
    if screen.beside.form is not None:
        screen.beside.form.close_record()
    screen.filters.open_menu()
    put_menu(program.frame, screen.filters.add.mapToGlobal(screen.filters.add.rect().bottomLeft()))
    return program.frame


def _views(program: Any) -> QWidget:
    screen = _screen(program)
    screen.views.open_menu()
    put_menu(program.frame, screen.top.view.mapToGlobal(screen.top.view.rect().bottomLeft()))
    return program.frame


def _nothing(program: Any) -> QWidget:
    screen = _screen(program)
    screen.top.search.setText("nobody")
    return program.frame


def _back(program: Any) -> QWidget:
    screen = _screen(program)
    screen.top.search.clear()
    return program.frame


SCENES: dict[str, Callable[[Any], QWidget]] = {
    "subjects": _table,
    "subjects-animal": _animal,
    "subjects-columns": _columns,
    "subjects-curves": _curves,
    "subjects-bulk": _bulk,
    "subjects-export": _export,
    "subjects-new": _new,
    "subjects-filters-menu": _filters,
    "subjects-views-menu": _views,
    "subjects-nothing": _nothing,
    "subjects-restricted": _back,
}
