"""Where recorded data lies: repositories, formats, types, datasets and their files."""

from __future__ import annotations

from colonydesk.domain.days import zone
from colonydesk.ui.forms.items import Item, ListColumn, Sheet
from colonydesk.ui.sheets.common import ABOUT, more

SHEETS: dict[str, Sheet] = {
    "data_repository_type": Sheet(
        "data_repository_type",
        "Repository types",
        "repository type",
        (Item("name", "Name"), *more(name=False)),
        (ListColumn("name", "Name", width=260),),
    ),
    "data_repository": Sheet(
        "data_repository",
        "Repositories",
        "repository",
        (
            Item("name", "Name"),
            Item("repository_type_id", "Type"),
            Item("hostname", "Computer"),
            Item("data_url", "Address"),
            Item("timezone", "Time zone", check=zone, patient=True),
            Item("globus_path", "Path", heading="Globus"),
            Item("globus_endpoint_id", "Endpoint's id"),
            Item("globus_is_personal", "A personal endpoint"),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=160),
            ListColumn("repository_type_id", "Type", width=120),
            ListColumn("hostname", "Computer", width=130),
            ListColumn("globus_path", "Path", width=200, middle=True),
        ),
    ),
    "data_format": Sheet(
        "data_format",
        "Formats",
        "format",
        (
            Item("name", "Name"),
            Item("file_extension", "File ending"),
            Item("description", "Description"),
            Item("matlab_loader_function", "Loaded in MATLAB by"),
            Item("python_loader_function", "Loaded in Python by"),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=140),
            ListColumn("file_extension", "Ending", width=90),
            ListColumn("description", "Description", width=240),
        ),
    ),
    "dataset_type": Sheet(
        "dataset_type",
        "Dataset types",
        "dataset type",
        (
            Item("name", "Name"),
            Item("filename_pattern", "File names"),
            Item("description", "Description"),
            Item("created_by_id", "Made by", usual="me"),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=180),
            ListColumn("filename_pattern", "File names", width=160),
            ListColumn("description", "Description", width=220),
        ),
    ),
    "dataset": Sheet(
        "dataset",
        "Datasets",
        "dataset",
        (
            Item("name", "Name"),
            Item("session_id", "Session"),
            Item("dataset_type_id", "Type"),
            Item("data_format_id", "Format"),
            Item("collection", "Collection"),
            Item("dataset_version", "Version"),
            Item("default_dataset", "The one to take by default"),
            Item("revision", "Revision"),
            Item("tags", "Tags"),
            Item("file_size", "File size", heading="Content"),
            Item("md5", "MD5"),
            Item("hash", "SHA-1"),
            Item("qc", "Quality"),
            Item("auto_datetime", "Last saved", shown=True),
            Item("created_by_id", "Made by", heading="Origin", usual="me"),
            Item("created_datetime", "Made", usual="now"),
            Item("generating_software", "Software"),
            Item("provenance_directory_id", "Made from"),
            Item("object_id", "About", kind="object", codes=ABOUT),
            *more(name=False),
        ),
        (
            ListColumn("name", "Name", width=170),
            ListColumn("dataset_type_id", "Type", width=140),
            ListColumn("session_id", "Session", width=170),
            ListColumn("file_size", "Size, bytes", number=True, width=90),
            ListColumn("created_datetime", "Made", width=110),
        ),
        zone="session_id.subject_id.lab_id.timezone",
    ),
    "file_record": Sheet(
        "file_record",
        "Files",
        "file",
        (
            Item("dataset_id", "Dataset"),
            Item("data_repository_id", "Repository"),
            Item("relative_path", "Path in it"),
            Item("exists", "Is there"),
            *more(),
        ),
        (
            ListColumn("relative_path", "Path", width=300, middle=True),
            ListColumn("data_repository_id", "Repository", width=120),
            ListColumn("exists", "Is there", width=70),
            ListColumn("dataset_id", "Dataset", width=170),
        ),
    ),
}
