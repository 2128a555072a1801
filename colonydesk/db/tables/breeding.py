"""Projects, breeding pairs, litters and requests for animals."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Named, Record, link, ref


class Project(Named, Base):
    __tablename__ = "project"

    description: Mapped[str | None] = mapped_column(info={"long": True})


project_user = link("project_user", "project", "lab_member", "user_id")


subject_project = link("subject_project", "subject", "project")


class BreedingPair(Record, Base):
    __tablename__ = "breeding_pair"

    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    start_date: Mapped[date | None]
    end_date: Mapped[date | None] = mapped_column(doc="A pair with an end is a past one")
    father_id: Mapped[UUID | None] = ref("subject", use_alter=True)
    mother1_id: Mapped[UUID | None] = ref("subject", use_alter=True)
    mother2_id: Mapped[UUID | None] = ref("subject", use_alter=True, doc="The second mother of a trio")
    description: Mapped[str | None] = mapped_column(info={"long": True})


class Litter(Named, Base):
    __tablename__ = "litter"

    name: Mapped[str] = mapped_column(
        unique=True,
        sort_order=-9,
        doc="Left empty, it is named after its line: CK_L_001",
        info={"automatic": True},
    )
    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    breeding_pair_id: Mapped[UUID | None] = ref("breeding_pair", "SET NULL")
    birth_date: Mapped[date | None] = mapped_column(doc="The pups get it")
    description: Mapped[str | None] = mapped_column(info={"long": True})


class SubjectRequest(Record, Base):
    __tablename__ = "subject_request"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL")
    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    count: Mapped[int | None] = mapped_column(doc="How many animals are asked for", info={"unit": "animals"})
    date_time: Mapped[datetime | None] = mapped_column(doc="When it was asked for")
    due_date: Mapped[date | None] = mapped_column(doc="When the animals are needed")
    description: Mapped[str | None] = mapped_column(info={"long": True})

    __table_args__ = (CheckConstraint("count >= 0", name="count"),)
