"""Mail servers for the tests: a real one, and some that do what real ones do on bad days."""

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from colonydesk.domain.mail import MailServer

USER, SECRET = "colony", "correct horse"


@dataclass
class Post:
    """What a server accepted; ``refuse`` answers an address, None: accepted."""

    secret: str = SECRET
    accepted: list[Any] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuse: Callable[[str], str | None] = lambda _address: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        words = self.refuse(address)
        if words is not None:
            return words
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        with self.lock:
            self.accepted.append((tuple(envelope.rcpt_tos), envelope.content))
        return "250 accepted"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append(mechanism)
        good = (data.login.decode(), data.password.decode()) == (USER, self.secret)
        return AuthResult(success=good, handled=False)

    def in_order(self) -> list[str]:
        """The subjects of what was accepted, as it came."""
        from email import message_from_bytes, policy

        found = [message_from_bytes(content, policy=policy.default) for _, content in self.accepted]
        return [str(one["Subject"]) for one in found]

    def subjects(self) -> list[str]:
        """The subjects of what was accepted, sorted."""
        return sorted(self.in_order())


@contextlib.contextmanager
def post_office(
    post: Post, tls: ssl.SSLContext | None = None, security: str = "none", **options: Any
) -> Iterator[MailServer]:
    """A real server in a thread of its own."""
    if tls is not None and security == "starttls":
        options = {"tls_context": tls, "require_starttls": True, "auth_required": True, **options}
        options["authenticator"] = post.authenticate
    elif tls is not None:
        options = {"ssl_context": tls, **options}
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        name = "localhost" if tls else "127.0.0.1"
        username = USER if security == "starttls" else ""
        yield MailServer(name, controller.port, security, "colony@example.org", username)
    finally:
        controller.stop()


@contextlib.contextmanager
def bad_server(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[MailServer]:
    """A server that talks to each connection as ``talk`` does, until the event is set at the end."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                talk(connection, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    threads.append(thread)
    try:
        yield MailServer("127.0.0.1", listening.getsockname()[1], "none", "colony@example.org")
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for one in threads:
            one.join(10)


def hangs(connection: socket.socket, over: threading.Event) -> None:
    """Takes the connection and says nothing."""
    over.wait()


def drips(connection: socket.socket, over: threading.Event) -> None:
    """Says one letter after another, and never an end of line."""
    while not over.wait(0.05):
        connection.sendall(b"2")


def drops(connection: socket.socket, _over: threading.Event) -> None:
    """Greets, and goes away in the middle of the first e-mail."""
    connection.sendall(b"220 here\r\n")
    until_an_email(connection)


def has_had_enough(connection: socket.socket, over: threading.Event) -> None:
    """Greets, and says at the first e-mail that this connection is over."""
    connection.sendall(b"220 here\r\n")
    if until_an_email(connection):
        connection.sendall(b"421 too many connections\r\n")
        over.wait(1)


def turns_away(connection: socket.socket, _over: threading.Event) -> None:
    """Answers, and lets nobody in."""
    connection.sendall(b"554 no service here\r\n")


def until_an_email(connection: socket.socket) -> bool:
    """Answer until an e-mail begins; False where none does."""
    heard = b""
    while b"MAIL FROM" not in heard.upper():
        part = connection.recv(4096)
        if not part:
            return False
        heard += part
        if b"EHLO" in part.upper():
            connection.sendall(b"250 here\r\n")
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate (certificate.pem) for localhost, a client's that trusts it."""
    key, file = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(file)),
        ],
        check=True,
        capture_output=True,
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key)
    return server, ssl.create_default_context(cafile=str(file))
