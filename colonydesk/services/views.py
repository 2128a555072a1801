"""A member keeps the columns, the order and the filters of a screen under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import SavedView
from colonydesk.db.text import folded
from colonydesk.domain.errors import Refused
from colonydesk.services.done import Done, done

NAME_MOST = 60


@dataclass(frozen=True, slots=True)
class SaveView:
    """``id`` is a new view's; where the member has one of that name on this screen, that one is replaced."""

    command_id: UUID
    id: UUID
    user_id: UUID
    screen: str
    name: str
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeleteView:
    command_id: UUID
    id: UUID
    user_id: UUID


def save_view(db: Database, command: SaveView, now: datetime) -> Done:
    """Keep a view; small and capital letters of its name are the same.

    Raises:
        Refused: no name, or too long a one (field ``name``).
    """
    name = " ".join(command.name.split())
    if not name:
        raise Refused("Give the view a name.", "name")
    if len(name) > NAME_MOST:
        raise Refused(f"A view's name has at most {NAME_MOST} letters.", "name")
    with db.unit(command.command_id, "save view", command.user_id, now) as unit:
        if not unit.repeated:
            unit.alone()
            known = select(SavedView.id).where(
                SavedView.user_id == command.user_id,
                SavedView.screen == command.screen,
                folded(SavedView.name) == name.lower(),
            )
            found = unit.connection.execute(known).scalar()
            values = {"name": name, "json": dict(command.state)}
            if found is not None:
                unit.update(SavedView, found, values)
            else:
                owner = {"user_id": command.user_id, "screen": command.screen}
                unit.insert(SavedView, {"id": command.id, **owner, **values})
    return done(unit)


def delete_view(db: Database, command: DeleteView, now: datetime) -> Done:
    """Take a view away.

    Raises:
        Refused: it is another member's.
        Conflict: it is gone.
    """
    with db.unit(command.command_id, "delete view", command.user_id, now) as unit:
        if not unit.repeated:
            owner = select(SavedView.user_id).where(SavedView.id == command.id)
            if unit.connection.execute(owner).scalar() not in (None, command.user_id):
                raise Refused("This view is another member's.")
            unit.delete(SavedView, command.id)
    return done(unit)
