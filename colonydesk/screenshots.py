"""Every screen on the demonstration colony, as PNG: what is looked at before a change is called done."""

# SQLAlchemy before PySide6, see app.py.
from colonydesk.app import Program, make_application  # isort: skip

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.theme import RAIL_WIDTH
from colonydesk.settings import Settings
from colonydesk.ui import import_scenes as importing
from colonydesk.ui.administration import scenes as administration
from colonydesk.ui.animal import scenes as animal
from colonydesk.ui.curve.widget import CurveWidget
from colonydesk.ui.data import scenes as data
from colonydesk.ui.notifications import scenes as notifications
from colonydesk.ui.palette.palette import Palette
from colonydesk.ui.pictures import menus, off_screen, put_menu, take, wait_until
from colonydesk.ui.procedures import scenes as procedures
from colonydesk.ui.reports import scenes as reports
from colonydesk.ui.subjects import scenes as subjects
from colonydesk.ui.today.screen import TodayScreen

THEMES = ("light", "dark", "night")
SIZES = ((1280, 800), (1920, 1080))

Scene = Callable[[Program], QWidget]


def take_all(folder: Path, theme: str | None, size: tuple[int, int] | None) -> list[Path]:
    """Write ``<scene>-<theme>-<width>x<height>.png`` of every screen into ``folder``; returns the files.

    Raises:
        KnownError: the folder cannot be written.
    """
    sizes = (size,) if size else SIZES
    app = make_application()
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (theme,) if theme else THEMES:
            with off_screen(), TemporaryDirectory() as aside:
                settings = Settings(Path(aside) / "settings.json", theme=name)
                program = Program(app, settings, lambda: datetime.now(UTC))
                try:
                    files += _walk(program, folder, name, sizes)
                finally:
                    program.close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise KnownError(f"The pictures cannot be written to {folder} ({reason}).") from error
    return files


def _walk(program: Program, folder: Path, theme: str, sizes: tuple[tuple[int, int], ...]) -> list[Path]:
    files = []
    program.frame.resize(*sizes[0])
    ready: list[bool] = []
    program.ready.connect(lambda: ready.append(True))
    program.open_demo()
    if not wait_until(lambda: bool(ready)):
        raise KnownError("The demonstration colony did not open in time.")
    for name, scene in SCENES.items():
        if not name.endswith("-help"):
            program.frame.help.set_open(False)
        widget = scene(program)
        if name not in importing.UNDER_WAY:
            _settle(program)
        for width, height in sizes:
            if name.endswith("-menu"):  # it does not go with its window
                _close_menus(program)
                program.frame.resize(width, height)
                QApplication.processEvents()
                scene(program)
            file = folder / f"{name}-{theme}-{width}x{height}.png"
            take(widget, width, height, file)
            files.append(file)
        _close_menus(program)
        if widget is not program.frame:
            widget.close()
    return files


def _close_menus(program: Program) -> None:
    """The keys go back to the window, where there is nobody to give them back."""
    for menu in menus():
        menu.close()
        program.frame.activateWindow()


def _settle(program: Program) -> None:
    """Until nothing is being read or written, and the curve is there."""
    wait_until(lambda: program.jobs.idle())


def _today(program: Program) -> TodayScreen:
    assert program.today is not None
    return program.today


def _type(today: TodayScreen, text: str) -> None:
    today.animal.weight.setFocus()
    QTest.keyClicks(today.animal.weight.edit, text)


def _opened(program: Program) -> QWidget:
    wait_until(lambda: _today(program).hand.curve.is_drawn())
    return program.frame


def _typing(program: Program) -> QWidget:
    """The first animal, a weight that is under its threshold typed and not saved."""
    today = _today(program)
    state = today.animal.state()
    assert state is not None
    _type(today, f"{(state.min_weight or state.weight or 20.0) - 0.6:.1f}")
    return program.frame


def _asked(program: Program) -> QWidget:
    """A doubtful weight, asked about at the field."""
    today = _today(program)
    today.animal.weight.clear()
    state = today.animal.state()
    assert state is not None
    _type(today, f"{(state.weight or 20.0) * 1.15:.1f}")
    QTest.keyClick(today.animal.weight.edit, Qt.Key.Key_Return)
    _settle(program)
    return program.frame


def _refused(program: Program) -> QWidget:
    today = _today(program)
    today.animal.weight.clear()
    _type(today, "2o.1")
    return program.frame


def _recorded(program: Program) -> QWidget:
    """Three animals done: weighed, watered, on to the next."""
    today = _today(program)
    today.animal.weight.clear()
    for _ in range(3):
        state = today.animal.state()
        if state is None:
            break
        if "weight" in state.owed:
            _type(today, f"{state.weight:.1f}")
            QTest.keyClick(today.animal.weight.edit, Qt.Key.Key_Return)
        else:
            QTest.keyClick(today.animal.weight.edit, Qt.Key.Key_Return)
        _settle(program)
        if today.animal.water.edit.placeholderText():
            QTest.keyClick(today.animal.water.edit, Qt.Key.Key_Space)
        QTest.keyClick(today.animal.water.edit, Qt.Key.Key_Return)
        _settle(program)
    return program.frame


def _entries(program: Program) -> QWidget:
    _today(program).records.show_entries(of_animal=True)
    return program.frame


def _why(program: Program) -> QWidget:
    today = _today(program)
    today.records.show_entries(of_animal=False)
    today.hand.toggle_why()
    return program.frame


def _cage(program: Program) -> QWidget:
    today = _today(program)
    today.hand.toggle_why()
    row = next(row for row in today.list.model.rows if row.cage)
    today.hand.choose_cage(row.cage or "", row.lab)
    return program.frame


def _cage_asked(program: Program) -> QWidget:
    """A doubtful weight of one animal of a cage."""
    field = _today(program).hand.cage.animals[0].weight
    field.setFocus()
    QTest.keyClicks(field.edit, "12.5")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    return program.frame


def _restriction(program: Program) -> QWidget:
    today = _today(program)
    today.hand.cage.animals[0].weight.clear()
    today.hand.back_to_animal()
    today.hand.choose(today.list.model.rows[0].subject_id)
    _settle(program)
    today.hand.open_restriction()
    return program.frame


def _finish(program: Program) -> QWidget:
    today = _today(program)
    today.hand.back_to_animal()
    today.open_finish()
    return program.frame


def _palette(program: Program) -> Palette:
    wait_until(lambda: program.frame.findChild(Palette) is not None)  # it is made when the screen is there
    found = program.frame.findChild(Palette)
    assert found is not None
    return found


def _find(program: Program) -> QWidget:
    """Anything found by typing (Ctrl+K)."""
    _today(program).hand.back_to_animal()
    palette = _palette(program)
    palette.open()
    QTest.keyClicks(palette.line, "dat_015")
    wait_until(lambda: "DAT_0155" in palette.titles(), 5)
    return program.frame


def _help(program: Program) -> QWidget:
    _palette(program).put_away()
    program.frame.help.set_open(True)
    return program.frame


def _help_of(section: str) -> Scene:
    def scene(program: Program) -> QWidget:
        program.frame.show_section(section)
        program.frame.help.set_open(True)
        return program.frame

    return scene


def _save_menu(program: Program) -> QWidget:
    """What a curve can be saved as."""
    _palette(program).put_away()
    curve = _today(program).findChild(CurveWidget)
    button = None if curve is None else curve.findChild(QToolButton)
    assert button is not None
    corner = button.mapToGlobal(button.rect().bottomLeft())
    button.menu().popup(corner)
    put_menu(program.frame, corner)
    return program.frame


def _menu(program: Program) -> QWidget:
    corner = program.frame.mapToGlobal(program.frame.rect().bottomLeft() + QPoint(RAIL_WIDTH, 0))
    program.frame.menu.popup(corner)
    put_menu(program.frame, corner)
    return program.frame


def _preferences(program: Program) -> QWidget:
    return program.acts.open_preferences()


def _start(program: Program) -> QWidget:
    return program.show_start()


def _start_import(program: Program) -> QWidget:
    screen = program.show_start()
    screen.choices.mark("import")
    return screen


def _start_help(program: Program) -> QWidget:
    screen = program.show_start()
    screen.help.set_open(True)
    return screen


_TODAY: dict[str, Scene] = {
    "today": _opened,
    "today-typing": _typing,
    "today-asked": _asked,
    "today-refused": _refused,
    "today-recorded": _recorded,
    "today-entries": _entries,
    "today-why": _why,
    "today-cage": _cage,
    "today-cage-asked": _cage_asked,
    "today-restriction": _restriction,
    "today-finish": _finish,
    "today-find": _find,
    "today-save-menu": _save_menu,
    "today-menu": _menu,
    "today-help": _help,
}
_HELP: dict[str, Scene] = {
    f"{section}-help": _help_of(section)
    for section in ("subjects", "procedures", "data", "notifications", "reports", "administration")
}
_WINDOWS: dict[str, Scene] = {
    "preferences": _preferences,
    **importing.SCENES,
    "start": _start,
    "start-import": _start_import,
    "start-help": _start_help,
}
SCENES: dict[str, Scene] = {
    **_TODAY,
    **subjects.SCENES,
    **animal.SCENES,
    **procedures.SCENES,
    **data.SCENES,
    **notifications.SCENES,
    **reports.SCENES,
    **administration.SCENES,
    **_HELP,
    **_WINDOWS,
}
