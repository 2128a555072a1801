"""One animal's days for its page: the curve and the daily table, and what was entered on a day."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Connection, Float, Text, bindparam, cast, literal, null, select, union_all

from colonydesk.db.tables import LabMember, Subject, WaterAdministration, WaterType, Weighing
from colonydesk.domain.facts import Facts
from colonydesk.domain.history import DailyHistory, history
from colonydesk.queries.curve import curve_of
from colonydesk.queries.curve_data import Curve
from colonydesk.queries.entries import Entry


@dataclass(frozen=True, slots=True, eq=False)
class Daily:
    """``days`` are ascending, from the first record to today or the day of death."""

    curve: Curve
    days: DailyHistory


def daily(connection: Connection, subject_id: UUID, nickname: str, facts: Facts, now: datetime) -> Daily:
    """The days of an animal whose records are there already: one statement, for the notes on its curve."""
    return Daily(curve_of(connection, subject_id, nickname, facts, now), history(facts, None, None, now))


_no = cast(literal(value=False), Boolean)
_weighings = (
    select(
        literal("weight").label("kind"),
        Weighing.id,
        Weighing.subject_id,
        Subject.nickname,
        Weighing.date_time.label("date_time"),
        cast(Weighing.weight, Float).label("value"),
        _no.label("adlib"),
        _no.label("in_session"),
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
_between = union_all(
    *(
        statement.where(
            table.subject_id == bindparam("subject"),
            table.date_time >= bindparam("begin"),
            table.date_time < bindparam("end"),
            counts,
        )
        for statement, table in ((_weighings, Weighing), (_waters, WaterAdministration))
        for counts in (table.voided_at.is_(None), table.voided_at.is_not(None))
    )
).subquery()
_of_day = select(_between).order_by(_between.c.date_time, _between.c.id)


def day_entries(
    connection: Connection, subject_id: UUID, begin: datetime, end: datetime
) -> tuple[Entry, ...]:
    """The weighings and waters from ``begin`` to before ``end``, in order of time, those taken out too.

    One statement.
    """
    rows = connection.execute(_of_day, {"subject": subject_id, "begin": begin, "end": end})
    return tuple(Entry(*row) for row in rows)
