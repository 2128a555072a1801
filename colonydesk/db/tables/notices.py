"""Notifications, who gets them, and who wants which."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Record, one_of, ref
from colonydesk.domain.codes import NOTIFICATION_STATUS, NOTIFICATION_TYPE, SUBJECTS_SCOPE


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
