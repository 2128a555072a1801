"""Columns reached from a table through its references: "subject_id.lab_id.timezone"."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from colonydesk.db.catalogue import table_of, target_of
from colonydesk.db.catalogue.computed import computed_column, computed_field
from colonydesk.db.catalogue.fields import Field, fields


class Paths:
    """The columns of one statement; each table on the way is joined once, in ``source``.

    What a record does not refer to has NULL in all its columns.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        self.root = table_of(table)
        self.source: FromClause = self.root
        self._joined: dict[str, FromClause] = {}

    def column(self, path: str) -> ColumnElement[Any]:
        """The column at the end of a path, or a computed one. KeyError where there is none."""
        *steps, last = path.split(".")
        table, here, way = self.table, self.root, ""
        reached: FromClause = here
        for step in steps:
            way = f"{way}.{step}"
            table = _target(table, step)
            if way not in self._joined:
                alias = table_of(table).alias()
                self.source = self.source.outerjoin(alias, alias.c.id == reached.c[step])
                self._joined[way] = alias
            reached = self._joined[way]
        if computed_field(table, last) is not None:
            return computed_column(table, last, reached)
        found: ColumnElement[Any] = reached.c[last]
        return found

    def columns(self, paths: Sequence[str]) -> list[ColumnElement[Any]]:
        return [self.column(path) for path in paths]


def field_at(table: str, path: str) -> Field:
    """The field at the end of a path, or a computed one. KeyError where there is none."""
    *steps, last = path.split(".")
    for step in steps:
        table = _target(table, step)
    return computed_field(table, last) or fields(table)[last]


def _target(table: str, column: str) -> str:
    target = target_of(table, column)
    if target is None:
        raise KeyError(f"{table}.{column} refers to no table")
    return target
