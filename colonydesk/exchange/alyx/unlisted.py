"""Records of models that have no table here: kept whole, as imported records."""

import hashlib
import json
from typing import Any

from colonydesk.exchange.alyx.models import IMPORTED
from colonydesk.exchange.alyx.readback import ReadBack
from colonydesk.exchange.alyx.rows import same
from colonydesk.exchange.alyx.seen import SeenIds
from colonydesk.exchange.alyx.writing import InsertRows, Work

_COLUMNS = ("id", "model", "pk", "json")


class UnlistedImport:
    """Writes the records of one model that is not of ours."""

    def __init__(self, work: Work, model: str) -> None:
        self._work = work
        self._model = model
        self._counts = work.report.counts(model)
        self._insert = InsertRows(work, IMPORTED, _COLUMNS)
        self._seen = SeenIds()
        self._read_back = ReadBack(work.storage, IMPORTED, _COLUMNS, work.stamps["created_at"])

    def run(self) -> None:
        """Write them all, then read them back."""
        for frame in self._work.spool.frames(self._model):
            self._take(frame)
            self._work.advance(len(frame))
        if not self._read_back.agrees():
            self._work.report.check.differing.append(IMPORTED.name)

    def _take(self, records: list[tuple[Any, ...]]) -> None:
        rows: dict[str, tuple[Any, ...]] = {}
        for pk, fields in records:
            key = _key(pk, fields)
            id_ = self._work.references.ids.imported(self._model, key)
            if id_ in rows or self._seen.among([id_]):
                self._skip(key, "the file holds this pk more than once")
            else:
                rows[id_] = (id_, self._model, key, json.dumps(fields))
        self._seen.add_all(rows)
        for id_, stored in self._work.storage.fetch(IMPORTED, ["id", "json"], "id", list(rows)):
            row = rows.pop(id_)
            self._counts.present += 1
            if not same(True, stored, row[3]):
                reason = "it is here already and left alone, but its fields differ"
                self._work.report.remark(self._model, row[2], reason)
        pks = {row[0]: row[2] for row in rows.values()}
        taken = self._insert(list(rows.values()), lambda id_, reason: self._skip(pks[id_], reason))
        self._counts.written += len(taken)
        self._read_back.add(taken)

    def _skip(self, pk: str, reason: str) -> None:
        self._counts.skipped += 1
        self._work.report.problem(self._model, pk, reason)


def _key(pk: Any, fields: dict[str, Any]) -> str:
    """The record's pk; where the file gives none (natural keys), one made of its content."""
    if pk is not None:
        return pk if isinstance(pk, str) else json.dumps(pk)
    content = json.dumps(fields, sort_keys=True).encode()
    return f"content:{hashlib.sha256(content).hexdigest()[:32]}"
