"""Starting with the session, as the desktops of Linux do it: a file in the folder of what they start."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from colonydesk.domain.errors import KnownError

_ENTRY = """[Desktop Entry]
Type=Application
Name=ColonyDesk
Comment=Tells of what is due in the animal facility
Exec={command}
Terminal=false
X-GNOME-Autostart-enabled=true
"""


def is_possible() -> bool:
    """Whether this system has such a folder."""
    return sys.platform.startswith("linux")


def file() -> Path:
    """The file, which need not be there."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "autostart" / "colonydesk.desktop"


def is_on() -> bool:
    """Whether the program starts with the session."""
    return file().exists()


def set_on(on: bool) -> None:
    """Let the program start with the session, or not.

    Raises:
        KnownError: the file cannot be written or removed.
    """
    try:
        if not on:
            file().unlink(missing_ok=True)
            return
        file().parent.mkdir(parents=True, exist_ok=True)
        file().write_text(_ENTRY.format(command=command()), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise KnownError(f"This could not be set ({reason}).", f"Look at {file()}.") from error


def command() -> str:
    """The line that starts this program, quoted as such a file asks for."""
    if getattr(sys, "frozen", False):
        return _quoted(sys.executable)
    beside = Path(sys.executable).with_name("colonydesk")
    found = str(beside) if beside.exists() else shutil.which("colonydesk")
    if found:
        return _quoted(found)
    return f"{_quoted(sys.executable)} -m colonydesk"


def _quoted(path: str) -> str:
    for character in '\\"`$':
        path = path.replace(character, f"\\{character}")
    return f'"{path}"'.replace("%", "%%")
