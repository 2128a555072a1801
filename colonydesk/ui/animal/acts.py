"""The Procedures tab: all that was done with the animal, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QMenu

from colonydesk.queries.overview import Overview
from colonydesk.queries.procedures_of import Act, procedures_of
from colonydesk.ui import words
from colonydesk.ui.animal.listing import Listing
from colonydesk.ui.animal.rows import Cell
from colonydesk.ui.animal.said import KINDS, detail_text, kind_text, length_text, moment_text
from colonydesk.ui.desk import Desk

HUSBANDRY = frozenset({"surgery", "water_restriction", "cull"})
"""What is not done with a human subject."""


class ActsTab(Listing):
    """Enter opens an action's form; "New…" has every kind."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "", "")
        menu = QMenu(self)
        self._kinds = {table: menu.addAction(kind_text(table), partial(self.add, table)) for table in KINDS}
        self.new = self.add_button(self.tr("New… ▾"), menu=menu)
        self.view.setAccessibleName(self.tr("Procedures"))
        self.count.setWordWrap(True)  # beside the table there is not room for all kinds in one line
        self.title_line.setStretchFactor(self.count, 100)

    def cells(self) -> Sequence[Cell]:
        return (
            Cell(self.tr("when"), self._when, 112, tone=lambda act: "text" if not act.depth else "secondary"),
            Cell(self.tr("what"), self._what, 122, bold=lambda act: not act.depth),
            Cell(self.tr("details"), self._details, 160, stretch=True, tip=self._tip),
            Cell(self.tr("took"), self._took, 72, number=True, minor=True, tone=lambda _act: "secondary"),
            Cell(self.tr("who"), self._who, 76, tone=self._tone("users"), tip=self._inherited("users")),
            Cell(
                self.tr("where"),
                lambda act: act.location or "",
                90,
                minor=True,
                tone=self._tone("location"),
                tip=self._inherited("location"),
            ),
        )

    def fetch(self, overview: Overview) -> None:
        for table, action in self._kinds.items():
            action.setVisible(not (overview.is_human and table in HUSBANDRY))
        self.read("acts", procedures_of, overview.id, done=self._on_acts)

    def open_row(self, row: Act) -> None:
        self.form_wanted.emit(row.table, row.id, {})

    def add(self, table: str) -> None:
        """The form of a new action of this animal."""
        if self.overview is not None:
            self.form_wanted.emit(table, None, {"subject_id": self.overview.id})

    def _on_acts(self, acts: tuple[Act, ...]) -> None:
        assert self.overview is not None
        text = self.tr("Nothing has been done with {} yet.").format(self.overview.nickname)
        self.show_rows(acts, text)
        self.count.setText(self._count_text(acts))

    def _count_text(self, acts: tuple[Act, ...]) -> str:
        """ "3 surgeries, 41 sessions"."""
        counts: dict[str, int] = {}
        for act in acts:
            counts[act.table] = counts.get(act.table, 0) + 1
        found = []
        for table in KINDS:
            if number := counts.get(table, 0):
                found.append(f"{number} {_plural(kind_text(table).lower(), number)}")
        return ", ".join(found)

    def _when(self, act: Act) -> str:
        if act.day is not None:
            return words.day_text(act.day, self.today())
        return moment_text(act.start, self.zone_info(), self.today()) if act.start else words.UNKNOWN

    def _what(self, act: Act) -> str:
        return f"{'    ' * act.depth}{'↳ ' if act.depth else ''}{kind_text(act.table)}"

    def _details(self, act: Act) -> str:
        procedures = "" if "procedures" in act.inherited else ", ".join(act.procedures)
        said = (act.name, procedures, detail_text(act.details), " ".join((act.narrative or "").split()))
        return "; ".join(text for text in said if text)

    def _took(self, act: Act) -> str:
        if act.table == "water_restriction" and act.start is not None and act.end is None:
            return self.tr("open")
        return length_text(act.start, act.end)

    def _who(self, act: Act) -> str:
        return ", ".join(act.users)

    def _tip(self, act: Act) -> str:
        return "\n".join(text for text in (self._details(act).replace("; ", "\n"),) if text)

    def _tone(self, name: str) -> Any:
        return lambda act: "faint" if name in act.inherited else "secondary"

    def _inherited(self, name: str) -> Any:
        """What is the parent session's is said to be."""

        def tip(act: Act) -> str:
            value = getattr(act, name)
            text = ", ".join(value) if isinstance(value, tuple) else (value or "")
            if name not in act.inherited:
                return text
            return self.tr("{} (of the session it is part of)").format(text)

        return tip


def _plural(word: str, number: int) -> str:
    if number == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
