"""What weighings and water records share when they were noted wrongly: the old one stays, marked."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.tables import Subject, WaterAdministration, Weighing
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused

Correctable = type[Weighing] | type[WaterAdministration]

_OWN = frozenset(
    {"id", "version", "created_at", "updated_at", "updated_by_id"}
    | {"superseded_by_id", "voided_at", "void_reason"}
)


def live_record(unit: Unit, table: Correctable, record_id: UUID) -> dict[str, Any]:
    """The entered values of a record that counts, with its id; nobody else changes it until the unit ends.

    Raises:
        Refused: when it is not there or was voided already.
    """
    columns = table.__table__
    statement = select(columns).where(columns.c.id == record_id).with_for_update()
    row = unit.connection.execute(statement).mappings().first()
    if row is None:
        raise Refused("This entry is no longer there.")
    if row["voided_at"] is not None:
        raise Refused(f"This entry no longer counts ({row['void_reason']}).")
    return {key: value for key, value in row.items() if key not in _OWN or key == "id"}


def void(
    unit: Unit, table: Correctable, record: dict[str, Any], reason: str, successor: UUID | None = None
) -> None:
    """Take a record out of every sum; its successor, if any, is there already.

    Raises:
        Refused: when no reason is given.
    """
    if not reason.strip():
        raise Refused("Say why this entry is taken out.", "reason")
    marks = {"voided_at": unit.now, "void_reason": reason.strip(), "superseded_by_id": successor}
    unit.update(table, record["id"], marks)
    unit.touch(Subject, record["subject_id"])
