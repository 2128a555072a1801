"""The real laboratory's dump, and the vectors written as one, on both engines."""

import gzip
import json
import math
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    AuditEntry,
    Base,
    BreedingPair,
    ChangeLog,
    GrowthCurve,
    GrowthPoint,
    Lab,
    Session,
    Species,
    Subject,
    WaterAdministration,
    Weighing,
    line_allele,
    surgery_user,
)
from colonydesk.exchange.alyx import import_alyx
from colonydesk.queries.changes import changes
from tests.exchange.vector_dump import lab_name, read_vectors, write_vector_dump

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent.parent
CURVE = (ROOT / "resources" / "growth" / "c57bl6.csv").read_text(encoding="utf-8")


@pytest.fixture
def dump(shared_data: Path) -> Path:
    return shared_data / "alyx_dump_anon.json.gz"


def records_of(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file) as packed:
        records: list[dict[str, Any]] = json.load(packed)
    return records


def count_of(db: Database, table: Any) -> int:
    with db.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def everything(db: Database) -> dict[str, list[Any]]:
    with db.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def test_the_whole_dump_is_written(db: Database, dump: Path) -> None:
    records = records_of(dump)
    in_file = Counter(record["model"] for record in records)

    report = import_alyx(db, dump, now=NOW, curve_text=CURVE)

    assert report.problems == []
    assert report.remarks == []
    assert report.kept
    assert report.check.agrees
    assert {model: counts.read for model, counts in report.tables.items()} == in_file
    assert {model: counts.written for model, counts in report.tables.items()} == in_file
    assert in_file["subjects.subject"] == 968
    tables = {"subject": 968, "session": 337, "litter": 185, "surgery": 121, "water_restriction": 63}
    for name, count in tables.items():
        assert count_of(db, Base.metadata.tables[name]) == count
        assert report.check.tables[name] == (count, count)


def test_ids_times_json_and_links_are_those_of_the_dump(db: Database, dump: Path) -> None:
    records = records_of(dump)
    import_alyx(db, dump, now=NOW)

    with db.read() as connection:
        weighings = {row.id: row for row in connection.execute(select(Weighing))}
        pairs = {row.id: row for row in connection.execute(select(BreedingPair))}
        subjects = {row.id: row for row in connection.execute(select(Subject))}
        alleles = {(row[0], row[1]) for row in connection.execute(select(line_allele))}
        users = {(row[0], row[1]) for row in connection.execute(select(surgery_user))}
    listed: dict[str, set[tuple[UUID, UUID]]] = {"subjects.line": set(), "actions.surgery": set()}
    for record in records:
        pk, fields = UUID(record["pk"]), record["fields"]
        if record["model"] == "actions.weighing":
            row = weighings[pk]
            assert row.weight == fields["weight"]
            assert row.date_time == datetime.fromisoformat(fields["date_time"]).replace(tzinfo=UTC)
        if record["model"] == "subjects.breedingpair":
            assert pairs[pk].json == fields["json"]
            for parent in ("father", "mother1", "mother2"):
                expected = fields[parent] and UUID(fields[parent])
                assert getattr(pairs[pk], f"{parent}_id") == expected
        if record["model"] == "subjects.subject":
            assert subjects[pk].json == fields["json"]
            assert (subjects[pk].birth_date and subjects[pk].birth_date.isoformat()) == fields["birth_date"]
        if record["model"] == "subjects.line":
            listed["subjects.line"] |= {(pk, UUID(other)) for other in fields["alleles"]}
        if record["model"] == "actions.surgery":
            listed["actions.surgery"] |= {(pk, UUID(other)) for other in fields["users"]}
    assert alleles == listed["subjects.line"]
    assert users == listed["actions.surgery"]
    assert len(alleles) > 30
    assert any(record["fields"].get("json") for record in records)


def test_what_alyx_had_noted_of_earlier_names_cages_and_members_is_told(db: Database, dump: Path) -> None:
    import_alyx(db, dump, now=NOW)
    kept: Counter[str] = Counter()
    for record in records_of(dump):
        history = (record["fields"].get("json") or {}).get("history") or {}
        if record["model"] == "subjects.subject" and history:
            with db.read() as connection:
                lines = changes(connection, UUID(record["pk"])).lines
            assert len(lines) == sum(len(entries) for entries in history.values())
            assert all(line.from_alyx and line.before != "None" for line in lines)
            kept.update(line.field for line in lines)
    assert kept == {"nickname": 203, "cage": 152, "responsible_user": 53}


def test_doing_it_again_changes_nothing(db: Database, dump: Path) -> None:
    import_alyx(db, dump, now=NOW, curve_text=CURVE)
    before = everything(db)

    report = import_alyx(db, dump, now=datetime(2027, 1, 1, tzinfo=UTC), curve_text=CURVE)

    assert report.total().present == report.total().read == 2120
    assert report.problems == report.remarks == []
    assert report.kept
    assert everything(db) == before
    assert count_of(db, AuditEntry.__table__) == count_of(db, ChangeLog.__table__) == 1


def test_a_mouse_colony_gets_its_growth_curve(db: Database, dump: Path) -> None:
    import_alyx(db, dump, now=NOW, curve_text=CURVE)
    with db.read() as connection:
        species = connection.execute(select(Species)).one()
        curve = connection.execute(select(GrowthCurve)).one()
        points = connection.execute(
            select(GrowthPoint.week, GrowthPoint.mean_g, GrowthPoint.sd_g)
            .where(GrowthPoint.sex == "M")
            .order_by(GrowthPoint.week)
        ).all()
        lab = connection.execute(select(Lab)).one()
        changed = connection.execute(select(ChangeLog.changed)).scalar_one()
    assert (species.usual_weight_min, species.usual_weight_max) == (5.0, 50.0)
    assert curve.species_id == lab.usual_species_id == species.id
    assert points[0] == (4, 15.7, 2.2)
    assert len(points) == 17
    assert changed["growth_curve"] == changed["lab"] == []


def test_the_vectors_come_in_as_a_dump(db: Database, shared_data: Path, tmp_path: Path) -> None:
    vectors = read_vectors(shared_data / "vectors" / "water_daily.json.gz")
    file = tmp_path / "vectors.json.gz"
    write_vector_dump(vectors, file)

    report = import_alyx(db, file, now=NOW, curve_text=CURVE)

    assert report.problems == []
    assert report.check.agrees
    with db.read() as connection:
        labs = {row.id: row for row in connection.execute(select(Lab))}
        subjects = {row.nickname: row for row in connection.execute(select(Subject))}
        weights = connection.execute(select(Weighing.subject_id, Weighing.weight)).all()
        waters = connection.execute(select(WaterAdministration)).all()
        sessions = connection.execute(select(func.count()).select_from(Session)).scalar_one()
    assert len(labs) == 5
    assert len(subjects) == len(vectors) == 50
    for vector in vectors:
        subject = subjects[vector["id"]]
        lab = labs[subject.lab_id]
        assert lab.name == lab_name(vector["lab"])
        assert lab.zscore_weight_pct == vector["lab"]["zscore_weight_pct"]
        mine = sorted(row.weight for row in weights if row.subject_id == subject.id)
        assert mine == sorted(weighing["weight"] for weighing in vector["weighings"])
        given = [row for row in waters if row.subject_id == subject.id]
        in_session = [water for water in vector["water_administrations"] if water["session"]]
        assert sum(row.session_id is not None for row in given) == len(in_session)
        total = math.fsum(water["water_administered"] or 0 for water in vector["water_administrations"])
        assert math.fsum(row.water_administered or 0 for row in given) == total
    assert sessions == 891
