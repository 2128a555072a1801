"""What is told when a record is saved: part of the unit of work that saves it, called after its row."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from colonydesk.db.tables import (
    Lab,
    LabMember,
    LabMembership,
    Line,
    NotificationRule,
    Subject,
    SubjectRequest,
)
from colonydesk.db.unit import Unit
from colonydesk.domain.days import zone
from colonydesk.domain.delivery import (
    REPEAT_DELAY,
    About,
    Matter,
    Membership,
    RecipientRule,
    recipients,
    repeat_delay,
)
from colonydesk.domain.notices import Member, Notice, responsible_user_changed
from colonydesk.services.notices.create import tell


def request_made(unit: Unit, request_id: UUID) -> None:
    """A new request for animals: to every stock manager who is active."""
    row = unit.connection.execute(_requests().where(SubjectRequest.id == request_id)).first()
    if row is None:
        return
    managers = select(LabMember.id).where(LabMember.is_stock_manager, LabMember.is_active)
    due = f", due {row.due_date}" if row.due_date else ""
    notice = Notice(
        "request_made",
        f"New request by {row.username or 'nobody'}: {_wanted(row.wanted, row.line)}{due}",
        f"{row.description}\n" if row.description else "",
        about_id=request_id,
        named=frozenset(unit.connection.execute(managers).scalars()),
    )
    tell(unit, [_matter(unit, notice, None)])


def request_assigned(unit: Unit, subject_id: UUID) -> None:
    """The animal's request changed: to its responsible member. Nothing where it has no request now."""
    about = _about(unit, subject_id)
    if about is None or not about.alive or about.request_id is None:
        return
    row = unit.connection.execute(_requests().where(SubjectRequest.id == about.request_id)).first()
    if row is None:
        return
    title = (
        f"{about.nickname} was given to {row.username or 'nobody'}'s request for "
        f"{_wanted(row.wanted, row.line)}"
    )
    notice = Notice("request_assigned", title, subject_id=subject_id, about_id=about.request_id)
    tell(unit, [_matter(unit, notice, about)])


def responsible_changed(unit: Unit, subject_id: UUID, before: UUID | None, after: UUID | None) -> None:
    """Another member is responsible for the animal: to the one who was and the one who is."""
    about = _about(unit, subject_id)
    if about is None or before == after:
        return
    members = select(LabMember.id, LabMember.username).where(LabMember.id.in_([before, after]))
    names = {row.id: Member(row.id, row.username) for row in unit.connection.execute(members)}
    notice = responsible_user_changed(
        subject_id,
        about.nickname,
        about.alive,
        names.get(before) if before else None,
        names.get(after) if after else None,
    )
    if notice is not None:
        tell(unit, [_matter(unit, notice, about)])


def _requests() -> Select[*tuple[Any, ...]]:
    return (
        select(
            LabMember.username,
            Line.nickname.label("line"),
            SubjectRequest.count.label("wanted"),
            SubjectRequest.due_date,
            SubjectRequest.description,
        )
        .select_from(SubjectRequest)
        .outerjoin(LabMember, LabMember.id == SubjectRequest.user_id)
        .outerjoin(Line, Line.id == SubjectRequest.line_id)
    )


def _wanted(count: int | None, line: str | None) -> str:
    return f"{'some' if count is None else count} {line or 'of any line'}"


@dataclass(frozen=True, slots=True)
class _Animal:
    """What the rules of the recipients need of the animal; ``delay`` is its lab's."""

    nickname: str
    request_id: UUID | None
    timezone: str
    delay: timedelta
    about: About
    alive: bool


def _about(unit: Unit, subject_id: UUID) -> _Animal | None:
    row = unit.connection.execute(
        select(
            Subject.nickname,
            Subject.responsible_user_id,
            Subject.lab_id,
            Subject.request_id,
            Subject.death_date,
            Lab.timezone,
            Lab.notification_delay_seconds,
        )
        .outerjoin(Lab, Lab.id == Subject.lab_id)
        .where(Subject.id == subject_id, Subject.is_human.is_(False))
    ).first()
    if row is None:
        return None
    timezone = row.timezone or "UTC"
    alive = row.death_date is None or row.death_date > zone(timezone).day(unit.now)
    about = About(row.responsible_user_id, row.lab_id)
    delay = repeat_delay(row.notification_delay_seconds)
    return _Animal(row.nickname, row.request_id, timezone, delay, about, alive)


def _matter(unit: Unit, notice: Notice, animal: _Animal | None) -> Matter:
    """The notice with those who are to be told of it, of an animal or of none."""
    of_kind = NotificationRule.notification_type == notice.notification_type
    chosen = select(
        NotificationRule.user_id, NotificationRule.notification_type, NotificationRule.subjects_scope
    ).where(of_kind)
    rules = [RecipientRule(*row) for row in unit.connection.execute(chosen)]
    memberships: list[Membership] = []
    if any(rule.subjects_scope == "lab" for rule in rules):
        belonging = select(
            LabMembership.user_id, LabMembership.lab_id, LabMembership.start_date, LabMembership.end_date
        )
        memberships = [Membership(*row) for row in unit.connection.execute(belonging)]
    gone = select(LabMember.id).where(LabMember.is_active.is_(False))
    inactive = frozenset(unit.connection.execute(gone).scalars())
    animals = [] if animal is None else [animal.about]
    timezone, delay = ("UTC", REPEAT_DELAY) if animal is None else (animal.timezone, animal.delay)
    to = recipients(notice, animals, rules, memberships, zone(timezone).day(unit.now), inactive)
    return Matter(notice, to, delay, timezone=timezone)
