"""Setting the references that close a circle, when all tables are in."""

import json
from dataclasses import dataclass, field
from typing import Any

from colonydesk.exchange.alyx.models import Link, Model
from colonydesk.exchange.alyx.rows import Layout, Reference, link_ids, with_extra
from colonydesk.exchange.alyx.values import shown
from colonydesk.exchange.alyx.writing import Work, closing, write_links


@dataclass(slots=True)
class _Pending:
    id: str
    pk: Any
    is_new: bool
    keys: dict[str, Any]
    lost: dict[str, Any] = field(default_factory=dict)


class Circles:
    """Closes the circles that start at the records of one model."""

    def __init__(self, work: Work, model: Model) -> None:
        self._work = work
        self._model = model
        self._layout = Layout(model, work.zone, work.storage)

    def run(self) -> None:
        for frame in self._work.spool.frames(closing(self._model)):
            rows = [_Pending(id_, pk, is_new, keys) for id_, pk, is_new, keys in frame]
            for reference in self._layout.closing:
                self._refer(reference, rows)
            for link, target in self._layout.closing_links:
                self._link(link, target, rows)
            for row in rows:
                if row.lost and row.is_new:
                    self._keep_in_json(row)

    def _refer(self, reference: Reference, rows: list[_Pending]) -> None:
        references = self._work.references
        named = {
            row.id: references.find(reference.target, row.keys[reference.field])
            for row in rows
            if reference.field in row.keys
        }
        missing = references.missing(reference.target.table, named.values())
        for row in rows:
            target = named.get(row.id)
            to_itself = target == row.id and reference.target.table is self._model.table
            if target in missing or to_itself:
                del named[row.id]
                self._lose(row, reference.field, reference.target, row.keys[reference.field], to_itself)
        changes = [(named[row.id], row.id) for row in rows if row.is_new and row.id in named]
        if self._work.storage.update(self._model.table, reference.column, changes) != len(changes):
            self._work.report.check.differing.append(self._model.table.name)
        stored = self._stored(reference.column, [row.id for row in rows if not row.is_new])
        for row in rows:
            if not row.is_new and stored[row.id] != named.get(row.id):
                self._remark(row, reference.column)

    def _stored(self, column: str, ids: list[str]) -> dict[str, Any]:
        found = self._work.storage.fetch(self._model.table, ["id", column], "id", ids)
        return {row[0]: row[1] for row in found}

    def _link(self, link: Link, target: Model, rows: list[_Pending]) -> None:
        references = self._work.references
        listed = [link_ids(link, target, row.keys, references) for row in rows]
        missing = references.missing(target.table, [id_ for given in listed for _, id_ in given])
        pairs = []
        for row, given in zip(rows, listed, strict=True):
            lost = [key for key, id_ in given if id_ in missing]
            for key in lost:
                self._lose(row, link.field, target, key)
            if lost:
                row.lost[link.field] = lost
            linked = {id_ for _, id_ in given if id_ not in missing}
            if row.is_new:
                pairs += [(row.id, id_) for id_ in linked]
            elif linked != self._stored_links(link, row.id):
                self._remark(row, link.field)
        write_links(self._work, link, pairs)

    def _stored_links(self, link: Link, id_: str) -> set[str]:
        return {row[0] for row in self._work.storage.fetch(link.table, [link.right], link.left, [id_])}

    def _lose(self, row: _Pending, name: str, target: Model, key: Any, to_itself: bool = False) -> None:
        row.lost[name] = key
        why = f"{shown(key)} is the record itself" if to_itself else self._work.references.why(target, key)
        self._work.report.problem(
            self._model.name, row.pk, f"{name}: {why}; imported without it, kept in json"
        )

    def _remark(self, row: _Pending, name: str) -> None:
        reason = f"it is here already and left alone, but differs in {name}"
        self._work.report.remark(self._model.name, row.pk, reason)

    def _keep_in_json(self, row: _Pending) -> None:
        table = self._model.table
        stored = self._work.storage.fetch(table, ["json"], "id", [row.id])[0][0]
        kept = json.loads(stored) if stored else {}
        known = kept.pop("alyx", {})
        content = with_extra(kept or None, {**known, **row.lost})
        self._work.storage.update(table, "json", [(json.dumps(content), row.id)])
