"""The keeping of animals in cages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Described, Record, one_of, ref
from colonydesk.domain.codes import LIGHT_CYCLE


class CageType(Described, Base):
    __tablename__ = "cage_type"


class Enrichment(Described, Base):
    __tablename__ = "enrichment"


class Food(Described, Base):
    __tablename__ = "food"


class Housing(Record, Base):
    __tablename__ = "housing"

    cage_name: Mapped[str | None] = mapped_column(index=True)
    cage_type_id: Mapped[UUID | None] = ref("cage_type", "SET NULL")
    enrichment_id: Mapped[UUID | None] = ref("enrichment", "SET NULL")
    food_id: Mapped[UUID | None] = ref("food", "SET NULL")
    cage_cleaning_frequency_days: Mapped[int | None] = mapped_column(
        doc="The cage is due for cleaning so long after the last time", info={"unit": "days"}
    )
    light_cycle: Mapped[int | None] = mapped_column(info={"codes": LIGHT_CYCLE})

    __table_args__ = (one_of("light_cycle", LIGHT_CYCLE),)


class HousingSubject(Record, Base):
    __tablename__ = "housing_subject"

    subject_id: Mapped[UUID] = ref("subject", index=False)
    housing_id: Mapped[UUID] = ref("housing")
    start_datetime: Mapped[datetime]
    end_datetime: Mapped[datetime | None] = mapped_column(doc="Empty while the animal is in this cage")

    __table_args__ = (
        Index(None, "subject_id", "start_datetime"),
        # Not unique: imported books may hold an animal in two cages; the services refuse it for new entries.
        Index(
            "ix_housing_subject_open",
            "subject_id",
            sqlite_where=text("end_datetime IS NULL"),
            postgresql_where=text("end_datetime IS NULL"),
        ),
        # Who lives in a cage and since when, without a look at the table (on SQLite, for its last column).
        Index(
            "ix_housing_subject_inside",
            *("housing_id", "start_datetime", "subject_id", "end_datetime"),
            sqlite_where=text("end_datetime IS NULL"),
            postgresql_where=text("end_datetime IS NULL"),
        ),
    )


class CageCleaning(Record, Base):
    __tablename__ = "cage_cleaning"

    housing_id: Mapped[UUID] = ref("housing", index=False)
    date_time: Mapped[datetime]
    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL")

    __table_args__ = (Index(None, "housing_id", "date_time"),)
