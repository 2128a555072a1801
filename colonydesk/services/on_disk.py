"""Questions about files that a name which no file can have, or a folder that is closed, answers with no.

``Path``'s own raise an ``OSError`` then; it comes with words once the file is opened or made.
"""

import os
from contextlib import suppress
from pathlib import Path


def is_folder(file: Path) -> bool:
    """Whether a folder is seen there."""
    return os.path.isdir(file)  # noqa: PTH112


def is_there(file: Path) -> bool:
    """Whether anything is seen there."""
    return os.path.exists(file)  # noqa: PTH110


def take_away(file: Path) -> None:
    """Delete a file that was begun, where it is."""
    with suppress(OSError):
        file.unlink(missing_ok=True)
