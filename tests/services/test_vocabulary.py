"""The usual words of a new database."""

from typing import Any
from uuid import uuid4

import pytest

from colonydesk.db.catalogue import class_of
from colonydesk.db.engine import Database
from colonydesk.db.tables import DatasetType, GrowthCurve, LabMember, Species, Strain, WaterType
from colonydesk.domain.errors import Doubtful, KnownError
from colonydesk.paths import vocabulary_texts
from colonydesk.services.founding import WATER_TYPES, FoundLab, found_lab
from colonydesk.services.records import SaveRecord, save_record
from colonydesk.services.setup import MOUSE_ID
from colonydesk.services.undo import undo
from colonydesk.services.vocabulary import VOCABULARIES, AddVocabulary, add_vocabulary, parse_vocabulary
from tests.builders import NOW, add, nothing_written, row, rows
from tests.services.test_founding import CURVE


def founded(db: Database) -> None:
    command = FoundLab(
        command_id=uuid4(),
        lab="Hale lab",
        timezone="UTC",
        username="ann",
        curve_text=CURVE,
        vocabularies=vocabulary_texts(),
    )
    found_lab(db, command, NOW)


def names(db: Database, table: str) -> list[str]:
    return [one.get("nickname") or one["name"] for one in rows(db, class_of(table))]


def adding(db: Database, **texts: str) -> AddVocabulary:
    (member,) = rows(db, LabMember)
    return AddVocabulary(command_id=uuid4(), user_id=member["id"], texts=texts)


def test_a_new_lab_has_the_usual_words(db: Database) -> None:
    founded(db)
    assert set(vocabulary_texts()) == set(VOCABULARIES)
    for table in VOCABULARIES:
        found = names(db, table)
        assert found
        assert len({name.lower() for name in found}) == len(found)
    assert set(WATER_TYPES) <= set(names(db, "water_type"))
    assert names(db, "dataset_type") == ["unknown"]
    assert "unknown" in names(db, "data_format")
    mouse = row(db, Species, MOUSE_ID)
    assert (mouse["usual_weight_min"], mouse["usual_weight_max"]) == (5.0, 50.0)
    rat = next(one for one in rows(db, Species) if one["nickname"] == "Laboratory rat")
    assert (rat["usual_weight_min"], rat["usual_weight_max"]) == (20.0, 800.0)
    assert any("ephys" in name.lower() for name in names(db, "procedure_type"))


def test_done_again_it_changes_nothing_and_what_was_renamed_stays(db: Database) -> None:
    founded(db)
    assert add_vocabulary(db, adding(db, **vocabulary_texts()), NOW).changed == {}
    (water,) = (one for one in rows(db, WaterType) if one["name"] == "Water")
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.update(WaterType, water["id"], {"name": "WATER"})
    assert add_vocabulary(db, adding(db, **vocabulary_texts()), NOW).changed == {}


def test_an_own_vocabulary_is_added_to_and_can_be_taken_back(db: Database) -> None:
    add(db, LabMember, username="ann")
    add(db, Species, nickname="Laboratory mouse", usual_weight_min=8.0)
    add(db, Strain, name="ÅSGARD")
    add(db, DatasetType, name="raw", filename_pattern="x.*")
    texts = {
        "strain": "name,description\nåsgard,seen already\nOdin,new\nodin,twice\n",
        "dataset_type": "name,filename_pattern\nother,x.*\nunknown,\nlast,\n",
    }
    command = adding(db, **texts)
    first = add_vocabulary(db, command, NOW)
    assert names(db, "strain") == ["ÅSGARD", "Odin"]
    assert names(db, "dataset_type") == ["raw", "unknown", "last"]
    assert add_vocabulary(db, command, NOW).repeated
    (member,) = rows(db, LabMember)
    undo(db, uuid4(), first.command_id, member["id"], NOW)
    assert names(db, "strain") == ["ÅSGARD"]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("species", "nickname,weight\nMouse,5\n"),
        ("species", "nickname,usual_weight_min\nMouse\n"),
        ("species", "nickname,usual_weight_min\nMouse,light\n"),
        ("strain", "name,description\n ,nameless\n"),
        ("strain", ""),
    ],
)
def test_what_is_no_vocabulary_is_refused_whole(db: Database, table: str, text: str) -> None:
    add(db, LabMember, username="ann")
    with pytest.raises(KnownError):
        parse_vocabulary(table, text)
    with nothing_written(db), pytest.raises(KnownError):
        add_vocabulary(db, adding(db, **{"food": "name\nOats\n", table: text}), NOW)
    assert names(db, "food") == []


def test_a_second_entry_of_a_name_is_asked_about(db: Database) -> None:
    member = add(db, LabMember, username="ann")
    add(db, Strain, name="Ægir")

    def saving(table: str, name: str, **more: Any) -> SaveRecord:
        values = {"name": name}
        return SaveRecord(command_id=uuid4(), table=table, id=uuid4(), user_id=member, values=values, **more)

    with nothing_written(db), pytest.raises(Doubtful, match="the strain Ægir already") as doubt:
        save_record(db, saving("strain", " ægIR"), NOW)
    assert (doubt.value.field, [question.code for question in doubt.value.questions]) == ("name", ["again"])
    save_record(db, saving("strain", "ægIR", confirmed=frozenset({"again"})), NOW)
    assert names(db, "strain") == ["Ægir", "ægIR"]
    save_record(db, saving("food", "Ægir"), NOW)
    for edition in (1, 2):
        save_record(db, saving("growth_curve", "Ægir"), NOW)
        assert [one["edition"] for one in rows(db, GrowthCurve)][-1] == edition
