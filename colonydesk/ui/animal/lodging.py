"""The Housing tab: where the animal has lived, from when to when, and with whom."""

from __future__ import annotations

from collections.abc import Sequence

from colonydesk.domain.codes import LIGHT_CYCLE
from colonydesk.queries.housing_of import Stay, housing_of
from colonydesk.queries.overview import Overview
from colonydesk.ui import words
from colonydesk.ui.animal.listing import Listing
from colonydesk.ui.animal.rows import Cell
from colonydesk.ui.animal.said import moment_text
from colonydesk.ui.desk import Desk


class LodgingTab(Listing):
    """Enter opens a stay's form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, desk.tr("Cages"), desk.tr("the present one first"))
        self.new = self.add_button(self.tr("Move to a cage…"), self.add)

    def cells(self) -> Sequence[Cell]:
        return (
            Cell(self.tr("cage"), self._cage, 78, bold=lambda stay: stay.until is None),
            Cell(self.tr("from"), self._since, 112),
            Cell(self.tr("to"), self._until, 112, tone=lambda s: "ok" if s.until is None else "text"),
            Cell(self.tr("days"), self._days, 52, number=True, tone=lambda _stay: "secondary"),
            Cell(self.tr("with"), self._mates, 140, stretch=True),
            Cell(
                self.tr("conditions"),
                self._conditions,
                240,
                stretch=True,
                minor=True,
                tone=lambda _stay: "secondary",
            ),
        )

    def fetch(self, overview: Overview) -> None:
        self.read("housing", housing_of, overview.id, done=self._on_stays)

    def open_row(self, row: Stay) -> None:
        self.form_wanted.emit("housing_subject", row.id, {})

    def add(self) -> None:
        """The form of a move into a cage."""
        if self.overview is not None:
            self.form_wanted.emit("housing_subject", None, {"subject_id": self.overview.id})

    def _on_stays(self, stays: tuple[Stay, ...]) -> None:
        assert self.overview is not None
        text = self.tr("No cage has been noted for {} yet.").format(self.overview.nickname)
        if self.overview.cage and not stays:
            text = self.tr("{} is in cage {}; since when was not noted.")
            text = text.format(self.overview.nickname, self.overview.cage)
        self.show_rows(stays, text)

    def _cage(self, stay: Stay) -> str:
        return stay.cage or words.UNKNOWN

    def _since(self, stay: Stay) -> str:
        return moment_text(stay.since, self.zone_info(), self.today())

    def _until(self, stay: Stay) -> str:
        if stay.until is None:
            return self.tr("today")
        return moment_text(stay.until, self.zone_info(), self.today())

    def _days(self, stay: Stay) -> str:
        last = stay.until or self.desk.now()
        zone = self.zone_info()
        return str((last.astimezone(zone).date() - stay.since.astimezone(zone).date()).days)

    def _mates(self, stay: Stay) -> str:
        return ", ".join(dict.fromkeys(mate.nickname for mate in stay.mates)) or self.tr("alone")

    def _conditions(self, stay: Stay) -> str:
        light = self.tr("{} light").format(LIGHT_CYCLE[stay.light_cycle]) if stay.light_cycle else ""
        cleaned = ""
        if stay.cleaning_days:
            cleaned = self.tr("cleaned every {} days").format(stay.cleaning_days)
        said = (stay.cage_type, stay.enrichment, stay.food, cleaned, light)
        return ", ".join(text for text in said if text)
