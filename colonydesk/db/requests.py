"""How many animals a request still waits for: shared by what is read and what is saved."""

from sqlalchemy import and_, func, or_, select

from colonydesk.db.tables import Subject, SubjectRequest

_counts = and_(
    Subject.request_id == SubjectRequest.id,
    Subject.death_date.is_(None),
    or_(SubjectRequest.line_id.is_(None), Subject.line_id == SubjectRequest.line_id),
    or_(SubjectRequest.user_id.is_(None), Subject.responsible_user_id == SubjectRequest.user_id),
)

assigned = select(func.count(Subject.id)).where(_counts).correlate(SubjectRequest).scalar_subquery()
"""Of the request of the outer row: its living animals, of its line and in the hands of who asked for them."""

remaining = SubjectRequest.count - assigned
"""NULL where the request has no count."""
