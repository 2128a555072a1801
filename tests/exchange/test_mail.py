"""E-mail against real SMTP servers: one that works, and those that refuse, hang, drip and drop."""

import socket
import sys
import threading
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from colonydesk.domain.errors import KnownError
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import (
    PASSWORD_FILE,
    Mailer,
    MailFailed,
    letter,
    remember_secret,
    secret_for,
    send_test,
)
from tests.exchange.mail_servers import (
    SECRET,
    Post,
    bad_server,
    drips,
    drops,
    free_port,
    hangs,
    has_had_enough,
    post_office,
    turns_away,
)
from tests.exchange.sending import QUICK
from tests.services.notices import NOW

pytestmark = pytest.mark.usefixtures("quiet_server")


def failure(server: MailServer, match: str, **options: Any) -> MailFailed:
    with pytest.raises(MailFailed, match=match) as failed:
        send_one(server, **options)
    return failed.value


def send_one(
    server: MailServer, to: tuple[str, ...] = ("ann@example.org",), mailer: Any = Mailer, **options: Any
) -> str:
    with mailer(server, **options) as mailer:
        return mailer.send(letter(server, to, "M1 is thirsty", "Give it water.", UUID(int=7), NOW), to).words


# One e-mail


def test_an_email_arrives_as_it_was_written() -> None:
    post = Post()
    with post_office(post) as server:
        assert send_one(server, ("ann@example.org", "bob@example.org")) == ""
    [(to, content)] = post.accepted
    message = message_from_bytes(content, policy=policy.default)
    assert to == ("ann@example.org", "bob@example.org")
    assert message["From"] == "colony@example.org"
    assert message["Subject"] == "M1 is thirsty"
    assert message["Message-ID"] == f"<{UUID(int=7)}@colonydesk.invalid>"
    assert message.get_content().splitlines() == ["Give it water."]


def test_starttls_with_a_login(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "starttls") as server:
        assert send_one(server, secret=SECRET, trust=tls[1]) == ""
    assert len(post.accepted) == 1
    assert post.logins


def test_tls_from_the_first_word(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "tls") as server:
        assert send_one(server, trust=tls[1]) == ""
    assert len(post.accepted) == 1


def test_a_certificate_that_nobody_trusts_is_refused(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "tls") as server:
        assert failure(server, "not trusted").here
    assert post.accepted == []


def test_a_wrong_password_is_said_and_never_repeated(tls: Any) -> None:
    with post_office(Post(), tls[0], "starttls") as server, pytest.raises(MailFailed) as failed:
        send_test(server, "battery staple", "ann@example.org", tls[1])
    assert "does not accept the user name or the password" in str(failed.value)
    assert "battery" not in str(failed.value)
    assert failed.value.here


@pytest.mark.parametrize("way", ["PLAIN", "LOGIN"])
def test_a_password_may_hold_any_letters(tls: Any, way: str) -> None:
    post = Post(secret="Mäuse fängt man mit 10 €")
    other = {"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[way]
    with post_office(post, tls[0], "starttls", auth_exclude_mechanism=[other]) as server:
        assert send_one(server, secret=post.secret, trust=tls[1]) == ""
        wrong = failure(server, "does not accept the user name or the password", secret="Käse", trust=tls[1])
    assert wrong.here
    assert post.logins == [way, way]


def test_a_server_that_knows_no_letters_beyond_ascii_is_said_so(tls: Any) -> None:
    ways = ["PLAIN", "LOGIN"]
    with post_office(Post(), tls[0], "starttls", auth_exclude_mechanism=ways) as server:
        assert failure(server, "does not offer", secret="Käse", trust=tls[1]).here


def test_without_a_password_where_one_is_asked_for_nothing_is_tried(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "starttls") as server:
        assert failure(server, "has no password", trust=tls[1]).here
    assert post.logins == []


def test_a_server_that_does_not_offer_encryption_gets_nothing() -> None:
    with post_office(Post()) as server:
        assert failure(replace(server, security="starttls"), "does not offer").here


def test_one_refused_recipient_of_two_is_named() -> None:
    post = Post(refuse=lambda address: "550 no such person" if address.startswith("bob") else None)
    with post_office(post) as server:
        words = send_one(server, ("ann@example.org", "bob@example.org"))
    assert words == "Not accepted for bob@example.org: 550 no such person"
    assert len(post.accepted) == 1


def test_an_address_beyond_ascii_keeps_no_other_from_its_email() -> None:
    post, to = Post(), ("ann@example.org", "jürgen@example.org", "bob@exämple.org")
    with post_office(post, enable_SMTPUTF8=True) as server:
        assert send_one(server, to) == ""
    with post_office(post, enable_SMTPUTF8=False) as server:
        words = send_one(server, to)
        alone = failure(server, "takes no address with letters beyond ASCII", to=("jürgen@example.org",))
        sender = replace(server, sender="käfig@example.org")
        assert failure(sender, "from or to käfig@example.org").all_fail
        assert send_one(replace(server, sender="colony@exämple.org"), to[:1]) == ""
    assert words == "Not accepted for jürgen@example.org: it takes no address with letters beyond ASCII"
    assert not alone.all_fail
    assert [set(taken) for taken, _ in post.accepted] == [
        set(to),
        {"ann@example.org", "bob@xn--exmple-cua.org"},
        {"ann@example.org"},
    ]
    assert b"To: ann@example.org, bob@xn--exmple-cua.org" in post.accepted[1][1]


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (hangs, "does not answer in time"),
        (drips, "does not answer in time"),
        (turns_away, "refused: 554 no service here"),
        (drops, "broke the connection off"),
        (has_had_enough, "refused: 421 too many connections"),
    ],
)
def test_a_server_on_a_bad_day_is_given_up_in_words(talk: Any, words: str) -> None:
    """However long it would go on: 0.3 s for an answer, 1 s for all of it."""
    with bad_server(talk) as server:
        failed = failure(server, words, mailer=QUICK)
    assert (failed.all_fail, failed.here) == (True, False)


def test_a_port_that_waits_for_tls_in_silence_is_thought_of(tls: Any) -> None:
    with post_office(Post(), tls[0], "tls") as server:
        for security in ("starttls", "none"):
            asked = replace(server, security=security)
            assert "is the encryption the right one?" in failure(asked, "in time", mailer=QUICK).hint
    with bad_server(hangs) as server:
        asked = replace(server, security="tls")
        assert failure(asked, "in time", mailer=QUICK).hint == ""


def test_the_words_of_an_old_server_can_be_read() -> None:
    def refuses(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall("554 Postfach für Mäuse geschlossen\r\n".encode("latin-1"))

    with bad_server(refuses) as server:
        failure(server, "554 Postfach für Mäuse geschlossen")


def test_where_nothing_answers_and_where_there_is_no_server() -> None:
    nowhere = MailServer("127.0.0.1", free_port(), "none", "colony@example.org")
    assert not failure(nowhere, "Nothing answers").here
    assert not failure(replace(nowhere, host="no-such-server.invalid"), "There is no server").here


@pytest.mark.parametrize(("to", "title"), [("ann@[.org", "M1"), ("bad@[1.2", "M1"), ("ann@b.org", "\ud800")])
def test_what_cannot_be_written_as_an_email_is_said(to: str, title: str) -> None:
    server = MailServer("127.0.0.1", 25, "none", "colony@example.org")
    with pytest.raises(MailFailed, match="cannot be sent as it is") as failed:
        letter(server, [to], title, "text", uuid4())
    assert not failed.value.all_fail


def test_what_cannot_be_handed_over_as_it_is_is_said() -> None:
    """Only when it is written out does Python find what is wrong with it."""
    post = Post()
    with post_office(post) as server, Mailer(server) as mailer:
        odd = letter(server, ["ann@example.org"], "M1", "text", uuid4())
        odd.replace_header("Content-Transfer-Encoding", "8bit")
        odd.set_payload([object()])
        with pytest.raises(MailFailed, match="cannot be sent as it is") as failed:
            mailer.send(odd, ["ann@example.org"])
        assert not failed.value.all_fail
        mailer.send(letter(server, ["ann@example.org"], "M2", "text", uuid4()), ["ann@example.org"])
    assert post.subjects() == ["M2"]


def test_a_line_break_in_a_title_is_no_second_header() -> None:
    server = MailServer("127.0.0.1", 25, "none", "colony@example.org")
    message = letter(server, ["ann@example.org"], "M1\nBcc: eve@example.org", "text", uuid4())
    assert message["Subject"] == "M1 Bcc: eve@example.org"
    assert "Bcc" not in message


def test_the_test_button_sends_one(tls: Any) -> None:
    post = Post()
    with post_office(post, tls[0], "starttls") as server:
        send_test(server, SECRET, "ann@example.org", tls[1])
        with pytest.raises(MailFailed):
            send_test(server, "wrong", "ann@example.org", tls[1])
    assert post.subjects() == ["ColonyDesk: a test"]


# The secret


class Ring(KeyringBackend):
    """A key ring in memory."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


def test_the_secret_lies_in_the_key_ring_alone() -> None:
    server = MailServer("smtp.example.org", 587, "starttls", "colony@example.org", "colony")
    before = keyring.get_keyring()
    assert secret_for(server) is None
    assert "no key ring" in remember_secret(server, SECRET)
    ring = Ring()
    keyring.set_keyring(ring)
    try:
        assert remember_secret(server, SECRET) == ""
        assert secret_for(server) == SECRET
        assert secret_for(replace(server, username="")) is None
        assert list(ring.held) == [("ColonyDesk e-mail", "colony@smtp.example.org:587")]
    finally:
        keyring.set_keyring(before)


COLONY = MailServer("smtp.example.org", 587, "starttls", "colony@example.org", "colony")


@pytest.fixture
def password_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a server that has no key ring, readable by its owner alone."""
    file = tmp_path / "mail-passwords"
    file.write_text(
        "imap.example.org:587:colony:other\nsmtp.example.org:587:colony:a b:c \n", encoding="utf-8"
    )
    file.chmod(0o600)
    monkeypatch.setenv(PASSWORD_FILE, str(file))
    return file


@pytest.mark.usefixtures("password_file")
def test_a_computer_without_a_key_ring_takes_the_secret_from_a_file() -> None:
    assert secret_for(COLONY) == "a b:c "
    assert secret_for(replace(COLONY, username="")) is None


@pytest.mark.usefixtures("password_file")
def test_no_other_server_is_sent_that_secret() -> None:
    with pytest.raises(KnownError, match=r"There is no line smtp\.evil\.org:587:colony:password"):
        secret_for(replace(COLONY, host="smtp.evil.org"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_get_at_is_refused(password_file: Path, mode: int) -> None:
    password_file.chmod(mode)
    with pytest.raises(KnownError, match="Others may read the passwords") as refused:
        secret_for(COLONY)
    assert "chmod 600" in refused.value.hint
    assert "a b:c" not in str(refused.value)


def test_a_file_that_is_not_there_or_is_none_is_said(
    password_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KnownError, match="cannot be read \\(it is no text"):
        secret_for(COLONY)
    monkeypatch.setenv(PASSWORD_FILE, str(password_file.with_name("nowhere")))
    with pytest.raises(KnownError, match="nowhere cannot be read \\(No such file"):
        secret_for(COLONY)
