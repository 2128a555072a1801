"""Records of the file that are here already, under their id or their unique name: compared and left alone."""

import json
from collections.abc import Sequence
from typing import Any

from colonydesk.exchange.alyx.models import Link
from colonydesk.exchange.alyx.references import References
from colonydesk.exchange.alyx.report import ImportReport
from colonydesk.exchange.alyx.rows import Layout, Row, same, without_extra
from colonydesk.exchange.alyx.seen import SeenIds
from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.values import shown


class Present:
    """Finds the records of one model that are here, and lists where they differ from the file.

    ``compared`` are the columns that come from the file, the id first.
    """

    def __init__(
        self,
        layout: Layout,
        compared: Sequence[str],
        storage: Storage,
        references: References,
        report: ImportReport,
    ) -> None:
        self._layout = layout
        self._model = layout.model
        self._compared = compared
        self._storage = storage
        self._references = references
        self._report = report
        self._taken: set[str] = set()

    def split(self, rows: list[Row], in_file: SeenIds) -> tuple[list[Row], list[Row]]:
        """Those of ``rows`` that are here, and those that are not; ``in_file`` are the file's ids so far.

        One that is here under another id takes that id, and so do the references to it from now on.
        """
        stored = {found[0]: found for found in self._fetch("id", [row.id for row in rows])}
        absent = [row for row in rows if row.id not in stored]
        elsewhere = self._elsewhere(absent, in_file)
        if not stored and not elsewhere:
            return [], rows
        links = self._stored_links([*stored, *(found[0] for found in elsewhere.values())])
        absent = [row for row in absent if row.id not in elsewhere]
        present = [row for row in rows if row.id in stored or row.id in elsewhere]
        for row in present:
            found = elsewhere.get(row.id)
            if found is not None:
                name = row.values[self._model.known_by]
                self._references.point(self._model, row.id, found[0], name)
                row.id = row.values["id"] = found[0]
            self._remark(row, self._differing(row, found or stored[row.id], links), found is not None)
        return present, absent

    def _fetch(self, by: str, keys: list[str]) -> list[Any]:
        return self._storage.fetch(self._model.table, self._compared, by, keys) if keys else []

    def _elsewhere(self, rows: list[Row], in_file: SeenIds) -> dict[str, Any]:
        """What is stored under the unique names of ``rows``, by the id that the file has for it.

        Two records of one file are never the same: the database refuses the second name.
        """
        column = self._model.known_by
        if not column:
            return {}
        if self._model.is_word:
            return self._same_word(rows, in_file)
        names = {row.values[column] for row in rows} - {""}
        place = self._compared.index(column)
        stored = {found[place]: found for found in self._fetch(column, list(names))}
        own = in_file.among(found[0] for found in stored.values())
        found = {row.id: stored.get(row.values[column]) for row in rows}
        return {id_: row for id_, row in found.items() if row is not None and row[0] not in own}

    def _same_word(self, rows: list[Row], in_file: SeenIds) -> dict[str, Any]:
        """As ``_elsewhere`` of words, whose names are not unique: one here is meant by one of a file."""
        place = self._compared.index(self._model.known_by)
        stored = self._storage.every(self._model.table, self._compared) if rows else []
        own = in_file.among(one[0] for one in stored)
        free = [one for one in stored if one[0] not in own and one[0] not in self._taken and one[place]]
        found = {}
        for row in rows:
            name = row.values[self._model.known_by] or ""
            alike = [one for one in free if one[place].lower() == name.lower()]
            if alike:
                taken = next((one for one in alike if one[place] == name), alike[0])
                free.remove(taken)
                self._taken.add(taken[0])
                found[row.id] = taken
        return found

    def _stored_links(self, ids: list[str]) -> dict[Link, dict[str, set[str]]]:
        stored: dict[Link, dict[str, set[str]]] = {}
        for link, _ in self._layout.links:
            by_id = stored.setdefault(link, {})
            for one, other in self._storage.fetch(link.table, [link.left, link.right], link.left, ids):
                by_id.setdefault(one, set()).add(other)
        return stored

    def _differing(self, row: Row, found: Any, links: dict[Link, dict[str, set[str]]]) -> list[str]:
        differing = []
        for column, stored in zip(self._compared, found, strict=True):
            here = _without(stored, self._layout.later) if column == "json" else stored
            given = row.values[column]
            if not same(column in self._layout.structured, given, here):
                differing.append(f"{column} ({_said(given)} in the file, {_said(here)} here)")
        for link, by_id in links.items():
            if {id_ for _, id_ in row.links[link.field]} != by_id.get(row.id, set()):
                differing.append(link.field)
        return differing

    def _remark(self, row: Row, differing: list[str], is_elsewhere: bool) -> None:
        listed = f"differs in {', '.join(differing)}"
        if is_elsewhere:
            name = shown(row.values[self._model.known_by])
            reason = f"{name} is here already under another id; references point to it"
            reason += f", and it is left alone, but {listed}" if differing else ""
        elif differing:
            reason = f"it is here already and left alone, but {listed}"
        else:
            return
        self._report.remark(self._model.name, row.pk, reason)


def _without(stored: str | None, fields: set[str]) -> str | None:
    """Stored json without what may come later and has not."""
    if not fields or stored is None:
        return stored
    content = without_extra(json.loads(stored), fields)
    return json.dumps(content) if content else None


def _said(value: Any) -> str:
    return "nothing" if value is None else shown(value if isinstance(value, str) else str(value))
