"""Writing the records of one model: each is taken, found there already, or left out with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table
from sqlalchemy.exc import DataError, IntegrityError

from colonydesk.exchange.alyx.images import NOTES, NoteImages
from colonydesk.exchange.alyx.models import Link, Model
from colonydesk.exchange.alyx.present import Present
from colonydesk.exchange.alyx.readback import ReadBack
from colonydesk.exchange.alyx.recompute import Recomputing
from colonydesk.exchange.alyx.references import References
from colonydesk.exchange.alyx.refusals import refusal
from colonydesk.exchange.alyx.report import Counts, ImportReport
from colonydesk.exchange.alyx.rows import BadRecord, Layout, Row
from colonydesk.exchange.alyx.seen import SeenIds
from colonydesk.exchange.alyx.special import Special
from colonydesk.exchange.alyx.spool import Spool
from colonydesk.exchange.alyx.storage import Storage

# Told the id of a row that was not taken, and why.
Refuse = Callable[[str, str], None]

# Images are held in memory: few at a time.
_NOTES_AT_ONCE = 20


@dataclass(slots=True)
class Work:
    """What the parts of one import share.

    ``stamps`` say who wrote a row and when; ``was_empty`` names tables in which nothing can be already.
    """

    storage: Storage
    stamps: dict[str, Any]
    zone: ZoneInfo
    report: ImportReport
    spool: Spool
    references: References
    special: Special
    images: NoteImages
    recomputing: Recomputing
    advance: Callable[[int], None]
    was_empty: set[Table] = field(default_factory=set)
    links_written: dict[Table, int] = field(default_factory=dict)
    _seen: tuple[Table, SeenIds] | None = None

    def seen_of(self, table: Table) -> SeenIds:
        """The ids of the file that were written to a table; those of the table before are forgotten."""
        if self._seen is None or self._seen[0] is not table:
            self._seen = table, SeenIds()
        return self._seen[1]


class ModelImport:
    """Writes the records of one model that were put aside."""

    def __init__(self, work: Work, model: Model) -> None:
        self._work = work
        self.model = model
        self._layout = Layout(model, work.zone, work.storage)
        self._complete = work.special.of(model.name)
        self._counts: Counts = work.report.counts(model.name)
        self._seen = work.seen_of(model.table)
        compared = ["id", *self._layout.columns]
        columns = [*compared, *work.special.columns(model.name)]
        self._kept = itemgetter(*columns)
        self._insert = InsertRows(work, model.table, columns, model.fixed)
        self._read_back = ReadBack(work.storage, model.table, compared, work.stamps["created_at"])
        self._compared = len(compared)
        self._present = Present(self._layout, compared, work.storage, work.references, work.report)

    def run(self) -> None:
        """Write them all, then read them back."""
        step = _NOTES_AT_ONCE if self.model.table is NOTES else 0
        for frame in self._work.spool.frames(self.model.name):
            for start in range(0, len(frame), step or len(frame)):
                part = frame[start : start + (step or len(frame))]
                self._take(part)
                self._work.advance(len(part))
        if not self._read_back.agrees():
            self._work.report.check.differing.append(self.model.table.name)

    def _take(self, records: list[tuple[Any, ...]]) -> None:
        rows = [row for pk, fields in records if (row := self._row(pk, fields)) is not None]
        rows = self._resolved(self._first_of_each(rows))
        for row in rows:
            self._layout.finish(row)
        rows = self._absent(rows)
        if self.model.table is NOTES:
            self._work.images.add(rows)
        taken = self._insert([self._kept(row.values) for row in rows], self._refuse(rows))
        if len(taken) < len(rows):
            ids = {kept[0] for kept in taken}
            rows = [row for row in rows if row.id in ids]
        self._work.recomputing.see(self.model, rows)
        self._write_links(rows)
        self._close_later(rows, is_new=True)
        self._read_back.add(kept[: self._compared] for kept in taken)
        self._counts.written += len(rows)

    def _row(self, pk: Any, fields: dict[str, Any]) -> Row | None:
        try:
            row = self._layout.row(pk, fields, self._work.references)
            if self._complete:
                self._complete(row)
        except BadRecord as error:
            self._skip(pk, str(error), self._work.references.ids.identify(self._layout.kind, pk))
            return None
        return row

    def _skip(self, pk: Any, reason: str, id_: str | None) -> None:
        self._counts.skipped += 1
        self._work.report.problem(self.model.name, pk, reason)
        if id_ is not None:
            self._work.references.leave_out(self.model.table, id_)

    def _first_of_each(self, rows: list[Row]) -> list[Row]:
        """Without the records whose id was in the file before."""
        repeated = self._seen.among(row.id for row in rows)
        first: dict[str, Row] = {}
        for row in rows:
            if row.id not in repeated and row.id not in first:
                first[row.id] = row
            elif self.model.proxy:
                self._counts.present += 1  # the same record under its model's other name
            else:
                self._counts.skipped += 1
                self._work.report.problem(self.model.name, row.pk, "the file holds this pk more than once")
        self._seen.add_all(first)
        return list(first.values())

    def _resolved(self, rows: list[Row]) -> list[Row]:
        """Without the records that need one that is nowhere; optional references to nowhere are set aside."""
        references, model = self._work.references, self.model.name
        for reference in self._layout.references:
            column = reference.column
            asked = {row.values[column] for row in rows}
            asked.discard(None)
            missing = references.missing(reference.target.table, asked)
            if not missing:
                continue
            left = []
            for row in rows:
                if row.values[column] not in missing:
                    left.append(row)
                    continue
                key = row.fields[reference.field]
                reason = f"{reference.field}: {references.why(reference.target, key)}"
                if reference.required:
                    self._skip(row.pk, reason, row.id)
                    continue
                row.values[column] = None
                row.extra[reference.field] = key
                self._work.report.problem(model, row.pk, f"{reason}; imported without it, kept in json")
                left.append(row)
            rows = left
        for link, target in self._layout.links:
            asked = {id_ for row in rows for _, id_ in row.links[link.field]}
            missing = references.missing(target.table, asked)
            for row in rows if missing else ():
                self._drop_links(row, link, target, missing)
        return rows

    def _drop_links(self, row: Row, link: Link, target: Model, missing: set[str]) -> None:
        lost = [key for key, id_ in row.links[link.field] if id_ in missing]
        if not lost:
            return
        row.links[link.field] = [pair for pair in row.links[link.field] if pair[1] not in missing]
        row.extra[link.field] = lost
        for key in lost:
            reason = f"{link.field}: {self._work.references.why(target, key)}"
            self._work.report.problem(self.model.name, row.pk, f"{reason}; kept in json")

    def _absent(self, rows: list[Row]) -> list[Row]:
        """Without the records that are there already: those are compared and left alone."""
        if self.model.table in self._work.was_empty:
            return rows
        present, absent = self._present.split(rows, self._seen)
        self._counts.present += len(present)
        if self.model.table is NOTES:
            self._work.images.fill(present)
        self._close_later(present, is_new=False)
        return absent

    def _refuse(self, rows: list[Row]) -> Refuse:
        def refuse(id_: str, reason: str) -> None:
            pk = next(row.pk for row in rows if row.id == id_)
            self._skip(pk, reason, id_)

        return refuse

    def _write_links(self, rows: list[Row]) -> None:
        for link, _ in self._layout.links:
            pairs = [(row.id, id_) for row in rows for _, id_ in row.links[link.field]]
            write_links(self._work, link, pairs)

    def _close_later(self, rows: list[Row], *, is_new: bool) -> None:
        fields = [reference.field for reference in self._layout.closing]
        fields += [link.field for link, _ in self._layout.closing_links]
        for row in rows if fields else ():
            keys = {name: row.fields[name] for name in fields if row.fields.get(name)}
            if keys or not is_new:
                self._work.spool.add(closing(self.model), (row.id, row.pk, is_new, keys))


class InsertRows:
    """Adds many rows at once; those the database refuses are found by halving and told one by one.

    A row is the values of ``columns``, the id first.
    """

    def __init__(
        self, work: Work, table: Table, columns: Sequence[str], fixed: dict[str, Any] | None = None
    ) -> None:
        self._storage = work.storage
        self._table = table
        self._columns = columns
        constant = {**_defaults(work.storage, table), **work.stamps, **(fixed or {})}
        constant = {name: value for name, value in constant.items() if name not in columns}
        self._all_columns = [*columns, *constant]
        self._constant = tuple(map(_as_given, constant.values()))

    def __call__(self, rows: list[tuple[Any, ...]], refuse: Refuse) -> list[tuple[Any, ...]]:
        """Insert ``rows``; returns those that were taken, ``refuse`` is told the others' ids and why."""
        if not rows:
            return []
        try:
            self._storage.insert(self._table, self._all_columns, [row + self._constant for row in rows])
        except (IntegrityError, DataError) as error:
            if len(rows) == 1:
                row = dict(zip(self._columns, rows[0], strict=True))
                refuse(rows[0][0], refusal(error, self._table, row, self._storage))
                return []
        else:
            return rows
        middle = len(rows) // 2
        return self(rows[:middle], refuse) + self(rows[middle:], refuse)


def _as_given(value: Any) -> Any:
    """A value of every row, so that the driver need not make the same text of a moment for each of them."""
    return value.isoformat(" ", "microseconds") if isinstance(value, datetime) else value


def write_links(work: Work, link: Link, pairs: list[tuple[str, str]]) -> None:
    """Add rows to a many-to-many table, or recipients, which are records of their own."""
    if not pairs:
        return
    if "id" in link.table.c:
        insert = InsertRows(work, link.table, ["id", link.left, link.right])
        stable = work.references.ids.stable
        rows = [(stable(link.table.name, f"{pair[0]}:{pair[1]}".replace("-", "")), *pair) for pair in pairs]
        insert(rows, _cannot_be)
    else:
        work.storage.insert(link.table, [link.left, link.right], pairs)
    work.links_written[link.table] = work.links_written.get(link.table, 0) + len(pairs)


def closing(model: Model) -> str:
    """Where the references of a model are put aside that are set at the end."""
    return f"closing {model.name}"


def _cannot_be(id_: str, reason: str) -> None:
    raise AssertionError(f"a link between two records that are there was refused: {reason}")


def _defaults(storage: Storage, table: Table) -> dict[str, Any]:
    """What the columns hold that the file says nothing of."""
    defaults = {}
    for column in table.c:
        if column.default is not None:
            encode = storage.encoder(column)
            value = column.default.arg  # type: ignore[attr-defined]
            defaults[column.name] = encode(value) if encode else value
    return defaults
