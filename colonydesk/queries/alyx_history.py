"""What Alyx kept of an animal's nicknames, cages and responsible members, as an import has brought it along.

Alyx notes the value that went, and when: ``json["history"][field]`` is a list of these.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from colonydesk.db.tables import AuditEntry, LabMember, Subject

_COLUMNS = {"nickname": "nickname", "cage": "cage", "responsible_user": "responsible_user_id"}
"""The column here of each field of Alyx's."""
_NOTHING = ("", "None")
"""How Alyx writes down that there was nothing."""

_of_subject = select(
    Subject.json, *(Subject.__table__.c[column].label(column) for column in _COLUMNS.values())
).where(Subject.id == bindparam("subject"))
_changed_here = (
    select(AuditEntry.before)
    .where(
        AuditEntry.row_id == bindparam("subject"),
        AuditEntry.table_name == Subject.__tablename__,
        AuditEntry.action == "update",
    )
    .order_by(AuditEntry.number)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A field that held ``before`` until ``at``, and ``after`` from then on; None: nothing."""

    at: datetime
    field: str
    before: str | None
    after: str | None


def kept_by_alyx(connection: Connection, subject_id: UUID) -> list[Kept]:
    """The changes that Alyx noted, the newest first. One statement, three where there are any."""
    row = connection.execute(_of_subject, {"subject": subject_id}).mappings().first()
    history = row["json"].get("history") if row is not None and isinstance(row["json"], dict) else None
    if row is None or not isinstance(history, dict):
        return []
    imported = _as_imported(connection, subject_id, row)
    found: list[Kept] = []
    for field, noted in history.items():
        entries = sorted(_entries(noted), key=lambda entry: entry[0])
        values = [value for _, value in entries] + [imported.get(field)]
        found += [
            Kept(at, field, before, after)
            for (at, _), before, after in zip(entries, values[:-1], values[1:], strict=True)
        ]
    found.sort(key=lambda one: (one.at, one.field))
    names = _names(connection, found)
    return [
        Kept(one.at, one.field, names.get(one.before, one.before), names.get(one.after, one.after))
        for one in found[::-1]
    ]


def _as_imported(connection: Connection, subject_id: UUID, row: Mapping[Any, Any]) -> dict[str, str | None]:
    """What the fields held before they were first changed here."""
    found = {column: row[column] for column in _COLUMNS.values()}
    first: dict[str, Any] = {}
    for before in connection.execute(_changed_here, {"subject": subject_id}).scalars():
        first = {**before, **first}
    found |= {column: first[column] for column in found.keys() & first.keys()}
    return {
        field: None if found[column] is None else str(found[column]) for field, column in _COLUMNS.items()
    }


def _entries(noted: Any) -> Iterator[tuple[datetime, str | None]]:
    """(when, value until then); what is not of Alyx's form is left out."""
    for entry in noted if isinstance(noted, list) else ():
        try:
            at = datetime.fromisoformat(entry["date_time"])
            value = str(entry["value"])
        except (KeyError, TypeError, ValueError):
            continue
        yield at if at.tzinfo else at.replace(tzinfo=UTC), None if value in _NOTHING else value


def _names(connection: Connection, found: list[Kept]) -> dict[str | None, str]:
    """The user names of the members who stand in the history by their ids."""
    ids = {_id(value) for one in found for value in (one.before, one.after)} - {None}
    members = select(LabMember.id, LabMember.username).where(LabMember.id.in_(ids))
    return {str(member.id): member.username for member in connection.execute(members)} if ids else {}


def _id(value: str | None) -> UUID | None:
    try:
        return UUID(value)
    except (TypeError, ValueError):
        return None
