"""Notes, on whatever they are about, and their images."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Note,
)
from colonydesk.exchange.alyx import ImportReport
from tests.exchange.small_dump import (
    Record,
    Spoil,
    add,
    id_of,
    listed,
    record,
    row_of,
)


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


def test_without_a_folder_images_are_only_remarked_on(
    db: Database, take: Callable[..., ImportReport]
) -> None:
    about = {"content_type": ["subjects", "subject"], "object_id": id_of("a")}
    note = {"user": id_of("ada"), "date_time": "2024-01-01T00:00:00", "image": "x.png", **about}
    report = take(add("note", record("misc.note", "note", **note)), strict=True)
    assert report.kept
    (remark,) = report.remarks
    assert remark.reason == "its image “x.png” is not imported: no folder of images was given"
