"""What the numbers of the round are made of: weighings, water, restrictions, implants."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Named, Record, link, one_of, ref
from colonydesk.domain.codes import OUTCOME_TYPE


class WaterType(Named, Base):
    __tablename__ = "water_type"


class Correctable:
    """A number that was entered: when wrong it stays, marked as void, out of every sum.

    A correction or a move to another animal voids the record and names its successor.
    """

    superseded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None] = mapped_column(
        sort_order=81, doc="When it was taken out of every sum"
    )
    void_reason: Mapped[str | None] = mapped_column(sort_order=82, doc="Why it was taken out of every sum")


def _correctable_indexes(table: str, *values: str) -> tuple[Index, Index]:
    """An animal's records that count, by time, with the values the hot queries ask; and the few others."""
    live, void = text("voided_at IS NULL"), text("voided_at IS NOT NULL")
    # The last column is empty in all of them: with it SQLite needs not look at the table.
    columns = ("subject_id", "date_time", "created_at", "id", *values, "voided_at")
    return (
        Index(f"ix_{table}_live", *columns, sqlite_where=live, postgresql_where=live),
        Index(f"ix_{table}_voided", "subject_id", sqlite_where=void, postgresql_where=void),
    )


class Weighing(Correctable, Record, Base):
    """One weighing; ``weight`` in g."""

    __tablename__ = "weighing"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    subject_id: Mapped[UUID] = ref("subject", index=False)
    date_time: Mapped[datetime]
    weight: Mapped[float] = mapped_column(info={"unit": "g"})
    superseded_by_id: Mapped[UUID | None] = ref("weighing", index=False, sort_order=80)
    # The balance's reading, where one gave the number.
    reading_raw: Mapped[str | None] = mapped_column(doc="What the balance sent")
    reading_stable: Mapped[bool | None] = mapped_column(doc="Whether the balance called its reading stable")
    balance_serial: Mapped[str | None] = mapped_column(doc="The serial number of the balance")

    __table_args__ = (
        *_correctable_indexes("weighing", "weight"),
        CheckConstraint("weight > 0", name="weight"),
        CheckConstraint("superseded_by_id IS NULL OR voided_at IS NOT NULL", name="superseded"),
    )


class WaterAdministration(Correctable, Record, Base):
    """Water given; ``water_administered`` in mL, NULL where no amount was noted."""

    __tablename__ = "water_administration"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    subject_id: Mapped[UUID] = ref("subject", index=False)
    date_time: Mapped[datetime]
    session_id: Mapped[UUID | None] = ref(
        "session", "SET NULL", doc="The session in which it was given; water without one is a supplement"
    )
    water_administered: Mapped[float | None] = mapped_column(info={"unit": "mL"})
    water_type_id: Mapped[UUID | None] = ref(
        "water_type", index=False, doc="Left empty, that of the restriction, else plain water"
    )
    adlib: Mapped[bool] = mapped_column(
        default=False, doc="The animal could drink as much as it wanted that day"
    )
    superseded_by_id: Mapped[UUID | None] = ref("water_administration", index=False, sort_order=80)

    __table_args__ = (
        *_correctable_indexes("water_administration", "water_administered", "session_id", "adlib"),
        CheckConstraint("water_administered >= 0", name="water_administered"),
        CheckConstraint("superseded_by_id IS NULL OR voided_at IS NOT NULL", name="superseded"),
    )


class Action(Record):
    """The common fields of what is done with an animal over a time (Alyx's BaseAction)."""

    subject_id: Mapped[UUID] = ref("subject", index=False)
    location_id: Mapped[UUID | None] = ref("lab_location", "SET NULL", index=False)
    lab_id: Mapped[UUID | None] = ref("lab", "SET NULL", index=False)
    narrative: Mapped[str | None] = mapped_column(doc="What was done, in words", info={"long": True})
    start_time: Mapped[datetime | None]
    end_time: Mapped[datetime | None]


class WaterRestriction(Action, Base):
    """``reference_weight`` in g; 0 or NULL where none was noted."""

    __tablename__ = "water_restriction"

    reference_weight: Mapped[float | None] = mapped_column(
        doc="What later weights are compared with; left empty, the last weighing of the 7 days before",
        info={"unit": "g"},
    )
    water_type_id: Mapped[UUID | None] = ref(
        "water_type", "SET NULL", index=False, doc="What the animal is given, where nothing else is said"
    )

    __table_args__ = (
        Index(None, "subject_id", "start_time"),
        Index(None, "end_time"),  # those that hold today are few among all there ever were
        # Not unique: imported books hold animals with two open ones; the services refuse it for new entries.
        Index(
            "ix_water_restriction_open",
            "subject_id",
            sqlite_where=text("end_time IS NULL"),
            postgresql_where=text("end_time IS NULL"),
        ),
        CheckConstraint("reference_weight >= 0", name="reference_weight"),
    )


class Surgery(Action, Base):
    """``implant_weight`` in g."""

    __tablename__ = "surgery"

    outcome_type: Mapped[str | None] = mapped_column(info={"codes": OUTCOME_TYPE})
    implant_weight: Mapped[float] = mapped_column(
        default=0.0,
        doc="What the animal carries from then on; it is taken off every weight",
        info={"unit": "g"},
    )

    __table_args__ = (
        Index(None, "subject_id", "start_time"),
        CheckConstraint("implant_weight >= 0", name="implant_weight"),
        one_of("outcome_type", OUTCOME_TYPE),
    )


class WaterPlan(Record, Base):
    """Water to be given on a coming day, in mL; not a record that it was given."""

    __tablename__ = "water_plan"

    subject_id: Mapped[UUID] = ref("subject", index=False)
    date: Mapped[date]
    amount: Mapped[float] = mapped_column(doc="Water to be given on that day", info={"unit": "mL"})
    water_type_id: Mapped[UUID | None] = ref("water_type", "SET NULL", index=False)
    carer_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", doc="Who is to give it")

    __table_args__ = (
        Index(None, "subject_id", "date"),
        CheckConstraint("amount > 0", name="amount"),
    )


water_restriction_user = link("water_restriction_user", "water_restriction", "lab_member", "user_id")
water_restriction_procedure = link("water_restriction_procedure", "water_restriction", "procedure_type")
