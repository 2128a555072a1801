"""What a person could enter into every table: one new record of each, and a change to it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from colonydesk.db.catalogue import table_of
from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    BreedingPair,
    CageType,
    DataFormat,
    DataRepository,
    Dataset,
    DatasetType,
    Food,
    GrowthCurve,
    Housing,
    Line,
    Notification,
    ProcedureType,
    Project,
    Sequence,
    Session,
    Source,
    Species,
    Strain,
)
from tests.builders import NOW, Scene, scene

DAY = timedelta(days=1)
# As much of an image as says its kind and size: 2 by 3 pixels.
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + b"\x00\x00\x00\x02\x00\x00\x00\x03"


@dataclass(frozen=True, slots=True)
class Entry:
    """``values`` and ``links`` of a new record, ``change`` to it, and a text by which it is found."""

    values: dict[str, Any]
    change: dict[str, Any]
    text: str
    links: dict[str, frozenset[UUID]]


@dataclass(frozen=True, slots=True)
class World:
    """A laboratory with one record of everything that others refer to."""

    of: Scene
    ids: dict[str, UUID]

    def __getitem__(self, table: str) -> UUID:
        return self.ids[table]


def world(db: Database) -> World:
    of = scene(db)
    ids = {"lab": of.lab, "lab_member": of.ann, "subject": of.mouse, "water_type": of.water}
    ids["strain"] = of.add(Strain, name="C57BL/6J")
    ids["source"] = of.add(Source, name="Own breeding")
    ids["species"] = of.add(Species, nickname="Rat", name="Rattus norvegicus")
    ids["line"] = of.add(Line, nickname="CK")
    ids["allele"] = of.add(Allele, nickname="Ai32")
    ids["sequence"] = of.add(Sequence, name="Ai32 mut")
    ids["mother"] = of.subject("F1", sex="F")
    ids["breeding_pair"] = of.add(BreedingPair, name="CK_BP_001", line_id=ids["line"])
    ids["project"] = of.add(Project, name="Decision making")
    ids["procedure_type"] = of.add(ProcedureType, name="Handling")
    ids["cage_type"] = of.add(CageType, name="IVC 500")
    ids["food"] = of.add(Food, name="Standard diet")
    ids["housing"] = of.add(Housing, cage_name="B7")
    ids["session"] = of.add(Session, subject_id=of.mouse, start_time=NOW - 3 * DAY, lab_id=of.lab)
    ids["dataset_type"] = of.add(DatasetType, name="spikes.times", filename_pattern="spikes.times.*")
    ids["data_format"] = of.add(DataFormat, name="npy")
    ids["data_repository"] = of.add(DataRepository, name="archive")
    ids["dataset"] = of.add(Dataset, name="spikes.times.npy", session_id=ids["session"])
    ids["growth_curve"] = of.add(GrowthCurve, name="Rats")
    ids["notification"] = of.add(
        Notification, title="M1 is underweight", notification_type="mouse_underweight", send_at=NOW
    )
    return World(of, ids)


def entry(of: World, table: str) -> Entry:
    """What is entered into the table; the text is what its record is found by."""
    subject, line, member = of["subject"], of["line"], of["lab_member"]
    action = {"subject_id": subject, "start_time": NOW - DAY, "narrative": "as planned"}
    people = {"users": frozenset({member})}
    done = {**people, "procedures": frozenset({of["procedure_type"]})}
    named = ({"name": "Ålesund"}, {"name": "Bergen"}, "åLE")
    described = ({"name": "Ålesund", "description": "by the sea"}, {"description": "in the rain"}, "åLE")
    entries: dict[str, tuple[Any, ...]] = {
        "allele": (
            {"nickname": "Sst-Cre"},
            {"name": "Sst<tm2.1>"},
            "sst",
            {"sequences": frozenset({of["sequence"]})},
        ),
        "breeding_pair": (
            {"name": "X_BP_7", "line_id": line, "father_id": subject, "mother1_id": of["mother"]},
            {"description": "good mothers"},
            "bp_7",
        ),
        "cage_cleaning": ({"housing_id": of["housing"], "date_time": NOW}, {"user_id": of.of.bob}, "b7"),
        "cull": (
            {"subject_id": subject, "date": NOW.date(), "user_id": member},
            {"description": "end of the experiment"},
            "m1",
        ),
        "data_repository": (
            {"name": "rig 3", "hostname": "rig3"},
            {"globus_endpoint_id": "F0A4B1F6-0000-4000-8000-000000000001"},
            "RIG",
        ),
        "dataset": (
            {
                "name": "trials.csv",
                "dataset_type_id": of["dataset_type"],
                "data_format_id": of["data_format"],
            },
            {"md5": "d41d8cd98f00b204e9800998ecf8427e", "tags": ["paper", "test"], "file_size": 5 * 10**9},
            "trials",
        ),
        "dataset_type": ({"name": "wheel.position"}, {"filename_pattern": "wheel.position*"}, "wheel"),
        "file_record": (
            {
                "dataset_id": of["dataset"],
                "data_repository_id": of["data_repository"],
                "relative_path": "M1/2026-03-07/spikes.times.npy",
            },
            {"exists": True},
            "2026-03-07",
        ),
        "genotype_test": (
            {"subject_id": subject, "sequence_id": of["sequence"], "test_result": 1},
            {"test_result": 0},
            "m1",
        ),
        "growth_curve": ({"name": "Wistar"}, {"source": "the breeder"}, "wis"),
        "growth_point": (
            {"growth_curve_id": of["growth_curve"], "sex": "F", "week": 8, "mean_g": 180, "sd_g": 12.5},
            {"mean_g": 181.5},
            "rats",
        ),
        "housing": ({"cage_name": "C9", "cage_type_id": of["cage_type"]}, {"light_cycle": 1}, "c9"),
        "housing_subject": (
            {"subject_id": subject, "housing_id": of["housing"], "start_datetime": NOW - 2 * DAY},
            {"end_datetime": NOW - DAY},
            "m1",
        ),
        "imported_record": (
            {"model": "misc.x", "pk": "7"},
            {"json": {"été": [1, None, {"a": "b"}]}},
            "misc.X",
        ),
        "lab": (
            {"name": "Ålesund lab", "timezone": "Europe/Oslo", "reference_weight_pct": 0.85},
            {"reference_weight_pct": 0.8, "food_id": of["food"]},
            "åle",
            {"repositories": frozenset({of["data_repository"]})},
        ),
        "lab_member": (
            {"username": "p.jöns", "first_name": "Pär"},
            {"email": "p@example.org"},
            "PÄR",
            {"allowed_users": frozenset({member})},
        ),
        "lab_membership": (
            {"user_id": of.of.bob, "lab_id": of["lab"], "start_date": date(2026, 1, 1)},
            {"role": "technician"},
            "bob",
        ),
        "line": (
            {"nickname": "ÅL", "name": "Ålesund line", "strain_id": of["strain"]},
            {"wean_days": 25},
            "ål",
            {"alleles": frozenset({of["allele"]})},
        ),
        "litter": (
            {"name": "CK_L_9", "line_id": line, "birth_date": date(2026, 3, 1)},
            {"breeding_pair_id": of["breeding_pair"]},
            "l_9",
        ),
        "narrative_template": (
            {"name": "Headplate", "narrative": "under isoflurane", "user_id": member},
            {"narrative": "under isoflurane, 2 %"},
            "HEAD",
        ),
        "note": (
            {"text": "Ægir is hunched", "date_time": NOW, "content_type": "subject", "object_id": subject},
            {"image": PNG, "image_name": "a.png"},
            "ægir",
        ),
        "notification": (
            {"title": "Clean B7", "notification_type": "cage_cleaning_due", "send_at": NOW},
            {"status": "no-send"},
            "clean",
        ),
        "notification_recipient": (
            {"notification_id": of["notification"], "user_id": of.of.bob},
            {"read_at": NOW},
            "bob",
        ),
        "notification_rule": (
            {"user_id": member, "notification_type": "mouse_water", "subjects_scope": "mine"},
            {"subjects_scope": "lab"},
            "ann",
        ),
        "other_action": (action, {"narrative": "twice"}, "planned", done),
        "project": (*described, people),
        "saved_view": ({"name": "Mine", "screen": "subjects", "user_id": member}, {"json": {"a": 1}}, "mine"),
        "sequence": ({"name": "Cre wt", "base_pairs": "GATTACA"}, {"description": "the wild type"}, "gatt"),
        "session": (
            {**action, "number": 2, "qc": 10},
            {"task_protocol": "detection", "n_trials": 310},
            "m1",
            {**done, "projects": frozenset({of["project"]})},
        ),
        "species": ({"nickname": "Vole", "usual_weight_min": 10}, {"usual_weight_max": 60}, "vole"),
        "subject": (
            {
                "nickname": "ÅS_1",
                "sex": "F",
                "birth_date": date(2026, 1, 5),
                "line_id": line,
                "lab_id": of["lab"],
                "responsible_user_id": member,
            },
            {"description": "white paw"},
            "ås",
            {"projects": frozenset({of["project"]})},
        ),
        "subject_request": (
            {"user_id": member, "line_id": line, "count": 5, "date_time": NOW},
            {"due_date": date(2026, 6, 1)},
            "ck",
        ),
        "surgery": ({**action, "outcome_type": "r"}, {"implant_weight": 1.5}, "m1", done),
        "virus_injection": ({**action, "injection_volume": 300.0}, {"virus_batch": "lot 4411"}, "m1", done),
        "water_administration": (
            {"subject_id": subject, "date_time": NOW, "water_administered": 0.8},
            {"adlib": True},
            "m1",
        ),
        "water_plan": (
            {"subject_id": subject, "date": date(2026, 3, 14), "amount": 1.0},
            {"carer_id": member},
            "m1",
        ),
        "water_restriction": (
            {"subject_id": subject, "start_time": NOW - DAY, "reference_weight": 24.0},
            {"narrative": "as planned"},
            "m1",
            done,
        ),
        "weighing": ({"subject_id": subject, "date_time": NOW, "weight": 22.5}, {"weight": 23.0}, "m1"),
        "zygosity": (
            {"subject_id": subject, "allele_id": of["allele"], "zygosity": 1},
            {"zygosity": 2},
            "ai32",
        ),
        "zygosity_rule": (
            {
                "line_id": line,
                "allele_id": of["allele"],
                "sequence0_id": of["sequence"],
                "sequence0_result": 1,
                "zygosity": 3,
            },
            {"zygosity": 1},
            "ai32",
        ),
    }
    usual = described if "description" in table_of(table).c else named
    values, change, text, *linked = entries.get(table, usual)
    return Entry(values, change, text, linked[0] if linked else {})
