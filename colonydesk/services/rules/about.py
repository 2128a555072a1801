"""Records that can be about any other one: the table's name and the id of what they are about."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from colonydesk.db.catalogue import class_of, one, table_names, table_of
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused


def check_about(unit: Unit, values: Mapping[str, Any]) -> None:
    """Whether what a record is about is there.

    Raises:
        Refused: it is half named, there is no such table, or the record is gone.
    """
    table, object_id = values["content_type"], values["object_id"]
    if table is None and object_id is None:
        return
    if table not in table_names():
        raise Refused("Choose what this is about.", "content_type")
    if object_id is None:
        raise Refused(f"Choose the {one(table)} that this is about.", "object_id")
    column = table_of(table).c.id
    if unit.connection.execute(select(column).where(column == object_id)).first() is None:
        raise Refused(f"This {one(table)} is no longer in the database.", "object_id")


def touch_about(unit: Unit, *records: Mapping[str, Any] | None) -> None:
    """Name what these records are about as changed, so that the screens show them with it."""
    for values in records:
        if values is not None and values["content_type"] in table_names() and values["object_id"]:
            unit.touch(class_of(values["content_type"]), values["object_id"])
