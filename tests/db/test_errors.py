"""What a driver's failure is called, where it cannot be made to happen at will."""

import sqlite3

import psycopg
import pytest

from colonydesk.db.errors import DatabaseUnavailable, explain
from colonydesk.domain.errors import Conflict, KnownError
from tests.db.faults import plain


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (psycopg.errors.DeadlockDetected("deadlock detected"), DatabaseUnavailable, "same records"),
        (psycopg.errors.ForeignKeyViolation("violates"), Conflict, "Somebody else has deleted"),
        (psycopg.errors.IdleInTransactionSessionTimeout("idle"), DatabaseUnavailable, "cannot be reached"),
        (
            psycopg.OperationalError("failed to resolve host 'rig': [Errno -2] Name or service not known"),
            DatabaseUnavailable,
            "was not found",
        ),
        (
            psycopg.OperationalError("consuming input failed: SSL error: unexpected eof while reading"),
            DatabaseUnavailable,
            "cannot be reached",
        ),
        (
            psycopg.OperationalError(
                "connection failed: connection to server failed: SSL error: bad version"
            ),
            DatabaseUnavailable,
            "No secure connection",
        ),
    ],
)
def test_a_servers_failure_has_its_sentence(error: Exception, kind: type[KnownError], words: str) -> None:
    known = explain(error, "colony on rig")
    assert type(known) is kind
    assert words in plain(known)


def test_what_a_server_finds_wrong_with_our_statement_is_a_bug() -> None:
    for error in (psycopg.errors.UniqueViolation("twice"), psycopg.errors.UndefinedTable("no such table")):
        assert explain(error, "colony on rig") is None


def test_a_deleted_reference_in_a_file_has_its_sentence() -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(
            "PRAGMA foreign_keys=ON; CREATE TABLE a (id INTEGER PRIMARY KEY, b UNIQUE REFERENCES a)"
        )
        with pytest.raises(sqlite3.IntegrityError) as broken:
            connection.execute("INSERT INTO a VALUES (1, 2)")
        with pytest.raises(sqlite3.IntegrityError) as twice:
            connection.executescript("INSERT INTO a VALUES (3, 3); INSERT INTO a VALUES (3, 4)")
        with pytest.raises(sqlite3.IntegrityError) as taken:
            connection.execute("INSERT INTO a VALUES (4, 3)")
    known = explain(broken.value, "colony.sqlite")
    assert isinstance(known, Conflict)
    assert "Somebody else has deleted" in plain(known)
    saved = explain(twice.value, "colony.sqlite")
    assert isinstance(saved, Conflict)
    assert "saved already" in plain(saved)
    assert explain(taken.value, "colony.sqlite") is None
