"""The Reports section in a window of its own."""

from datetime import datetime

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.parts import Chip
from colonydesk.ui.desk import Desk
from colonydesk.ui.reports import ReportsScreen
from tests.builders import Scene
from tests.ui.section import SectionWindow


class Section(SectionWindow[ReportsScreen]):
    def __init__(self, here: Scene, desk: Desk, qtbot: QtBot, clock: list[datetime]) -> None:
        super().__init__(here, desk, ReportsScreen(desk), qtbot)
        self.clock = clock
        self.view, self.table = self.screen.view, self.screen.view.table

    def choose(self, name: str) -> None:
        self.screen.kinds.choose(name)
        self.screen.kinds.setFocus()
        QApplication.processEvents()

    def column(self, key: str) -> list[str]:
        place = [one.key for one in self.table.columns].index(key)
        return [self.table.text(row, place) for row in range(len(self.table.rows))]

    def at(self, row: int, key: str) -> None:
        place = [one.key for one in self.table.columns].index(key)
        self.view.setCurrentIndex(self.table.index(row, place))
        self.view.setFocus()

    def chips(self) -> list[str]:
        found = [one for one in self.screen.chip_row.findChildren(Chip) if not one.isHidden()]
        return [one.accessibleName() for one in found]
