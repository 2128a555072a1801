"""What one user of this workstation chose: the database, the looks, the layout of the window.

A JSON file that a person can read and mend. Passwords are never in it: they go to the system's key ring.
"""

import base64
import binascii
import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus

from colonydesk.domain.errors import KnownError

THEMES = ("light", "dark", "night")
SCALES = (100, 125, 150, 175, 200)
RECENT_MAX = 8
_KEY_RING_SERVICE = "ColonyDesk"
# Options of libpq that nobody may read.
_SECRETS = frozenset(
    ("password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret")
)


@dataclass
class Settings:
    """The settings as read; change a field, then ``save``. Built by ``load``."""

    file: Path
    problem: str = ""  # a sentence to show when the file could not be read as it was
    database: str = ""  # URL without a password; "" before the first start
    recent: list[str] = field(default_factory=list)  # databases opened before, the last one first
    theme: str = "light"
    large_targets: bool = False
    scale: int = 100  # per cent
    members: dict[str, str] = field(default_factory=dict)  # database URL -> id of the member who records
    layout: dict[str, str] = field(default_factory=dict)  # window or sash -> its state in base64
    notices: dict[str, str] = field(default_factory=dict)  # how this workstation tells of what is due

    def opened(self, url: str) -> None:
        """Note the database that was opened, without its password."""
        self.database = without_password(url)
        others = [one for one in self.recent if one != self.database]
        self.recent = [self.database, *others][:RECENT_MAX]

    def member_for(self, url: str) -> str | None:
        """The id of the member who last recorded in this database from here."""
        return self.members.get(without_password(url))

    def remember_member(self, url: str, member_id: str) -> None:
        self.members[without_password(url)] = member_id

    def layout_of(self, part: str) -> bytes | None:
        """The state that was remembered of a window or sash; None where there is none that can be read."""
        try:
            return base64.b64decode(self.layout[part], validate=True)
        except (KeyError, binascii.Error):
            return None

    def remember_layout(self, part: str, state: bytes) -> None:
        self.layout[part] = base64.b64encode(state).decode("ascii")

    def save(self) -> None:
        """Write the file in one step: after a crash it is the old or the new one, never half of one.

        Keys this version does not know stay in the file.

        Raises:
            KnownError: when the file cannot be written.
        """
        document, _ = _read(self.file)
        document |= {name: getattr(self, name) for name in _STORED}
        document["database"] = without_password(self.database)
        document["recent"] = [without_password(url) for url in self.recent]
        try:
            _write(self.file, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            reason = error.strerror or str(error)
            raise KnownError(
                f"The settings could not be saved ({reason}).", f"Look at {self.file}; all else goes on."
            ) from error
        self.problem = ""


_STORED = tuple(one.name for one in fields(Settings) if one.name not in ("file", "problem"))


def load(file: Path) -> Settings:
    """Read the settings; what is missing or damaged takes its default, and ``problem`` says so.

    A file that is not readable as settings at all is kept beside the new one as "settings.damaged.json".
    """
    document, problem = _read(file)
    if problem:
        with suppress(OSError):
            file.replace(file.with_suffix(".damaged.json"))
    settings = Settings(file, problem)
    wrong = []
    for name in _STORED:
        if name not in document:
            continue
        if _fits(name, document[name]):
            setattr(settings, name, document[name])
        else:
            wrong.append(name)
    if wrong:
        settings.problem = f"These settings had no usable value and are as at first: {', '.join(wrong)}."
    return settings


def _read(file: Path) -> tuple[dict[str, Any], str]:
    """The file's document ({} where there is none), and a sentence when it could not be read."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return {}, "The settings file was damaged or could not be read: the settings are as at first."
    return document, ""


def _fits(name: str, value: object) -> bool:
    if name == "theme":
        return value in THEMES
    if name == "scale":
        return type(value) is int and value in SCALES
    if name == "large_targets":
        return isinstance(value, bool)
    if name == "database":
        return isinstance(value, str)
    if name == "recent":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".settings-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# Database addresses and their passwords


def without_password(url: str) -> str:
    """The address of a database without the password that may stand in it.

    Of an address that cannot be, with an @ within the password, rather too much is taken out than too little.
    """
    if url.startswith("sqlite:"):
        return url
    url = re.sub(r"^([^:]*://[^:]*):.*@", r"\1@", url, flags=re.DOTALL)
    url = re.sub(r"^[^:/]*:[^/].*://.*@", "@", url, flags=re.DOTALL)
    address, mark, options = url.partition("?")
    kept = [pair for pair in options.split("&") if "=" in pair and not _is_secret(pair)]
    return f"{address}?{'&'.join(kept)}" if mark and kept else address


def _is_secret(pair: str) -> bool:
    return unquote_plus(pair.partition("=")[0]).strip().lower() in _SECRETS


def with_password(url: str, password: str | None) -> str:
    """The address with a password put in after the user's name; as it is where there is none to put."""
    url = without_password(url)
    found = re.match(r"^[\w+]+://[^:/@?]+(?=@)", url)
    if password is None or found is None:
        return url
    return f"{found[0]}:{quote(password, safe='')}{url[found.end() :]}"


def complete_url(url: str) -> str:
    """The address with the password of the key ring, where it needs one and holds none itself.

    May wait for a person to unlock the key ring: not for the GUI thread.
    """
    if not url.startswith("postgresql") or url != without_password(url):
        return url
    return with_password(url, password_for(url))


def password_for(url: str) -> str | None:
    """The password the key ring has for this database; None where it has none or there is no key ring.

    May wait for a person to unlock the key ring: not for the GUI thread.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_KEY_RING_SERVICE, without_password(url))
    except KeyringError:
        return None


def remember_password(url: str, password: str) -> str:
    """Keep a password in the key ring; returns "" or a sentence that says why it was not kept.

    May wait for a person to unlock the key ring: not for the GUI thread.
    """
    import keyring
    from keyring.errors import KeyringError, NoKeyringError

    try:
        keyring.set_password(_KEY_RING_SERVICE, without_password(url), password)
    except NoKeyringError:
        return "This computer has no key ring, so the password is asked for at every start."
    except KeyringError:
        return "The key ring did not take the password, so it is asked for at the next start."
    return ""
