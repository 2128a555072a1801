"""The address of a database, taken apart in one place.

The rules are strict, so that no part of a password is ever taken for a server's name, a port or a database: a
password that holds one of @ / ? # is written with %40 %2F %3F %23, and an @ that stands anywhere but before
the server's name is refused. No sentence repeats anything of an address that was not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from colonydesk.domain.errors import KnownError

if TYPE_CHECKING:
    from sqlalchemy import URL

SQLITE, POSTGRESQL = "sqlite", "postgresql+psycopg"

_KINDS = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "postgresql+psycopg": POSTGRESQL}
_FORM = "Give a file, or postgresql+psycopg://user@host/name."
_PERCENT = "In a password write @ as %40, / as %2F, ? as %3F and # as %23."
# C:\Users is a folder; what else has an @ somewhere after a colon is a mistyped address.
_MISTYPED = re.compile(r"(?:[A-Za-z]:(?=[\\/]))?+[^:]*:.*@", re.DOTALL)
_SERVER = re.compile(r"(?:\[(?P<v6>[^\[\]]+)\]|(?P<host>[^\[\]:]*))(?::(?P<port>[^\[\]]*))?")


@dataclass(frozen=True, slots=True)
class Address:
    """``database`` is a file (None for one in memory) or a name on a server; ``options`` are libpq's."""

    kind: str
    database: str | None
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    options: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def dialect(self) -> str:
        return self.kind.partition("+")[0]

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for one in memory, and one on a server."""
        return Path(self.database) if self.kind == SQLITE and self.database else None

    @property
    def name(self) -> str:
        """What the status bar and the sentences say: never a password."""
        if self.kind == SQLITE:
            return self.file.name if self.file else "memory"
        host = self.options.get("host") or self.host or "this machine"
        return f"{self.options.get('dbname') or self.database} on {host}"

    def url(self) -> URL:
        """SQLAlchemy's address of it, with the password."""
        from sqlalchemy import URL

        return URL.create(
            self.kind, self.user, self.password, self.host, self.port, self.database, self.options
        )


def address_of(url: URL) -> Address:
    """The address that an engine of ours has."""
    options = {name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()}
    return Address(url.drivername, url.database, url.host, url.port, url.username, url.password, options)


def parse_address(text: str) -> Address:
    """The database a person named: SQLAlchemy's form, or the plain path of a SQLite file.

    Raises:
        KnownError: when it is neither.
    """
    kind, separator, rest = text.partition("://")
    if not text or "\0" in text or (not separator and _MISTYPED.match(text)):
        raise KnownError("This is not a database address.", _FORM)
    if not separator:
        return _file(text)
    if kind not in _KINDS:
        if not re.fullmatch(r"[a-z][a-z0-9+]*", kind):
            raise KnownError("This is not a database address.", _FORM)
        raise KnownError(
            f"ColonyDesk does not work with {kind}.",
            "It works with sqlite:///file and postgresql+psycopg://user@host/name.",
        )
    if _KINDS[kind] == POSTGRESQL:
        return _server(rest)
    if "?" in rest:
        raise KnownError("The address of a SQLite file takes no options.", "Leave out the ? and the rest.")
    if rest and not rest.startswith("/"):
        raise KnownError(
            "This is not the address of a SQLite file.", "Write sqlite:///file, or sqlite:////folder/file."
        )
    return _file(unquote(rest[1:]))


def _file(path: str) -> Address:
    return Address(SQLITE, None if path in ("", ":memory:") else path)


def _server(rest: str) -> Address:
    """What stands behind postgresql://."""
    end = re.search(r"[/?#]|$", rest)
    assert end is not None
    authority, path = rest[: end.start()], rest[end.start() :]
    if authority.count("@") > 1 or "@" in path or "#" in path:
        raise KnownError("This address has an @ or a # where none can be.", _PERCENT)
    who, _, where = authority.rpartition("@")
    user, _, password = who.partition(":")
    host, port = _host_and_port(where)
    name, _, query = path.partition("?")
    options = dict(parse_qsl(query))
    texts = [unquote(part) for part in (user, password, name.removeprefix("/"))]
    _refuse_unkeepable(*texts, *options.values())
    if not (texts[2] or options.get("dbname")):
        raise KnownError("This address names no database.", "Write postgresql+psycopg://user@host/name.")
    user, password, name = texts
    return Address(POSTGRESQL, name or None, host, port, user or None, password or None, options)


def _host_and_port(text: str) -> tuple[str | None, int | None]:
    found = _SERVER.fullmatch(text)
    if found is None:
        raise KnownError("The server's name in this address makes no sense.", _PERCENT)
    port = found["port"]
    if port and not (re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536):
        raise KnownError("The port in this address is not a number from 1 to 65535.", _PERCENT)
    return found["v6"] or found["host"] or None, int(port) if port else None


def _refuse_unkeepable(*texts: str) -> None:
    """Raise KnownError for what the driver would cut off or cannot send."""
    for text in texts:
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise KnownError("This address holds a character that cannot be.", _FORM)
