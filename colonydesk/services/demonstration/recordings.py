"""Recordings in the last sessions of animals with a craniotomy: the parts of a session, and their data."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from colonydesk.db.tables import (
    DataFormat,
    DataRepository,
    DataRepositoryType,
    Dataset,
    DatasetType,
    FileRecord,
    ProcedureType,
    Session,
    Surgery,
    session_procedure,
    surgery_procedure,
)
from colonydesk.services.demonstration.animals import Animal
from colonydesk.services.demonstration.calendar import Calendar
from colonydesk.services.demonstration.people import FOUNDED, Facility, LabHome
from colonydesk.services.demonstration.rows import Row, Rows

EPHYS = "Ephys recording with acute probe(s)"
RECORDED = 6
"""Animals of a lab that are recorded from, at most."""
PRACTISED = 12
"""Sessions before an animal is recorded from."""
EACH = 3
"""Sessions with a recording, of an animal."""
MAPPING = timedelta(minutes=8)
_NEW = timedelta(days=3)

# Kind of dataset, its file, folder in the session, format, smallest and largest size in bytes.
_OF_SESSION = (
    ("trials.table", "trials.table.pqt", "alf", "pqt", 40_000, 120_000),
    ("camera.raw", "leftCamera.raw.mp4", "raw_video_data", "mp4", 900_000_000, 1_600_000_000),
)
_OF_RECORDING = (
    ("ephysData.raw", "ephysData.raw.ap.cbin", "raw_ephys_data/probe00", "cbin", 18 * 10**9, 34 * 10**9),
    ("clusters.metrics", "clusters.metrics.pqt", "alf/probe00", "pqt", 90_000, 260_000),
)
_FORMATS = (
    ("pqt", ".pqt", "Parquet table", "pandas.read_parquet"),
    ("mp4", ".mp4", "video", None),
    ("cbin", ".cbin", "compressed binary recording", "mtscomp.decompress"),
)
_TYPES = (
    ("trials.table", "trials.table.*", "one row for each trial"),
    ("camera.raw", "*Camera.raw.*", "video of the animal during the task"),
    ("ephysData.raw", "ephysData.raw.*", "voltages of the probe as they were recorded"),
    ("clusters.metrics", "clusters.metrics.*", "quality of each sorted unit"),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the files of all labs lie and what they are filed under: ids by name."""

    ephys: UUID
    server: UUID
    archive: UUID
    types: dict[str, UUID]
    formats: dict[str, UUID]


def make_shelf(rows: Rows, calendar: Calendar, timezone: str) -> Shelf:
    """The kind of procedure, repositories, formats and types of dataset that recordings need."""
    at, by = calendar.at(FOUNDED, 660), None
    ephys = rows.add(ProcedureType, at, by, name=EPHYS, description="probes inserted for one session")

    def repository(name: str, kind: str, host: str, url: str | None) -> UUID:
        of_kind = rows.add(DataRepositoryType, at, by, name=kind)
        return rows.add(
            DataRepository,
            at,
            by,
            name=name,
            repository_type_id=of_kind,
            hostname=host,
            data_url=url,
            timezone=timezone,
            globus_path="/data",
        )

    formats = {}
    for name, ending, text, loader in _FORMATS:
        row = {"file_extension": ending, "description": text, "python_loader_function": loader}
        formats[name] = rows.add(DataFormat, at, by, name=name, **row)
    types = {}
    for name, pattern, text in _TYPES:
        row = {"filename_pattern": pattern, "description": text}
        types[name] = rows.add(DatasetType, at, by, name=name, **row)
    server = repository("recordings", "Fileserver", "files.example.org", "https://files.example.org/data")
    archive = repository("archive", "Archive", "archive.example.org", None)
    return Shelf(ephys, server, archive, types, formats)


def write_recordings(
    rows: Rows, calendar: Calendar, facility: Facility, home: LabHome, shelf: Shelf, animals: Iterable[Animal]
) -> list[Animal]:
    """The last sessions before today become recordings, with a part for each; the animals recorded from."""
    sessions = _sessions(rows, calendar, facility, animals)
    chosen = sorted(sessions, key=lambda animal: sessions[animal][-1]["start_time"], reverse=True)[:RECORDED]
    for animal in chosen:
        for session in sessions[animal][-EACH:]:
            _record(rows, calendar, home, shelf, animal, session)
    return chosen


def _sessions(
    rows: Rows, calendar: Calendar, facility: Facility, animals: Iterable[Animal]
) -> dict[Animal, list[Row]]:
    """The sessions before today, in order of time, of those that have practised and have a craniotomy."""
    craniotomy = facility.procedures["Craniotomy"]
    opened = {
        row["surgery_id"] for row in rows.of[surgery_procedure] if row["procedure_type_id"] == craniotomy
    }
    operated = {row["subject_id"] for row in rows.of[Surgery.__table__] if row["id"] in opened}  # type: ignore[index]
    may = {animal.id: animal for animal in animals if animal.id in operated}
    found: dict[Animal, list[Row]] = defaultdict(list)
    for row in rows.of[Session.__table__]:  # type: ignore[index]
        animal = may.get(row["subject_id"])
        if animal is not None and row["start_time"] < calendar.midnight:
            found[animal].append(row)
    for own in found.values():
        own.sort(key=lambda row: row["start_time"])
    return {animal: own for animal, own in found.items() if len(own) >= PRACTISED}


def _record(
    rows: Rows, calendar: Calendar, home: LabHome, shelf: Shelf, animal: Animal, session: Row
) -> None:
    start, end = session["start_time"], session["end_time"]
    parts = (
        ("receptive_fields", start, start + MAPPING),
        (session["task_protocol"], start + MAPPING, end),
    )
    _file(rows, calendar, home, shelf, animal, session, 0, _OF_SESSION)
    for number, (protocol, begins, ends) in enumerate(parts, 1):
        part = {
            "subject_id": animal.id,
            "location_id": None,
            "lab_id": None,
            "narrative": None,
            "start_time": begins,
            "end_time": ends,
            "parent_session_id": session["id"],
            "type": "Experiment",
            "number": number,
            "task_protocol": protocol,
            "n_trials": None,
            "n_correct_trials": None,
            "qc": rows.rng.choice((10, 10, 10, 30)),
        }
        row = {**part, "id": rows.add(Session, end, animal.responsible, **part)}
        rows.link(session_procedure, row["id"], shelf.ephys)
        if number == len(parts):
            _file(rows, calendar, home, shelf, animal, row, session["number"], _OF_RECORDING)


def _file(
    rows: Rows,
    calendar: Calendar,
    home: LabHome,
    shelf: Shelf,
    animal: Animal,
    session: Row,
    number: int,
    files: tuple[tuple[str, str, str, str, int, int], ...],
) -> None:
    """The datasets of a session, each on the server for three days and in the archive from then on."""
    rng = rows.rng
    day = calendar.day_of(session["start_time"])
    folder = (
        f"{home.name.replace(' ', '')}/{animal.nickname}/{day:%Y-%m-%d}/{number or session['number']:03d}"
    )
    at: datetime = session["end_time"]
    archived = at < calendar.now - _NEW
    for kind, name, collection, form, smallest, largest in files:
        dataset = rows.add(
            Dataset,
            at,
            animal.responsible,
            name=name,
            session_id=session["id"],
            created_by_id=animal.responsible,
            created_datetime=at,
            dataset_type_id=shelf.types[kind],
            data_format_id=shelf.formats[form],
            file_size=rng.randint(smallest, largest),
            md5=UUID(int=rng.getrandbits(128)),
            hash=f"{rng.getrandbits(160):040x}",
            collection=collection,
            qc=session["qc"],
            auto_datetime=at,
        )
        for repository, there in ((shelf.server, not archived), (shelf.archive, archived)):
            if there or repository == shelf.server:
                rows.add(
                    FileRecord,
                    at,
                    animal.responsible,
                    dataset_id=dataset,
                    data_repository_id=repository,
                    relative_path=f"{folder}/{collection}/{name}",
                    exists=there,
                )
