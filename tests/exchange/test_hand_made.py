"""A dump that fills every field of every model, compared back field by field."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import AuditEntry, Base, ChangeLog, ImportedRecord, Note
from colonydesk.exchange.alyx import ImportReport, import_alyx
from tests.exchange.hand_made import BY_LABEL, NATURAL, RECORDS, UNKNOWN_FIELDS, UNLISTED, as_dump
from tests.exchange.hand_made.kinds import Day, Id, Key, Made, Time
from tests.images import png

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
STYLES = ["uuid", "number", "natural", "nameless"]
IMAGE = png()

# Alyx's model -> our table, written down once more: the import's own map is what is tested.
TABLES = {
    "actions.cull": "cull",
    "actions.cullmethod": "cull_method",
    "actions.cullreason": "cull_reason",
    "actions.ephyssession": "session",
    "actions.notification": "notification",
    "actions.notificationrule": "notification_rule",
    "actions.otheraction": "other_action",
    "actions.proceduretype": "procedure_type",
    "actions.session": "session",
    "actions.surgery": "surgery",
    "actions.virusinjection": "virus_injection",
    "actions.wateradministration": "water_administration",
    "actions.waterrestriction": "water_restriction",
    "actions.watertype": "water_type",
    "actions.weighing": "weighing",
    "data.dataformat": "data_format",
    "data.datarepository": "data_repository",
    "data.datarepositorytype": "data_repository_type",
    "data.dataset": "dataset",
    "data.datasettype": "dataset_type",
    "data.filerecord": "file_record",
    "misc.cagetype": "cage_type",
    "misc.enrichment": "enrichment",
    "misc.food": "food",
    "misc.housing": "housing",
    "misc.housingsubject": "housing_subject",
    "misc.lab": "lab",
    "misc.lablocation": "lab_location",
    "misc.labmember": "lab_member",
    "misc.labmembership": "lab_membership",
    "misc.note": "note",
    "subjects.allele": "allele",
    "subjects.breedingpair": "breeding_pair",
    "subjects.genotypetest": "genotype_test",
    "subjects.line": "line",
    "subjects.litter": "litter",
    "subjects.project": "project",
    "subjects.sequence": "sequence",
    "subjects.source": "source",
    "subjects.species": "species",
    "subjects.strain": "strain",
    "subjects.subject": "subject",
    "subjects.subjectrequest": "subject_request",
    "subjects.zygosity": "zygosity",
    "subjects.zygosityrule": "zygosity_rule",
}
LISTED = [record for record in RECORDS if record.model in TABLES]
RENAMED = {("data.dataset", "version"): "dataset_version", ("misc.note", "image"): "image_name"}
# field -> table of the links, column of the other one
LINKS = {
    "allowed_users": ("lab_member_allowed_user", "allowed_user_id"),
    "repositories": ("lab_repository", "data_repository_id"),
    "alleles": ("line_allele", "allele_id"),
    "sequences": ("allele_sequence", "sequence_id"),
}


def link_of(record: Made, field: str) -> tuple[str, str]:
    if field in LINKS:
        return LINKS[field]
    if record.model == "actions.notification":
        return "notification_recipient", "user_id"
    other = "procedure_type_id" if field == "procedures" else f"{field[:-1]}_id"
    return f"{TABLES[record.model]}_{field[:-1]}", other


def column_of(record: Made, field: str) -> str:
    columns = Base.metadata.tables[TABLES[record.model]].columns
    name = RENAMED.get((record.model, field), field)
    return name if name in columns else f"{name}_id"


@pytest.fixture
def media(tmp_path: Path) -> Path:
    image = tmp_path / "media" / BY_LABEL["note"].fields["image"]
    image.parent.mkdir(parents=True)
    image.write_bytes(IMAGE)
    return tmp_path / "media"


@pytest.fixture
def run(db: Database, tmp_path: Path, media: Path) -> Callable[..., ImportReport]:
    def run(style: str, now: datetime = NOW) -> ImportReport:
        file = tmp_path / f"{style}.json.gz"
        with gzip.open(file, "wt") as out:
            json.dump(as_dump(style), out)
        return import_alyx(db, file, now=now, media=media)

    return run


def ids_by_label(connection: Connection, style: str) -> dict[str, UUID]:
    """The ids our rows have: the file's own, or whichever row holds the number or goes by the name."""
    found = {}
    dump = as_dump(style)
    for record, written in zip(RECORDS, dump, strict=False):
        if record.model not in TABLES:
            continue
        if style == "uuid" or (style != "number" and "pk" in written):
            found[record.label] = UUID(written["pk"])
            continue
        table = Base.metadata.tables[TABLES[record.model]]
        rows = connection.execute(select(table)).all()
        if style == "number":
            rows = [row for row in rows if ((row.json or {}).get("alyx") or {}).get("pk") == written["pk"]]
        else:
            natural = NATURAL[record.model]
            rows = [row for row in rows if getattr(row, natural) == record.fields[natural]]
        (row,) = rows
        found[record.label] = row.id
    return found


def test_every_model_of_the_map_is_in_the_dump() -> None:
    from colonydesk.exchange.alyx.models import MODELS

    assert {record.model for record in LISTED} == set(TABLES)
    assert {model.name for model in MODELS} - {"actions.imagingsession"} == set(TABLES)


@pytest.mark.parametrize("style", STYLES)
def test_every_field_comes_back(db: Database, run: Callable[..., ImportReport], style: str) -> None:
    report = run(style)

    assert report.problems == []
    assert report.remarks == []
    assert report.kept
    assert report.check.agrees
    for model, counts in report.tables.items():
        assert counts.read == counts.written, model
    with db.read() as connection:
        ids = ids_by_label(connection, style)
        for record in LISTED:
            compare(connection, record, ids)


def compare(connection: Connection, record: Made, ids: dict[str, UUID]) -> None:
    table = Base.metadata.tables[TABLES[record.model]]
    row = connection.execute(select(table).where(table.c.id == ids[record.label])).mappings().one()
    for field, value in record.fields.items():
        where = f"{record.label}.{field}"
        if field in SPECIAL:
            SPECIAL[field](row, value, ids)
        elif isinstance(value, list) and field != "json":
            name, other = link_of(record, field)
            links = Base.metadata.tables[name]
            own = next(
                column
                for column in links.columns
                if column.name not in (other, "id")
                and any(key.column.table is table for key in column.foreign_keys)
            )
            rows = connection.execute(select(links.c[other]).where(own == row["id"])).scalars().all()
            assert sorted(rows, key=str) == sorted((ids[key.label] for key in value), key=str), where
        elif field in UNKNOWN_FIELDS.get(record.label, ()):
            assert row["json"]["alyx"][field] == value, where
        else:
            assert row[column_of(record, field)] == meant(value, ids), where
    assert row["version"] == 1
    assert row["created_at"] == row["updated_at"] == NOW
    assert row["updated_by_id"] is None


def meant(value: Any, ids: dict[str, UUID]) -> Any:
    if isinstance(value, Key):
        return ids[value.label]
    return value.meant() if isinstance(value, Time | Day | Id) else value


def _json(row: Any, value: Any, ids: dict[str, UUID]) -> None:
    stored = dict(row["json"] or {})
    stored.pop("alyx", None)
    assert (stored or None) == value


def _extended_qc(row: Any, value: Any, ids: dict[str, UUID]) -> None:
    if isinstance(value, list):
        assert row["extended_qc"] is None
        assert row["json"]["alyx"]["extended_qc"] == value
    else:
        assert row["extended_qc"] == value


def _revision(row: Any, value: Any, ids: dict[str, UUID]) -> None:
    assert row["revision"] == (None if value is None else [BY_LABEL[value.label].fields["name"]])


def _tags(row: Any, value: Any, ids: dict[str, UUID]) -> None:
    assert row["tags"] == [BY_LABEL[key.label].fields["name"] for key in value]


def _content_type(row: Any, value: Any, ids: dict[str, UUID]) -> None:
    assert row["content_type"] == {31: "subject", 42: "session", None: None}[value]


def _groups(row: Any, value: Any, ids: dict[str, UUID]) -> None:
    assert row["json"]["alyx"]["groups"] == value


def _permissions(row: Any, value: Any, ids: dict[str, UUID]) -> None:
    assert row["json"]["alyx"]["user_permissions"] == value


SPECIAL: dict[str, Callable[[Any, Any, dict[str, UUID]], None]] = {
    "json": _json,
    "extended_qc": _extended_qc,
    "revision": _revision,
    "tags": _tags,
    "content_type": _content_type,
    "groups": _groups,
    "user_permissions": _permissions,
}


@pytest.mark.parametrize("style", STYLES)
def test_a_second_run_finds_all_of_it_present(
    db: Database, run: Callable[..., ImportReport], style: str
) -> None:
    run(style)
    before = contents(db)

    report = run(style, datetime(2027, 1, 1, tzinfo=UTC))

    assert report.problems == []
    assert report.remarks == []
    assert {(counts.written, counts.skipped) for counts in report.tables.values()} == {(0, 0)}
    assert report.total().present == report.total().read
    assert contents(db) == before


def contents(db: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with db.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def test_what_is_ours_is_set_as_an_import_sets_it(db: Database, run: Callable[..., ImportReport]) -> None:
    run("uuid")
    with db.read() as connection:
        (lab,) = connection.execute(select(Base.metadata.tables["lab"])).all()
        assert lab.growth_mode == "step"
        assert (lab.absolute_min_pct, lab.water_ml_per_g, lab.reminder_hour) == (0.75, 0.04, 17)
        subjects = connection.execute(select(Base.metadata.tables["subject"])).all()
        assert {row.nickname: row.is_human for row in subjects} == {
            "m_1.a-b": False,
            "P001": True,
            "sire": False,
        }
        (zygosity,) = connection.execute(select(Base.metadata.tables["zygosity"])).all()
        assert zygosity.origin == "hand"
        rules = connection.execute(select(Base.metadata.tables["zygosity_rule"])).all()
        by_position = sorted(rules, key=lambda row: row.position)
        assert [str(row.id) for row in by_position] == [BY_LABEL["rule1"].uuid, BY_LABEL["rule2"].uuid]
        assert by_position[0].position != by_position[1].position


def test_the_image_of_a_note_is_read(db: Database, run: Callable[..., ImportReport]) -> None:
    run("uuid")
    with db.read() as connection:
        assert connection.execute(select(Note.image)).scalars().all() == [IMAGE]


@pytest.mark.parametrize("style", ["uuid", "natural"])
def test_models_without_a_table_are_kept_whole(
    db: Database, run: Callable[..., ImportReport], style: str
) -> None:
    run(style)
    with db.read() as connection:
        rows = connection.execute(select(ImportedRecord.model, ImportedRecord.pk, ImportedRecord.json)).all()
    found = {(row.model, row.pk): row.json for row in rows}
    for record in UNLISTED:
        assert found[record["model"], str(record["pk"])] == record["fields"]
    assert ("data.tag", BY_LABEL["published"].uuid) in found


def test_a_run_leaves_one_audit_entry_and_one_change(db: Database, run: Callable[..., ImportReport]) -> None:
    run("uuid")
    run("uuid")
    with db.read() as connection:
        (entry,) = connection.execute(select(AuditEntry)).all()
        (change,) = connection.execute(select(ChangeLog)).all()
    assert entry.action == change.kind == "import.alyx"
    assert entry.command_id == change.command_id
    assert entry.after["file"] == "uuid.json.gz"
    assert entry.after["written"]["subjects.subject"] == 3
    assert change.changed["subject"] == []
    assert set(change.changed) == {*TABLES.values(), "imported_record"}
