"""Storing what is due, once, whichever workstations ask at the same time.

Checks keep each other off by the lock on one row. What other units of work tell of (events) takes no lock: a
notification's id is made from what it says and from the one before it, so that two that are made at once are
one. What was told stays told when the change that gave rise to it is undone: it is not part of its audit.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Connection, Row, select, update

from colonydesk.db.engine import Database
from colonydesk.db.plain import Reading, Statement, an_id, key, moment, rows
from colonydesk.db.tables.base import Base
from colonydesk.db.tables.notices import (
    FAILED,
    SETTING,
    Notification,
    NotificationRecipient,
    NotificationSetting,
)
from colonydesk.db.unit import Unit
from colonydesk.domain.delivery import ONCE, Earlier, Mark, Matter, NewNotification, Seen, compose

_SPACE = UUID("7e11a000-0000-4000-8000-6e6f74696365")
_UNDERWEIGHT = "mouse_underweight"

_EARLIER = Statement(f"""
SELECT
    ID(told.id), told.notification_type, told.title, told.status, TIME(told.send_at), TIME(told.sent_at),
    ID(told.subject_id), ID(told.about_id), told.failure,
    ID(marked.user_id), TIME(marked.done_at), TIME(marked.snoozed_until)
FROM notification AS told
LEFT JOIN notification_recipient AS marked
    ON marked.notification_id = told.id AND (
        marked.done_at IS NOT NULL OR marked.snoozed_until IS NOT NULL
        OR told.notification_type IN ({", ".join(repr(kind) for kind in sorted(ONCE))})
    )
WHERE told.title AMONG(:titles)
ORDER BY told.created_at, told.send_at, told.id
""")


@dataclass(frozen=True, slots=True)
class Created:
    """A notification that was created now."""

    id: UUID
    notification_type: str
    title: str
    status: str
    subject_id: UUID | None
    recipients: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class _New:
    id: UUID
    made: NewNotification
    record_id: UUID | None


_Known = dict[str, list[tuple[UUID, Earlier]]]


def create(
    db: Database, matters: Sequence[Matter], now: datetime, seen: Seen | None = None
) -> tuple[Created, ...]:
    """Store those of ``matters`` that were not told already; one statement where there are none.

    ``seen`` is how far the weighings among them were looked at: no check looks at those again, but for the
    failed.
    """
    with db.plain() as connection:
        new = _new(told_before(connection, matters), matters, now)
    if not new and seen is None:
        return ()
    with db.unit(uuid4(), "notices.check", None, now) as unit:
        noted = _only_one_checks(unit)
        if new:  # others may have told of some of them in the meantime
            new = _new(told_before(unit.connection, matters), matters, now)
        if new:
            _insert(unit, new)
            unit.note_run(NotificationSetting, SETTING, "check", {"created": len(new)})
            unit.changed = {Notification.__tablename__: [one.id for one in new]}
        if seen is not None and seen.number >= noted.weighings_seen:
            _note_seen(unit.connection, seen, noted.json)
    return tuple(_created(one) for one in new)


def tell(unit: Unit, matters: Sequence[Matter]) -> tuple[Created, ...]:
    """The same as part of another unit of work: stored when that is."""
    new = _new(told_before(unit.connection, matters), matters, unit.now)
    if new:
        _insert(unit, new)
    for one in new:
        unit.touch(Notification, one.id)
    return tuple(_created(one) for one in new)


def insert_where_missing(
    connection: Connection, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add rows; one whose id is there already is passed over."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), list(rows))
        return
    from sqlalchemy.dialects import postgresql  # its import is slow, and SQLite needs none of it

    connection.execute(postgresql.insert(table).on_conflict_do_nothing(), list(rows))


def the_setting(unit: Unit) -> None:
    """Let the one row of the settings be there."""
    stamps = {"created_at": unit.now, "updated_at": unit.now}
    insert_where_missing(unit.connection, NotificationSetting, [{"id": SETTING, **stamps}])


def _only_one_checks(unit: Unit) -> Row[Any]:
    """Wait for the checks of other workstations; they wait for this one until the unit ends.

    Returns how far the checks are.
    """
    own = select(NotificationSetting.weighings_seen, NotificationSetting.json)
    own = own.where(NotificationSetting.id == SETTING).with_for_update()
    noted = unit.connection.execute(own).first()
    if noted is None:
        the_setting(unit)
        noted = unit.connection.execute(own).one()
    return noted


def _note_seen(connection: Connection, seen: Seen, before: Mapping[str, Any] | None) -> None:
    values = {name: value for name, value in (before or {}).items() if name != FAILED}
    if seen.failed:
        values[FAILED] = sorted(one.hex for one in seen.failed)
    connection.execute(
        update(NotificationSetting)
        .where(NotificationSetting.id == SETTING)
        .values(weighings_seen=seen.number, json=values or None)
    )


def told_before(connection: Reading, matters: Iterable[Matter]) -> _Known:
    """The notifications of these titles by title, the oldest first."""
    found: _Known = defaultdict(list)
    titles = {matter.notice.title for matter in matters}
    if not titles:
        return found
    last = None
    for row in rows(connection, _EARLIER, {"titles": sorted(titles)}):
        id_, kind, title, status, send_at, sent_at, subject, about, failure, user, done, until = row
        marks = () if user is None else (Mark(an_id(user), moment(done), moment(until)),)
        of_title = found[title]
        if id_ == last:  # a further recipient
            told, one = of_title[-1]
            of_title[-1] = (told, one._replace(marks=one.marks + marks))
            continue
        last = id_
        about_id = None if kind == _UNDERWEIGHT else key(about)
        times = moment(send_at), moment(sent_at)
        one = Earlier(kind, title, status, *times, key(subject), about_id, failure or "", marks)
        of_title.append((an_id(id_), one))
    return found


def _new(known: _Known, matters: Iterable[Matter], now: datetime) -> list[_New]:
    """What is to be stored; ``known`` grows by it, so that nothing is stored twice."""
    new = []
    for matter in matters:
        notice = matter.notice
        before = known[notice.title]
        earlier = [one for _, one in before]
        made = compose(notice, matter.to, earlier, now, matter.delay, matter.timezone, matter.own)
        if made is None:
            continue
        id_ = _id(matter, [id_ for id_, one in before if _is_of(one, matter)])
        one = Earlier(
            notice.notification_type,
            notice.title,
            made.status,
            made.send_at,
            None,
            notice.subject_id,
            notice.about_id,
            made.failure,
            tuple(map(Mark, sorted(made.recipients))),
        )
        before.append((id_, one))
        new.append(_New(id_, made, matter.record_id))
    return new


def _is_of(one: Earlier, matter: Matter) -> bool:
    notice = matter.notice
    return (one.notification_type, one.subject_id, one.about_id) == (
        notice.notification_type,
        notice.subject_id,
        notice.about_id,
    )


def _id(matter: Matter, before: Sequence[UUID]) -> UUID:
    """The same on every workstation that knows of the same one before it."""
    notice = matter.notice
    last = before[-1] if before else None
    parts = (notice.notification_type, notice.title, notice.subject_id, notice.about_id, last)
    return uuid5(_SPACE, "|".join(map(str, parts)))


def _insert(unit: Unit, new: Sequence[_New]) -> None:
    stamps = {"created_at": unit.now, "updated_at": unit.now, "updated_by_id": unit.user_id}
    insert_where_missing(
        unit.connection,
        Notification,
        [
            {
                "id": one.id,
                "send_at": one.made.send_at,
                "notification_type": one.made.notice.notification_type,
                "title": one.made.notice.title,
                "message": one.made.notice.message,
                "subject_id": one.made.notice.subject_id,
                "about_id": one.made.notice.about_id or one.record_id,
                "status": one.made.status,
                "failure": one.made.failure or None,
                **stamps,
            }
            for one in new
        ],
    )
    recipients = [
        {"id": uuid5(one.id, user.hex), "notification_id": one.id, "user_id": user, **stamps}
        for one in new
        for user in sorted(one.made.recipients)
    ]
    if recipients:
        insert_where_missing(unit.connection, NotificationRecipient, recipients)


def _created(one: _New) -> Created:
    notice = one.made.notice
    return Created(
        one.id,
        notice.notification_type,
        notice.title,
        one.made.status,
        notice.subject_id,
        one.made.recipients,
    )
