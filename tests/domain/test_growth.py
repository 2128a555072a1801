"""Growth curves: read from CSV, by whole weeks or linear, clamped, and which sex's table counts."""

import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.days import day_number, micros, zone
from colonydesk.domain.errors import KnownError
from colonydesk.domain.growth import age_in_days, growth_curve, mean_and_sd, parse_growth_csv
from tests.domain.animals import at, c57bl6

HEAD = "sex,week,mean_g,sd_g\n"


def test_the_curve_that_comes_with_the_program() -> None:
    curve = c57bl6()
    assert curve.name == "C57BL/6J"
    assert "body weight by week" in curve.source
    assert curve.male is not None
    assert curve.female is not None
    assert curve.male.weeks.tolist() == curve.female.weeks.tolist() == list(range(4, 21))
    assert (curve.male.mean[0], curve.male.sd[0]) == (15.7, 2.2)
    assert (curve.female.mean[-1], curve.female.sd[-1]) == (23.6, 2.3)


def test_any_sex_other_than_male_uses_the_female_table() -> None:
    curve = c57bl6()
    assert curve.table("M") is curve.male
    assert curve.table("F") is curve.table("U") is curve.female


def test_a_sex_without_rows_has_no_table() -> None:
    curve = parse_growth_csv(HEAD + "M,4,15,2\n", "half")
    assert curve.table("F") is None
    mean, sd = mean_and_sd(None, np.array([30.0, np.nan]), "step")
    assert np.isnan([*mean, *sd]).all()


@pytest.mark.parametrize(
    ("line", "number", "why"),
    [
        ("M,4,15", 3, "it has 3 columns and not 4"),
        ("X,4,15,2", 3, "the sex “X” is none of M and F"),
        ("M,four,15,2", 3, "the week “four” is not a number"),
        ("M,4,0,2", 3, "the mean is not above 0"),
        ("M,4,15,0", 3, "the deviation is not above 0"),
        ("M,-1,15,2", 3, "the week is below 0"),
        ("M,4,nan,2", 3, "the mean “nan” is not a number"),
        ("M,4,15,inf", 3, "the deviation “inf” is not a number"),
        ("M,4,,2", 3, "the mean is missing"),
        ("M,5,15,2\nM,5,16,2", 4, "week 5 is given twice for sex M"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_the_reason(line: str, number: int, why: str) -> None:
    said = f"Line {number} of the growth curve “lab” cannot be used, as {why}: {line.splitlines()[-1]}"
    with pytest.raises(KnownError, match=f"^{re.escape(said)}$"):
        parse_growth_csv(f"# source\n{HEAD}{line}\n", "lab")


@pytest.mark.parametrize("text", ["", "# only a source\n", "week,mean\n4,15\n"])
def test_other_columns_are_refused(text: str) -> None:
    with pytest.raises(KnownError, match="must begin with the columns"):
        parse_growth_csv(text, "lab")


def test_by_whole_weeks_as_the_reference() -> None:
    table = c57bl6().male
    days = np.array([-5.0, 0, 27, 28, 34, 35, 139, 140, 900, np.nan])
    mean, sd = mean_and_sd(table, days, "step")
    assert mean[:-1].tolist() == [15.7, 15.7, 15.7, 15.7, 15.7, 19.4, 31.4, 31.8, 31.8]
    assert sd[:-1].tolist() == [2.2, 2.2, 2.2, 2.2, 2.2, 1.8, 2.4, 2.5, 2.5]
    assert np.isnan([mean[-1], sd[-1]]).all()


def test_linear_between_weeks_by_days() -> None:
    mean, sd = mean_and_sd(c57bl6().male, np.array([0.0, 28, 30, 35, 140, 900, np.nan]), "linear")
    assert mean[:-1].tolist() == pytest.approx([15.7, 15.7, 15.7 + 2 / 7 * 3.7, 19.4, 31.8, 31.8])
    assert sd[2] == pytest.approx(2.2 - 2 / 7 * 0.4)
    assert np.isnan([mean[-1], sd[-1]]).all()


@given(st.integers(0, 400), st.sampled_from("MF"))
def test_linear_never_jumps_and_meets_the_rows(day: int, sex: str) -> None:
    """In a day no more than a seventh of the steepest week; on whole weeks the same as step."""
    table = c57bl6().table(sex)
    days = np.array([day, day + 1], dtype=np.float64)
    mean, _ = mean_and_sd(table, days, "linear")
    assert abs(mean[1] - mean[0]) <= 3.7 / 7 + 1e-9
    whole = np.array([day // 7 * 7], dtype=np.float64)
    assert mean_and_sd(table, whole, "linear")[0] == pytest.approx(mean_and_sd(table, whole, "step")[0])


def test_a_week_that_is_missing_takes_the_row_before() -> None:
    curve = growth_curve("gaps", "", [("M", 10, 20, 2), ("M", 4, 10, 1)])
    mean, _ = mean_and_sd(curve.male, np.array([28.0, 56, 70]), "step")
    assert mean.tolist() == [10, 10, 20]


@pytest.mark.parametrize(
    ("moment", "days"),
    [("2024-03-31 11:59:59.999999", 29), ("2024-03-31 12:00", 30), ("2024-04-01 12:00", 31)],
)
@pytest.mark.parametrize("timezone", ["UTC", "Europe/London", "America/New_York"])
def test_an_age_is_a_difference_of_wall_clock_times(moment: str, days: int, timezone: str) -> None:
    """Counted from the birth day at 12:00, with no daylight-saving hour in it."""
    local = zone(timezone).local(np.array([micros(at(moment, timezone))]))
    assert age_in_days(local, day_number(date(2024, 3, 1))).tolist() == [days]


def test_no_birth_day_no_age() -> None:
    assert np.isnan(age_in_days(np.array([0]), np.nan)).all()
