"""The Weight & water tab: the curve, and under it the days, each number of which can be explained."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.days import date_of, day_number, moment_of, zone
from colonydesk.exchange.whole_file import whole_file
from colonydesk.qtkit.parts import EmptyState, label, rule, surface
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.daily import Daily, daily, day_entries
from colonydesk.queries.entries import Entry
from colonydesk.queries.history import SubjectHistory
from colonydesk.queries.overview import Overview
from colonydesk.ui import words
from colonydesk.ui.animal.day_cells import WHY, DaysTable
from colonydesk.ui.animal.one_day import TABLES, OneDay
from colonydesk.ui.animal.rows import RowsModel, RowsView
from colonydesk.ui.animal.tab import Tab
from colonydesk.ui.desk import Desk
from colonydesk.ui.plotting import load_plotting
from colonydesk.ui.today.why import WhyPanel

if TYPE_CHECKING:
    from colonydesk.ui.curve import CurveWidget


_LAYOUT = "animal down"


class DaysTab(Tab):
    """``drawn``: whether curve and table are this animal's."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.curve: CurveWidget | None = None
        self._daily: Daily | None = None
        self._building = False
        self._table = DaysTable(desk.now().date())
        self.model = RowsModel(self._table.cells(self))
        self.view = RowsView(desk.source, self.model, self.tr("Daily history"), by_cell=True)
        self.why = WhyPanel(desk.source)
        self.why.closed.connect(self.close_why)
        self.view.asked.connect(self.explain)
        self.view.opened.connect(self.open_day)
        self.one_day = OneDay(desk.source)
        self.one_day.closed.connect(self.close_why)
        self.one_day.opened.connect(lambda entry: self.form_wanted.emit(TABLES[entry.kind], entry.id, {}))
        self.one_day.added.connect(self._add_entry)
        self._above = QStackedWidget()
        self._place = surface("panel")
        self._above.addWidget(self._place)
        self._above.addWidget(self.why)
        self._above.addWidget(self.one_day)
        self._above.setMinimumHeight(180)
        self.empty = EmptyState("")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build())
        self._stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _build(self) -> QWidget:
        below = surface("panel")
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(L, 6, M, 6)
        line.setSpacing(S)
        legend = label(self.tr("bold: weighed on the day, pale: carried over"), "caption")
        self.export = QPushButton(self.tr("Save as CSV…"))
        self.export.setProperty("kind", "link")
        self.export.clicked.connect(self._ask_where)
        line.addWidget(label(self.tr("Day by day"), "strong"))
        line.addWidget(legend)
        line.addStretch(1)
        for text, tip, act in (
            (self.tr("Why?"), self.tr("How this number comes about (F3)"), self.toggle_why),
            (self.tr("Entries"), self.tr("What was entered on this day (Enter)"), self._open_current),
        ):
            button = QPushButton(text)
            button.setProperty("kind", "link")
            button.setToolTip(tip)
            button.clicked.connect(act)
            line.addWidget(button)
        line.addWidget(self.export)
        column.addLayout(line)
        column.addWidget(rule())
        inset = QHBoxLayout()
        inset.setContentsMargins(S, 0, 0, 0)
        inset.addWidget(self.view)
        column.addLayout(inset, 1)
        down = QSplitter(Qt.Orientation.Vertical)
        down.setHandleWidth(1)
        down.setChildrenCollapsible(False)
        down.addWidget(self._above)
        down.addWidget(below)
        down.setSizes([340, 320])
        self.desk.place_sash(down, _LAYOUT)
        self._down = down
        return down

    def remember_layout(self) -> None:
        """Put the place of the sash into the settings."""
        self.desk.remember_sash(self._down, _LAYOUT)

    def first_focus(self) -> QWidget:
        return self.view

    def drawn(self) -> bool:
        """Whether the curve and the table show the animal of the page."""
        return (
            self._daily is not None
            and self.curve is not None
            and self._daily.curve.subject_id == self.subject_id()
        )

    def dim(self) -> None:
        super().dim()
        self._daily = None
        self._above.setCurrentIndex(0)  # what stands in place of the curve is the other animal's

    def fetch(self, overview: Overview) -> None:
        facts, now = overview.facts, self.desk.now()
        self._table.today = now.date()
        assert facts is not None  # a human subject has no such tab
        self._stack.setCurrentIndex(0)
        self.prepare()
        self.read("daily", daily, overview.id, overview.nickname, facts, now, done=self._on_daily)

    def prepare(self) -> None:
        """Build the curve, where that has not been begun."""
        if self.curve is None and not self._building:
            self._building = True
            load_plotting(self, self.desk.jobs, self._build_curve, self.fail)

    def _build_curve(self) -> None:
        from colonydesk.ui.curve.placed import placed_curve

        desk = self.desk
        self.curve = placed_curve(desk.source, desk.jobs, self._above, self._place, self.told.emit)
        self.curve.set_range("3 m")
        if self._daily is not None:
            self.curve.set_curve(self._daily.curve)

    def _on_daily(self, found: Daily) -> None:
        at = self.view.currentIndex()
        day = self._day_at(at.row()) if at.isValid() else None
        self._daily = found
        self._table.days = found.days
        if self.curve is not None:
            self.curve.set_curve(found.curve)
        self.model.set_rows(self._table.rows())
        self._go_to(day, at.column())
        if self.view.hasFocus():
            self.view.mark_first()
        if not len(found.days):
            assert self.overview is not None
            text = self.tr("{} has been neither weighed nor given water yet.")
            self.empty.tell(text.format(self.overview.nickname))
            self._stack.setCurrentWidget(self.empty)
        if self._above.currentWidget() is self.why:
            self._explain_current()
        elif self._above.currentWidget() is self.one_day and self.one_day.day is not None:
            self._refresh_day(day_number(self.one_day.day))

    def _refresh_day(self, day: int) -> None:
        days = self._table.days
        assert days is not None
        if len(days) and int(days.days[0]) <= day <= int(days.days[-1]):
            self.open_day(day - int(days.days[0]))
        else:
            self._above.setCurrentIndex(0)

    # The days

    def _day_at(self, row: int) -> int | None:
        days = self._table.days
        rows = self.model.rows
        return int(days.days[rows[row]]) if days is not None and row < len(rows) else None

    def _go_to(self, day: int | None, column: int) -> None:
        """The same day as before; where there is none, the newest."""
        days = self._table.days
        if day is None or days is None or not len(days):
            return
        place = int(days.days[-1]) - day
        if 0 <= place < len(days):
            self.view.setCurrentIndex(self.model.index(place, max(0, column)))

    # Why

    def explain(self, row: int, column: int) -> None:
        """Explain a number of the table, or take the explanation away where it is the one shown."""
        shown = self.overview
        days = self._table.days
        if shown is None or shown.facts is None or days is None or not 0 <= row < len(self.model.rows):
            return
        place = self.model.rows[row]
        moment = moment_of(int(days.moments[place]))
        name = f"{shown.nickname}, {self._table.cells(self)[0].text(place)}"
        self.why.show_numbers(name, shown.facts, moment)
        self._above.setCurrentWidget(self.why)
        page = self.why.findChild(QTextBrowser)
        if isinstance(page, QTextBrowser):
            page.scrollToAnchor(WHY[column])

    def _explain_current(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.explain(index.row(), index.column())

    def toggle_why(self) -> None:
        """F3: explain the number that the keys are at, today's percentage where they are at none."""
        if self._above.currentWidget() is self.why:
            self.close_why()
            return
        if not self.view.currentIndex().isValid() and self.model.rows:
            self.view.setCurrentIndex(self.model.index(0, 2))
        self._explain_current()

    def close_why(self) -> None:
        self._above.setCurrentIndex(0)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def why_is_open(self) -> bool:
        return self._above.currentWidget() is self.why

    # What was entered

    def open_day(self, place: int) -> None:
        """The entries of a day, in place of the curve."""
        shown, days = self.overview, self._table.days
        if shown is None or days is None:
            return
        day = date_of(int(days.days[place]))
        lab_zone = zone(shown.timezone)
        title = self.tr("Entries of {}").format(words.weekday_text(day))

        def show(found: tuple[Entry, ...]) -> None:
            first = self._above.currentWidget() is not self.one_day
            self.one_day.show_entries(day, title, found, lab_zone.info)
            self._above.setCurrentWidget(self.one_day)
            if first:
                self.one_day.view.setFocus(Qt.FocusReason.OtherFocusReason)

        self.read("day", day_entries, shown.id, *lab_zone.bounds(day), done=show)

    def _open_current(self) -> None:
        index = self.view.currentIndex()
        if index.isValid() or self.model.rows:
            self.open_day(self.model.rows[index.row() if index.isValid() else 0])

    def _add_entry(self, table: str) -> None:
        if self.overview is not None:
            at = self.one_day.noon(self.desk.now())
            self.form_wanted.emit(table, None, {"subject_id": self.overview.id, "date_time": at})

    # The file

    def export_csv(self, path: Path) -> None:
        """Write every day, unrounded, with a line a day."""
        shown, found = self.overview, self._daily
        if shown is None or found is None:
            return
        history = SubjectHistory(shown.id, shown.nickname, shown.lab, found.days)

        def work() -> None:
            from colonydesk.exchange.daily import history_csv

            text = StringIO()
            history_csv([history], text)
            with whole_file(path) as partial:
                # With a byte order mark: without it Excel reads UTF-8 as something else.
                partial.write_text(text.getvalue(), encoding="utf-8-sig")

        self.desk.jobs.read(
            self.key("export"),
            work,
            lambda _none: self.told.emit("info", self.tr("Saved as {}.").format(path)),
            self.fail,
        )

    def _ask_where(self) -> None:
        if self.overview is None:
            return
        name = re.sub(r"[^\w.-]", "_", self.overview.nickname)
        dialog = QFileDialog(self, self.tr("Save the daily history"), f"{name}.csv")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setNameFilter("CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.export_csv(Path(chosen)))
        dialog.open()
