"""A file that other programs read: there whole, or as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from colonydesk.domain.errors import KnownError
from colonydesk.services.on_disk import take_away


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """The path to write to meanwhile; with the end of the block it takes ``file``'s place.

    Raises:
        KnownError: it cannot be written.
    """
    partial = file.with_name(f".{file.name}.part")
    try:
        yield partial
        partial.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise KnownError(f"{file} cannot be written ({reason}).", "Choose another place.") from error
    finally:
        take_away(partial)
