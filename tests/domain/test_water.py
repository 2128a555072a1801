"""The water formulas, and how amounts are shown."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.water import (
    excess_water,
    is_owed,
    remaining_water,
    required_water,
    shown_given,
    shown_owed,
    water_rate,
)
from colonydesk.domain.weight import is_under
from tests.domain.animals import numbers

AMOUNTS = st.floats(-20, 20)


def test_the_higher_rate_under_the_threshold_only() -> None:
    under = is_under(numbers([79.9, 80.0, 110.0, None]), np.array(0.8))
    assert water_rate(under, np.array(0.04), np.array(0.05)).tolist() == [0.05, 0.04, 0.04, 0.04]


def test_required_is_for_the_animal_without_its_implant_and_never_below_0() -> None:
    required = required_water(numbers([22.0, 1.0, None]), numbers([2.0, 2.0, 0.0]), np.array(0.04))
    assert required[:2].tolist() == [0.8, 0.0]
    assert np.isnan(required[2])


def test_remaining_and_excess() -> None:
    required, given_ = numbers([0.8, 0.8, None, 0.8, 0.8, None]), numbers([0.3, 1.0, 0.5, 0.3, 1.0, 0.5])
    adlib = np.array([False, False, False, True, True, True])
    remaining = remaining_water(required, given_, adlib)
    excess = excess_water(required, given_, adlib)
    assert remaining[[0, 1]].tolist() == pytest.approx([0.5, -0.2])
    assert excess[[0, 1]].tolist() == pytest.approx([-0.5, 0.2])
    assert remaining[3:].tolist() == [0.0, 0.0, 0.0]
    assert excess[[3, 4]].tolist() == pytest.approx([0.0, 0.2])
    assert np.isnan([remaining[2], excess[2], excess[5]]).all()


def test_a_trace_is_not_owed() -> None:
    assert is_owed(numbers([0.5, 1e-6, 4e-7, 0.0, -0.2, None])).tolist() == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert not is_owed(np.array([0.3 - (0.1 + 0.2)]))[0]
    assert not is_owed(np.array([(0.1 + 0.2) - 0.3]))[0]


@pytest.mark.parametrize(
    ("amount", "owed", "given_"),
    [
        (0.04 * 20.5, 0.82, 0.82),
        (0.821, 0.83, 0.82),
        (0.8200001, 0.82, 0.82),
        (0.8199999, 0.82, 0.82),
        (0.57, 0.57, 0.57),
        (0.29, 0.29, 0.29),
        (0.0, 0.0, 0.0),
        (0.000001, 0.01, 0.0),
        (-0.255, -0.25, -0.26),
    ],
)
def test_shown_up_when_owed_and_down_when_given(amount: float, owed: float, given_: float) -> None:
    assert shown_owed(amount) == owed
    assert shown_given(amount) == given_


@given(AMOUNTS)
def test_shown_amounts_enclose_the_amount_within_a_hundredth(amount: float) -> None:
    owed, down = shown_owed(amount), shown_given(amount)
    assert down - 1e-6 <= amount <= owed + 1e-6
    assert owed - down <= 0.01 + 1e-12
    for shown in (owed, down):
        assert Fraction(f"{shown:.2f}") == Fraction(repr(shown))  # no trace behind the second decimal


def test_giving_what_is_shown_as_owed_is_enough() -> None:
    for grams in np.arange(5, 50, 0.1).tolist():
        required = 0.04 * grams
        assert not is_owed(np.array([required - shown_owed(required)]))[0]


@pytest.mark.parametrize("amount", [math.nan, math.inf])
def test_what_is_not_known_is_never_shown_as_a_number(amount: float) -> None:
    with pytest.raises(ValueError, match="not known"):
        shown_owed(amount)
    with pytest.raises(ValueError, match="not known"):
        shown_given(amount)
