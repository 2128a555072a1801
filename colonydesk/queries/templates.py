"""The narrative templates of a member."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from colonydesk.db.tables import NarrativeTemplate
from colonydesk.db.text import folded


@dataclass(frozen=True, slots=True)
class Template:
    """A text that a member keeps for the narrative of an action."""

    id: UUID
    version: int
    name: str
    narrative: str


def templates(connection: Connection, user_id: UUID) -> tuple[Template, ...]:
    """The narrative templates of a member, by name."""
    statement = (
        select(
            NarrativeTemplate.id,
            NarrativeTemplate.version,
            NarrativeTemplate.name,
            NarrativeTemplate.narrative,
        )
        .where(NarrativeTemplate.user_id == user_id)
        .order_by(folded(NarrativeTemplate.name), NarrativeTemplate.id)
    )
    return tuple(
        Template(row.id, row.version, row.name or "", row.narrative) for row in connection.execute(statement)
    )
