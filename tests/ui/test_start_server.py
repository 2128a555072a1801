"""The first page and a real PostgreSQL server: what is wrong is said where it is wrong."""

import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import keyring
import psycopg
import pytest
from keyring.backend import KeyringBackend
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.queries.people import labs
from colonydesk.services.opening import open_for_work
from colonydesk.ui.start_page import FormPage
from colonydesk.ui.start_server import ServerFields
from colonydesk.ui.start_work import NewLab, Opened, Server, found, server_of
from tests.ui.starting import MIGRATIONS, NOW, OFFSCREEN, Key, Start, refusal, refusals

if sys.platform != "win32":
    from tests.servers import GUARDED, GUARDED_PASSWORD, OWNER, PostgresServer, free_port

pytestmark = OFFSCREEN
LAB = NewLab("Weiss lab", "Europe/London", "m.weiss")


@pytest.fixture
def begin(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Start]]:
    made: list[Start] = []

    def make(*recent: str) -> Start:
        made.append(Start(qapp, qtbot, tmp_path, recent))
        return made[-1]

    yield make
    for start in made:
        start.close()


@pytest.fixture
def start(begin: Callable[..., Start]) -> Start:
    return begin()


@pytest.fixture
def colony(postgres_url: str) -> str:
    """A database with a lab, which the guarded role may use; its address."""
    db = open_for_work(postgres_url, MIGRATIONS)
    found(Opened(postgres_url, db, has_lab=False), LAB, NOW)
    db.close()
    execute(postgres_url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {GUARDED}")
    return postgres_url


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(statement)


def fill(fields: ServerFields, url: str, user: str, password: str = "", secure: str = "prefer") -> None:
    """Type a server's address into the form, but for the server's name, where the keyboard is."""
    server = server_of(url)
    for field, text in (
        (fields.port, str(server.port)),
        (fields.database, server.database),
        (fields.user, user),
        (fields.password_field, password),
    ):
        field.set_text(text)
    fields.secure.set_value(secure)


def connect(start: Start, url: str, user: str, password: str = "", secure: str = "prefer") -> FormPage:
    """Choose the server, fill in its form, and press Enter."""
    start.choose("server")
    fill(start.screen.server.server, url, user, password, secure)
    start.replace(urlsplit(url).hostname or "")
    start.press(Key.Key_Return)
    start.done(start.screen.server)
    return start.screen.server


def test_connects_by_keys_alone(start: Start, colony: str) -> None:
    server = server_of(colony)
    start.choose("server")
    for text in (server.host, str(server.port), server.database, GUARDED, GUARDED_PASSWORD):
        start.replace(text)
        start.press(Key.Key_Tab)
    start.press(Key.Key_Down)  # from "always encrypted" to "if the server can": this one cannot
    start.press(Key.Key_Tab, Key.Key_Tab)
    assert start.word() == "Connect"
    start.press(Key.Key_Return)
    db = start.database()
    with db.read() as connection:
        assert [lab.name for lab in labs(connection)] == ["Weiss lab"]
    url = start.opened[0][0]
    assert GUARDED_PASSWORD not in url
    assert "correct" not in url
    assert url.endswith("?sslmode=prefer")


def test_a_wrong_password_is_said_at_the_password_and_the_right_one_goes_on(
    start: Start, colony: str
) -> None:
    form = connect(start, colony, GUARDED, "wrong")
    assert list(refusals(form)) == ["password"]
    assert refusal(form, "password").endswith("is wrong.\nType it again.")
    assert start.focus().text() == "wrong"
    assert start.screen.server.server.user.text() == GUARDED
    start.replace(GUARDED_PASSWORD)
    start.press(Key.Key_Return)
    start.database()


def test_a_server_that_asks_for_a_password_says_so_at_it(start: Start, colony: str) -> None:
    form = connect(start, colony, GUARDED)
    assert "asks for a password" in refusal(form, "password")


def test_an_unknown_database_is_said_at_the_database(start: Start, postgres_server: "PostgresServer") -> None:
    form = connect(start, postgres_server.url("password nobody has made"), OWNER)
    assert list(refusals(form)) == ["database"]
    assert "does not exist" in refusal(form, "database")


def test_a_server_that_is_not_there_is_said_at_the_server(start: Start) -> None:
    form = connect(start, f"postgresql+psycopg://ann@127.0.0.1:{free_port()}/password", "ann", "secret")
    assert list(refusals(form)) == ["host"]
    assert "cannot be reached" in refusal(form, "host")
    assert start.screen.server.server.password() == "secret"
    form = connect(start, "postgresql+psycopg://ann@no-such-host.invalid/colony", "ann")
    assert list(refusals(form)) == ["host"]


def test_a_server_without_encryption_is_said_at_the_connection(start: Start, colony: str) -> None:
    form = connect(start, colony, OWNER, secure="require")
    assert list(refusals(form)) == ["secure"]
    assert "No secure connection" in refusal(form, "secure")


def test_a_certificate_that_nobody_vouches_for_is_refused_unless_asked_not_to(start: Start) -> None:
    with PostgresServer(tls=True) as server:
        url = server.create_database("colony", "template1")
        form = connect(start, url, OWNER, secure="verify-full")
        assert "The certificate of colony on 127.0.0.1 is refused." in refusal(form, "secure")
        connect(start, url, OWNER, secure="require")
        assert "not a ColonyDesk database" in start.screen.server.server.admin.sentence.text()


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("host", "", "Say which server."),
        ("host", "db1/../x", "not a server's name"),
        ("host", "db1?sslmode=disable", "not a server's name"),
        ("port", "0", "A port is a number up to 65535"),
        ("port", "５４３２", "A port is a number up to 65535"),
        ("port", "70000", "A port is a number up to 65535"),
        ("database", "", "Say which database"),
        ("user", " ", "Say who connects."),
    ],
)
def test_what_is_missing_or_senseless_is_said_before_anything_is_tried(
    start: Start, key: str, text: str, said: str
) -> None:
    form = start.screen.server
    start.choose("server")
    fill(form.server, "postgresql+psycopg://ann@db1:5432/colony", "ann", "secret")
    form.server.host.set_text("db1")
    form.fields[key].edit.setText(text)
    start.press(Key.Key_Return)
    assert not form.working()
    assert list(refusals(form)) == [key]
    assert said in refusal(form, key)
    assert form.fields[key].edit.hasFocus()


def test_stopping_gives_the_form_back_as_it_was(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        form = start.screen.server
        start.choose("server")
        fill(form.server, f"postgresql+psycopg://ann@127.0.0.1:{port}/colony", "ann", "secret")
        start.type("127.0.0.1")
        start.press(Key.Key_Return)
        assert form.working()
        assert not start.screen.choices.isEnabled()
        assert start.word() == "Stop"
        start.press(Key.Key_Escape)
        assert not form.working()
        assert start.screen.choices.isEnabled()
        assert (form.server.host.text(), form.server.password()) == ("127.0.0.1", "secret")
        assert refusals(form) == {}


def test_what_was_stopped_and_opens_all_the_same_is_closed(start: Start, colony: str) -> None:
    closed: list[str] = []
    start.screen._attempts.close = lambda opened: closed.append(opened.db.close() or opened.url)  # type: ignore[method-assign]
    form = start.screen.server
    start.choose("server")
    fill(form.server, colony, OWNER)
    start.type("127.0.0.1")
    start.press(Key.Key_Return, Key.Key_Escape)
    start.until(lambda: closed)
    assert start.opened == []


@pytest.fixture
def empty(postgres_server: "PostgresServer") -> Iterator[str]:
    with postgres_server.database("empty_one") as url:
        yield url


def tables(url: str) -> int:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row is not None
    return int(row[0])


def test_an_empty_database_is_set_up_by_an_administrators_act_alone(start: Start, empty: str) -> None:
    form = connect(start, empty, OWNER)
    admin = form.server.admin
    assert "not a ColonyDesk database" in admin.sentence.text()
    assert "cannot work with it until they are upgraded" in admin.sentence.text()
    assert start.word() == "Connect"  # Enter once more does not set it up
    start.press(Key.Key_Return)
    start.done(form)
    assert tables(empty) == 0
    start.press(Key.Key_Tab)
    assert start.word() == "Set it up"
    start.press(Key.Key_Return)
    start.until(lambda: start.screen.found.title.text())
    assert tables(empty) > 50
    start.type("Weiss lab")
    start.press(Key.Key_Return)
    with start.database().read() as connection:
        assert [lab.name for lab in labs(connection)] == ["Weiss lab"]


def test_the_offer_to_set_up_goes_when_another_database_is_named(start: Start, empty: str) -> None:
    form = connect(start, empty, OWNER)
    assert not form.server.admin.isHidden()
    form.server.database.setFocus()
    start.type("x")
    assert form.server.admin.isHidden()


def test_an_older_database_is_not_touched_and_the_command_is_shown(start: Start, colony: str) -> None:
    execute(colony, "UPDATE alembic_version SET version_num = '0000'")
    form = connect(start, colony, OWNER, "secret")
    admin = form.server.admin
    assert "is at revision 0000" in admin.sentence.text()
    assert admin.button.isHidden()
    server = server_of(colony)
    shown = f"postgresql+psycopg://{OWNER}@127.0.0.1:{server.port}/{server.database}?sslmode=prefer"
    assert admin.command.text() == f'colonydesk --database "{shown}" migrate'
    admin.button.click()
    start.done(form)
    with psycopg.connect(colony.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)


class Memory(KeyringBackend):
    """A key ring that forgets when the test is over."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_a_remembered_password_is_in_the_key_ring_and_nowhere_else(
    begin: Callable[..., Start], colony: str
) -> None:
    before, ring = keyring.get_keyring(), Memory()
    keyring.set_keyring(ring)
    try:
        first = begin()
        first.screen.server.server.remember.setChecked(True)
        connect(first, colony, GUARDED, GUARDED_PASSWORD)
        first.database()
        url = first.opened[0][0]
        assert list(ring.kept.items()) == [(("ColonyDesk", url), GUARDED_PASSWORD)]
        first.settings.opened(url)
        first.settings.save()
        assert "correct" not in json.dumps(json.loads(first.settings.file.read_text()))
        again = begin(url)
        again.press(Key.Key_Return)
        again.database()
    finally:
        keyring.set_keyring(before)


def test_without_a_key_ring_that_is_said_before_going_on(start: Start, colony: str) -> None:
    start.screen.server.server.remember.setChecked(True)
    connect(start, colony, GUARDED, GUARDED_PASSWORD)
    assert "has no key ring" in start.screen.note.intro.text()
    assert start.opened == []
    assert start.word() == "Go on"
    start.press(Key.Key_Return)
    start.database()


def test_a_recent_server_that_asks_for_its_password_gets_the_form_filled_in(
    begin: Callable[..., Start], colony: str
) -> None:
    server = server_of(colony)
    url = Server(server.host, server.database, GUARDED, server.port, "prefer").url()
    start = begin(url)
    assert start.screen.recent.title.text() == f"{server.database} on 127.0.0.1"
    start.press(Key.Key_Return)
    form = start.screen.server
    start.until(lambda: refusals(form))
    assert list(refusals(form)) == ["password"]
    assert form.server.user.text() == GUARDED
    start.type(GUARDED_PASSWORD)
    start.press(Key.Key_Return)
    assert start.database().name == f"{server.database} on 127.0.0.1"


def test_a_recent_server_that_is_away_says_so_in_its_place(begin: Callable[..., Start]) -> None:
    start = begin(f"postgresql+psycopg://ann@127.0.0.1:{free_port()}/colony")
    start.press(Key.Key_Return)
    start.until(lambda: start.screen.recent.sentence.state())
    assert "colony on 127.0.0.1 cannot be reached." in start.screen.recent.sentence.text()


@pytest.mark.parametrize(
    "server",
    [
        Server("db1.example.org", "colony", "j.hale"),
        Server("10.0.0.7", "my colony", "j@hale/x:y", 5433, "verify-full"),
        Server("::1", "a?b#c%20d", "ümläut", 1, "prefer"),
    ],
)
def test_an_address_is_taken_apart_as_it_was_put_together(server: Server) -> None:
    assert server_of(server.url()) == server
    assert server_of(server.url_with("p@ss/w:rd?&")) == server
    assert "p@ss" not in server.url_with("p@ss/w:rd?&")


def test_a_dump_goes_into_a_servers_database(start: Start, empty: str, shared_data: Path) -> None:
    form = start.screen.alyx
    start.choose("import")
    start.type(str(shared_data / "alyx_dump_anon.json.gz"))
    form.choose_into("server")
    fill(form.server, empty, OWNER)
    form.server.host.set_text("127.0.0.1")
    start.press(Key.Key_Return)
    start.done(form)
    assert start.word() == "Go on"
    start.press(Key.Key_Tab)
    assert start.word() == "Set it up"
    start.press(Key.Key_Return)
    start.until(lambda: start.word() == "Look first")
    start.press(Key.Key_Escape)
