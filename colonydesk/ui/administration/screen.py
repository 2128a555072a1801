"""The administration section: which kinds of record there are, and where each of them is kept up."""

from __future__ import annotations

from colonydesk.ui.administration.audit import AuditScreen
from colonydesk.ui.administration.growth import growth_curves
from colonydesk.ui.administration.problems import ProblemsScreen
from colonydesk.ui.administration.thresholds import ThresholdPreview
from colonydesk.ui.desk import Desk
from colonydesk.ui.records import RecordsScreen
from colonydesk.ui.records.kinds import KindsScreen, Page, page_of
from colonydesk.ui.sheets import SHEETS, records_of

_LAB = ("lab_member", "lab_membership", "lab_location", "project")
_WORDS = (
    *("species", "strain", "source", "water_type", "procedure_type", "cull_reason", "cull_method"),
    *("cage_type", "enrichment", "food"),
)
_GENETICS = ("line", "allele", "sequence", "zygosity_rule", "genotype_test", "zygosity")
_BREEDING = ("subject", "breeding_pair", "litter", "subject_request")
_HOUSING = ("housing", "housing_subject", "cage_cleaning")
_ACTIONS = (
    *("weighing", "water_administration", "water_plan", "water_restriction", "surgery", "virus_injection"),
    *("session", "other_action", "cull", "note"),
)
_KEPT = ("saved_view", "narrative_template")


def _labs(desk: Desk) -> RecordsScreen:
    page = records_of(desk, "lab")
    page.add_under_list(ThresholdPreview(desk, page.form))
    return page


def _pages(tables: tuple[str, ...]) -> list[Page]:
    return [page_of(table) for table in tables]


class AdministrationScreen(KindsScreen):
    """``told`` and ``wanted`` as of a section."""

    def __init__(self, desk: Desk) -> None:
        curves = Page("growth_curve", SHEETS["growth_curve"].title, growth_curves)
        books = [
            Page("problems", self.tr("Data problems"), ProblemsScreen),
            Page("audit", self.tr("Audit trail"), AuditScreen),
            *_pages(("imported_record",)),
        ]
        groups = [
            (self.tr("The lab"), [Page("lab", SHEETS["lab"].title, _labs), *_pages(_LAB)]),
            (self.tr("Words to choose from"), _pages(_WORDS)),
            (self.tr("Growth"), [curves, *_pages(("growth_point",))]),
            (self.tr("Genetics"), _pages(_GENETICS)),
            (self.tr("Animals"), _pages(_BREEDING)),
            (self.tr("Housing"), _pages(_HOUSING)),
            (self.tr("What was done"), _pages(_ACTIONS)),
            (self.tr("Kept by members"), _pages(_KEPT)),
            (self.tr("The books"), books),
        ]
        super().__init__(desk, groups, self.tr("Kinds of record"))
