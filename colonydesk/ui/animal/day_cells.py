"""The cells of the daily table: every day of an animal, formatted as it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from math import isnan

from PySide6.QtWidgets import QWidget

from colonydesk.domain.days import date_of
from colonydesk.domain.history import DailyHistory
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.ui import words
from colonydesk.ui.animal.rows import Cell

WHY = (
    "status",
    "weight",
    "percentage_weight",
    "expected_weight",
    "min_weight",
    "given_water_reward",
    "given_water_supplement",
    "given_water_total",
    "expected_water",
    "excess_water",
    "status",
    "implant_weight",
)
"""What each column of the table is called by those who explain it."""


class DaysTable:
    """The cells of the daily table; a row is the place of a day in the arrays, so nothing is made of the
    days that are not looked at."""

    def __init__(self, today: date) -> None:
        self.days: DailyHistory | None = None
        self.today = today

    def rows(self) -> Sequence[int]:
        """The days, the newest first."""
        return range(len(self.days) - 1, -1, -1) if self.days is not None else ()

    def cells(self, tab: QWidget) -> tuple[Cell, ...]:
        numbers = (
            (tab.tr("weight g"), "weight", words.grams, 72),
            (tab.tr("% exp"), "percentage_weight", words.percent, 60),
            (tab.tr("expected g"), "expected_weight", words.gram_figure, 76),
            (tab.tr("minimum g"), "min_weight", words.least, 78),
            (tab.tr("reward mL"), "given_water_reward", words.given, 74),
            (tab.tr("suppl. mL"), "given_water_supplement", words.given, 68),
            (tab.tr("total mL"), "given_water_total", words.given, 64),
            (tab.tr("required mL"), "expected_water", words.owed, 84),
            (tab.tr("excess mL"), "excess_water", words.excess, 76),
        )
        tones = {"weight": self._weight_tone, "percentage_weight": self._state}
        made = [
            Cell(
                title,
                partial(self._number, name, write),
                width,
                number=True,
                tone=tones.get(name, partial(self._tone, name)),
                bold=self._is_weighed if name == "weight" else None,
                tip=self._weight_tip if name == "weight" else None,
            )
            for title, name, write, width in numbers
        ]
        return (
            Cell(tab.tr("day"), self._day, 84),
            *made,
            Cell(tab.tr("restricted"), self._restricted, 80, tone=lambda _row: "secondary"),
            Cell(
                tab.tr("implant g"),
                partial(self._number, "implant_weight", words.grams),
                74,
                number=True,
                tone=partial(self._tone, "implant_weight"),
            ),
        )

    def _value(self, name: str, row: int) -> float:
        return float(getattr(self.days, name)[row])

    def _number(self, name: str, write: Callable[[float | None], str], row: int) -> str:
        value = self._value(name, row)
        return write(None if isnan(value) else value)

    def _day(self, row: int) -> str:
        assert self.days is not None
        return words.day_text(date_of(int(self.days.days[row])), self.today)

    def _is_weighed(self, row: int) -> bool:
        return not isnan(self._value("weighing_at", row))

    def _weight_tone(self, row: int) -> str:
        return "text" if self._is_weighed(row) else "faint"

    def _weight_tip(self, row: int) -> str:
        if isnan(self._value("weight", row)):
            return "No weighing yet."
        return "Weighed on this day." if self._is_weighed(row) else "Carried over from an earlier day."

    def _state(self, row: int) -> str:
        """A percentage has the colour of its state; where it stands on a carried-over weight it is faint."""
        assert self.days is not None
        state: str = STATUS_WORDS[self.days.status[row]]
        if state == "ok":
            return self._weight_tone(row)
        return state if state != "unknown" else "faint"

    def _tone(self, name: str, row: int) -> str:
        """What was entered on the day in full colour, what is calculated beside it, nothing faint."""
        value = self._value(name, row)
        if isnan(value) or value == 0:
            return "faint"
        return "text" if name.startswith("given_") else "secondary"

    def _restricted(self, row: int) -> str:
        assert self.days is not None
        return "yes" if self.days.is_water_restricted[row] else ""
