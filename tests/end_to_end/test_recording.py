"""Who records, while members are made, renamed and switched off, here and by others."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtWidgets import QPushButton

from colonydesk.db.engine import Database
from colonydesk.queries.people import Member, active_members
from colonydesk.services.records import SaveRecord, save_record
from colonydesk.ui.importing import ImportPanel
from tests.end_to_end.hands import Hands
from tests.end_to_end.typing_records import read_back


def offered(hands: Hands) -> list[str]:
    """The names in the list at the bottom of the window."""
    menu = hands.program.frame.status.findChild(QPushButton).menu()
    return [action.text() for action in menu.actions()]


def recording(hands: Hands) -> Member | None:
    assert hands.program.desk is not None
    return hands.program.desk.member


def save(hands: Hands, colony: Database, member: UUID, by: UUID, **values: Any) -> None:
    """As a form in this window saves it."""
    found = read_back(colony, "lab_member", member)
    version = found.version if found is not None else None
    desk = hands.program.desk
    assert desk is not None
    command = SaveRecord(
        command_id=uuid4(), table="lab_member", id=member, user_id=by, values=values, version=version
    )
    desk.write(save_record, command)
    hands.settle()


def test_a_member_who_is_made_can_be_chosen_and_who_records_goes_on(hands: Hands, colony: Database) -> None:
    before = recording(hands)
    assert before is not None
    save(hands, colony, uuid4(), before.id, username="n.newman", first_name="Nora", last_name="Newman")
    hands.until(lambda: "Nora Newman" in offered(hands))
    assert recording(hands) == before
    save(hands, colony, before.id, before.id, first_name="Renamed")
    hands.until(lambda: recording(hands) != before)
    after = recording(hands)
    assert after is not None
    assert after.id == before.id
    assert after.full_name.startswith("Renamed")


def test_who_is_switched_off_records_no_more_and_nobody_does_instead(hands: Hands, colony: Database) -> None:
    before = recording(hands)
    assert before is not None
    with colony.read() as connection:
        other = next(one for one in active_members(connection) if one.id != before.id)
    hands.type("20")
    save(hands, colony, before.id, other.id, is_active=False)
    hands.until(lambda: recording(hands) is None)
    assert before.full_name not in offered(hands)
    assert "Choose who records" in hands.program.frame.status.findChild(QPushButton).text()
    said = f"{before.full_name} is not an active member any more; choose below who records."
    assert hands.program.frame.notice.text() == said
    assert hands.today.animal.weight.text() == "20"
    save(hands, colony, before.id, other.id, is_active=True)
    hands.until(lambda: before.full_name in offered(hands))
    assert recording(hands) is None


def test_the_members_of_an_import_can_be_chosen(hands: Hands, tmp_path: Path) -> None:
    file = tmp_path / "members.json"
    fields = {"username": "i.imported", "first_name": "Ida", "last_name": "Imported", "is_active": True}
    file.write_text(json.dumps([{"model": "misc.labmember", "pk": str(uuid4()), "fields": fields}]))
    panel = hands.program.acts.open_import()
    assert isinstance(panel, ImportPanel)
    panel.file.set_text(str(file))
    panel.form.submitted.emit()
    hands.until(lambda: "Ida Imported" in offered(hands))
    hands.settle()
    panel.close()


def test_a_damaged_choice_in_the_settings_is_nobody(hands: Hands, colony: Database) -> None:
    with colony.read() as connection:
        members = active_members(connection)
    recording_ = hands.program.recording
    assert recording_ is not None
    recording_._desk.settings.remember_member(recording_._url, "no id")
    recording_.begin(members, None)
    assert recording(hands) is None
