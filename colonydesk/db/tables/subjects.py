"""Animals, their descent and their genetics."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Described, Named, Record, link, one_of, ref
from colonydesk.domain.codes import (
    PROTOCOL_NUMBER,
    SEVERITY,
    SEX,
    TEST_RESULT,
    ZYGOSITY,
    ZYGOSITY_ORIGIN,
)


class Project(Named, Base):
    __tablename__ = "project"

    description: Mapped[str | None]


project_user = link("project_user", "project", "lab_member", "user_id")


class Species(Record, Base):
    __tablename__ = "species"

    nickname: Mapped[str] = mapped_column(unique=True)
    # Ours: the usual weight range in g, outside of which a weighing is asked about.
    usual_weight_min: Mapped[float | None]
    usual_weight_max: Mapped[float | None]

    __table_args__ = (
        CheckConstraint("usual_weight_min > 0", name="usual_weight_min"),
        CheckConstraint("usual_weight_max > usual_weight_min", name="usual_weight_max"),
    )


class Strain(Described, Base):
    __tablename__ = "strain"


class Source(Described, Base):
    __tablename__ = "source"


class GrowthCurve(Record, Base):
    """Body weight by age; the line's own, else its strain's, else its species' holds for an animal."""

    __tablename__ = "growth_curve"

    name: Mapped[str] = mapped_column(sort_order=-9)
    edition: Mapped[int] = mapped_column(default=1)
    species_id: Mapped[UUID | None] = ref("species", "SET NULL")
    strain_id: Mapped[UUID | None] = ref("strain", "SET NULL")
    source: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (UniqueConstraint("name", "edition"),)


class GrowthPoint(Record, Base):
    __tablename__ = "growth_point"

    growth_curve_id: Mapped[UUID] = ref("growth_curve", "CASCADE", index=False)
    sex: Mapped[str]
    week: Mapped[int]
    mean_g: Mapped[float]
    sd_g: Mapped[float]

    __table_args__ = (
        UniqueConstraint("growth_curve_id", "sex", "week"),
        CheckConstraint("mean_g > 0", name="mean_g"),
        CheckConstraint("sd_g > 0", name="sd_g"),
        CheckConstraint("week >= 0", name="week"),
        one_of("sex", ("M", "F")),
    )


class Sequence(Named, Base):
    __tablename__ = "sequence"

    base_pairs: Mapped[str | None]
    description: Mapped[str | None]


class Allele(Record, Base):
    __tablename__ = "allele"

    nickname: Mapped[str] = mapped_column(unique=True)


allele_sequence = link("allele_sequence", "allele", "sequence")


class Line(Record, Base):
    __tablename__ = "line"

    nickname: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str | None]
    target_phenotype: Mapped[str | None]
    strain_id: Mapped[UUID | None] = ref("strain", "SET NULL")
    source_id: Mapped[UUID | None] = ref("source", "SET NULL")
    source_identifier: Mapped[str | None]
    source_url: Mapped[str | None]
    expression_data_url: Mapped[str | None]
    species_id: Mapped[UUID | None] = ref("species", "SET NULL")
    subject_autoname_index: Mapped[int] = mapped_column(default=0)
    breeding_pair_autoname_index: Mapped[int] = mapped_column(default=0)
    litter_autoname_index: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    lab_id: Mapped[UUID | None] = ref("lab", "SET NULL")
    # Ours.
    growth_curve_id: Mapped[UUID | None] = ref("growth_curve", "SET NULL")
    wean_days: Mapped[int] = mapped_column(default=21)

    __table_args__ = (CheckConstraint("wean_days > 0", name="wean_days"),)


line_allele = link("line_allele", "line", "allele")


class ZygosityRule(Record, Base):
    __tablename__ = "zygosity_rule"

    line_id: Mapped[UUID] = ref("line", "CASCADE", index=False)
    allele_id: Mapped[UUID] = ref("allele", "CASCADE")
    position: Mapped[int] = mapped_column(default=0)
    sequence0_id: Mapped[UUID | None] = ref("sequence")
    sequence0_result: Mapped[int | None]
    sequence1_id: Mapped[UUID | None] = ref("sequence")
    sequence1_result: Mapped[int | None]
    zygosity: Mapped[int]

    __table_args__ = (
        UniqueConstraint(
            "line_id", "allele_id", "sequence0_id", "sequence0_result", "sequence1_id", "sequence1_result"
        ),
        one_of("sequence0_result", TEST_RESULT),
        one_of("sequence1_result", TEST_RESULT),
        one_of("zygosity", ZYGOSITY),
    )


class BreedingPair(Record, Base):
    __tablename__ = "breeding_pair"

    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    father_id: Mapped[UUID | None] = ref("subject", use_alter=True)
    mother1_id: Mapped[UUID | None] = ref("subject", use_alter=True)
    mother2_id: Mapped[UUID | None] = ref("subject", use_alter=True)
    description: Mapped[str | None]


class Litter(Named, Base):
    __tablename__ = "litter"

    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    breeding_pair_id: Mapped[UUID | None] = ref("breeding_pair", "SET NULL")
    birth_date: Mapped[date | None]
    description: Mapped[str | None]


class SubjectRequest(Record, Base):
    __tablename__ = "subject_request"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL")
    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    count: Mapped[int | None]
    date_time: Mapped[datetime | None]
    due_date: Mapped[date | None]
    description: Mapped[str | None]

    __table_args__ = (CheckConstraint("count >= 0", name="count"),)


class Subject(Record, Base):
    __tablename__ = "subject"

    nickname: Mapped[str]
    species_id: Mapped[UUID | None] = ref("species", "SET NULL")
    litter_id: Mapped[UUID | None] = ref("litter", "SET NULL")
    sex: Mapped[str] = mapped_column(default="U")
    strain_id: Mapped[UUID | None] = ref("strain", "SET NULL")
    source_id: Mapped[UUID | None] = ref("source", "SET NULL")
    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    birth_date: Mapped[date | None]
    death_date: Mapped[date | None]
    wean_date: Mapped[date | None]
    genotype_date: Mapped[date | None]
    responsible_user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL")
    lab_id: Mapped[UUID | None] = ref("lab")
    cage: Mapped[str | None] = mapped_column(index=True)
    request_id: Mapped[UUID | None] = ref("subject_request", "SET NULL")
    ear_mark: Mapped[str | None]
    protocol_number: Mapped[str] = mapped_column(default="1")
    description: Mapped[str | None]
    adverse_effects: Mapped[str | None]
    actual_severity: Mapped[int | None]
    to_be_genotyped: Mapped[bool] = mapped_column(default=False)
    to_be_culled: Mapped[bool] = mapped_column(default=False)
    reduced_date: Mapped[date | None]
    # Ours: a human subject has no husbandry screens.
    is_human: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("nickname", "lab_id"),
        UniqueConstraint("nickname", "responsible_user_id"),
        one_of("sex", SEX),
        one_of("protocol_number", PROTOCOL_NUMBER),
        one_of("actual_severity", SEVERITY),
    )


subject_project = link("subject_project", "subject", "project")


class Zygosity(Record, Base):
    __tablename__ = "zygosity"

    subject_id: Mapped[UUID] = ref("subject", "CASCADE", index=False)
    allele_id: Mapped[UUID] = ref("allele")
    zygosity: Mapped[int]
    origin: Mapped[str] = mapped_column(default="hand")

    __table_args__ = (
        UniqueConstraint("subject_id", "allele_id"),
        one_of("zygosity", ZYGOSITY),
        one_of("origin", ZYGOSITY_ORIGIN),
    )


class GenotypeTest(Record, Base):
    __tablename__ = "genotype_test"

    subject_id: Mapped[UUID] = ref("subject", "CASCADE")
    sequence_id: Mapped[UUID] = ref("sequence")
    test_result: Mapped[int | None]

    __table_args__ = (one_of("test_result", TEST_RESULT),)
