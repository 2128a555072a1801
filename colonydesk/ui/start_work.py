"""What the first page has done away from the GUI thread: databases opened, made, founded and set up.

No Qt in here, and nothing that is called on the GUI thread but ``Server`` and ``field_of``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import uuid4
from zoneinfo import available_timezones

from colonydesk.domain.errors import KnownError, Refused
from colonydesk.paths import data_folder, growth_curve_text, migrations, vocabulary_texts
from colonydesk.queries.people import labs
from colonydesk.services.on_disk import is_folder, is_there, take_away
from colonydesk.services.opening import BehindError, Database, create_local, open_for_work, parse_address
from colonydesk.settings import complete_url, remember_password, without_password

SECURE = ("verify-full", "require", "prefer")
"""libpq's names of how a connection is secured, the safest first."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that was opened; ``url`` has no password, ``note`` is to be told before it is used."""

    url: str
    db: Database
    has_lab: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewLab:
    """The first records of an empty database; ``timezone`` is an IANA name."""

    lab: str
    timezone: str
    username: str


@dataclass(frozen=True, slots=True)
class Server:
    """The address of a PostgreSQL database, taken apart as the form has it."""

    host: str
    database: str
    user: str
    port: int = 5432
    secure: str = "require"

    def url(self) -> str:
        """SQLAlchemy's address, without a password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        user, database = quote(self.user, safe=""), quote(self.database, safe="")
        return f"postgresql+psycopg://{user}@{host}:{self.port}/{database}?sslmode={self.secure}"

    def url_with(self, password: str) -> str:
        """The same with a password, for opening only."""
        return self.url().replace("@", f":{quote(password, safe='')}@", 1) if password else self.url()

    @property
    def name(self) -> str:
        """What it is called in sentences, as ``Database.name``."""
        return f"{self.database} on {self.host}"


def server_of(url: str) -> Server:
    """The parts of a PostgreSQL address; what is missing or makes no sense is as in an empty form."""
    with suppress(KnownError):
        address = parse_address(url)
        secure = address.options.get("sslmode", "prefer")
        return Server(
            host=address.host or "",
            database=address.database or "",
            user=address.user or "",
            port=address.port or 5432,
            secure=secure if secure in SECURE else "prefer",
        )
    return Server("", "", "")


def is_server(url: str) -> bool:
    return url.startswith("postgresql")


def file_of(url: str) -> Path:
    """The file of a SQLite address."""
    return Path(unquote(url.removeprefix("sqlite:///")))


def file_named(text: str) -> Path:
    """The file a person typed: with ~, or beside the other local databases where it names no folder."""
    named = Path(text.strip().strip('"'))  # as Windows copies a path
    with suppress(RuntimeError):  # ~ of somebody who is not known here
        named = named.expanduser()
    return data_folder() / named


def open_file(file: Path) -> Opened:
    """Open a database file; an older one is backed up and brought up to date first.

    Raises:
        Refused: it is a folder.
        KnownError: in words, whatever else keeps it from being opened.
    """
    if is_folder(file):
        raise Refused(f"{file.name or file} is a folder.", "file", "Name a file in it.")
    address = str(file).replace("%", "%25").replace("?", "%3F")
    return open_url(f"sqlite:///{address}")


def open_url(url: str, note: str = "") -> Opened:
    """Open the database at this address, with the key ring's password where it holds none itself.

    Raises:
        BehindError, KnownError: see ``open_for_work``.
    """
    db = open_for_work(complete_url(url), migrations())
    try:
        return Opened(without_password(url), db, has_lab(db), note)
    except BaseException:
        db.close()
        raise


def has_lab(db: Database) -> bool:
    """Whether anybody has founded the colony yet."""
    with db.read() as connection:
        return bool(labs(connection))


def open_server(server: Server, password: str, *, remember: bool) -> Opened:
    """Open a server's database; with ``remember`` the password that worked goes into the key ring."""
    opened = open_url(server.url_with(password) if password else server.url())
    if not (remember and password):
        return opened
    return replace(opened, note=remember_password(server.url(), password))


def make_file(file: Path) -> Opened:
    """Make an empty local database and open it; where that fails, nothing of it stays behind.

    Raises:
        KnownError: there is such a file already, or it cannot be made there.
    """
    if set("?%") & set(str(file)):
        raise Refused("A ? or % cannot stand in the name of a database file or its folder.", "file")
    if is_folder(file):
        raise Refused(f"{file.name or file} is a folder.", "file", "Name a new file in it.")
    was_there = is_there(file)
    try:
        return open_url(create_local(file, migrations()))
    except BaseException:
        if not was_there:
            _remove(file)
        raise


def make_colony(file: Path, lab: NewLab, now: datetime) -> Opened:
    """Make a local database with its first lab and member; where that fails, nothing of it stays behind."""
    opened = make_file(file)
    try:
        return found(opened, lab, now)
    except BaseException:
        opened.db.close()
        _remove(file)
        raise


def found(opened: Opened, lab: NewLab, now: datetime) -> Opened:
    """Give an opened, empty database its first lab and member.

    Raises:
        Refused: with the field: "lab", "timezone" or "username".
    """
    from colonydesk.services.founding import FoundLab, found_lab

    command = FoundLab(
        command_id=uuid4(),
        lab=lab.lab,
        timezone=lab.timezone,
        username=lab.username,
        curve_text=growth_curve_text(),
        vocabularies=vocabulary_texts(),
    )
    found_lab(opened.db, command, now)
    return replace(opened, has_lab=True)


def checked(opened: Opened) -> Opened:
    """The same, as it is after an import."""
    return replace(opened, has_lab=has_lab(opened.db))


def set_up_server(
    set_up: Callable[[str], object], server: Server, password: str, *, remember: bool
) -> Opened:
    """Make ColonyDesk's tables in a server's empty database, and open it."""
    set_up(server.url_with(password) if password else complete_url(server.url()))
    return open_server(server, password, remember=remember)


def require_dump(file: Path) -> None:
    """Refuse, at field "alyx", what is not a file that can be read."""
    if is_folder(file):
        raise Refused(f"{file.name or file} is a folder.", "alyx", "Name a file in it.")
    try:
        with file.open("rb"):
            return
    except FileNotFoundError as error:
        raise Refused(f"There is no file {file.name} in {file.parent}.", "alyx") from error
    except OSError as error:
        raise Refused(f"{file.name or file} cannot be read ({error.strerror}).", "alyx") from error


def _remove(file: Path) -> None:
    for one in (file, Path(f"{file}-wal"), Path(f"{file}-shm"), Path(f"{file}-journal")):
        take_away(one)


def time_zones() -> tuple[str, ...]:
    """The names of all time zones that this computer knows, places before abbreviations."""
    known = available_timezones() - {"localtime", "Factory"}
    return tuple(sorted(known, key=lambda name: ("/" not in name, name)))


def zones_like(zones: tuple[str, ...], text: str, limit: int = 8) -> list[str]:
    """The zones that hold ``text``, those where a part begins with it first."""
    wanted = text.strip().replace(" ", "_").casefold()
    begins, holds = [], []
    for name in zones:
        folded = name.casefold()
        if any(part.startswith(wanted) for part in (folded, *folded.split("/"))):
            begins.append(name)
        elif wanted in folded:
            holds.append(name)
    return (begins + holds)[:limit]


def is_behind(error: Exception) -> bool:
    """Whether a server's database is to be brought up first, by an administrator."""
    return isinstance(error, BehindError)


def is_not_ours_yet(error: Exception) -> bool:
    """Whether a server's database has none of ColonyDesk's tables, against an older ColonyDesk's.

    Only then an administrator's button is offered; the error says it in its sentence alone.
    """
    return isinstance(error, BehindError) and "not a ColonyDesk database" in str(error)


# A server's sentences come without a field: what stands in them, and where on the form it belongs.
_FIELDS = (
    ("password", "password"),
    ("does not exist", "database"),
    ("certificate", "secure"),
    ("secure connection", "secure"),
    ("have no right", "user"),
    ("was not found", "host"),
    ("cannot be reached", "host"),
    ("does not answer", "host"),
    ("lets nobody in", "host"),
)


def field_of(error: KnownError, server: Server) -> str:
    """The field of the server form that the sentence of ``error`` belongs to; "" for none of them."""
    sentence = str(error).replace(server.name, "")
    return next((field for part, field in _FIELDS if part in sentence), "")


def belongs_to_the_form(error: Exception, server: Server) -> bool:
    """Whether what kept ``server`` from being opened is mended where its address stands."""
    if is_behind(error):
        return True
    return isinstance(error, KnownError) and field_of(error, server) not in ("", "host")
