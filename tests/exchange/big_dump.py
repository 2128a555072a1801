"""A dumpdata file of any size: a colony with weighings, water and sessions, written record by record."""

import gzip
import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

_WATER = "9c4c9e0f-2f2f-4b2f-9a50-0d5b6c1f7f10"
_MOUSE = "60f915ba-bdf4-444a-ada0-be7ebd3c1826"


def write_big_dump(file: Path, count: int, seed: int = 1) -> None:
    """Write about ``count`` records, weighings and water before the animals they belong to."""
    with _text(file) as out:
        for index, record in enumerate(big_records(count, seed)):
            out.write(("[\n" if index == 0 else ",\n") + json.dumps(record))
        out.write("\n]\n")


def _text(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "wt", encoding="utf-8", compresslevel=1)
    return file.open("w", encoding="utf-8")


def big_records(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """The records: of a hundred 25 weighings, 50 waters, 13 sessions and 12 subjects."""
    chance = random.Random(seed)
    members = [_id("member", number) for number in range(20)]
    lab = _id("lab", 0)
    subjects = max(count * 12 // 100, 1)

    def common() -> dict[str, Any]:
        subject, user = _id("subject", chance.randrange(subjects)), chance.choice(members)
        return {"name": "", "json": None, "subject": subject, "user": user, "date_time": _time(chance)}

    for number in range(count * 25 // 100):
        weight = round(chance.uniform(14, 32), 2)
        yield _record("actions.weighing", _id("weighing", number), {**common(), "weight": weight})
    for number in range(count * 50 // 100):
        given = {"water_type": _WATER, "water_administered": round(chance.uniform(0.2, 1.2), 3)}
        session = _id("session", number) if number < count * 13 // 100 else None
        fields = {**common(), **given, "adlib": False, "session": session}
        yield _record("actions.wateradministration", _id("water", number), fields)
    for number in range(count * 13 // 100):
        yield _record("actions.session", _id("session", number), _session(chance, members, subjects, lab))
    for number in range(subjects):
        yield _record("subjects.subject", _id("subject", number), _subject(chance, number, members, lab))
    for number, member in enumerate(members):
        yield _record("misc.labmember", member, {"username": f"user{number}", "is_active": True})
    rates = {"reference_weight_pct": 0.8, "zscore_weight_pct": 0.0}
    yield _record("misc.lab", lab, {"name": "biglab", "json": None, "timezone": "Europe/London", **rates})
    yield _record("actions.watertype", _WATER, {"name": "Water", "json": None})
    mouse = {"name": "Mus musculus", "nickname": "Laboratory mouse", "json": None}
    yield _record("subjects.species", _MOUSE, mouse)


def _session(chance: random.Random, members: list[str], subjects: int, lab: str) -> dict[str, Any]:
    return {
        "name": "",
        "json": {"rig": chance.randrange(9)},
        "subject": _id("subject", chance.randrange(subjects)),
        "users": [chance.choice(members)],
        "procedures": [],
        "projects": [],
        "lab": lab,
        "location": None,
        "narrative": "",
        "start_time": _time(chance),
        "end_time": None,
        "parent_session": None,
        "type": "Experiment",
        "number": 1,
        "task_protocol": "training",
        "n_trials": chance.randrange(900),
        "n_correct_trials": None,
        "qc": 0,
        "extended_qc": None,
        "auto_datetime": None,
    }


def _subject(chance: random.Random, number: int, members: list[str], lab: str) -> dict[str, Any]:
    return {
        "name": "",
        "json": None,
        "nickname": f"BIG_{number:07}",
        "species": _MOUSE,
        "litter": None,
        "sex": chance.choice("MF"),
        "strain": None,
        "source": None,
        "line": None,
        "birth_date": _time(chance)[:10],
        "death_date": None,
        "wean_date": None,
        "genotype_date": None,
        "responsible_user": chance.choice(members),
        "lab": lab,
        "projects": [],
        "cage": str(number // 4),
        "request": None,
        "ear_mark": "",
        "protocol_number": "1",
        "description": "",
        "adverse_effects": "",
        "actual_severity": None,
        "to_be_genotyped": False,
        "to_be_culled": False,
        "reduced_date": None,
    }


def _record(model: str, pk: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"model": model, "pk": pk, "fields": fields}


def _id(kind: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {number}"))


def _time(chance: random.Random) -> str:
    month, day, hour = chance.randint(1, 12), chance.randint(1, 28), chance.randint(0, 23)
    return f"2024-{month:02}-{day:02}T{hour:02}:{chance.randint(0, 59):02}:00.{chance.randint(0, 999):03}"
