"""What the models of an Alyx dump are called on the screen."""

from __future__ import annotations

from PySide6.QtCore import QObject


def table_names(asker: QObject) -> dict[str, str]:
    """Alyx's model -> its words, translated for ``asker``; a model that is not in it keeps its own name."""
    tr = asker.tr
    return {
        "actions.cull": tr("Culls"),
        "actions.cullmethod": tr("Cull methods"),
        "actions.cullreason": tr("Cull reasons"),
        "actions.ephyssession": tr("Ephys sessions"),
        "actions.imagingsession": tr("Imaging sessions"),
        "actions.notification": tr("Notifications"),
        "actions.notificationrule": tr("Notification rules"),
        "actions.otheraction": tr("Other actions"),
        "actions.proceduretype": tr("Procedure types"),
        "actions.session": tr("Sessions"),
        "actions.surgery": tr("Surgeries"),
        "actions.virusinjection": tr("Virus injections"),
        "actions.wateradministration": tr("Water administrations"),
        "actions.waterrestriction": tr("Water restrictions"),
        "actions.watertype": tr("Water types"),
        "actions.weighing": tr("Weighings"),
        "data.dataformat": tr("Data formats"),
        "data.datarepository": tr("Data repositories"),
        "data.datarepositorytype": tr("Data repository types"),
        "data.dataset": tr("Datasets"),
        "data.datasettype": tr("Dataset types"),
        "data.filerecord": tr("File records"),
        "misc.cagetype": tr("Cage types"),
        "misc.enrichment": tr("Enrichments"),
        "misc.food": tr("Foods"),
        "misc.housing": tr("Housings"),
        "misc.housingsubject": tr("Animals in housings"),
        "misc.lab": tr("Labs"),
        "misc.lablocation": tr("Lab locations"),
        "misc.labmember": tr("Lab members"),
        "misc.labmembership": tr("Lab memberships"),
        "misc.note": tr("Notes"),
        "subjects.allele": tr("Alleles"),
        "subjects.breedingpair": tr("Breeding pairs"),
        "subjects.genotypetest": tr("Genotype tests"),
        "subjects.line": tr("Lines"),
        "subjects.litter": tr("Litters"),
        "subjects.project": tr("Projects"),
        "subjects.sequence": tr("Sequences"),
        "subjects.source": tr("Sources"),
        "subjects.species": tr("Species"),
        "subjects.strain": tr("Strains"),
        "subjects.subject": tr("Subjects"),
        "subjects.subjectrequest": tr("Subject requests"),
        "subjects.zygosity": tr("Zygosities"),
        "subjects.zygosityrule": tr("Zygosity rules"),
    }
