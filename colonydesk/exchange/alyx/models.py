"""Which of our tables holds which model of Alyx, and which column which field.

Most fields have Alyx's own names; a foreign key's column ends in ``_id``. The order is that of writing: what
a record refers to stands before it. The few references that would close a circle are ``closing``: they are
set when all tables are in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table

from colonydesk.db import tables as ours
from colonydesk.db.tables import Base


@dataclass(frozen=True, slots=True)
class Link:
    """A many-to-many field: a list of ids that becomes rows of ``table`` (columns ``left`` and ``right``)."""

    field: str
    table: Table
    left: str
    right: str
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """One Alyx model. ``fields`` gives the column of each field; ``natural`` is the field its records go by.

    ``own`` gives the columns of fields that need more than a conversion (see ``special``); ``fixed`` is what
    an imported record has in columns of ours. A ``proxy`` is another name for a model that stands before it.
    ``known_by`` is the column by which a record that is here under another id is known: that of ``natural``
    where it is unique or a word to choose from, else "". ``is_word``: a word of a vocabulary, which a new
    database has its own of; the same in capital and small letters.
    """

    name: str
    table: Table
    fields: Mapping[str, str]
    links: tuple[Link, ...]
    natural: str
    closing: frozenset[str]
    own: Mapping[str, str]
    fixed: dict[str, Any]
    proxy: bool
    known_by: str
    is_word: bool


# Seeded in a new database, and mostly without a unique name.
_WORDS: Final = (
    *(ours.ProcedureType, ours.WaterType, ours.CullReason, ours.CullMethod, ours.CageType, ours.Enrichment),
    *(ours.Food, ours.Strain, ours.Source, ours.DataRepositoryType),
)


def _table(entity: type[Base]) -> Table:
    table = entity.__table__
    assert isinstance(table, Table)
    return table


def _link(field: str, table: Table, closing: bool = False) -> Link:
    left, right = table.columns
    return Link(field, table, left.name, right.name, closing)


def _model(
    name: str,
    entity: type[Base],
    fields: str = "",
    *,
    renamed: Mapping[str, str] | None = None,
    links: tuple[Link, ...] = (),
    natural: str = "",
    closing: str = "",
    own: Mapping[str, str] | None = None,
    fixed: dict[str, Any] | None = None,
    proxy: bool = False,
) -> Model:
    table = _table(entity)
    columns = {
        field: field if field in table.columns else f"{field}_id" for field in ("name", *fields.split())
    }
    columns |= renamed or {}
    return Model(
        name,
        table,
        columns,
        links,
        natural,
        frozenset(closing.split()),
        own or {},
        fixed or {},
        proxy,
        columns[natural] if entity in _WORDS else _known_by(table, columns[natural]) if natural else "",
        entity in _WORDS,
    )


def _known_by(table: Table, name: str) -> str:
    # A name that the program gives itself (CK_L_001) counts in the books at hand: nothing is known by it.
    column = table.c[name]
    return name if column.unique and not column.info.get("automatic") else ""


_ACTION: Final = "subject location lab narrative start_time end_time"
_SESSION: Final = (
    f"{_ACTION} parent_session type number task_protocol n_trials n_correct_trials qc"
    " extended_qc auto_datetime"
)


def _action_links(users: Table, procedures: Table) -> tuple[Link, ...]:
    return _link("users", users), _link("procedures", procedures)


_SESSION_LINKS: Final = (
    *_action_links(ours.session_user, ours.session_procedure),
    _link("projects", ours.session_project),
)
_OBJECT: Final = {"content_type": "content_type", "object_id": "object_id"}
_RECIPIENTS: Final = Link("users", _table(ours.NotificationRecipient), "notification_id", "user_id")

MODELS: Final = (
    _model(
        "misc.labmember",
        ours.LabMember,
        "username password first_name last_name email is_staff is_active is_superuser is_stock_manager"
        " is_public_user date_joined last_login",
        links=(_link("allowed_users", ours.lab_member_allowed_user, closing=True),),
        natural="username",
    ),
    _model("data.datarepositorytype", ours.DataRepositoryType, natural="name"),
    _model(
        "data.datarepository",
        ours.DataRepository,
        "repository_type hostname data_url timezone globus_path globus_endpoint_id globus_is_personal",
        natural="name",
    ),
    _model(
        "data.dataformat",
        ours.DataFormat,
        "description file_extension matlab_loader_function python_loader_function",
        natural="name",
    ),
    _model("data.datasettype", ours.DatasetType, "created_by description filename_pattern", natural="name"),
    _model("misc.cagetype", ours.CageType, "description", natural="name"),
    _model("misc.enrichment", ours.Enrichment, "description", natural="name"),
    _model("misc.food", ours.Food, "description", natural="name"),
    _model(
        "misc.lab",
        ours.Lab,
        "institution address reference_weight_pct zscore_weight_pct cage_type enrichment food"
        " cage_cleaning_frequency_days light_cycle",
        links=(_link("repositories", ours.lab_repository),),
        natural="name",
        own={"timezone": "timezone"},
        fixed={"growth_mode": "step"},
    ),
    _model("misc.labmembership", ours.LabMembership, "user lab role start_date end_date"),
    _model("misc.lablocation", ours.LabLocation, "lab", natural="name"),
    _model(
        "subjects.project",
        ours.Project,
        "description",
        links=(_link("users", ours.project_user),),
        natural="name",
    ),
    _model("subjects.species", ours.Species, "nickname", natural="nickname"),
    _model("subjects.strain", ours.Strain, "description", natural="name"),
    _model("subjects.source", ours.Source, "description", natural="name"),
    _model("subjects.sequence", ours.Sequence, "base_pairs description", natural="name"),
    _model(
        "subjects.allele",
        ours.Allele,
        "nickname",
        links=(_link("sequences", ours.allele_sequence),),
        natural="nickname",
    ),
    _model(
        "subjects.line",
        ours.Line,
        "nickname description target_phenotype strain source source_identifier source_url"
        " expression_data_url species subject_autoname_index breeding_pair_autoname_index"
        " litter_autoname_index is_active lab",
        links=(_link("alleles", ours.line_allele),),
        natural="nickname",
    ),
    _model(
        "subjects.zygosityrule",
        ours.ZygosityRule,
        "line allele sequence0 sequence0_result sequence1 sequence1_result zygosity",
    ),
    _model(
        "subjects.breedingpair",
        ours.BreedingPair,
        "line start_date end_date father mother1 mother2 description",
        natural="name",
        closing="father mother1 mother2",
    ),
    _model("subjects.litter", ours.Litter, "line breeding_pair birth_date description", natural="name"),
    _model("subjects.subjectrequest", ours.SubjectRequest, "user line count date_time due_date description"),
    _model(
        "subjects.subject",
        ours.Subject,
        "nickname species litter sex strain source line birth_date death_date wean_date genotype_date"
        " responsible_user lab cage request ear_mark protocol_number description adverse_effects"
        " actual_severity to_be_genotyped to_be_culled reduced_date",
        links=(_link("projects", ours.subject_project),),
        natural="nickname",
    ),
    _model("subjects.zygosity", ours.Zygosity, "subject allele zygosity", fixed={"origin": "hand"}),
    _model("subjects.genotypetest", ours.GenotypeTest, "subject sequence test_result"),
    _model("actions.proceduretype", ours.ProcedureType, "description", natural="name"),
    _model("actions.watertype", ours.WaterType, natural="name"),
    _model("actions.cullreason", ours.CullReason, "description", natural="name"),
    _model("actions.cullmethod", ours.CullMethod, "description", natural="name"),
    _model(
        "actions.virusinjection",
        ours.VirusInjection,
        f"{_ACTION} virus_batch injection_volume rate_of_injection injection_type",
        links=_action_links(ours.virus_injection_user, ours.virus_injection_procedure),
    ),
    _model(
        "actions.surgery",
        ours.Surgery,
        f"{_ACTION} outcome_type implant_weight",
        links=_action_links(ours.surgery_user, ours.surgery_procedure),
    ),
    _model("actions.session", ours.Session, _SESSION, links=_SESSION_LINKS, closing="parent_session"),
    _model(
        "actions.ephyssession",
        ours.Session,
        _SESSION,
        links=_SESSION_LINKS,
        closing="parent_session",
        proxy=True,
    ),
    _model(
        "actions.imagingsession",
        ours.Session,
        _SESSION,
        links=_SESSION_LINKS,
        closing="parent_session",
        proxy=True,
    ),
    _model(
        "actions.waterrestriction",
        ours.WaterRestriction,
        f"{_ACTION} reference_weight water_type",
        links=_action_links(ours.water_restriction_user, ours.water_restriction_procedure),
    ),
    _model(
        "actions.otheraction",
        ours.OtherAction,
        _ACTION,
        links=_action_links(ours.other_action_user, ours.other_action_procedure),
    ),
    _model("actions.weighing", ours.Weighing, "user subject date_time weight"),
    _model(
        "actions.wateradministration",
        ours.WaterAdministration,
        "user subject date_time session water_administered water_type adlib",
    ),
    _model("actions.cull", ours.Cull, "user subject date description cull_reason cull_method"),
    _model(
        "actions.notification",
        ours.Notification,
        "send_at sent_at notification_type title message subject status",
        links=(_RECIPIENTS,),
    ),
    _model("actions.notificationrule", ours.NotificationRule, "user notification_type subjects_scope"),
    _model(
        "misc.housing",
        ours.Housing,
        "cage_name cage_type enrichment food cage_cleaning_frequency_days light_cycle",
    ),
    _model("misc.housingsubject", ours.HousingSubject, "subject housing start_datetime end_datetime"),
    _model(
        "data.dataset",
        ours.Dataset,
        "session created_by created_datetime generating_software provenance_directory dataset_type"
        " data_format file_size md5 hash collection qc auto_datetime default_dataset",
        renamed={"version": "dataset_version"},
        closing="provenance_directory",
        own={**_OBJECT, "revision": "revision", "tags": "tags"},
    ),
    _model("data.filerecord", ours.FileRecord, "dataset data_repository relative_path exists"),
    _model("misc.note", ours.Note, "user date_time text", own={**_OBJECT, "image": "image_name"}),
)

BY_NAME: Final = {model.name: model for model in MODELS}
BY_TABLE: Final = {model.table.name: model for model in reversed(MODELS)}

# What stands in the file but is no model of ours keeps its fields here, as they are.
IMPORTED: Final = _table(ours.ImportedRecord)
