"""The notes on one animal and on its records; their pictures are fetched apart, when they are looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Connection, bindparam, literal, null, select, type_coerce, union_all

from colonydesk.db.tables import (
    Cull,
    LabMember,
    Note,
    OtherAction,
    Session,
    Subject,
    Surgery,
    VirusInjection,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.db.tables.base import UtcDateTime


@dataclass(frozen=True, slots=True)
class NoteRow:
    """``about`` is the table of what the note is on, ``about_id`` that record, ``about_at`` its time."""

    id: UUID
    date_time: datetime
    text: str
    user: str | None
    has_image: bool
    image_name: str | None
    about: str
    about_id: UUID
    about_at: datetime | None


def _records() -> CompoundSelect[Any]:
    """The subject's row and those of its records that notes can be on, each with its time."""
    subject: Any = bindparam("subject")
    no_time: Any = type_coerce(null(), UtcDateTime())
    kind: Any = literal("subject")
    own = select(kind.label("kind"), Subject.id, no_time.label("at")).where(Subject.id == subject)
    parts: list[Any] = [own]
    timed: tuple[tuple[Any, Any], ...] = (
        *((action, action.start_time) for action in (Surgery, VirusInjection, Session)),
        *((action, action.start_time) for action in (WaterRestriction, OtherAction)),
        (Cull, Cull.created_at),
        (Weighing, Weighing.date_time),
        (WaterAdministration, WaterAdministration.date_time),
    )
    for table, at in timed:
        kind = literal(table.__tablename__).label("kind")
        voided = [None] if not hasattr(table, "voided_at") else [True, False]
        for void in voided:  # each half of a correctable table has its own index
            part = select(kind, table.id, at.label("at")).where(table.subject_id == subject)
            if void is not None:
                part = part.where(table.voided_at.is_not(None) if void else table.voided_at.is_(None))
            parts.append(part)
    return union_all(*parts)


_things = _records().subquery("things")
_notes = (
    select(
        Note.id,
        Note.date_time,
        Note.text,
        LabMember.username,
        Note.image.is_not(None),
        Note.image_name,
        Note.content_type,
        Note.object_id,
        _things.c.at,
    )
    .join(_things, (_things.c.id == Note.object_id) & (_things.c.kind == Note.content_type))
    .outerjoin(LabMember, LabMember.id == Note.user_id)
    .order_by(Note.date_time.desc(), Note.id)
)
_images = select(Note.id, Note.image).where(Note.id.in_(bindparam("ids", expanding=True)))


def notes(connection: Connection, subject_id: UUID) -> tuple[NoteRow, ...]:
    """The notes on one animal and its records, the newest first: one statement."""
    rows = connection.execute(_notes, {"subject": subject_id})
    return tuple(NoteRow(row[0], row[1], row[2] or "", *row[3:]) for row in rows)


def note_images(connection: Connection, note_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """The pictures of these notes, as they are stored: one statement."""
    rows = connection.execute(_images, {"ids": list(note_ids)})
    return {row.id: row.image for row in rows if row.image is not None}
