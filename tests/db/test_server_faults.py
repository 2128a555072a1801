"""What goes wrong around a server: each time one plain sentence, and nothing half-written."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest

from colonydesk.db import engine
from colonydesk.db.errors import DatabaseUnavailable, explain
from colonydesk.db.migrate import migrate, open_database
from colonydesk.domain.errors import KnownError
from tests.conftest import MIGRATIONS
from tests.db.faults import plain, record, written

if TYPE_CHECKING:
    from tests.servers import PostgresServer


@pytest.fixture(scope="module")
def server() -> "Iterator[PostgresServer]":
    """A server of these tests alone: it is stopped, and it has a certificate nobody signed."""
    if sys.platform == "win32":
        pytest.skip("the tests start PostgreSQL on Linux and macOS only")
    from tests.servers import PostgresServer

    with PostgresServer(tls=True) as one:
        migrate(one.create_database("colony"), MIGRATIONS)
        yield one


@pytest.fixture
def started(server: "PostgresServer") -> "Iterator[PostgresServer]":
    """The server, which is running again whatever the test did to it."""
    yield server
    if not (server.directory / "data" / "postmaster.pid").exists():
        server.start()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_goes_down_and_comes_back(started: "PostgresServer", mode: str) -> None:
    with closing(open_database(started.url("colony"))) as db:
        record(db)
        before = written(db)
        started.stop(mode)
        for act in (lambda: record(db), lambda: written(db)):
            with pytest.raises(DatabaseUnavailable) as error:
                act()
            assert "colony on 127.0.0.1 cannot be reached" in plain(error.value)
        started.start()
        assert written(db) == before
        record(db)
        assert written(db) != before


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_goes_down_within_a_unit_has_none_of_it(started: "PostgresServer", mode: str) -> None:
    with closing(open_database(started.url("colony"))) as db:
        before = written(db)
        with pytest.raises(DatabaseUnavailable) as error:
            record(db, during=lambda: started.stop(mode))
        assert "cannot be reached" in plain(error.value)
        started.start()
        assert written(db) == before


def test_a_connection_the_administrator_ends_takes_its_unit_back(server: "PostgresServer") -> None:
    with closing(open_database(server.url("colony"))) as db:
        before = written(db)

        def end_all() -> None:
            with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'colony'"
                )

        with pytest.raises(DatabaseUnavailable) as error:
            record(db, during=end_all)
        plain(error.value)
        assert written(db) == before


def test_nobody_listening(server: "PostgresServer") -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(DatabaseUnavailable) as error:
            open_database(f"postgresql+psycopg://ann:hunter2@127.0.0.1:{port}/colony")
    assert "cannot be reached" in plain(error.value)
    assert "hunter2" not in str(error.value)


def test_a_server_that_takes_the_call_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine._POSTGRESQL_ARGUMENTS, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(DatabaseUnavailable) as error:
            open_database(f"postgresql+psycopg://ann@127.0.0.1:{port}/colony")
    assert "cannot be reached" in plain(error.value)


@pytest.mark.parametrize(
    ("user", "password", "database", "words"),
    [
        ("technician", "hunter2", "colony", "password for colony on 127.0.0.1 is wrong"),
        ("technician", None, "colony", "asks for a password"),
        ("nobody", "hunter2", "colony", "password for colony on 127.0.0.1 is wrong"),
        ("colony_owner", None, "no_such_database", "no_such_database on 127.0.0.1 does not exist"),
    ],
)
def test_who_is_not_let_in_is_told_why(
    server: "PostgresServer", user: str, password: str | None, database: str, words: str
) -> None:
    with pytest.raises(KnownError) as error:
        open_database(server.url(database, user, password))
    assert words in plain(error.value)
    assert "hunter2" not in str(error.value) + error.value.hint


def test_the_right_password_opens_and_is_shown_nowhere(server: "PostgresServer") -> None:
    from tests.servers import GUARDED, GUARDED_PASSWORD

    with psycopg.connect(server.url("colony").replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("GRANT SELECT ON alembic_version TO technician")
    url = server.url("colony", GUARDED, quote(GUARDED_PASSWORD))
    with closing(open_database(url)) as db:
        assert GUARDED_PASSWORD not in db.name + repr(db)
        with pytest.raises(KnownError) as error:
            written(db)
    assert "no right" in plain(error.value)


def test_a_certificate_nobody_vouches_for_is_refused(server: "PostgresServer", tmp_path: Path) -> None:
    other = tmp_path / "other.crt"
    certificate = server.directory / "data" / "server.crt"
    make = ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=localhost", "-newkey", "rsa:2048"]
    subprocess.run([*make, "-keyout", tmp_path / "key", "-out", other], check=True, capture_output=True)
    check = "sslmode=verify-full&sslrootcert="
    with pytest.raises(KnownError) as error:
        open_database(server.url("colony", options=f"{check}{other}", host="localhost"))
    assert "certificate of colony on localhost is refused" in plain(error.value)
    with pytest.raises(KnownError) as error:  # the right one, of a server with another name
        open_database(server.url("colony", options=f"{check}{certificate}"))
    assert "certificate of colony on 127.0.0.1 is refused" in plain(error.value)
    open_database(server.url("colony", options=f"{check}{certificate}", host="localhost")).close()


def test_a_server_without_encryption_is_refused_where_it_is_asked_for(
    postgres_server: "PostgresServer",
) -> None:
    with pytest.raises(KnownError) as error:
        open_database(postgres_server.url("postgres", options="sslmode=require"))
    assert "secure connection" in plain(error.value)


def test_a_server_that_is_set_to_read_only(server: "PostgresServer") -> None:
    with closing(
        open_database(server.url("colony", options="options=-c%20default_transaction_read_only%3Don"))
    ) as db:
        before = written(db)
        with pytest.raises(KnownError) as error:
            record(db)
        assert "read-only" in plain(error.value)
        assert written(db) == before


def test_what_takes_longer_than_the_server_allows_is_said_so(server: "PostgresServer") -> None:
    """It can be reached: that it could not would be sought in the cable."""
    allowed = "options=-c%20statement_timeout%3D50"
    with closing(open_database(server.url("colony", options=allowed))) as db:
        with pytest.raises(DatabaseUnavailable) as error, db.read() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(9)")
        assert "took longer than its administrator allows" in plain(error.value)


def test_what_another_workstation_holds_for_longer_than_the_server_waits(server: "PostgresServer") -> None:
    allowed = "options=-c%20lock_timeout%3D50"
    with (
        closing(open_database(server.url("colony", options=allowed))) as db,
        psycopg.connect(server.url("colony").replace("+psycopg", "")) as other,
    ):
        other.execute("LOCK TABLE food")
        with pytest.raises(DatabaseUnavailable) as error:
            record(db)
        assert "Another workstation is changing the same records" in plain(error.value)


def test_a_full_disk_of_the_server_is_said_so() -> None:
    error = explain(psycopg.errors.DiskFull("could not extend file"), "colony on server")
    assert isinstance(error, DatabaseUnavailable)
    assert "full" in plain(error)


def test_a_session_is_in_utc_whatever_the_server_s_zone(postgres_url: str) -> None:
    """Else the last moment of the calendar, somebody's "never", is none of Python's."""
    with closing(open_database(postgres_url)) as db:
        with db.read() as connection:
            assert connection.exec_driver_sql("SHOW timezone").scalar_one() == "UTC"
            never = connection.exec_driver_sql("SELECT '9999-12-31 23:59:59Z'::timestamptz").scalar_one()
        assert never.year == 9999
        with db.plain() as plain_connection:
            assert plain_connection.driver.execute("SHOW timezone").fetchone() == ("UTC",)
