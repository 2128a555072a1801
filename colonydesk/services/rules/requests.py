"""What hangs on saving a request for animals, and which request an animal can be assigned to."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from colonydesk.db.requests import remaining
from colonydesk.db.tables import Line, Subject, SubjectRequest
from colonydesk.db.unit import Unit
from colonydesk.domain.animal_rules import other_line
from colonydesk.domain.errors import Question, Refused
from colonydesk.services.change import Change, Rule, refuse
from colonydesk.services.done import ask
from colonydesk.services.notices.events import request_made


def assign_request(unit: Unit, change: Change) -> None:
    """The request that an animal is saved with. A new responsible member's open request for the line is
    adopted by the living, unless another was chosen; one that waits for no more animals is asked about.

    Raises:
        Refused: the request is for another line. Doubtful: it has all its animals.
    """
    after = change.after
    user_id: UUID | None = after.get("responsible_user_id")
    line_id: UUID | None = after.get("line_id")
    alive = after.get("death_date") is None
    chosen = change.differs("request_id")
    handed_over = change.differs("responsible_user_id") and alive and not chosen
    if handed_over and user_id is not None and line_id is not None:
        present = after.get("request_id")
        if not _is_of(unit, present, user_id, line_id):
            after["request_id"] = open_request(unit, user_id, line_id) or present
    request_id: UUID | None = after.get("request_id")
    if request_id is None or not change.differs("request_id", "line_id"):
        return
    _check_line(unit, change, request_id)
    if chosen and alive:
        left = unit.connection.execute(select(remaining).where(SubjectRequest.id == request_id)).scalar()
        if left is not None and left <= 0:
            question = Question("enough", "This request has all the animals that were asked for.")
            ask((question,), change.confirmed, "request_id")


def _is_of(unit: Unit, request_id: UUID | None, user_id: UUID, line_id: UUID) -> bool:
    """Whether the present request is that member's for the line, so that there is no reason to leave it."""
    own = select(SubjectRequest.id).where(
        SubjectRequest.id == request_id,
        SubjectRequest.user_id == user_id,
        SubjectRequest.line_id == line_id,
    )
    return request_id is not None and unit.connection.execute(own).first() is not None


def open_request(unit: Unit, user_id: UUID, line_id: UUID) -> UUID | None:
    """The oldest request of a member for a line that still waits for animals."""
    waiting = (
        select(SubjectRequest.id)
        .where(SubjectRequest.user_id == user_id, SubjectRequest.line_id == line_id, remaining > 0)
        .order_by(SubjectRequest.date_time, SubjectRequest.created_at, SubjectRequest.id)
        .limit(1)
    )
    return unit.connection.execute(waiting).scalar()


def _check_line(unit: Unit, change: Change, request_id: UUID) -> None:
    asked = unit.connection.execute(
        select(SubjectRequest.line_id, Line.nickname)
        .outerjoin(Line, Line.id == SubjectRequest.line_id)
        .where(SubjectRequest.id == request_id)
    ).first()
    if asked is not None:
        refuse(other_line(change.before or {}, change.after, asked.line_id, asked.nickname))


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
