"""The views that a member keeps of a screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from colonydesk.db.tables import SavedView
from colonydesk.db.text import folded


@dataclass(frozen=True, slots=True)
class View:
    """``state`` is what the screen put there: filters, order, columns."""

    id: UUID
    name: str
    version: int
    state: Mapping[str, Any]


_views = (
    select(SavedView.id, SavedView.name, SavedView.version, SavedView.json)
    .where(SavedView.user_id == bindparam("user"), SavedView.screen == bindparam("screen"))
    .order_by(folded(SavedView.name), SavedView.id)
)


def saved_views(connection: Connection, user_id: UUID, screen: str) -> tuple[View, ...]:
    """A member's views of a screen, by name; one statement."""
    rows = connection.execute(_views, {"user": user_id, "screen": screen})
    return tuple(View(row.id, row.name or "", row.version, row.json or {}) for row in rows)
