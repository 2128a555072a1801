"""What every table has in common: the naming convention, column types and the common columns."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Json(TypeDecorator[Any]):
    """Structured data, JSONB on PostgreSQL; None is SQL's NULL, not json's null."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB  # its import is slow, and SQLite needs none of it

        return dialect.type_descriptor(JSONB(none_as_null=True))


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; on SQLite as fixed-width text, so that text order is time order."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone cannot be stored: {value}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        datetime: UtcDateTime(),
        UUID: Uuid(),
        str: Text(),
        dict[str, Any]: Json(),
        list[str]: Json(),
    }


def ref(
    target: str, ondelete: str = "RESTRICT", *, index: bool = True, use_alter: bool = False, **column: Any
) -> Mapped[Any]:
    """A foreign key column to ``target.id``; deferrable, as a dump holds forward and circular references.

    ``use_alter`` marks the key that closes a circle of tables: it is added when all of them are there.
    """
    key = ForeignKey(
        f"{target}.id", ondelete=ondelete, deferrable=True, initially="IMMEDIATE", use_alter=use_alter
    )
    return mapped_column(Uuid(), key, index=index, **column)


def one_of(column: str, codes: Iterable[object]) -> CheckConstraint:
    """The CHECK that holds a column to the codes of its enumeration (NULL passes)."""
    listed = ", ".join(repr(code) for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def link(name: str, left: str, right: str, right_column: str | None = None) -> Table:
    """A many-to-many table of the two ids; both sides go with their rows."""

    def side(column: str, target: str) -> Column[UUID]:
        key = ForeignKey(f"{target}.id", ondelete="CASCADE", deferrable=True, initially="IMMEDIATE")
        return Column(column, Uuid(), key, primary_key=True)

    right_side = side(right_column or f"{right}_id", right)
    right_side.index = True
    return Table(name, Base.metadata, side(f"{left}_id", left), right_side)


class Record:
    """The columns of every table: a client-made id, a name, free json, and who wrote it when."""

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-10)
    name: Mapped[str | None] = mapped_column(sort_order=-9)
    json: Mapped[dict[str, Any] | None] = mapped_column(sort_order=90)
    version: Mapped[int] = mapped_column(Integer, default=1, sort_order=91)
    created_at: Mapped[datetime] = mapped_column(sort_order=92)
    updated_at: Mapped[datetime] = mapped_column(sort_order=93)
    updated_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lab_member.id", ondelete="SET NULL", deferrable=True, initially="IMMEDIATE"),
        sort_order=94,
    )


class Named(Record):
    """A record that is called by its name alone: the name is there and is unique."""

    name: Mapped[str] = mapped_column(unique=True, sort_order=-9)


class Described(Record):
    """An entry of a vocabulary: a name and a description (names are not unique in the reference)."""

    name: Mapped[str] = mapped_column(sort_order=-9)
    description: Mapped[str | None] = mapped_column(info={"long": True})
