"""Notifications: what they are about, who is sending one, two kinds more; the mail server.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OLD = (
    *("responsible_user_change", "mouse_underweight", "mouse_water", "mouse_training", "mouse_not_weighed"),
    *("wean_due", "genotyping_due", "cage_cleaning_due", "request_due", "breeding_check_due"),
)
NEW = ("request_made", "request_assigned")


def upgrade() -> None:
    with op.batch_alter_table("notification") as batch:
        batch.add_column(sa.Column("about_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("claimed_until", MOMENT, nullable=True))
        allow(batch, "notification", (*OLD, *NEW))
        batch.create_index("ix_notification_title", ["title"])
    with op.batch_alter_table("notification_rule") as batch:
        allow(batch, "notification_rule", (*OLD, *NEW))
    op.create_table(
        "notification_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        sa.Column("security", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("weighings_seen", sa.BigInteger(), nullable=False),
        sa.Column("json", JSON, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["updated_by_id"],
            ["lab_member.id"],
            name="fk_notification_setting_updated_by_id",
            ondelete="SET NULL",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        sa.CheckConstraint("security IN ('tls', 'starttls', 'none')", name="security"),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name="port"),
        sa.PrimaryKeyConstraint("id", name="pk_notification_setting"),
    )


def downgrade() -> None:
    op.drop_table("notification_setting")
    listed = ", ".join(repr(code) for code in NEW)
    for table in ("notification", "notification_rule"):
        op.execute(f"DELETE FROM {table} WHERE notification_type IN ({listed})")
    with op.batch_alter_table("notification_rule") as batch:
        allow(batch, "notification_rule", OLD)
    with op.batch_alter_table("notification") as batch:
        batch.drop_index("ix_notification_title")
        allow(batch, "notification", OLD)
        batch.drop_column("claimed_until")
        batch.drop_column("about_id")


def allow(batch: BatchOperations, table: str, codes: tuple[str, ...]) -> None:
    """Let the table hold these kinds of notifications."""
    name = op.f(f"ck_{table}_notification_type")
    listed = ", ".join(repr(code) for code in codes)
    batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, f"notification_type IN ({listed})")
