"""What the Today screen fetches together, to paint it together: the list, and the animal in hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from colonydesk.db.plain import Reading
from colonydesk.queries.card import Card, card, in_hand
from colonydesk.queries.curve_data import Curve
from colonydesk.queries.people import Choice, LabChoice, labs, water_types
from colonydesk.queries.worklist import WorklistRow, worklist, worklist_rows


class Opening(NamedTuple):
    """What the screen shows first; ``first`` is the first animal that is owed something, if one is."""

    worklist: tuple[WorklistRow, ...]
    first: tuple[Card, None] | None
    labs: tuple[LabChoice, ...]
    water_types: tuple[Choice, ...]


def opening(connection: Reading, now: datetime) -> Opening:
    """All that the screen shows first, of all labs."""
    found = worklist(connection, now)
    first = next((row for row in found if row.owed and not row.damage), None)
    taken = None if first is None else (card(connection, first.subject_id, now), None)
    return Opening(found, taken, labs(connection), water_types(connection))


def after_change(
    connection: Reading, now: datetime, changed: Sequence[UUID], subject_id: UUID | None, *, with_curve: bool
) -> tuple[tuple[WorklistRow, ...], tuple[Card, Curve | None] | None]:
    """The rows of the animals that have changed; of ``subject_id``, where it is one, its card and curve."""
    rows = worklist_rows(connection, now, changed)
    if subject_id is None:
        return rows, None
    if with_curve:
        return rows, in_hand(connection, subject_id, now)
    return rows, (card(connection, subject_id, now), None)
