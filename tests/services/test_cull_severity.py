"""The actual severity that is given with a cull is noted of the animal, in the same unit."""

from uuid import uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import AuditEntry, Cull, Subject
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.queries.records import record
from colonydesk.services.records import SaveRecord, save_record
from tests.builders import NOW, Scene, nothing_written, row, rows, scene
from tests.services.saving import mouse, saving, take_back

DAY = NOW.date()


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def test_given_it_is_not_asked_for_and_stands_in_the_record_of_the_animal(here: Scene) -> None:
    command = saving(here, "cull", subject_id=here.mouse, date=DAY, actual_severity=3)
    done = save_record(here.db, command, NOW)
    assert (mouse(here)["actual_severity"], mouse(here)["death_date"]) == (3, DAY)
    assert row(here.db, Cull, command.id)["date"] == DAY
    with here.db.read() as connection:
        found = record(connection, "cull", command.id)
    assert found is not None
    assert found.values["actual_severity"] == 3
    entries = rows(here.db, AuditEntry, command_id=command.command_id, table_name="subject")
    assert {"actual_severity": 3} in [entry["after"] for entry in entries]

    take_back(here, done)
    assert (mouse(here)["actual_severity"], mouse(here)["death_date"]) == (None, None)


def test_not_given_it_is_asked_for_and_what_is_known_stays(here: Scene) -> None:
    with nothing_written(here.db), pytest.raises(Doubtful) as doubt:
        save_record(here.db, saving(here, "cull", subject_id=here.mouse, date=DAY), NOW)
    assert (doubt.value.field, [one.code for one in doubt.value.questions]) == (
        "actual_severity",
        ["severity"],
    )
    other = here.subject("M2", actual_severity=4)
    save_record(here.db, saving(here, "cull", subject_id=other, date=DAY), NOW)
    assert row(here.db, Subject, other)["actual_severity"] == 4


def test_it_is_put_right_in_the_same_form(here: Scene) -> None:
    first = saving(here, "cull", subject_id=here.mouse, date=DAY, actual_severity=3)
    save_record(here.db, first, NOW)
    change = SaveRecord(
        command_id=uuid4(),
        table="cull",
        id=first.id,
        user_id=here.ann,
        version=1,
        values={"actual_severity": 4, "description": "looked at again"},
    )
    save_record(here.db, change, NOW)
    assert mouse(here)["actual_severity"] == 4
    assert row(here.db, Cull, first.id)["description"] == "looked at again"


def test_none_that_is_not_one_is_taken_and_nothing_is_written(here: Scene) -> None:
    with nothing_written(here.db), pytest.raises(Refused) as refused:
        save_record(here.db, saving(here, "cull", subject_id=here.mouse, date=DAY, actual_severity=9), NOW)
    assert refused.value.field == "actual_severity"
    with pytest.raises(Refused) as refused:
        save_record(here.db, saving(here, "cull", date=DAY, actual_severity=3), NOW)
    assert refused.value.field == "subject_id"
