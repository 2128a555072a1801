"""The line over a list: what it is, how many, the search, the filters, and the button for a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from colonydesk.domain.days import zone
from colonydesk.qtkit.list_search import ListSearch
from colonydesk.qtkit.parts import Chip, choose_data, label
from colonydesk.qtkit.theme import S
from colonydesk.qtkit.top_line import HEIGHT, TopLine
from colonydesk.queries.people import LabChoice
from colonydesk.queries.procedures import Filters
from colonydesk.ui.desk import Desk

TYPING_MS = 120
"""So long after the last key the list is asked for."""


class LabBox(QComboBox):
    """The labs to choose from, or all of them; with one there is nothing to choose, and it is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.labs: tuple[LabChoice, ...] = ()
        self.setAccessibleName(self.tr("Lab"))
        self.setMaximumWidth(150)
        self.hide()

    def set_labs(self, labs: Sequence[LabChoice]) -> None:
        chosen = self.currentData()
        self.labs = tuple(labs)
        self.blockSignals(True)
        self.clear()
        self.addItem(self.tr("All labs"), None)
        for lab in labs:
            self.addItem(lab.name, lab.id)
        choose_data(self, chosen)
        self.blockSignals(False)
        self.setVisible(len(labs) > 1)

    def timezone(self) -> str:
        """The chosen lab's zone, else the first lab's."""
        chosen = self.currentData()
        fitting = [lab.timezone for lab in self.labs if chosen is None or lab.id == chosen]
        return fitting[0] if fitting else "UTC"


class FilterLine(QWidget):
    """``changed`` when a filter is another; ``new_asked`` and ``export_asked`` with the buttons.

    ``down``: into the list.
    """

    changed = Signal()
    new_asked = Signal()
    export_asked = Signal()
    down = Signal()

    def __init__(self, desk: Desk, title: str, new: str, *, has_end: bool, titled: bool) -> None:
        super().__init__()
        self._desk = desk
        self._count = label(role="secondary")
        self.search = ListSearch()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search in {}").format(title))
        self.search.setClearButtonEnabled(False)
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(300)
        self.mine = Chip(desk.source, self.tr("Mine"))
        self.mine.setToolTip(self.tr("What you did, or what was done with your animals"))
        self.open = Chip(desk.source, self.tr("Open"))
        self.open.setToolTip(self.tr("Those without an end"))
        if not has_end:
            self.open.hide()
        self.lab = LabBox()
        self.period = QComboBox()
        self.period.setAccessibleName(self.tr("Period"))
        for text, days in (
            (self.tr("Any time"), None),
            (self.tr("Today"), 0),
            (self.tr("Past 7 days"), 7),
            (self.tr("Past 30 days"), 30),
            (self.tr("Past 3 months"), 91),
            (self.tr("Past year"), 365),
        ):
            self.period.addItem(text, days)
        self.new = QPushButton(new)
        self.new.setProperty("kind", "primary")
        self.new.setToolTip("Ctrl+N")
        self.columns = QPushButton(self.tr("Columns"))
        self.export = QPushButton(self.tr("Export"))
        self.export.setToolTip("Ctrl+E")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._lay_out(title if titled else "")
        self._connect()

    def _lay_out(self, title: str) -> None:
        line = TopLine()
        row, name = line.row, [label(title, "title")] if title else []
        for part in (*name, self._count):
            row.addWidget(part)
        row.addSpacing(S)
        row.addWidget(self.search, 1000)
        row.addStretch(1)
        for widget in (self.mine, self.open, self.lab, self.period):
            row.addWidget(widget)
        row.addSpacing(S)
        row.addWidget(self.columns)
        row.addWidget(self.export)
        row.addWidget(self.new)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        # What the list is of stands at its left too, and columns are chosen at the head as well.
        line.spare = (*name, self.columns)
        whole.addWidget(line)
        self.setFixedHeight(HEIGHT)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self._typing.timeout.connect(self.changed)
        self.search.down.connect(self.down)
        self.mine.clicked.connect(self.changed)
        self.open.clicked.connect(self.changed)
        self.lab.activated.connect(lambda _place: self.changed.emit())
        self.period.activated.connect(lambda _place: self.changed.emit())
        self.new.clicked.connect(self.new_asked)
        self.export.clicked.connect(self.export_asked)
        self._desk.member_changed.connect(self._on_member)
        self._on_member()

    def filters(self) -> Filters:
        """What the list is narrowed to."""
        member = self._desk.member
        days = self.period.currentData()
        since: date | None = None
        if days is not None:
            since = zone(self.lab.timezone()).day(self._desk.now()) - timedelta(days=days)
        return Filters(
            text=self.search.text(),
            lab_id=self.lab.currentData(),
            member_id=member.id if member is not None and self.mine.isChecked() else None,
            open_only=self.open.isChecked(),
            since=since,
            timezone=self.lab.timezone(),
        )

    def any_filter(self) -> bool:
        """Whether something keeps records out of the list."""
        filters = self.filters()
        return filters != Filters(timezone=filters.timezone)

    def clear(self) -> None:
        """Take every filter away."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.mine.setChecked(False)
        self.open.setChecked(False)
        self.lab.setCurrentIndex(0)
        self.period.setCurrentIndex(0)
        self.changed.emit()

    def set_count(self, text: str) -> None:
        self._count.setText(text)

    def count_text(self) -> str:
        return self._count.text()

    def _on_member(self) -> None:
        known = self._desk.member is not None
        self.mine.setEnabled(known)
        if self.mine.isChecked():
            self.mine.setChecked(known)
            self.changed.emit()
