"""From the fields of one record to the values of one row."""

import json
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Column

from colonydesk.exchange.alyx.models import BY_TABLE, Link, Model
from colonydesk.exchange.alyx.references import References
from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.values import (
    BadValue,
    Convert,
    comparable,
    converter,
    is_structured,
    shown,
    text,
)

IMAGE = "image"


class BadRecord(ValueError):
    """A record that cannot be taken; the text is its reason."""


@dataclass(slots=True)
class Row:
    """One record on its way: ``extra`` is what has no place but json["alyx"], ``links`` (key, id) a field."""

    pk: Any
    id: str
    fields: dict[str, Any]
    values: dict[str, Any]
    extra: dict[str, Any]
    links: dict[str, list[tuple[Any, str]]]


class Plain(NamedTuple):
    """A field that is a value; one of type ``native`` is taken as it is."""

    field: str
    column: str
    convert: Convert
    default: Any
    required: bool
    structured: bool
    native: type | None


class Reference(NamedTuple):
    """A field that names one record of ``target``."""

    field: str
    column: str
    target: Model
    required: bool


class Layout:
    """How the records of a model become rows, worked out once."""

    def __init__(self, model: Model, zone: ZoneInfo, storage: Storage) -> None:
        self.model = model
        # A proxy's records are those of its model.
        self.kind = BY_TABLE[model.table.name].name
        self.plain: list[Plain] = []
        self.references: list[Reference] = []
        self.closing: list[Reference] = []
        for field, name in model.fields.items():
            column = model.table.c[name]
            default = _default(column, storage)
            required = not column.nullable and default is None
            if column.foreign_keys:
                target = BY_TABLE[next(iter(column.foreign_keys)).column.table.name]
                into = self.closing if field in model.closing else self.references
                into.append(Reference(field, name, target, required))
            else:
                convert = _convert(column, zone, storage)
                native = str if convert is text else None
                structured = is_structured(column)
                self.plain.append(Plain(field, name, convert, default, required, structured, native))
        self.links = [(link, _target(link)) for link in model.links if not link.closing]
        self.closing_links = [(link, _target(link)) for link in model.links if link.closing]
        # What a row can get after it was written, and has in its json until then.
        self.later = {reference.field for reference in self.closing}
        self.later |= {link.field for link, _ in self.closing_links}
        self.later |= {IMAGE} if IMAGE in model.own else set()
        self.known = frozenset(
            ("json", *model.fields, *model.own, *(link.field for link in model.links)),
        )
        # What comes from the file, which is what is compared with what is there.
        closing = {reference.column for reference in self.closing}
        self.columns = [name for name in model.fields.values() if name not in closing]
        self.columns += [*model.own.values(), "json"]
        self.structured = [name for name in self.columns if is_structured(model.table.c[name])]

    def row(self, pk: Any, fields: dict[str, Any], references: References) -> Row:
        """The row of a record, its references found but not yet looked for.

        Raises:
            BadRecord: with the reason.
        """
        id_, shown_pk = self._identity(pk, fields, references)
        values: dict[str, Any] = {"id": id_}
        extra: dict[str, Any] = {}
        if not fields.keys() <= self.known:
            extra = {field: value for field, value in fields.items() if field not in self.known}
        for field, column, convert, default, required, structured, native in self.plain:
            value = fields.get(field)
            if value is not None:
                if structured and not isinstance(value, dict):
                    extra[field] = value
                    value = None
                elif type(value) is not native:
                    try:
                        value = convert(value)
                    except BadValue as error:
                        raise BadRecord(f"{field}: {error}") from None
            if value is None:
                value = default
                if required:
                    raise BadRecord(f"{field} is missing")
            values[column] = value
        for field, column, target, required in self.references:
            key = fields.get(field)
            if key is None and required:
                raise BadRecord(f"{field} is missing")
            values[column] = None if key is None else references.find(target, key)
        links = {link.field: link_ids(link, target, fields, references) for link, target in self.links}
        for link, _ in self.closing_links:
            linked_keys(link, fields)
        if pk is not None and (not isinstance(pk, str) or pk.isdigit()):
            extra["pk"] = pk  # a number, for which the id was made
        return Row(shown_pk, id_, fields, values, extra, links)

    def finish(self, row: Row) -> None:
        """Give the row its json, and all that is JSON the form in which it is kept."""
        row.values["json"] = with_extra(row.fields.get("json"), row.extra)
        for name in self.structured:
            if row.values[name] is not None:
                row.values[name] = json.dumps(row.values[name])

    def _identity(self, pk: Any, fields: dict[str, Any], references: References) -> tuple[str, Any]:
        if pk is not None:
            id_ = references.ids.identify(self.kind, pk)
            if id_ is None:
                raise BadRecord(f"{shown(pk)} is not an id")
            return id_, pk
        name = fields.get(self.model.natural) if self.model.natural else None
        if not isinstance(name, str) or not name:
            raise BadRecord("the record has no pk")
        found = references.named(self.model, name)
        if len(found) > 1:
            raise BadRecord(f"the record has no pk, and {shown(name)} is the name of several records")
        return found[0] if found else references.ids.stable(self.kind, name), name


def same(column_is_json: bool, one: Any, other: Any) -> bool:
    """Whether two values as they are kept mean the same."""
    if one == other or not column_is_json or one is None or other is None:
        return bool(one == other)
    return bool(comparable(json.loads(one)) == comparable(json.loads(other)))


def _default(column: Column[Any], storage: Storage) -> Any:
    if column.default is None:
        return None
    encode = storage.encoder(column)
    value = column.default.arg  # type: ignore[attr-defined]
    return encode(value) if encode else value


def _convert(column: Column[Any], zone: ZoneInfo, storage: Storage) -> Convert:
    checks = [item for item in column.table.constraints if isinstance(item, CheckConstraint)]
    convert = converter(column, checks, zone)
    encode = None if is_structured(column) else storage.encoder(column)
    return _both(convert, encode) if encode else convert


def _both(convert: Convert, encode: Callable[[Any], Any]) -> Convert:
    def both(value: Any) -> Any:
        found = convert(value)
        return None if found is None else encode(found)

    return both


def link_ids(
    link: Link, target: Model, fields: dict[str, Any], references: References
) -> list[tuple[Any, str]]:
    """The records that a many-to-many field lists, each once; raises as ``linked_keys``."""
    found: dict[str, Any] = {}
    for key in linked_keys(link, fields):
        found.setdefault(references.find(target, key), key)
    return [(key, id_) for id_, key in found.items()]


def linked_keys(link: Link, fields: dict[str, Any]) -> list[Any]:
    """The keys that a many-to-many field lists.

    Raises:
        BadRecord: when the field is not a list.
    """
    keys = fields.get(link.field) or []
    if not isinstance(keys, list):
        raise BadRecord(f"{link.field}: {shown(keys)} is not a list")
    return keys


def with_extra(given: Any, extra: dict[str, Any]) -> dict[str, Any] | None:
    """The json of a row: the record's own, and under "alyx" what has no other place."""
    if given is not None and not isinstance(given, dict):
        extra = {**extra, "json": given}
        given = None
    own: dict[str, Any] | None = given
    if extra and own is not None and "alyx" in own:
        extra = {**extra, "json": own}
        own = None
    return {**(own or {}), "alyx": extra} if extra else own


def without_extra(content: dict[str, Any], fields: Container[str]) -> dict[str, Any] | None:
    """The json of a row without some of what ``with_extra`` has put into it."""
    kept = content.get("alyx")
    if not isinstance(kept, dict):
        return content or None
    own = {name: value for name, value in content.items() if name != "alyx"}
    kept = {name: value for name, value in kept.items() if name not in fields}
    if kept.keys() == {"json"} and isinstance(kept["json"], dict):
        return dict(kept["json"])  # it had to make room
    return {**own, "alyx": kept} if kept else own or None


def _target(link: Link) -> Model:
    key = next(iter(link.table.c[link.right].foreign_keys))
    return BY_TABLE[key.column.table.name]
