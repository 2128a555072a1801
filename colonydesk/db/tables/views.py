"""What members keep for themselves."""

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Record, ref


class SavedView(Record, Base):
    """Columns, order and filters of a screen that a member keeps under a name."""

    __tablename__ = "saved_view"

    user_id: Mapped[UUID] = ref("lab_member", "CASCADE", index=False)
    screen: Mapped[str]

    __table_args__ = (UniqueConstraint("user_id", "screen", "name"),)


class NarrativeTemplate(Record, Base):
    """A text that a member keeps for the narrative of an action."""

    __tablename__ = "narrative_template"

    user_id: Mapped[UUID] = ref("lab_member", "CASCADE", index=False)
    narrative: Mapped[str] = mapped_column(info={"long": True})

    __table_args__ = (UniqueConstraint("user_id", "name"),)
