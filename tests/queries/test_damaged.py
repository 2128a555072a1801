"""One damaged record keeps nobody else's numbers away, and is named: SQLite takes any text anywhere."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Surgery
from colonydesk.domain.errors import KnownError
from colonydesk.queries.card import card, cards_in_cage
from colonydesk.queries.reports import REPORTS, report
from colonydesk.queries.today import opening
from colonydesk.queries.worklist import worklist, worklist_rows
from tests.conftest import ROOT
from tests.queries.colony import NOW, Colony, on

DAMAGES = (
    "UPDATE subject SET birth_date = 'in spring' WHERE nickname = 'A0'",
    "UPDATE subject SET birth_date = x'00ff' WHERE nickname = 'A0'",
    "UPDATE subject SET birth_date = '2025-02-30' WHERE nickname = 'A0'",
    "UPDATE weighing SET date_time = '2025-03-30 soon' WHERE weight = 24.0",
    "UPDATE weighing SET weight = 'light' WHERE weight = 24.0",
    "UPDATE water_restriction SET reference_weight = 'much' WHERE reference_weight = 26.0",
)
WORDS = {
    DAMAGES[0]: "The record of A0 is damaged: its birth date is 'in spring'.",
    DAMAGES[4]: "The record of A0 is damaged: its weighing, weight is 'light'.",
}


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    """Of A0 and A1, both on restriction, to be genotyped and operated, A0's record is going to be damaged."""
    db = open_database(sqlite_url)
    colony = Colony(db)
    lab = colony.lab(reference_weight_pct=0.85, zscore_weight_pct=0.0)
    for name, weight, reference in (("A0", 24.0, 26.0), ("A1", 20.0, 25.0)):
        subject = colony.subject(name, lab, to_be_genotyped=True, to_be_culled=True, cage="C1")
        colony.restriction(subject, on(5), reference_weight=reference)
        colony.weighing(subject, on(1), weight)
        end = on(20).replace(hour=23, minute=59, second=59, microsecond=999_999)
        colony.add(Surgery, subject_id=subject, start_time=on(20), end_time=end)
    colony.write()
    yield db
    db.close()


def damage(db: Database, statement: str) -> None:
    with db.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1


@pytest.mark.parametrize("statement", DAMAGES)
def test_the_worklist_is_of_all_the_others_and_names_the_damaged(db: Database, statement: str) -> None:
    with db.read() as connection:
        whole = {row.nickname: row for row in worklist(connection, NOW)}
    damage(db, statement)
    for reading in (db.read, db.plain):
        with reading() as connection:
            good, bad = worklist(connection, NOW)
            assert good == whole["A1"]
            assert (bad.nickname, bad.weight, bad.status, bad.cage) == ("A0", None, "unknown", "C1")
            assert bad.owed == ("weight", "water"), "nobody knows that it had them"
            assert bad.damage.startswith("The record of A0 is damaged: its ")
            assert bad.damage == WORDS.get(statement, bad.damage)
            assert worklist_rows(connection, NOW, [good.subject_id]) == (good,)
            assert worklist_rows(connection, NOW, [bad.subject_id]) == (bad,)
            with pytest.raises(KnownError, match="The record of A0 is damaged"):
                card(connection, bad.subject_id, NOW)
            with pytest.raises(KnownError, match="The record of A0 is damaged"):
                cards_in_cage(connection, "C1", good.lab, NOW)
            first = opening(connection, NOW).first
            assert first is not None
            assert first[0].nickname == "A1"


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("statement", DAMAGES[:2])
def test_a_report_leaves_out_the_damaged_and_names_it(db: Database, name: str, statement: str) -> None:
    with db.read() as connection:
        whole = report(connection, name, NOW)
    damage(db, statement)
    with db.read() as connection:
        found = report(connection, name, NOW)
    if name == "changes":
        assert found == whole
        return
    count, said = found.counted[-1]
    if not said.startswith("left out"):  # it reads nothing of what is damaged
        assert name in ("surgery-pending", "training")
        return
    assert count == 1
    assert said.startswith("left out. The record of A0 is damaged: its birth date is ")
    assert "A0" not in str(found.rows)
    expected = [row for row in whole.rows if "A0" not in row.cells]
    if name != "animals-used":
        assert list(found.rows) == expected
    else:
        assert found.rows[0].cells[2] == tuple(found.behind)
        assert len(found.behind) == 1


@pytest.mark.parametrize("arguments", [("today",), ("report", "to-do"), ("report", "animals-used")])
def test_the_command_line_names_it_too(db: Database, sqlite_url: str, arguments: tuple[str, ...]) -> None:
    damage(db, DAMAGES[0])
    command = [sys.executable, "-m", "colonydesk", "--database", sqlite_url, *arguments]
    at = ("--at", NOW.isoformat())
    done = subprocess.run([*command, *at], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert WORDS[DAMAGES[0]] in done.stdout
    if arguments != ("today",):
        return
    done = subprocess.run(
        [*command, *at, "--json"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert [row["nickname"] for row in json.loads(done.stdout)] == ["A1", "A0"]
