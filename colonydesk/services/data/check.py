"""Look whether the recorded files of a repository are on the disk, and mark those that are not."""

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import FileRecord
from colonydesk.domain.errors import Refused
from colonydesk.services.data.files import Unread, why
from colonydesk.services.data.progress import Progress, Steps
from colonydesk.services.on_disk import is_folder

PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFiles:
    """``root`` is where the repository lies on this computer. A new ``command_id`` for each time."""

    command_id: UUID
    user_id: UUID
    data_repository_id: UUID
    root: Path


@dataclass(slots=True)
class Checked:
    """``missing`` are the files that are not there, by their places; ``unread`` ones could not be looked for,
    and stay marked as they were. ``returned`` counts the present ones that were marked as missing.
    """

    command_id: UUID
    present: int = 0
    returned: int = 0
    missing: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    cancelled: bool = False
    commands: list[UUID] = field(default_factory=list)

    @property
    def changed(self) -> dict[str, tuple[UUID, ...]]:
        """For the screens: all rows of these tables may have changed."""
        return {"file_record": ()} if self.commands else {}


def check_files(
    db: Database,
    command: CheckFiles,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Checked:
    """Look for every recorded file of a repository; ``progress`` counts records. Run it beside the writer.

    Raises:
        Refused: the repository's folder is not there, at the beginning or any more: then it is a disk that is
            not connected, and no file is marked as missing for that.
    """
    _refuse_without(command.root)
    of = FileRecord.data_repository_id == command.data_repository_id
    with db.read() as connection:
        total = connection.execute(select(func.count()).select_from(FileRecord).where(of)).scalar_one()
    steps = Steps(total, progress)
    steps.start()
    result = Checked(command.command_id)
    after = ""
    while not cancelled():
        columns = FileRecord.id, FileRecord.relative_path, FileRecord.exists
        page = select(*columns).where(of, FileRecord.relative_path > after)
        with db.read() as connection:
            rows = connection.execute(page.order_by(FileRecord.relative_path).limit(PAGE)).all()
        if not rows:
            steps.end()
            return result
        after = rows[-1].relative_path
        _check(db, command, rows, result, now)
        steps.add(len(rows))
    result.cancelled = True
    return result


def _check(
    db: Database,
    command: CheckFiles,
    rows: Sequence[Any],
    result: Checked,
    now: Callable[[], datetime],
) -> None:
    marks: dict[UUID, bool] = {}
    missing, returned, present = [], 0, 0
    for row in rows:
        try:
            is_there = _is_there(command.root, row.relative_path)
        except (OSError, ValueError) as error:
            result.unread.append(Unread(row.relative_path, why(error)))
            continue
        if is_there:
            present += 1
            returned += not row.exists
        else:
            missing.append(row.relative_path)
        if is_there != row.exists:
            marks[row.id] = is_there
    if missing:
        _refuse_without(command.root)  # pulled out while it was looked at
    if marks:
        command_id = uuid5(command.command_id, rows[0].relative_path)
        with db.unit(command_id, "data.check", command.user_id, now()) as unit:
            still = select(FileRecord.id).where(FileRecord.id.in_(marks)).with_for_update()
            for record_id in unit.connection.execute(still).scalars().all():
                unit.update(FileRecord, record_id, {"exists": marks[record_id]})
        result.commands.append(command_id)
    result.present += present
    result.returned += returned
    result.missing += missing


def _is_there(root: Path, place: str) -> bool:
    path = PurePosixPath(place)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("its path leads out of the repository")
    try:
        status = os.stat(root / path)  # noqa: PTH116 - one call says what it is and why not
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISREG(status.st_mode)


def _refuse_without(root: Path) -> None:
    if not is_folder(root):
        raise Refused(
            f"There is no folder {root}.",
            "root",
            "Connect the disk, or say where the repository lies.",
        )
