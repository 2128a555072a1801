"""Where the program finds what it brings along, and where it keeps what is this user's own."""

import sys
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("ColonyDesk", appauthor=False, roaming=False)


def _brought_along() -> Path:
    """The folder of resources and migrations: the unpacked program where it is frozen, else the clone."""
    return Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))


def resources() -> Path:
    """Icons, fonts, growth tables, vocabularies, help pages."""
    return _brought_along() / "resources"


def migrations() -> Path:
    """Alembic's environment and revisions."""
    return _brought_along() / "migrations"


def growth_curve_text() -> str:
    """The growth table that a new mouse lab starts with, as csv."""
    return (resources() / "growth" / "c57bl6.csv").read_text(encoding="utf-8")


def vocabulary_texts() -> dict[str, str]:
    """The usual words that a new lab starts with, as csv by the name of their table."""
    files = sorted((resources() / "vocabularies").glob("*.csv"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def settings_file() -> Path:
    """This user's settings; see ``colonydesk.settings``."""
    return _DIRS.user_config_path / "settings.json"


def data_folder() -> Path:
    """Where a new local database is proposed; it may not be there yet."""
    return _DIRS.user_data_path


def log_file() -> Path:
    """The program's log; its folder may not be there yet."""
    return _DIRS.user_log_path / "colonydesk.log"
