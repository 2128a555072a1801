"""The hot statements as text: written for both engines, read in one state, by connections that may die."""

import subprocess
import sys
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from colonydesk.db.engine import Database, at_once
from colonydesk.db.migrate import HEAD, open_at_once, open_database
from colonydesk.db.plain import (
    NO_TIME,
    Plain,
    Statement,
    all_rows,
    day,
    key,
    moment,
    rows,
    rows_meanwhile,
    times,
)
from colonydesk.db.tables import CageType, Lab, Subject
from colonydesk.domain.errors import KnownError

NOW = datetime(2026, 3, 10, 9, 0, 0, 250_000, tzinfo=UTC)


def test_what_differs_between_the_engines() -> None:
    statement = Statement(
        "SELECT ID(coalesce(a, b)), TIME(x), DAY(d) FROM t WHERE a AMONG(:ids) AND n LIKE 'x%' {part}",
        part=("AND s = :one", "AND p = :one"),
    )
    assert statement.sqlite == (
        "SELECT coalesce(a, b), x, d FROM t WHERE a IN (SELECT value FROM json_each(:ids)) AND n LIKE 'x%' "
        "AND s = :one"
    )
    assert statement.postgresql == (
        "SELECT CAST(coalesce(a, b) AS TEXT), CAST(date_part('epoch', x) * 1000000 AS BIGINT), "
        "(d - DATE '1970-01-01') FROM t WHERE a = ANY(%(ids)b) AND n LIKE 'x%%' AND p = %(one)s"
    )


_ANIMALS = Statement("""
SELECT ID(id), TIME(created_at), DAY(birth_date), ID(lab_id) FROM subject
WHERE id AMONG(:ids) AND created_at <= :now AND birth_date = :born ORDER BY nickname
""")


def test_values_go_in_and_come_out_alike_by_both_ways(db: Database) -> None:
    lab, one, other = uuid4(), uuid4(), uuid4()
    born = date(2025, 11, 1)
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.insert(Lab, {"id": lab, "name": "lab", "timezone": "UTC"})
        for id_, name in ((one, "a"), (other, "b"), (uuid4(), "c")):
            unit.insert(Subject, {"id": id_, "nickname": name, "lab_id": lab, "birth_date": born, "sex": "F"})
    values = {"ids": [one, other], "now": NOW, "born": born}
    with db.plain() as connection:
        assert isinstance(connection, Plain)
        plain = rows(connection, _ANIMALS, values)
    with db.read() as connection:
        assert rows(connection, _ANIMALS, values) == plain
    assert [key(row[0]) for row in plain] == [one, other]
    assert [moment(row[1]) for row in plain] == [NOW, NOW]
    assert times([row[1] for row in plain] + [None]).tolist()[1:] == [round(NOW.timestamp() * 1e6), NO_TIME]
    assert [(day(row[2]), key(row[3])) for row in plain] == [(born, lab), (born, lab)]


_AT_ONCE = Statement(
    """
SELECT {row} ID(id), nickname, TIME(created_at), DAY(birth_date), death_date, NOT is_human, 21.34 {end}
FROM subject WHERE id AMONG(:ids)
UNION ALL
SELECT {row} NULL, name, NULL, NULL, NULL, NULL, 0.1 + 0.2 {end} FROM lab WHERE id AMONG(:ids)
""",
    at_once=True,
)


def test_rows_that_come_at_once_are_the_same_in_one_step(db: Database) -> None:
    lab, one, other = uuid4(), uuid4(), uuid4()
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.insert(Lab, {"id": lab, "name": "lab", "timezone": "UTC"})
        for id_, name in ((one, 'ä"\\\n'), (other, "b")):
            unit.insert(Subject, {"id": id_, "nickname": name, "birth_date": NOW.date(), "sex": "F"})
    with db.plain() as connection:
        assert isinstance(connection, Plain)
        [plain] = all_rows(connection, [_AT_ONCE], {"ids": [lab, one, other]})
        assert rows(connection, _AT_ONCE, {"ids": [uuid4()]}) == []
        if db.dialect == "sqlite":  # of each SELECT all that it finds
            assert len(connection.driver.execute(_AT_ONCE.packed, {"ids": f'["{one.hex}"]'}).fetchall()) == 2
    with db.read() as connection:
        row_by_row = rows(connection, _AT_ONCE, {"ids": [lab, one, other]})
    assert [row[:6] for row in row_by_row] == [row[:6] for row in plain]
    *animals, of_lab = sorted(plain, key=lambda row: (row[0] is None, row[1] == "b"))
    assert [(key(row[0]), row[1], moment(row[2]), day(row[3]), row[4]) for row in animals] == [
        (one, 'ä"\\\n', NOW, NOW.date(), None),
        (other, "b", NOW, NOW.date(), None),
    ]
    assert all(row[5] and float(row[6]) == 21.34 for row in animals)
    assert of_lab[:6] == (None, "lab", None, None, None, None)
    assert float(of_lab[6]) == pytest.approx(0.3, abs=1e-15)


def test_what_json_cannot_hold_spoils_its_own_row_alone(sqlite_url: str) -> None:
    db = open_database(sqlite_url)
    one, other = uuid4(), uuid4()
    with db.unit(uuid4(), "test", None, NOW) as unit:
        for id_, name in ((one, "a"), (other, "b")):
            unit.insert(Subject, {"id": id_, "nickname": name, "birth_date": NOW.date(), "sex": "F"})
        unit.connection.exec_driver_sql("UPDATE subject SET nickname = x'00ff' WHERE id = ?", (one.hex,))
    with db.plain() as connection:
        found = {row[0]: row[1] for row in rows(connection, _AT_ONCE, {"ids": [one, other]})}
    db.close()
    assert found == {one.hex: b"\x00\xff", other.hex: "b"}


def test_what_is_asked_meanwhile_gets_its_own_rows(db: Database) -> None:
    with db.unit(uuid4(), "test", None, NOW) as unit:
        for name in "abc":
            unit.insert(CageType, {"id": uuid4(), "name": name})
    for _ in range(20):
        with db.plain() as connection, rows_meanwhile(connection, _NAMES, {}) as names:
            assert rows(connection, _COUNT) == [(3,)]
            assert names() == [("a",), ("b",), ("c",)]
            assert rows(connection, _COUNT) == [(3,)]


_NAMES = Statement("SELECT name FROM cage_type ORDER BY name")
_CREATED = Statement("SELECT TIME(created_at) FROM subject WHERE id AMONG(:ids) ORDER BY created_at")


def test_a_moment_comes_back_to_the_microsecond(db: Database) -> None:
    lab = uuid4()
    moments = [
        datetime(year, 3, 29, 1, 59, 59, micros, tzinfo=UTC)
        for year in (1969, 2001, 2026, 2105, 2199)
        for micros in (1, 123_457, 499_999, 999_999)
    ]
    ids = []
    for number, at in enumerate(moments):
        with db.unit(uuid4(), "test", None, at) as unit:
            if not number:
                unit.insert(Lab, {"id": lab, "name": "lab", "timezone": "UTC"})
            ids.append(uuid4())
            unit.insert(Subject, {"id": ids[-1], "nickname": f"a{number}", "lab_id": lab, "sex": "F"})
    with db.plain() as connection:
        found = rows(connection, _CREATED, {"ids": ids})
        both = all_rows(connection, [_CREATED, _COUNT], {"ids": ids})
    with db.read() as connection:
        assert all_rows(connection, [_CREATED, _COUNT], {"ids": ids}) == both
    assert [moment(row[0]) for row in found] == moments
    assert both == [found, [(0,)]]


_COUNT = Statement("SELECT count(*) FROM cage_type")


def test_all_statements_see_one_state(db: Database) -> None:
    with db.plain() as connection:
        assert rows(connection, _COUNT) == [(0,)]
        with db.unit(uuid4(), "test", None, NOW) as unit:
            unit.insert(CageType, {"id": uuid4(), "name": "open"})
        assert rows(connection, _COUNT) == [(0,)]
    with db.plain() as connection:
        assert rows(connection, _COUNT) == [(1,)]


def test_a_connection_that_died_idle_is_replaced(postgres_url: str) -> None:
    db = open_at_once(postgres_url)
    assert db is not None
    with db.plain() as connection:
        assert isinstance(connection, Plain)
        ((pid,),) = rows(connection, Statement("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with db.plain() as connection:
        assert rows(connection, _COUNT) == [(0,)]
    db.close()


def test_a_failure_comes_in_words_and_a_bug_does_not(db: Database) -> None:
    with pytest.raises(Exception, match="nothing_of_that_name") as bug, db.plain() as connection:
        rows(connection, Statement("SELECT nothing_of_that_name FROM cage_type"))
    assert not isinstance(bug.value, KnownError)
    with db.plain() as connection:  # the broken one was not kept
        assert rows(connection, _COUNT) == [(0,)]


def test_opened_at_once_only_where_there_is_nothing_to_say(database_url: str) -> None:
    db = open_at_once(database_url)
    assert db is not None
    assert db.seen == 0
    with db.unit(uuid4(), "test", None, NOW) as unit:
        unit.insert(CageType, {"id": uuid4(), "name": "open"})
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    db.close()
    assert open_at_once(database_url) is None


@pytest.mark.parametrize("address", ["/no/such/file.sqlite", "sqlite://", "mysql://here/there", "sqlite:///"])
def test_other_addresses_are_left_to_the_long_way(address: str) -> None:
    assert at_once(address) is None


def test_the_first_picture_needs_no_sqlalchemy() -> None:
    names = "('sqlalchemy', 'psycopg')"
    code = f"import sys, colonydesk.app; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
