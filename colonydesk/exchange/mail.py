"""E-mails over SMTP: encrypted, with time limits, and every failure as words that a person can act on.

The secret of a server is kept in the system's key ring, or for a scheduler that has none in a file that only
its owner may read; it is in no log or argument.
"""

import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from uuid import UUID, uuid4

from colonydesk.domain.errors import KnownError
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail_login import log_in

STEP_SECONDS = 10.0
"""How long a server may take for one answer."""
WHOLE_SECONDS = 30.0
"""How long it may take for one e-mail, however it hands out its answers; and for the greeting."""
PASSWORD_FILE = "COLONYDESK_MAIL_PASSWORD_FILE"
"""The environment's name of the file with the passwords: lines of host:port:user:password."""
_KEY_RING_SERVICE = "ColonyDesk e-mail"
_WHICH_ENCRYPTION = "A port that is for TLS (465) waits for it in silence: is the encryption the right one?"
_ODD_ADDRESS = "it takes no address with letters beyond ASCII"
_STRANGER = {530, 538}
"""The codes of "authentication required", "STARTTLS first" and "encryption required" (RFC 4954, 3207)."""
_TROUBLE = (OSError, smtplib.SMTPException, UnicodeError, ValueError)

Secret = Callable[[MailServer], str | None]


class MailFailed(KnownError):
    """An e-mail was not accepted; ``all_fail`` where no other one would be either.

    ``here`` where nothing was tried to be sent: it is this computer that cannot log in.
    """

    def __init__(self, message: str, hint: str = "", *, all_fail: bool, here: bool = False) -> None:
        super().__init__(message, hint)
        self.all_fail, self.here = all_fail, here


class NotTaken(NamedTuple):
    """For whom of several an e-mail was not accepted, in words, and who of them is to be tried again."""

    words: str = ""
    later: frozenset[str] = frozenset()


class Mailer:
    """A connection to a mail server, as a context manager. Waits at most the seconds given for anything."""

    def __init__(
        self,
        server: MailServer,
        secret: str | None = None,
        *,
        trust: ssl.SSLContext | None = None,
        step: float = STEP_SECONDS,
        whole: float = WHOLE_SECONDS,
    ) -> None:
        """``trust`` says which certificates are good; the system's own list without it."""
        self._server, self._secret = server, secret
        self._trust = trust
        self._step, self._whole = step, whole
        self._smtp: smtplib.SMTP | None = None
        self._greeted = False

    def __enter__(self) -> Self:
        """Connect and log in.

        Raises:
            MailFailed: in words.
        """
        with self._in_words(_TROUBLE, all_fail=True):
            try:
                self._connect()
            except BaseException:
                self._hang_up()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp is not None and error is None:
            with suppress(smtplib.SMTPException, OSError), self._limited():
                self._smtp.quit()
        self._hang_up()

    def send(self, message: EmailMessage, to: Sequence[str]) -> NotTaken:
        """Send one e-mail; returns for whom of several it was not accepted.

        Raises:
            MailFailed: nobody gets it.
        """
        assert self._smtp is not None
        with self._in_words(Exception, all_fail=False), self._limited():
            self._smtp.ehlo_or_helo_if_needed()
            sender = self._written([self._server.sender]).get(self._server.sender)
            if sender is None:
                raise self._too_odd(self._server.sender, all_fail=True)
            taken = self._written(to)
            if not taken:
                raise self._too_odd(", ".join(to), all_fail=False)
            if [sender, *taken.values()] != [self._server.sender, *to]:
                message.replace_header("From", sender)
                message.replace_header("To", ", ".join(taken.values()))
            refused = self._smtp.send_message(message, sender, list(taken.values()))
        words = {who: _answer(*why) for who, why in refused.items()}
        words |= {who: _ODD_ADDRESS for who in to if who not in taken}
        later = {who for who, written in taken.items() if _is_for_now(refused.get(written))}
        return NotTaken(
            "; ".join(f"Not accepted for {who}: {why}" for who, why in words.items()), frozenset(later)
        )

    def _written(self, addresses: Sequence[str]) -> dict[str, str]:
        """Of these addresses those that the server takes, each as it is written for it.

        Without SMTPUTF8 a host beyond ASCII has another writing, and who is before the @ has none.
        """
        assert self._smtp is not None
        if self._smtp.has_extn("smtputf8"):
            return {address: address for address in addresses}
        parts = {address: address.rpartition("@") for address in addresses}
        return {
            address: address if address.isascii() else f"{name}@{host.encode('idna').decode()}"
            for address, (name, _, host) in parts.items()
            if name.isascii()
        }

    def _too_odd(self, who: str, *, all_fail: bool) -> MailFailed:
        where = f"{self._server.host}:{self._server.port}"
        return MailFailed(f"{where} sends nothing from or to {who}: {_ODD_ADDRESS}.", all_fail=all_fail)

    def _connect(self) -> None:
        server = self._server
        if server.username and not self._secret:
            hint = f"Type it under E-mail, or write it into the file that {PASSWORD_FILE} names."
            raise MailFailed(
                f"This computer has no password for {server.username}.", hint, all_fail=True, here=True
            )
        trust = self._trust or ssl.create_default_context()
        if server.security == "tls":
            self._smtp = smtplib.SMTP_SSL(timeout=self._step, context=trust)
        else:
            self._smtp = smtplib.SMTP(timeout=self._step)
        smtp = self._smtp
        with self._limited():
            # With the name, which a certificate is compared with, the limit holds for the greeting too.
            smtp._host = server.host  # type: ignore[attr-defined]
            code, answer = smtp.connect(server.host, server.port)
            self._greeted = True
            if code != 220:
                raise smtplib.SMTPConnectError(code, answer)
            if server.security == "starttls":
                smtp.starttls(context=trust)
            if server.username and self._secret:
                log_in(smtp, server.username, self._secret)

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Cut the line when all together takes too long: a server can answer one letter at a time."""
        smtp = self._smtp
        cut = threading.Event()

        def cut_line() -> None:
            cut.set()
            if smtp is not None and smtp.sock is not None:
                with suppress(OSError):
                    smtp.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self._whole, cut_line)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            if cut.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()

    @contextmanager
    def _in_words(
        self, trouble: type[Exception] | tuple[type[Exception], ...], all_fail: bool
    ) -> Iterator[None]:
        where = f"{self._server.host}:{self._server.port}"
        try:
            yield
        except KnownError:
            raise
        except trouble as error:
            silent = all_fail and not self._greeted and _is_late(error)
            strangers = _is_for_strangers(error)
            raise MailFailed(
                _words(error, where),
                _WHICH_ENCRYPTION if silent and self._server.security != "tls" else "",
                all_fail=all_fail or strangers or self._is_gone(error),
                here=strangers or (all_fail and _is_about_the_login(error)),
            ) from error

    def _is_gone(self, error: Exception) -> bool:
        """Whether the connection is of no use any more; smtplib closes it itself after some answers (421)."""
        closed = self._smtp is None or self._smtp.sock is None
        return closed or (isinstance(error, OSError) and not _is_answer(error))


def letter(
    server: MailServer,
    to: Sequence[str],
    subject: str,
    text: str,
    message_id: UUID,
    date: datetime | None = None,
) -> EmailMessage:
    """An e-mail; the same ``message_id`` twice is one for the mail programs that look at it.

    Raises:
        MailFailed: it cannot be written as an e-mail.
    """
    try:
        return _letter(server, to, subject, text, message_id, date)
    except Exception as error:
        # Python's writer of e-mails fails of odd texts in many ways.
        raise MailFailed(_unsendable(error), all_fail=False) from error


def _letter(
    server: MailServer, to: Sequence[str], subject: str, text: str, message_id: UUID, date: datetime | None
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = ", ".join(to)
    message["Subject"] = " ".join(subject.split())
    message["Message-ID"] = f"<{message_id}@colonydesk.invalid>"
    if date is not None:
        message["Date"] = format_datetime(date)
    message["Auto-Submitted"] = "auto-generated"  # nobody's absence note answers it
    message.set_content(text.rstrip() + "\n")
    return message


def send_test(server: MailServer, secret: str | None, to: str, trust: ssl.SSLContext | None = None) -> None:
    """Send one e-mail that says that it works.

    Raises:
        MailFailed: in words.
    """
    text = "ColonyDesk can send its notifications through this server."
    with Mailer(server, secret, trust=trust) as mailer:
        refused = mailer.send(letter(server, [to], "ColonyDesk: a test", text, uuid4()), [to])
    if refused.words:
        raise MailFailed(refused.words, all_fail=False)


def secret_for(server: MailServer) -> str | None:
    """The server's password: of the file that PASSWORD_FILE names, else of this computer's key ring.

    None where it is not in the key ring, or there is none. May wait for a person to unlock it: not for the
    GUI thread.

    Raises:
        KnownError: the file cannot be read, others may read it too, or this server is not in it.
    """
    if not server.username:
        return None
    if file := os.environ.get(PASSWORD_FILE):
        return _secret_in(Path(file), server)
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_KEY_RING_SERVICE, server.key)
    except KeyringError:
        return None


def _secret_in(file: Path, server: MailServer) -> str:
    """The password of this very server: an address that somebody else has set is sent none."""
    try:
        with file.open(encoding="utf-8") as opened:
            if os.name == "posix" and os.fstat(opened.fileno()).st_mode & 0o077:
                raise KnownError(
                    f"Others may read the passwords in {file}.", "Allow it to its owner alone: chmod 600."
                )
            lines = [line.rstrip("\n") for line in opened]
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise KnownError(f"The passwords in {file} cannot be read ({why}).") from error
    head = f"{server.host}:{server.port}:{server.username}:"
    for line in lines:
        if line.startswith(head):
            return line.removeprefix(head)
    raise KnownError(f"There is no line {head}password in {file}.")


def remember_secret(server: MailServer, secret: str) -> str:
    """Keep the password in this computer's key ring; returns "" or why it was not kept.

    May wait for a person to unlock it: not for the GUI thread.
    """
    import keyring
    from keyring.errors import KeyringError, NoKeyringError

    try:
        keyring.set_password(_KEY_RING_SERVICE, server.key, secret)
    except NoKeyringError:
        return "This computer has no key ring: it keeps the password until the program ends."
    except KeyringError:
        return "The key ring did not take the password: it is kept until the program ends."
    return ""


class Secrets:
    """The passwords of this run of the program: those typed that no key ring took, else the key ring's."""

    def __init__(self) -> None:
        self._typed: dict[str, str] = {}

    def __call__(self, server: MailServer) -> str | None:
        """May wait for a person to unlock the key ring: not for the GUI thread."""
        return self._typed.get(server.key) or secret_for(server)

    def keep(self, server: MailServer, secret: str) -> str:
        """Keep what was typed; returns "" or why it is kept until the program ends only. May wait too."""
        self._typed[server.key] = secret
        return remember_secret(server, secret)


def _words(error: Exception, where: str) -> str:
    """One sentence; never what was sent, which may hold a secret."""
    if _is_for_strangers(error):
        [(code, said), *_] = _answers(error)
        return f"{where} wants a login or an encryption that is not set up here: {_answer(code, said)}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        parts = [f"{who}: {_answer(*why)}" for who, why in error.recipients.items()]
        return f"{where} accepted no recipient ({'; '.join(parts)})."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{where} does not accept the user name or the password ({error.smtp_code})."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{where} does not offer what is asked of it: {error}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{where} refused: {_answer(error.smtp_code, error.smtp_error)}"
    if _is_late(error):
        return f"{where} does not answer in time."
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return f"{where} broke the connection off."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {where} is not trusted ({error.verify_message})."
    if isinstance(error, ssl.SSLError):
        return f"No encrypted connection to {where} could be made: is it the right port?"
    if isinstance(error, socket.gaierror):
        return f"There is no server {where.rpartition(':')[0]}."
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing answers at {where}."
    if isinstance(error, OSError):
        return f"{where} cannot be reached ({error.strerror or type(error).__name__})."
    return _unsendable(error)


def _unsendable(error: Exception) -> str:
    return f"The e-mail cannot be sent as it is ({type(error).__name__})."


def _is_late(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _is_about_the_login(error: Exception) -> bool:
    """Whether it is the encryption or the login that failed, not the line, nor the server as a whole."""
    if isinstance(error, ssl.SSLError | smtplib.SMTPAuthenticationError):
        return True
    return _is_answer(error) and not isinstance(error, smtplib.SMTPResponseException)


def _is_for_strangers(error: Exception) -> bool:
    """Whether the server takes no e-mail at all from who has not logged in, or does not encrypt."""
    codes = {code for code, _ in _answers(error)}
    return bool(codes) and codes <= _STRANGER


def _answers(error: Exception) -> list[tuple[int, bytes | str]]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return list(error.recipients.values())
    is_answer = isinstance(error, smtplib.SMTPResponseException)
    return [(error.smtp_code, error.smtp_error)] if is_answer else []


def _is_for_now(answer: tuple[int, bytes] | None) -> bool:
    """Whether a recipient is refused for the moment: a full mailbox, or who is unknown and has to wait."""
    return answer is not None and 400 <= answer[0] < 500


def _is_answer(error: Exception) -> bool:
    """Whether the server did answer, and it is this e-mail that it refuses. (SMTP's errors are OSErrors.)"""
    return isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected)


def _answer(code: int, words: bytes | str) -> str:
    try:
        text = words.decode() if isinstance(words, bytes) else words
    except UnicodeDecodeError:
        text = words.decode("latin-1")  # type: ignore[union-attr] - which takes any byte
    return f"{code} {' '.join(text.split())}"
