"""The line over the Today screen: the day, what to show, the search, and the end of the round."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QPushButton, QWidget

from colonydesk.domain.days import zone
from colonydesk.qtkit.parts import Chip, choose_data, label
from colonydesk.qtkit.search import SearchLine
from colonydesk.qtkit.theme import S
from colonydesk.qtkit.top_line import TopLine
from colonydesk.queries.people import LabChoice
from colonydesk.queries.worklist import WorklistRow
from colonydesk.ui import words
from colonydesk.ui.desk import Desk

FILTERS: dict[str, Callable[[WorklistRow], bool]] = {
    "owed": lambda row: bool(row.owed),
    "weigh": lambda row: "weight" in row.owed,
    "water": lambda row: "water" in row.owed,
    "below": lambda row: row.status in ("under", "critical"),
    "planned": lambda row: row.planned is not None,
    "done": lambda row: not row.owed,
}


class TopBar(TopLine):
    """``filter_changed`` carries a key of FILTERS, ``lab_changed`` a lab's id or None for all.

    In a narrow window its name goes, which the rail says too, and then the day.
    """

    filter_changed = Signal(str)
    lab_changed = Signal(object)
    finish_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._labs: tuple[LabChoice, ...] = ()
        row, frame = self.row, self.frame
        self._day = label(role="secondary", parent=frame)
        self._lab = QComboBox(frame)
        self._lab.setAccessibleName(self.tr("Lab"))
        self._lab.hide()
        self.search = SearchLine(desk.source, self.tr("Animal or cage"), frame)
        self.search.setToolTip(self.tr("Scan or type an animal, an ear mark or a cage (Ctrl+F)"))
        self.search.setMinimumWidth(136)
        self.search.setMaximumWidth(260)
        self._finish = QPushButton(self.tr("Finish round"), frame)
        self._finish.clicked.connect(self.finish_wanted)
        texts = {
            "owed": self.tr("Owed"),
            "weigh": self.tr("To weigh"),
            "water": self.tr("To water"),
            "below": self.tr("Below threshold"),
            "planned": self.tr("Planned"),
            "done": self.tr("Done"),
        }
        self._group = QButtonGroup(self)
        self.chips: dict[str, Chip] = {}
        self.spare = (label(self.tr("Today"), "title", parent=frame), self._day)
        for part in self.spare:
            row.addWidget(part)
        row.addWidget(self._lab)
        row.addSpacing(S)
        for key, text in texts.items():
            chip = Chip(desk.source, text, 0, parent=frame)
            chip.clicked.connect(lambda _on=False, key=key: self.filter_changed.emit(key))
            self._group.addButton(chip)
            self.chips[key] = chip
            row.addWidget(chip)
        self.chips["owed"].setChecked(True)
        self.chips["planned"].hide()
        row.addStretch(1)
        row.addWidget(self.search, 2)
        row.addWidget(self._finish)
        self._lab.activated.connect(lambda _place: self.lab_changed.emit(self.lab_id()))

    def set_labs(self, labs: Sequence[LabChoice]) -> None:
        """Offer the labs; with one there is nothing to choose."""
        chosen = self.lab_id()
        self._labs = tuple(labs)
        self._lab.clear()
        self._lab.addItem(self.tr("All labs"), None)
        for lab in labs:
            self._lab.addItem(lab.name, lab.id)
        choose_data(self._lab, chosen)
        self._lab.setVisible(len(labs) > 1)

    def lab_id(self) -> UUID | None:
        """The chosen lab, None for all."""
        chosen: UUID | None = self._lab.currentData()
        return chosen

    def timezone(self) -> str | None:
        """The zone of the labs that are shown; None where they have several."""
        chosen = self.lab_id()
        shown = {lab.timezone for lab in self._labs if chosen is None or lab.id == chosen} or {"UTC"}
        return shown.pop() if len(shown) == 1 else None

    def timezones(self) -> set[str]:
        """The zones by whose days the animals are counted: the labs', and UTC for those without a lab."""
        return {"UTC", *(lab.timezone for lab in self._labs)}

    def set_now(self, now: datetime) -> None:
        """Show the lab's day and time; this computer's where several labs have others."""
        name = self.timezone()
        if name is None:
            here = now.astimezone()
            text = self.tr("{}, {} here").format(words.weekday_text(here.date()), here.strftime("%H:%M"))
        else:
            of_lab = zone(name)
            clock = words.clock_text(now, of_lab.info)
            text = self.tr("{}, lab time {}").format(words.weekday_text(of_lab.day(now)), clock)
        self._day.setText(text)

    def set_counts(self, rows: Iterable[WorklistRow]) -> None:
        """Count the rows of each filter; where nothing is planned any more, Owed is chosen instead."""
        rows = list(rows)
        for key, chip in self.chips.items():
            chip.set_count(sum(map(FILTERS[key], rows)))
        planned = any(map(FILTERS["planned"], rows))
        self.chips["planned"].setVisible(planned)
        if self.chips["planned"].isChecked() and not planned:  # it would hold, and not be seen
            self.chips["owed"].click()

    def nothing_let_through(self, key: str) -> str:
        """What it means that a filter lets nothing through."""
        return {
            "owed": self.tr("Nothing is owed any more today."),
            "weigh": self.tr("Every animal is weighed."),
            "water": self.tr("Every animal has its water."),
            "below": self.tr("No animal is below its threshold."),
            "planned": self.tr("Nothing is planned for today."),
            "done": self.tr("No animal is done yet."),
        }[key]
