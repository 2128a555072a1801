"""Animals, their lines, and the growth that is expected of them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Record, one_of, ref
from colonydesk.domain.codes import PROTOCOL_NUMBER, SEVERITY, SEX


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
    cage: Mapped[str | None]
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
        # A cage's name means something in its lab; both, or SQLite goes through all animals of the lab.
        Index(None, "cage", "lab_id"),
        one_of("sex", SEX),
        one_of("protocol_number", PROTOCOL_NUMBER),
        one_of("actual_severity", SEVERITY),
    )
