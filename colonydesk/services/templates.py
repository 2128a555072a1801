"""Narrative templates: texts that a member keeps for the narrative of an action."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import NarrativeTemplate
from colonydesk.db.text import folded
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.services.done import Done, done


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveTemplate:
    """``version``: None for a new template, else the one that was read."""

    command_id: UUID
    id: UUID
    user_id: UUID
    name: str
    narrative: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTemplate:
    command_id: UUID
    id: UUID
    user_id: UUID
    version: int | None = None


_same_name = select(NarrativeTemplate.id).where(
    NarrativeTemplate.user_id == bindparam("user"),
    folded(NarrativeTemplate.name) == bindparam("name"),
    NarrativeTemplate.id != bindparam("self"),
)
_owner = select(NarrativeTemplate.user_id).where(NarrativeTemplate.id == bindparam("id"))


def save_template(db: Database, command: SaveTemplate, now: datetime) -> Done:
    """Keep a text under a name, for the member who records.

    Raises:
        Refused: without a name or a text, a name that the member has already, or another member's template.
        Conflict: it was changed since ``version``.
    """
    with db.unit(command.command_id, "template.save", command.user_id, now) as unit:
        if unit.repeated:
            return done(unit)
        name, narrative = command.name.strip(), command.narrative.strip()
        if not name:
            raise Refused("Give the template a name.", "name")
        if not narrative:
            raise Refused("There is no text to keep as a template.", "narrative")
        unit.alone()  # two workstations of one member, the same name
        asked = {"user": command.user_id, "name": name.lower(), "self": command.id}
        if unit.connection.execute(_same_name, asked).first() is not None:
            raise Refused(f"You have a template called {name} already.", "name")
        values = {"name": name, "narrative": narrative}
        if command.version is None:
            row = {"id": command.id, "user_id": command.user_id, **values}
            unit.insert(NarrativeTemplate, row)
        else:
            _refuse_another_member(unit, command.id, command.user_id)
            unit.update(NarrativeTemplate, command.id, values, command.version)
    return done(unit)


def delete_template(db: Database, command: DeleteTemplate, now: datetime) -> Done:
    """Take a template away; undo brings it back.

    Raises:
        Refused: it is another member's.
        Conflict: it was changed since ``version``, or is gone.
    """
    with db.unit(command.command_id, "template.delete", command.user_id, now) as unit:
        if not unit.repeated:
            _refuse_another_member(unit, command.id, command.user_id)
            unit.delete(NarrativeTemplate, command.id, command.version)
    return done(unit)


def _refuse_another_member(unit: Unit, template_id: UUID, user_id: UUID) -> None:
    owner = unit.connection.execute(_owner, {"id": template_id}).scalar()
    if owner is not None and owner != user_id:
        raise Refused("This template is another member's.", "name")
