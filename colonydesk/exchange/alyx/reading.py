"""Reading a dumpdata file record by record, and putting its records aside by model."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import ijson  # type: ignore[import-untyped]

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.alyx.bare import NUL, Marking, fault_of
from colonydesk.exchange.alyx.report import ImportReport
from colonydesk.exchange.alyx.spool import Spool
from colonydesk.exchange.alyx.values import shown

UNNAMED = "(no model)"
CONTENT_TYPE = "contenttypes.contenttype"

_MADE_BY = "It is made by Alyx with `manage.py dumpdata`."


def put_aside(
    file: Path, spool: Spool, report: ImportReport, at: Callable[[int, float], None]
) -> dict[int, str]:
    """Read the whole file into ``spool``; returns its content types: number -> "app.model".

    ``at`` is told how many records and which share of the file are read. Nothing is written to a database
    before the file was read to its end.

    Raises:
        KnownError: when the file cannot be read, is damaged, cut off, or not a list in JSON.
    """
    content_types: dict[int, str] = {}
    dump = DumpFile(file)
    count = 0
    for count, record in enumerate(dump.records(), 1):
        model = _model_of(record)
        report.counts(model).read += 1
        refusal = _refusal(record, model) or dump.fault_of(record)
        if refusal:
            pk = record.get("pk") if isinstance(record, dict) else None
            report.counts(model).skipped += 1
            report.problem(model, pk.replace(NUL, "") if isinstance(pk, str) else pk, refusal)
        else:
            spool.add(model, (record.get("pk"), record["fields"]))
            if model == CONTENT_TYPE and isinstance(record.get("pk"), int):
                fields = record["fields"]
                content_types[record["pk"]] = f"{fields.get('app_label')}.{fields.get('model')}"
        if count % 100 == 0:
            at(count, dump.share())
    at(count, 1.0)
    return content_types


class DumpFile:
    """The list of records in a file, read once from its beginning to its end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._raw: BinaryIO | None = None
        self._marking: Marking | None = None
        self._size = 1
        self._count = 0

    def share(self) -> float:
        """How much of the file is read, 0 to 1."""
        return self._raw.tell() / self._size if self._raw else 0.0

    def records(self) -> Iterator[Any]:
        """The items of the list; see ``put_aside`` for what it raises."""
        with self._in_words(), self._file.open("rb") as raw:
            self._raw = raw
            self._size = max(self._file.stat().st_size, 1)
            try:
                yield from self._counted(self._items(raw))
            except ijson.JSONError as error:
                if "overflow" not in str(error):
                    raise
                # A number that is too large for the parser: from here on with a look at each.
                raw.seek(0)
                yield from self._counted(islice(self._items(raw, numbers=True), self._count, None))

    def _counted(self, items: Iterator[Any]) -> Iterator[Any]:
        for record in items:
            self._count += 1
            yield record

    def _items(self, raw: io.BufferedReader, *, numbers: bool = False) -> Iterator[Any]:
        unpacked: Any = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if _is_gzip(raw) else raw
        _refuse_other_files(self._file, unpacked)
        self._marking = Marking(unpacked.read, numbers=numbers)
        items: Iterator[Any] = ijson.items(self._marking, "item", use_float=True)
        return items

    def fault_of(self, record: Any) -> str:
        """Which of its values no database keeps (NaN, a text with a NUL character), or ""."""
        return fault_of(record) if self._marking and self._marking.holds_nul else ""

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise KnownError(
                f"{self._file.name} is damaged or cut off: it ends after {self._count:,} records.",
                "Nothing was written. Copy it again, or make it again.",
            ) from error
        except ijson.JSONError as error:
            cut_off = "premature EOF" in str(error) or "Incomplete" in str(error)
            what = "is cut off" if cut_off else "is not valid JSON"
            raise KnownError(
                f"{self._file.name} {what} after {self._count:,} records.",
                "Nothing was written. " + ("Copy it again, or make it again." if cut_off else _near(error)),
            ) from error
        except IsADirectoryError as error:
            raise KnownError(f"{self._file} is a folder. Name a file in it.") from error
        except OSError as error:
            raise KnownError(f"{self._file} cannot be read: {error.strerror or error}.") from error


def _near(error: ijson.JSONError) -> str:
    """Where the parser stopped, from its message of several lines."""
    lines = str(error).splitlines()
    return f"It stops near: {' '.join(lines[1].split())}" if len(lines) > 1 else _MADE_BY


def _is_gzip(raw: io.BufferedReader) -> bool:
    return raw.peek(2)[:2] == b"\x1f\x8b"


def _refuse_other_files(file: Path, stream: Any) -> None:
    head = stream.peek(4096)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise KnownError(
            f"{file.name} is written in UTF-16.", "Windows PowerShell does that: use `dumpdata -o FILE`."
        )
    if head.startswith(b"\xef\xbb\xbf"):
        head = head[3:]
        stream.read(3)
    first = head.lstrip()[:1]
    if not head:
        raise KnownError(f"{file.name} is empty.", _MADE_BY)
    if first == b"{":
        raise KnownError(f"{file.name} is not a list of records.", _MADE_BY)
    if first not in (b"[", b""):
        raise KnownError(f"{file.name} is not a JSON file.", _MADE_BY)


def _model_of(record: Any) -> str:
    model = record.get("model") if isinstance(record, dict) else None
    return model.lower() if isinstance(model, str) and model and NUL not in model else UNNAMED


def _refusal(record: Any, model: str) -> str:
    """Why this item is no record, or ""."""
    if not isinstance(record, dict):
        return f"{shown(record)} is not a record".replace(NUL, "")
    if model == UNNAMED:
        return "the record does not say its model"
    if not isinstance(record.get("fields"), dict):
        return "the record has no fields"
    return ""
