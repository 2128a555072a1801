"""A small colony to spoil: one lab, one member, two animals, some records of each."""

import gzip
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.exchange.alyx import ImportReport

NOW = datetime(2026, 3, 4, tzinfo=UTC)

Record = dict[str, Any]
Spoil = Callable[[dict[str, Record]], None]


def id_of(label: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"small {label}"))


def record(model: str, label: str, **fields: Any) -> Record:
    return {"model": model, "pk": id_of(label), "fields": fields}


def small_dump() -> dict[str, Record]:
    """The records by label, in the order of the file; change them before they are written."""
    return {
        "lab": record("misc.lab", "lab", name="lab", timezone="Europe/Lisbon", json=None),
        "ada": record("misc.labmember", "ada", username="ada"),
        "mouse": record("subjects.species", "mouse", name="Mus musculus", nickname="Laboratory mouse"),
        "line": record("subjects.line", "line", nickname="Ai", lab=id_of("lab"), alleles=[id_of("cre")]),
        "cre": record("subjects.allele", "cre", nickname="Cre"),
        "a": subject("a"),
        "b": subject("b"),
        "weighing": weighing("weighing", "a", "2024-03-05T09:00:00", 21.5),
        "second": weighing("second", "a", "2024-03-06T09:00:00", 21.0),
        "third": weighing("third", "b", "2024-03-06T09:30:00", 25.0),
        "water": record(
            "actions.wateradministration",
            "water",
            subject=id_of("a"),
            user=id_of("ada"),
            date_time="2024-03-06T18:00:00",
            water_administered=0.8,
        ),
    }


def subject(label: str, **fields: Any) -> Record:
    given = {"nickname": label, "lab": id_of("lab"), "species": id_of("mouse"), "line": id_of("line")}
    return record("subjects.subject", label, **{**given, "responsible_user": id_of("ada"), **fields})


def weighing(label: str, animal: str, at: Any, weight: Any) -> Record:
    return record("actions.weighing", label, subject=id_of(animal), user=None, date_time=at, weight=weight)


def write(file: Path, records: Any) -> Path:
    """Write a dump: of records by label, or of anything else as it is."""
    content = list(records.values()) if isinstance(records, dict) else records
    text = json.dumps(content, indent=1).encode()
    file.write_bytes(gzip.compress(text) if file.suffix == ".gz" else text)
    return file


def listed(report: ImportReport) -> dict[tuple[str, str], str]:
    """The problems by model and pk."""
    return {(problem.model, problem.pk): problem.reason for problem in report.problems}


def ids(db: Database, table: Any) -> set[str]:
    with db.read() as connection:
        return {str(id_) for id_ in connection.execute(select(table.id)).scalars()}


def row_of(db: Database, table: Any, label: str) -> Any:
    with db.read() as connection:
        return connection.execute(select(table).where(table.id == UUID(id_of(label)))).one()


def put(label: str, **fields: Any) -> Spoil:
    return lambda records: records[label]["fields"].update(fields)


def add(label: str, made: Record) -> Spoil:
    return lambda records: records.update({label: made})
