"""The History tab: what was changed of the animal, field by field, by whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from colonydesk.queries.changes import Changes, Line, changes
from colonydesk.queries.overview import Overview
from colonydesk.ui import words
from colonydesk.ui.animal.listing import Listing
from colonydesk.ui.animal.rows import Cell
from colonydesk.ui.animal.said import field_text, kind_text, moment_text, value_text
from colonydesk.ui.desk import Desk

_SHOWN_VALUES = 6


class PastTab(Listing):
    """A page at a time: the older ones come when the end is looked at."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, desk.tr("What was changed"), desk.tr("the newest first"))
        self._older: int | None = None
        self.model.end_reached.connect(self._read_older)

    def cells(self) -> Sequence[Cell]:
        return (
            Cell(self.tr("when"), self._when, 112),
            Cell(self.tr("who"), self._who, 72, tone=lambda _line: "secondary", tip=self._who_where),
            Cell(self.tr("what"), self._what, 140, stretch=True, bold=lambda line: line.table == "subject"),
            Cell(self.tr("before"), self._before, 116, stretch=True, tone=lambda _line: "secondary"),
            Cell(self.tr("after"), self._after, 180, stretch=True, tone=self._after_tone),
        )

    def fetch(self, overview: Overview) -> None:
        self.read("changes", changes, overview.id, done=self._on_changes)

    def open_row(self, row: Line) -> None:
        is_there = row.is_there and row.action not in ("delete", "unlink")
        if is_there and row.table not in ("subject", "subject_project"):
            self.form_wanted.emit(row.table, row.row_id, {})

    def _on_changes(self, found: Changes) -> None:
        assert self.overview is not None
        text = self.tr("Nothing of {} was changed here. It is in this database since {}.")
        since = moment_text(self.overview.created_at, self.zone_info(), self.today())
        self.show_rows(found.lines, text.format(self.overview.nickname, since))
        self._take(found)

    def _read_older(self) -> None:
        if self.overview is not None and self._older is not None:
            self.read("older", changes, self.overview.id, self._older, done=self._on_older)

    def _on_older(self, found: Changes) -> None:
        self.model.add_rows(found.lines)
        self._take(found)

    def _take(self, found: Changes) -> None:
        self._older = found.older
        self.model.set_more(found.older is not None)

    # A line in words

    def _when(self, line: Line) -> str:
        return moment_text(line.at, self.zone_info(), self.today())

    def _who(self, line: Line) -> str:
        return self.tr("from Alyx") if line.from_alyx else line.user or words.UNKNOWN

    def _who_where(self, line: Line) -> str:
        if line.from_alyx:
            return self.tr("Alyx had noted it; it does not say who changed it.")
        return self.tr("{} at {}").format(self._who(line), line.workstation)

    def _what(self, line: Line) -> str:
        is_link = line.action in ("link", "unlink") and line.table != "subject_project"
        kind = kind_text(line.table.rpartition("_")[0] if is_link else line.table)
        if line.action == "insert":
            return self.tr("{} added").format(kind)
        if line.action == "delete":
            return self.tr("{} deleted").format(kind)
        field = field_text(line.field)
        if line.table in ("subject", "subject_project"):
            return f"{field[:1].upper()}{field[1:]}"
        return f"{kind}: {field}"

    def _before(self, line: Line) -> str:
        if line.action == "insert":
            return ""
        return self._values(line) if line.action == "delete" else self._value(line.before)

    def _after(self, line: Line) -> str:
        if line.action == "delete":
            return ""
        return self._values(line) if line.action == "insert" else self._value(line.after)

    def _after_tone(self, line: Line) -> str:
        return "text" if line.action != "delete" else "faint"

    def _value(self, value: Any) -> str:
        return " ".join(value_text(value, self.zone_info(), self.today()).split())

    def _values(self, line: Line) -> str:
        """The first few fields of a record that came or went; of a note what it says."""
        if line.table == "note":
            return self._value(dict(line.values).get("text") or self.tr("a picture"))
        said = [
            f"{field_text(name.removesuffix('_id'))} {self._value(value)}"
            for name, value in line.values
            if value not in (None, "", False)
        ]
        return ", ".join(said[:_SHOWN_VALUES]) + ("…" if len(said) > _SHOWN_VALUES else "")
