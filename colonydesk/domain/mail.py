"""E-mail addresses, the mail server of the notifications, and what cannot be right about them."""

import re
from dataclasses import dataclass
from typing import Final

from colonydesk.domain.errors import Refused

SECURITY: Final = {"tls": "TLS", "starttls": "STARTTLS", "none": "none"}
"""How the connection is encrypted: the codes that are stored, and their words."""
PORT: Final = {"tls": 465, "starttls": 587, "none": 25}
"""The port that is usual for each."""

# Letters of any language. Quotes, brackets, colons and commas have a meaning in the head of an e-mail.
_LABEL = r"[^\W_]+(?:-+[^\W_]+)*"
_ADDRESS = re.compile(rf"[\w.!#$%&'*+/=?^`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+")
_HOST = re.compile(r"[\w.:-]+\Z")
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """``security``: a code of SECURITY; no ``username``: the server asks for none. The secret is not here."""

    host: str
    port: int
    security: str
    sender: str
    username: str = ""

    @property
    def key(self) -> str:
        """What the secret is kept under."""
        return f"{self.username}@{self.host}:{self.port}"


def is_address(text: str) -> bool:
    """Whether a text is one e-mail address: something@host.tld, the host of letters, digits, . and -."""
    return bool(_ADDRESS.fullmatch(text))


def checked(server: MailServer) -> MailServer:
    """The server, where it can be one.

    Raises:
        Refused: what cannot be; ``field`` names which.
    """
    if not _HOST.match(server.host):
        raise Refused("Give the name of the mail server, such as smtp.example.org.", "host")
    if not 1 <= server.port <= 65535:
        raise Refused("A port is a number from 1 to 65535.", "port")
    if server.security not in SECURITY:
        raise Refused("Choose TLS, STARTTLS or none.", "security")
    if server.security == "none" and server.username and server.host not in _LOCAL:
        raise Refused("A password is not sent over a connection that is not encrypted.", "security")
    if not is_address(server.sender):
        raise Refused("Give the address that the e-mails come from.", "sender")
    return server
