"""Animals, their lines, and the growth that is expected of them."""

from datetime import date
from uuid import UUID

from sqlalchemy import DDL, CheckConstraint, Index, UniqueConstraint, event, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db import search
from colonydesk.db.tables.base import Base, Record, one_of, ref
from colonydesk.domain.codes import PROTOCOL_NUMBER, SEVERITY, SEX


class Species(Record, Base):
    __tablename__ = "species"

    nickname: Mapped[str] = mapped_column(unique=True, doc="What everybody calls it: Laboratory mouse")
    # Ours: the usual weight range in g, outside of which a weighing is asked about.
    usual_weight_min: Mapped[float | None] = mapped_column(
        doc="A lighter animal is asked about when it is weighed", info={"unit": "g"}
    )
    usual_weight_max: Mapped[float | None] = mapped_column(
        doc="A heavier animal is asked about when it is weighed; ten times this is refused",
        info={"unit": "g"},
    )

    __table_args__ = (
        CheckConstraint("usual_weight_min > 0", name="usual_weight_min"),
        CheckConstraint("usual_weight_max > usual_weight_min", name="usual_weight_max"),
    )


class GrowthCurve(Record, Base):
    """Body weight by age; the line's own, else its strain's, else its species' holds for an animal."""

    __tablename__ = "growth_curve"

    name: Mapped[str] = mapped_column(sort_order=-9)
    edition: Mapped[int] = mapped_column(
        default=1, doc="A new edition of a curve has the same name and the next number"
    )
    species_id: Mapped[UUID | None] = ref(
        "species",
        "SET NULL",
        doc="Holds for every animal of this species that has no curve of its line or strain",
    )
    strain_id: Mapped[UUID | None] = ref(
        "strain", "SET NULL", doc="Holds for every animal of this strain whose line has no curve of its own"
    )
    source: Mapped[str | None] = mapped_column(doc="Where the numbers come from", info={"long": True})
    is_active: Mapped[bool] = mapped_column(
        default=True, doc="Only active curves are used for strains and species"
    )

    __table_args__ = (UniqueConstraint("name", "edition"),)


class GrowthPoint(Record, Base):
    __tablename__ = "growth_point"

    growth_curve_id: Mapped[UUID] = ref("growth_curve", "CASCADE", index=False)
    sex: Mapped[str] = mapped_column(info={"codes": {"M": "male", "F": "female"}})
    week: Mapped[int] = mapped_column(doc="Age in whole weeks", info={"unit": "weeks"})
    mean_g: Mapped[float] = mapped_column(doc="Mean body weight at this age", info={"unit": "g"})
    sd_g: Mapped[float] = mapped_column(
        doc="Standard deviation of the body weight at this age", info={"unit": "g"}
    )

    __table_args__ = (
        UniqueConstraint("growth_curve_id", "sex", "week"),
        CheckConstraint("mean_g > 0", name="mean_g"),
        CheckConstraint("sd_g > 0", name="sd_g"),
        CheckConstraint("week >= 0", name="week"),
        one_of("sex", ("M", "F")),
    )


class Line(Record, Base):
    __tablename__ = "line"

    nickname: Mapped[str] = mapped_column(
        unique=True, doc="The short name; new animals are named after it: CK_0001"
    )
    description: Mapped[str | None] = mapped_column(info={"long": True})
    target_phenotype: Mapped[str | None] = mapped_column(doc="What the line is bred for")
    strain_id: Mapped[UUID | None] = ref("strain", "SET NULL", doc="New animals of the line get this strain")
    source_id: Mapped[UUID | None] = ref("source", "SET NULL", doc="Where the line came from")
    source_identifier: Mapped[str | None] = mapped_column(doc="The stock number at its source")
    source_url: Mapped[str | None] = mapped_column(doc="The page of the line at its source")
    expression_data_url: Mapped[str | None] = mapped_column(
        doc="The page that shows where the line expresses"
    )
    species_id: Mapped[UUID | None] = ref(
        "species", "SET NULL", doc="New animals of the line get this species"
    )
    subject_autoname_index: Mapped[int] = mapped_column(
        default=0, doc="The number of the last animal that was named after the line"
    )
    breeding_pair_autoname_index: Mapped[int] = mapped_column(
        default=0, doc="The number of the last breeding pair that was named after the line"
    )
    litter_autoname_index: Mapped[int] = mapped_column(
        default=0, doc="The number of the last litter that was named after the line"
    )
    is_active: Mapped[bool] = mapped_column(
        default=True, doc="A line no longer bred stays in the books, out of the lists to choose from"
    )
    lab_id: Mapped[UUID | None] = ref("lab", "SET NULL")
    # Ours.
    growth_curve_id: Mapped[UUID | None] = ref(
        "growth_curve",
        "SET NULL",
        doc="The line's own growth curve; else that of its strain or species holds",
    )
    wean_days: Mapped[int] = mapped_column(
        default=21, doc="Age at which pups are weaned", info={"unit": "days"}
    )

    __table_args__ = (CheckConstraint("wean_days > 0", name="wean_days"),)


_LIVING = text("death_date IS NULL")


class Subject(Record, Base):
    __tablename__ = "subject"

    nickname: Mapped[str] = mapped_column(
        doc="Letters, digits, _ . and - only; left empty, the animal is named after its line",
        info={"automatic": True},
    )
    species_id: Mapped[UUID | None] = ref("species", "SET NULL")
    litter_id: Mapped[UUID | None] = ref("litter", "SET NULL")
    sex: Mapped[str] = mapped_column(default="U", info={"codes": SEX})
    strain_id: Mapped[UUID | None] = ref("strain", "SET NULL", doc="Left empty, that of its line")
    source_id: Mapped[UUID | None] = ref("source", "SET NULL")
    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    birth_date: Mapped[date | None]
    death_date: Mapped[date | None] = mapped_column(doc="Ends an open water restriction")
    wean_date: Mapped[date | None]
    genotype_date: Mapped[date | None] = mapped_column(
        doc="The day on which its genotype was known; it is then no longer to be genotyped"
    )
    responsible_user_id: Mapped[UUID | None] = ref(
        "lab_member", "SET NULL", doc="Who answers for it, and gets its notifications"
    )
    lab_id: Mapped[UUID | None] = ref("lab")
    cage: Mapped[str | None] = mapped_column(doc="The cage it is in now")
    request_id: Mapped[UUID | None] = ref("subject_request", "SET NULL", doc="The request that it fulfils")
    ear_mark: Mapped[str | None] = mapped_column(
        doc="The mark by which it is told from its cage mates: L, RR, LR"
    )
    protocol_number: Mapped[str] = mapped_column(
        default="1",
        doc="3 while on water restriction, 2 after a surgery, else 1",
        info={"codes": PROTOCOL_NUMBER},
    )
    description: Mapped[str | None] = mapped_column(info={"long": True})
    adverse_effects: Mapped[str | None] = mapped_column(info={"long": True})
    actual_severity: Mapped[int | None] = mapped_column(
        doc="What the animal went through, for the annual return", info={"codes": SEVERITY}
    )
    to_be_genotyped: Mapped[bool] = mapped_column(default=False)
    to_be_culled: Mapped[bool] = mapped_column(default=False)
    reduced_date: Mapped[date | None] = mapped_column(
        doc="The day on which it was taken out of the number of animals used"
    )
    # Ours: a human subject has no husbandry screens.
    is_human: Mapped[bool] = mapped_column(default=False, doc="A human subject has no husbandry")

    __table_args__ = (
        UniqueConstraint("nickname", "lab_id"),
        UniqueConstraint("nickname", "responsible_user_id"),
        # A cage's name means something in its lab; both, or SQLite goes through all animals of the lab.
        Index(None, "cage", "lab_id"),
        # What is due for the young is looked for among the living in every check.
        Index(
            "ix_subject_living",
            "birth_date",
            "wean_date",
            "to_be_genotyped",
            sqlite_where=_LIVING,
            postgresql_where=_LIVING,
        ),
        # The list of animals is read off it: SQLite would keep the whole table in memory for it.
        Index("ix_subject_listed", "nickname", "death_date", "id").ddl_if(dialect="sqlite"),
        # Any three characters of what an animal is called; on SQLite see db.search.
        Index(
            "ix_subject_search",
            *(literal_column(search.as_one_word(name)).label(name) for name in search.COLUMNS),
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(search.COLUMNS, "gin_trgm_ops"),
        ).ddl_if(dialect="postgresql"),
        one_of("sex", SEX),
        one_of("protocol_number", PROTOCOL_NUMBER),
        one_of("actual_severity", SEVERITY),
    )


# SQLAlchemy's DDL is not typed.
for _statement in (search.CREATE_TABLE, *search.CREATE_TRIGGERS):
    _created = DDL(_statement).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    event.listen(Subject.__table__, "after_create", _created)
_extension = DDL("CREATE EXTENSION IF NOT EXISTS pg_trgm")  # type: ignore[no-untyped-call]
event.listen(Subject.__table__, "before_create", _extension.execute_if(dialect="postgresql"))
