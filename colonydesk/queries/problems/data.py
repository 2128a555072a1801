"""What is wrong with files, and with notes and datasets about records that are gone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, literal, or_, select, union_all

from colonydesk.db.catalogue import one, table_names, table_of
from colonydesk.db.tables import DataRepository, FileRecord
from colonydesk.domain.filenames import path_below
from colonydesk.queries.problems.problem import Problem

BEGINNING = 40
"""So many letters of a note say which one it is."""


def files(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Files that would lie outside of their repository. One statement."""
    place = FileRecord.relative_path
    # Every path that may be such a one; the rule for new ones tells which are.
    may_be = or_(
        *(place.contains(part) for part in ("..", ":")),
        *(place.startswith(root, autoescape=True) for root in ("/", "\\")),
        place.in_((".", "")),
    )
    found = select(FileRecord.id, place, DataRepository.name).where(may_be)
    for row in connection.execute(
        found.join(DataRepository, DataRepository.id == FileRecord.data_repository_id)
    ):
        if path_below(row.relative_path) is None:
            text = f"The file {row.relative_path} is not within its repository, {row.name}."
            yield Problem("file_outside", "file_record", row.id, None, None, None, text)


def about(connection: Connection, _now: datetime) -> Iterator[Problem]:
    """Notes and datasets about records that are not there. One statement."""
    parts = []
    for name, called in (("note", "text"), ("dataset", "name")):
        own = table_of(name).c
        columns = (literal(name).label("table"), own.id, own.content_type, own[called].label("called"))
        parts.append(select(*columns).where(_is_gone(own)))
    for row in connection.execute(union_all(*parts)):
        object_ = f"the {one(row.content_type)} that" if row.content_type in table_names() else "what"
        text = f"{_called(row)}: {object_} it is about is not there."
        yield Problem("about_nothing", row.table, row.id, None, None, None, text)


def _is_gone(own: Any) -> ColumnElement[bool]:
    """Whether a row (its columns) names a record that is not there, or of no table that there is."""
    gone = [
        and_(own.content_type == name, ~exists().where(table_of(name).c.id == own.object_id))
        for name in table_names()
    ]
    return or_(own.content_type.not_in(table_names()), *gone)


def _called(row: Any) -> str:
    words = " ".join((row.called or "").split())
    if row.table == "dataset":
        return f"The dataset {words}" if words else "A dataset without a name"
    short = words if len(words) <= BEGINNING else f"{words[:BEGINNING].rstrip()}…"
    return f"The note “{short}”" if short else "A note with a picture"
