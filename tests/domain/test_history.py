"""The daily history: against the reference system, where we differ, and against a slow second writing."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colonydesk.domain.days import local_day
from colonydesk.domain.facts import Facts, LabRules
from colonydesk.domain.history import HISTORY_COLUMNS, DailyHistory, history
from tests.domain import oracle
from tests.domain.animals import ZONES, animal, animals, at, c57bl6, from_vector, moments, vectors

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def rows(table: DailyHistory) -> list[dict[str, Any]]:
    """The rows as plain values, None for NaN."""
    columns = {name: getattr(table, name).tolist() for name in (*HISTORY_COLUMNS, "remaining_water")}
    return [
        {"date": day}
        | {
            name: None if values[place] != values[place] else values[place]
            for name, values in columns.items()
        }
        for place, day in enumerate(table.dates())
    ]


@pytest.fixture(scope="module")
def compared(shared_data: Path) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Subject, the reference system's row, our row, for every day of every subject."""
    curve = c57bl6()
    compared = []
    for subject in vectors(shared_data):
        first, last = (date.fromisoformat(subject[key]) for key in ("start_date", "end_date"))
        ours = rows(history(from_vector(subject, curve), first, last, LATER))
        assert [str(row["date"]) for row in ours] == [row["date"] for row in subject["records"]]
        compared += [(subject, theirs, our) for theirs, our in zip(subject["records"], ours, strict=True)]
    assert len(compared) > 1500
    return compared


class TestReferenceVectors:
    def test_the_same_where_known(self, compared: Any) -> None:
        """Every number that we know and the reference does not get wrong is the same to 1e-9."""
        equal = 0
        for subject, theirs, ours in compared:
            for name in theirs.keys() - {"date"}:
                if ours[name] is None or (subject["birth_date"] is None and name in WITHOUT_BIRTH_DATE):
                    continue
                assert theirs[name] == pytest.approx(ours[name], abs=1e-9), (
                    subject["id"],
                    theirs["date"],
                    name,
                )
                equal += 1
        assert equal > 16_000

    def test_decided_otherwise_none_without_a_weighing(self, compared: Any) -> None:
        """Not 0, and no negative percentage or water from an implant without a weighing."""
        unweighed = [(theirs, ours) for _, theirs, ours in compared if ours["weight"] is None]
        assert any(theirs["expected_water"] < 0 for theirs, _ in unweighed)
        for theirs, ours in unweighed:
            assert theirs["weight"] == 0
            for name in ("percentage_weight", "expected_water", "remaining_water", "excess_water"):
                assert ours[name] is None

    def test_decided_otherwise_none_without_a_reference(self, compared: Any) -> None:
        """Not the implant's weight as the expected and the minimum weight, not 0 % of it."""
        without = [(theirs, ours) for _, theirs, ours in compared if ours["reference_weight"] is None]
        assert any(theirs["expected_weight"] > 0 for theirs, _ in without)
        for theirs, ours in without:
            assert theirs["reference_weight"] == 0
            assert theirs["percentage_weight"] == 0
            assert theirs["expected_weight"] in (0, pytest.approx(ours["implant_weight"]))
            assert [ours[name] for name in ("expected_weight", "min_weight", "percentage_weight")] == [
                None
            ] * 3

    def test_decided_otherwise_without_a_birth_date_the_reference_part_carries_the_whole(
        self, compared: Any
    ) -> None:
        """Not half the expected weight (or none of it), which silences the alarm."""
        born_unknown = [
            (subject["lab"], theirs, ours)
            for subject, theirs, ours in compared
            if subject["birth_date"] is None and ours["expected_weight"] is not None
        ]
        assert born_unknown
        for lab, theirs, ours in born_unknown:
            implant = ours["implant_weight"]
            threshold = lab["reference_weight_pct"] + lab["zscore_weight_pct"]
            share = lab["reference_weight_pct"] / threshold
            assert ours["zscore_weight"] is None
            assert ours["expected_weight"] == pytest.approx(ours["reference_weight"] + implant)
            assert ours["min_weight"] == pytest.approx(threshold * ours["reference_weight"] + implant)
            assert theirs["expected_weight"] == pytest.approx(share * ours["reference_weight"] + implant)


WITHOUT_BIRTH_DATE = ("expected_weight", "min_weight", "percentage_weight", "expected_water", "excess_water")


class TestAgainstTheRules:
    @given(animals(), moments)
    @settings(max_examples=200)
    def test_every_number_of_every_day(self, facts: Facts, now: datetime) -> None:
        zone = facts.lab.timezone
        today = local_day(now, zone)
        table = history(facts, None, None, now)
        for row in rows(table):
            moment = now if row["date"] == today else oracle.noon(row["date"], zone)
            expected = oracle.row(facts, moment)
            for name, value in expected.items():
                assert row[name] == (None if value is None else pytest.approx(value, abs=1e-9)), name

    @given(animals(), moments)
    @settings(max_examples=50)
    def test_the_days_it_runs_over(self, facts: Facts, now: datetime) -> None:
        """From the first weighing or water to today or the day of death; with neither there are no rows."""
        zone = facts.lab.timezone
        records = [*facts.weighing_times.tolist(), *facts.water_times.tolist()]
        days = history(facts, None, None, now).dates()
        if not records:
            assert days == []
            return
        first = local_day(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=min(records)), zone)
        last = min(local_day(now, zone), facts.death_date or date.max)
        assert days == oracle.days_between(first, last)

    @given(animals(), moments, st.dates(date(2024, 2, 25), date(2024, 4, 20)), st.integers(0, 60))
    @settings(max_examples=50)
    def test_a_part_is_a_part_of_the_whole(
        self, facts: Facts, now: datetime, first: date, length: int
    ) -> None:
        last = first + timedelta(days=length)
        whole = rows(history(facts, None, None, now))
        part = rows(history(facts, first, last, now))
        assert part == [row for row in whole if first <= row["date"] <= last]


class TestDays:
    @pytest.mark.parametrize("zone", ZONES)
    def test_the_restriction_too_begins_on_the_lab_s_day(self, zone: str) -> None:
        """The reference reads restrictions' days in UTC."""
        start = at("2024-04-10 23:30" if zone.startswith("America") else "2024-04-10 00:30", zone)
        facts = animal(
            LabRules(0.8, 0.0, timezone=zone),
            weighings=[(at("2024-04-08 10:00", zone), 25.0)],
            restrictions=[(start, None, 24.0)],
        )
        table = history(facts, None, date(2024, 4, 12), LATER)
        assert table.is_water_restricted.tolist() == [False, False, True, True, True]

    def test_a_restriction_holds_up_to_its_end(self) -> None:
        day = "2024-04-11"
        for end, restricted in (("12:00", True), ("11:59:59.999999", False)):
            facts = animal(
                weighings=[(at("2024-04-08 10:00"), 25.0)],
                restrictions=[(at("2024-04-09 10:00"), at(f"{day} {end}"), 24.0)],
            )
            row = history(facts, date.fromisoformat(day), date.fromisoformat(day), LATER)
            assert row.is_water_restricted.tolist() == [restricted]

    def test_today_is_seen_now_and_not_at_noon(self) -> None:
        """A restriction that ended this morning at 10 holds at 9 and at noon no more."""
        facts = animal(
            weighings=[(at("2024-04-08 10:00"), 25.0)],
            restrictions=[(at("2024-04-09 10:00"), at("2024-04-11 10:00"), 24.0)],
        )
        assert history(facts, None, None, at("2024-04-11 09:00")).is_water_restricted[-1]
        assert not history(facts, None, None, at("2024-04-11 11:00")).is_water_restricted[-1]
        assert not history(facts, None, None, at("2024-04-12 09:00")).is_water_restricted[-2]

    def test_only_the_latest_restriction_counts(self) -> None:
        """One begun earlier and never ended does not come back when a later one ends."""
        facts = animal(
            weighings=[(at("2024-04-01 10:00"), 25.0)],
            restrictions=[
                (at("2024-04-02 10:00"), None, 24.0),
                (at("2024-04-04 10:00"), at("2024-04-05 10:00"), 0.0),
            ],
        )
        table = history(facts, None, date(2024, 4, 7), LATER)
        assert table.is_water_restricted.tolist() == [False, True, True, True, False, False, False]

    def test_a_later_weighing_of_the_day_counts(self) -> None:
        facts = animal(weighings=[(at("2024-04-01 08:00"), 20.0), (at("2024-04-01 21:00"), 21.0)])
        table = history(facts, None, date(2024, 4, 2), LATER)
        assert table.weight.tolist() == [21.0, 21.0]
        assert rows(table)[1]["weighing_at"] is None

    def test_of_two_weighings_of_one_moment_the_last_in_order_counts(self) -> None:
        facts = animal(weighings=[(at("2024-04-01 08:00"), 20.0), (at("2024-04-01 08:00"), 21.0)])
        assert history(facts, None, date(2024, 4, 1), LATER).weighing_at.tolist() == [21.0]

    def test_ends_with_the_day_of_death(self) -> None:
        facts = animal(death_date=date(2024, 4, 3), weighings=[(at("2024-04-01 08:00"), 20.0)])
        assert history(facts, None, None, LATER).dates()[-1] == date(2024, 4, 3)

    def test_no_rows_without_a_record(self) -> None:
        table = history(animal(restrictions=[(at("2024-04-01 08:00"), None, 20.0)]), None, None, LATER)
        assert len(table) == 0
        assert table.dates() == []

    def test_no_rows_of_days_before_the_first_record(self) -> None:
        facts = animal(waters=[(at("2024-04-03 08:00"), 1.0, False, False)])
        assert len(history(facts, date(2024, 4, 1), date(2024, 4, 2), LATER)) == 0


class TestImplants:
    def test_a_surgery_without_an_implant_does_not_remove_one(self) -> None:
        facts = animal(
            weighings=[(at("2024-04-01 08:00"), 25.0)],
            surgeries=[
                (at("2024-04-02 15:00"), 2.0),
                (at("2024-04-03 15:00"), 0.0),
                (at("2024-04-04 15:00"), 3.0),
            ],
        )
        table = history(facts, None, date(2024, 4, 5), LATER)
        assert table.implant_weight.tolist() == [0.0, 2.0, 2.0, 3.0, 3.0]

    def test_the_reference_is_less_the_implant_of_the_restriction_s_start(self) -> None:
        facts = animal(
            LabRules(0.8, 0.0),
            weighings=[(at("2024-04-01 08:00"), 25.0)],
            surgeries=[(at("2024-04-04 15:00"), 3.0)],
            restrictions=[(at("2024-04-02 08:00"), at("2024-04-05 18:00"), 24.0)],
        )
        table = history(facts, date(2024, 4, 3), date(2024, 4, 6), LATER)
        # After the end the reference weight still holds, less the implant of the day.
        assert table.reference_weight.tolist() == [24.0, 24.0, 24.0, 21.0]
        assert table.expected_weight.tolist() == [24.0, 27.0, 27.0, 24.0]


class TestReference:
    def test_of_the_last_restriction_holds_after_its_end(self) -> None:
        facts = animal(
            weighings=[(at("2024-04-01 08:00"), 25.0)],
            restrictions=[(at("2024-04-02 08:00"), at("2024-04-03 18:00"), 24.0)],
        )
        known = history(facts, None, date(2024, 4, 6), LATER).reference_weight
        assert known[1:].tolist() == [24.0] * 5
        assert np.isnan(known[0])

    def test_of_a_restriction_without_one_is_the_last_weight_up_to_its_day(self) -> None:
        facts = animal(
            weighings=[
                (at("2024-04-01 08:00"), 25.0),
                (at("2024-04-02 20:00"), 24.5),
                (at("2024-04-03 08:00"), 22.0),
            ],
            restrictions=[(at("2024-04-02 08:00"), at("2024-04-04 18:00"), 0.0)],
        )
        known = history(facts, None, date(2024, 4, 6), LATER).reference_weight
        assert known[1:4].tolist() == [24.5] * 3
        assert np.isnan(known[[0, 4, 5]]).all()  # and is gone when the restriction is


def test_water_ad_lib_leaves_nothing_to_give() -> None:
    """The reference ignores the flag."""
    facts = animal(
        LabRules(0.8, 0.0),
        weighings=[(at("2024-04-01 08:00"), 20.0)],
        restrictions=[(at("2024-04-01 08:00"), None, 20.0)],
        waters=[
            (at("2024-04-01 09:00"), 0.3, False, False),
            (at("2024-04-02 09:00"), None, False, True),
            (at("2024-04-03 09:00"), 1.0, False, True),
            (at("2024-04-04 09:00"), 1.0, False, False),
        ],
    )
    table = history(facts, None, date(2024, 4, 4), LATER)
    assert table.expected_water.tolist() == pytest.approx([0.8] * 4)
    assert table.given_water_total.tolist() == pytest.approx([0.3, 0.0, 1.0, 1.0])
    assert table.remaining_water.tolist() == pytest.approx([0.5, 0.0, 0.0, -0.2])
    assert table.excess_water.tolist() == pytest.approx([-0.5, 0.0, 0.2, 0.2])


def test_session_water_is_reward_and_the_rest_supplement() -> None:
    facts = animal(
        waters=[
            (at("2024-04-01 09:00"), 0.3, True, False),
            (at("2024-04-01 10:00"), 0.2, True, False),
            (at("2024-04-01 11:00"), None, True, False),
            (at("2024-04-01 12:00"), 0.4, False, False),
        ],
    )
    (row,) = rows(history(facts, None, date(2024, 4, 1), LATER))
    assert row["given_water_reward"] == pytest.approx(0.5)
    assert row["given_water_supplement"] == pytest.approx(0.4)
    assert row["given_water_total"] == pytest.approx(0.9)


def test_a_rat_without_a_curve_has_no_z_score() -> None:
    """Never a mouse's curve: the reference weight carries the whole."""
    facts = animal(
        LabRules(0.4, 0.4),
        curve=None,
        weighings=[(at("2024-04-01 08:00"), 300.0)],
        restrictions=[(at("2024-04-01 08:00"), None, 320.0)],
    )
    (row,) = rows(history(facts, None, date(2024, 4, 1), LATER))
    assert row["zscore_weight"] is None
    assert row["expected_weight"] == 320.0
    assert row["percentage_weight"] == pytest.approx(93.75)


def test_percentages_of_sum_0_leave_everything_but_the_reference_unknown() -> None:
    facts = animal(
        LabRules(0.0, 0.0),
        curve=c57bl6(),
        weighings=[(at("2024-04-01 08:00"), 20.0)],
        restrictions=[(at("2024-04-01 08:00"), None, 22.0)],
    )
    (row,) = rows(history(facts, None, date(2024, 4, 1), LATER))
    assert row["reference_weight"] == 22.0
    assert [row[name] for name in ("expected_weight", "min_weight", "percentage_weight")] == [None] * 3
    assert row["expected_water"] == pytest.approx(0.8)  # the usual rate: nothing says that it is under
