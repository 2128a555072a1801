"""Where recorded data lies: repositories, formats, datasets and their files."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Named, Record, one_of, ref
from colonydesk.domain.codes import QC


class DataRepositoryType(Named, Base):
    __tablename__ = "data_repository_type"


class DataRepository(Named, Base):
    __tablename__ = "data_repository"

    repository_type_id: Mapped[UUID | None] = ref("data_repository_type", "SET NULL")
    hostname: Mapped[str | None]
    data_url: Mapped[str | None]
    timezone: Mapped[str | None]
    globus_path: Mapped[str | None]
    globus_endpoint_id: Mapped[UUID | None]
    globus_is_personal: Mapped[bool | None]


class DataFormat(Named, Base):
    __tablename__ = "data_format"

    description: Mapped[str | None]
    file_extension: Mapped[str | None]
    matlab_loader_function: Mapped[str | None]
    python_loader_function: Mapped[str | None]


class DatasetType(Named, Base):
    __tablename__ = "dataset_type"

    created_by_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    description: Mapped[str | None]
    filename_pattern: Mapped[str | None] = mapped_column(unique=True)


class Dataset(Record, Base):
    """``file_size`` in bytes. Alyx's own ``version`` (a text) is ``dataset_version`` here."""

    __tablename__ = "dataset"

    session_id: Mapped[UUID | None] = ref("session")
    created_by_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    created_datetime: Mapped[datetime | None]
    generating_software: Mapped[str | None]
    provenance_directory_id: Mapped[UUID | None] = ref("dataset", "SET NULL", index=False)
    dataset_type_id: Mapped[UUID | None] = ref("dataset_type")
    data_format_id: Mapped[UUID | None] = ref("data_format")
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    md5: Mapped[UUID | None]
    hash: Mapped[str | None]
    dataset_version: Mapped[str | None]
    collection: Mapped[str | None]
    qc: Mapped[int] = mapped_column(default=0)
    auto_datetime: Mapped[datetime | None]
    content_type: Mapped[str | None]
    object_id: Mapped[UUID | None]
    default_dataset: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[list[str] | None]
    tags: Mapped[list[str] | None]

    __table_args__ = (CheckConstraint("file_size >= 0", name="file_size"), one_of("qc", QC))


class FileRecord(Record, Base):
    __tablename__ = "file_record"

    dataset_id: Mapped[UUID] = ref("dataset", "CASCADE")
    data_repository_id: Mapped[UUID] = ref("data_repository", index=False)
    relative_path: Mapped[str]
    exists: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("data_repository_id", "relative_path"),)
