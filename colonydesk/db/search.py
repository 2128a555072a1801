"""The indexes that find animals by any three characters of what they are called.

PostgreSQL's is an index like the others, of the names ``as_one_word``. SQLite's is a full-text table of
trigrams beside ``subject``, without a copy of its texts, kept in step by triggers. Its rows are found by
``subject``'s rowid, which a table rebuilt by a migration numbers anew, and loses its triggers: so ``renew``
after each of them.
"""

from sqlalchemy import Connection

TABLE = "subject_search"
COLUMNS = ("nickname", "cage", "ear_mark")

APART = "-_./#+"
"""What stands in names between letters and digits."""
LETTERS = "zqxjkw"
"""What PostgreSQL's index has for each of these."""

_COLUMNS = ", ".join(COLUMNS)
_ADD = f"INSERT INTO {TABLE} (rowid, {_COLUMNS}) VALUES (new.rowid, new.nickname, new.cage, new.ear_mark);"
_TAKE_OUT = (
    f"INSERT INTO {TABLE} ({TABLE}, rowid, {_COLUMNS}) "
    "VALUES ('delete', old.rowid, old.nickname, old.cage, old.ear_mark);"
)
CREATE_TABLE = f"CREATE VIRTUAL TABLE {TABLE} USING fts5({_COLUMNS}, content='subject', tokenize='trigram')"
TRIGGERS = {
    f"{TABLE}_insert": f"AFTER INSERT ON subject BEGIN {_ADD} END",
    f"{TABLE}_delete": f"AFTER DELETE ON subject BEGIN {_TAKE_OUT} END",
    f"{TABLE}_update": f"AFTER UPDATE OF {_COLUMNS} ON subject BEGIN {_TAKE_OUT} {_ADD} END",
}
CREATE_TRIGGERS = tuple(f"CREATE TRIGGER {name} {what}" for name, what in TRIGGERS.items())


def as_one_word(column: str) -> str:
    """A column as PostgreSQL's index has it: pg_trgm takes no three characters across a hyphen.

    So a search by it finds too much, A-0 also where AZ0 stands: the name itself is asked too.
    """
    return f"translate(lower({column}), '{APART}', '{LETTERS}')"


def put_off(connection: Connection) -> None:
    """From now on ``subject`` is written without its index, until ``renew``."""
    for name in TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def renew(connection: Connection) -> None:
    """Make triggers and index anew from what ``subject`` holds; nothing where there is no such index."""
    known = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
    if not connection.exec_driver_sql(known, (TABLE,)).scalar_one():
        return
    put_off(connection)
    for statement in CREATE_TRIGGERS:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('rebuild')")
