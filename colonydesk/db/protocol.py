"""The protocol number of an animal, which follows from what is done with it: for what is read and saved."""

from typing import Any
from uuid import UUID

from sqlalchemy import Case, case, exists
from sqlalchemy.sql.elements import SQLCoreOperations

from colonydesk.db.tables import Surgery, WaterRestriction

_NOTHING = UUID(int=0)


def protocol_number(subject_id: SQLCoreOperations[Any] | UUID, without: UUID | None = None) -> Case[str]:
    """3 while water-restricted, 2 with a surgery, else 1.

    ``without`` is a restriction or a surgery that is about to be deleted.
    """
    gone = without or _NOTHING
    restricted = exists().where(
        WaterRestriction.subject_id == subject_id,
        WaterRestriction.end_time.is_(None),
        WaterRestriction.id != gone,
    )
    operated = exists().where(Surgery.subject_id == subject_id, Surgery.id != gone)
    return case((restricted, "3"), (operated, "2"), else_="1")
