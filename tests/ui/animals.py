"""The animal's page under test: on a small laboratory, with jobs that are done when they are asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import SyncJobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.people import Member
from colonydesk.settings import Settings
from colonydesk.ui.animal import AnimalPage
from colonydesk.ui.animal.rows import RowsModel
from colonydesk.ui.desk import Desk
from colonydesk.ui.plotting import load_plotting
from tests.builders import NOW, Scene

RESOURCES = Path(__file__).parents[2] / "resources"
GLANCE, DAYS, ACTS, NOTES, TREE, PAST, LODGING, GENES = range(8)
Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier

T = TypeVar("T", bound=QWidget)


@dataclass
class Page:
    """The page in a window, and what it has said to the outside."""

    here: Scene
    desk: Desk
    page: AnimalPage
    qtbot: QtBot
    told: list[tuple[str, str]]
    wanted: list[tuple[str, object]]
    closed: list[bool]

    def show(self, subject_id: UUID | None = None, tab: int = GLANCE) -> None:
        """An animal of the scene, and one of its tabs."""
        self.page.show(subject_id or self.here.mouse)
        self.page.open_tab(tab)
        QApplication.processEvents()

    def tab(self, kind: type[T]) -> T:
        """The tab in sight, which is of this kind."""
        found = self.page.current_tab()
        assert isinstance(found, kind)
        return found

    def press(self, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """As from a keyboard: to whatever has the focus."""
        focus = QApplication.focusWidget()
        assert focus is not None, "nothing has the keys"
        QTest.keyClick(focus, key, modifier)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)


def page_on(here: Scene, qapp: QApplication, qtbot: QtBot, folder: Path) -> Page:
    """The page on the database of a scene; ann records."""
    desk = Desk(
        here.db,
        SyncJobs(),
        ChangeBus(),
        ThemeSource(qapp, RESOURCES),
        Settings(folder / "settings.json"),
        lambda: NOW,
    )
    desk.set_member(Member(here.ann, "ann", "Ann"))
    page = AnimalPage(desk)
    page.resize(720, 780)
    made = Page(here, desk, page, qtbot, [], [], [])
    page.told.connect(lambda kind, text: made.told.append((kind, text)))
    page.wanted.connect(lambda table, row_id: made.wanted.append((table, row_id)))
    page.closed.connect(lambda: made.closed.append(True))
    failed: list[Exception] = []
    desk.jobs.failed.connect(failed.append)
    page.destroyed.connect(lambda: None)
    qtbot.addWidget(page, before_close_func=_raise(failed))
    with qtbot.waitActive(page):
        page.show()
    loaded: list[object] = []  # in steps, of which none would be waited for
    load_plotting(page, desk.jobs, lambda: loaded.append(page), failed.append)
    qtbot.waitUntil(lambda: bool(loaded))
    return made


def _raise(failed: list[Exception]) -> Callable[[QWidget], None]:
    """What no callback was given for fails the test."""

    def look(_page: QWidget) -> None:
        for error in failed:
            raise error

    return look


def table(model: RowsModel) -> list[list[str]]:
    """A table as it is read."""
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
