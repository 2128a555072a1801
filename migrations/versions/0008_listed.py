"""The list of animals, and its order by genotype, are read off indexes; the first is for SQLite alone.

Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_zygosity_allele_id", "zygosity")
    columns = ["allele_id", "zygosity", "subject_id"]
    op.create_index("ix_zygosity_allele_id_zygosity_subject_id", "zygosity", columns)
    if op.get_context().dialect.name == "sqlite":
        op.create_index("ix_subject_listed", "subject", ["nickname", "death_date", "id"])


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.drop_index("ix_subject_listed", "subject")
    op.drop_index("ix_zygosity_allele_id_zygosity_subject_id", "zygosity")
    op.create_index("ix_zygosity_allele_id", "zygosity", ["allele_id"])
