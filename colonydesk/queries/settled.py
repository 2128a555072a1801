"""Whether what a notification asks for has been done since, by whomever: such a one is told no more.

What counts is when something was done, not when it was entered: last week's forgotten weighing is none of
today's.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Row,
    ScalarSelect,
    SQLColumnExpression,
    Text,
    TypeDecorator,
    and_,
    case,
    false,
    func,
    or_,
    select,
    type_coerce,
)

from colonydesk.db.requests import remaining
from colonydesk.db.tables import (
    BreedingPair,
    CageCleaning,
    Housing,
    HousingSubject,
    Lab,
    Litter,
    Notification,
    Subject,
    SubjectRequest,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.domain.days import local_day
from colonydesk.domain.errors import KnownError
from colonydesk.domain.notices import CageFacts, PairFacts, breeding_check_due, cage_cleaning_due
from colonydesk.queries.status import restricted_status

_kind = Notification.notification_type


class _Moment(TypeDecorator[datetime]):
    """A moment; None where the text of an SQLite file is none: one damaged record silences no other's."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if not isinstance(value, str):
            return value
        with suppress(ValueError):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return None


class _Day(_Moment):
    """A day, in the same way."""

    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        found = super().process_result_value(value, dialect)
        return found.date() if isinstance(found, datetime) else found


def _latest(table: type[Any], *conditions: ColumnElement[bool]) -> ScalarSelect[datetime]:
    return select(func.max(table.date_time)).where(*conditions).scalar_subquery()


def _of_cage(value: SQLColumnExpression[Any]) -> ScalarSelect[Any]:
    """The least of a value over the living animals of the cage that it is about."""
    return (
        select(func.min(value))
        .select_from(HousingSubject)
        .join(Housing, Housing.id == HousingSubject.housing_id)
        .join(Subject, Subject.id == HousingSubject.subject_id)
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .where(
            HousingSubject.housing_id == Notification.about_id,
            HousingSubject.end_datetime.is_(None),
            Subject.death_date.is_(None),
        )
        .correlate(Notification)
        .scalar_subquery()
    )


def _restriction(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(WaterRestriction.id).where(_restricted, *conditions).exists()


_restricted = WaterRestriction.subject_id == Notification.subject_id
_names_it = Notification.about_id.is_not(None)
_is_cage = _kind == "cage_cleaning_due"
_done_at = case(
    (
        _kind == "mouse_not_weighed",
        _latest(Weighing, Weighing.subject_id == Notification.subject_id, Weighing.voided_at.is_(None)),
    ),
    (
        _kind == "mouse_water",
        _latest(
            WaterAdministration,
            WaterAdministration.subject_id == Notification.subject_id,
            WaterAdministration.voided_at.is_(None),
        ),
    ),
    (_is_cage, _latest(CageCleaning, CageCleaning.housing_id == Notification.about_id)),
)
# A request or a pair that is gone asks for nothing, like one that is over.
_over: ColumnElement[bool] = case(
    (Subject.death_date.is_not(None), True),
    (
        _kind == "mouse_underweight",
        select(Weighing.id)
        .where(Weighing.id == Notification.about_id, Weighing.voided_at.is_not(None))
        .exists(),
    ),
    (_kind == "wean_due", Subject.wean_date.is_not(None)),
    (_kind == "genotyping_due", Subject.to_be_genotyped.is_(False)),
    (
        _kind == "breeding_check_due",
        _names_it
        & ~select(BreedingPair.id)
        .where(BreedingPair.id == Notification.about_id, BreedingPair.end_date.is_(None))
        .exists(),
    ),
    (
        _kind.in_(("request_made", "request_due")),
        _names_it
        & ~select(SubjectRequest.id)
        .where(SubjectRequest.id == Notification.about_id, func.coalesce(remaining, 1) > 0)
        .exists(),
    ),
    else_=false(),
)
_ended_at = case(
    (
        _kind.in_(("mouse_not_weighed", "mouse_water", "mouse_training"))
        & ~_restriction(WaterRestriction.end_time.is_(None)),
        select(func.max(WaterRestriction.end_time)).where(_restricted).scalar_subquery(),
    ),
)
"""When the last restriction of an animal without an open one ended."""
_littered_on = case(
    (
        _kind == "breeding_check_due",
        select(func.max(Litter.birth_date))
        .where(Litter.breeding_pair_id == Notification.about_id)
        .scalar_subquery(),
    ),
)
_every = func.coalesce(Housing.cage_cleaning_frequency_days, Lab.cage_cleaning_frequency_days)
FACTS: Final = (
    Notification.id,
    _kind,
    Notification.subject_id,
    func.coalesce(Notification.send_at, Notification.created_at).label("told_at"),
    func.coalesce(Lab.timezone, case((_is_cage, _of_cage(Lab.timezone))), "UTC").label("timezone"),
    type_coerce(_done_at, _Moment).label("done_at"),
    case((_is_cage, _of_cage(_every))).label("every"),
    type_coerce(_ended_at, _Moment).label("ended_at"),
    type_coerce(_littered_on, _Day).label("littered_on"),
    _over.label("over"),
)
"""What ``settled`` goes by: columns of a notification, outer-joined with its animal and that one's lab."""


def surely_over(now: datetime) -> ColumnElement[bool]:
    """Those of which ``settled`` would say so whatever the day in the lab is: weeks of them need not be read.

    A moment of an SQLite file that is none is not before ``now``: its letters are behind the digits.
    """
    told_at = func.coalesce(Notification.send_at, Notification.created_at)
    done_since = and_(_done_at >= told_at, _done_at <= now)
    over = or_(
        _over,
        _ended_at <= now,
        and_(_kind == "mouse_not_weighed", done_since),
        and_(_kind == "mouse_water", done_since, told_at < now - timedelta(days=2)),
    )
    return func.coalesce(over, false())


def settled(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> frozenset[UUID]:
    """Those of these notifications that ask for nothing any more; each row holds FACTS.

    No statement, but where an animal was given water that is owed it today: those of its status.
    """
    owing = _owing(connection, {row.subject_id for row in rows if _is_of_today(row, now)}, now)
    return frozenset(row.id for row in rows if _is_settled(row, now, owing))


def _is_settled(row: Row[Any], now: datetime, owing: frozenset[UUID]) -> bool:
    if row.over or (row.notification_type == "cage_cleaning_due" and not row.every):
        return True
    if row.ended_at is not None and row.ended_at <= now:
        return True
    if row.littered_on is not None:
        pair = PairFacts(row.id, "", None, row.littered_on, None, None)
        return breeding_check_due(pair, _day(row.told_at, row)) is None
    if row.done_at is None:
        return False
    if row.notification_type == "mouse_not_weighed":
        return _day(row.done_at, row) >= _day(row.told_at, row)
    if row.notification_type == "mouse_water":
        # Another day's water is owed no more: what is owed today is told by itself.
        return row.done_at >= row.told_at and not (_is_of_today(row, now) and row.subject_id in owing)
    cleaned = _day(row.done_at, row)
    cage = CageFacts(row.id, "", cleaned, cleaned, row.every)
    return cage_cleaning_due(cage, _day(row.told_at, row)) is None


def _is_of_today(row: Row[Any], now: datetime) -> bool:
    """Whether it tells of water that is owed today, and some was given since."""
    if row.notification_type != "mouse_water" or row.done_at is None or row.done_at < row.told_at:
        return False
    return row.subject_id is not None and _day(row.told_at, row) == _day(now, row)


def _day(moment: datetime, row: Row[Any]) -> date:
    """The lab's day; where nobody knows the lab's zone, UTC's: its alarms are not to be silent."""
    try:
        return local_day(moment, row.timezone)
    except KnownError:
        return local_day(moment, "UTC")


def _owing(connection: Connection, ids: set[UUID], now: datetime) -> frozenset[UUID]:
    """Those of these animals that are owed water now."""
    if not ids:
        return frozenset()
    try:
        status = restricted_status(connection, now, subject_ids=sorted(ids))
    except Exception:  # noqa: BLE001 - a damaged record spoils the numbers of all: each by itself then
        if len(ids) == 1:
            return frozenset(ids)
        return frozenset().union(*(_owing(connection, {one}, now) for one in ids))
    owed = zip(status.ids, status.owes_water.tolist(), strict=True)
    return frozenset(subject_id for subject_id, owes in owed if owes)
