"""Every table of the data model, typed; see the area files.

An area is loaded when the first of its tables is asked for: the program starts without those that the round
does not need. ``Base`` asked for here comes with every table loaded; ``tables.base`` has it bare.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from colonydesk.db.tables.base import (
        Base as Base,
    )
    from colonydesk.db.tables.breeding import (
        BreedingPair as BreedingPair,
    )
    from colonydesk.db.tables.breeding import (
        Litter as Litter,
    )
    from colonydesk.db.tables.breeding import (
        Project as Project,
    )
    from colonydesk.db.tables.breeding import (
        SubjectRequest as SubjectRequest,
    )
    from colonydesk.db.tables.breeding import (
        project_user as project_user,
    )
    from colonydesk.db.tables.breeding import (
        subject_project as subject_project,
    )
    from colonydesk.db.tables.data import (
        DataFormat as DataFormat,
    )
    from colonydesk.db.tables.data import (
        DataRepository as DataRepository,
    )
    from colonydesk.db.tables.data import (
        DataRepositoryType as DataRepositoryType,
    )
    from colonydesk.db.tables.data import (
        Dataset as Dataset,
    )
    from colonydesk.db.tables.data import (
        DatasetType as DatasetType,
    )
    from colonydesk.db.tables.data import (
        FileRecord as FileRecord,
    )
    from colonydesk.db.tables.genetics import (
        Allele as Allele,
    )
    from colonydesk.db.tables.genetics import (
        GenotypeTest as GenotypeTest,
    )
    from colonydesk.db.tables.genetics import (
        Sequence as Sequence,
    )
    from colonydesk.db.tables.genetics import (
        Source as Source,
    )
    from colonydesk.db.tables.genetics import (
        Strain as Strain,
    )
    from colonydesk.db.tables.genetics import (
        Zygosity as Zygosity,
    )
    from colonydesk.db.tables.genetics import (
        ZygosityRule as ZygosityRule,
    )
    from colonydesk.db.tables.genetics import (
        allele_sequence as allele_sequence,
    )
    from colonydesk.db.tables.genetics import (
        line_allele as line_allele,
    )
    from colonydesk.db.tables.housing import (
        CageCleaning as CageCleaning,
    )
    from colonydesk.db.tables.housing import (
        CageType as CageType,
    )
    from colonydesk.db.tables.housing import (
        Enrichment as Enrichment,
    )
    from colonydesk.db.tables.housing import (
        Food as Food,
    )
    from colonydesk.db.tables.housing import (
        Housing as Housing,
    )
    from colonydesk.db.tables.housing import (
        HousingSubject as HousingSubject,
    )
    from colonydesk.db.tables.husbandry import (
        Surgery as Surgery,
    )
    from colonydesk.db.tables.husbandry import (
        WaterAdministration as WaterAdministration,
    )
    from colonydesk.db.tables.husbandry import (
        WaterPlan as WaterPlan,
    )
    from colonydesk.db.tables.husbandry import (
        WaterRestriction as WaterRestriction,
    )
    from colonydesk.db.tables.husbandry import (
        WaterType as WaterType,
    )
    from colonydesk.db.tables.husbandry import (
        Weighing as Weighing,
    )
    from colonydesk.db.tables.husbandry import (
        water_restriction_procedure as water_restriction_procedure,
    )
    from colonydesk.db.tables.husbandry import (
        water_restriction_user as water_restriction_user,
    )
    from colonydesk.db.tables.misc import (
        Lab as Lab,
    )
    from colonydesk.db.tables.misc import (
        LabLocation as LabLocation,
    )
    from colonydesk.db.tables.misc import (
        LabMember as LabMember,
    )
    from colonydesk.db.tables.misc import (
        LabMembership as LabMembership,
    )
    from colonydesk.db.tables.misc import (
        Note as Note,
    )
    from colonydesk.db.tables.misc import (
        lab_member_allowed_user as lab_member_allowed_user,
    )
    from colonydesk.db.tables.misc import (
        lab_repository as lab_repository,
    )
    from colonydesk.db.tables.notices import (
        SETTING as SETTING,
    )
    from colonydesk.db.tables.notices import (
        Notification as Notification,
    )
    from colonydesk.db.tables.notices import (
        NotificationRecipient as NotificationRecipient,
    )
    from colonydesk.db.tables.notices import (
        NotificationRule as NotificationRule,
    )
    from colonydesk.db.tables.notices import (
        NotificationSetting as NotificationSetting,
    )
    from colonydesk.db.tables.ours import (
        AuditEntry as AuditEntry,
    )
    from colonydesk.db.tables.ours import (
        ChangeLog as ChangeLog,
    )
    from colonydesk.db.tables.ours import (
        ImportedRecord as ImportedRecord,
    )
    from colonydesk.db.tables.procedures import (
        Cull as Cull,
    )
    from colonydesk.db.tables.procedures import (
        CullMethod as CullMethod,
    )
    from colonydesk.db.tables.procedures import (
        CullReason as CullReason,
    )
    from colonydesk.db.tables.procedures import (
        OtherAction as OtherAction,
    )
    from colonydesk.db.tables.procedures import (
        ProcedureType as ProcedureType,
    )
    from colonydesk.db.tables.procedures import (
        Session as Session,
    )
    from colonydesk.db.tables.procedures import (
        VirusInjection as VirusInjection,
    )
    from colonydesk.db.tables.procedures import (
        other_action_procedure as other_action_procedure,
    )
    from colonydesk.db.tables.procedures import (
        other_action_user as other_action_user,
    )
    from colonydesk.db.tables.procedures import (
        session_procedure as session_procedure,
    )
    from colonydesk.db.tables.procedures import (
        session_project as session_project,
    )
    from colonydesk.db.tables.procedures import (
        session_user as session_user,
    )
    from colonydesk.db.tables.procedures import (
        surgery_procedure as surgery_procedure,
    )
    from colonydesk.db.tables.procedures import (
        surgery_user as surgery_user,
    )
    from colonydesk.db.tables.procedures import (
        virus_injection_procedure as virus_injection_procedure,
    )
    from colonydesk.db.tables.procedures import (
        virus_injection_user as virus_injection_user,
    )
    from colonydesk.db.tables.subjects import (
        GrowthCurve as GrowthCurve,
    )
    from colonydesk.db.tables.subjects import (
        GrowthPoint as GrowthPoint,
    )
    from colonydesk.db.tables.subjects import (
        Line as Line,
    )
    from colonydesk.db.tables.subjects import (
        Species as Species,
    )
    from colonydesk.db.tables.subjects import (
        Subject as Subject,
    )
    from colonydesk.db.tables.views import (
        NarrativeTemplate as NarrativeTemplate,
    )
    from colonydesk.db.tables.views import (
        SavedView as SavedView,
    )

_AREAS = {
    "breeding": (
        "BreedingPair",
        "Litter",
        "Project",
        "SubjectRequest",
        "project_user",
        "subject_project",
    ),
    "data": (
        "DataFormat",
        "DataRepository",
        "DataRepositoryType",
        "Dataset",
        "DatasetType",
        "FileRecord",
    ),
    "genetics": (
        "Allele",
        "GenotypeTest",
        "Sequence",
        "Source",
        "Strain",
        "Zygosity",
        "ZygosityRule",
        "allele_sequence",
        "line_allele",
    ),
    "housing": (
        "CageCleaning",
        "CageType",
        "Enrichment",
        "Food",
        "Housing",
        "HousingSubject",
    ),
    "husbandry": (
        "Surgery",
        "WaterAdministration",
        "WaterPlan",
        "WaterRestriction",
        "WaterType",
        "Weighing",
        "water_restriction_procedure",
        "water_restriction_user",
    ),
    "misc": (
        "Lab",
        "LabLocation",
        "LabMember",
        "LabMembership",
        "Note",
        "lab_member_allowed_user",
        "lab_repository",
    ),
    "notices": (
        "SETTING",
        "Notification",
        "NotificationRecipient",
        "NotificationRule",
        "NotificationSetting",
    ),
    "ours": (
        "AuditEntry",
        "ChangeLog",
        "ImportedRecord",
    ),
    "procedures": (
        "Cull",
        "CullMethod",
        "CullReason",
        "OtherAction",
        "ProcedureType",
        "Session",
        "VirusInjection",
        "other_action_procedure",
        "other_action_user",
        "session_procedure",
        "session_project",
        "session_user",
        "surgery_procedure",
        "surgery_user",
        "virus_injection_procedure",
        "virus_injection_user",
    ),
    "subjects": (
        "GrowthCurve",
        "GrowthPoint",
        "Line",
        "Species",
        "Subject",
    ),
    "views": (
        "NarrativeTemplate",
        "SavedView",
    ),
}
_AREA_OF = {name: area for area, names in _AREAS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "Base":
        for area in _AREAS:
            import_module(f"{__name__}.{area}")
        return import_module(f"{__name__}.base").Base
    if name not in _AREA_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_AREA_OF[name]}"), name)
