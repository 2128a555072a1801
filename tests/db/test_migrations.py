"""The migrations against the declared tables, on both engines: up, down, up again, and with rows in them."""

import re
import shutil
import sqlite3
import threading
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Inspector, insert, inspect, make_url, text

from colonydesk.db import migrate as migration
from colonydesk.db import search
from colonydesk.db.engine import connect
from colonydesk.db.migrate import BehindError, migrate, open_database
from colonydesk.db.tables import Base
from colonydesk.domain.errors import KnownError
from tests.conftest import MIGRATIONS
from tests.db import one_of_each

Shape = dict[str, Any]
VERSION_TABLE = "alembic_version"
UNTOLD = "Skipped unsupported reflection of expression-based index ix_audit_entry_was_of"
HEAD = migration.HEAD
NOW = datetime(2026, 3, 10, tzinfo=UTC)

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("subject", recreate="auto") as batch:
        batch.add_column(sa.Column("colour", sa.Text()))
        batch.create_check_constraint("ck_subject_colour", "colour <> ''")
    op.execute("UPDATE subject SET colour = 'brown'")
    {then}


def downgrade():
    with op.batch_alter_table("subject") as batch:
        batch.drop_constraint("ck_subject_colour", type_="check")
        batch.drop_column("colour")
"""


def empty(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    with server.database(f"empty_{uuid.uuid4().hex}") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, on each engine."""
    yield from empty(request.param, request, tmp_path)


@pytest.fixture
def twin_url(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, on the engine of ``database_url``."""
    yield from empty(make_url(database_url).get_backend_name(), request, tmp_path)


def look(url: str, seen: Callable[[Connection], Any]) -> Any:
    """What ``seen`` finds in the database, which is closed again; what it changed is kept."""
    database = connect(url, create=True)
    try:
        with database.engine.begin() as connection:
            return seen(connection)
    finally:
        database.close()


def shape(connection: Connection) -> Shape:
    """Everything the database itself says of its tables; for what SQLite does not see ``searching``."""
    inspector = inspect(connection)
    tables = sorted(name for name in inspector.get_table_names() if is_ours(name))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", UNTOLD)
        return {table: table_shape(inspector, table) for table in tables}


def is_ours(name: str | None) -> bool:
    """Whether this is a table of the data model, and no search index lives in it."""
    return name is not None and name != VERSION_TABLE and not name.startswith(search.TABLE)


def searching(connection: Connection) -> list[Any]:
    """The search index, its triggers and the index of an expression as SQLite wrote them down; nothing on
    PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return []
    ours = "name LIKE 'subject_search%' OR name = 'ix_audit_entry_was_of'"
    kept = f"SELECT name, sql FROM sqlite_master WHERE {ours} ORDER BY name"
    return [tuple(row) for row in connection.exec_driver_sql(kept)]


def table_shape(inspector: Inspector, table: str) -> Shape:
    return {
        "columns": {
            one["name"]: (str(one["type"]), one["nullable"], one["default"])
            for one in inspector.get_columns(table)
        },
        "primary key": inspector.get_pk_constraint(table),
        "foreign keys": by_name(inspector.get_foreign_keys(table)),
        "unique": by_name(inspector.get_unique_constraints(table)),
        "checks": by_name(inspector.get_check_constraints(table)),
        "indexes": by_name(inspector.get_indexes(table)),
    }


def by_name(found: Any) -> dict[str, Any]:
    return {one["name"]: {key: plain(value) for key, value in one.items()} for one in found}


def plain(value: Any) -> str:
    """A text to compare; a partial index's condition is an object that equals only itself."""
    return str({key: str(one) for key, one in value.items()} if isinstance(value, dict) else value)


def differences(connection: Connection) -> list[Any]:
    def include(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or is_ours(name)

    def applies(one: Any, *_: Any) -> bool:
        """The index of trigrams is PostgreSQL's alone, that of the list of animals SQLite's."""
        alone = {"ix_subject_search": "postgresql", "ix_subject_listed": "sqlite"}
        return alone.get(one.name, connection.dialect.name) == connection.dialect.name

    options = {
        "include_object": applies,
        "compare_type": True,
        "compare_server_default": True,
        "include_name": include,
    }
    with warnings.catch_warnings():
        # Said of the indexes of expressions on the engine that tells nothing of these.
        warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
        warnings.filterwarnings("ignore", UNTOLD)
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)


def revisions() -> list[str]:
    """Every revision of the program, the first one first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def set_revision(url: str, revision: str) -> None:
    look(url, lambda it: it.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision}))


@pytest.fixture
def next_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes this the next program, with one more revision; gives the folder of its migrations."""

    def build(then: str = "") -> Path:
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        following = f"{int(HEAD) + 1:04}"
        text_ = NEXT.replace("{then}", then).replace("{head}", HEAD).replace("{next}", following)
        (folder / f"versions/{following}_next.py").write_text(text_)
        monkeypatch.setattr(migration, "HEAD", following)
        return folder

    return build


# The declaration


def test_head_is_the_last_of_one_line_of_revisions() -> None:
    found = revisions()
    assert found[-1] == HEAD
    assert found == [f"{number:04}" for number in range(1, len(found) + 1)]


def test_the_migrated_database_is_what_the_tables_declare(database_url: str) -> None:
    assert look(database_url, differences) == []


def test_it_is_the_same_to_the_last_constraint_as_one_made_from_the_tables(
    database_url: str, twin_url: str
) -> None:
    look(twin_url, Base.metadata.create_all)
    migrated, declared = look(database_url, shape), look(twin_url, shape)
    assert migrated.keys() == declared.keys()
    for table in declared:
        assert migrated[table] == declared[table]
    assert look(database_url, searching) == look(twin_url, searching)


def test_every_constraint_and_index_is_named_by_the_convention(database_url: str) -> None:
    tables = look(database_url, shape)
    assert len(tables) == len(Base.metadata.tables)
    for table, found in tables.items():
        names = [found["primary key"]["name"]]
        if (table, names) != ("change_log", [None]):  # SQLite's AUTOINCREMENT takes no name
            assert names == [f"pk_{table}"]
        for kind, prefix in (("foreign keys", "fk"), ("unique", "uq"), ("indexes", "ix"), ("checks", "ck")):
            for name, one in found[kind].items():
                if kind == "indexes" and one.get("duplicates_constraint"):
                    continue  # PostgreSQL's own, of a unique constraint
                assert re.fullmatch(rf"{prefix}_{table}_\w+", str(name)), (table, name)


def test_every_foreign_key_says_what_a_delete_does_and_can_be_deferred(database_url: str) -> None:
    tables = look(database_url, shape)
    for table, found in tables.items():
        for name, key in found["foreign keys"].items():
            assert "ondelete" in key["options"], (table, name)
            assert "'deferrable': 'True'" in key["options"], (table, name)


# Up and down


def test_up_down_and_up_again_with_rows_in_every_table(empty_url: str) -> None:
    assert migrate(empty_url, MIGRATIONS) == ""
    first = look(empty_url, shape)
    look(empty_url, lambda it: one_of_each.fill(it, Base))
    assert set(look(empty_url, lambda it: one_of_each.counts(it, Base)).values()) == {1}

    migrate(empty_url, MIGRATIONS, "base")
    assert look(empty_url, shape) == {}
    assert look(empty_url, searching) == []

    migrate(empty_url, MIGRATIONS)
    assert look(empty_url, shape) == first
    look(empty_url, lambda it: one_of_each.fill(it, Base))
    assert set(look(empty_url, lambda it: one_of_each.counts(it, Base)).values()) == {1}


def test_each_step_down_and_up_again_ends_in_the_same_database(empty_url: str) -> None:
    migrate(empty_url, MIGRATIONS)
    first = look(empty_url, shape)
    for revision in revisions()[-2::-1]:
        migrate(empty_url, MIGRATIONS, revision)
    migrate(empty_url, MIGRATIONS)
    assert look(empty_url, shape) == first


def test_the_rows_come_through_an_upgrade_and_back(
    database_url: str, next_program: Callable[[str], Path]
) -> None:
    look(database_url, lambda it: one_of_each.fill(it, Base))
    before = look(database_url, lambda it: one_of_each.contents(it, Base))
    shape_before = look(database_url, shape)
    folder = next_program("")

    assert migrate(database_url, folder) == HEAD
    assert look(database_url, lambda it: one_of_each.contents(it, Base)) == before
    assert look(database_url, lambda it: it.scalar(text("SELECT colour FROM subject"))) == "brown"

    migrate(database_url, folder, HEAD)
    assert look(database_url, lambda it: one_of_each.contents(it, Base)) == before
    assert look(database_url, shape) == shape_before


def test_an_upgrade_that_fails_half_way_changes_nothing(
    database_url: str, next_program: Callable[[str], Path]
) -> None:
    look(database_url, lambda it: one_of_each.fill(it, Base))
    before = look(database_url, lambda it: (shape(it), one_of_each.contents(it, Base)))
    folder = next_program("raise RuntimeError('the power went away')")
    with pytest.raises(RuntimeError, match="power"):
        migrate(database_url, folder)
    assert look(database_url, lambda it: (shape(it), one_of_each.contents(it, Base))) == before
    assert look(database_url, migration.revision_of) == HEAD


def test_foreign_keys_hold_again_after_an_upgrade(
    database_url: str, next_program: Callable[[str], Path]
) -> None:
    look(database_url, lambda it: one_of_each.fill(it, Base))
    migrate(database_url, next_program(""))
    database = connect(database_url)
    try:
        with pytest.raises(Exception, match=r"(?i)foreign key"), database.engine.begin() as connection:
            connection.execute(text("DELETE FROM subject"))
    finally:
        database.close()


def test_two_that_migrate_at_once_make_one_database(empty_url: str) -> None:
    failures: list[BaseException] = []

    def go() -> None:
        try:
            migrate(empty_url, MIGRATIONS)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert look(empty_url, differences) == []


# The search index of a file


def found(url: str, text_: str) -> list[str]:
    """The nicknames that the index of a SQLite file finds."""
    statement = (
        "SELECT nickname FROM subject WHERE rowid IN "
        "(SELECT rowid FROM subject_search WHERE subject_search MATCH ?) ORDER BY nickname"
    )
    return look(url, lambda it: list(it.exec_driver_sql(statement, (f'"{text_}"',)).scalars()))


def put_animals(url: str, *nicknames: str) -> None:
    def put(connection: Connection) -> None:
        rows = [
            {"id": uuid.uuid4(), "nickname": name, "created_at": NOW, "updated_at": NOW} for name in nicknames
        ]
        connection.execute(insert(Base.metadata.tables["subject"]), rows)

    look(url, put)


def test_animals_that_were_there_before_the_index_are_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'older.sqlite'}"
    migrate(url, MIGRATIONS, "0001")
    put_animals(url, "CK_0001", "PV_0001")
    migrate(url, MIGRATIONS)
    assert found(url, "ck_") == ["CK_0001"]


def test_the_index_follows_every_change_and_outlives_a_table_that_is_made_anew(
    sqlite_url: str, next_program: Callable[[str], Path]
) -> None:
    put_animals(sqlite_url, "CK_0001", "CK_0002", "PV_0001")
    look(sqlite_url, lambda it: it.exec_driver_sql("DELETE FROM subject WHERE nickname = 'CK_0001'"))
    migrate(sqlite_url, next_program(""))
    assert found(sqlite_url, "ck_") == ["CK_0002"]

    rename = "UPDATE subject SET nickname = 'TE_0009' WHERE nickname = 'PV_0001'"
    look(sqlite_url, lambda it: it.exec_driver_sql(rename))
    put_animals(sqlite_url, "CK_0003")
    assert found(sqlite_url, "ck_") == ["CK_0002", "CK_0003"]
    assert found(sqlite_url, "pv_") == []
    assert found(sqlite_url, "_0009") == ["TE_0009"]

    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as other:
        other.execute("VACUUM")  # which may number rows anew
    assert found(sqlite_url, "ck_") == ["CK_0002", "CK_0003"]
    check = "INSERT INTO subject_search (subject_search, rank) VALUES ('integrity-check', 1)"
    look(sqlite_url, lambda it: it.exec_driver_sql(check))


# Back-ups of a file


def backups(url: str) -> list[Path]:
    return sorted(Path(str(make_url(url).database)).parent.glob("*.backup.*"))


def test_a_sqlite_file_is_copied_before_it_is_upgraded(
    sqlite_url: str, next_program: Callable[[str], Path]
) -> None:
    look(sqlite_url, lambda it: one_of_each.fill(it, Base))
    before = look(sqlite_url, lambda it: one_of_each.contents(it, Base))
    migrate(sqlite_url, next_program(""))
    (copy,) = backups(sqlite_url)
    old = f"sqlite:///{copy}"
    assert look(old, migration.revision_of) == HEAD
    assert look(old, lambda it: one_of_each.contents(it, Base)) == before


def test_the_copy_holds_what_is_still_in_the_log_of_another_program(
    sqlite_url: str, next_program: Callable[[str], Path]
) -> None:
    other = sqlite3.connect(str(make_url(sqlite_url).database))
    try:
        with other:
            other.execute("INSERT INTO cage_type SELECT * FROM cage_type")
        look(
            sqlite_url, lambda it: one_of_each.fill(it, Base)
        )  # not yet in the file itself: others are in it
        migrate(sqlite_url, next_program(""))
    finally:
        other.close()
    (copy,) = backups(sqlite_url)
    assert set(look(f"sqlite:///{copy}", lambda it: one_of_each.counts(it, Base)).values()) == {1}


def test_nothing_is_copied_when_there_is_nothing_to_do(sqlite_url: str) -> None:
    assert migrate(sqlite_url, MIGRATIONS) == HEAD
    assert backups(sqlite_url) == []


# Older and newer than the program


def test_a_database_newer_than_the_program_is_refused_in_words(database_url: str) -> None:
    set_revision(database_url, "9999")
    for act in (lambda: open_database(database_url), lambda: migrate(database_url, MIGRATIONS)):
        with pytest.raises(KnownError, match="newer ColonyDesk") as refused:
            act()
        assert not isinstance(refused.value, BehindError)
        assert refused.value.hint
    assert look(database_url, migration.revision_of) == "9999"
    if database_url.startswith("sqlite"):
        assert backups(database_url) == []


def test_an_older_one_is_not_opened_and_not_upgraded_by_opening(database_url: str) -> None:
    set_revision(database_url, "0000")
    with pytest.raises(BehindError, match="0000"):
        open_database(database_url)
    assert look(database_url, migration.revision_of) == "0000"


def test_an_empty_one_is_not_opened_as_a_colony(empty_url: str) -> None:
    look(empty_url, lambda it: it.execute(text("SELECT 1")))
    with pytest.raises(BehindError, match="not a ColonyDesk database"):
        open_database(empty_url)
