"""The fields that need more than a conversion, by model. Each function completes one row."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, func, select

from colonydesk.db.tables import Species, ZygosityRule
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.alyx.ids import is_uuid
from colonydesk.exchange.alyx.models import IMPORTED
from colonydesk.exchange.alyx.references import References
from colonydesk.exchange.alyx.report import ImportReport
from colonydesk.exchange.alyx.rows import BadRecord, Row
from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.values import BadValue, shown, text

Complete = Callable[[Row], None]


class Special:
    """Completes rows of the models that ask for it; see ``of``."""

    def __init__(
        self, connection: Connection, storage: Storage, references: References, report: ImportReport
    ) -> None:
        self._connection = connection
        self._storage = storage
        self._references = references
        self._report = report
        self._humans: frozenset[str] | None = None
        self._position: int | None = None

    def of(self, model: str) -> Complete | None:
        """What completes the rows of a model; None for most."""
        return {
            "misc.lab": self._lab,
            "subjects.subject": self._subject,
            "subjects.zygosityrule": self._rule,
            "data.dataset": self._dataset,
            "misc.note": self._note,
        }.get(model)

    def columns(self, model: str) -> tuple[str, ...]:
        """The columns of ours that completing the rows of a model fills, beyond those of the file."""
        return {
            "subjects.subject": ("is_human",),
            "subjects.zygosityrule": ("position",),
            "misc.note": ("image",),
        }.get(model, ())

    def _lab(self, row: Row) -> None:
        name = row.fields.get("timezone")
        row.values["timezone"] = "UTC"
        if not name:
            return
        try:
            row.values["timezone"] = zone(text(name)).name
        except (KnownError, BadValue):
            row.extra["timezone"] = name
            self._report.problem(
                "misc.lab", row.pk, f"timezone: {shown(name)} is not a time zone; the lab is set to UTC"
            )

    def _subject(self, row: Row) -> None:
        if self._humans is None:
            human = select(Species.id).where(func.lower(Species.name) == "homo sapiens")
            found = self._connection.execute(human).scalars()
            self._humans = frozenset(self._storage.key(str(id_)) for id_ in found)
        row.values["is_human"] = row.values["species_id"] in self._humans

    def _rule(self, row: Row) -> None:
        """Rules are tried in the order of the file, after those that are there already."""
        if self._position is None:
            last = self._connection.execute(select(func.max(ZygosityRule.position))).scalar()
            self._position = -1 if last is None else last
        self._position += 1
        row.values["position"] = self._position

    def _dataset(self, row: Row) -> None:
        self._object(row, required=False)
        key = row.fields.get("revision")
        revision = None if key is None else self._names(row, "revision", "data.revision", [key])
        row.values["revision"] = revision or None
        keys = row.fields.get("tags")
        if keys is not None and not isinstance(keys, list):
            raise BadRecord(f"tags: {shown(keys)} is not a list")
        row.values["tags"] = None if keys is None else self._names(row, "tags", "data.tag", keys)

    def _names(self, row: Row, field: str, model: str, keys: list[Any]) -> list[str]:
        names = {repr(key): self._references.name_of(model, key) for key in keys}
        lost = [key for key in keys if names[repr(key)] is None]
        if lost:
            row.extra[field] = lost
            for key in lost:
                reason = f"{field}: {shown(key)} is neither in the file nor in the database"
                self._report.problem("data.dataset", row.pk, f"{reason}; the id is kept in json")
        return [name for name in names.values() if name is not None]

    def _note(self, row: Row) -> None:
        self._object(row, required=True)
        name = row.fields.get("image")
        row.values["image"], row.values["image_name"] = None, None
        if not name:
            return
        try:
            row.values["image_name"] = text(name)
        except BadValue as error:
            raise BadRecord(f"image: {error}") from None

    def _object(self, row: Row, *, required: bool) -> None:
        """The object that a note or a dataset is about: any record, so no foreign key holds it."""
        kind, key = row.fields.get("content_type"), row.fields.get("object_id")
        row.values["content_type"], row.values["object_id"] = None, None
        if key is None and kind is None and not required:
            return
        found = None if key is None else self._references.object_of(kind, key)
        if found is None:
            reason = (
                f"the object {shown(key)} of content type {shown(kind)} is not in the file or the database"
            )
            if required:
                raise BadRecord(reason)
            row.extra |= {"content_type": kind, "object_id": key}
            self._report.problem("data.dataset", row.pk, f"{reason}; both are kept in json")
            return
        if required and not self._references.is_there(*found):
            # Nothing holds the reference to a deleted object in the reference system either.
            reason = (
                f"the {kind_of(found[0])} {shown(key)} it is about is neither in the file nor in the database"
            )
            self._report.problem("misc.note", row.pk, f"{reason}; the note is imported all the same")
        row.values["content_type"], row.values["object_id"] = found
        if found[0] == IMPORTED.name or not is_uuid(key):
            row.extra |= {"content_type": kind, "object_id": key}


def kind_of(table: str) -> str:
    """A table's name as a person says it."""
    return table.replace("_", " ")
