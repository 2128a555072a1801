"""What a database's failure means to a person: one plain sentence and what to do next."""

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from colonydesk.db.files import NETWORK_FILE_SYSTEMS
from colonydesk.domain.errors import Conflict, KnownError

LOOK_BEHIND = "Look at what stands behind the ? of the address."


class DatabaseUnavailable(KnownError):
    """The database cannot be reached now; what was typed stays and can be sent again."""


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Turn the driver's failures inside the block into a ``KnownError``; bugs pass unchanged."""
    try:
        yield
    except KnownError:
        raise
    except Exception as error:
        known = _known(error, name)
        if known is None:
            raise
        raise known from error


def _known(error: Exception, name: str) -> KnownError | None:
    if isinstance(error, sqlite3.Error) or type(error).__module__.startswith("psycopg"):
        return explain(error, name)
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as PoolTimeoutError

    if isinstance(error, DBAPIError):
        return explain(error.orig, name) if error.orig is not None else None
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailable(f"{name} does not answer.", "Try again.")
    return None


def refuse_network_share(file: Path, file_system: str) -> None:
    """Raise KnownError where ``file_system`` is a network's: SQLite's locks do not hold there."""
    if file_system.lower() in NETWORK_FILE_SYSTEMS:
        raise KnownError(
            f"{file.name} lies on a network share ({file_system}), where a SQLite database can be damaged.",
            "Keep the file on this computer's own disk, or use a PostgreSQL server.",
        )


def explain(error: BaseException, name: str) -> KnownError | None:
    """The sentence for a driver's error, or None where it is a bug of ours (a broken statement or rule)."""
    if isinstance(error, sqlite3.Error):
        return _sqlite(error, name)
    return _postgresql(error, name)


_SQLITE: dict[int, tuple[type[KnownError], str, str]] = {
    sqlite3.SQLITE_BUSY: (
        DatabaseUnavailable,
        "{name} is locked by another program.",
        "Nothing was saved. Close the other program, or wait a moment, and try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        KnownError,
        "{name} cannot be written: the file or its folder is read-only.",
        "Nothing was saved. Ask for the right to write to the file and its folder.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        KnownError,
        "{name} is damaged.",
        "Do not go on with it. Restore the last back-up, and keep the damaged file.",
    ),
    sqlite3.SQLITE_NOTADB: (
        KnownError,
        "{name} is not a database, or it is damaged.",
        "Choose another file, or restore the last back-up.",
    ),
    sqlite3.SQLITE_FULL: (
        DatabaseUnavailable,
        "The disk is full: {name} cannot grow.",
        "Nothing was saved. Free some space and try again.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        KnownError,
        "{name} cannot be opened.",
        "Look whether the file is there and may be read.",
    ),
    sqlite3.SQLITE_PERM: (KnownError, "You may not open {name}.", "Ask for the right to read and write it."),
    sqlite3.SQLITE_IOERR: (
        DatabaseUnavailable,
        "The disk under {name} reports an error.",
        "Nothing was saved. Look at the disk, then try again.",
    ),
}
_SQLITE[sqlite3.SQLITE_LOCKED] = _SQLITE[sqlite3.SQLITE_BUSY]

# A foreign key: what a person chose on the screen can have been deleted on another workstation since.
_GONE = (
    "Somebody else has deleted what this record refers to, or added what refers to it.",
    "Nothing was saved. Look again, and repeat it.",
)
# An id is made by the program: one that is there already is of a save whose answer was lost on its way.
_SAVED = ("This record is saved already.", "Look at it, and change what is to be otherwise.")


def _sqlite(error: sqlite3.Error, name: str) -> KnownError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return Conflict(*_GONE)
    if code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
        return Conflict(*_SAVED)
    if code is None or code & 0xFF not in _SQLITE:
        return None
    kind, message, hint = _SQLITE[code & 0xFF]
    return kind(message.format(name=name), hint)


# Parts of libpq's words for what happens before a session exists: there is no SQLSTATE to go by.
_LIBPQ: tuple[tuple[str, str, str], ...] = (
    ("certificate", "The certificate of {name} is refused.", "Ask your administrator for the right one."),
    ("does not support ssl", "No secure connection to {name} could be made.", "Ask your administrator."),
    ("ssl error", "No secure connection to {name} could be made.", "Ask your administrator."),
    ("password authentication failed", "The password for {name} is wrong.", "Type it again."),
    ("no password supplied", "{name} asks for a password.", "Type it."),
    ("no pg_hba.conf entry", "{name} lets nobody in from this computer.", "Ask your administrator."),
    (
        "does not exist",
        "{name} does not exist on that server.",
        "Look at the names of database and user.",
    ),
    ("failed to resolve host", "The server of {name} was not found.", "Look at its name."),
    ("starting up", "{name} is just starting.", "Try again in a moment."),
    ("too many", "{name} has no room for another connection.", "Try again in a moment."),
)
# An option of the address with a value that cannot be; the option's name alone is repeated.
_WRONG_OPTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r'for connection option "(?P<option>\w+)"',
        r'invalid "?(?P<option>\w+)"? value',
        r'invalid value for parameter "(?P<option>\w+)"',
        r"bad value for (?P<option>\w+):",
        r"definition of (?P<option>service) ",
        r"invalid (?P<option>port) number",
        r"could not match \d+ (?P<option>port) numbers",
        r"unrecognized (?P<option>configuration parameter)",
    )
)
_TELL = "Nothing was saved. Tell your administrator."
_DISK_FULL = "53100"
_READ_ONLY = "25006"
_NO_RIGHT = "42501"
_FOREIGN_KEY = "23503"
_UNIQUE = "23505"
_DEADLOCK = "40P01"
_LOCKED = "55P03"
_SERIALIZATION = "40001"
_CANCELLED = "57014"
_ABANDONED = "25P03"


def _postgresql(error: BaseException, name: str) -> KnownError | None:
    import psycopg

    state = getattr(error, "sqlstate", None)
    if state == _DISK_FULL:
        return DatabaseUnavailable(f"The disk of {name} is full.", _TELL)
    if state == _READ_ONLY:
        return KnownError(f"{name} is read-only at the moment.", _TELL)
    if state == _NO_RIGHT:
        return KnownError(f"You have no right to do this in {name}.", "Ask your administrator.")
    if state == _FOREIGN_KEY:
        return Conflict(*_GONE)
    if state == _UNIQUE and _constraint(error).startswith("pk_"):
        return Conflict(*_SAVED)
    if state in (_DEADLOCK, _LOCKED, _SERIALIZATION):
        return DatabaseUnavailable(
            f"Another workstation is changing the same records of {name}.", "Nothing was saved. Try again."
        )
    if state == _CANCELLED:
        return DatabaseUnavailable(
            f"{name} took longer than its administrator allows.",
            "Nothing was saved. Try again, and tell your administrator if it stays so.",
        )
    if isinstance(error, psycopg.DataError) and "NUL" in str(error):
        return KnownError("A text holds a character that cannot be stored.", "Type it anew.")
    if state is None and (option := _wrong_option(str(error))):
        return KnownError(
            f"The address of {name} has a value for {option} that PostgreSQL does not take.",
            LOOK_BEHIND,
        )
    if state != _ABANDONED and not isinstance(error, psycopg.OperationalError):
        return None
    words = str(error).lower()
    never_connected = words.startswith(("connection ", "failed to resolve"))
    for part, message, hint in _LIBPQ:
        if never_connected and part in words:
            return DatabaseUnavailable(message.format(name=name), hint)
    return DatabaseUnavailable(f"{name} cannot be reached.", "Nothing was changed: try again later.")


def _constraint(error: BaseException) -> str:
    return getattr(getattr(error, "diag", None), "constraint_name", None) or ""


def _wrong_option(words: str) -> str:
    """The option of the address that a connection failed of; "" where it was something else."""
    found = next(filter(None, (pattern.search(words) for pattern in _WRONG_OPTIONS)), None)
    return found["option"] if found else ""
