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
    hostname: Mapped[str | None] = mapped_column(doc="The computer that holds it")
    data_url: Mapped[str | None] = mapped_column(doc="The address under which its files are read")
    timezone: Mapped[str | None]
    globus_path: Mapped[str | None] = mapped_column(doc="The folder of the repository on its computer")
    globus_endpoint_id: Mapped[UUID | None] = mapped_column(
        doc="The endpoint's id: 8 hexadecimal digits, -, 4, -, 4, -, 4, -, 12"
    )
    globus_is_personal: Mapped[bool | None]


class DataFormat(Named, Base):
    __tablename__ = "data_format"

    description: Mapped[str | None] = mapped_column(info={"long": True})
    file_extension: Mapped[str | None] = mapped_column(doc="With its dot: .npy")
    matlab_loader_function: Mapped[str | None] = mapped_column(doc="Reads such a file in MATLAB: readNPY")
    python_loader_function: Mapped[str | None] = mapped_column(doc="Reads such a file in Python: numpy.load")


class DatasetType(Named, Base):
    __tablename__ = "dataset_type"

    created_by_id: Mapped[UUID | None] = ref("lab_member", "SET NULL", index=False)
    description: Mapped[str | None] = mapped_column(info={"long": True})
    filename_pattern: Mapped[str | None] = mapped_column(
        unique=True,
        doc="Files of this type are named so, * for anything: spikes.times.*; empty: by the type's name",
    )


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
    file_size: Mapped[int | None] = mapped_column(BigInteger, info={"unit": "bytes"})
    md5: Mapped[UUID | None] = mapped_column(doc="The MD5 sum of the file: 32 hexadecimal digits")
    hash: Mapped[str | None] = mapped_column(doc="The SHA-1 sum of the file")
    dataset_version: Mapped[str | None]
    collection: Mapped[str | None] = mapped_column(
        doc="The folder of the session in which the file lies: alf/probe00"
    )
    qc: Mapped[int] = mapped_column(default=0, info={"codes": QC})
    auto_datetime: Mapped[datetime | None]
    content_type: Mapped[str | None]
    object_id: Mapped[UUID | None]
    default_dataset: Mapped[bool] = mapped_column(
        default=True, doc="Taken where several revisions are there and none is named"
    )
    revision: Mapped[list[str] | None] = mapped_column(info={"list": True})
    tags: Mapped[list[str] | None] = mapped_column(info={"list": True})

    __table_args__ = (CheckConstraint("file_size >= 0", name="file_size"), one_of("qc", QC))


class FileRecord(Record, Base):
    __tablename__ = "file_record"

    dataset_id: Mapped[UUID] = ref("dataset", "CASCADE")
    data_repository_id: Mapped[UUID] = ref("data_repository", index=False)
    relative_path: Mapped[str] = mapped_column(doc="From the folder of the repository on")
    exists: Mapped[bool] = mapped_column(
        default=False, doc="Whether the file was there when it was last looked for"
    )

    __table_args__ = (UniqueConstraint("data_repository_id", "relative_path"),)
