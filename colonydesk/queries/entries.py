"""The last weighings and waters of one animal, those that were taken out among them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Boolean, Connection, Float, Text, bindparam, cast, literal, null, select, union_all

from colonydesk.db.tables import LabMember, Subject, WaterAdministration, WaterType, Weighing

Kind = Literal["weight", "water", "act"]
"""``act`` is something else that was done in a sitting (a restriction started); it is in no table."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``value`` in g or mL; ``voided`` with its reason when it no longer counts."""

    kind: Kind
    id: UUID
    subject_id: UUID
    nickname: str
    date_time: datetime
    value: float | None
    adlib: bool
    in_session: bool
    water_type: str | None
    user: str | None
    voided: bool
    void_reason: str | None


_weighings = (
    select(
        literal("weight").label("kind"),
        Weighing.id,
        Weighing.subject_id,
        Subject.nickname,
        Weighing.date_time.label("date_time"),
        cast(Weighing.weight, Float).label("value"),
        cast(literal(value=False), Boolean).label("adlib"),
        cast(literal(value=False), Boolean).label("in_session"),
        cast(null(), Text).label("water_type"),
        LabMember.username,
        Weighing.voided_at.is_not(None).label("voided"),
        Weighing.void_reason,
    )
    .join(Subject, Subject.id == Weighing.subject_id)
    .outerjoin(LabMember, LabMember.id == Weighing.user_id)
)
_waters = (
    select(
        literal("water").label("kind"),
        WaterAdministration.id,
        WaterAdministration.subject_id,
        Subject.nickname,
        WaterAdministration.date_time.label("date_time"),
        cast(WaterAdministration.water_administered, Float).label("value"),
        WaterAdministration.adlib,
        WaterAdministration.session_id.is_not(None).label("in_session"),
        WaterType.name.label("water_type"),
        LabMember.username,
        WaterAdministration.voided_at.is_not(None).label("voided"),
        WaterAdministration.void_reason,
    )
    .join(Subject, Subject.id == WaterAdministration.subject_id)
    .outerjoin(WaterType, WaterType.id == WaterAdministration.water_type_id)
    .outerjoin(LabMember, LabMember.id == WaterAdministration.user_id)
)
# Those that count and those that do not, one after the other: each has its own index.
_of_subject = union_all(
    *(
        statement.where(table.subject_id == bindparam("subject"), counts)
        for statement, table in ((_weighings, Weighing), (_waters, WaterAdministration))
        for counts in (table.voided_at.is_(None), table.voided_at.is_not(None))
    )
).subquery()
_recent = (
    select(_of_subject).order_by(_of_subject.c.date_time.desc(), _of_subject.c.id).limit(bindparam("limit"))
)


def recent_entries(connection: Connection, subject_id: UUID, limit: int = 60) -> tuple[Entry, ...]:
    """The last entries of one animal, the newest first: one statement."""
    rows = connection.execute(_recent, {"subject": subject_id, "limit": limit})
    return tuple(Entry(*row) for row in rows)
