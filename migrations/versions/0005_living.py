"""The living animals by their birth: what is due for the young is looked for in every check.

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LIVING = sa.text("death_date IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_subject_living",
        "subject",
        ["birth_date", "wean_date", "to_be_genotyped"],
        sqlite_where=LIVING,
        postgresql_where=LIVING,
    )


def downgrade() -> None:
    op.drop_index("ix_subject_living", "subject")
