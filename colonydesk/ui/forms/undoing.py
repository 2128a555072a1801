"""Undo of what a form has saved, as a piece of work for the writer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.services.undo import undo


def undo_call(undone: UUID, user_id: UUID, now: datetime) -> Callable[[Database], Done]:
    """Work that takes back the command ``undone``; sent again it does nothing more."""
    command_id = uuid4()
    return lambda db: undo(db, command_id, undone, user_id, now)
