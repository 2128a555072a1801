"""The live records and who lives in a cage are read from their indexes alone.

Revises: 0006
"""

from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_VALUES = {
    "weighing": ("weight",),
    "water_administration": ("water_administered", "session_id", "adlib"),
}
_KEY = ("subject_id", "date_time", "created_at", "id")


def upgrade() -> None:
    _make_live_indexes("voided_at")
    op.create_index(
        "ix_housing_subject_inside",
        "housing_subject",
        ["housing_id", "start_datetime", "subject_id", "end_datetime"],
        sqlite_where=text("end_datetime IS NULL"),
        postgresql_where=text("end_datetime IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_housing_subject_inside", "housing_subject")
    _make_live_indexes()


def _make_live_indexes(*last: str) -> None:
    live = text("voided_at IS NULL")
    for table, values in _VALUES.items():
        op.drop_index(f"ix_{table}_live", table)
        op.create_index(
            f"ix_{table}_live", table, [*_KEY, *values, *last], sqlite_where=live, postgresql_where=live
        )
