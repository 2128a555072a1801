"""What else is done with animals: procedures, sessions, culls."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Described, Record, link, one_of, ref
from colonydesk.db.tables.husbandry import Action
from colonydesk.domain.codes import INJECTION_TYPE, QC


class ProcedureType(Described, Base):
    __tablename__ = "procedure_type"


class VirusInjection(Action, Base):
    """``injection_volume`` in nL, ``rate_of_injection`` in nL/min."""

    __tablename__ = "virus_injection"

    virus_batch: Mapped[str | None] = mapped_column(doc="The virus and its lot")
    injection_volume: Mapped[float | None] = mapped_column(info={"unit": "nL"})
    rate_of_injection: Mapped[float | None] = mapped_column(info={"unit": "nL/min"})
    injection_type: Mapped[str | None] = mapped_column(default="I", info={"codes": INJECTION_TYPE})

    __table_args__ = (Index(None, "subject_id", "start_time"), one_of("injection_type", INJECTION_TYPE))


class Session(Action, Base):
    __tablename__ = "session"

    parent_session_id: Mapped[UUID | None] = ref(
        "session", doc="What is empty here is taken from the session that this is a part of"
    )
    type: Mapped[str | None]
    number: Mapped[int | None] = mapped_column(doc="The number of the session of that day")
    task_protocol: Mapped[str | None] = mapped_column(doc="The task and its version")
    n_trials: Mapped[int | None]
    n_correct_trials: Mapped[int | None]
    qc: Mapped[int] = mapped_column(default=0, info={"codes": QC})
    extended_qc: Mapped[dict[str, Any] | None]
    auto_datetime: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "subject_id", "start_time"),
        Index(None, "start_time"),
        one_of("qc", QC),
        CheckConstraint("parent_session_id <> id", name="parent_session"),
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
other_action_user = link("other_action_user", "other_action", "lab_member", "user_id")
other_action_procedure = link("other_action_procedure", "other_action", "procedure_type")


class CullReason(Described, Base):
    __tablename__ = "cull_reason"


class CullMethod(Described, Base):
    __tablename__ = "cull_method"


class Cull(Record, Base):
    __tablename__ = "cull"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    subject_id: Mapped[UUID] = ref("subject", index=False, unique=True)
    date: Mapped[date]
    description: Mapped[str | None] = mapped_column(info={"long": True})
    cull_reason_id: Mapped[UUID | None] = ref("cull_reason", "SET NULL", index=False)
    cull_method_id: Mapped[UUID | None] = ref("cull_method", "SET NULL", index=False)
