"""What a form is filled with: a record, the words for what it refers to, and the zone of its moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from colonydesk.queries.housing_of import cage_of_pair
from colonydesk.queries.people import labs
from colonydesk.queries.records import Record, label_of, record, record_ids, record_rows


@dataclass(frozen=True, slots=True)
class Loaded:
    """``title`` is what the record is called; ``timezone`` "" where nothing says which it is in."""

    record: Record | None
    title: str
    timezone: str


def load(connection: Any, table: str, row_id: UUID, zone_path: str, member: UUID | None) -> Loaded:
    """A record as its form shows it; ``record`` None where it is not there any more."""
    found = record(connection, table, row_id)
    if found is None:
        return Loaded(None, "", "")
    if table == "breeding_pair":  # it has no column of its own: it is the parents'
        found = replace(found, values={**found.values, "cage": cage_of_pair(connection, row_id)})
    title = label_of(connection, table, [row_id]).get(row_id, "")
    timezone = ""
    if zone_path:
        row = record_rows(connection, table, [row_id], [zone_path]).get(row_id)
        timezone = (row.cells[zone_path] if row is not None else "") or ""
    return Loaded(found, title, timezone or usual_zone(connection, member))


def usual_zone(connection: Any, member: UUID | None) -> str:
    """The time zone of the lab that a member is in, else of the first lab: in most databases of every one."""
    if member is not None:
        own = record_ids(connection, "lab_membership", where={"user_id": member, "end_date": None})
        for row in record_rows(connection, "lab_membership", own[:1], ["lab_id.timezone"]).values():
            return row.cells["lab_id.timezone"] or "UTC"
    found = labs(connection)
    return found[0].timezone if found else "UTC"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new record begins with, beside what was asked for: the only lab, and words for every id."""

    timezone: str
    only_lab: UUID | None
    labels: dict[UUID, str]


def beginning(connection: Any, targets: Mapping[str, frozenset[UUID]], member: UUID | None) -> Beginning:
    """``targets``: the ids that a new record refers to from the start, by table."""
    known = labs(connection)
    labels: dict[UUID, str] = {}
    for table, ids in targets.items():
        labels |= label_of(connection, table, ids)
    only = known[0] if len(known) == 1 else None
    if only is not None:
        labels[only.id] = only.name
    return Beginning(usual_zone(connection, member), only.id if only is not None else None, labels)


def zone_of_subject(connection: Any, subject_id: UUID) -> str:
    """The time zone of the lab that an animal is in; "" where that is not known."""
    row: Any = record_rows(connection, "subject", [subject_id], ["lab_id.timezone"]).get(subject_id)
    return (row.cells["lab_id.timezone"] or "") if row is not None else ""
