"""Projects, breeding pairs, litters and requests for animals."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from colonydesk.db.tables.base import Base, Named, Record, link, ref


class Project(Named, Base):
    __tablename__ = "project"

    description: Mapped[str | None]


project_user = link("project_user", "project", "lab_member", "user_id")


subject_project = link("subject_project", "subject", "project")


class BreedingPair(Record, Base):
    __tablename__ = "breeding_pair"

    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    father_id: Mapped[UUID | None] = ref("subject", use_alter=True)
    mother1_id: Mapped[UUID | None] = ref("subject", use_alter=True)
    mother2_id: Mapped[UUID | None] = ref("subject", use_alter=True)
    description: Mapped[str | None]


class Litter(Named, Base):
    __tablename__ = "litter"

    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    breeding_pair_id: Mapped[UUID | None] = ref("breeding_pair", "SET NULL")
    birth_date: Mapped[date | None]
    description: Mapped[str | None]


class SubjectRequest(Record, Base):
    __tablename__ = "subject_request"

    user_id: Mapped[UUID | None] = ref("lab_member", "SET NULL")
    line_id: Mapped[UUID | None] = ref("line", "SET NULL")
    count: Mapped[int | None]
    date_time: Mapped[datetime | None]
    due_date: Mapped[date | None]
    description: Mapped[str | None]

    __table_args__ = (CheckConstraint("count >= 0", name="count"),)
