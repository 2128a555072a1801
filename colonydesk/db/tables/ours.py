"""The program's own books: who changed what, what others must fetch again, what could not be placed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Record, ref

# SQLite numbers rows by itself only for a column of its own INTEGER type.
Counter = BigInteger().with_variant(Integer(), "sqlite")


WAS_OF = "coalesce(before ->> 'subject_id', before ->> 'object_id')"
"""Of an entry: what a record was of that was deleted, or went elsewhere. The id as text."""
_was_of_something = text(f"{WAS_OF} IS NOT NULL")


class AuditEntry(Base):
    """One row that was changed: append-only; ``before`` and ``after`` hold the fields that differ."""

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    command_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[datetime]
    user_id: Mapped[UUID | None] = ref("lab_member", index=False)
    workstation: Mapped[str]
    table_name: Mapped[str]
    row_id: Mapped[UUID]
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]

    __table_args__ = (
        Index(None, "row_id"),
        # The records that an animal has no more are found by nothing else: what is left of them stands here.
        Index(
            "ix_audit_entry_was_of",
            literal_column(WAS_OF).label("was_of"),
            sqlite_where=_was_of_something,
            postgresql_where=_was_of_something,
        ),
    )


class ChangeLog(Base):
    """One command: its running number tells other workstations which rows to fetch again.

    ``origin`` is the run of the program that gave it, which has fetched them already.
    """

    __tablename__ = "change_log"

    number: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    command_id: Mapped[UUID] = mapped_column(unique=True)
    at: Mapped[datetime]
    user_id: Mapped[UUID | None] = ref("lab_member", index=False)
    kind: Mapped[str]
    origin: Mapped[UUID]
    changed: Mapped[dict[str, Any]]

    __table_args__ = ({"sqlite_autoincrement": True},)


class ImportedRecord(Record, Base):
    """A record of an imported file whose model has no table here; ``json`` holds its fields."""

    __tablename__ = "imported_record"

    model: Mapped[str]
    pk: Mapped[str]

    __table_args__ = (UniqueConstraint("model", "pk"),)
