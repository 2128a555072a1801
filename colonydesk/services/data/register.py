"""Register the files of a folder: a dataset and a file record for each, with size, MD5 and SHA-1.

It may take hours: run it beside the writer, not in it. The files are read outside of any unit of work; what
is known of some of them is then written in a short one, so that others can go on recording.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Row, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import DataRepository, Dataset, FileRecord, Session, Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.domain.filenames import FormatMatcher, TypeMatcher
from colonydesk.services.data.files import FoundFile, Stopped, Sums, Unread, files_below, sums_of, why
from colonydesk.services.data.progress import Progress, Steps
from colonydesk.services.data.types import format_matcher, type_matcher, unknown_format, unknown_type
from colonydesk.services.on_disk import is_folder

BATCH_FILES = 200
BATCH_BYTES = 1 << 30
"""So many files, or so many bytes that were read, are written down at a time: a power cut costs no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFolder:
    """``root`` is where the repository lies on this computer, ``folder`` a folder in it.

    The datasets become those of ``session_id``, or are about ``subject_id``, where one is named. A new
    ``command_id`` for each time it is asked for.
    """

    command_id: UUID
    user_id: UUID
    data_repository_id: UUID
    root: Path
    folder: Path
    session_id: UUID | None = None
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that is not any more what was registered: sizes in bytes, None where none was recorded."""

    place: str
    size_recorded: int | None
    size: int


@dataclass(slots=True)
class Registered:
    """What came of it. ``commands`` were written one after the other, and can be undone in the other order.

    ``known`` files were registered before and are as they were; ``differing`` ones are not, and what is
    recorded of them stays; ``unread`` ones could not be read. ``size`` counts the bytes of the added files.
    """

    command_id: UUID
    added: int = 0
    size: int = 0
    known: int = 0
    differing: list[ChangedFile] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    cancelled: bool = False
    commands: list[UUID] = field(default_factory=list)

    @property
    def changed(self) -> dict[str, tuple[UUID, ...]]:
        """For the screens: all rows of these tables may have changed."""
        tables = "dataset", "file_record", "dataset_type", "data_format"
        return dict.fromkeys(tables, ()) if self.commands else {}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the run looks, and what it files what it finds under."""

    folder: Path
    within: str
    about: dict[str, Any]
    types: TypeMatcher[UUID]
    formats: FormatMatcher[UUID]
    unknown_type: UUID
    unknown_format: UUID


def register_folder(
    db: Database,
    command: RegisterFolder,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Registered:
    """Register every file below a folder that is not registered yet; ``progress`` counts bytes.

    Done again it adds only what is new. A file that has the size and the time of its dataset is taken for
    unchanged without being read. When it is cancelled, what was read until then is registered.

    Raises:
        Refused: the repository, session or subject is gone, or the folder is not there or not in ``root``.
        KnownError: the database cannot be reached; what was written until then stays.
    """
    place = _place(db, command, now())
    steps = Steps(_bytes_below(place, cancelled), progress)
    steps.start()
    result = Registered(command.command_id)
    files = files_below(place.folder, place.within, result.unread.append)
    while not result.cancelled:
        batch = list(islice(files, BATCH_FILES))
        if not batch:
            break
        _register(db, command, place, batch, result, now, steps, cancelled)
    if not result.cancelled:
        steps.end()
    result.differing.sort(key=lambda one: one.place)
    result.unread.sort(key=lambda one: one.place)
    return result


def _place(db: Database, command: RegisterFolder, now: datetime) -> _Place:
    root, folder = command.root.resolve(), command.folder.resolve()
    if not is_folder(root):
        raise Refused(f"There is no folder {command.root}.", "root")
    if not is_folder(folder):
        raise Refused(f"There is no folder {command.folder}.", "folder")
    if not folder.is_relative_to(root):
        raise Refused("This folder does not lie in that of the repository.", "folder")
    within = folder.relative_to(root).as_posix()
    setup = uuid5(command.command_id, "setup")
    with db.unit(setup, "data.prepare", command.user_id, now) as unit:
        return _Place(
            folder,
            "" if within == "." else within,
            _about(unit, command),
            type_matcher(unit),
            format_matcher(unit),
            unknown_type(unit),
            unknown_format(unit),
        )


def _about(unit: Unit, command: RegisterFolder) -> dict[str, Any]:
    """What the datasets hold of the session or the subject they are of."""

    def is_there(table: type[DataRepository] | type[Subject] | type[Session], row_id: UUID | None) -> bool:
        return unit.connection.execute(select(table.id).where(table.id == row_id)).first() is not None

    if not is_there(DataRepository, command.data_repository_id):
        raise Refused("This repository is no longer in the database.", "data_repository_id")
    if command.session_id is not None:
        if not is_there(Session, command.session_id):
            raise Refused("This session is no longer in the database.", "session_id")
        if command.subject_id is not None:
            raise Refused("The files are of the session or of the animal: leave one empty.", "subject_id")
        return {"session_id": command.session_id}
    if command.subject_id is not None:
        if not is_there(Subject, command.subject_id):
            raise Refused("This animal is no longer in the database.", "subject_id")
        return {"content_type": Subject.__tablename__, "object_id": command.subject_id}
    return {}


def _bytes_below(place: _Place, cancelled: Callable[[], bool]) -> int:
    total = 0
    for file in files_below(place.folder, place.within, lambda _: None):
        total += file.size
        if cancelled():
            break
    return total


def _register(
    db: Database,
    command: RegisterFolder,
    place: _Place,
    batch: Sequence[FoundFile],
    result: Registered,
    now: Callable[[], datetime],
    steps: Steps,
    cancelled: Callable[[], bool],
) -> None:
    """One batch: look up what is known of the files, read those that must be, write down the new ones."""
    with db.read() as connection:
        known = {row.relative_path: row for row in connection.execute(_recorded(command, batch))}
    new: list[tuple[FoundFile, Sums]] = []
    found_again: list[UUID] = []
    unwritten = 0
    for file in batch:
        if cancelled():
            result.cancelled = True
            break
        before = steps.done
        record = known.get(file.place)
        try:
            if record is not None:
                _compare(file, record, result, steps, cancelled)
                if not record.exists:
                    found_again.append(record.id)
            else:
                new.append((file, sums_of(file, steps.add, cancelled)))
                unwritten += file.size
        except Stopped:
            result.cancelled = True
            break
        except (OSError, ValueError) as error:
            result.unread.append(Unread(file.place, why(error)))
        steps.add(file.size - (steps.done - before))
        if unwritten >= BATCH_BYTES:
            _write(db, command, place, new, [], result, now())
            new, unwritten = [], 0
    if new or found_again:
        _write(db, command, place, new, found_again, result, now())


def _recorded(command: RegisterFolder, files: Iterable[FoundFile]) -> Any:
    return (
        select(
            FileRecord.id,
            FileRecord.relative_path,
            FileRecord.exists,
            Dataset.file_size,
            Dataset.md5,
            Dataset.hash,
            Dataset.created_datetime,
        )
        .join(Dataset, Dataset.id == FileRecord.dataset_id)
        .where(
            FileRecord.data_repository_id == command.data_repository_id,
            FileRecord.relative_path.in_([file.place for file in files]),
        )
    )


def _compare(
    file: FoundFile, record: Row[Any], result: Registered, steps: Steps, cancelled: Callable[[], bool]
) -> None:
    """Whether a registered file is what it was; what is recorded of it stays in any case."""
    if record.file_size == file.size and record.created_datetime == file.modified is not None:
        same = True
    elif record.file_size is not None and record.file_size != file.size:
        same = False
    else:
        sums = sums_of(file, steps.add, cancelled)
        same = record.md5 in (None, sums.md5) and record.hash in (None, sums.sha1)
    if same:
        result.known += 1
    else:
        result.differing.append(ChangedFile(file.place, record.file_size, file.size))


def _write(
    db: Database,
    command: RegisterFolder,
    place: _Place,
    new: Sequence[tuple[FoundFile, Sums]],
    found_again: Sequence[UUID],
    result: Registered,
    now: datetime,
) -> None:
    command_id = uuid5(command.command_id, new[0][0].place if new else found_again[0].hex)
    with db.unit(command_id, "data.register", command.user_id, now) as unit:
        if unit.repeated:
            return
        # Who registers the same files at the same time waits here, and then finds them.
        kept = select(DataRepository.id).where(DataRepository.id == command.data_repository_id)
        if unit.connection.execute(kept.with_for_update()).first() is None:
            raise Refused("This repository is no longer in the database.", "data_repository_id")
        recorded = _recorded(command, (file for file, _ in new))
        present = {row.relative_path for row in unit.connection.execute(recorded)}
        twins = _twins(unit, command, place, new)
        for file, sums in new:
            if file.place in present:
                result.known += 1
                continue
            row = _dataset(command, place, file, sums, now)
            dataset_id = twins.get(_identity(row)) or unit.insert(Dataset, row)
            path = {"data_repository_id": command.data_repository_id, "relative_path": file.place}
            unit.insert(FileRecord, {"id": uuid4(), "dataset_id": dataset_id, **path, "exists": True})
            result.added += 1
            result.size += sums.size
        for record_id in found_again:
            unit.update(FileRecord, record_id, {"exists": True})
    result.commands.append(command_id)


def _dataset(
    command: RegisterFolder, place: _Place, file: FoundFile, sums: Sums, now: datetime
) -> dict[str, Any]:
    """``created_datetime`` is when the file was last written, by the disk."""
    folder, _, name = file.place.rpartition("/")
    collection = folder.removeprefix(place.within).strip("/")
    return {
        "id": uuid4(),
        "name": name,
        **place.about,
        "created_by_id": command.user_id,
        "created_datetime": file.modified or now,
        "auto_datetime": now,
        "dataset_type_id": place.types.match(name) or place.unknown_type,
        "data_format_id": place.formats.match(name) or place.unknown_format,
        "file_size": sums.size,
        "md5": sums.md5,
        "hash": sums.sha1,
        "collection": collection or None,
    }


def _identity(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["name"], row["collection"], row["md5"], row["hash"]


def _twins(
    unit: Unit, command: RegisterFolder, place: _Place, new: Sequence[tuple[FoundFile, Sums]]
) -> dict[tuple[Any, ...], UUID]:
    """The session's datasets that are the same files in another repository: they get a record more."""
    if command.session_id is None or not new:
        return {}
    columns = Dataset.id, Dataset.name, Dataset.collection, Dataset.md5, Dataset.hash
    elsewhere = select(FileRecord.dataset_id).where(
        FileRecord.data_repository_id == command.data_repository_id,
        FileRecord.dataset_id == Dataset.id,
    )
    statement = select(*columns).where(
        Dataset.session_id == command.session_id,
        Dataset.md5.in_([sums.md5 for _, sums in new]),
        ~elsewhere.exists(),
    )
    found = unit.connection.execute(statement.order_by(Dataset.created_at)).mappings()
    return {_identity(dict(row)): row["id"] for row in found}
