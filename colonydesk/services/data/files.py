"""What is on the disk: the files below a folder, and the sums over what they hold."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

CHUNK = 1 << 20  # bytes read at a time
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Stopped(Exception):
    """The user has asked for an end."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is there; ``place`` is its path below the repository's folder, with ``/``.

    ``modified`` is None where the disk gives a time that cannot be one.
    """

    place: str
    path: str
    size: int
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or folder that could not be read, and why, in words."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sums:
    """The size in bytes of what was read, its MD5 and its SHA-1 (hexadecimal)."""

    size: int
    md5: UUID
    sha1: str


def files_below(folder: Path, place: str, unread: Callable[[Unread], None]) -> Iterator[FoundFile]:
    """Every file below a folder, one after the other, in the order in which the disk gives them.

    ``place`` is the folder's own. What cannot be read is told to ``unread`` and passed over. Links to folders
    are not followed.
    """
    waiting = [(str(folder), place)]
    while waiting:
        at, within = waiting.pop()
        try:
            with os.scandir(at) as entries:
                for entry in entries:
                    below = f"{within}/{entry.name}".lstrip("/")
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append((entry.path, below))
                        else:
                            yield _found(entry, below)
                    except (OSError, ValueError) as error:
                        unread(Unread(printable(below), why(error)))
        except OSError as error:
            unread(Unread(printable(within or "."), why(error)))


def _found(entry: "os.DirEntry[str]", place: str) -> FoundFile:
    try:
        place.encode()
    except UnicodeEncodeError as error:
        raise ValueError("its name holds characters that cannot be stored") from error
    status = entry.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ValueError("it is a link to a folder")
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("it is not a plain file")
    return FoundFile(place, entry.path, status.st_size, modified_at(status))


def modified_at(status: os.stat_result) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=status.st_mtime_ns // 1000)
    except OverflowError:
        return None


def sums_of(file: FoundFile, on_bytes: Callable[[int], None], cancelled: Callable[[], bool]) -> Sums:
    """Read a file once, a piece at a time.

    Raises:
        Stopped: ``cancelled`` says so. OSError: it cannot be read. ValueError: somebody is writing it.
    """
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    size = 0
    piece = memoryview(bytearray(CHUNK))
    with open(file.path, "rb", buffering=0) as opened:  # noqa: PTH123 - the path may be any bytes
        while count := opened.readinto(piece):
            if cancelled():
                raise Stopped
            md5.update(piece[:count])
            sha1.update(piece[:count])
            size += count
            on_bytes(count)
        status = os.fstat(opened.fileno())
    if (size, modified_at(status)) != (file.size, file.modified):
        raise ValueError("it is being written")
    return Sums(size, UUID(hex=md5.hexdigest()), sha1.hexdigest())


def why(error: Exception) -> str:
    """Why a file could not be read, in words."""
    if isinstance(error, PermissionError):
        return "no right to read it"
    if isinstance(error, FileNotFoundError):
        return "it is not there any more"
    if isinstance(error, OSError):
        return (error.strerror or "the disk reports an error").lower()
    return str(error)


def printable(place: str) -> str:
    """A path that can be shown, whatever bytes its name is made of."""
    return place.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
