"""What a member does with their notifications: read, done, put off; each can be taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Notification, NotificationRecipient
from colonydesk.domain.errors import Refused
from colonydesk.domain.notices import is_unread
from colonydesk.services.done import Done, done

MARKS: Final = ("read", "unread", "done", "open", "snoozed")
MOST: Final = 1000
LONGEST_SNOOZE: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNotifications:
    """``mark`` is one of MARKS; "open" takes back done and snoozed. ``until`` goes with "snoozed"."""

    command_id: UUID
    user_id: UUID
    notification_ids: tuple[UUID, ...]
    mark: str
    until: datetime | None = None


def mark_notifications(db: Database, command: MarkNotifications, now: datetime) -> Done:
    """Mark a member's own notifications; those that are marked so already stay as they are.

    Raises:
        Refused: one is not theirs, they are too many, or the time to be reminded cannot be.
    """
    if len(command.notification_ids) > MOST:
        raise Refused(f"At most {MOST} notifications can be marked at once.")
    values = _values(command, now)
    with db.unit(command.command_id, f"notice.{command.mark}", command.user_id, now) as unit:
        if not unit.repeated:
            columns = NotificationRecipient.__table__.c
            marked = columns.read_at, columns.done_at, columns.snoozed_until
            found = unit.connection.execute(
                select(columns.id, columns.notification_id, *marked).where(
                    columns.user_id == command.user_id,
                    columns.notification_id.in_(command.notification_ids),
                )
            ).all()
            if {row.notification_id for row in found} != set(command.notification_ids):
                raise Refused("This notification is for somebody else.")
            for row in found:
                changes = _changes(values, row, now)
                if any(getattr(row, name) != value for name, value in changes.items()):
                    unit.update(NotificationRecipient, row.id, changes)
                    unit.touch(Notification, row.notification_id)
    return done(unit)


def _values(command: MarkNotifications, now: datetime) -> dict[str, Any]:
    if command.mark == "snoozed":
        if command.until is None or not now < command.until <= now + LONGEST_SNOOZE:
            raise Refused("Choose a time within the next month.", "until")
        return {"read_at": now, "snoozed_until": command.until}
    marks: dict[str, dict[str, Any]] = {
        "read": {"read_at": now},
        "unread": {"read_at": None},
        "done": {"read_at": now, "done_at": now, "snoozed_until": None},
        "open": {"done_at": None, "snoozed_until": None},
    }
    if command.mark not in marks:
        raise Refused("A notification is read, unread, done, open or put off.", "mark")
    return marks[command.mark]


def _changes(values: dict[str, Any], row: Any, now: datetime) -> dict[str, Any]:
    """Who read or did it first did: that moment stays, until what was put off is to be read again."""
    read_at = None if is_unread(row.read_at, row.snoozed_until, now) else row.read_at
    kept = {"read_at": read_at, "done_at": row.done_at}
    return {
        name: kept[name] if value is not None and kept.get(name) is not None else value
        for name, value in values.items()
    }
