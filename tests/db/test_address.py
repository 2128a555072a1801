"""The address of a database: taken apart by strict rules, refused in words, no part of a password said."""

import logging
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.db.address import POSTGRESQL, SQLITE, Address, address_of, parse_address
from colonydesk.db.engine import connect
from colonydesk.db.errors import LOOK_BEHIND
from colonydesk.db.migrate import migrate, open_at_once, open_database
from colonydesk.domain.errors import KnownError
from colonydesk.settings import with_password, without_password
from tests.conftest import MIGRATIONS
from tests.db.faults import plain

# What a password is made of here; the words of no sentence hold it.
PART = "Zq7kW"
SEPARATORS = [
    "@",
    ":",
    "/",
    "?",
    "#",
    "&",
    "=",
    "%",
    "[",
    "]",
    "\\",
    " ",
    "%40",
    "://",
    "\n",
    "'",
    '"',
    "1",
    ";",
]
nasty = st.lists(st.sampled_from([PART, *SEPARATORS]), min_size=1, max_size=9).map("".join)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("colony.sqlite", Address(SQLITE, "colony.sqlite")),
        ("/data/a?b%20c.db", Address(SQLITE, "/data/a?b%20c.db")),
        ("C:\\Users\\ann@lab\\colony.db", Address(SQLITE, "C:\\Users\\ann@lab\\colony.db")),
        ("sqlite:///colony.db", Address(SQLITE, "colony.db")),
        ("sqlite:////data/a@b:c.db", Address(SQLITE, "/data/a@b:c.db")),
        ("sqlite://", Address(SQLITE, None)),
        ("sqlite:///:memory:", Address(SQLITE, None)),
        ("postgresql://lab/colony", Address(POSTGRESQL, "colony", "lab")),
        ("postgresql+psycopg:///colony", Address(POSTGRESQL, "colony")),
        (
            "postgresql+psycopg://ann%40lab:p%40s%2Fs:w@db.example:5433/my%20colony?sslmode=require",
            Address(
                POSTGRESQL, "my colony", "db.example", 5433, "ann@lab", "p@s/s:w", {"sslmode": "require"}
            ),
        ),
        ("postgresql://u@[::1]:1/x", Address(POSTGRESQL, "x", "::1", 1, "u")),
        ("postgresql://:pw@h:/x", Address(POSTGRESQL, "x", "h", None, None, "pw")),
        (
            "postgresql://?host=/run/pg&dbname=colony",
            Address(POSTGRESQL, None, options={"host": "/run/pg", "dbname": "colony"}),
        ),
    ],
)
def test_an_address_is_taken_apart(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert address_of(address.url()) == address


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sqlite:////data/colony.db", "colony.db"),
        ("sqlite://", "memory"),
        ("postgresql://u:pw@lab:1/colony", "colony on lab"),
        ("postgresql:///colony", "colony on this machine"),
        ("postgresql://lab/?dbname=colony&host=other", "colony on other"),
    ],
)
def test_what_a_database_is_called(text: str, name: str) -> None:
    assert parse_address(text).name == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a database address"),
        ("a\0b", "not a database address"),
        ("ann:pw@lab/colony", "not a database address"),
        ("postgresql:/ann:pw@lab/colony", "not a database address"),
        ("postgresql//ann:pw@lab/colony", "not a database address"),
        ("ann:pw://lab", "not a database address"),
        ("mysql://ann:pw@lab/colony", "does not work with mysql"),
        ("sqlite:////data/colony.db?mode=ro&uri=true", "takes no options"),
        ("sqlite://data/colony.db", "not the address of a SQLite file"),
        ("postgresql+psycopg://", "names no database"),
        ("postgresql+psycopg://ann:pw@lab/", "names no database"),
        ("postgresql+psycopg://ann:pw@lab:notaport/colony", "The port"),
        ("postgresql+psycopg://ann:pw@lab:99999/colony", "The port"),
        ("postgresql+psycopg://ann:pw@lab:0/colony", "The port"),
        ("postgresql+psycopg://ann:pw@lab:-1/colony", "The port"),
        ("postgresql+psycopg://ann:pw@lab:١/colony", "The port"),
        ("postgresql+psycopg://ann:pw@[::1/colony", "server's name"),
        ("postgresql+psycopg://ann:pw@::1]/colony", "server's name"),
        ("postgresql+psycopg://ann:p@w@lab/colony", "an @ or a #"),
        ("postgresql+psycopg://ann:p#w@lab/colony", "an @ or a #"),
        ("postgresql+psycopg://ann:12/3@lab/colony", "an @ or a #"),
        ("postgresql+psycopg://ann:12?a=3@lab/colony", "an @ or a #"),
        ("postgresql+psycopg://ann:p%00w@lab/colony", "a character that cannot be"),
        ("postgresql+psycopg://ann:p\udcffw@lab/colony", "a character that cannot be"),
        ("postgresql+psycopg://lab/colony?password=p%00w", "a character that cannot be"),
    ],
)
def test_what_is_no_address_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(KnownError) as error:
        parse_address(text)
    assert words in str(error.value)
    assert "pw" not in str(error.value) + error.value.hint
    assert error.value.__cause__ is None


@given(nasty)
def test_no_part_of_a_password_is_ever_said(password: str) -> None:
    for text in (
        f"postgresql+psycopg://ann:{password}@lab:5433/colony",
        f"postgresql://ann:{password}@[::1]/colony?sslmode=require",
        f"postgresql://ann@lab:1:{password}@lab/colony",
        f"postgresql:ann:{password}@lab/colony",
        f"ann:{password}@lab/colony",
    ):
        try:
            address = parse_address(text)
        except KnownError as error:
            said = f"{error} {error.hint}"
        else:
            said = f"{address!r} {address.name}"
            assert address.name == ("colony on ::1" if "[::1]" in text else "colony on lab")
            assert PART not in str(address.url())
        assert PART not in said
        if "://" in text:
            assert PART not in without_password(text)


@given(nasty)
def test_a_password_in_the_options_is_never_said(password: str) -> None:
    for name in ("password", "sslpassword", "pass%77ord", "PASSWORD", "oauth_client_secret"):
        text = f"postgresql://lab/colony?sslmode=require&{name}={quote(password, safe='')}&user=ann"
        assert without_password(text) == "postgresql://lab/colony?sslmode=require&user=ann"
        assert PART not in repr(parse_address(text)) + parse_address(text).name


@given(nasty)
def test_a_password_that_is_written_right_arrives_as_it_is(password: str) -> None:
    text = f"postgresql+psycopg://ann:{quote(password, safe='')}@lab:5433/colony"
    assert parse_address(text) == Address(POSTGRESQL, "colony", "lab", 5433, "ann", password)
    assert parse_address(with_password("postgresql://ann@lab/x", password)).password == password
    assert without_password(text) == "postgresql+psycopg://ann@lab:5433/colony"


@given(nasty)
def test_opening_never_says_a_part_of_a_password(password: str) -> None:
    """Nobody listens at that port."""
    raw = f"postgresql+psycopg://ann:{password}@127.0.0.1:1/colony"
    for text in (raw, with_password("postgresql://ann@127.0.0.1:1/colony", password)):
        for act in (open_database, lambda url: migrate(url, MIGRATIONS)):
            with pytest.raises(KnownError) as error:
                act(text)
            assert PART not in plain(error.value) + error.value.hint


def test_the_log_does_not_say_it_either(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for password in ("Zq7kW", "Zq7kW@Zq7kW", "Zq:7kW/Zq7kW", "1/Zq7kW"):
            assert open_at_once(f"postgresql://ann:{password}@127.0.0.1:1/colony") is None
    assert "not opened at once" in caplog.text
    assert "7kW" not in caplog.text
    caplog.clear()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("nosuchoption=1", "an option that PostgreSQL does not know"),
        ("autocommit=1", "an option that PostgreSQL does not know"),
        ("sslmode=bogus", "a value for sslmode"),
        ("connect_timeout=soon", "a value for connect_timeout"),
        ("port=5432x", "do not fit together"),
        ("keepalives=x", "a value for keepalives"),
        ("client_encoding=x", "a value for client_encoding"),
        ("target_session_attrs=x", "a value for target_session_attrs"),
        ("ssl_min_protocol_version=x", "a value for ssl_min_protocol_version"),
        ("service=nowhere", "a value for service"),
        ("options=-c%20nowhere%3D1", "a value for configuration parameter"),
        ("host=a,b&port=1,2,3", "do not fit together"),
    ],
)
def test_an_option_that_cannot_be_is_said_so(postgres_url: str, options: str, words: str) -> None:
    with pytest.raises(KnownError) as error:
        open_database(f"{postgres_url}?{options}")
    assert words in plain(error.value)
    assert error.value.hint == LOOK_BEHIND


def test_only_who_makes_a_database_makes_a_file(tmp_path: Path) -> None:
    """Not even where it goes away between the first look and the first statement."""
    file = tmp_path / "colony.sqlite"
    file.touch()
    db = connect(f"sqlite:///{file}")
    file.unlink()
    with pytest.raises(KnownError, match="cannot be opened"), db.read():
        pass
    db.close()
    assert list(tmp_path.iterdir()) == []


def test_a_name_too_long_for_a_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as error:
        open_database(f"sqlite:///{tmp_path / ('a' * 300)}")
    assert "cannot be opened" in plain(error.value)
