"""A file that other programs read: there whole, or as it was before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from colonydesk.domain.errors import KnownError
from colonydesk.services.on_disk import is_there, take_away


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """The path to write to meanwhile; with the end of the block it takes ``file``'s place.

    A device (/dev/stdout) is written to as it is.

    Raises:
        KnownError: it cannot be written.
    """
    replaced = os.path.isfile(file) or not is_there(file)  # noqa: PTH113 - which raises for no name at all
    partial = file.with_name(f".{file.name}.part") if replaced else file
    try:
        yield partial
        if replaced:
            partial.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise KnownError(f"{file} cannot be written ({reason}).", "Choose another place.") from error
    finally:
        if replaced:
            take_away(partial)
