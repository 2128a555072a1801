"""Every table: a record is made, found, changed, deleted, and all of it undone, on both engines."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.catalogue import class_of, table_names, table_of
from colonydesk.db.engine import Database
from colonydesk.domain.errors import Conflict, Doubtful, Refused
from colonydesk.queries.records import Record, label_of, record, record_ids, record_rows
from colonydesk.services.done import Done
from colonydesk.services.records import KEPT, DeleteRecord, SaveRecord, delete_record, save_record
from colonydesk.services.undo import undo
from tests.builders import NOW, rows
from tests.services.every_table import Entry, World, entry, world

ALL = table_names()


@pytest.fixture
def here(db: Database) -> World:
    return world(db)


def saving(of: World, table: str, values: dict[str, Any], **more: Any) -> SaveRecord:
    usual: dict[str, Any] = {"command_id": uuid4(), "id": uuid4(), "user_id": of["lab_member"]}
    return SaveRecord(table=table, values=values, **{**usual, **more})


def save(of: World, command: SaveRecord) -> Done:
    """Save it, answering yes to what is asked."""
    try:
        return save_record(of.of.db, command, NOW)
    except Doubtful as doubt:
        codes = frozenset(question.code for question in doubt.questions)
        more = {name: getattr(command, name) for name in SaveRecord.__slots__ if name != "confirmed"}
        return save_record(of.of.db, SaveRecord(**more, confirmed=codes), NOW)


def delete(of: World, table: str, row_id: UUID, **more: Any) -> Done:
    found = read(of, table, row_id)
    usual: dict[str, Any] = {"command_id": uuid4(), "user_id": of["lab_member"], "version": found.version}
    command = DeleteRecord(table=table, id=row_id, **{**usual, **more})
    return delete_record(of.of.db, command, NOW)


def read(of: World, table: str, row_id: UUID) -> Record:
    with of.of.db.read() as connection:
        found = record(connection, table, row_id)
    assert found is not None
    return found


def is_there(of: World, table: str, row_id: UUID) -> bool:
    with of.of.db.read() as connection:
        return record(connection, table, row_id) is not None


def made(of: World, table: str) -> tuple[SaveRecord, Entry]:
    what = entry(of, table)
    command = saving(of, table, what.values, links=what.links)
    save(of, command)
    return command, what


@pytest.mark.parametrize("table", ALL)
def test_a_record_of_every_table(here: World, table: str) -> None:
    command, what = made(here, table)
    first = read(here, table, command.id)
    for name, value in what.values.items():
        assert first.values[name] == value, name
    for name, ids in what.links.items():
        assert ids <= frozenset(first.links[name]), name
    with here.of.db.read() as connection:
        assert command.id in record_ids(connection, table, what.text)
        assert command.id not in record_ids(connection, table, f"{what.text} nowhere")
        columns = [*first.values, *first.links]
        (row,) = record_rows(connection, table, [command.id], columns).values()
        assert set(row.cells) == set(columns)
        assert label_of(connection, table, [command.id])[command.id]
    if table in KEPT:
        with pytest.raises(Refused, match="is not changed or deleted"):
            save_record(
                here.of.db, saving(here, table, what.change, id=command.id, version=first.version), NOW
            )
        with pytest.raises(Refused, match="is not changed or deleted"):
            delete(here, table, command.id)
        return
    change = saving(here, table, what.change, id=command.id, version=first.version)
    save(here, change)
    second = read(here, table, command.id)
    for name, value in what.change.items():
        assert second.values[name] in (value, str(value).lower()), name
    assert second.version > first.version
    removed = delete(here, table, command.id)
    assert not is_there(here, table, command.id)
    for undone in (removed.command_id, change.command_id):
        undo(here.of.db, uuid4(), undone, here["lab_member"], NOW)
    third = read(here, table, command.id)
    assert (third.values, third.links) == (first.values, first.links)
    undo(here.of.db, uuid4(), command.command_id, here["lab_member"], NOW)
    assert not is_there(here, table, command.id)


@pytest.mark.parametrize("table", ALL)
def test_a_form_filled_from_what_is_no_longer_so_is_a_conflict(here: World, table: str) -> None:
    if table in KEPT:
        return
    command, what = made(here, table)
    version = read(here, table, command.id).version
    save(here, saving(here, table, what.change, id=command.id, version=version))
    before = rows(here.of.db, class_of(table))
    with pytest.raises(Conflict, match="changed this"):
        save_record(here.of.db, saving(here, table, what.values, id=command.id, version=version), NOW)
    with pytest.raises(Conflict, match="changed this"):
        delete(here, table, command.id, version=version)
    assert rows(here.of.db, class_of(table)) == before
    assert "id" in table_of(table).c
