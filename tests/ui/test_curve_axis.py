import itertools
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.ui.curve.axis import date_ticks, day_edges, noon, runs, spread, value_ticks

LONDON = ZoneInfo("Europe/London")


def epoch(*parts: int) -> float:
    return datetime(*parts, tzinfo=LONDON).timestamp()


def ticks(first: date, last: date, pixels: float, zone: ZoneInfo = LONDON) -> list[str]:
    low, high = noon(first, zone) - 43200, noon(last, zone) + 43200
    made = date_ticks(low, high, pixels, zone, noon(last, zone), 72)
    places = [(at - low) * pixels / (high - low) for at, _ in made]
    assert all(second - first >= 60 for first, second in itertools.pairwise(places))
    assert all(datetime.fromtimestamp(at, zone).hour == 12 for at, _ in made)
    return [text for _, text in made]


def test_dates_count_back_from_the_last_day_across_the_change_of_clocks() -> None:
    # 25 Oct 2026 has 25 hours in London
    assert ticks(date(2026, 10, 13), date(2026, 11, 23), 400) == ["26 Oct", "9 Nov", "23 Nov"]
    assert ticks(date(2026, 10, 23), date(2026, 10, 27), 400) == [f"{day} Oct" for day in range(23, 28)]
    assert ticks(date(2026, 10, 13), date(2026, 11, 23), 1000)[-2:] == ["16 Nov", "23 Nov"]


def test_dates_are_the_labs() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    assert ticks(date(2026, 11, 22), date(2026, 11, 23), 400, auckland) == ["22 Nov", "23 Nov"]


def test_longer_stretches_have_months_and_years() -> None:
    months = ticks(date(2025, 10, 20), date(2026, 3, 20), 420)
    assert months == ["Nov 2025", "Dec", "2026", "Feb", "Mar"]
    assert ticks(date(2021, 6, 3), date(2026, 11, 23), 500)[-2:] == ["2025", "2026"]


@given(st.integers(1, 4000), st.integers(120, 2000))
def test_dates_never_crowd(days: int, pixels: int) -> None:
    last = date(2026, 11, 23)
    first = date.fromordinal(last.toordinal() - days)
    assert len(ticks(first, last, float(pixels))) <= pixels / 60 + 1


@pytest.mark.parametrize(
    ("low", "high", "length", "labels"),
    [
        (17.6, 26.2, 320, ["18", "20", "22", "24", "26"]),
        (20.0, 21.0, 320, ["20.0", "20.2", "20.4", "20.6", "20.8", "21.0"]),
        (0.0, 1.08, 96, ["0.0", "0.5", "1.0"]),
        (71.0, 104.0, 320, ["75", "80", "85", "90", "95", "100"]),
    ],
)
def test_values_at_round_steps(low: float, high: float, length: float, labels: list[str]) -> None:
    made = value_ticks(low, high, length)
    assert [text for _, text in made] == labels
    assert all(low - 1e-9 <= value <= high + 1e-9 for value, _ in made)


@given(st.lists(st.floats(-50, 550), max_size=12))
def test_labels_never_overlap_nor_leave_their_order(wanted: list[float]) -> None:
    placed = spread(wanted, 15.0, 0.0, 300.0)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    centres = [placed[place] for place in order]
    assert all(below - above >= 15 - 1e-6 for above, below in itertools.pairwise(centres))
    assert all(7.5 - 1e-6 <= centre <= 292.5 + 1e-6 for centre in centres)


def test_labels_that_are_free_stay_where_they_are() -> None:
    assert spread([100.0, 20.0, 60.0], 15.0, 0.0, 300.0) == [100.0, 20.0, 60.0]
    assert spread([100.0, 104.0], 15.0, 0.0, 300.0) == [94.5, 109.5]
    assert spread([299.0], 15.0, 0.0, 300.0) == [292.5]
    assert spread([], 15.0, 0.0, 300.0) == []


def test_days_lie_between_local_midnights() -> None:
    days = np.array([noon(date(2026, 10, day), LONDON) for day in (24, 25, 26)])
    edges = day_edges(days)
    assert edges[0] == epoch(2026, 10, 24)
    assert abs(edges[1] - epoch(2026, 10, 25)) <= 1800
    assert edges[3] == epoch(2026, 10, 27)
    assert len(day_edges(np.empty(0))) == 0


def test_runs() -> None:
    assert runs(np.array([True, True, False, True])) == [(0, 1), (3, 3)]
    assert runs(np.zeros(3, dtype=bool)) == []
