"""The whole data model, first edition.

Revises: nothing
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "name NOT NULL"
NOTIFICATION_TYPES = (
    "notification_type IN ('responsible_user_change', 'mouse_underweight', 'mouse_water', "
    "'mouse_training', 'mouse_not_weighed', 'wean_due', 'genotyping_due', 'cage_cleaning_due', "
    "'request_due', 'breeding_check_due')"
)

# These keys close the circle subject, litter, breeding pair: PostgreSQL takes them when all are there.
LATE = [("breeding_pair", "father_id"), ("breeding_pair", "mother1_id"), ("breeding_pair", "mother2_id")]


def key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=f"fk_{table}_{column}",
        ondelete=ondelete,
        deferrable=True,
        initially="IMMEDIATE",
    )


def ref(
    table: str, column: str, target: str, ondelete: str = "RESTRICT", *, nullable: bool = True
) -> list[sa.schema.SchemaItem]:
    here = sa.Column(column, sa.Uuid(), nullable=nullable)
    if (table, column) in LATE and op.get_context().dialect.name == "postgresql":
        return [here]
    return [here, key(table, column, target, ondelete)]


def record(table: str, *items: "sa.schema.SchemaItem | str") -> None:
    """A table with the columns that every table has; the name is optional unless NAME is listed."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=NAME not in items),
        *[item for item in items if not isinstance(item, str)],
        sa.Column("json", JSON, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        *ref(table, "updated_by_id", "lab_member", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def link(table: str, left: str, left_target: str, right: str, right_target: str) -> None:
    """A many-to-many table."""
    op.create_table(
        table,
        *ref(table, left, left_target, "CASCADE", nullable=False),
        *ref(table, right, right_target, "CASCADE", nullable=False),
        sa.PrimaryKeyConstraint(left, right, name=f"pk_{table}"),
    )
    index(f"ix_{table}_{right}", table, [right])


def index(name: str, table: str, columns: "Sequence[str | sa.TextClause]", where: str | None = None) -> None:
    partial = None if where is None else sa.text(where)
    op.create_index(name, table, list(columns), sqlite_where=partial, postgresql_where=partial)


def upgrade() -> None:
    record(
        "lab_member",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_superuser", sa.Boolean(), nullable=False),
        sa.Column("is_stock_manager", sa.Boolean(), nullable=False),
        sa.Column("is_public_user", sa.Boolean(), nullable=False),
        sa.Column("date_joined", MOMENT, nullable=True),
        sa.Column("last_login", MOMENT, nullable=True),
        sa.UniqueConstraint("username"),
    )
    record("allele", sa.Column("nickname", sa.Text(), nullable=False), sa.UniqueConstraint("nickname"))
    op.create_table(
        "audit_entry",
        sa.Column("number", COUNTER, autoincrement=True),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *ref("audit_entry", "user_id", "lab_member"),
        sa.Column("workstation", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    index("ix_audit_entry_command_id", "audit_entry", ["command_id"])
    index("ix_audit_entry_row_id", "audit_entry", ["row_id"])
    record("cage_type", NAME, sa.Column("description", sa.Text(), nullable=True))
    op.create_table(
        "change_log",
        sa.Column("number", COUNTER, autoincrement=True),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *ref("change_log", "user_id", "lab_member"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("origin", sa.Uuid(), nullable=False),
        sa.Column("changed", JSON, nullable=False),
        sa.UniqueConstraint("command_id"),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    record("cull_method", NAME, sa.Column("description", sa.Text(), nullable=True))
    record("cull_reason", NAME, sa.Column("description", sa.Text(), nullable=True))
    record(
        "data_format",
        NAME,
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("file_extension", sa.Text(), nullable=True),
        sa.Column("matlab_loader_function", sa.Text(), nullable=True),
        sa.Column("python_loader_function", sa.Text(), nullable=True),
        sa.UniqueConstraint("name"),
    )
    record("data_repository_type", NAME, sa.UniqueConstraint("name"))
    record(
        "dataset_type",
        NAME,
        *ref("dataset_type", "created_by_id", "lab_member", "SET NULL"),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("filename_pattern", sa.Text(), nullable=True),
        sa.UniqueConstraint("filename_pattern"),
        sa.UniqueConstraint("name"),
    )
    record("enrichment", NAME, sa.Column("description", sa.Text(), nullable=True))
    record("food", NAME, sa.Column("description", sa.Text(), nullable=True))
    record(
        "imported_record",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("pk", sa.Text(), nullable=False),
        sa.UniqueConstraint("model", "pk"),
    )
    link("lab_member_allowed_user", "lab_member_id", "lab_member", "allowed_user_id", "lab_member")
    record(
        "narrative_template",
        *ref("narrative_template", "user_id", "lab_member", "CASCADE", nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.UniqueConstraint("user_id", "name"),
    )
    record(
        "note",
        *ref("note", "user_id", "lab_member", "SET NULL"),
        sa.Column("date_time", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("image_name", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
    )
    index("ix_note_object_id_date_time", "note", ["object_id", "date_time"])
    index("ix_note_user_id", "note", ["user_id"])
    record(
        "notification_rule",
        *ref("notification_rule", "user_id", "lab_member", "CASCADE", nullable=False),
        sa.Column("notification_type", sa.Text(), nullable=False),
        sa.Column("subjects_scope", sa.Text(), nullable=False),
        sa.CheckConstraint(NOTIFICATION_TYPES, name="notification_type"),
        sa.CheckConstraint("subjects_scope IN ('none', 'all', 'mine', 'lab')", name="subjects_scope"),
        sa.UniqueConstraint("user_id", "notification_type"),
    )
    record("procedure_type", NAME, sa.Column("description", sa.Text(), nullable=True))
    record("project", NAME, sa.Column("description", sa.Text(), nullable=True), sa.UniqueConstraint("name"))
    record(
        "saved_view",
        *ref("saved_view", "user_id", "lab_member", "CASCADE", nullable=False),
        sa.Column("screen", sa.Text(), nullable=False),
        sa.UniqueConstraint("user_id", "screen", "name"),
    )
    record(
        "sequence",
        NAME,
        sa.Column("base_pairs", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.UniqueConstraint("name"),
    )
    record("source", NAME, sa.Column("description", sa.Text(), nullable=True))
    record(
        "species",
        sa.Column("nickname", sa.Text(), nullable=False),
        sa.Column("usual_weight_min", sa.Double(), nullable=True),
        sa.Column("usual_weight_max", sa.Double(), nullable=True),
        sa.CheckConstraint("usual_weight_max > usual_weight_min", name="usual_weight_max"),
        sa.CheckConstraint("usual_weight_min > 0", name="usual_weight_min"),
        sa.UniqueConstraint("nickname"),
    )
    record("strain", NAME, sa.Column("description", sa.Text(), nullable=True))
    record("water_type", NAME, sa.UniqueConstraint("name"))
    link("allele_sequence", "allele_id", "allele", "sequence_id", "sequence")
    record(
        "data_repository",
        NAME,
        *ref("data_repository", "repository_type_id", "data_repository_type", "SET NULL"),
        sa.Column("hostname", sa.Text(), nullable=True),
        sa.Column("data_url", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("globus_path", sa.Text(), nullable=True),
        sa.Column("globus_endpoint_id", sa.Uuid(), nullable=True),
        sa.Column("globus_is_personal", sa.Boolean(), nullable=True),
        sa.UniqueConstraint("name"),
    )
    index("ix_data_repository_repository_type_id", "data_repository", ["repository_type_id"])
    record(
        "growth_curve",
        NAME,
        sa.Column("edition", sa.Integer(), nullable=False),
        *ref("growth_curve", "species_id", "species", "SET NULL"),
        *ref("growth_curve", "strain_id", "strain", "SET NULL"),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("name", "edition"),
    )
    index("ix_growth_curve_species_id", "growth_curve", ["species_id"])
    index("ix_growth_curve_strain_id", "growth_curve", ["strain_id"])
    record(
        "housing",
        sa.Column("cage_name", sa.Text(), nullable=True),
        *ref("housing", "cage_type_id", "cage_type", "SET NULL"),
        *ref("housing", "enrichment_id", "enrichment", "SET NULL"),
        *ref("housing", "food_id", "food", "SET NULL"),
        sa.Column("cage_cleaning_frequency_days", sa.Integer(), nullable=True),
        sa.Column("light_cycle", sa.Integer(), nullable=True),
        sa.CheckConstraint("light_cycle IN (0, 1)", name="light_cycle"),
    )
    index("ix_housing_cage_name", "housing", ["cage_name"])
    index("ix_housing_cage_type_id", "housing", ["cage_type_id"])
    index("ix_housing_enrichment_id", "housing", ["enrichment_id"])
    index("ix_housing_food_id", "housing", ["food_id"])
    record(
        "lab",
        NAME,
        sa.Column("institution", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("reference_weight_pct", sa.Double(), nullable=False),
        sa.Column("zscore_weight_pct", sa.Double(), nullable=False),
        *ref("lab", "cage_type_id", "cage_type", "SET NULL"),
        *ref("lab", "enrichment_id", "enrichment", "SET NULL"),
        *ref("lab", "food_id", "food", "SET NULL"),
        sa.Column("cage_cleaning_frequency_days", sa.Integer(), nullable=True),
        sa.Column("light_cycle", sa.Integer(), nullable=True),
        sa.Column("absolute_min_pct", sa.Double(), nullable=False),
        sa.Column("water_ml_per_g", sa.Double(), nullable=False),
        sa.Column("water_ml_per_g_underweight", sa.Double(), nullable=False),
        sa.Column("growth_mode", sa.Text(), nullable=False),
        *ref("lab", "usual_source_id", "source", "SET NULL"),
        *ref("lab", "usual_species_id", "species", "SET NULL"),
        sa.Column("reminder_hour", sa.Integer(), nullable=False),
        sa.Column("notification_delay_seconds", sa.Integer(), nullable=False),
        sa.Column("water_delay_hours", sa.Double(), nullable=False),
        sa.CheckConstraint("absolute_min_pct BETWEEN 0 AND 1", name="absolute_min_pct"),
        sa.CheckConstraint("growth_mode IN ('step', 'linear')", name="growth_mode"),
        sa.CheckConstraint("light_cycle IN (0, 1)", name="light_cycle"),
        sa.CheckConstraint("notification_delay_seconds >= 0", name="notification_delay_seconds"),
        sa.CheckConstraint("reference_weight_pct BETWEEN 0 AND 1", name="reference_weight_pct"),
        sa.CheckConstraint("reminder_hour BETWEEN 0 AND 23", name="reminder_hour"),
        sa.CheckConstraint("water_delay_hours >= 0", name="water_delay_hours"),
        sa.CheckConstraint("water_ml_per_g >= 0", name="water_ml_per_g"),
        sa.CheckConstraint("water_ml_per_g_underweight >= 0", name="water_ml_per_g_underweight"),
        sa.CheckConstraint("zscore_weight_pct BETWEEN 0 AND 1", name="zscore_weight_pct"),
        sa.UniqueConstraint("name"),
    )
    index("ix_lab_cage_type_id", "lab", ["cage_type_id"])
    index("ix_lab_enrichment_id", "lab", ["enrichment_id"])
    index("ix_lab_food_id", "lab", ["food_id"])
    index("ix_lab_usual_source_id", "lab", ["usual_source_id"])
    index("ix_lab_usual_species_id", "lab", ["usual_species_id"])
    link("project_user", "project_id", "project", "user_id", "lab_member")
    record(
        "cage_cleaning",
        *ref("cage_cleaning", "housing_id", "housing", nullable=False),
        sa.Column("date_time", MOMENT, nullable=False),
        *ref("cage_cleaning", "user_id", "lab_member", "SET NULL"),
    )
    index("ix_cage_cleaning_housing_id_date_time", "cage_cleaning", ["housing_id", "date_time"])
    index("ix_cage_cleaning_user_id", "cage_cleaning", ["user_id"])
    record(
        "growth_point",
        *ref("growth_point", "growth_curve_id", "growth_curve", "CASCADE", nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("mean_g", sa.Double(), nullable=False),
        sa.Column("sd_g", sa.Double(), nullable=False),
        sa.CheckConstraint("mean_g > 0", name="mean_g"),
        sa.CheckConstraint("sd_g > 0", name="sd_g"),
        sa.CheckConstraint("sex IN ('M', 'F')", name="sex"),
        sa.CheckConstraint("week >= 0", name="week"),
        sa.UniqueConstraint("growth_curve_id", "sex", "week"),
    )
    record(
        "lab_location",
        NAME,
        *ref("lab_location", "lab_id", "lab", "SET NULL"),
        sa.Column("description", sa.Text(), nullable=True),
    )
    index("ix_lab_location_lab_id", "lab_location", ["lab_id"])
    record(
        "lab_membership",
        *ref("lab_membership", "user_id", "lab_member", "CASCADE", nullable=False),
        *ref("lab_membership", "lab_id", "lab", "CASCADE", nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
    )
    index("ix_lab_membership_lab_id", "lab_membership", ["lab_id"])
    index("ix_lab_membership_user_id", "lab_membership", ["user_id"])
    link("lab_repository", "lab_id", "lab", "data_repository_id", "data_repository")
    record(
        "line",
        sa.Column("nickname", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("target_phenotype", sa.Text(), nullable=True),
        *ref("line", "strain_id", "strain", "SET NULL"),
        *ref("line", "source_id", "source", "SET NULL"),
        sa.Column("source_identifier", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("expression_data_url", sa.Text(), nullable=True),
        *ref("line", "species_id", "species", "SET NULL"),
        sa.Column("subject_autoname_index", sa.Integer(), nullable=False),
        sa.Column("breeding_pair_autoname_index", sa.Integer(), nullable=False),
        sa.Column("litter_autoname_index", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        *ref("line", "lab_id", "lab", "SET NULL"),
        *ref("line", "growth_curve_id", "growth_curve", "SET NULL"),
        sa.Column("wean_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("wean_days > 0", name="wean_days"),
        sa.UniqueConstraint("nickname"),
    )
    index("ix_line_growth_curve_id", "line", ["growth_curve_id"])
    index("ix_line_lab_id", "line", ["lab_id"])
    index("ix_line_source_id", "line", ["source_id"])
    index("ix_line_species_id", "line", ["species_id"])
    index("ix_line_strain_id", "line", ["strain_id"])
    record(
        "breeding_pair",
        *ref("breeding_pair", "line_id", "line", "SET NULL"),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        *ref("breeding_pair", "father_id", "subject"),
        *ref("breeding_pair", "mother1_id", "subject"),
        *ref("breeding_pair", "mother2_id", "subject"),
        sa.Column("description", sa.Text(), nullable=True),
    )
    index("ix_breeding_pair_father_id", "breeding_pair", ["father_id"])
    index("ix_breeding_pair_line_id", "breeding_pair", ["line_id"])
    index("ix_breeding_pair_mother1_id", "breeding_pair", ["mother1_id"])
    index("ix_breeding_pair_mother2_id", "breeding_pair", ["mother2_id"])
    link("line_allele", "line_id", "line", "allele_id", "allele")
    record(
        "subject_request",
        *ref("subject_request", "user_id", "lab_member", "SET NULL"),
        *ref("subject_request", "line_id", "line", "SET NULL"),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("date_time", MOMENT, nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.CheckConstraint("count >= 0", name="count"),
    )
    index("ix_subject_request_line_id", "subject_request", ["line_id"])
    index("ix_subject_request_user_id", "subject_request", ["user_id"])
    record(
        "zygosity_rule",
        *ref("zygosity_rule", "line_id", "line", "CASCADE", nullable=False),
        *ref("zygosity_rule", "allele_id", "allele", "CASCADE", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *ref("zygosity_rule", "sequence0_id", "sequence"),
        sa.Column("sequence0_result", sa.Integer(), nullable=True),
        *ref("zygosity_rule", "sequence1_id", "sequence"),
        sa.Column("sequence1_result", sa.Integer(), nullable=True),
        sa.Column("zygosity", sa.Integer(), nullable=False),
        sa.CheckConstraint("sequence0_result IN (0, 1)", name="sequence0_result"),
        sa.CheckConstraint("sequence1_result IN (0, 1)", name="sequence1_result"),
        sa.CheckConstraint("zygosity IN (0, 1, 2, 3)", name="zygosity"),
        sa.UniqueConstraint(
            "line_id", "allele_id", "sequence0_id", "sequence0_result", "sequence1_id", "sequence1_result"
        ),
    )
    index("ix_zygosity_rule_allele_id", "zygosity_rule", ["allele_id"])
    index("ix_zygosity_rule_sequence0_id", "zygosity_rule", ["sequence0_id"])
    index("ix_zygosity_rule_sequence1_id", "zygosity_rule", ["sequence1_id"])
    record(
        "litter",
        NAME,
        *ref("litter", "line_id", "line", "SET NULL"),
        *ref("litter", "breeding_pair_id", "breeding_pair", "SET NULL"),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.UniqueConstraint("name"),
    )
    index("ix_litter_breeding_pair_id", "litter", ["breeding_pair_id"])
    index("ix_litter_line_id", "litter", ["line_id"])
    record(
        "subject",
        sa.Column("nickname", sa.Text(), nullable=False),
        *ref("subject", "species_id", "species", "SET NULL"),
        *ref("subject", "litter_id", "litter", "SET NULL"),
        sa.Column("sex", sa.Text(), nullable=False),
        *ref("subject", "strain_id", "strain", "SET NULL"),
        *ref("subject", "source_id", "source", "SET NULL"),
        *ref("subject", "line_id", "line", "SET NULL"),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("death_date", sa.Date(), nullable=True),
        sa.Column("wean_date", sa.Date(), nullable=True),
        sa.Column("genotype_date", sa.Date(), nullable=True),
        *ref("subject", "responsible_user_id", "lab_member", "SET NULL"),
        *ref("subject", "lab_id", "lab"),
        sa.Column("cage", sa.Text(), nullable=True),
        *ref("subject", "request_id", "subject_request", "SET NULL"),
        sa.Column("ear_mark", sa.Text(), nullable=True),
        sa.Column("protocol_number", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("adverse_effects", sa.Text(), nullable=True),
        sa.Column("actual_severity", sa.Integer(), nullable=True),
        sa.Column("to_be_genotyped", sa.Boolean(), nullable=False),
        sa.Column("to_be_culled", sa.Boolean(), nullable=False),
        sa.Column("reduced_date", sa.Date(), nullable=True),
        sa.Column("is_human", sa.Boolean(), nullable=False),
        sa.CheckConstraint("actual_severity IN (1, 2, 3, 4, 5)", name="actual_severity"),
        sa.CheckConstraint("protocol_number IN ('1', '2', '3', '4')", name="protocol_number"),
        sa.CheckConstraint("sex IN ('M', 'F', 'U')", name="sex"),
        sa.UniqueConstraint("nickname", "lab_id"),
        sa.UniqueConstraint("nickname", "responsible_user_id"),
    )
    index("ix_subject_cage_lab_id", "subject", ["cage", "lab_id"])
    index("ix_subject_lab_id", "subject", ["lab_id"])
    index("ix_subject_line_id", "subject", ["line_id"])
    index("ix_subject_litter_id", "subject", ["litter_id"])
    index("ix_subject_request_id", "subject", ["request_id"])
    index("ix_subject_responsible_user_id", "subject", ["responsible_user_id"])
    index("ix_subject_source_id", "subject", ["source_id"])
    index("ix_subject_species_id", "subject", ["species_id"])
    index("ix_subject_strain_id", "subject", ["strain_id"])
    record(
        "cull",
        *ref("cull", "user_id", "lab_member", "SET NULL"),
        *ref("cull", "subject_id", "subject", nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        *ref("cull", "cull_reason_id", "cull_reason", "SET NULL"),
        *ref("cull", "cull_method_id", "cull_method", "SET NULL"),
        sa.UniqueConstraint("subject_id"),
    )
    record(
        "genotype_test",
        *ref("genotype_test", "subject_id", "subject", "CASCADE", nullable=False),
        *ref("genotype_test", "sequence_id", "sequence", nullable=False),
        sa.Column("test_result", sa.Integer(), nullable=True),
        sa.CheckConstraint("test_result IN (0, 1)", name="test_result"),
    )
    index("ix_genotype_test_sequence_id", "genotype_test", ["sequence_id"])
    index("ix_genotype_test_subject_id", "genotype_test", ["subject_id"])
    record(
        "housing_subject",
        *ref("housing_subject", "subject_id", "subject", nullable=False),
        *ref("housing_subject", "housing_id", "housing", nullable=False),
        sa.Column("start_datetime", MOMENT, nullable=False),
        sa.Column("end_datetime", MOMENT, nullable=True),
    )
    index("ix_housing_subject_housing_id", "housing_subject", ["housing_id"])
    index("ix_housing_subject_open", "housing_subject", ["subject_id"], where="end_datetime IS NULL")
    index("ix_housing_subject_subject_id_start_datetime", "housing_subject", ["subject_id", "start_datetime"])
    record(
        "notification",
        sa.Column("send_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("notification_type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        *ref("notification", "subject_id", "subject", "CASCADE"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(NOTIFICATION_TYPES, name="notification_type"),
        sa.CheckConstraint("status IN ('no-send', 'to-send', 'sent')", name="status"),
    )
    index("ix_notification_status_send_at", "notification", ["status", "send_at"])
    index("ix_notification_subject_id", "notification", ["subject_id"])
    record(
        "other_action",
        *ref("other_action", "subject_id", "subject", nullable=False),
        *ref("other_action", "location_id", "lab_location", "SET NULL"),
        *ref("other_action", "lab_id", "lab", "SET NULL"),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("start_time", MOMENT, nullable=True),
        sa.Column("end_time", MOMENT, nullable=True),
    )
    index("ix_other_action_subject_id_start_time", "other_action", ["subject_id", "start_time"])
    record(
        "session",
        *ref("session", "parent_session_id", "session"),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("task_protocol", sa.Text(), nullable=True),
        sa.Column("n_trials", sa.Integer(), nullable=True),
        sa.Column("n_correct_trials", sa.Integer(), nullable=True),
        sa.Column("qc", sa.Integer(), nullable=False),
        sa.Column("extended_qc", JSON, nullable=True),
        sa.Column("auto_datetime", MOMENT, nullable=True),
        *ref("session", "subject_id", "subject", nullable=False),
        *ref("session", "location_id", "lab_location", "SET NULL"),
        *ref("session", "lab_id", "lab", "SET NULL"),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("start_time", MOMENT, nullable=True),
        sa.Column("end_time", MOMENT, nullable=True),
        sa.CheckConstraint("parent_session_id <> id", name="parent_session"),
        sa.CheckConstraint("qc IN (0, 10, 30, 40, 50)", name="qc"),
    )
    index("ix_session_parent_session_id", "session", ["parent_session_id"])
    index("ix_session_start_time", "session", ["start_time"])
    index("ix_session_subject_id_start_time", "session", ["subject_id", "start_time"])
    link("subject_project", "subject_id", "subject", "project_id", "project")
    record(
        "surgery",
        sa.Column("outcome_type", sa.Text(), nullable=True),
        sa.Column("implant_weight", sa.Double(), nullable=False),
        *ref("surgery", "subject_id", "subject", nullable=False),
        *ref("surgery", "location_id", "lab_location", "SET NULL"),
        *ref("surgery", "lab_id", "lab", "SET NULL"),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("start_time", MOMENT, nullable=True),
        sa.Column("end_time", MOMENT, nullable=True),
        sa.CheckConstraint("implant_weight >= 0", name="implant_weight"),
        sa.CheckConstraint("outcome_type IN ('a', 'r', 'n')", name="outcome_type"),
    )
    index("ix_surgery_subject_id_start_time", "surgery", ["subject_id", "start_time"])
    record(
        "virus_injection",
        sa.Column("virus_batch", sa.Text(), nullable=True),
        sa.Column("injection_volume", sa.Double(), nullable=True),
        sa.Column("rate_of_injection", sa.Double(), nullable=True),
        sa.Column("injection_type", sa.Text(), nullable=True),
        *ref("virus_injection", "subject_id", "subject", nullable=False),
        *ref("virus_injection", "location_id", "lab_location", "SET NULL"),
        *ref("virus_injection", "lab_id", "lab", "SET NULL"),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("start_time", MOMENT, nullable=True),
        sa.Column("end_time", MOMENT, nullable=True),
        sa.CheckConstraint("injection_type IN ('I', 'P')", name="injection_type"),
    )
    index("ix_virus_injection_subject_id_start_time", "virus_injection", ["subject_id", "start_time"])
    record(
        "water_plan",
        *ref("water_plan", "subject_id", "subject", nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        *ref("water_plan", "water_type_id", "water_type", "SET NULL"),
        *ref("water_plan", "carer_id", "lab_member", "SET NULL"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    index("ix_water_plan_carer_id", "water_plan", ["carer_id"])
    index("ix_water_plan_subject_id_date", "water_plan", ["subject_id", "date"])
    record(
        "water_restriction",
        sa.Column("reference_weight", sa.Double(), nullable=True),
        *ref("water_restriction", "water_type_id", "water_type", "SET NULL"),
        *ref("water_restriction", "subject_id", "subject", nullable=False),
        *ref("water_restriction", "location_id", "lab_location", "SET NULL"),
        *ref("water_restriction", "lab_id", "lab", "SET NULL"),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("start_time", MOMENT, nullable=True),
        sa.Column("end_time", MOMENT, nullable=True),
        sa.CheckConstraint("reference_weight >= 0", name="reference_weight"),
    )
    index("ix_water_restriction_end_time", "water_restriction", ["end_time"])
    index("ix_water_restriction_open", "water_restriction", ["subject_id"], where="end_time IS NULL")
    index("ix_water_restriction_subject_id_start_time", "water_restriction", ["subject_id", "start_time"])
    record(
        "weighing",
        *ref("weighing", "user_id", "lab_member", "SET NULL"),
        *ref("weighing", "subject_id", "subject", nullable=False),
        sa.Column("date_time", MOMENT, nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("reading_raw", sa.Text(), nullable=True),
        sa.Column("reading_stable", sa.Boolean(), nullable=True),
        sa.Column("balance_serial", sa.Text(), nullable=True),
        *ref("weighing", "superseded_by_id", "weighing"),
        sa.Column("voided_at", MOMENT, nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("superseded_by_id IS NULL OR voided_at IS NOT NULL", name="superseded"),
        sa.CheckConstraint("weight > 0", name="weight"),
    )
    index(
        "ix_weighing_live",
        "weighing",
        ["subject_id", "date_time", "created_at", "id", "weight"],
        where="voided_at IS NULL",
    )
    index("ix_weighing_voided", "weighing", ["subject_id"], where="voided_at IS NOT NULL")
    record(
        "zygosity",
        *ref("zygosity", "subject_id", "subject", "CASCADE", nullable=False),
        *ref("zygosity", "allele_id", "allele", nullable=False),
        sa.Column("zygosity", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint("origin IN ('derived', 'hand')", name="origin"),
        sa.CheckConstraint("zygosity IN (0, 1, 2, 3)", name="zygosity"),
        sa.UniqueConstraint("subject_id", "allele_id"),
    )
    index("ix_zygosity_allele_id", "zygosity", ["allele_id"])
    record(
        "dataset",
        *ref("dataset", "session_id", "session"),
        *ref("dataset", "created_by_id", "lab_member", "SET NULL"),
        sa.Column("created_datetime", MOMENT, nullable=True),
        sa.Column("generating_software", sa.Text(), nullable=True),
        *ref("dataset", "provenance_directory_id", "dataset", "SET NULL"),
        *ref("dataset", "dataset_type_id", "dataset_type"),
        *ref("dataset", "data_format_id", "data_format"),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("md5", sa.Uuid(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.Column("dataset_version", sa.Text(), nullable=True),
        sa.Column("collection", sa.Text(), nullable=True),
        sa.Column("qc", sa.Integer(), nullable=False),
        sa.Column("auto_datetime", MOMENT, nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("default_dataset", sa.Boolean(), nullable=False),
        sa.Column("revision", JSON, nullable=True),
        sa.Column("tags", JSON, nullable=True),
        sa.CheckConstraint("file_size >= 0", name="file_size"),
        sa.CheckConstraint("qc IN (0, 10, 30, 40, 50)", name="qc"),
    )
    index("ix_dataset_data_format_id", "dataset", ["data_format_id"])
    index("ix_dataset_dataset_type_id", "dataset", ["dataset_type_id"])
    index("ix_dataset_session_id", "dataset", ["session_id"])
    record(
        "notification_recipient",
        *ref("notification_recipient", "notification_id", "notification", "CASCADE", nullable=False),
        *ref("notification_recipient", "user_id", "lab_member", "CASCADE", nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("snoozed_until", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.UniqueConstraint("notification_id", "user_id"),
    )
    index("ix_notification_recipient_user_id", "notification_recipient", ["user_id"])
    link("other_action_procedure", "other_action_id", "other_action", "procedure_type_id", "procedure_type")
    link("other_action_user", "other_action_id", "other_action", "user_id", "lab_member")
    link("session_procedure", "session_id", "session", "procedure_type_id", "procedure_type")
    link("session_project", "session_id", "session", "project_id", "project")
    link("session_user", "session_id", "session", "user_id", "lab_member")
    link("surgery_procedure", "surgery_id", "surgery", "procedure_type_id", "procedure_type")
    link("surgery_user", "surgery_id", "surgery", "user_id", "lab_member")
    link(
        "virus_injection_procedure",
        "virus_injection_id",
        "virus_injection",
        "procedure_type_id",
        "procedure_type",
    )
    link("virus_injection_user", "virus_injection_id", "virus_injection", "user_id", "lab_member")
    record(
        "water_administration",
        *ref("water_administration", "user_id", "lab_member", "SET NULL"),
        *ref("water_administration", "subject_id", "subject", nullable=False),
        sa.Column("date_time", MOMENT, nullable=False),
        *ref("water_administration", "session_id", "session", "SET NULL"),
        sa.Column("water_administered", sa.Double(), nullable=True),
        *ref("water_administration", "water_type_id", "water_type"),
        sa.Column("adlib", sa.Boolean(), nullable=False),
        *ref("water_administration", "superseded_by_id", "water_administration"),
        sa.Column("voided_at", MOMENT, nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("superseded_by_id IS NULL OR voided_at IS NOT NULL", name="superseded"),
        sa.CheckConstraint("water_administered >= 0", name="water_administered"),
    )
    index("ix_water_administration_session_id", "water_administration", ["session_id"])
    index(
        "ix_water_administration_live",
        "water_administration",
        ["subject_id", "date_time", "created_at", "id", "water_administered", "session_id", "adlib"],
        where="voided_at IS NULL",
    )
    index(
        "ix_water_administration_voided",
        "water_administration",
        ["subject_id"],
        where="voided_at IS NOT NULL",
    )
    link(
        "water_restriction_procedure",
        "water_restriction_id",
        "water_restriction",
        "procedure_type_id",
        "procedure_type",
    )
    link("water_restriction_user", "water_restriction_id", "water_restriction", "user_id", "lab_member")
    record(
        "file_record",
        *ref("file_record", "dataset_id", "dataset", "CASCADE", nullable=False),
        *ref("file_record", "data_repository_id", "data_repository", nullable=False),
        sa.Column("relative_path", sa.Text(), nullable=False),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("data_repository_id", "relative_path"),
    )
    index("ix_file_record_dataset_id", "file_record", ["dataset_id"])
    if op.get_context().dialect.name == "postgresql":
        for table, column in LATE:
            op.create_foreign_key(
                f"fk_{table}_{column}",
                table,
                "subject",
                [column],
                ["id"],
                ondelete="RESTRICT",
                deferrable=True,
                initially="IMMEDIATE",
            )


TABLES = [
    "file_record",
    "water_restriction_user",
    "water_restriction_procedure",
    "water_administration",
    "virus_injection_user",
    "virus_injection_procedure",
    "surgery_user",
    "surgery_procedure",
    "session_user",
    "session_project",
    "session_procedure",
    "other_action_user",
    "other_action_procedure",
    "notification_recipient",
    "dataset",
    "zygosity",
    "weighing",
    "water_restriction",
    "water_plan",
    "virus_injection",
    "surgery",
    "subject_project",
    "session",
    "other_action",
    "notification",
    "housing_subject",
    "genotype_test",
    "cull",
    "subject",
    "litter",
    "zygosity_rule",
    "subject_request",
    "line_allele",
    "breeding_pair",
    "line",
    "lab_repository",
    "lab_membership",
    "lab_location",
    "growth_point",
    "cage_cleaning",
    "project_user",
    "lab",
    "housing",
    "growth_curve",
    "data_repository",
    "allele_sequence",
    "water_type",
    "strain",
    "species",
    "source",
    "sequence",
    "saved_view",
    "project",
    "procedure_type",
    "notification_rule",
    "note",
    "narrative_template",
    "lab_member_allowed_user",
    "imported_record",
    "food",
    "enrichment",
    "dataset_type",
    "data_repository_type",
    "data_format",
    "cull_reason",
    "cull_method",
    "change_log",
    "cage_type",
    "audit_entry",
    "allele",
    "lab_member",
]


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for table, column in LATE:
            op.drop_constraint(f"fk_{table}_{column}", table)
    for table in TABLES:
        op.drop_table(table)
