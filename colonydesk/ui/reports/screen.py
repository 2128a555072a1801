"""The Reports section: the reports at the left, the chosen one with its days and lab at the right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtPrintSupport import QPrintDialog

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.reports.cells import counted_text
from colonydesk.qtkit.parts import Chip, on_keys
from colonydesk.queries.people import LabChoice, labs
from colonydesk.queries.reports import REPORTS, Column, Report, Row, report
from colonydesk.ui.desk import Desk
from colonydesk.ui.reports.frame import ReportsFrame
from colonydesk.ui.reports.names import ANIMALS, FIRST, OF
from colonydesk.ui.reports.printing import make_printer

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Behind:
    """Which count is opened: the first two cells of its row, and its column."""

    row: tuple[Any, ...]
    column: Column


class ReportsScreen(ReportsFrame):
    """A section (see ``told``, ``wanted`` and ``unsaved`` of every section)."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._report: Report | None = None
        self._behind: _Behind | None = None
        self._group: dict[str, str] = {}
        self._all_members: dict[str, bool] = {}
        self.ask_printer = self._ask_printer
        self._day = self.today()
        self.minute = QTimer(self)
        self.minute.setInterval(MINUTE_MS)
        self.minute.timeout.connect(self._on_minute)
        self.minute.start()
        self._connect()
        self.setFocusProxy(self.kinds)
        self._on_member()
        self.kinds.choose(FIRST)
        desk.read(("reports labs", id(self)), labs, done=self._on_labs, failed=self._on_failed)

    def _connect(self) -> None:
        self.kinds.chosen.connect(self._on_chosen)
        self.kinds.entered.connect(self._into_view)
        self.view.opened.connect(self.wanted)
        self.view.counted.connect(self._on_counted)
        self.view.left.connect(self._on_left)
        self.back.clicked.connect(self._on_left)
        self.period.changed.connect(self.reload)
        self.period.refused.connect(self._refuse)
        self.lab.activated.connect(lambda _place: self._on_lab())
        self.mine.clicked.connect(self._on_mine)
        self.print.clicked.connect(self.print_it)
        self.export.clicked.connect(self.ask_file)
        self.writing.told.connect(self.told)
        self.printing.told.connect(self.told)
        self.printing.going.connect(self._set_print)
        for bar in (self.writing, self.printing):
            bar.closed.connect(lambda: self.view.setFocus(Qt.FocusReason.OtherFocusReason))
        self._desk.bus.tell(self, self._on_changed)
        self._desk.member_changed.connect(self._on_member)
        for keys, act in (
            ("Ctrl+P", self.print.click),
            ("Ctrl+E", self.export.click),
            ("Alt+Left", self.period.previous.click),
            ("Alt+Right", self.period.next.click),
            ("F5", self.reload),
        ):
            on_keys(self, keys, act)

    # The section's contract

    def unsaved(self) -> bool:
        return self.printing.unsaved()

    def remember_layout(self) -> None:
        """Nothing here can be moved."""

    # What is asked for

    def reload(self) -> None:
        """Read the report; what is shown stays until it is there."""
        name = self.kinds.key()
        first, last = self.period.days()
        self.sentence.hide()
        if first > last:
            self._refuse(self.tr("The first day is after the last."))
            return
        if self._report is None:
            self._say_empty(self.tr("Loading…"))
        member = self._desk.member
        of_now = REPORTS[name].span == "now"
        self._desk.read(
            ("report", id(self)),
            report,
            name,
            self._desk.now(),
            None if of_now else first,
            None if of_now else last,
            self.chosen_lab(),
            member.id if member is not None and self.mine.isChecked() else None,
            done=self._on_report,
            failed=self._on_failed,
        )

    def _on_chosen(self, name: str) -> None:
        kind = REPORTS[name]
        self._behind = None
        if self.writing.isVisible():
            self.writing.hide()
        self.mine.setToolTip(
            self.tr("What you changed")
            if kind.of_member == "changes"
            else self.tr("The animals that you are responsible for")
        )
        self.lab.setEnabled(kind.of_lab)
        self.lab.setToolTip("" if kind.of_lab else self.tr("This report is of all labs together"))
        self._set_mine()
        self.period.show_report(name)
        self.reload()

    def _set_mine(self) -> None:
        """Of the changes one's own are looked at, of the animals all; what was chosen stays."""
        name = self.kinds.key()
        everybody = self._all_members.get(name, REPORTS[name].of_member != "changes")
        self.mine.setChecked(self._desk.member is not None and not everybody)

    def _on_mine(self) -> None:
        self._all_members[self.kinds.key()] = not self.mine.isChecked()
        self.reload()

    def _on_lab(self) -> None:
        self.period.show_report(self.kinds.key())  # which day it is may be another one now
        self.reload()

    def _on_minute(self) -> None:
        """After midnight today's report is that of the new day; days that were chosen stay."""
        if self.today() == self._day:
            return
        self._day = self.today()
        self.period.show_report(self.kinds.key())
        self.reload()

    def _on_labs(self, found: Sequence[LabChoice]) -> None:
        self.lab.set_labs(found)
        self._on_lab()

    def _on_member(self) -> None:
        self.mine.setEnabled(self._desk.member is not None)
        if self.kinds.key():
            self._set_mine()
            self.reload()

    def _on_changed(self, changed: Mapping[str, Collection[UUID]]) -> None:
        if "lab" in changed or "imported" in changed:
            self._desk.read(("reports labs", id(self)), labs, done=self._on_labs, failed=self._on_failed)
        if self.kinds.key() == "changes" or (OF[self.kinds.key()] | ANIMALS) & changed.keys():
            self.reload()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            return
        text = error.sentence
        self._refuse(text)
        if self._report is None:
            self._say_empty(text, self.tr("Try again"))

    def _refuse(self, text: str) -> None:
        self.sentence.say("refused", text=text)
        self.sentence.show()

    # What is shown

    def _on_report(self, found: Report) -> None:
        other = self._report is None or self._report.name != found.name
        self._report = found
        if other:
            self.view.table.sorted_by = ""
        if self._behind is not None and self._ids() is None:
            self._behind = None
        self._show()

    def show_page(self, name: str) -> None:
        """Show one of the reports."""
        self.kinds.choose(name)

    def shown(self) -> Report | None:
        """What is on the screen, as a report of its own: of the chosen group, or of the opened count."""
        of = self._report
        if of is None:
            return None
        ids = self._ids()
        if self._behind is not None and ids is not None:
            rows = tuple(of.behind[one] for one in ids)
            title = f"{of.title}: {self._behind_words()}"
            counted = ((len(rows), "animals"),)
            return replace(
                of,
                title=title,
                columns=of.behind_columns,
                rows=rows,
                counted=counted,
                grouped=False,
                behind={},
            )
        group = self._group.get(of.name)
        if of.grouped and group:
            return replace(of, rows=tuple(row for row in of.rows if row.cells[0] == group))
        return of

    def _show(self) -> None:
        shown = self.shown()
        assert shown is not None
        self._show_chips()
        self.back.setVisible(self._behind is not None)
        self.title.setText(self.tr(shown.title))
        self.count.setText(counted_text(shown))
        self._set_print()
        self.export.setEnabled(True)
        self.view.show_rows(shown.columns, shown.rows, zone(shown.timezone).info)
        if shown.rows:
            self.stack.setCurrentWidget(self.view)
        else:
            self._tell_empty(shown)

    def _tell_empty(self, shown: Report) -> None:
        texts = {
            "water-restriction": self.tr("No animal is on water restriction on this day."),
            "underweight": self.tr("No animal is underweight."),
            "to-do": self.tr("Nothing is to be genotyped, culled or reduced."),
            "surgery-pending": self.tr("No animal waits for a surgery."),
            "training": self.tr("No animal was on restriction or trained in these days."),
            "changes": self.tr("Nothing was changed in these days."),
        }
        text = texts.get(shown.name, self.tr("No animal was used in these days."))
        if self.mine.isChecked():
            self._say_empty(text, self.tr("Show all members'"), self.mine.click)
        else:
            self._say_empty(text)

    def _say_empty(self, text: str, action: str = "", act: Any = None) -> None:
        self.empty.tell(text, action, act or self.reload)
        self.stack.setCurrentWidget(self.empty)

    def _show_chips(self) -> None:
        """One for each group with how many there are, and one for all."""
        for old in self.chip_row.findChildren(Chip):
            self.chips.removeWidget(old)
            old.hide()
            old.deleteLater()
        of = self._report
        grouped = of is not None and of.grouped and self._behind is None and bool(of.rows)
        self.chip_row.setVisible(grouped)
        if of is None or not grouped:
            return
        names = list(dict.fromkeys(str(row.cells[0]) for row in of.rows if row.cells[0] != "all"))
        if self._group.get(of.name) not in names:
            self._group[of.name] = ""
        counts = {name: sum(row.cells[0] == name for row in of.rows) for name in names}
        for name in ("", *names):
            count = (counts[name] if name else len(of.rows)) if of.name == "to-do" else None
            chip = Chip(self._desk.source, name.capitalize() or self.tr("Everything"), count)
            chip.setChecked(self._group[of.name] == name)
            chip.clicked.connect(lambda _on=False, name=name: self.choose_group(name))
            self.chips.insertWidget(self.chips.count() - 1, chip)

    def choose_group(self, name: str) -> None:
        """Only the rows of a group; "" for all."""
        if self._report is not None:
            self._group[self._report.name] = name
            self._show()

    # The animals behind a count

    def _on_counted(self, row: Row, column: Column) -> None:
        self._behind = _Behind(row.cells[:2], column)
        self._show()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ids(self) -> tuple[UUID, ...] | None:
        """The animals of the opened count; None where there is no such count any more."""
        of, behind = self._report, self._behind
        if of is None or behind is None or behind.column not in of.columns:
            return None
        place = of.columns.index(behind.column)
        found = next((row for row in of.rows if row.cells[:2] == behind.row), None)
        return None if found is None else found.cells[place]

    def _behind_words(self) -> str:
        """ "severity Moderate, female"."""
        behind = self._behind
        assert behind is not None
        group, value = behind.row
        named = value if group in ("all", "all together", "sex", "left out") else f"{group} {value}"
        return named if behind.column.key == "animals" else f"{named}, {behind.column.title.lower()}"

    def _on_left(self) -> None:
        """Back to the counts, else to the reports."""
        if self._behind is None:
            self.kinds.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        at = self._behind
        self._behind = None
        self._show()
        table = self.view.table
        row = next((p for p, one in enumerate(table.rows) if one.cells[:2] == at.row), 0)
        column = next((p for p, one in enumerate(table.columns) if one == at.column), 0)
        self.view.setCurrentIndex(table.index(row, column))
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _into_view(self) -> None:
        if self.stack.currentWidget() is self.view:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # On paper and in files

    def _in_order(self) -> Report | None:
        """What is shown, its rows in the order in which they are looked at."""
        shown = self.shown()
        return None if shown is None else replace(shown, rows=tuple(self.view.table.rows))

    def ask_file(self) -> None:
        """Ask for the file to write."""
        made = self._in_order()
        if made is not None:
            self.writing.ask(made)

    def print_it(self) -> None:
        """Let a printer be chosen, and print."""
        made = self._in_order()
        printer = make_printer()
        if made is None or not self.ask_printer(printer):
            return
        self.printing.begin(made, printer)

    def _set_print(self) -> None:
        """One report is printed after the other."""
        shown = self.shown()
        self.print.setEnabled(shown is not None and bool(shown.rows) and not self.printing.is_going())

    def _ask_printer(self, printer: Any) -> bool:
        dialog = QPrintDialog(printer, self)
        accepted = dialog.exec() == QPrintDialog.DialogCode.Accepted
        dialog.deleteLater()  # it knows the printer, which does not outlive the printing
        return accepted
