"""Which days a report is of: one day with the days before and after it, or from one day to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from colonydesk.domain.days import show_day
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.form_words import read_day
from colonydesk.qtkit.parts import label, restyle
from colonydesk.qtkit.theme import S
from colonydesk.queries.reports import REPORTS, usual_days

_FIELD = 116
OTHER = "other"


class DayEdit(CaretLine):
    """A day as it is typed: "23 Nov", "yesterday". ``taken`` when it is another; ``refused`` says why not."""

    taken = Signal()
    refused = Signal(str)

    def __init__(self, name: str, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self.day: date = today()
        self.setAccessibleName(name)
        self.setFixedWidth(_FIELD)
        self.editingFinished.connect(self._read)

    def set_day(self, day: date) -> None:
        """Show a day; nothing is told of it."""
        self.day = day
        self._mark(False)
        self.setText(show_day(day))

    def _read(self) -> None:
        if self.text() == show_day(self.day):
            return
        try:
            day = read_day(self.text(), self._today())
        except KnownError as error:
            self._mark(True)
            self.refused.emit(str(error))
            return
        changed = day != self.day
        self.set_day(day)
        if changed:
            self.taken.emit()

    def _mark(self, wrong: bool) -> None:
        if bool(self.property("refused")) != wrong:
            self.setProperty("refused", wrong)
            restyle(self)


class PeriodBar(QWidget):
    """``changed`` when other days are asked for; ``refused`` with a sentence for what is no day."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self._name = next(iter(REPORTS))
        self._chosen: dict[str, tuple[date, date]] = {}
        self.previous = QPushButton(self.tr("Previous day"))
        self.next = QPushButton(self.tr("Next day"))
        self.presets = QComboBox()
        self.presets.setAccessibleName(self.tr("Period"))
        self.first = DayEdit(self.tr("First day"), today)
        self.last = DayEdit(self.tr("Last day"), today)
        self._to = label(self.tr("to"), "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        for widget in (self.presets, self.first, self._to, self.previous, self.last, self.next):
            row.addWidget(widget)
        for title, key in (
            (self.tr("Yesterday"), "yesterday"),
            (self.tr("Today"), "today"),
            (self.tr("Past 7 days"), "week"),
            (self.tr("This month"), "month"),
            (self.tr("Last month"), "last month"),
            (self.tr("This year"), "year"),
            (self.tr("Last year"), "last year"),
            (self.tr("Other days"), OTHER),
        ):
            self.presets.addItem(title, key)
        self.presets.activated.connect(lambda _place: self._on_preset())
        self.first.taken.connect(self._on_typed)
        self.last.taken.connect(self._on_typed)
        for field in (self.first, self.last):
            field.refused.connect(self.refused)
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))

    def show_report(self, name: str) -> None:
        """The days of another report: those that it had, else its usual ones."""
        self._name = name
        self._show()

    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return self._chosen.get(self._name) or usual_days(self._name, self._today())

    def step(self, days: int) -> None:
        """So many days on or back, not beyond today."""
        if REPORTS[self._name].span not in ("day", "week"):
            return
        day = min(self.days()[1] + timedelta(days=days), self._today())
        self._choose(day, day)

    def _choose(self, first: date, last: date) -> None:
        if (first, last) == self.days():
            self._show()
            return
        self._chosen[self._name] = (first, last)
        if (first, last) == usual_days(self._name, self._today()):
            del self._chosen[self._name]  # tomorrow it is tomorrow's
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        span = REPORTS[self._name].span
        several, one = span == "days", span in ("day", "week")
        for widget in (self.presets, self.first, self._to):
            widget.setVisible(several)
        self.previous.setVisible(one)
        self.next.setVisible(one)
        self.last.setVisible(several or one)
        first, last = self.days()
        self.first.set_day(first)
        self.last.set_day(last)
        self.next.setEnabled(last < self._today())
        keys = [self.presets.itemData(place) for place in range(self.presets.count())]
        fitting = next((key for key in keys if key != OTHER and self._preset(key) == (first, last)), OTHER)
        self.presets.setCurrentIndex(keys.index(fitting))

    def _preset(self, key: str) -> tuple[date, date]:
        today = self._today()
        day = timedelta(days=1)
        month, year = today.replace(day=1), date(today.year, 1, 1)
        return {
            "yesterday": (today - day, today - day),
            "today": (today, today),
            "week": (today - 6 * day, today),
            "month": (month, today),
            "last month": ((month - day).replace(day=1), month - day),
            "year": (year, today),
            "last year": (date(today.year - 1, 1, 1), year - day),
        }[key]

    def _on_preset(self) -> None:
        key = self.presets.currentData()
        if key == OTHER:
            self.first.setFocus(Qt.FocusReason.OtherFocusReason)
            self.first.selectAll()
        else:
            self._choose(*self._preset(key))

    def _on_typed(self) -> None:
        if REPORTS[self._name].span == "days":
            self._choose(self.first.day, self.last.day)
        else:
            self._choose(self.last.day, self.last.day)
