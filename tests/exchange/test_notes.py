"""Notes, on whatever they are about, and their images."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import AuditEntry, ChangeLog, Note, Subject
from colonydesk.domain.errors import Refused
from colonydesk.exchange.alyx import ImportReport
from colonydesk.services.records import SaveRecord, save_record
from tests.exchange.small_dump import (
    NOW,
    Record,
    Spoil,
    add,
    id_of,
    ids,
    listed,
    record,
    row_of,
)
from tests.images import jpeg, png


def test_notes_on_what_is_not_there(db: Database, take: Callable[..., ImportReport], tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (tmp_path / "secret.png").write_bytes(b"not yours")

    def note(label: str, **fields: Any) -> Spoil:
        common = {"user": id_of("ada"), "date_time": "2024-01-01T00:00:00", "text": label}
        return add(label, record("misc.note", label, **{**common, **fields}))

    def spoil(records: dict[str, Record]) -> None:
        note("found", content_type=9, object_id=id_of("a"))(records)
        note("nowhere", content_type=9, object_id=id_of("gone"))(records)
        note("orphan", content_type=["subjects", "line"], object_id=id_of("gone"))(records)
        note("probed", content_type=["experiments", "probe"], object_id=id_of("probe"))(records)
        note("untold", content_type=None, object_id=None)(records)
        about = {"content_type": ["subjects", "subject"], "object_id": id_of("a")}
        note("no image", image="2024/lost.png", **about)(records)
        note("thief", image="../secret.png", **about)(records)
        records["probe"] = {"model": "experiments.probe", "pk": id_of("probe"), "fields": {"n": 1}}

    report = take(spoil, media=media)

    problems = listed(report)
    notes = {label: problems.get(("misc.note", id_of(label))) for label in ("found", "probed")}
    assert notes == {"found": None, "probed": None}
    assert "is not in the file or the database" in problems["misc.note", id_of("nowhere")]
    assert "imported all the same" in problems["misc.note", id_of("orphan")]
    assert "of content type “None”" in problems["misc.note", id_of("untold")]
    for label in ("no image", "thief"):
        assert "is not in the folder of images" in problems["misc.note", id_of(label)]
        assert row_of(db, Note, label).image is None
    assert row_of(db, Note, "no image").image_name == "2024/lost.png"
    found = row_of(db, Note, "found")
    assert (found.content_type, str(found.object_id)) == ("subject", id_of("a"))
    probe = row_of(db, Note, "probed")
    assert probe.content_type == "imported_record"
    assert probe.json["alyx"]["object_id"] == id_of("probe")
    assert report.tables["misc.note"].skipped == 2
    again = take(spoil, media=media)
    assert again.total().written == 0
    assert again.remarks == []


LATER = NOW + timedelta(days=1)
ABOUT_A = {"content_type": ["subjects", "subject"], "object_id": id_of("a")}


def with_note(image: str, **fields: Any) -> Spoil:
    common = {"user": id_of("ada"), "date_time": "2024-01-01T00:00:00", "text": "limps", **ABOUT_A}
    return add("note", record("misc.note", "note", **{**common, "image": image, **fields}))


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "limp.png").write_bytes(png())
    (folder / "limp.jpg").write_bytes(jpeg())
    (folder / "words.png").write_text("no image at all")
    return folder


@pytest.mark.parametrize("name", ["limp.png", "limp.jpg"])
def test_an_image_is_kept_with_its_note(
    db: Database, take: Callable[..., ImportReport], media: Path, name: str
) -> None:
    assert take(with_note(name), media=media).problems == []
    note = row_of(db, Note, "note")
    assert (note.image, note.image_name, note.json) == ((media / name).read_bytes(), name, None)


def test_without_a_folder_images_are_only_remarked_on(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    report = take(with_note("limp.png"), strict=True)
    assert report.kept
    (remark,) = report.remarks
    assert remark.reason == (
        "its image “limp.png” is not imported: no folder of images was given; an import with one adds it"
    )
    assert row_of(db, Note, "note").json == {"alyx": {"image": "limp.png"}}
    assert take(with_note("limp.png")).remarks == []


@pytest.mark.parametrize("json", [None, {"mine": 1}, [1], {"alyx": 2}])
def test_a_later_import_with_the_folder_adds_the_image(
    db: Database, take: Callable[..., ImportReport], media: Path, json: Any
) -> None:
    spoil = with_note("limp.png", json=json)
    take(spoil)
    before = row_of(db, Note, "note")

    report = take(spoil, media=media, now=LATER)

    assert report.tables["misc.note"].present == 1
    assert (report.total().written, report.images, report.has_written) == (0, 1, True)
    assert [remark.reason for remark in report.remarks] == [
        "it is here already and gets its image “limp.png”"
    ]
    note = row_of(db, Note, "note")
    assert (note.image, note.image_name) == (png(), "limp.png")
    assert note.json == ({"alyx": {"json": [1]}} if json == [1] else json)
    assert (note.version, note.updated_at) == (before.version + 1, LATER)
    with db.read() as connection:
        entry = connection.execute(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        change = connection.execute(select(ChangeLog).order_by(ChangeLog.number.desc())).first()
    assert entry is not None
    assert entry.after == {"file": "dump.json", "written": {}, "images": 1}
    assert change is not None
    assert change.changed == {"note": []}
    again = take(spoil, media=media, now=LATER)
    assert (again.remarks, again.images, again.has_written) == ([], 0, False)


def test_a_note_that_was_edited_meanwhile_gets_its_image_too(
    db: Database, take: Callable[..., ImportReport], media: Path
) -> None:
    take(with_note("limp.png"))
    edit(db, text="limps no more")
    assert row_of(db, Note, "note").image_name is None
    assert take(with_note("limp.png"), media=media, now=LATER).images == 1
    note = row_of(db, Note, "note")
    assert (note.text, note.image, note.image_name) == ("limps no more", png(), "limp.png")


def test_an_image_that_was_taken_away_stays_away(
    db: Database, take: Callable[..., ImportReport], media: Path
) -> None:
    take(with_note("limp.png"), media=media)
    edit(db, image=None)
    report = take(with_note("limp.png"), media=media, now=LATER)
    assert report.images == 0
    assert row_of(db, Note, "note").image is None


def edit(db: Database, **values: Any) -> None:
    """As a member does it in the window."""
    which, ada = UUID(id_of("note")), UUID(id_of("ada"))
    version = row_of(db, Note, "note").version
    command = SaveRecord(
        command_id=uuid4(), table="note", id=which, user_id=ada, values=values, version=version
    )
    save_record(db, command, NOW)


def test_what_is_no_image_is_a_problem_and_not_kept(
    db: Database, take: Callable[..., ImportReport], media: Path
) -> None:
    report = take(with_note("words.png"), media=media)
    reason = "image: “words.png” is not an image of the kinds PNG or JPEG; the note is without it"
    assert listed(report) == {("misc.note", id_of("note")): reason}
    note = row_of(db, Note, "note")
    assert (note.image, note.json) == (None, {"alyx": {"image": "words.png"}})
    (media / "words.png").write_bytes(png(7, 7))
    assert take(with_note("words.png"), media=media, now=LATER).images == 1
    assert row_of(db, Note, "note").image == png(7, 7)


def test_a_strict_import_takes_added_images_back(
    db: Database, take: Callable[..., ImportReport], media: Path
) -> None:
    take(with_note("limp.png"))

    def spoil(records: dict[str, Record]) -> None:
        with_note("limp.png")(records)
        records["bad"] = record("actions.weighing", "bad", weight=-1)

    report = take(spoil, media=media, strict=True, now=LATER)
    assert (report.images, report.has_written) == (0, False)
    assert row_of(db, Note, "note").image is None


def test_a_folder_that_is_not_there_is_refused_before_anything_is_written(
    db: Database, take: Callable[..., ImportReport], tmp_path: Path
) -> None:
    for folder in (tmp_path / "none", tmp_path / "dump.json"):
        with pytest.raises(Refused, match="There is no folder") as error:
            take(with_note("limp.png"), media=folder)
        assert error.value.field == "media"
    assert ids(db, Subject) == set()
