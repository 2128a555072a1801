"""The training week: Monday to Sunday, one week after the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.key_hints import KeyHints
from colonydesk.qtkit.parts import Chip, EmptyState, label, on_keys, rule
from colonydesk.qtkit.theme import L, S
from colonydesk.qtkit.top_line import TopLine
from colonydesk.queries.people import LabChoice
from colonydesk.queries.training import TrainingWeek, monday_of, training_week
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures.filters import LabBox
from colonydesk.ui.procedures.week_table import FIRST_DAY, WeekView

_TABLES = frozenset({"session", "water_restriction", "lab", "lab_member", "imported"})


class TrainingPane(QWidget):
    """``told`` and ``wanted`` as of every screen; ``new_session`` carries (subject's id, day)."""

    told = Signal(str, str)
    wanted = Signal(str, object)
    new_session = Signal(object, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._monday: date | None = None
        self._loaded = False
        self.view = WeekView(desk.source)
        self.empty = EmptyState("")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self._title = label(role="strong")
        self._count = label(role="secondary")
        self.mine = Chip(desk.source, self.tr("Mine"))
        self.mine.setToolTip(self.tr("The animals that you are responsible for"))
        self.few = Chip(desk.source, self.tr("Fewer than 5"), 0)
        self.lab = LabBox()
        self.previous = QPushButton(self.tr("Previous week"))
        self.this = QPushButton(self.tr("This week"))
        self.next = QPushButton(self.tr("Next week"))
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.view)
        self.reload()

    def _lay_out(self) -> None:
        top = TopLine()
        row, name = top.row, label(self.tr("Training week"), "title")
        top.spare = (name,)
        row.addWidget(name)
        row.addWidget(self._title)
        row.addWidget(self._count)
        row.addStretch(1)
        for widget in (self.mine, self.few, self.lab, self.previous, self.this, self.next):
            row.addWidget(widget)
        keys = (
            ("Enter", self.tr("opens the session; on an empty day begins one; on the name the animal")),
            ("Alt+←", self.tr("previous week")),
            ("Alt+→", self.tr("next week")),
            ("Alt+Home", self.tr("this week")),
        )
        hints = QHBoxLayout()
        hints.setContentsMargins(L, S, L, S)
        hints.addWidget(KeyHints(self._desk.source, keys))
        hints.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)
        column.addWidget(rule())
        column.addLayout(hints)

    def _connect(self) -> None:
        self.previous.clicked.connect(lambda: self.go(-1))
        self.next.clicked.connect(lambda: self.go(1))
        self.this.clicked.connect(lambda: self.go(0))
        self.mine.clicked.connect(self.reload)
        self.few.clicked.connect(self._show)
        self.lab.activated.connect(lambda _place: self.reload())
        self.view.session_wanted.connect(lambda one: self.wanted.emit("session", one))
        self.view.animal_wanted.connect(lambda one: self.wanted.emit("subject", one))
        self.view.empty_wanted.connect(self.new_session)
        self._desk.bus.tell(self, self._on_changed)
        self._desk.member_changed.connect(self._on_member)
        self._on_member()
        for keys, act in (
            ("Alt+Left", self.previous.click),
            ("Alt+Right", self.next.click),
            ("Alt+Home", self.this.click),
            ("F5", self.reload),
        ):
            on_keys(self, keys, act)

    def unsaved(self) -> bool:
        return False

    def remember_layout(self) -> None:
        """Nothing here can be moved."""

    def set_labs(self, labs: Sequence[LabChoice]) -> None:
        self.lab.set_labs(labs)
        self.reload()  # which day it is may be another one now

    def today(self) -> date:
        """The day by the clock of the chosen lab."""
        return zone(self.lab.timezone()).day(self._desk.now())

    def monday(self) -> date:
        """The first day of the week that is shown."""
        return self._monday or monday_of(self.today())

    def go(self, weeks: int) -> None:
        """So many weeks on or back; 0 is this week."""
        monday = self.monday() + timedelta(weeks=weeks)
        self._monday = None if weeks == 0 or monday == monday_of(self.today()) else monday
        self.reload()

    def reload(self) -> None:
        """Ask for the week; what is shown stays until it is there."""
        if not self._loaded:
            self.empty.tell(self.tr("Loading…"))
            self._stack.setCurrentWidget(self.empty)
        member = self._desk.member
        mine = member.id if member is not None and self.mine.isChecked() else None
        self._desk.read(
            ("training week", id(self)),
            training_week,
            self.monday(),
            self._desk.now(),
            self.lab.currentData(),
            mine,
            done=self._on_week,
            failed=self._on_failed,
        )

    def _on_week(self, week: TrainingWeek) -> None:
        first = not self._loaded
        self._loaded = True
        self._week = week
        self._show()
        if first and self.view.weeks.rows and not self.view.currentIndex().isValid():
            today = (self.today() - week.days[0]).days
            self.view.setCurrentIndex(self.view.weeks.index(0, FIRST_DAY + min(max(today, 0), 6)))

    def _show(self) -> None:
        week = self._week
        few = tuple(row for row in week.rows if row.state == "under")
        self.few.set_count(len(few))
        rows = few if self.few.isChecked() else week.rows
        days = f"{words.day_text(week.days[0])} – {words.day_text(week.days[6], self.today())}"
        self._title.setText(days)
        self._count.setText(words.counted(len(rows), self.tr("1 animal"), self.tr("%n animals")))
        self.this.setEnabled(self._monday is not None)
        self.view.set_week(TrainingWeek(week.days, rows))
        if rows:
            self._stack.setCurrentWidget(self.view)
        else:
            self._tell_empty(bool(week.rows))

    def _tell_empty(self, others: bool) -> None:
        if others:
            text = self.tr("Every animal was trained on five days or more, or can still be.")
            self.empty.tell(text, self.tr("Show all"), self.few.click)
        elif self.mine.isChecked():
            text = self.tr("None of your animals was on restriction or trained in this week.")
            self.empty.tell(text, self.tr("Show all members'"), self.mine.click)
        else:
            text = self.tr("No animal was on restriction or trained in this week.")
            if self._monday is None:
                self.empty.tell(text, self.tr("Previous week"), self.previous.click)
            else:
                self.empty.tell(text, self.tr("This week"), self.this.click)
        self._stack.setCurrentWidget(self.empty)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            return
        text = error.sentence
        if self._loaded:
            self.told.emit("error", text)
        else:
            self.empty.tell(text, self.tr("Try again"), self.reload)

    def _on_changed(self, changed: Mapping[str, Collection[UUID]]) -> None:
        if (_TABLES | {"subject"}) & changed.keys():
            self.reload()

    def _on_member(self) -> None:
        self.mine.setEnabled(self._desk.member is not None)
        if self.mine.isChecked():
            self.mine.setChecked(self._desk.member is not None)
            self.reload()
