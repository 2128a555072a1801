"""What a figure says of itself, and how figures are shown."""

import json
import sys
from pathlib import Path

import pytest

from colonydesk import bench
from colonydesk.bench.measure import Figure, Times, in_turn
from colonydesk.bench.table import as_json, as_table
from colonydesk.domain.errors import KnownError

PLAIN = Figure("plain", "sqlite", "ms", 8.0, 2.0, "a floor")


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (PLAIN, None),
        (Figure("a", "e", "ms", 10.0, bar=10.0), True),
        (Figure("a", "e", "ms", 10.1, bar=10.0), False),
        (Figure("a", "e", "ms", 8.0, 2.0, ratio_bar=4.0), True),
        (Figure("a", "e", "ms", 8.1, 2.0, ratio_bar=4.0), False),
        (Figure("a", "e", "ms", 1.0, high=9.0, bar=5.0, high_bar=8.0), False),
        (Figure("a", "e", "ms", 1.0, statements=4, bar=5.0, statements_bar=3), False),
        (Figure("a", "e", "records/s", 9_999.0, bar=10_000.0, better="higher"), False),
        (Figure("a", "e", "records/s", 10_000.0, bar=10_000.0, better="higher"), True),
    ],
)
def test_every_bar_must_be_met(figure: Figure, met: bool | None) -> None:
    assert figure.met is met


def test_the_ratio_says_how_many_times_worse_than_the_floor_it_is() -> None:
    assert PLAIN.ratio == 4.0
    assert Figure("rate", "e", "records/s", 100.0, 400.0, better="higher").ratio == 4.0
    assert Figure("none", "e", "ms", 8.0).ratio is None


def test_works_are_run_in_turn_and_the_first_rounds_do_not_count() -> None:
    order: list[str] = []
    one, two = in_turn(3, lambda: order.append("one"), lambda: order.append("two"), warm=2)
    assert order == ["one", "two"] * 5
    assert len(one.all) == len(two.all) == 3


def test_median_and_high() -> None:
    times = Times(tuple(float(number) for number in range(100, -1, -1)))
    assert (times.median, times.high) == (50.0, 95.0)


def test_the_table_names_each_floor_and_what_was_missed() -> None:
    missed = Figure("slow", "postgresql", "ms", 1234.5, 2.0, "another floor", statements=9, statements_bar=3)
    table = as_table([PLAIN, missed])
    assert "plain: a floor" in table
    assert "slow: another floor" in table
    [line] = [line for line in table.splitlines() if line.split()[:2] == ["slow", "postgresql"]]
    assert "1,234 ms" in line or "1,235 ms" in line
    assert "MISSED" in line
    assert "617" in line.split(), "times its floor"


def test_json_holds_every_field() -> None:
    [found] = json.loads(as_json([PLAIN]))
    assert found["value"] == 8.0
    assert found["ratio"] == 4.0
    assert found["met"] is None


@pytest.mark.parametrize(("value", "status"), [(9.0, 0), (11.0, 1)])
def test_the_exit_status_says_whether_the_bars_are_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: float, status: int
) -> None:
    asked: list[tuple[str, str | None]] = []

    def measure(engine: str, postgresql: str | None) -> list[Figure]:
        asked.append((engine, postgresql))
        return [Figure("one", engine, "ms", value, bar=10.0)]

    monkeypatch.setattr(bench, "measure", measure)
    assert bench.run_bench(as_json=True, postgresql="postgresql+psycopg://somewhere/db") == status
    assert [one["engine"] for one in json.loads(capsys.readouterr().out)] == ["sqlite", "postgresql"]
    assert asked == [(engine, "postgresql+psycopg://somewhere/db") for engine in bench.ENGINES]
    assert bench.run_bench(only="sqlite") == status
    assert "sqlite" in capsys.readouterr().out
    assert len(asked) == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full is found on Linux")
def test_figures_that_cannot_be_written_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "measure", lambda _engine, _postgresql: [PLAIN])
    with open("/dev/full", "w") as full, monkeypatch.context() as patched:  # noqa: PTH123
        patched.setattr(sys, "stdout", full)
        with pytest.raises(KnownError, match="The answer cannot be written"):
            bench.run_bench(only="sqlite")
