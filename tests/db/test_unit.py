"""Units of work: everything or nothing, once, in the books, and in the order of the commits."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import IntegrityError

from colonydesk.db.engine import ABANDONED_SECONDS, Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    AuditEntry,
    Base,
    CageType,
    ChangeLog,
    Food,
    LabMember,
    Note,
    Project,
    project_user,
)
from colonydesk.db.unit import restored
from colonydesk.domain.errors import Conflict, Refused
from tests.builders import NOW, SECONDS, add, audit, on_statement, rows
from tests.db.faults import plain


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    """Another workstation."""
    with closing(open_database(database_url)) as database:
        yield database


@pytest.fixture
def server(postgres_url: str) -> Iterator[tuple[Database, Database]]:
    """Two workstations of one server, for what cannot be on a file, which has one writer at a time."""
    with closing(open_database(postgres_url)) as one, closing(open_database(postgres_url)) as two:
        yield one, two


def write(db: Database, command_id: UUID, *foods: str) -> UUID:
    """One unit of one row for each food; the id of the last."""
    last = uuid4()
    with db.unit(command_id, "test", None, NOW) as unit:
        for number, name in enumerate(foods, 1):
            row_id = last if number == len(foods) else uuid4()
            unit.insert(Food, {"id": row_id, "name": name, "description": None})
    return last


def count(db: Database, *tables: type[Base]) -> list[int]:
    with db.read() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


# In the books


def test_every_change_is_in_the_books(db: Database) -> None:
    ann = add(db, LabMember, username="ann")
    food, first, second, third = uuid4(), uuid4(), uuid4(), uuid4()
    with db.unit(first, "food.new", ann, NOW) as unit:
        assert (
            unit.insert(Food, {"id": food, "name": "pellets", "description": None, "json": {"a": [1]}})
            == food
        )
    with db.unit(second, "food.change", ann, NOW) as unit:
        unit.update(Food, food, {"name": "pellets", "description": "soft", "json": None}, version=1)
    with db.unit(third, "food.delete", ann, NOW) as unit:
        unit.delete(Food, food, version=2)
    assert audit(db, first) == [("food", food, "insert", None, {"name": "pellets", "json": {"a": [1]}})]
    before = {"description": None, "json": {"a": [1]}}
    assert audit(db, second) == [("food", food, "update", before, {"description": "soft", "json": None})]
    assert audit(db, third) == [("food", food, "delete", {"name": "pellets", "description": "soft"}, None)]
    assert [(change["kind"], change["user_id"], change["changed"]) for change in rows(db, ChangeLog)] == [
        (kind, ann, {"food": [food.hex]}) for kind in ("food.new", "food.change", "food.delete")
    ]
    assert rows(db, Food) == []


def test_links_are_in_the_books(db: Database) -> None:
    ann = add(db, LabMember, username="ann")
    project = add(db, Project, name="wheel")
    first, second = uuid4(), uuid4()
    with db.unit(first, "test", None, NOW) as unit:
        unit.link(project_user, project, ann)
    with db.read() as connection:
        assert connection.execute(select(project_user)).all() == [(project, ann)]
    with db.unit(second, "test", None, NOW) as unit:
        unit.unlink(project_user, project, ann)
    with db.read() as connection:
        assert connection.execute(select(project_user)).all() == []
    assert audit(db, first) == [("project_user", project, "link", None, {"other": str(ann)})]
    assert audit(db, second) == [("project_user", project, "unlink", {"other": str(ann)}, None)]


def test_nothing_is_stored_as_null_of_the_database(db: Database) -> None:
    """Not as the null of json, which is something for the database."""
    write(db, uuid4(), "pellets")
    with db.read() as connection:
        for column in (AuditEntry.__table__.c.before, Food.__table__.c.json):
            assert connection.execute(select(func.count()).where(column.is_(None))).scalar_one() == 1


def test_audited_values_come_back_as_they_were(db: Database) -> None:
    values: dict[str, Any] = {
        "user_id": uuid4(),
        "date_time": NOW,
        "text": "ear",
        "image": b"\x00\xff",
        "json": {"a": None},
        "object_id": uuid4(),
        "image_name": None,
    }
    add(db, LabMember, id=values["user_id"], username="ann")
    command, note = uuid4(), uuid4()
    with db.unit(command, "test", None, NOW) as unit:
        unit.insert(Note, {"id": note, "content_type": "subject", **values})
    ((*_, after),) = audit(db, command)
    expected = {name: value for name, value in values.items() if value is not None}
    assert restored(Note, after) == {"content_type": "subject", **expected}


def test_one_entry_can_stand_for_a_whole_run(db: Database) -> None:
    command, food = uuid4(), uuid4()
    with db.unit(command, "import", None, NOW) as unit:
        unit.insert(Food, {"id": food, "name": "pellets"})
        unit.as_one("import", {"written": 1}, ["food", "cage_type"])
    assert audit(db, command) == [("import", command, "import", None, {"written": 1})]
    (change,) = rows(db, ChangeLog)
    assert change["changed"] == {"cage_type": [], "food": []}


def test_what_changes_nothing_leaves_no_trace(db: Database) -> None:
    write(db, uuid4(), "pellets")
    (food,) = rows(db, Food)
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.update(Food, food["id"], {"name": "pellets", "description": None})
    assert count(db, AuditEntry, ChangeLog) == [1, 1]
    assert rows(db, Food) == [food]


# All or nothing


def test_an_exception_takes_all_of_it_back(db: Database) -> None:
    for error in (RuntimeError("bug"), Refused("No."), KeyboardInterrupt()):

        def fail(error: BaseException = error) -> None:
            with db.unit(uuid4(), "test", None, NOW) as unit:
                unit.insert(Food, {"id": uuid4(), "name": "pellets"})
                raise error

        with pytest.raises(type(error)):
            fail()
    assert count(db, Food, AuditEntry, ChangeLog) == [0, 0, 0]


def test_a_constraint_takes_all_of_it_back(db: Database) -> None:
    def twice() -> None:
        with db.unit(uuid4(), "test", None, NOW) as unit:
            for _ in range(2):
                unit.insert(Project, {"id": uuid4(), "name": "wheel"})

    with pytest.raises(IntegrityError):
        twice()

    def nowhere() -> None:
        with db.unit(uuid4(), "test", None, NOW) as unit:
            unit.insert(Project, {"id": uuid4(), "name": "wheel"})
            unit.link(project_user, uuid4(), uuid4())

    with pytest.raises(Conflict) as error:
        nowhere()
    assert "deleted" in plain(error.value)
    assert count(db, Project, AuditEntry, ChangeLog) == [0, 0, 0]


@pytest.mark.parametrize("part", ["INSERT INTO audit_entry", "INSERT INTO change_log"])
def test_without_the_books_there_is_no_change(db: Database, part: str) -> None:
    def fail() -> None:
        raise RuntimeError("no books")

    with on_statement(db, part, fail), pytest.raises(RuntimeError):
        write(db, uuid4(), "pellets")
    assert count(db, Food, AuditEntry, ChangeLog) == [0, 0, 0]


def test_a_moment_without_a_zone_is_a_bug(db: Database) -> None:
    naive = datetime(2026, 3, 10, 9, 0)  # noqa: DTZ001 - what is tested

    def fail() -> None:
        with db.unit(uuid4(), "test", None, naive) as unit:
            unit.insert(Food, {"id": uuid4(), "name": "pellets"})

    with pytest.raises(Exception, match="without a time zone"):
        fail()
    assert count(db, Food, AuditEntry, ChangeLog) == [0, 0, 0]


# Versions


def test_who_has_an_older_version_has_a_conflict(db: Database) -> None:
    food = write(db, uuid4(), "pellets")
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.update(Food, food, {"name": "mash"}, version=1)
    before = rows(db, Food), count(db, AuditEntry, ChangeLog)

    def change(version: int | None, row_id: UUID = food) -> None:
        with db.unit(uuid4(), "test", None, NOW) as unit:
            unit.insert(CageType, {"id": uuid4(), "name": "open"})
            unit.update(Food, row_id, {"name": "gel"}, version)

    def delete(version: int | None, row_id: UUID = food) -> None:
        with db.unit(uuid4(), "test", None, NOW) as unit:
            unit.insert(CageType, {"id": uuid4(), "name": "open"})
            unit.delete(Food, row_id, version)

    for act in (change, delete):
        for version in (1, 3):
            with pytest.raises(Conflict) as error:
                act(version)
            assert "changed this record in the meantime" in plain(error.value)
        with pytest.raises(Conflict) as error:
            act(None, uuid4())
        assert "deleted" in plain(error.value)
    assert (rows(db, Food), count(db, AuditEntry, ChangeLog)) == before
    assert count(db, CageType) == [0]
    change(2)
    assert rows(db, Food)[0]["version"] == 3


def test_what_another_changes_between_look_and_write_is_a_conflict(server: tuple[Database, Database]) -> None:
    db, other = server
    food = write(db, uuid4(), "pellets")

    def meanwhile() -> None:
        with other.unit(uuid4(), "test", None, NOW) as unit:
            unit.update(Food, food, {"name": "mash"})

    def change() -> None:
        with db.unit(uuid4(), "test", None, NOW) as unit:
            unit.update(Food, food, {"name": "gel"})

    with on_statement(db, "UPDATE food", meanwhile), pytest.raises(Conflict):
        change()
    assert [(one["name"], one["version"]) for one in rows(db, Food)] == [("mash", 2)]


def test_what_another_changes_between_look_and_delete_is_not_lost(server: tuple[Database, Database]) -> None:
    """The books would hold what it was before that, and the change would be nowhere."""
    db, other = server
    food = write(db, uuid4(), "pellets")

    def meanwhile() -> None:
        with other.unit(uuid4(), "test", None, NOW) as unit:
            unit.update(Food, food, {"name": "mash"})

    def remove() -> None:
        with db.unit(uuid4(), "test", None, NOW) as unit:
            unit.delete(Food, food, 1)

    with on_statement(db, "DELETE FROM food", meanwhile), pytest.raises(Conflict):
        remove()
    assert [one["name"] for one in rows(db, Food)] == ["mash"]


# Who records


def test_who_records_is_an_active_member_or_the_program_itself(db: Database) -> None:
    eve = add(db, LabMember, username="eve", is_active=False)
    for user, words in ((uuid4(), "not in the database"), (eve, "not active")):
        with pytest.raises(Refused) as error, db.unit(uuid4(), "test", user, NOW):
            pytest.fail("a unit was begun")
        assert error.value.field == "user"
        assert words in plain(error.value)
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.update(LabMember, eve, {"is_active": True})
    command = uuid4()
    with db.unit(command, "test", eve, NOW) as unit:
        unit.update(LabMember, eve, {"is_active": False})
    with db.unit(command, "test", eve, NOW) as unit:  # what is done is done
        assert unit.repeated


# Once


def test_a_command_given_again_is_found(db: Database) -> None:
    command = uuid4()
    food = write(db, command, "pellets")
    with db.unit(command, "test", None, NOW) as unit:
        assert unit.repeated
        assert unit.changed == {"food": [food]}
        number = unit.number
    assert [change["number"] for change in rows(db, ChangeLog)] == [number]
    assert count(db, Food, AuditEntry) == [1, 1]


def test_a_command_given_on_two_connections_at_once_is_done_once(server: tuple[Database, Database]) -> None:
    """Neither has found it when it begins; the books take it from one of them."""
    db, other = server
    command, one, two = uuid4(), uuid4(), uuid4()
    with db.unit(command, "test", None, NOW) as first:
        first.insert(Food, {"id": one, "name": "pellets"})
        with other.unit(command, "test", None, NOW) as second:
            assert not second.repeated
            second.insert(Food, {"id": two, "name": "mash"})
        assert not second.repeated
    assert first.repeated
    assert (first.number, first.changed) == (second.number, {"food": [two]})
    assert [food["id"] for food in rows(db, Food)] == [two]
    assert count(db, AuditEntry, ChangeLog) == [1, 1]


def test_a_failure_that_has_nothing_to_do_with_it_is_not_swallowed(server: tuple[Database, Database]) -> None:
    db, other = server

    def fail(error: Exception, command: UUID) -> None:
        with db.unit(uuid4() if isinstance(error, Refused) else command, "test", None, NOW) as unit:
            unit.insert(Food, {"id": uuid4(), "name": "pellets"})
            write(other, command, "mash")
            raise error

    with pytest.raises(Refused):  # another command
        fail(Refused("No."), uuid4())
    with pytest.raises(RuntimeError):  # the same command, but a bug
        fail(RuntimeError("bug"), uuid4())


# In the order of the commits


def test_numbers_are_given_in_the_order_of_the_commits(db: Database, other: Database) -> None:
    """A reader that asks for what is above the last number it has seen never misses one.

    The slow session has its number and has not committed; the quick one must not get the next before that.
    """
    slow, quick = uuid4(), uuid4()
    has_number, may_commit, is_waiting = threading.Event(), threading.Event(), threading.Event()

    def before_commit(_connection: Any) -> None:
        has_number.set()
        assert may_commit.wait(SECONDS)

    event.listen(db.engine, "commit", before_commit)
    waits_at = "BEGIN IMMEDIATE" if db.dialect == "sqlite" else "pg_advisory_xact_lock"
    seen: list[UUID] = []
    last = 0

    def look() -> None:
        nonlocal last
        with other.read() as connection:
            found = select(ChangeLog.number, ChangeLog.command_id).where(ChangeLog.number > last)
            for number, command_id in connection.execute(found.order_by(ChangeLog.number)):
                last = number
                seen.append(command_id)

    with ThreadPoolExecutor(2) as pool, on_statement(other, waits_at, is_waiting.set):
        first = pool.submit(write, db, slow, "pellets")
        assert has_number.wait(SECONDS)
        second = pool.submit(write, other, quick, "mash")
        assert is_waiting.wait(SECONDS)
        look()
        assert seen == []
        may_commit.set()
        first.result(SECONDS)
        second.result(SECONDS)
    look()
    assert seen == [slow, quick]


def test_a_long_unit_keeps_nobody_waiting_until_it_ends(server: tuple[Database, Database]) -> None:
    db, other = server
    slow, quick = uuid4(), uuid4()
    with db.unit(slow, "test", None, NOW) as unit:
        unit.insert(Food, {"id": uuid4(), "name": "pellets"})
        write(other, quick, "mash")
    assert [change["command_id"] for change in rows(db, ChangeLog)] == [quick, slow]


def test_alone_others_wait_with_their_commit(server: tuple[Database, Database]) -> None:
    db, other = server
    first, second = uuid4(), uuid4()
    is_waiting = threading.Event()
    with ThreadPoolExecutor(1) as pool, on_statement(other, "pg_advisory_xact_lock", is_waiting.set):
        with db.unit(first, "test", None, NOW) as unit:
            unit.alone()
            running = pool.submit(write, other, second, "mash")
            assert is_waiting.wait(SECONDS)
            assert unit.connection.execute(select(func.count()).select_from(Food)).scalar_one() == 0
            unit.insert(Food, {"id": uuid4(), "name": "pellets"})
        running.result(SECONDS)
    assert [change["command_id"] for change in rows(db, ChangeLog)] == [first, second]


# Reading


def test_all_statements_of_a_read_see_one_state(db: Database, other: Database) -> None:
    write(db, uuid4(), "pellets")
    with db.read() as connection:
        first = connection.execute(select(Food.name)).scalars().all()
        write(other, uuid4(), "mash")
        assert connection.execute(select(Food.name)).scalars().all() == first == ["pellets"]
    assert count(db, Food) == [2]
    # The connection goes back to the pool as it was: a unit sees what others have committed meanwhile.
    with db.unit(uuid4(), "test", None, NOW) as unit:
        if db.dialect == "postgresql":
            unit.connection.execute(select(Food.name)).all()
            write(other, uuid4(), "gel")
            assert len(unit.connection.execute(select(Food.name)).all()) == 3


def test_who_went_away_within_a_unit_is_let_go_by_the_server(server: tuple[Database, Database]) -> None:
    db, _ = server
    with db.read() as connection:
        shown = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
    assert shown == f"{ABANDONED_SECONDS // 60}min"


def test_a_file_is_kept_safe(sqlite_url: str) -> None:
    with closing(open_database(sqlite_url)) as db, db.read() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_read_does_not_keep_a_file_from_being_written(sqlite_url: str) -> None:
    with closing(open_database(sqlite_url)) as db, db.read() as connection:
        connection.execute(select(Food.name)).all()
        write(db, uuid4(), "pellets")
        with db.engine.begin() as bulk:
            bulk.execute(insert(Food), {"id": uuid4(), "name": "mash", "created_at": NOW, "updated_at": NOW})
        assert connection.execute(select(Food.name)).all() == []
