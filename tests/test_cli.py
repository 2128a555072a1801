"""The command line: what it answers, its exit status, and the reference system's own numbers through it."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.exchange.vector_dump import read_vectors, write_vector_dump


def run(*arguments: str, url: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "colonydesk", *(("--database", url) if url else ()), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def answered(*arguments: str, url: str) -> str:
    done = run(*arguments, url=url)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(*arguments: str, url: str = "") -> str:
    """Exit status 1, one sentence on stderr, no traceback, nothing else."""
    done = run(*arguments, url=url)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


@pytest.fixture
def imported(database_url: str, shared_data: Path) -> str:
    """The real, anonymised colony, on each engine."""
    answered("import-alyx", str(shared_data / "alyx_dump_anon.json.gz"), url=database_url)
    return database_url


def test_the_real_dump_is_imported_and_nothing_twice(database_url: str, shared_data: Path) -> None:
    file = str(shared_data / "alyx_dump_anon.json.gz")
    first = json.loads(answered("import-alyx", file, "--json", url=database_url))
    assert first["tables"]["subjects.subject"] == {"read": 968, "written": 968, "present": 0, "skipped": 0}
    assert sum(table["written"] for table in first["tables"].values()) == 2120
    assert len(first["tables"]) == 23
    second = json.loads(answered("import-alyx", file, "--json", url=database_url))
    assert sum(table["written"] for table in second["tables"].values()) == 0
    assert second["tables"]["subjects.subject"]["present"] == 968


def test_the_history_is_the_reference_systems_to_the_digit(
    database_url: str, shared_data: Path, tmp_path: Path
) -> None:
    """Every value of every day from the first record on, but for those that ``decided`` names."""
    vectors = read_vectors(shared_data / "vectors" / "water_daily.json.gz")
    dump = tmp_path / "vectors.json.gz"
    write_vector_dump(vectors, dump)
    answered("import-alyx", str(dump), url=database_url)
    found = json.loads(answered("history", "--all", "--format", "json", url=database_url))
    compared = 0
    for vector in vectors:
        ours = {record["date"]: record for record in found[vector["id"]]["records"]}
        taken = [one["date_time"] for one in vector["weighings"] + vector["water_administrations"]]
        first = min(taken, default="9999")[:10]
        for theirs in vector["records"]:
            if theirs["date"] >= first:
                compared += compare(ours[theirs["date"]], theirs, vector)
            else:
                assert theirs["date"] not in ours
    assert compared > 16_000


def compare(ours: dict[str, Any], theirs: dict[str, Any], vector: dict[str, Any]) -> int:
    """How many values of a day are the same; fails for one that differs and was not decided to."""
    differing = set()
    for name, value in theirs.items():
        mine = ours[name]
        if isinstance(value, bool) or value is None or mine is None or name == "date":
            same = mine == value
        else:
            same = math.isclose(mine, value, rel_tol=1e-9, abs_tol=1e-9)
        if not same:
            differing.add(name)
    assert differing <= decided(ours, theirs, vector), (vector["id"], ours, theirs)
    return len(theirs) - 1 - len(differing)


def decided(ours: dict[str, Any], theirs: dict[str, Any], vector: dict[str, Any]) -> set[str]:
    """The values that husbandry.md wants otherwise; tests/domain/test_history.py has what they are."""
    judged = {"expected_weight", "min_weight", "percentage_weight"}
    names = set()
    if ours["weight"] is None:  # not 0 g, and no water from it
        assert theirs["weight"] == 0
        names |= {"weight", "percentage_weight", "expected_water", "excess_water"}
    if ours["reference_weight"] is None:  # not the implant alone, and not 0 % of it
        assert theirs["reference_weight"] == theirs["percentage_weight"] == 0
        names |= {"reference_weight", *judged}
    if vector["birth_date"] is None:  # the reference part carries the whole
        names |= {*judged, "expected_water", "excess_water"}
    if sum(vector["lab"][part] for part in ("reference_weight_pct", "zscore_weight_pct")) == 0:
        assert ours["expected_weight"] is None  # neither part is wanted: nothing is expected
        names |= judged
    return names


def test_today_lists_the_restricted_with_the_columns_promised(imported: str) -> None:
    rows = json.loads(answered("today", "--json", "--at", "2017-06-13T18:00:00Z", url=imported))
    assert rows
    assert set(rows[0]) == {
        *("nickname", "lab", "weight", "weighed_today", "percentage_weight", "status", "expected_weight"),
        *("min_weight", "expected_water", "given_water_total", "remaining_water", "owed"),
    }
    assert "animal" in answered("today", url=imported)


def test_weigh_asks_what_the_screen_asks_and_force_answers(imported: str) -> None:
    name = json.loads(answered("today", "--json", url=imported))[1]
    member = "11"
    weight = f"{(name['weight'] or 20) * 1.3:.1f}"
    sentence = refused("weigh", name["nickname"], weight, "--user", member, url=imported)
    assert "--force" in sentence
    answered("weigh", name["nickname"], weight, "--user", member, "--force", url=imported)
    rows = {row["nickname"]: row for row in json.loads(answered("today", "--json", url=imported))}
    assert rows[name["nickname"]]["weight"] == pytest.approx(float(weight))
    assert rows[name["nickname"]]["weighed_today"]
    answered("water", name["nickname"], "0,5", "--user", member, "--force", url=imported)
    rows = {row["nickname"]: row for row in json.loads(answered("today", "--json", url=imported))}
    assert rows[name["nickname"]]["given_water_total"] == pytest.approx(0.5)
    adlib = ("water", name["nickname"], "--adlib", "--user", member)
    answered(*adlib, "--force", url=imported)
    assert "has water ad lib already today" in refused(*adlib, url=imported)
    answered(*adlib, "--force", url=imported)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("weigh", "nobody", "20", "--user", "11"), "no animal called nobody"),
        (("weigh", "01228d", "2000", "--user", "11"), "not possible"),
        (("weigh", "01228d", "-3", "--user", "11"), "negative"),
        (("weigh", "01228d", "20"), "--user"),
        (("weigh", "01228d", "20", "--user", "nobody"), "not an active member"),
        (("weigh", "01228d", "20", "--user", "11", "--at", "2999-01-01T00:00:00Z"), "future"),
        (("water", "01228d", "0.5", "--user", "11", "--type", "Beer"), "Beer"),
        (("history", "nobody"), "no animal called nobody"),
        (("today", "--lab", "nowhere"), "no lab called nowhere"),
        (("import-alyx", "missing.json"), "missing.json"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    sqlite_url: str, shared_data: Path, arguments: tuple[str, ...], part: str
) -> None:
    answered("import-alyx", str(shared_data / "alyx_dump_anon.json.gz"), url=sqlite_url)
    words = ["--", *arguments[1:]] if arguments[:1] == ("weigh",) and "-3" in arguments else arguments[1:]
    if "-3" in arguments:
        words = ["--user", "11", "--", "01228d", "-3"]
    assert part in refused(arguments[0], *words, url=sqlite_url)


def test_subjects_are_found_and_listed(imported: str) -> None:
    every = json.loads(answered("subjects", "--json", url=imported))
    assert len(every) == 968
    assert set(every[0]) == {
        *("id", "nickname", "lab", "sex", "birth_date", "death_date", "line", "responsible_user", "cage"),
        "percentage_weight",
    }
    some = json.loads(answered("subjects", "--json", "--search", "0122", url=imported))
    assert [row["nickname"] for row in some] == ["01228d"]


def test_global_options_stand_before_or_after(sqlite_url: str) -> None:
    before = run("--database", sqlite_url, "today", "--json")
    after = run("today", "--json", "--database", sqlite_url)
    assert (before.returncode, before.stdout) == (after.returncode, after.stdout) == (0, "[]\n")


def test_wrong_usage_is_status_2_and_a_missing_database_a_sentence(tmp_path: Path) -> None:
    assert run("frobnicate").returncode == 2
    assert "no database file" in refused("today", url=f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert "No database is chosen" in refused("today")


def test_a_password_is_never_echoed(tmp_path: Path) -> None:
    done = run("today", url="postgresql+psycopg://nobody:s3cret@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "s3cret" not in done.stdout + done.stderr
