"""The audit trail in words, by table, member and day, with a number of statements that does not grow."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.queries.audit import AuditLine, Changed, audit_lines, audit_numbers
from colonydesk.services.records import DeleteRecord, SaveRecord, delete_record, save_record
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def save(here: Scene, table: str, row_id: UUID, version: int | None = None, **values: Any) -> None:
    linked = {"projects": values.pop("projects")} if "projects" in values else {}
    command = SaveRecord(
        command_id=uuid4(),
        table=table,
        id=row_id,
        user_id=here.ann,
        values=values,
        links=linked,
        version=version,
    )
    save_record(here.db, command, NOW)


def lines(here: Scene, **which: Any) -> list[AuditLine]:
    with here.db.read() as connection:
        numbers = audit_numbers(connection, **which)
        found = audit_lines(connection, numbers)
    return [found[number] for number in numbers]


def test_says_what_was_in_a_field_before_and_after(here: Scene) -> None:
    food = uuid4()
    save(here, "food", food, name="Pellets", description="dry")
    save(here, "food", food, 1, description="soaked")
    changed, added = lines(here, table="food")
    assert (changed.action, changed.user, changed.kind, changed.called) == (
        "update",
        "ann",
        "food",
        "Pellets",
    )
    assert changed.changes == (Changed("description", "dry", "soaked"),)
    assert added.action == "insert"
    assert set(added.changes) == {Changed("name", None, "Pellets"), Changed("description", None, "dry")}
    assert (added.table, added.row_id, added.at) == ("food", food, NOW)


def test_references_days_codes_and_links_are_words(here: Scene) -> None:
    line, project, subject = uuid4(), uuid4(), uuid4()
    save(here, "line", line, nickname="CK")
    save(here, "project", project, name="Maze")
    save(
        here,
        "subject",
        subject,
        nickname="CK_1",
        sex="F",
        line_id=line,
        birth_date=date(2026, 1, 2),
        lab_id=here.lab,
        projects=frozenset((project,)),
    )
    found = lines(here, table="subject")
    told = {change.word: change.after for one in found for change in one.changes}
    assert told["line"] == "CK"
    assert told["sex"] == "female"
    assert told["birth date"] == date(2026, 1, 2)
    assert told["project"] == "Maze"
    assert {one.called for one in found} == {"CK_1"}


def test_what_was_deleted_is_still_called_what_it_was(here: Scene) -> None:
    food = uuid4()
    save(here, "food", food, name="Pellets")
    delete = DeleteRecord(command_id=uuid4(), table="food", id=food, user_id=here.bob, version=1)
    delete_record(here.db, delete, NOW)
    assert [(one.action, one.called) for one in lines(here, user_id=here.bob)] == [("delete", "Pellets")]


def test_narrowed_by_member_and_moment(here: Scene) -> None:
    save(here, "food", uuid4(), name="Pellets")
    assert len(lines(here, user_id=here.ann)) == 1
    assert lines(here, user_id=here.eve) == []
    assert len(lines(here, since=NOW, until=NOW + timedelta(seconds=1))) == 1
    assert lines(here, until=NOW) == []
    assert lines(here, since=NOW + timedelta(seconds=1)) == []


def test_as_many_statements_for_many_entries_as_for_one(here: Scene) -> None:
    counts = []
    for many in (1, 12):
        for number in range(many):
            save(here, "line", uuid4(), nickname=f"L{many}-{number}")
        with counted(here.db) as statements:
            lines(here, table="line")
        counts.append(len(statements))
    assert counts[0] == counts[1]
