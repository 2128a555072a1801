"""The Genotype tab: the animal's alleles, and the tests that they come of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from colonydesk.domain.codes import TEST_RESULT, ZYGOSITY, ZYGOSITY_ORIGIN, ZYGOSITY_SYMBOL
from colonydesk.queries.genotype_of import AlleleState, Genotype, Test, genotype_of
from colonydesk.queries.overview import Overview
from colonydesk.ui.animal.listing import Listing
from colonydesk.ui.animal.rows import Cell
from colonydesk.ui.animal.said import moment_text
from colonydesk.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class _Row:
    """An allele or a test, as the table shows both; ``id`` None: there is no record to open yet."""

    id: UUID | None
    table: str
    name: str
    kind: str
    result: str
    detail: str
    known: bool


class GenesTab(Listing):
    """Alleles first, then tests; Enter opens either."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, desk.tr("Alleles and tests"))
        self.new_test = self.add_button(self.tr("New test…"), lambda: self.add("genotype_test"))
        self.by_hand = self.add_button(self.tr("Zygosity by hand…"), lambda: self.add("zygosity"))

    def cells(self) -> Sequence[Cell]:
        return (
            Cell(self.tr("allele or sequence"), self._name, 160, bold=lambda row: row.table == "zygosity"),
            Cell(self.tr("kind"), lambda row: row.kind, 66, tone=lambda _row: "secondary"),
            Cell(self.tr("result"), lambda row: row.result, 150, tone=self._tone),
            Cell(self.tr("from"), lambda row: row.detail, 160, stretch=True, tone=lambda _row: "secondary"),
        )

    def fetch(self, overview: Overview) -> None:
        self.read("genotype", genotype_of, overview.id, done=self._on_genotype)

    def open_row(self, row: _Row) -> None:
        if row.id is not None:
            self.form_wanted.emit(row.table, row.id, {})

    def add(self, table: str) -> None:
        """The form of a new test, or of a zygosity entered by hand."""
        if self.overview is not None:
            self.form_wanted.emit(table, None, {"subject_id": self.overview.id})

    def _on_genotype(self, found: Genotype) -> None:
        assert self.overview is not None
        rows = [*map(self._allele, found.alleles), *map(self._test, found.tests)]
        text = self.tr("{} has not been genotyped, and its line has no alleles.")
        self.show_rows(rows, text.format(self.overview.nickname))

    def _allele(self, one: AlleleState) -> _Row:
        kind = self.tr("allele")
        if one.zygosity is None:
            detail = self.tr("no test decides it")
            if one.missing:
                detail = self.tr("not tested for {}").format(", ".join(one.missing))
            return _Row(None, "zygosity", one.allele, kind, self.tr("not determined"), detail, known=False)
        result = f"{ZYGOSITY_SYMBOL[one.zygosity]}  {ZYGOSITY[one.zygosity].lower()}"
        origin = ZYGOSITY_ORIGIN.get(one.origin or "", "")
        return _Row(one.id, "zygosity", one.allele, kind, result, origin, known=True)

    def _test(self, one: Test) -> _Row:
        known = one.result is not None
        result = self.tr("not read") if one.result is None else TEST_RESULT[one.result].lower()
        detail = self.tr("written {}").format(moment_text(one.at, self.zone_info(), self.today()))
        return _Row(one.id, "genotype_test", one.sequence, self.tr("test"), result, detail, known)

    def _name(self, row: _Row) -> str:
        return row.name

    def _tone(self, row: _Row) -> str:
        return "text" if row.known else "faint"
