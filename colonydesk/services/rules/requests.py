"""What hangs on saving a request for animals, and which request an animal can be assigned to."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from colonydesk.db.requests import remaining
from colonydesk.db.tables import Line, Subject, SubjectRequest
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.services.change import Change, Rule
from colonydesk.services.notices.events import request_made


def open_request(unit: Unit, user_id: UUID, line_id: UUID) -> UUID | None:
    """The oldest request of a member for a line that still waits for animals."""
    waiting = (
        select(SubjectRequest.id)
        .where(SubjectRequest.user_id == user_id, SubjectRequest.line_id == line_id, remaining > 0)
        .order_by(SubjectRequest.date_time, SubjectRequest.created_at, SubjectRequest.id)
        .limit(1)
    )
    return unit.connection.execute(waiting).scalar()


def check_assignment(unit: Unit, request_id: UUID, line_id: UUID | None, field: str) -> None:
    """Raise Refused (at ``field``) where a request is for another line than that of the animal."""
    asked = unit.connection.execute(
        select(SubjectRequest.line_id, Line.nickname)
        .outerjoin(Line, Line.id == SubjectRequest.line_id)
        .where(SubjectRequest.id == request_id)
    ).first()
    if asked is not None and asked.line_id is not None and asked.line_id != line_id:
        raise Refused(f"The request is for animals of the line {asked.nickname}.", field)


def _before(unit: Unit, change: Change) -> None:
    after = change.after
    if change.is_new:
        after["user_id"] = after.get("user_id") or unit.user_id
        after["date_time"] = after.get("date_time") or unit.now
        if after.get("line_id") is None:
            raise Refused("Choose the line.", "line_id")
    if change.differs("count") or change.is_new:
        count = after.get("count")
        if count is None or count < 1:
            raise Refused("Say how many animals are wanted.", "count")
    asked, due = after.get("date_time"), after.get("due_date")
    if change.differs("due_date", "date_time") and asked is not None and due is not None:
        earliest = asked.date() - timedelta(days=1)  # in the lab it may still be the day before
        if due < earliest:
            raise Refused("The animals are wanted before they were asked for.", "due_date")
    if not change.is_new and change.differs("line_id"):
        assigned = select(func.count()).select_from(Subject).where(Subject.request_id == change.id)
        count = unit.connection.execute(assigned).scalar_one()
        if count:
            animals = "1 animal is" if count == 1 else f"{count} animals are"
            raise Refused(f"{animals} assigned to this request: its line stays.", "line_id")


def _after(unit: Unit, change: Change) -> None:
    if change.is_new:
        request_made(unit, change.id)


RULES = {"subject_request": Rule(before=_before, after=_after)}
