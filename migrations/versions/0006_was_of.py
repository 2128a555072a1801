"""The records that an animal has no more are found in the audit by what they were of.

Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WAS_OF = "coalesce(before ->> 'subject_id', before ->> 'object_id')"


def upgrade() -> None:
    op.execute(f"CREATE INDEX ix_audit_entry_was_of ON audit_entry ({WAS_OF}) WHERE {WAS_OF} IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX ix_audit_entry_was_of")
