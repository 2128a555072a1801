"""How the Reports section lies: the reports at the left, above the chosen one what it is of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from colonydesk.domain.days import zone
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.key_hints import KeyHints
from colonydesk.qtkit.parts import Chip, EmptyState, rule, surface
from colonydesk.qtkit.theme import L, M, S
from colonydesk.qtkit.top_line import ShortLabel
from colonydesk.queries.reports import REPORTS
from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures.filters import LabBox
from colonydesk.ui.procedures.kinds import KindList
from colonydesk.ui.reports.names import GROUPS
from colonydesk.ui.reports.period import PeriodBar
from colonydesk.ui.reports.print_bar import PrintBar
from colonydesk.ui.reports.table import ReportView
from colonydesk.ui.reports.writing import WriteBar


class ReportsFrame(QWidget):
    """The parts of the section and where they are."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._source = source = desk.source
        groups = [
            (self.tr(title), [(name, self.tr(REPORTS[name].title)) for name in names])
            for title, names in GROUPS
        ]
        self.kinds = KindList(source, groups)
        self.kinds.setAccessibleName(self.tr("Reports"))
        self.view = ReportView(source)
        self.empty = EmptyState("")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        self.title = ShortLabel("title")
        self.count = ShortLabel("secondary")
        self.back = QPushButton(self.tr("Back to the counts"))
        self.mine = Chip(source, self.tr("Mine"))
        self.lab = LabBox()
        self.period = PeriodBar(self.today)
        self.print = QPushButton(self.tr("Print"))
        self.print.setToolTip("Ctrl+P")
        self.export = QPushButton(self.tr("Write to file"))
        self.export.setToolTip("Ctrl+E")
        self.chip_row = QWidget()
        self.chips = QHBoxLayout(self.chip_row)
        self.sentence = Sentence(source)
        self.sentence.hide()
        self.writing = WriteBar(desk)
        self.printing = PrintBar(desk)
        self._lay_out()

    def chosen_lab(self) -> UUID | None:
        """The lab that is asked for; None for all of them, and where the report cannot be of one."""
        kind = REPORTS.get(self.kinds.key())
        chosen: UUID | None = self.lab.currentData() if kind is not None and kind.of_lab else None
        return chosen

    def today(self) -> date:
        """The day by the clock of the lab that is asked for, else of the first."""
        chosen = self.chosen_lab()
        fitting = (lab.timezone for lab in self.lab.labs if chosen in (None, lab.id))
        return zone(next(fitting, "UTC")).day(self._desk.now())

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for line, left, right in (
            (first, [self.back, self.title, self.count], [self.print, self.export]),
            (second, [self.period], [self.mine, self.lab]),
        ):
            line.setSpacing(S)
            for widget in left:
                line.addWidget(widget)
            line.addStretch(1)
            for widget in right:
                line.addWidget(widget)
        self.chips.setContentsMargins(0, 0, 0, 0)
        self.chips.setSpacing(S)
        self.chips.addStretch(1)
        top = surface("panel")
        inside = QVBoxLayout(top)
        inside.setContentsMargins(L, S, M, S)
        inside.setSpacing(S)
        inside.addLayout(first)
        inside.addLayout(second)
        inside.addWidget(self.chip_row)
        inside.addWidget(self.sentence)
        page = surface("panel")  # also where a report is empty
        main = QVBoxLayout(page)
        main.setContentsMargins(0, 0, 0, 0)
        main.setSpacing(0)
        main.addWidget(top)
        main.addWidget(rule())
        main.addWidget(self.writing)
        main.addWidget(self.printing)
        main.addWidget(self.stack, 1)
        main.addWidget(rule())
        main.addLayout(self._hints())
        rail = surface("rail")
        rail_inside = QHBoxLayout(rail)
        rail_inside.setContentsMargins(0, 0, 0, 0)
        rail_inside.addWidget(self.kinds)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        row.addWidget(rule(vertical=True))
        row.addWidget(page, 1)

    def _hints(self) -> QHBoxLayout:
        keys = (
            ("Enter", self.tr("opens the animal, on a count its animals")),
            ("Esc", self.tr("back")),
            ("Ctrl+P", self.tr("print")),
            ("Ctrl+E", self.tr("write to a file")),
            ("Alt+← →", self.tr("the day before, after")),
        )
        hints = QHBoxLayout()
        hints.setContentsMargins(L, S, L, S)
        hints.addWidget(KeyHints(self._source, keys))
        hints.addStretch(1)
        return hints
