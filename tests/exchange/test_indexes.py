"""SQLite's indexes of empty tables are made when all is in; then they are what they were before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from colonydesk.db.engine import Database
from colonydesk.exchange.alyx import ImportReport
from colonydesk.queries.find_anything import find_anything
from tests.exchange.small_dump import Record, put, subject, weighing

SCHEMA = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'sqlite_stat%'"
    " ORDER BY tbl_name, type, {}"
)
CHECK = "INSERT INTO subject_search (subject_search, rank) VALUES ('integrity-check', 1)"


def schema(db: Database, order: str) -> list[Any]:
    with db.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(SCHEMA.format(order))]


@contextmanager
def heard(db: Database) -> Iterator[list[str]]:
    """The statements that are given meanwhile."""
    statements: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    yield statements
    event.remove(db.engine, "before_cursor_execute", hear)


def more(records: dict[str, Record]) -> None:
    records["c"] = subject("c")
    records["new"] = weighing("new", "c", "2024-05-05", 26)


def changes(statements: list[str]) -> list[str]:
    kinds = ("DROP INDEX", "CREATE INDEX", "DROP TRIGGER", "CREATE TRIGGER")
    return [statement for statement in statements if statement.startswith(kinds)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"strict": True}])
def test_indexes_and_triggers_are_what_they_were(
    db: Database, take: Callable[..., ImportReport], options: dict[str, bool]
) -> None:
    before = [schema(db, order) for order in ("name", "rowid")]

    report = take(put("weighing", weight=-1), **options)

    assert report.kept == (not options)
    # Between indexes that serve a query equally well their order decides.
    assert [schema(db, order) for order in ("name", "rowid")] == before
    with db.engine.begin() as connection:
        connection.exec_driver_sql(CHECK)
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_indexes_of_a_table_are_made_after_its_rows(db: Database, take: Callable[..., ImportReport]) -> None:
    with heard(db) as statements:
        take()

    if db.dialect == "sqlite":
        (dropped,) = (n for n, it in enumerate(statements) if it == 'DROP INDEX "ix_weighing_live"')
        (filled,) = (n for n, it in enumerate(statements) if it.startswith("INSERT INTO weighing "))
        (made,) = (n for n, it in enumerate(statements) if it.startswith("CREATE INDEX ix_weighing_live "))
        assert dropped < filled < made
    else:  # nobody could read the tables until the end
        assert changes(statements) == []


def test_indexes_of_tables_that_hold_something_stay(db: Database, take: Callable[..., ImportReport]) -> None:
    take()
    with heard(db) as statements:
        report = take(more)

    assert report.total().written == 2
    assert [one for one in changes(statements) if "ix_weighing_" in one or "subject_search" in one] == []


def test_imported_animals_are_found_by_a_part_of_their_name(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    take(put("a", nickname="CK_0123"))
    take(more)
    take(lambda records: records.update(d=subject("d", nickname="CK_0124")))

    with db.read() as connection:
        assert [one.title for one in find_anything(connection, "_012")] == ["CK_0123", "CK_0124"]
