"""Records saved and deleted through the services, as the screens do it."""

from typing import Any
from uuid import UUID, uuid4

from colonydesk.db.tables import Subject
from colonydesk.services.done import Done
from colonydesk.services.records import DeleteRecord, SaveRecord, delete_record, save_record
from colonydesk.services.undo import undo
from tests.builders import NOW, Scene, row, rows

COMMANDS = ("links", "confirmed")


def saving(of: Scene, table: str, **values: Any) -> SaveRecord:
    """Ann (else ``by``) saves a new record; ``links`` and ``confirmed`` are no values."""
    own = {name: values.pop(name) for name in COMMANDS if name in values}
    usual = {"command_id": uuid4(), "id": uuid4(), "user_id": values.pop("by", of.ann), "table": table}
    return SaveRecord(**{**usual, **own}, values=values)


def save(of: Scene, table: str, **values: Any) -> UUID:
    """A new record; its id."""
    command = saving(of, table, **values)
    save_record(of.db, command, NOW)
    return command.id


def act(of: Scene, table: str, **values: Any) -> UUID:
    """A new record of the mouse."""
    return save(of, table, **{"subject_id": of.mouse, **values})


def changing(of: Scene, table: Any, row_id: UUID, **values: Any) -> SaveRecord:
    """Ann (else ``by``) changes a record as it is now."""
    own = {name: values.pop(name) for name in COMMANDS if name in values}
    version = row(of.db, table, row_id)["version"]
    usual = {"command_id": uuid4(), "user_id": values.pop("by", of.ann), "version": version}
    return SaveRecord(**{**usual, **own}, id=row_id, table=table.__tablename__, values=values)


def change(of: Scene, table: Any, row_id: UUID, **values: Any) -> Done:
    return save_record(of.db, changing(of, table, row_id, **values), NOW)


def delete(of: Scene, table: Any, row_id: UUID, confirmed: frozenset[str] = frozenset()) -> Done:
    command = DeleteRecord(
        command_id=uuid4(),
        table=table.__tablename__,
        id=row_id,
        user_id=of.ann,
        version=row(of.db, table, row_id)["version"],
        confirmed=confirmed,
    )
    return delete_record(of.db, command, NOW)


def take_back(of: Scene, done: Done) -> Done:
    return undo(of.db, uuid4(), done.command_id, of.ann, NOW)


def mouse(of: Scene) -> dict[str, Any]:
    return row(of.db, Subject, of.mouse)


def the_only(of: Scene, table: Any, **equal: Any) -> dict[str, Any]:
    (found,) = rows(of.db, table, **equal)
    return found
