"""Who is told of what: the members' rules, who would get a notification now, and the mail server."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from colonydesk.db.tables import (
    Lab,
    LabMember,
    LabMembership,
    NotificationRule,
    NotificationSetting,
    Subject,
)
from colonydesk.db.tables.notices import SETTING
from colonydesk.domain.days import zone
from colonydesk.domain.delivery import About, Membership, RecipientRule, reasons
from colonydesk.domain.mail import MailServer
from colonydesk.domain.notices import Notice

_REQUESTS: Final = frozenset({"request_due", "request_made"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who would get a notification; ``reason`` as domain.delivery.reasons has it."""

    user_id: UUID
    username: str
    full_name: str
    is_active: bool
    email: str
    reason: str


def rules_of(connection: Connection, user_id: UUID) -> dict[str, str]:
    """A member's scopes by type; a type without a rule is not in it."""
    statement = select(NotificationRule.notification_type, NotificationRule.subjects_scope).where(
        NotificationRule.user_id == user_id
    )
    return {row.notification_type: row.subjects_scope for row in connection.execute(statement)}


def is_dead(connection: Connection, subject_id: UUID | None) -> bool:
    """Whether nothing is told of an animal any more."""
    died = select(Subject.death_date).where(Subject.id == subject_id)
    return subject_id is not None and connection.execute(died).scalar() is not None


def receivers(
    connection: Connection, kind: str, subject_id: UUID | None, now: datetime
) -> tuple[Receiver, ...]:
    """Who would get a notification of this type now, and why; with those whose rule says none.

    About an animal; where the type is about requests, the stock managers and whose rules say so.
    """
    animals: tuple[About, ...] = ()
    timezone = "UTC"
    if subject_id is not None and kind not in _REQUESTS:
        of = (
            select(Subject.responsible_user_id, Subject.lab_id, Lab.timezone)
            .outerjoin(Lab, Lab.id == Subject.lab_id)
            .where(Subject.id == subject_id)
        )
        for row in connection.execute(of):
            animals, timezone = (About(row.responsible_user_id, row.lab_id),), row.timezone or "UTC"
    members = {
        row.id: row
        for row in connection.execute(
            select(
                LabMember.id,
                LabMember.username,
                LabMember.first_name,
                LabMember.last_name,
                LabMember.is_active,
                LabMember.is_stock_manager,
                LabMember.email,
            ).order_by(LabMember.username)
        )
    }
    managers = frozenset(row.id for row in members.values() if row.is_active and row.is_stock_manager)
    found = reasons(
        Notice(kind, "", subject_id=subject_id, named=managers if kind in _REQUESTS else None),
        animals,
        _rules(connection, kind),
        _memberships(connection),
        zone(timezone).day(now),
    )
    return tuple(
        Receiver(
            row.id,
            row.username,
            " ".join(part for part in (row.first_name, row.last_name) if part) or row.username,
            row.is_active,
            row.email or "",
            found[row.id],
        )
        for row in members.values()
        if row.id in found
    )


def _rules(connection: Connection, kind: str) -> list[RecipientRule]:
    statement = select(
        NotificationRule.user_id, NotificationRule.notification_type, NotificationRule.subjects_scope
    ).where(NotificationRule.notification_type == kind)
    return [RecipientRule(*row) for row in connection.execute(statement)]


def _memberships(connection: Connection) -> list[Membership]:
    statement = select(
        LabMembership.user_id, LabMembership.lab_id, LabMembership.start_date, LabMembership.end_date
    )
    return [Membership(*row) for row in connection.execute(statement)]


def mail_server(connection: Connection) -> MailServer | None:
    """The mail server of this database, None where none is set up."""
    row = connection.execute(
        select(
            NotificationSetting.host,
            NotificationSetting.port,
            NotificationSetting.security,
            NotificationSetting.sender,
            NotificationSetting.username,
        ).where(NotificationSetting.id == SETTING)
    ).first()
    if row is None or not row.host or not row.port or not row.sender:
        return None
    return MailServer(row.host, row.port, row.security, row.sender, row.username or "")


def address_of(connection: Connection, user_id: UUID) -> str:
    """A member's e-mail address, "" for none."""
    found = connection.execute(select(LabMember.email).where(LabMember.id == user_id)).scalar()
    return found or ""
