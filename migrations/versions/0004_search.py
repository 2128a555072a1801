"""On PostgreSQL animals are found by any three characters, also where one is no letter: A-0.

Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("nickname", "cage", "ear_mark")
AS_ONE_WORD = "translate(lower({}), '-_./#+', 'zqxjkw')"


def upgrade() -> None:
    make_index([AS_ONE_WORD.format(name) for name in COLUMNS])


def downgrade() -> None:
    make_index(list(COLUMNS))


def make_index(parts: list[str]) -> None:
    """Make the index anew; SQLite's has it all, and without pg_trgm there is none."""
    if op.get_context().dialect.name == "sqlite":
        return
    installed = "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"
    if not op.get_bind().exec_driver_sql(installed).scalar_one():
        return
    op.execute("DROP INDEX IF EXISTS ix_subject_search")
    listed = ", ".join(f"{part} gin_trgm_ops" for part in parts)
    op.execute(f"CREATE INDEX ix_subject_search ON subject USING gin ({listed})")
