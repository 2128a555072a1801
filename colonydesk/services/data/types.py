"""The dataset type and the format of a file, by its name; 'unknown' where nothing fits."""

from uuid import UUID, uuid4

from sqlalchemy import func, select

from colonydesk.db.tables import DataFormat, DatasetType
from colonydesk.db.unit import Unit
from colonydesk.domain.filenames import FormatMatcher, TypeMatcher

UNKNOWN = "unknown"


def type_of(unit: Unit, filename: str | None) -> UUID:
    """The dataset type that a file of this name is of."""
    found = type_matcher(unit).match(filename) if filename else None
    return found or unknown_type(unit)


def format_of(unit: Unit, filename: str | None) -> UUID:
    """The data format that a file of this name is in."""
    found = format_matcher(unit).match(filename) if filename else None
    return found or unknown_format(unit)


def type_matcher(unit: Unit) -> TypeMatcher[UUID]:
    """All dataset types as they are now."""
    statement = select(DatasetType.id, DatasetType.name, DatasetType.filename_pattern)
    return TypeMatcher((row.id, row.name, row.filename_pattern) for row in unit.connection.execute(statement))


def format_matcher(unit: Unit) -> FormatMatcher[UUID]:
    """All data formats as they are now."""
    statement = select(DataFormat.id, DataFormat.file_extension)
    return FormatMatcher((row.id, row.file_extension) for row in unit.connection.execute(statement))


def unknown_type(unit: Unit) -> UUID:
    """The dataset type 'unknown', made where there is none yet."""
    return _unknown(unit, DatasetType)


def unknown_format(unit: Unit) -> UUID:
    """The data format 'unknown', made where there is none yet."""
    return _unknown(unit, DataFormat)


def _unknown(unit: Unit, table: type[DatasetType] | type[DataFormat]) -> UUID:
    known = select(table.id).where(func.lower(table.name) == UNKNOWN).order_by(table.id).limit(1)
    found: UUID | None = unit.connection.execute(known).scalar()
    return found or unit.insert(table, {"id": uuid4(), "name": UNKNOWN})
