"""What hangs on saving repositories, formats, dataset types, datasets and file records."""

import re

from sqlalchemy import select

from colonydesk.db.tables import Dataset, DatasetType
from colonydesk.db.text import lowered
from colonydesk.db.unit import Unit
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError, Refused
from colonydesk.domain.filenames import path_below, pattern_problem
from colonydesk.services.change import Change, Rule
from colonydesk.services.data.types import format_of, type_of
from colonydesk.services.rules.about import check_about, touch_about

_SHA1 = re.compile(r"[0-9a-f]{40}")


def _repository(_unit: Unit, change: Change) -> None:
    timezone = change.after["timezone"]
    if timezone is not None and change.differs("timezone"):
        try:
            zone(timezone)
        except KnownError as error:
            raise Refused(f"{timezone} is not a time zone, such as Europe/London.", "timezone") from error


def _format(_unit: Unit, change: Change) -> None:
    extension = change.after["file_extension"]
    if extension is None or not change.differs("file_extension"):
        return
    ending = extension.removeprefix("*").lstrip(".")
    if not ending or "/" in ending or ending != "".join(ending.split()):
        raise Refused("A file extension looks like .npy or .tar.gz.", "file_extension")
    change.after["file_extension"] = f".{ending}"


def _dataset_type(unit: Unit, change: Change) -> None:
    after = change.after
    if change.is_new:
        after["created_by_id"] = after["created_by_id"] or unit.user_id
    pattern = after["filename_pattern"]
    if pattern is None or not change.differs("filename_pattern"):
        return
    problem = pattern_problem(pattern)
    if problem:
        raise Refused(problem, "filename_pattern")
    alike = select(DatasetType.name).where(
        lowered(DatasetType.filename_pattern, pattern) == pattern.lower(), DatasetType.id != change.id
    )
    found = unit.connection.execute(alike).scalar()
    if found is not None:
        raise Refused(f"The dataset type {found} has this pattern already.", "filename_pattern")


def _dataset(unit: Unit, change: Change) -> None:
    after = change.after
    if change.is_new:
        after["created_by_id"] = after["created_by_id"] or unit.user_id
        if "created_datetime" not in change.given:
            after["created_datetime"] = unit.now
    if after["dataset_type_id"] is None:
        after["dataset_type_id"] = type_of(unit, after["name"])
    if after["data_format_id"] is None:
        after["data_format_id"] = format_of(unit, after["name"])
    if after["qc"] is None:
        after["qc"] = 0
    after["auto_datetime"] = unit.now
    if after["hash"] is not None and change.differs("hash"):
        after["hash"] = after["hash"].lower()
        if not _SHA1.fullmatch(after["hash"]):
            raise Refused("A SHA-1 has 40 characters, 0 to 9 and a to f.", "hash")
    if change.differs("content_type", "object_id"):
        check_about(unit, after)
    if after["provenance_directory_id"] is not None and change.differs("provenance_directory_id"):
        _refuse_circle(unit, change)


def _refuse_circle(unit: Unit, change: Change) -> None:
    # Two workstations could close a circle between them, each with one half of it.
    unit.alone()
    columns = select(Dataset.id, Dataset.provenance_directory_id)
    above = columns.where(Dataset.id == change.after["provenance_directory_id"]).cte("above", recursive=True)
    above = above.union(columns.where(Dataset.id == above.c.provenance_directory_id))
    if change.id in unit.connection.execute(select(above.c.id)).scalars().all():
        raise Refused("That dataset comes from this one.", "provenance_directory_id")


def _touch(unit: Unit, change: Change) -> None:
    touch_about(unit, change.after, change.before)


def _file_record(_unit: Unit, change: Change) -> None:
    place = change.after["relative_path"]
    if place is None or not change.differs("relative_path"):
        return
    path = path_below(place)
    if path is None:
        raise Refused(
            "Give the path below the repository's folder, such as M1/2026-03-05/spikes.npy.", "relative_path"
        )
    change.after["relative_path"] = path


RULES = {
    "data_repository": Rule(before=_repository),
    "data_format": Rule(before=_format),
    "dataset_type": Rule(before=_dataset_type),
    "dataset": Rule(before=_dataset, after=_touch, deleting=_touch),
    "file_record": Rule(before=_file_record),
}
