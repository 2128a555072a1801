"""Narrative templates: kept, renamed and taken away by their member alone; undone; sent twice, done once."""

from typing import Any
from uuid import uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import NarrativeTemplate
from colonydesk.domain.errors import Conflict, Refused
from colonydesk.services.templates import DeleteTemplate, SaveTemplate, delete_template, save_template
from colonydesk.services.undo import undo
from tests.builders import NOW, Scene, audit, row, rows, scene


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def keep(here: Scene, name: str = "Headplate", **changes: Any) -> SaveTemplate:
    usual = {"command_id": uuid4(), "id": uuid4(), "user_id": here.ann, "narrative": "Recovered well."}
    return SaveTemplate(**{**usual, "name": name, **changes})


def test_a_template_is_kept_for_who_records(here: Scene) -> None:
    command = keep(here, "  Headplate ", narrative=" Recovered well.\n")
    done = save_template(here.db, command, NOW)
    kept = row(here.db, NarrativeTemplate, command.id)
    assert (kept["user_id"], kept["name"], kept["narrative"]) == (here.ann, "Headplate", "Recovered well.")
    assert done.changed == {"narrative_template": (command.id,)}
    ((table, _, action, _, _),) = audit(here.db, command.command_id)
    assert (table, action) == ("narrative_template", "insert")
    assert save_template(here.db, command, NOW).repeated
    assert len(rows(here.db, NarrativeTemplate)) == 1


@pytest.mark.parametrize(
    ("changes", "field"), [({"name": " "}, "name"), ({"narrative": "\n "}, "narrative"), ({}, "name")]
)
def test_without_a_name_or_a_text_or_twice_of_a_name_it_is_refused(
    here: Scene, changes: dict[str, Any], field: str
) -> None:
    save_template(here.db, keep(here), NOW)
    with pytest.raises(Refused) as refused:
        save_template(here.db, keep(here, **{"name": "headPLATE", **changes}), NOW)
    assert refused.value.field == field
    assert len(rows(here.db, NarrativeTemplate)) == 1


def test_small_and_capital_letters_beyond_ascii_are_the_same(here: Scene) -> None:
    save_template(here.db, keep(here, "Öffnung"), NOW)
    with pytest.raises(Refused):
        save_template(here.db, keep(here, "öffnung"), NOW)
    with pytest.raises(Refused):
        save_template(here.db, keep(here, "Öffnung"), NOW)


def test_another_member_may_use_the_name_but_not_touch_the_template(here: Scene) -> None:
    mine = keep(here)
    save_template(here.db, mine, NOW)
    save_template(here.db, keep(here, user_id=here.bob), NOW)
    with pytest.raises(Refused, match="another member's"):
        save_template(here.db, keep(here, "Other", id=mine.id, user_id=here.bob, version=1), NOW)
    with pytest.raises(Refused, match="another member's"):
        delete_template(
            here.db, DeleteTemplate(command_id=uuid4(), id=mine.id, user_id=here.bob, version=1), NOW
        )
    assert len(rows(here.db, NarrativeTemplate)) == 2


def test_changed_in_the_meantime(here: Scene) -> None:
    mine = keep(here)
    save_template(here.db, mine, NOW)
    save_template(here.db, keep(here, "Window", id=mine.id, version=1), NOW)
    assert row(here.db, NarrativeTemplate, mine.id)["name"] == "Window"
    with pytest.raises(Conflict):
        save_template(here.db, keep(here, "Third", id=mine.id, version=1), NOW)


def test_taken_away_and_brought_back(here: Scene) -> None:
    mine = keep(here)
    save_template(here.db, mine, NOW)
    gone = DeleteTemplate(command_id=uuid4(), id=mine.id, user_id=here.ann, version=1)
    delete_template(here.db, gone, NOW)
    assert rows(here.db, NarrativeTemplate) == []
    undo(here.db, uuid4(), gone.command_id, here.ann, NOW)
    assert row(here.db, NarrativeTemplate, mine.id)["narrative"] == "Recovered well."
