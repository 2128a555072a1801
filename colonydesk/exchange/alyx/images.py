"""The images of notes: files of a folder that the dump only names.

A note without its image keeps the name under json["alyx"]; a later import that has the image adds it.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import update

from colonydesk.db.tables import Note
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.exchange.alyx.models import BY_NAME
from colonydesk.exchange.alyx.report import ImportReport
from colonydesk.exchange.alyx.rows import IMAGE, Row, with_extra, without_extra
from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.values import BadValue, shown
from colonydesk.services.notes import image_size
from colonydesk.services.on_disk import is_folder

NOTES = BY_NAME["misc.note"].table


class NoteImages:
    """Reads the images of notes from ``media``; without it they are only remarked on."""

    def __init__(self, unit: Unit, storage: Storage, media: Path | None, report: ImportReport) -> None:
        self._unit = unit
        self._storage = storage
        self._media = media
        self._report = report

    def add(self, rows: Sequence[Row]) -> None:
        """Give notes that are about to be written their images."""
        for row in rows:
            name = row.values["image_name"]
            if name is None:
                continue
            row.values["image"] = self._read(row)
            if row.values["image"] is None:
                row.extra[IMAGE] = name
                row.values["json"] = json.dumps(with_extra(row.fields.get("json"), row.extra))

    def fill(self, rows: Sequence[Row]) -> None:
        """Give notes that are here already the images that they still wait for."""
        named = {row.id: row for row in rows if row.values["image_name"] is not None}
        if self._media is None or not named:
            return
        waiting = self._storage.without(NOTES, "image", list(named))
        for id_, name, stored in self._storage.fetch(NOTES, ["id", "image_name", "json"], "id", waiting):
            row, content = named[id_], json.loads(stored) if stored else {}
            kept = content.get("alyx")
            noted = kept.get(IMAGE) if isinstance(kept, dict) else None
            # Who took the image away in ColonyDesk does not want it back: then its name is gone too.
            if row.values["image_name"] in (name, noted) and (image := self._read(row)) is not None:
                self._put(row, image, without_extra(content, {IMAGE}))

    def _put(self, row: Row, image: bytes, content: dict[str, Any] | None) -> None:
        name = row.values["image_name"]
        statement = update(Note).where(Note.id == UUID(row.id))
        values = {
            "image": image,
            "image_name": name,
            "json": content,
            "version": Note.version + 1,
            "updated_at": self._unit.now,
            "updated_by_id": self._unit.user_id,
        }
        self._unit.connection.execute(statement.values(values))
        self._report.images += 1
        self._report.remark("misc.note", row.pk, f"it is here already and gets its image {shown(name)}")

    def _read(self, row: Row) -> bytes | None:
        name = row.values["image_name"]
        if self._media is None:
            reason = f"its image {shown(name)} is not imported: no folder of images was given"
            self._report.remark("misc.note", row.pk, f"{reason}; an import with one adds it")
            return None
        try:
            return read_image(self._media, name)
        except BadValue as error:
            self._report.problem("misc.note", row.pk, f"image: {error}; the note is without it")
            return None


def require_folder(media: Path) -> None:
    """Raise Refused (field ``media``) where there is no such folder."""
    if not is_folder(media):
        raise Refused(f"There is no folder {media}.", "media", "Name the one with the images of the notes.")


def read_image(media: Path, name: str) -> bytes:
    """The bytes of a note's image.

    Raises:
        BadValue: when it is not in the folder, or no image.
    """
    try:
        file = (media / name).resolve()
        if not file.is_relative_to(media.resolve()) or not file.is_file():
            raise BadValue(f"{shown(name)} is not in the folder of images")
        data = file.read_bytes()
    except OSError as error:
        raise BadValue(f"{shown(name)} cannot be read ({error.strerror})") from None
    if image_size(data) is None:
        raise BadValue(f"{shown(name)} is not an image of the kinds PNG or JPEG")
    return data
