"""Animals are found by any three letters of what they are called, and by all of their zygosities.

Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = "nickname, cage, ear_mark"
NEW = (
    f"INSERT INTO subject_search (rowid, {COLUMNS}) VALUES (new.rowid, new.nickname, new.cage, new.ear_mark);"
)
OLD = (
    f"INSERT INTO subject_search (subject_search, rowid, {COLUMNS}) "
    "VALUES ('delete', old.rowid, old.nickname, old.cage, old.ear_mark);"
)
ON_SQLITE = (
    f"CREATE VIRTUAL TABLE subject_search USING fts5({COLUMNS}, content='subject', tokenize='trigram')",
    f"CREATE TRIGGER subject_search_insert AFTER INSERT ON subject BEGIN {NEW} END",
    f"CREATE TRIGGER subject_search_delete AFTER DELETE ON subject BEGIN {OLD} END",
    f"CREATE TRIGGER subject_search_update AFTER UPDATE OF {COLUMNS} ON subject BEGIN {OLD} {NEW} END",
    "INSERT INTO subject_search (subject_search) VALUES ('rebuild')",
)


def upgrade() -> None:
    op.create_index("ix_zygosity_subject_id_zygosity", "zygosity", ["subject_id", "zygosity"])
    if op.get_context().dialect.name == "sqlite":
        for statement in ON_SQLITE:
            op.execute(statement)
        return
    connection = op.get_bind()
    offered = "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"
    if not connection.exec_driver_sql(offered).scalar_one():
        return  # a server without its contributed modules: searching reads all names there
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_index(
        "ix_subject_search",
        "subject",
        ["nickname", "cage", "ear_mark"],
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(("nickname", "cage", "ear_mark"), "gin_trgm_ops"),
    )


def downgrade() -> None:
    op.drop_index("ix_zygosity_subject_id_zygosity", "zygosity")
    if op.get_context().dialect.name == "sqlite":
        for kind in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER IF EXISTS subject_search_{kind}")
        op.execute("DROP TABLE subject_search")
    else:
        # The extension stays: others of the database may use it.
        op.execute("DROP INDEX IF EXISTS ix_subject_search")
