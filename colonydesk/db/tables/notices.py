"""Notifications, who gets them, who wants which, and the mail server that sends them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Record, one_of, ref
from colonydesk.domain.codes import NOTIFICATION_STATUS, NOTIFICATION_TYPE, SUBJECTS_SCOPE
from colonydesk.domain.mail import SECURITY


class Notification(Record, Base):
    __tablename__ = "notification"

    send_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    notification_type: Mapped[str] = mapped_column(info={"codes": NOTIFICATION_TYPE})
    title: Mapped[str]
    message: Mapped[str | None] = mapped_column(info={"long": True})
    subject_id: Mapped[UUID | None] = ref("subject", "CASCADE")
    status: Mapped[str] = mapped_column(default="to-send", info={"codes": NOTIFICATION_STATUS})
    # Ours: what it is about, by its type (the weighing, cage, request or pair); the tries to send it and the
    # words of the last failure; until when one workstation has it for itself.
    about_id: Mapped[UUID | None] = mapped_column(doc="The weighing, cage, request or pair it is about")
    attempts: Mapped[int] = mapped_column(default=0, doc="How often it was tried to send it")
    tried_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(
        doc="What the last try to send it failed of", info={"long": True}
    )
    claimed_until: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "status", "send_at"),
        Index(None, "title"),
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
    notification_type: Mapped[str] = mapped_column(info={"codes": NOTIFICATION_TYPE})
    subjects_scope: Mapped[str] = mapped_column(
        doc="The animals of which the member wants to hear", info={"codes": SUBJECTS_SCOPE}
    )

    __table_args__ = (
        UniqueConstraint("user_id", "notification_type"),
        one_of("notification_type", NOTIFICATION_TYPE),
        one_of("subjects_scope", SUBJECTS_SCOPE),
    )


class NotificationSetting(Record, Base):
    """One row, SETTING: the mail server (its secret is in the key rings), and how far the checks are."""

    __tablename__ = "notification_setting"

    host: Mapped[str | None]
    port: Mapped[int | None]
    security: Mapped[str] = mapped_column(default="starttls")
    sender: Mapped[str | None]
    username: Mapped[str | None]
    # The number of the last change whose weighings were looked at; in json FAILED, those whose check failed.
    weighings_seen: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        one_of("security", SECURITY),
        CheckConstraint("port BETWEEN 1 AND 65535", name="port"),
    )


SETTING = UUID("5e77196e-0000-4000-8000-6e6f74696365")
FAILED = "weighings_failed"
