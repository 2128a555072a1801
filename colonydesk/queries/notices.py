"""The notifications as the list, the tray and the rules' screen show them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from colonydesk.db.tables import (
    AuditEntry,
    BreedingPair,
    Housing,
    Lab,
    LabMember,
    Line,
    Notification,
    NotificationRecipient,
    Subject,
    SubjectRequest,
)
from colonydesk.db.text import holds
from colonydesk.domain.notices import is_unread
from colonydesk.queries.settled import FACTS, settled, surely_over

OPEN_FOR: Final = timedelta(days=30)
"""What is older counts neither as open nor as unread: it lies in the books with everything else."""
ALERT_FOR: Final = timedelta(days=3)
"""What is older is not brought before the eyes again by a message."""
_ALERTS_MOST: Final = 2000
STATES: Final = ("open", "unread", "snoozed", "done", "all")
_URGENT: Final = ("mouse_underweight", "mouse_not_weighed", "mouse_water", "mouse_training")
_TABLES: Final = {
    "mouse_underweight": "weighing",
    "cage_cleaning_due": "housing",
    "request_due": "subject_request",
    "request_made": "subject_request",
    "request_assigned": "subject_request",
    "breeding_check_due": "breeding_pair",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is listed: of ``user_id`` (None: of everybody), in a state of STATES, of a kind, of an animal."""

    user_id: UUID | None
    state: str = "open"
    kind: str | None = None
    text: str = ""
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    user_id: UUID
    username: str
    read_at: datetime | None
    snoozed_until: datetime | None
    done_at: datetime | None

    def is_unread(self, now: datetime) -> bool:
        """Not seen, and not done either."""
        return self.done_at is None and is_unread(self.read_at, self.snoozed_until, now)


@dataclass(frozen=True, slots=True)
class FailedTry:
    """A try to send it that failed, or what else was said of sending it, and when."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notification. ``about_table`` and ``about_id`` are the record it is about beside the animal.

    ``about`` is the name of that cage or pair, of a request the line that is asked for.

    ``settled``: what it asks for has been done since, by whomever. ``failure`` is what was said of sending it
    last, ``failures`` all of that, the earliest first, as far as the audit goes back.
    """

    id: UUID
    notification_type: str
    title: str
    message: str
    status: str
    send_at: datetime | None
    sent_at: datetime | None
    attempts: int
    failure: str
    subject_id: UUID | None
    nickname: str | None
    timezone: str
    about_table: str | None
    about_id: UUID | None
    about: str | None
    settled: bool
    failures: tuple[FailedTry, ...]
    recipients: tuple[Recipient, ...]

    def of(self, user_id: UUID | None) -> Recipient | None:
        """That member's own, None where it is for others."""
        return next((one for one in self.recipients if one.user_id == user_id), None)


@dataclass(frozen=True, slots=True)
class Counts:
    """A member's notifications."""

    open: int
    unread: int
    snoozed: int


@dataclass(frozen=True, slots=True)
class Alert:
    """What a message on the desktop says. ``snoozed_until``: put off until then, and told again since."""

    id: UUID
    notification_type: str
    title: str
    subject_id: UUID | None
    snoozed_until: datetime | None = None

    @property
    def occasion(self) -> tuple[UUID, datetime | None]:
        """What is told once: the notification, and again each time that it was put off and that is over."""
        return self.id, self.snoozed_until


_mine = NotificationRecipient.__table__.alias("mine")
_told_at = func.coalesce(_mine.c.snoozed_until, Notification.send_at)


def notice_ids(connection: Connection, now: datetime, wanted: Filter) -> tuple[UUID, ...]:
    """The notifications that the filter lets through: the newest first, then the urgent.

    One statement; for the unread those of ``settled`` too: what is settled waits for nobody to read it.
    """
    places = {kind: place for place, kind in enumerate(_URGENT)}
    urgency = case(places, value=Notification.notification_type, else_=len(_URGENT))
    unread = wanted.state == "unread"
    statement = (
        select(*(FACTS if unread else (Notification.id,)))
        .select_from(Notification)
        .order_by(Notification.send_at.desc().nulls_last(), urgency, Notification.title, Notification.id)
    )
    if unread or wanted.text.strip():
        statement = statement.outerjoin(Subject, Subject.id == Notification.subject_id)
    if unread:
        statement = statement.outerjoin(Lab, Lab.id == Subject.lab_id).where(~surely_over(now))
    if wanted.user_id is not None:
        statement = statement.join(
            _mine, and_(_mine.c.notification_id == Notification.id, _mine.c.user_id == wanted.user_id)
        )
        statement = statement.where(_in_state(wanted.state, now))
    else:
        statement = statement.where(_of_anybody(wanted.state, now))
    if wanted.state != "all":
        statement = statement.where(Notification.send_at <= now)
    if wanted.kind is not None:
        statement = statement.where(Notification.notification_type == wanted.kind)
    if wanted.status is not None:
        statement = statement.where(Notification.status == wanted.status)
    if wanted.text.strip():
        statement = statement.where(
            or_(
                holds(Subject.nickname, wanted.text.strip()),
                holds(Notification.title, wanted.text.strip()),
            )
        )
    rows = connection.execute(statement).all()
    over = settled(connection, rows, now) if unread else frozenset()
    return tuple(row.id for row in rows if row.id not in over)


def _seen(of: Any, now: datetime) -> ColumnElement[bool]:
    """Of a recipient's columns: the contrary of domain.notices.is_unread."""
    until = of.snoozed_until
    return and_(of.read_at.is_not(None), or_(until.is_(None), until > now, of.read_at >= until))


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """Of the one recipient that is joined. What was put off is as young as the end of that."""
    until = _mine.c.snoozed_until
    awake = or_(until.is_(None), until <= now)
    waits = and_(_mine.c.done_at.is_(None), awake, _told_at > now - OPEN_FOR)
    conditions: dict[str, ColumnElement[bool]] = {
        "open": waits,
        "unread": and_(waits, ~_seen(_mine.c, now)),
        "snoozed": and_(_mine.c.done_at.is_(None), ~awake),
        "done": _mine.c.done_at.is_not(None),
    }
    return conditions.get(state, Notification.id.is_not(None))


def _of_anybody(state: str, now: datetime) -> ColumnElement[bool]:
    """Of all recipients: done when one has done it, unread when nobody has read it."""

    def some(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return (
            select(NotificationRecipient.id)
            .where(NotificationRecipient.notification_id == Notification.id, condition)
            .exists()
        )

    done, until = NotificationRecipient.done_at.is_not(None), NotificationRecipient.snoozed_until
    recent = Notification.send_at > now - OPEN_FOR
    open_ = and_(~some(done), or_(recent, some(and_(until > now - OPEN_FOR, until <= now))))
    conditions: dict[str, ColumnElement[bool]] = {
        "open": open_,
        "unread": and_(open_, ~some(_seen(NotificationRecipient, now))),
        "snoozed": and_(~some(done), some(until > now)),
        "done": some(done),
    }
    return conditions.get(state, Notification.id.is_not(None))


_about = case(
    (
        Notification.notification_type == "cage_cleaning_due",
        select(Housing.cage_name).where(Housing.id == Notification.about_id).scalar_subquery(),
    ),
    (
        Notification.notification_type == "breeding_check_due",
        select(BreedingPair.name).where(BreedingPair.id == Notification.about_id).scalar_subquery(),
    ),
    (
        Notification.notification_type.in_(("request_made", "request_due")),
        select(Line.nickname)
        .join(SubjectRequest, SubjectRequest.line_id == Line.id)
        .where(SubjectRequest.id == Notification.about_id)
        .scalar_subquery(),
    ),
)
_rows = (
    select(
        *FACTS,
        Notification.title,
        Notification.message,
        Notification.status,
        Notification.send_at,
        Notification.sent_at,
        Notification.attempts,
        Notification.failure,
        Subject.nickname,
        Notification.about_id,
        _about.label("about"),
    )
    .select_from(Notification)
    .outerjoin(Subject, Subject.id == Notification.subject_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
)


def notice_rows(connection: Connection, ids: Sequence[UUID], now: datetime) -> dict[UUID, NoticeRow]:
    """The notifications of these ids. Two statements, those of ``settled``, and one where sending failed."""
    recipients = defaultdict(list)
    told = (
        select(
            NotificationRecipient.notification_id,
            NotificationRecipient.user_id,
            LabMember.username,
            NotificationRecipient.read_at,
            NotificationRecipient.snoozed_until,
            NotificationRecipient.done_at,
        )
        .join(LabMember, LabMember.id == NotificationRecipient.user_id)
        .where(NotificationRecipient.notification_id.in_(ids))
        .order_by(LabMember.username)
    )
    for who in connection.execute(told):
        one = Recipient(who.user_id, who.username, who.read_at, who.snoozed_until, who.done_at)
        recipients[who.notification_id].append(one)
    found = {}
    rows = connection.execute(_rows.where(Notification.id.in_(ids))).all()
    over = settled(connection, rows, now)
    failures = _failures(connection, [row.id for row in rows if row.attempts or row.failure])
    for shown in rows:
        table = _TABLES.get(shown.notification_type)
        found[shown.id] = NoticeRow(
            shown.id,
            shown.notification_type,
            shown.title,
            shown.message or shown.title,
            shown.status,
            shown.send_at,
            shown.sent_at,
            shown.attempts,
            shown.failure or "",
            shown.subject_id,
            shown.nickname,
            shown.timezone,
            table if shown.about_id is not None else None,
            shown.about_id,
            shown.about,
            shown.id in over,
            tuple(failures.get(shown.id, ())),
            tuple(recipients[shown.id]),
        )
    return found


def _failures(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[FailedTry]]:
    """What the audit says of each. One statement, none for no ids."""
    found: dict[UUID, list[FailedTry]] = defaultdict(list)
    if not ids:
        return found
    statement = (
        select(AuditEntry.row_id, AuditEntry.at, AuditEntry.after)
        .where(AuditEntry.row_id.in_(ids), AuditEntry.table_name == Notification.__tablename__)
        .order_by(AuditEntry.number)
    )
    words: dict[UUID, str] = {}
    for entry in connection.execute(statement):
        after = entry.after or {}
        if "failure" in after:
            words[entry.row_id] = after["failure"] or ""
        # An entry holds what differs: a second try that failed of the same is one try more, and no words.
        tried = "failure" in after or "attempts" in after
        if tried and words.get(entry.row_id):
            found[entry.row_id].append(FailedTry(entry.at, words[entry.row_id]))
    return found


def notice_heads(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str | None]]:
    """Title and animal of each. One statement, none for no ids."""
    if not ids:
        return {}
    statement = (
        select(Notification.id, Notification.title, Subject.nickname)
        .outerjoin(Subject, Subject.id == Notification.subject_id)
        .where(Notification.id.in_(ids))
    )
    return {row.id: (row.title, row.nickname) for row in connection.execute(statement)}


def notice_counts(connection: Connection, user_id: UUID, now: datetime) -> Counts:
    """How many wait for a member, without those that are settled. Two statements, and ``settled``'s."""
    put_off = (
        select(func.count())
        .select_from(Notification)
        .join(_mine, _mine.c.notification_id == Notification.id)
        .where(_mine.c.user_id == user_id, _in_state("snoozed", now), Notification.send_at <= now)
    )
    seen = case((_seen(_mine.c, now), 1), else_=0).label("seen")
    waiting = connection.execute(_waiting("open", user_id, now, seen)).all()
    over = settled(connection, waiting, now)
    left = [row.seen for row in waiting if row.id not in over]
    return Counts(len(left), left.count(0), connection.execute(put_off).scalar_one())


def alerts(connection: Connection, user_id: UUID, now: datetime) -> tuple[Alert, ...]:
    """What a member has not seen and what still is to be done, the newest first.

    One statement, and those of ``settled``.
    """
    statement = (
        _waiting("unread", user_id, now, Notification.title, _mine.c.snoozed_until)
        .where(_told_at > now - ALERT_FOR)
        .order_by(_told_at.desc(), Notification.id)
        .limit(_ALERTS_MOST)
    )
    rows = connection.execute(statement).all()
    over = settled(connection, rows, now)
    return tuple(
        Alert(row.id, row.notification_type, row.title, row.subject_id, row.snoozed_until)
        for row in rows
        if row.id not in over
    )


def _waiting(state: str, user_id: UUID, now: datetime, *more: Any) -> Select[*tuple[Any, ...]]:
    """What is open for a member, or unread; ``settled`` may be some of it still: FACTS and ``more``."""
    return (
        select(*FACTS, *more)
        .select_from(Notification)
        .join(_mine, _mine.c.notification_id == Notification.id)
        .outerjoin(Subject, Subject.id == Notification.subject_id)
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .where(_mine.c.user_id == user_id, _in_state(state, now), Notification.send_at <= now)
        .where(~surely_over(now))
    )
