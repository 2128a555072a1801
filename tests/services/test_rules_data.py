"""What hangs on saving repositories, formats, dataset types, datasets and file records, on both engines."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import DataFormat, DataRepository, Dataset, DatasetType, FileRecord, Session
from colonydesk.domain.errors import Refused
from colonydesk.services.records import save_record
from tests.builders import NOW, Scene, nothing_written, row, rows, scene
from tests.db.faults import plain
from tests.services.saving import change, delete, save, saving

SHA1 = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def refused(of: Scene, table: str, field: str, words: str, **values: Any) -> None:
    with nothing_written(of.db), pytest.raises(Refused) as error:
        save(of, table, **values)
    assert error.value.field == field
    assert words in plain(error.value)


def test_a_repositorys_time_zone_is_one(here: Scene) -> None:
    refused(here, "data_repository", "timezone", "is not a time zone", name="server", timezone="Mars/Olympus")
    which = save(here, "data_repository", name="server", timezone="Europe/London")
    odd = here.add(DataRepository, name="old", timezone="GMT+25")
    change(here, DataRepository, odd, hostname="old.example.org")
    assert row(here.db, DataRepository, which)["timezone"] == "Europe/London"


def test_a_dataset_knows_when_it_was_saved_last(here: Scene) -> None:
    command = saving(here, "dataset", name="spikes.times.npy")
    save_record(here.db, command, NOW - timedelta(hours=1))
    assert row(here.db, Dataset, command.id)["auto_datetime"] == NOW - timedelta(hours=1)
    change(here, Dataset, command.id, qc=40)
    assert row(here.db, Dataset, command.id)["auto_datetime"] == NOW


@pytest.mark.parametrize(
    ("typed", "kept"), [(".npy", ".npy"), ("npy", ".npy"), ("*.tar.gz", ".tar.gz"), (None, None)]
)
def test_an_extension_begins_with_its_point(here: Scene, typed: str | None, kept: str | None) -> None:
    which = save(here, "data_format", name="numpy", file_extension=typed)
    assert row(here.db, DataFormat, which)["file_extension"] == kept


@pytest.mark.parametrize("typed", [".", "*", "a/b", "n py"])
def test_what_is_no_extension_is_refused(here: Scene, typed: str) -> None:
    refused(here, "data_format", "file_extension", "looks like .npy", name="x", file_extension=typed)


def test_a_type_is_made_by_who_records_it_and_its_pattern_is_its_own(here: Scene) -> None:
    which = save(here, "dataset_type", name="spikes", filename_pattern="Spikes.*.*")
    found = row(here.db, DatasetType, which)
    assert (found["created_by_id"], found["filename_pattern"]) == (here.ann, "Spikes.*.*")
    refused(
        here,
        "dataset_type",
        "filename_pattern",
        "The dataset type spikes has this pattern already.",
        name="other",
        filename_pattern="SPIKES.*.*",
    )
    save(here, "dataset_type", name="louse", filename_pattern="Läuse.*.*")
    refused(here, "dataset_type", "filename_pattern", "louse has", name="b", filename_pattern="LÄUSE.*.*")
    refused(here, "dataset_type", "filename_pattern", "fits every file", name="all", filename_pattern="*.*")
    refused(here, "dataset_type", "filename_pattern", "without its folders", name="a", filename_pattern="a/b")
    change(here, DatasetType, which, filename_pattern="SPIKES.*.*")
    for name in ("one", "two"):  # none, or an empty one, is nobody's
        save(here, "dataset_type", name=name, filename_pattern="")


def test_a_dataset_without_type_and_format_is_of_those_its_name_says_else_of_unknown_ones(
    here: Scene,
) -> None:
    kind = here.add(DatasetType, name="spikes.times")
    numpy = here.add(DataFormat, name="numpy", file_extension=".npy")
    found = row(here.db, Dataset, save(here, "dataset", name="Spikes.Times.npy"))
    assert (found["dataset_type_id"], found["data_format_id"]) == (kind, numpy)
    assert (found["created_by_id"], found["created_datetime"], found["qc"]) == (here.ann, NOW, 0)
    bare = [row(here.db, Dataset, save(here, "dataset", **values)) for values in ({}, {"name": "x.bin"})]
    (unknown_type,) = rows(here.db, DatasetType, name="unknown")
    (unknown_format,) = rows(here.db, DataFormat, name="unknown")
    for one in bare:
        assert one["dataset_type_id"] == unknown_type["id"]
        assert one["data_format_id"] == unknown_format["id"]
    which = save(here, "dataset", name="spikes.times.npy", dataset_type_id=unknown_type["id"])
    assert row(here.db, Dataset, which)["dataset_type_id"] == unknown_type["id"], "as it was said"
    change(here, Dataset, which, dataset_type_id=None)
    assert row(here.db, Dataset, which)["dataset_type_id"] == kind


def test_what_a_dataset_is_about_is_there_and_is_fetched_again(here: Scene) -> None:
    for values, field, words in (
        ({"content_type": "subject"}, "object_id", "Choose the subject"),
        ({"object_id": here.mouse}, "content_type", "Choose what this is about."),
        ({"content_type": "subject", "object_id": uuid4()}, "object_id", "This subject is no longer"),
        ({"content_type": "unicorn", "object_id": here.mouse}, "content_type", "Choose what this is about."),
    ):
        refused(here, "dataset", field, words, **values)
    command = saving(here, "dataset", content_type="subject", object_id=here.mouse)
    assert save_record(here.db, command, NOW).changed["subject"] == (here.mouse,)
    assert delete(here, Dataset, command.id).changed["subject"] == (here.mouse,)
    session = here.add(Session, subject_id=here.mouse)
    save(here, "dataset", content_type="session", object_id=session, session_id=session)


def test_sums_and_sizes(here: Scene) -> None:
    refused(here, "dataset", "hash", "40 characters", hash="xyz")
    refused(here, "dataset", "file_size", "at least 0", file_size=-1)
    which = save(here, "dataset", hash=SHA1.upper(), file_size=0)
    assert row(here.db, Dataset, which)["hash"] == SHA1
    odd = here.add(Dataset, hash="sha-of-another-kind")
    change(here, Dataset, odd, collection="alf")


def test_a_dataset_does_not_come_from_itself(here: Scene) -> None:
    raw = save(here, "dataset", name="raw")
    made = save(here, "dataset", name="made", provenance_directory_id=raw)
    last = save(here, "dataset", name="last", provenance_directory_id=made)
    for which in (raw, made, last):
        with nothing_written(here.db), pytest.raises(Refused) as error:
            change(here, Dataset, raw, provenance_directory_id=which)
        assert error.value.field == "provenance_directory_id"
    change(here, Dataset, last, provenance_directory_id=raw)


def file_record(of: Scene, path: str | None, **values: Any) -> UUID:
    repository = rows(of.db, DataRepository)[0]["id"]
    dataset = rows(of.db, Dataset)[0]["id"]
    usual = {"dataset_id": dataset, "data_repository_id": repository}
    return save(of, "file_record", **{**usual, "relative_path": path, **values})


def test_a_file_lies_below_its_repositorys_folder_once(here: Scene) -> None:
    save(here, "data_repository", name="server")
    save(here, "dataset", name="spikes.times.npy")
    which = file_record(here, "M1\\2026-03-05//001/./spikes.times.npy")
    assert row(here.db, FileRecord, which)["relative_path"] == "M1/2026-03-05/001/spikes.times.npy"
    with nothing_written(here.db), pytest.raises(Refused, match="already"):
        file_record(here, "M1/2026-03-05/001/spikes.times.npy")
    for path in ("/abs/file", "../out", "a/../../out", "C:\\data\\file", "."):
        with nothing_written(here.db), pytest.raises(Refused, match="below the repository") as error:
            file_record(here, path)
        assert error.value.field == "relative_path"
    with pytest.raises(Refused, match="Give the relative path"):
        file_record(here, None)
    odd = here.add(
        FileRecord,
        dataset_id=rows(here.db, Dataset)[0]["id"],
        data_repository_id=rows(here.db, DataRepository)[0]["id"],
        relative_path="/as/imported",
        created_at=NOW - timedelta(days=1),
    )
    change(here, FileRecord, odd, exists=True)
