"""What hangs on saving a note, and what an image must be, on both engines."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Note, Surgery
from colonydesk.domain.errors import Refused
from colonydesk.services.notes import LARGEST, image_size
from colonydesk.services.records import save_record
from tests.builders import NOW, Scene, nothing_written, row, rows, scene
from tests.db.faults import plain
from tests.images import jpeg, png
from tests.services.saving import change, delete, save, saving, take_back


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def note(of: Scene, **values: Any) -> UUID:
    about = {"content_type": "subject", "object_id": of.mouse}
    return save(of, "note", **{**about, "text": "a scratch on the left ear", **values})


def refused(of: Scene, field: str, words: str, **values: Any) -> None:
    with nothing_written(of.db), pytest.raises(Refused) as error:
        note(of, **values)
    assert error.value.field == field
    assert words in plain(error.value)


def test_a_note_is_of_who_writes_it_now(here: Scene) -> None:
    found = row(here.db, Note, note(here))
    assert (found["user_id"], found["date_time"]) == (here.ann, NOW)
    found = row(here.db, Note, note(here, user_id=here.bob, date_time=NOW - timedelta(days=1)))
    assert (found["user_id"], found["date_time"]) == (here.bob, NOW - timedelta(days=1))
    refused(here, "date_time", "in the future", date_time=NOW + timedelta(hours=1))


def test_it_says_something(here: Scene) -> None:
    for text in (None, "", "  "):
        refused(here, "text", "Write something, or choose an image.", text=text)
    which = note(here, text=None, image=png(), image_name="ear.png")
    assert row(here.db, Note, which)["image"] == png()
    with pytest.raises(Refused, match="Write something"):
        change(here, Note, which, image=None)
    change(here, Note, which, image=None, text="an ear")
    assert row(here.db, Note, which)["image_name"] is None


def test_it_is_about_something_that_is_there_of_any_kind(here: Scene) -> None:
    refused(here, "content_type", "Choose what this is about.", content_type=None, object_id=None)
    refused(here, "content_type", "Choose what this is about.", content_type="unicorn")
    refused(here, "object_id", "Choose the surgery", content_type="surgery", object_id=None)
    refused(here, "object_id", "This surgery is no longer in the database.", content_type="surgery")
    refused(here, "object_id", "This subject is no longer in the database.", object_id=uuid4())
    which = here.add(Surgery, subject_id=here.mouse)
    note(here, content_type="surgery", object_id=which)


def test_what_it_is_about_is_fetched_again(here: Scene) -> None:
    surgery = here.add(Surgery, subject_id=here.mouse)
    about = {"content_type": "subject", "object_id": here.mouse}
    command = saving(here, "note", text="x", **about)
    assert save_record(here.db, command, NOW).changed["subject"] == (here.mouse,)
    done = change(here, Note, command.id, content_type="surgery", object_id=surgery)
    assert (done.changed["subject"], done.changed["surgery"]) == ((here.mouse,), (surgery,))
    done = delete(here, Note, command.id)
    assert done.changed["surgery"] == (surgery,)
    take_back(here, done)
    assert rows(here.db, Note)[0]["text"] == "x"


def test_a_note_on_what_is_gone_in_imported_books_can_be_changed_and_deleted(here: Scene) -> None:
    which = here.add(Note, text="old", content_type="subject", object_id=uuid4(), date_time=NOW)
    change(here, Note, which, text="older")
    odd = here.add(Note, text="old", content_type="misc.unicorn", object_id=uuid4(), date_time=NOW)
    change(here, Note, odd, text="older")
    for one in (which, odd):
        delete(here, Note, one)
    assert rows(here.db, Note) == []


def test_images_that_are_none_or_too_large_are_refused(here: Scene) -> None:
    for image, words in (
        (b"GIF89a" + bytes(40), "not an image"),
        (b"\x89PNG\r\n\x1a\n", "not an image"),
        (png(1601, 10), "at most 1600 pixels"),
        (jpeg(10, 1601), "at most 1600 pixels"),
        (png() + bytes(LARGEST), "too large"),
    ):
        refused(here, "image", words, image=image)
    for image in (png(1600, 2), jpeg(1600, 1600)):
        assert row(here.db, Note, note(here, image=image))["image"] == image
    odd = here.add(Note, image=b"GIF89a", content_type="subject", object_id=here.mouse, date_time=NOW)
    change(here, Note, odd, text="as imported")


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2, 0xC9, 0xCF])
def test_the_size_of_an_image(frame: int) -> None:
    assert image_size(png(1, 2)) == (1, 2)
    assert image_size(jpeg(640, 480, frame)) == (640, 480)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        jpeg()[:-14],
        jpeg(0, 10),
        png(1, 1)[:20],
        b"\xff\xd8\xff\xe0\x00\x10" + bytes(40),
        b"\xff\xd8" + b"\xff" * 100,
        b"\xff\xd8" + b"\xff\xe0\x00\x00" * 20,
    ],
)
def test_what_has_no_size(data: bytes) -> None:
    assert image_size(data) is None
