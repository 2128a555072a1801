"""What the tests of the notifications share: matters, and who is told."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Notification, NotificationRecipient
from colonydesk.domain.delivery import Matter
from colonydesk.domain.notices import Notice
from colonydesk.queries.notices import Filter, notice_ids, notice_rows
from colonydesk.services.notices.create import create
from colonydesk.services.notices.marks import MarkNotifications
from tests.builders import add

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def member(db: Database, username: str, **values: Any) -> UUID:
    return add(db, LabMember, username=username, **{"email": f"{username}@example.org", **values})


def matter(to: UUID | None, title: str = "M1 is thirsty", kind: str = "mouse_water", **values: Any) -> Matter:
    return Matter(Notice(kind, title, **values), frozenset() if to is None else frozenset({to}))


def told(db: Database, *matters: Matter, now: datetime = NOW) -> tuple[UUID, ...]:
    """The ids of what is created of these."""
    return tuple(one.id for one in create(db, matters, now))


def waiting_notification(db: Database, to: UUID, title: str = "M1 is thirsty", **values: Any) -> UUID:
    """One that is to be sent, past all rules."""
    usual = {
        "notification_type": "mouse_water",
        "send_at": NOW,
        "status": "to-send",
        "message": f"{title}\n\n",
    }
    made = add(db, Notification, title=title, **{**usual, **values})
    add(db, NotificationRecipient, notification_id=made, user_id=to)
    return made


def shown(db: Database, notification_id: UUID, now: datetime = NOW) -> Any:
    with db.read() as connection:
        return notice_rows(connection, [notification_id], now)[notification_id]


def listed(
    db: Database, user: UUID | None, state: str = "open", now: datetime = NOW, **wanted: Any
) -> list[str]:
    """The titles in the list."""
    with db.read() as connection:
        ids = notice_ids(connection, now, Filter(user, state, **wanted))
        rows = notice_rows(connection, ids, now)
    return [rows[one].title for one in ids]


def mark(user: UUID, *ids: UUID, as_: str = "done", **values: Any) -> MarkNotifications:
    return MarkNotifications(command_id=uuid4(), user_id=user, notification_ids=ids, mark=as_, **values)
