"""The training week: who was trained on which days, Monday to Sunday."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Connection, or_, select

from colonydesk.db.tables import Lab, LabMember, Session, Subject, WaterRestriction
from colonydesk.domain.days import zone
from colonydesk.domain.notices import TRAINING_DAYS

ENOUGH = TRAINING_DAYS
"""On fewer days of a week than this an animal is said to be trained too little."""
MARGIN = timedelta(hours=15)
"""No zone's clock is further than this from UTC's."""


@dataclass(frozen=True, slots=True)
class Trained:
    """One session of a day; trials are None where they were not noted."""

    id: UUID
    start: datetime
    task_protocol: str | None
    n_trials: int | None
    n_correct_trials: int | None
    part_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class TrainingDay:
    """A day of an animal, by its lab's clock. ``sessions``: without the parts of one of the same day."""

    day: date
    restricted: bool
    future: bool
    sessions: tuple[Trained, ...]


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One animal's week.

    ``days_left``: how many days of the week may still bring a session (today where there was none yet).
    """

    subject_id: UUID
    nickname: str
    cage: str | None
    lab: str | None
    timezone: str
    responsible: str
    days: tuple[TrainingDay, ...]
    days_left: int

    @property
    def trained(self) -> int:
        """On how many days there was a session."""
        return sum(bool(day.sessions) for day in self.days)

    @property
    def restricted(self) -> bool:
        """Whether it was on restriction on one of the days."""
        return any(day.restricted for day in self.days)

    @property
    def state(self) -> str:
        """ "ok" with five days or more, "open" while a day can still be left out, "near" while five can be
        reached only with all days left, else "under"."""
        if self.trained >= ENOUGH:
            return "ok"
        spare = self.trained + self.days_left - ENOUGH
        return "open" if spare > 0 else "near" if spare == 0 else "under"


@dataclass(frozen=True, slots=True)
class TrainingWeek:
    """``days`` are the seven dates; the rows stand by nickname."""

    days: tuple[date, ...]
    rows: tuple[TrainingRow, ...]


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def training_week(
    connection: Connection,
    day: date,
    now: datetime,
    lab_id: UUID | None = None,
    member_id: UUID | None = None,
) -> TrainingWeek:
    """The week of ``day``: every animal that was on restriction or had a session in it; three statements.

    ``member_id``: the animals of this member, and those that this member is responsible for.
    """
    days = tuple(monday_of(day) + timedelta(days=number) for number in range(7))
    since = datetime.combine(days[0], time(), UTC) - MARGIN
    until = datetime.combine(days[6], time(), UTC) + timedelta(days=1) + MARGIN
    sessions = _sessions(connection, since, until)
    restrictions = _restrictions(connection, since, until)
    statement = (
        select(
            Subject.id,
            Subject.nickname,
            Subject.cage,
            Subject.death_date,
            Lab.name.label("lab"),
            Lab.timezone,
            LabMember.username,
        )
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .outerjoin(LabMember, LabMember.id == Subject.responsible_user_id)
        .where(Subject.id.in_({*sessions, *restrictions}), Subject.is_human.is_(False))
        .order_by(Subject.nickname, Subject.id)
    )
    if lab_id is not None:
        statement = statement.where(Subject.lab_id == lab_id)
    if member_id is not None:
        statement = statement.where(Subject.responsible_user_id == member_id)
    rows = []
    for of in connection.execute(statement):
        place = zone(of.timezone or "UTC")
        by_day: dict[date, list[Trained]] = defaultdict(list)
        for session in sessions.get(of.id, ()):
            by_day[place.day(session.start)].append(session)
        periods = [
            (place.day(start), place.day(end) if end is not None else None)
            for start, end in restrictions.get(of.id, ())
        ]
        today = place.day(now)
        week = tuple(
            TrainingDay(
                day,
                _holds(periods, day) and (of.death_date is None or day <= of.death_date),
                day > today,
                _whole(by_day.get(day, ())),
            )
            for day in days
        )
        left = sum(one.day >= today and not one.sessions for one in week) if of.death_date is None else 0
        row = TrainingRow(
            of.id, of.nickname, of.cage, of.lab, of.timezone or "UTC", of.username or "", week, left
        )
        if row.restricted or row.trained:
            rows.append(row)
    rows.sort(key=lambda row: (row.nickname.casefold(), row.subject_id.int))
    return TrainingWeek(days, tuple(rows))


def _holds(periods: list[tuple[date, date | None]], day: date) -> bool:
    return any(start <= day and (end is None or day <= end) for start, end in periods)


def _whole(sessions: Sequence[Trained]) -> tuple[Trained, ...]:
    """Those that are not parts of another one of them."""
    ids = {session.id for session in sessions}
    return tuple(session for session in sessions if session.part_of not in ids)


def _sessions(connection: Connection, since: datetime, until: datetime) -> dict[UUID, list[Trained]]:
    statement = (
        select(
            Session.subject_id,
            Session.id,
            Session.start_time,
            Session.task_protocol,
            Session.n_trials,
            Session.n_correct_trials,
            Session.parent_session_id,
        )
        .where(Session.start_time >= since, Session.start_time < until)
        .order_by(Session.start_time, Session.id)
    )
    found: dict[UUID, list[Trained]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.subject_id].append(
            Trained(
                row.id,
                row.start_time,
                row.task_protocol,
                row.n_trials,
                row.n_correct_trials,
                row.parent_session_id,
            )
        )
    return found


def _restrictions(
    connection: Connection, since: datetime, until: datetime
) -> dict[UUID, list[tuple[datetime, datetime | None]]]:
    statement = select(
        WaterRestriction.subject_id, WaterRestriction.start_time, WaterRestriction.end_time
    ).where(
        WaterRestriction.start_time < until,
        or_(WaterRestriction.end_time.is_(None), WaterRestriction.end_time >= since),
    )
    found: dict[UUID, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.subject_id].append((row.start_time, row.end_time))
    return found
