"""One record with all its fields, and the cells of a page of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Uuid, select

from colonydesk.db.catalogue import Link, links
from colonydesk.db.catalogue.computed import computed, followed_links, pairs
from colonydesk.db.catalogue.fields import Field, fields
from colonydesk.db.catalogue.naming import label, label_of, label_paths
from colonydesk.db.catalogue.paths import Paths, field_at


@dataclass(frozen=True, slots=True)
class Record:
    """One record, with what is computed of it and the links that follow from others.

    ``labels`` says what each record is called that its references and links name.
    """

    table: str
    id: UUID
    version: int
    values: dict[str, Any]
    links: dict[str, tuple[UUID, ...]]
    labels: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a record by column: codes as words, references and links by what they are called."""

    id: UUID
    version: int
    cells: dict[str, Any]


def record(connection: Connection, table: str, row_id: UUID) -> Record | None:
    """A record; None when it is not there. One statement, one a link, and one for what a note is about."""
    paths = Paths(table)
    plan = [_Cell(paths, table, name) for name in (*fields(table), *computed(table))]
    columns = [paths.root.c.version, *(column for cell in plan for column in cell.columns)]
    statement = select(*columns).select_from(paths.source).where(paths.root.c.id == row_id)
    row = connection.execute(statement).first()
    if row is None:
        return None
    values: dict[str, Any] = {}
    labels: dict[UUID, str] = {}
    place = 1
    for cell in plan:
        taken = row[place : place + len(cell.columns)]
        place += len(cell.columns)
        value = cell.raw(taken)
        values[cell.field.name] = value
        if cell.target and value is not None:
            labels[value] = cell.shown(taken)
    linked: dict[str, tuple[UUID, ...]] = {}
    for name, link in shown_links(table).items():
        found = linked_records(connection, link, [row_id]).get(row_id, [])
        linked[name] = tuple(other for other, _ in found)
        labels.update(found)
    if values.get("object_id") is not None and values.get("content_type"):
        labels |= _about(connection, values["content_type"], [values["object_id"]])
    return Record(table, row_id, row.version, values, linked, labels)


def _about(connection: Connection, table: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    try:
        fields(table)
    except KeyError:
        return {}  # of a table that another program had
    return label_of(connection, table, ids)


def record_rows(
    connection: Connection, table: str, ids: Iterable[UUID], columns: Sequence[str]
) -> dict[UUID, Row]:
    """The rows of these ids with these columns: fields, paths, or links. One statement, and one a link; where
    both columns of what a note is about are asked for, one for each kind of that.

    A row that is no longer there is left out.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    paths = Paths(table)
    own_links = shown_links(table)
    plan = [_Cell(paths, table, path) for path in columns if path not in own_links]
    selected = [paths.root.c.id, paths.root.c.version, *(one for cell in plan for one in cell.columns)]
    statement = select(*selected).select_from(paths.source).where(paths.root.c.id.in_(wanted))
    rows: dict[UUID, Row] = {}
    for found in connection.execute(statement):
        cells: dict[str, Any] = {}
        place = 2
        for cell in plan:
            cells[cell.path] = cell.shown(found[place : place + len(cell.columns)])
            place += len(cell.columns)
        rows[found[0]] = Row(found[0], found[1], cells)
    for name in columns:
        if name in own_links:
            linked = linked_records(connection, own_links[name], wanted)
            for row in rows.values():
                row.cells[name] = ", ".join(text for _, text in linked.get(row.id, ()))
    if {"content_type", "object_id"} <= set(columns):
        _name_objects(connection, rows.values())
    return rows


def _name_objects(connection: Connection, rows: Iterable[Row]) -> None:
    """What notes are about, by what it is called; None where it is not there any more."""
    about: dict[str, dict[UUID, list[Row]]] = {}
    for row in rows:
        kind, object_id = row.cells["content_type"], row.cells["object_id"]
        if kind and object_id is not None:
            about.setdefault(kind, {}).setdefault(object_id, []).append(row)
        row.cells["object_id"] = None
    for kind, objects in about.items():
        for object_id, called in _about(connection, kind, objects).items():
            for row in objects[object_id]:
                row.cells["object_id"] = called


def shown_links(table: str) -> dict[str, Link]:
    """The links of a table's records, those that follow from others too."""
    return {**links(table), **followed_links(table)}


def linked_records(
    connection: Connection, link: Link, ids: Sequence[UUID]
) -> dict[UUID, list[tuple[UUID, str]]]:
    """What these records are linked to, each with what it is called, in that order. One statement."""
    table = pairs(link)
    left, right = reversed(table.columns.values()) if link.reverse else table.columns.values()
    paths = Paths(link.target)
    columns = paths.columns(label_paths(link.target))
    source = paths.source.join(table, right == paths.root.c.id)
    statement = select(left, right, *columns).select_from(source).where(left.in_(ids))
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for row in connection.execute(statement):
        found.setdefault(row[0], []).append((row[1], label(link.target, row[2:])))
    for others in found.values():
        others.sort(key=lambda other: (other[1].lower(), other[0]))
    return found


class _Cell:
    """One field of a list: the columns to select for it, and what is made of their values."""

    def __init__(self, paths: Paths, table: str, path: str) -> None:
        self.path = path
        self.field: Field = field_at(table, path)
        self.target = self.field.target if self.field.kind == "reference" else ""
        column = paths.column(path)
        self.columns: list[ColumnElement[Any]] = [column]
        if self.target:
            self.columns += paths.columns([f"{path}.{one}" for one in label_paths(self.target)])
        self._is_id = self.field.kind == "text" and isinstance(column.type, Uuid)
        self._words = dict(self.field.codes)

    def raw(self, values: Sequence[Any]) -> Any:
        """The value as a form takes it."""
        value = values[0]
        if self._is_id and value is not None:
            # An id of somebody else's, or a sum: text. A sum is written without hyphens.
            return value.hex if self.field.name == "md5" else str(value)
        return value

    def shown(self, values: Sequence[Any]) -> Any:
        """The value as a list shows it."""
        if values[0] is None:
            return None
        if self.target:
            return label(self.target, values[1:])
        if self._words:
            return self._words.get(values[0], values[0])
        return self.raw(values)
