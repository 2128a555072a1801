"""What is here under another id is known by its unique name: references of the file point to it."""

import gzip
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Base,
    Cull,
    CullReason,
    DataFormat,
    Dataset,
    DatasetType,
    FileRecord,
    Lab,
    LabMember,
    Litter,
    Note,
    ProcedureType,
    Project,
    Species,
    Subject,
    WaterAdministration,
    WaterType,
    lab_member_allowed_user,
    lab_repository,
    session_user,
    subject_project,
    surgery_procedure,
)
from colonydesk.exchange.alyx import ImportReport, import_alyx
from colonydesk.exchange.alyx.models import BY_NAME, MODELS
from colonydesk.paths import vocabulary_texts
from colonydesk.services.founding import FoundLab, found_lab
from colonydesk.services.setup import MOUSE_ID
from tests.builders import row, rows
from tests.conftest import ROOT
from tests.exchange.hand_made import as_dump
from tests.exchange.small_dump import NOW, Record, id_of, ids, listed, record, row_of, small_dump, write

LATER = datetime(2027, 1, 1, tzinfo=UTC)
CURVE = (ROOT / "resources" / "growth" / "c57bl6.csv").read_text(encoding="utf-8")
WORDS = (
    *("procedure_type", "water_type", "cull_reason", "cull_method", "cage_type", "enrichment", "food"),
    *("strain", "source", "data_repository_type"),
)
KNOWN_BY = {
    **dict.fromkeys(WORDS, "name"),
    "lab_member": "username",
    "data_repository": "name",
    "data_format": "name",
    "dataset_type": "name",
    "lab": "name",
    "project": "name",
    "species": "nickname",
    "sequence": "name",
    "allele": "nickname",
    "line": "nickname",
}


def found(db: Database, lab: str = "lab", username: str = "ada") -> None:
    command = FoundLab(
        command_id=uuid4(),
        lab=lab,
        timezone="Europe/Lisbon",
        username=username,
        curve_text=CURVE,
        vocabularies=vocabulary_texts(),
    )
    found_lab(db, command, NOW)


def everything(db: Database) -> dict[str, list[Any]]:
    with db.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def of_name(db: Database, table: type[Base], name: str) -> UUID:
    column = KNOWN_BY[table.__tablename__]
    (one,) = rows(db, table, **{column: name})
    id_: UUID = one["id"]
    return id_


def pairs(db: Database, table: Any) -> set[tuple[Any, ...]]:
    with db.read() as connection:
        return {tuple(one) for one in connection.execute(select(table))}


def full_dump() -> dict[str, Record]:
    """The small dump, and records of every kind that refer to what a founded lab has under its own ids."""
    records = small_dump()
    for label, model, fields in (
        ("tap", "actions.watertype", {"name": "Water"}),
        ("npy", "data.dataformat", {"name": "npy", "description": "numbers"}),
        ("unknown", "data.datasettype", {"name": "unknown"}),
        ("server", "data.datarepositorytype", {"name": "Fileserver"}),
        ("disk", "data.datarepository", {"name": "disk", "repository_type": id_of("server")}),
        ("rig", "subjects.project", {"name": "rig", "users": [id_of("ada")]}),
        ("file", "data.filerecord", {"dataset": id_of("set"), "data_repository": id_of("disk")}),
    ):
        records[label] = record(model, label, **fields)
    records["file"]["fields"]["relative_path"] = "a.npy"
    records["bob"] = record("misc.labmember", "bob", username="bob", allowed_users=[id_of("ada")])
    session = {"subject": id_of("a"), "start_time": "2024-03-06T10:00:00", "users": [id_of("ada")]}
    records["session"] = record("actions.session", "session", **session)
    kinds = {"dataset_type": id_of("unknown"), "data_format": id_of("npy"), "created_by": id_of("ada")}
    about = {"content_type": ["subjects", "species"], "object_id": id_of("mouse")}
    records["set"] = record("data.dataset", "set", session=id_of("session"), **kinds, **about)
    for label, kind, key in (
        ("named", ["misc", "lab"], "lab"),
        ("numbered", 5, "tap"),
        ("searched", 9, "mouse"),
    ):
        fields = {"user": id_of("ada"), "date_time": "2024-03-06T10:00:00", "text": label}
        records[label] = record("misc.note", label, content_type=kind, object_id=id_of(key), **fields)
    records["type"] = {"model": "contenttypes.contenttype", "pk": 5, "fields": {}}
    records["type"]["fields"] = {"app_label": "actions", "model": "watertype"}
    records["lab"]["fields"]["repositories"] = [id_of("disk")]
    records["a"]["fields"] |= {"projects": [id_of("rig")], "json": {"first drank": id_of("tap")}}
    records["water"]["fields"]["water_type"] = id_of("tap")
    return records


def test_the_tables_that_have_a_unique_name_or_are_words() -> None:
    assert {model.table.name for model in MODELS if model.is_word} == set(WORDS)
    assert {model.table.name: model.known_by for model in MODELS if model.known_by} == KNOWN_BY


def test_references_to_what_a_founded_lab_has_point_to_it(db: Database, tmp_path: Path) -> None:
    found(db)
    before = {table: rows(db, table) for table in (Lab, WaterType, Species, DataFormat, DatasetType)}
    tap, lab, ada = of_name(db, WaterType, "Water"), of_name(db, Lab, "lab"), of_name(db, LabMember, "ada")

    report = import_alyx(db, write(tmp_path / "dump.json", full_dump()), now=LATER, strict=True)

    assert report.kept
    assert report.check.agrees
    assert report.problems == []
    assert {table: rows(db, table) for table in before} == before
    assert report.total().present == 7
    water = row_of(db, WaterAdministration, "water")
    assert (water.water_type_id, water.user_id) == (tap, ada)
    animal = row_of(db, Subject, "a")
    assert (animal.lab_id, animal.species_id, animal.responsible_user_id) == (lab, MOUSE_ID, ada)
    assert animal.json == {"first drank": id_of("tap")}
    made = row_of(db, Dataset, "set")
    assert made.dataset_type_id == of_name(db, DatasetType, "unknown")
    assert made.data_format_id == of_name(db, DataFormat, "npy")
    assert (made.created_by_id, made.content_type, made.object_id) == (ada, "species", MOUSE_ID)
    notes = [row_of(db, Note, label) for label in ("named", "numbered", "searched")]
    assert [(note.content_type, note.object_id) for note in notes] == [
        ("lab", lab),
        ("water_type", tap),
        ("species", MOUSE_ID),
    ]
    assert pairs(db, session_user) == {(UUID(id_of("session")), ada)}
    assert pairs(db, lab_member_allowed_user) == {(UUID(id_of("bob")), ada)}
    assert pairs(db, subject_project) == {(UUID(id_of("a")), UUID(id_of("rig")))}
    assert pairs(db, lab_repository) == set()  # the lab that is here is left alone
    assert str(row_of(db, FileRecord, "file").data_repository_id) == id_of("disk")


def test_where_they_differ_is_listed(db: Database, tmp_path: Path) -> None:
    found(db)
    report = import_alyx(db, write(tmp_path / "dump.json", full_dump()), now=LATER)
    remarks = {remark.pk: remark.reason for remark in report.remarks}
    there = "is here already under another id; references point to it"
    assert len(report.remarks) == len(remarks) == 7
    assert remarks[id_of("tap")] == f"“Water” {there}"
    assert remarks[id_of("server")] == f"“Fileserver” {there}"
    assert remarks[id_of("mouse")] == f"“Laboratory mouse” {there}"
    assert remarks[id_of("npy")].startswith(
        f"“npy” {there}, and it is left alone, but differs in description"
        " (“numbers” in the file, “array of numpy” here)"
    )
    assert remarks[id_of("lab")].endswith("here), repositories")


def test_importing_it_again_changes_nothing(db: Database, tmp_path: Path) -> None:
    found(db)
    file = write(tmp_path / "dump.json", full_dump())
    first = import_alyx(db, file, now=NOW)
    before = everything(db)

    again = import_alyx(db, file, now=LATER)

    assert again.kept
    assert again.problems == []
    assert again.remarks == first.remarks
    assert (again.total().written, again.total().present) == (0, again.total().read)
    assert everything(db) == before


@pytest.mark.parametrize("style", ["uuid", "number"])
def test_every_such_record_under_another_id(db: Database, tmp_path: Path, style: str) -> None:
    """Every field of every model that refers to one of them, many-to-many and closing ones too."""
    dump = as_dump("uuid")
    named = [one for one in dump if one["model"] in BY_NAME and BY_NAME[one["model"]].known_by]
    assert {BY_NAME[one["model"]].table.name for one in named} == KNOWN_BY.keys()
    take_in(db, tmp_path, named)
    text = json.dumps(as_dump(style))
    for one in named:
        text = text.replace(one["pk"], str(uuid.uuid5(uuid.NAMESPACE_OID, one["pk"])))

    report = take_in(db, tmp_path, json.loads(text))

    assert report.problems == []
    elsewhere = [remark.pk for remark in report.remarks if "under another id" in remark.reason]
    assert len(elsewhere) == len(set(elsewhere)) == len(named)
    assert report.total().written == len(dump) - len(named)
    before = everything(db)
    assert take_in(db, tmp_path, json.loads(text)).total().written == 0
    if style == "uuid":
        # What was written is what the file says with the ids that are here.
        original = take_in(db, tmp_path, dump)
        assert {remark.model for remark in original.remarks} <= {one["model"] for one in named}
        assert original.total().present == original.total().read
    assert everything(db) == before


def take_in(db: Database, tmp_path: Path, records: list[Record]) -> ImportReport:
    return import_alyx(db, write(tmp_path / "part.json", records), now=NOW)


def test_two_of_a_name_in_one_file_are_two(db: Database, take: Callable[..., ImportReport]) -> None:
    """The second is left out at the first import and at the next: which of them is meant is not for us."""

    def spoil(records: dict[str, Record]) -> None:
        records["one"] = record("actions.watertype", "one", name="Milk")
        records["two"] = record("actions.watertype", "two", name="Milk")
        records["water"]["fields"]["water_type"] = id_of("two")

    for _ in range(2):
        assert listed(take(spoil)) == {
            ("actions.watertype", id_of("two")): "another record has the same name “Milk”",
            ("actions.wateradministration", id_of("water")): f"water_type: “{id_of('two')}” was itself left"
            " out; imported without it, kept in json",
        }
    assert ids(db, WaterType) == {id_of("one")}


def test_other_records_of_the_same_name_are_others(db: Database, take: Callable[..., ImportReport]) -> None:
    """A litter is no word of a vocabulary, and CK_L_001 is the first one in any books."""

    def spoil(records: dict[str, Record]) -> None:
        records["litter"] = record("subjects.litter", "litter", name="CK_L_001")

    take(spoil)

    def other(records: dict[str, Record]) -> None:
        records["other"] = record("subjects.litter", "other", name="CK_L_001")
        records["c"] = record("subjects.subject", "c", nickname="c", litter=id_of("other"))
        records["c"]["fields"]["lab"] = id_of("lab")

    report = take(other)
    assert listed(report)["subjects.litter", id_of("other")] == "another record has the same name “CK_L_001”"
    assert row_of(db, Subject, "c").litter_id is None
    assert ids(db, Litter) == {id_of("litter")}


def words(one: str, two: str = "") -> Callable[[dict[str, Record]], None]:
    """A surgery with a procedure of this name; perhaps there is a second one of a name."""

    def add(records: dict[str, Record]) -> None:
        records["one"] = record("actions.proceduretype", "one", name=one, description="of the file")
        if two:
            records["two"] = record("actions.proceduretype", "two", name=two)
        records["reason"] = record("actions.cullreason", "reason", name="SURPLUS")
        records["cull"] = record("actions.cull", "cull", subject=id_of("a"), date="2024-03-06")
        records["cull"]["fields"]["cull_reason"] = ["SURPLUS"]
        records["op"] = record("actions.surgery", "op", subject=id_of("a"), procedures=[id_of("one")])
        records["op"]["fields"]["procedures"] += [id_of("two")] if two else []

    return add


def test_a_word_that_a_new_database_has_is_that_word(db: Database, take: Callable[..., ImportReport]) -> None:
    """Their names are not unique: without a look at them they would stand twice to choose from."""
    found(db)
    before = rows(db, ProcedureType), rows(db, CullReason)
    craniotomy = next(one for one in before[0] if one["name"] == "Craniotomy")
    surplus = next(one for one in before[1] if one["name"] == "Surplus")

    report = take(words("craniotomy"))

    assert report.problems == []
    assert (rows(db, ProcedureType), rows(db, CullReason)) == before
    assert report.tables["actions.proceduretype"].present == 1
    assert pairs(db, surgery_procedure) == {(UUID(id_of("op")), craniotomy["id"])}
    assert row_of(db, Cull, "cull").cull_reason_id == surplus["id"]
    remarks = {remark.pk: remark.reason for remark in report.remarks}
    assert "is here already under another id; references point to it" in remarks[id_of("one")]
    assert "description (“of the file” in the file" in remarks[id_of("one")]
    again = everything(db)
    assert take(words("craniotomy")).total().written == 0
    assert everything(db) == again


def test_two_words_of_one_file_are_two(db: Database, take: Callable[..., ImportReport]) -> None:
    found(db)
    before = rows(db, ProcedureType)
    craniotomy = next(one for one in before if one["name"] == "Craniotomy")
    for _ in range(2):
        take(words("Craniotomy", "craniotomy"))
        assert len(rows(db, ProcedureType)) == len(before) + 1
        ids_of = {craniotomy["id"], UUID(id_of("two"))}
        assert {procedure for _, procedure in pairs(db, surgery_procedure)} == ids_of


def test_case_matters_and_an_empty_name_is_none(db: Database, take: Callable[..., ImportReport]) -> None:
    take(lambda records: records.update({"one": record("subjects.project", "one", name="")}))

    def other(records: dict[str, Record]) -> None:
        records["ada2"] = record("misc.labmember", "ada2", username="Ada")
        records["two"] = record("subjects.project", "two", name="")

    report = take(other)
    assert listed(report) == {
        ("subjects.project", id_of("two")): "another record has the same name “”",
    }
    assert row(db, LabMember, UUID(id_of("ada2")))["username"] == "Ada"
    assert ids(db, Project) == {id_of("one")}


def test_the_real_dump_into_a_founded_lab(db: Database, shared_data: Path) -> None:
    dump = shared_data / "alyx_dump_anon.json.gz"
    with gzip.open(dump) as packed:
        records = json.load(packed)
    names = {one["pk"]: one["fields"]["name"] for one in records if one["model"] == "actions.watertype"}
    found(db, lab="somelab", username="11")
    waters = {name: of_name(db, WaterType, name) for name in ("Water", "Hydrogel")}
    lab, member = of_name(db, Lab, "somelab"), of_name(db, LabMember, "11")

    report = import_alyx(db, dump, now=NOW, curve_text=CURVE, strict=True)

    assert report.kept
    assert report.problems == []
    elsewhere = {remark.model for remark in report.remarks if "under another id" in remark.reason}
    assert elsewhere == {"actions.watertype", "misc.lab", "misc.labmember"}
    given = {one["id"]: one["water_type_id"] for one in rows(db, WaterAdministration)}
    asked = [one for one in records if one["model"] == "actions.wateradministration"]
    assert len(given) == len(asked) > 0
    for one in asked:
        key = one["fields"]["water_type"]
        assert given[UUID(one["pk"])] == (waters[names[key]] if key else None)
    with db.read() as connection:
        assert connection.execute(select(Subject.lab_id).distinct()).scalars().all() == [lab]
        responsible = select(func.count()).where(Subject.responsible_user_id == member)
        count = connection.execute(responsible).scalar_one()
    old = next(one["pk"] for one in records if one["fields"].get("username") == "11")
    assert count == sum(one["fields"].get("responsible_user") == old for one in records)
    before = everything(db)

    again = import_alyx(db, dump, now=LATER, curve_text=CURVE)

    assert again.remarks == report.remarks
    assert (again.total().written, again.total().present) == (0, again.total().read)
    assert everything(db) == before
