"""The README's table of where everything is: no model is missing, and what it names is on the screens."""

import re

from colonydesk.ui.sheets import SHEETS
from tests.conftest import ROOT

MODELS = """
    Project Subject SubjectRequest Litter BreedingPair Line Species Strain Source ZygosityRule Allele Zygosity
    Sequence GenotypeTest ProcedureType Weighing WaterType WaterAdministration BaseAction VirusInjection
    Surgery Session EphysSession WaterRestriction OtherAction Notification NotificationRecipient
    NotificationRule CullReason CullMethod Cull DataRepositoryType DataRepository DataFormat DatasetType
    BaseExperimentalData Dataset FileRecord LabMember Lab LabMembership LabLocation Note CageType Enrichment
    Food Housing HousingSubject
"""
"""The reference's."""
TITLES = (
    "Requests",
    "Projects",
    "Water restrictions",
    "Surgeries",
    "Virus injections",
    "Sessions",
    "Other actions",
    "Culls",
    "Datasets",
    "Files",
    "Labs",
    "Cages",
    "Stays in cages",
    "Planned water",
    "Imported records",
)


def section() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    _, rest = text.split("## Where everything is\n")
    return rest.split("\n## ")[0]


def test_every_model_has_its_place() -> None:
    named = set(re.findall(r"\b[A-Z]\w+\b", section()))
    named |= {word.removesuffix("s") for word in named}
    assert [model for model in MODELS.split() if model not in named] == []


def test_the_lists_are_called_as_on_the_screens() -> None:
    titles = {sheet.title for sheet in SHEETS.values()}
    for title in TITLES:
        assert title in titles
        assert title in section(), title
