"""Members, labs, places and notes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Described, Named, Record, link, one_of, ref
from colonydesk.domain.codes import GROWTH_MODE, LIGHT_CYCLE


class LabMember(Record, Base):
    __tablename__ = "lab_member"

    username: Mapped[str] = mapped_column(unique=True, doc="The name to log in with, without blanks")
    password: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(doc="Where notifications are sent")
    is_staff: Mapped[bool] = mapped_column(default=False, doc="May use the administration")
    is_active: Mapped[bool] = mapped_column(
        default=True, doc="A member who left is not active: the records stay, nothing new is recorded"
    )
    is_superuser: Mapped[bool] = mapped_column(default=False, doc="An administrator: may do everything")
    is_stock_manager: Mapped[bool] = mapped_column(
        default=False, doc="Looks after the stock: gets requests, may change who is responsible"
    )
    is_public_user: Mapped[bool] = mapped_column(
        default=False, doc="An account that several people share, for looking only"
    )
    date_joined: Mapped[datetime | None]
    last_login: Mapped[datetime | None]


lab_member_allowed_user = link("lab_member_allowed_user", "lab_member", "lab_member", "allowed_user_id")


class Lab(Named, Base):
    __tablename__ = "lab"

    institution: Mapped[str | None]
    address: Mapped[str | None] = mapped_column(info={"long": True})
    timezone: Mapped[str] = mapped_column(default="UTC", doc="Days begin and end in this zone: Europe/London")
    reference_weight_pct: Mapped[float] = mapped_column(
        default=0.0,
        doc="Share of the weight before the restriction, below which an animal is under; 0 leaves it out",
    )
    zscore_weight_pct: Mapped[float] = mapped_column(
        default=0.0,
        doc="Share of the growth curve's weight, below which an animal is under; 0 leaves it out",
    )
    cage_type_id: Mapped[UUID | None] = ref("cage_type", "SET NULL")
    enrichment_id: Mapped[UUID | None] = ref("enrichment", "SET NULL")
    food_id: Mapped[UUID | None] = ref("food", "SET NULL")
    cage_cleaning_frequency_days: Mapped[int | None] = mapped_column(
        doc="How often the lab's cages are cleaned", info={"unit": "days"}
    )
    light_cycle: Mapped[int | None] = mapped_column(info={"codes": LIGHT_CYCLE})
    # Ours, beyond the reference.
    absolute_min_pct: Mapped[float] = mapped_column(
        default=0.75,
        doc="Share of the expected weight below which an animal is in danger, on restriction or not",
    )
    water_ml_per_g: Mapped[float] = mapped_column(
        default=0.04, doc="Water a day that an animal needs", info={"unit": "mL/g"}
    )
    water_ml_per_g_underweight: Mapped[float] = mapped_column(
        default=0.05,
        doc="Water a day that an animal needs while it is under its minimum weight",
        info={"unit": "mL/g"},
    )
    growth_mode: Mapped[str] = mapped_column(
        default="linear",
        doc="How the expected weight grows between the weeks of a growth curve",
        info={"codes": GROWTH_MODE},
    )
    usual_source_id: Mapped[UUID | None] = ref("source", "SET NULL", doc="New animals get this source")
    usual_species_id: Mapped[UUID | None] = ref("species", "SET NULL", doc="New animals get this species")
    reminder_hour: Mapped[int] = mapped_column(
        default=17, doc="The hour of the day from which what is still owed is reminded of", info={"unit": "h"}
    )
    notification_delay_seconds: Mapped[int] = mapped_column(
        default=3600, doc="The same notification is not made again within this time", info={"unit": "s"}
    )
    water_delay_hours: Mapped[float] = mapped_column(
        default=23.0, doc="Water owed is notified so long after the last water", info={"unit": "h"}
    )

    __table_args__ = (
        CheckConstraint("reference_weight_pct BETWEEN 0 AND 1", name="reference_weight_pct"),
        CheckConstraint("zscore_weight_pct BETWEEN 0 AND 1", name="zscore_weight_pct"),
        CheckConstraint("absolute_min_pct BETWEEN 0 AND 1", name="absolute_min_pct"),
        CheckConstraint("water_ml_per_g >= 0", name="water_ml_per_g"),
        CheckConstraint("water_ml_per_g_underweight >= 0", name="water_ml_per_g_underweight"),
        CheckConstraint("reminder_hour BETWEEN 0 AND 23", name="reminder_hour"),
        CheckConstraint("notification_delay_seconds >= 0", name="notification_delay_seconds"),
        CheckConstraint("water_delay_hours >= 0", name="water_delay_hours"),
        one_of("light_cycle", LIGHT_CYCLE),
        one_of("growth_mode", GROWTH_MODE),
    )


lab_repository = link("lab_repository", "lab", "data_repository")


class LabMembership(Record, Base):
    __tablename__ = "lab_membership"

    user_id: Mapped[UUID] = ref("lab_member", "CASCADE")
    lab_id: Mapped[UUID] = ref("lab", "CASCADE")
    role: Mapped[str | None]
    start_date: Mapped[date | None]
    end_date: Mapped[date | None] = mapped_column(doc="Empty while the member belongs to the lab")


class LabLocation(Described, Base):
    __tablename__ = "lab_location"

    lab_id: Mapped[UUID | None] = ref("lab", "SET NULL")


class Note(Record, Base):
    """A note on any object: ``content_type`` is the object's table name, ``object_id`` its id."""

    __tablename__ = "note"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL")
    date_time: Mapped[datetime]
    text: Mapped[str | None] = mapped_column(info={"long": True})
    image: Mapped[bytes | None] = mapped_column(LargeBinary)
    image_name: Mapped[str | None]
    content_type: Mapped[str]
    object_id: Mapped[UUID]

    __table_args__ = (Index(None, "object_id", "date_time"),)
