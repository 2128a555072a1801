"""The import of an Alyx database, from its dumpdata file: one transaction, one audit entry, repeatable."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, select

from colonydesk.db.catalogue import table_of
from colonydesk.db.engine import Database
from colonydesk.db.unit import Unit
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.exchange.alyx.circles import Circles
from colonydesk.exchange.alyx.counting import Counting
from colonydesk.exchange.alyx.images import NOTES, NoteImages, require_folder
from colonydesk.exchange.alyx.indexes import made_afterwards
from colonydesk.exchange.alyx.models import BY_NAME, BY_TABLE, IMPORTED, MODELS
from colonydesk.exchange.alyx.reading import put_aside
from colonydesk.exchange.alyx.recompute import Recomputing
from colonydesk.exchange.alyx.references import References
from colonydesk.exchange.alyx.report import ImportCancelled, ImportReport, Progress
from colonydesk.exchange.alyx.special import Special
from colonydesk.exchange.alyx.spool import Spool
from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.unlisted import UnlistedImport
from colonydesk.exchange.alyx.writing import ModelImport, Work
from colonydesk.services.setup import ensure_mouse_curve
from colonydesk.services.vocabulary import ensure_vocabulary

KIND = "import.alyx"

# Reading takes about this share of the time.
_READING = 0.2
_SECONDS_BETWEEN = 0.1


class _TakeBack(Exception):
    """Ends the transaction without keeping it."""


def import_alyx(
    db: Database,
    file: Path,
    *,
    now: datetime,
    timezone: str = "UTC",
    media: Path | None = None,
    strict: bool = False,
    dry_run: bool = False,
    user_id: UUID | None = None,
    curve_text: str | None = None,
    vocabularies: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """Import a dumpdata file (.json, or packed with gzip) of an Alyx database.

    Ids are kept, no saving rule runs, nothing is sent. A record that is here already is left alone; one that
    is here under another id is known by its unique name, and references point to it. A bad record is listed
    and left out, unless ``strict``: then nothing is written. ``timezone`` is that of times
    without one, ``media`` the folder with the images of notes, ``curve_text`` the growth table (csv) that a
    mouse colony without one gets, ``vocabularies`` the usual words (csv by table) of those tables that the
    file leaves empty. ``progress`` is called at most ten times a second, from this thread; ``cancelled`` is
    asked often.

    Raises:
        KnownError: in words, when the file or the database cannot be used; nothing is written then.
        ImportCancelled: when ``cancelled`` said so; nothing is written.
    """
    info = zone(timezone).info
    if media is not None:
        require_folder(media)
    report = ImportReport()
    pace = _Pace(progress, cancelled)
    with Spool() as spool:
        content_types = put_aside(file, spool, report, pace.read)
        pace.total = sum(spool.counts.values())
        _require_alyx(file, spool, report)
        try:
            with db.unit(uuid4(), KIND, user_id, now) as unit:
                storage = Storage(unit.connection)
                references = References(unit.connection, storage, content_types)
                work = Work(
                    storage=storage,
                    stamps=_stamps(storage, user_id, now),
                    zone=info,
                    report=report,
                    spool=spool,
                    references=references,
                    special=Special(unit.connection, storage, references, report),
                    images=NoteImages(unit, storage, media, report),
                    recomputing=Recomputing(spool, info),
                    advance=pace.wrote,
                )
                _write(work, unit.connection, now)
                # A file of which nothing is new changes nothing, words that were deleted by hand included.
                total = report.total()
                missing = _still_empty(unit, vocabularies or {}) if total.written else {}
                if curve_text is not None and (total.written or total.present):
                    ensure_mouse_curve(unit, curve_text)
                report.words = ensure_vocabulary(unit, missing)
                work.recomputing.compare(unit.connection, now, report.check)
                report.refused = _refused(report, strict)
                if report.refused or dry_run:
                    raise _TakeBack
                # A name that is not in UTF-8 is no text that a database keeps.
                _sign(unit, work, file.name.encode("utf-8", "backslashreplace").decode("utf-8"))
                report.kept = True
                report.changed = tuple(unit.changed)
        except _TakeBack:
            if report.refused:
                _nothing_written(report)
    if report.has_written:
        with suppress(KnownError):  # all is in; the plans of queries can wait for another time
            db.analyze()
    pace.done()
    return report


def _require_alyx(file: Path, spool: Spool, report: ImportReport) -> None:
    """Refuse another program's dump: its records would all be kept as what nobody knows."""
    found = {*spool.counts, *(problem.model for problem in report.problems)}
    if spool.counts and not found & BY_NAME.keys():
        some = ", ".join(sorted(spool.counts)[:3])
        text = f"{file.name} holds no records of Alyx, only others ({some})."
        raise KnownError(text, "Choose another file.")


def _stamps(storage: Storage, user_id: UUID | None, now: datetime) -> dict[str, Any]:
    """Who wrote a row and when, as it is kept."""
    in_utc = now.astimezone(UTC).replace(tzinfo=None)
    values = {"created_at": in_utc, "updated_at": in_utc, "updated_by_id": user_id}
    encoders = {name: storage.encoder(IMPORTED.c[name]) for name in values}
    return {
        name: value if value is None or (encode := encoders[name]) is None else encode(value)
        for name, value in values.items()
    }


def _write(work: Work, connection: Connection, now: datetime) -> None:
    unlisted = [model for model in work.spool.counts if model not in BY_NAME]
    listed = [model for model in MODELS if model.name in work.spool.counts]
    counting = Counting(connection, listed, now)
    work.was_empty = counting.empty_tables()
    _leave_out_refused(work)
    with made_afterwards(connection, work.was_empty):
        for name in unlisted:
            UnlistedImport(work, name).run()
        for model in listed:
            ModelImport(work, model).run()
        for model in listed:
            if model.closing or any(link.closing for link in model.links):
                Circles(work, model).run()
    written = Counter(work.links_written)
    for model in listed:
        written[model.table] += work.report.counts(model.name).written
    for name in unlisted:
        written[IMPORTED] += work.report.counts(name).written
    counting.compare(written, work.report.check)


def _leave_out_refused(work: Work) -> None:
    """Remember the records that were refused while they were read, to say so of what refers to them."""
    for model, pk, _ in work.report.problems:
        if model in BY_NAME:
            table = BY_NAME[model].table
            id_ = work.references.ids.identify(BY_TABLE[table.name].name, pk)
            if id_ is not None:
                work.references.leave_out(table, id_)


def _refused(report: ImportReport, strict: bool) -> str:
    if wrong := report.check.wrong_tables():
        listed = ", ".join(wrong)
        return f"Nothing was written: what the database made of {listed} is not what the file holds."
    if unlike := report.check.unlike:
        listed = ", ".join(unlike)
        return f"Nothing was written: computed from the database, {listed} is not as computed from the file."
    if strict and report.problems:
        count = len(report.problems)
        found = "1 problem was found" if count == 1 else f"{count:,} problems were found"
        return f"Nothing was written: {found}."
    return ""


def _still_empty(unit: Unit, vocabularies: Mapping[str, str]) -> dict[str, str]:
    """Of the vocabularies those whose table has nothing to choose from."""
    return {
        table: text
        for table, text in vocabularies.items()
        if unit.connection.execute(select(table_of(table).c.id).limit(1)).first() is None
    }


def _nothing_written(report: ImportReport) -> None:
    for counts in report.tables.values():
        counts.skipped += counts.written
        counts.written = 0
    report.images, report.words = 0, {}


def _sign(unit: Unit, work: Work, file: str) -> None:
    """One audit entry and one change for the whole run; none where nothing changed."""
    written = {model: counts.written for model, counts in work.report.tables.items() if counts.written}
    if not written and not work.report.images and not unit.changed:
        return
    images = {"images": work.report.images} if work.report.images else {}
    words = {"words": work.report.words} if work.report.words else {}
    tables = {BY_NAME[model].table.name if model in BY_NAME else IMPORTED.name for model in written}
    tables |= {NOTES.name} if images else set()
    summary = {"file": file, "written": written, **images, **words}
    unit.as_one("import", summary, tables | unit.changed.keys())


class _Pace:
    """Passes progress on, not too often, and stops when asked to."""

    def __init__(
        self, progress: Callable[[Progress], None] | None, cancelled: Callable[[], bool] | None
    ) -> None:
        self.total = 0
        self._progress = progress
        self._cancelled = cancelled
        self._written = 0
        self._last = float("-inf")

    def read(self, records: int, share: float) -> None:
        self._tell(Progress("reading", records, _READING * share))

    def wrote(self, records: int) -> None:
        self._written += records
        share = _READING + (1 - _READING) * self._written / max(self.total, 1)
        self._tell(Progress("writing", self._written, min(share, 1.0)))

    def done(self) -> None:
        if self._progress:
            self._progress(Progress("writing", self._written, 1.0))

    def _tell(self, progress: Progress) -> None:
        if self._cancelled and self._cancelled():
            raise ImportCancelled
        if self._progress and time.monotonic() - self._last >= _SECONDS_BETWEEN:
            self._last = time.monotonic()
            self._progress(progress)
