"""The unit of work: a change, its audit entries and its change-log row in one transaction."""

import socket
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Connection,
    Date,
    Insert,
    LargeBinary,
    Table,
    Uuid,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from colonydesk.db.tables import AuditEntry, ChangeLog, LabMember
from colonydesk.db.tables.base import Base, UtcDateTime
from colonydesk.domain.errors import Conflict, Refused

WORKSTATION = socket.gethostname()
ORIGIN = uuid4()
"""This run of the program."""

# Any number, the same in every program: who holds it may number the next change.
CHANGE_LOCK = 0x636F6C6F6E79
CHANNEL = "colonydesk"

BOOKKEEPING = frozenset({"version", "created_at", "updated_at", "updated_by_id"})

_the_command = ChangeLog.command_id == bindparam("command")
_is_active = select(LabMember.is_active).where(LabMember.id == bindparam("user"))
# One row, always: whether the command was given before, and whether its member may record.
_find_command = select(
    select(ChangeLog.number).where(_the_command).scalar_subquery().label("number"),
    select(ChangeLog.changed).where(_the_command).scalar_subquery().label("changed"),
    _is_active.scalar_subquery().label("is_active"),
)
_insert_audit = insert(AuditEntry)
_insert_change = insert(ChangeLog)
# One statement: numbers are given in the order of the commits, so that a reader never misses a late one,
# and who listens is told at the commit.
_lock_and_ring = select(func.pg_advisory_xact_lock(CHANGE_LOCK), func.pg_notify(CHANNEL, ""))


class Unit:
    """What one command does to the database. Made by ``Database.unit``; use it from one thread."""

    def __init__(
        self, connection: Connection, command_id: UUID, kind: str, user_id: UUID | None, now: datetime
    ) -> None:
        self.connection = connection
        self.command_id = command_id
        self.kind = kind
        self.user_id = user_id
        self.now = now
        self.number = 0
        self.changed: dict[str, list[UUID]] = {}
        self.repeated = False
        self._audit: list[dict[str, Any]] = []

    def begin(self) -> None:
        """Look whether the command was given before: then ``repeated`` is set, and nothing is left to do.

        Raises:
            Refused: the member who records is not there, or not active any more (field ``user``).
        """
        row = self._look()
        if self.repeated or self.user_id is None:
            return
        if row.is_active is None:
            raise Refused("The member who records is not in the database.", "user")
        if not row.is_active:
            raise Refused("The member who records is not active any more.", "user")

    def was_overtaken(self) -> bool:
        """Whether another connection has committed this very command since ``begin``."""
        self._look()
        return self.repeated

    def _look(self) -> Any:
        row = self.connection.execute(_find_command, {"command": self.command_id, "user": self.user_id}).one()
        if row.number is not None:
            self.repeated = True
            self.number = row.number
            self.changed = {name: [UUID(text) for text in ids] for name, ids in row.changed.items()}
        return row

    def alone(self) -> None:
        """Wait until no other unit is about to commit, and keep others from it until this one has ended.

        For what no lock on a row can hold: that there is none yet. SQLite has one writer at a time anyway.
        """
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(_lock_and_ring)

    def insert(self, table: type[Base], values: Mapping[str, Any]) -> UUID:
        """Add one row (``id`` given by the caller) and return its id."""
        target = _table(table)
        row = {**values, "created_at": self.now, "updated_at": self.now, "updated_by_id": self.user_id}
        self.connection.execute(_insert_into(target), row)
        after = {key: value for key, value in values.items() if key != "id" and _tells(target, key, value)}
        row_id: UUID = values["id"]
        self._note(target, row_id, "insert", None, after)
        return row_id

    def update(
        self, table: type[Base], row_id: UUID, values: Mapping[str, Any], version: int | None = None
    ) -> None:
        """Set fields of one row; with ``version`` only if nobody has changed the row since that version.

        Raises:
            Conflict: when the row has another version, or is gone.
        """
        target = _table(table)
        columns = [target.c[key] for key in values]
        found = self.connection.execute(
            select(target.c.version, *columns).where(target.c.id == row_id)
        ).first()
        if found is None:
            raise Conflict("This record is no longer there: somebody else has deleted it.")
        if version is not None and found.version != version:
            raise Conflict("Somebody else has changed this record in the meantime.")
        before = {key: found[index + 1] for index, key in enumerate(values)}
        differing = [key for key in values if before[key] != values[key]]
        if not differing:
            return
        after = {key: values[key] for key in differing}
        statement = update(target).where(target.c.id == row_id, target.c.version == found.version)
        row = {**after, "version": found.version + 1, "updated_at": self.now, "updated_by_id": self.user_id}
        if self.connection.execute(statement, row).rowcount != 1:
            raise Conflict("Somebody else has changed this record in the meantime.")
        self._note(target, row_id, "update", {key: before[key] for key in differing}, after)

    def delete(self, table: type[Base], row_id: UUID, version: int | None = None) -> None:
        """Take one row away; its whole content stays in the audit.

        Raises:
            Conflict: when the row has another version than ``version``, or is gone.
        """
        target = _table(table)
        found = self.connection.execute(select(target).where(target.c.id == row_id)).mappings().first()
        if found is None:
            raise Conflict("This record is no longer there: somebody else has deleted it.")
        if version is not None and found["version"] != version:
            raise Conflict("Somebody else has changed this record in the meantime.")
        statement = delete(target).where(target.c.id == row_id, target.c.version == found["version"])
        if self.connection.execute(statement).rowcount != 1:
            raise Conflict("Somebody else has changed this record in the meantime.")
        before = {
            key: value
            for key, value in found.items()
            if key != "id" and key not in BOOKKEEPING and _tells(target, key, value)
        }
        self._note(target, row_id, "delete", before, None)

    def bump(self, table: type[Base], row_id: UUID) -> None:
        """Give a row a new version though no field of its own changed: what it is linked to has."""
        target = _table(table)
        row = {"version": target.c.version + 1, "updated_at": self.now, "updated_by_id": self.user_id}
        self.connection.execute(update(target).where(target.c.id == row_id).values(row))
        self.touch(table, row_id)

    def link(self, table: Table, row_id: UUID, other: UUID) -> None:
        """Add ``other`` to a many-to-many list of the row ``row_id`` (the first column of ``table``)."""
        left, right = table.columns
        self.connection.execute(insert(table), {left.name: row_id, right.name: other})
        self._note(table, row_id, "link", None, {"other": other})

    def unlink(self, table: Table, row_id: UUID, other: UUID) -> None:
        """Take ``other`` out of a many-to-many list of the row ``row_id``."""
        left, right = table.columns
        self.connection.execute(delete(table).where(left == row_id, right == other))
        self._note(table, row_id, "unlink", {"other": other}, None)

    def note_run(self, table: type[Base], row_id: UUID, action: str, after: Mapping[str, Any]) -> None:
        """One audit entry for a run that wrote many rows through ``connection``: ``after`` counts them.

        It stands under the row that the run was about (the lab, say).
        """
        self._note(_table(table), row_id, action, None, after)

    def touch(self, table: type[Base], row_id: UUID) -> None:
        """Name a row whose shown values changed through others, so that it is fetched again."""
        self._changed(_table(table).name, row_id)

    def as_one(self, name: str, summary: Mapping[str, Any], tables: Iterable[str]) -> None:
        """Let one audit entry stand for all that this unit did, in bulk or row by row.

        In the change log ``tables`` stand without ids: all of their rows may have changed.
        """
        self.changed = {table: [] for table in sorted(tables)}
        self._audit = [self._entry(name, self.command_id, self.kind, None, summary)]

    def finish(self) -> None:
        """Write the audit entries and the change-log row; nothing when nothing changed."""
        if self.repeated or not self._audit:
            return
        self.connection.execute(_insert_audit, self._audit)
        self.alone()
        row = {
            "command_id": self.command_id,
            "at": self.now,
            "user_id": self.user_id,
            "kind": self.kind,
            "origin": ORIGIN,
            "changed": {name: [id_.hex for id_ in ids] for name, ids in self.changed.items()},
        }
        result = self.connection.execute(_insert_change, row)
        assert result.inserted_primary_key is not None
        self.number = result.inserted_primary_key[0]

    def _note(
        self,
        table: Table,
        row_id: UUID,
        action: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        self._audit.append(self._entry(table.name, row_id, action, before, after))
        self._changed(table.name, row_id)

    def _entry(
        self,
        table_name: str,
        row_id: UUID,
        action: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        return {
            "command_id": self.command_id,
            "at": self.now,
            "user_id": self.user_id,
            "workstation": WORKSTATION,
            "table_name": table_name,
            "row_id": row_id,
            "action": action,
            "before": _plain(before),
            "after": _plain(after),
        }

    def _changed(self, table_name: str, row_id: UUID) -> None:
        ids = self.changed.setdefault(table_name, [])
        if row_id not in ids:
            ids.append(row_id)


def _tells(table: Table, key: str, value: Any) -> bool:
    """Whether a value must be noted of a whole row: not an empty field, unless something fills it when it is
    not given."""
    return value is not None or table.c[key].default is not None


@cache
def _insert_into(table: Table) -> Insert:
    return insert(table)


def _table(table: type[Base]) -> Table:
    target = table.__table__
    assert isinstance(target, Table)
    return target


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Values as json holds them; ``restored`` is the way back."""
    if values is None:
        return None
    return {key: _plain_value(value) for key, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    return value


def restored(table: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """Audited values as the table's columns take them (the way back of what an entry holds)."""
    target = _table(table)
    return {key: _restored_value(target.c[key].type, value) for key, value in values.items()}


def _restored_value(kind: TypeEngine[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return b64decode(value)
    return value
