"""Opening a database for the window."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from colonydesk.db.migrate import migrate
from colonydesk.db.tables import Food, Lab
from colonydesk.domain.errors import KnownError
from colonydesk.services.opening import BehindError, create_local, open_for_work
from tests.builders import NOW, add, rows
from tests.conftest import MIGRATIONS
from tests.db.faults import plain

if TYPE_CHECKING:
    from tests.servers import PostgresServer


def test_a_new_local_database_is_made_with_its_folder_and_opened(tmp_path: Path) -> None:
    file = tmp_path / "mice" / "colony.sqlite"
    url = create_local(file, MIGRATIONS)
    with closing(open_for_work(url, MIGRATIONS)) as db:
        assert (rows(db, Lab), db.seen) == ([], 0)
    with pytest.raises(KnownError) as error:
        create_local(file, MIGRATIONS)
    assert "a file colony.sqlite already" in plain(error.value)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "mice").write_text("not a folder")
    with pytest.raises(KnownError) as error:
        create_local(tmp_path / "mice" / "rats" / "colony.sqlite", MIGRATIONS)
    assert "cannot be made" in str(error.value)


def test_a_file_without_tables_is_brought_up_by_path_and_by_address(sqlite_url: str) -> None:
    for address in (str(make_url(sqlite_url).database), sqlite_url):
        migrate(sqlite_url, MIGRATIONS, "base")
        with closing(open_for_work(address, MIGRATIONS)) as db:
            add(db, Lab, name="Hale lab", timezone="UTC")


def test_an_empty_server_database_is_an_administrators_to_set_up(postgres_server: "PostgresServer") -> None:
    with postgres_server.database("empty") as url:
        with pytest.raises(BehindError) as error:
            open_for_work(url, MIGRATIONS)
        assert "is empty: it is not a ColonyDesk database yet" in plain(error.value)
        migrate(url, MIGRATIONS)
        open_for_work(url, MIGRATIONS).close()


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE bookmark (url TEXT)")
        other.execute("INSERT INTO bookmark VALUES ('x')")
        other.commit()
    for act in (open_for_work, migrate):
        with pytest.raises(KnownError) as error:
            act(f"sqlite:///{file}", MIGRATIONS)
        assert not isinstance(error.value, BehindError)
        assert "holds another program's tables" in plain(error.value)
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmark",)]


def test_what_is_read_at_the_opening_knows_the_last_change(sqlite_url: str) -> None:
    with closing(open_for_work(sqlite_url, MIGRATIONS)) as db:
        with db.unit(uuid4(), "test", None, NOW) as unit:
            unit.insert(Food, {"id": uuid4(), "name": "pellets"})
        number = unit.number
    with closing(open_for_work(sqlite_url, MIGRATIONS)) as db:
        assert db.seen == number > 0
