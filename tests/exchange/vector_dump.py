"""The subjects of vectors/water_daily.json.gz written as Alyx's dumpdata would write their colony."""

import gzip
import json
import uuid
from pathlib import Path
from typing import Any

MEMBER = "5d9c1f6e-0f6c-4f0b-8f3f-0d5f0a6f1c01"
WATER = "5d9c1f6e-0f6c-4f0b-8f3f-0d5f0a6f1c02"
MOUSE = "60f915ba-bdf4-444a-ada0-be7ebd3c1826"


def read_vectors(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file) as packed:
        vectors: list[dict[str, Any]] = json.load(packed)
    return vectors


def write_vector_dump(vectors: list[dict[str, Any]], file: Path) -> None:
    """Write the dump; packed where the name ends in .gz."""
    text = json.dumps(vector_dump(vectors), indent=1)
    file.write_bytes(gzip.compress(text.encode()) if file.suffix == ".gz" else text.encode())


def lab_name(lab: dict[str, Any]) -> str:
    """The lab of a vector: its percentages are the lab's, so each pair of them is a lab of its own."""
    return f"lab_{lab['zscore_weight_pct']:g}_{lab['reference_weight_pct']:g}".replace(".", "")


def vector_dump(vectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records. A subject's nickname is the vector's id; water marked as given in a session gets one."""
    labs = {lab_name(vector["lab"]): vector["lab"] for vector in vectors}
    records = [
        _record("misc.labmember", MEMBER, _member()),
        _record(
            "subjects.species",
            MOUSE,
            {"name": "Mus musculus", "nickname": "Laboratory mouse", "json": None},
        ),
        _record("actions.watertype", WATER, {"name": "Water", "json": None}),
    ]
    records += [_record("misc.lab", _id("lab", name), _lab(name, lab)) for name, lab in labs.items()]
    for vector in vectors:
        records += _subject(vector)
    return records


def _subject(vector: dict[str, Any]) -> list[dict[str, Any]]:
    name, subject = vector["id"], _id("subject", vector["id"])
    lab = _id("lab", lab_name(vector["lab"]))
    records = [_record("subjects.subject", subject, _animal(vector, lab))]
    for index, surgery in enumerate(vector["surgeries"]):
        fields = {**_action(subject, lab), **surgery, "outcome_type": "r"}
        records.append(_record("actions.surgery", _id("surgery", f"{name} {index}"), fields))
    for index, restriction in enumerate(vector["water_restrictions"]):
        fields = {**_action(subject, lab), **restriction, "water_type": WATER}
        records.append(_record("actions.waterrestriction", _id("restriction", f"{name} {index}"), fields))
    for index, weighing in enumerate(vector["weighings"]):
        fields = {**_common(), "subject": subject, "user": MEMBER, **weighing}
        records.append(_record("actions.weighing", _id("weighing", f"{name} {index}"), fields))
    for index, water in enumerate(vector["water_administrations"]):
        session = _id("session", f"{name} {index}") if water["session"] else None
        fields = {**_common(), "subject": subject, "user": MEMBER, **water, "session": session}
        fields |= {"water_type": WATER, "adlib": False}
        records.append(_record("actions.wateradministration", _id("water", f"{name} {index}"), fields))
        if session:
            records.append(_record("actions.session", session, _session(subject, lab, water["date_time"])))
    return records


def _common() -> dict[str, Any]:
    return {"name": "", "json": None}


def _action(subject: str, lab: str) -> dict[str, Any]:
    return {
        **_common(),
        "users": [MEMBER],
        "subject": subject,
        "location": None,
        "lab": lab,
        "procedures": [],
        "narrative": "",
        "start_time": None,
        "end_time": None,
    }


def _session(subject: str, lab: str, start_time: str) -> dict[str, Any]:
    return {
        **_action(subject, lab),
        "start_time": start_time,
        "parent_session": None,
        "projects": [],
        "type": "Experiment",
        "number": 1,
        "task_protocol": "",
        "n_trials": None,
        "n_correct_trials": None,
        "qc": 0,
        "extended_qc": None,
        "auto_datetime": start_time,
    }


def _animal(vector: dict[str, Any], lab: str) -> dict[str, Any]:
    return {
        **_common(),
        "nickname": vector["id"],
        "species": MOUSE,
        "litter": None,
        "sex": vector["sex"],
        "strain": None,
        "source": None,
        "line": None,
        "birth_date": vector["birth_date"],
        "death_date": None,
        "wean_date": None,
        "genotype_date": None,
        "responsible_user": MEMBER,
        "lab": lab,
        "projects": [],
        "cage": None,
        "request": None,
        "ear_mark": "",
        "protocol_number": "1",
        "description": vector["kind"],
        "adverse_effects": "",
        "actual_severity": None,
        "to_be_genotyped": False,
        "to_be_culled": False,
        "reduced_date": None,
    }


def _member() -> dict[str, Any]:
    return {
        "password": "",
        "last_login": None,
        "is_superuser": False,
        "username": "reference",
        "first_name": "",
        "last_name": "",
        "email": "",
        "is_staff": True,
        "is_active": True,
        "date_joined": "2023-01-01T00:00:00",
        "is_stock_manager": False,
        "is_public_user": False,
        "groups": [],
        "user_permissions": [],
        "allowed_users": [],
    }


def _lab(name: str, lab: dict[str, Any]) -> dict[str, Any]:
    return {
        **_common(),
        "name": name,
        "institution": "",
        "address": "",
        "timezone": lab["timezone"],
        "reference_weight_pct": lab["reference_weight_pct"],
        "zscore_weight_pct": lab["zscore_weight_pct"],
        "cage_type": None,
        "enrichment": None,
        "food": None,
        "cage_cleaning_frequency_days": None,
        "light_cycle": None,
        "repositories": [],
    }


def _record(model: str, pk: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"model": model, "pk": pk, "fields": fields}


def _id(kind: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"vector {kind} {name}"))
