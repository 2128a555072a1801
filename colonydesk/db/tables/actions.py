"""What is done with animals: weighings, water, restrictions, procedures, culls, notifications."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Described, Named, Record, link, one_of, ref
from colonydesk.domain.codes import (
    INJECTION_TYPE,
    NOTIFICATION_STATUS,
    NOTIFICATION_TYPE,
    OUTCOME_TYPE,
    QC,
    SUBJECTS_SCOPE,
)


class ProcedureType(Described, Base):
    __tablename__ = "procedure_type"


class WaterType(Named, Base):
    __tablename__ = "water_type"


class Correctable:
    """A number that was entered: when wrong it stays, marked as void, out of every sum.

    A correction or a move to another animal voids the record and names its successor.
    """

    superseded_by_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None] = mapped_column(sort_order=81)
    void_reason: Mapped[str | None] = mapped_column(sort_order=82)


def _live(*columns: str) -> Index:
    """The index the hot queries ask: only records that count."""
    live = text("voided_at IS NULL")
    return Index(None, *columns, sqlite_where=live, postgresql_where=live)


class Weighing(Correctable, Record, Base):
    """One weighing; ``weight`` in g."""

    __tablename__ = "weighing"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    subject_id: Mapped[UUID] = ref("subject", index=False)
    date_time: Mapped[datetime]
    weight: Mapped[float]
    superseded_by_id: Mapped[UUID | None] = ref("weighing", index=False, sort_order=80)
    # The balance's reading, where one gave the number.
    reading_raw: Mapped[str | None]
    reading_stable: Mapped[bool | None]
    balance_serial: Mapped[str | None]

    __table_args__ = (
        _live("subject_id", "date_time"),
        CheckConstraint("weight > 0", name="weight"),
        CheckConstraint("superseded_by_id IS NULL OR voided_at IS NOT NULL", name="superseded"),
    )


class WaterAdministration(Correctable, Record, Base):
    """Water given; ``water_administered`` in mL, NULL where no amount was noted."""

    __tablename__ = "water_administration"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    subject_id: Mapped[UUID] = ref("subject", index=False)
    date_time: Mapped[datetime]
    session_id: Mapped[UUID | None] = ref("session", "SET NULL")
    water_administered: Mapped[float | None]
    water_type_id: Mapped[UUID | None] = ref("water_type", index=False)
    adlib: Mapped[bool] = mapped_column(default=False)
    superseded_by_id: Mapped[UUID | None] = ref("water_administration", index=False, sort_order=80)

    __table_args__ = (
        _live("subject_id", "date_time"),
        CheckConstraint("water_administered >= 0", name="water_administered"),
        CheckConstraint("superseded_by_id IS NULL OR voided_at IS NOT NULL", name="superseded"),
    )


class Action(Record):
    """The common fields of what is done with an animal over a time (Alyx's BaseAction)."""

    subject_id: Mapped[UUID] = ref("subject", index=False)
    location_id: Mapped[UUID | None] = ref("lab_location", "SET NULL", index=False)
    lab_id: Mapped[UUID | None] = ref("lab", "SET NULL", index=False)
    narrative: Mapped[str | None]
    start_time: Mapped[datetime | None]
    end_time: Mapped[datetime | None]


class VirusInjection(Action, Base):
    """``injection_volume`` in nL, ``rate_of_injection`` in nL/min."""

    __tablename__ = "virus_injection"

    virus_batch: Mapped[str | None]
    injection_volume: Mapped[float | None]
    rate_of_injection: Mapped[float | None]
    injection_type: Mapped[str | None] = mapped_column(default="I")

    __table_args__ = (Index(None, "subject_id", "start_time"), one_of("injection_type", INJECTION_TYPE))


class Surgery(Action, Base):
    """``implant_weight`` in g."""

    __tablename__ = "surgery"

    outcome_type: Mapped[str | None]
    implant_weight: Mapped[float] = mapped_column(default=0.0)

    __table_args__ = (
        Index(None, "subject_id", "start_time"),
        CheckConstraint("implant_weight >= 0", name="implant_weight"),
        one_of("outcome_type", OUTCOME_TYPE),
    )


class Session(Action, Base):
    __tablename__ = "session"

    parent_session_id: Mapped[UUID | None] = ref("session")
    type: Mapped[str | None]
    number: Mapped[int | None]
    task_protocol: Mapped[str | None]
    n_trials: Mapped[int | None]
    n_correct_trials: Mapped[int | None]
    qc: Mapped[int] = mapped_column(default=0)
    extended_qc: Mapped[dict[str, Any] | None]
    auto_datetime: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "subject_id", "start_time"),
        Index(None, "start_time"),
        one_of("qc", QC),
        CheckConstraint("parent_session_id <> id", name="parent_session"),
    )


class WaterRestriction(Action, Base):
    """``reference_weight`` in g; 0 or NULL where none was noted."""

    __tablename__ = "water_restriction"

    reference_weight: Mapped[float | None]
    water_type_id: Mapped[UUID | None] = ref("water_type", "SET NULL", index=False)

    __table_args__ = (
        Index(None, "subject_id", "start_time"),
        # Not unique: imported books hold animals with two open ones; the services refuse it for new entries.
        Index(
            "ix_water_restriction_open",
            "subject_id",
            sqlite_where=text("end_time IS NULL"),
            postgresql_where=text("end_time IS NULL"),
        ),
        CheckConstraint("reference_weight >= 0", name="reference_weight"),
    )


class OtherAction(Action, Base):
    __tablename__ = "other_action"

    __table_args__ = (Index(None, "subject_id", "start_time"),)


virus_injection_user = link("virus_injection_user", "virus_injection", "lab_member", "user_id")
virus_injection_procedure = link("virus_injection_procedure", "virus_injection", "procedure_type")
surgery_user = link("surgery_user", "surgery", "lab_member", "user_id")
surgery_procedure = link("surgery_procedure", "surgery", "procedure_type")
session_user = link("session_user", "session", "lab_member", "user_id")
session_procedure = link("session_procedure", "session", "procedure_type")
session_project = link("session_project", "session", "project")
water_restriction_user = link("water_restriction_user", "water_restriction", "lab_member", "user_id")
water_restriction_procedure = link("water_restriction_procedure", "water_restriction", "procedure_type")
other_action_user = link("other_action_user", "other_action", "lab_member", "user_id")
other_action_procedure = link("other_action_procedure", "other_action", "procedure_type")


class WaterPlan(Record, Base):
    """Water to be given on a coming day, in mL; not a record that it was given."""

    __tablename__ = "water_plan"

    subject_id: Mapped[UUID] = ref("subject", index=False)
    date: Mapped[date]
    amount: Mapped[float]
    water_type_id: Mapped[UUID | None] = ref("water_type", "SET NULL", index=False)
    carer_id: Mapped[UUID | None] = ref("lab_member", "SET NULL")

    __table_args__ = (
        Index(None, "subject_id", "date"),
        CheckConstraint("amount > 0", name="amount"),
    )


class Notification(Record, Base):
    __tablename__ = "notification"

    send_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    notification_type: Mapped[str]
    title: Mapped[str]
    message: Mapped[str | None]
    subject_id: Mapped[UUID | None] = ref("subject", "CASCADE")
    status: Mapped[str] = mapped_column(default="to-send")
    # Ours: the tries to send it and the words of the last failure.
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    failure: Mapped[str | None]

    __table_args__ = (
        Index(None, "status", "send_at"),
        one_of("status", NOTIFICATION_STATUS),
        one_of("notification_type", NOTIFICATION_TYPE),
    )


class NotificationRecipient(Record, Base):
    __tablename__ = "notification_recipient"

    notification_id: Mapped[UUID] = ref("notification", "CASCADE", index=False)
    user_id: Mapped[UUID] = ref("lab_member", "CASCADE")
    read_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("notification_id", "user_id"),)


class NotificationRule(Record, Base):
    __tablename__ = "notification_rule"

    user_id: Mapped[UUID] = ref("lab_member", "CASCADE", index=False)
    notification_type: Mapped[str]
    subjects_scope: Mapped[str]

    __table_args__ = (
        UniqueConstraint("user_id", "notification_type"),
        one_of("notification_type", NOTIFICATION_TYPE),
        one_of("subjects_scope", SUBJECTS_SCOPE),
    )


class CullReason(Described, Base):
    __tablename__ = "cull_reason"


class CullMethod(Described, Base):
    __tablename__ = "cull_method"


class Cull(Record, Base):
    __tablename__ = "cull"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    subject_id: Mapped[UUID] = ref("subject", index=False, unique=True)
    date: Mapped[date]
    description: Mapped[str | None]
    cull_reason_id: Mapped[UUID | None] = ref("cull_reason", "SET NULL", index=False)
    cull_method_id: Mapped[UUID | None] = ref("cull_method", "SET NULL", index=False)
