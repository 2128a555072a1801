"""The weight formulas on single values, where they end, and what must hold for all of them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from colonydesk.domain.weight import (
    STATUS_WORDS,
    expected_weight,
    is_under,
    percentage_weight,
    reference_weight,
    shown_percentage,
    status_limits,
    threshold,
    weight_at_share,
    weight_status,
    zscore,
    zscore_weight,
)
from tests.domain.animals import numbers

GRAMS = st.floats(1, 60)
SHARES = st.floats(0, 1)


def words(percentages: list[float | None], share: float, least: float = 0.75) -> list[str]:
    return [
        STATUS_WORDS[code] for code in weight_status(numbers(percentages), np.array(share), np.array(least))
    ]


def expected(zscored: float, reference: float, implant: float, pz: float, pr: float) -> float:
    return float(expected_weight(*(np.array(value) for value in (zscored, reference, implant, pz, pr))))


def test_the_z_score_carries_an_animal_along_its_curve() -> None:
    body = reference_weight(np.array(23.0), np.array(1.0))
    score = zscore(body, np.array(20.0), np.array(2.0))
    assert score == 1.0
    assert zscore_weight(score, np.array(25.0), np.array(3.0)) == 28.0


def test_the_expected_weight_mixes_by_the_lab_s_shares() -> None:
    assert expected(20.0, 24.0, 2.0, 0.4, 0.4) == pytest.approx(24.0)
    assert expected(20.0, 24.0, 2.0, 0.6, 0.2) == pytest.approx(23.0)
    assert expected(20.0, 24.0, 2.0, 0.8, 0.0) == pytest.approx(22.0)


def test_without_a_z_score_the_reference_carries_the_whole() -> None:
    assert expected(np.nan, 24.0, 2.0, 0.4, 0.4) == 26.0
    assert expected(np.nan, 24.0, 2.0, 0.8, 0.0) == 26.0


def test_without_shares_or_reference_nothing_is_expected() -> None:
    assert np.isnan(expected(20.0, 24.0, 0.0, 0.0, 0.0))
    assert np.isnan(expected(np.nan, 24.0, 0.0, 0.0, 0.0))
    assert np.isnan(expected(np.nan, np.nan, 1.0, 0.4, 0.4))


def test_the_minimum_is_a_share_of_the_animal_without_its_implant() -> None:
    assert weight_at_share(np.array(22.0), np.array(2.0), np.array(0.8)) == pytest.approx(18.0)


def test_no_percentage_unless_expected_is_more_than_the_implant() -> None:
    weights, implants = numbers([20, 20, 20, None]), numbers([0, 3, 4, 0])
    found = percentage_weight(weights, numbers([25, 3, 3, 25]), implants)
    assert found[0] == 80.0
    assert np.isnan(found[1:]).all()


def test_the_words_of_the_status() -> None:
    assert words([74.9, 75.0, 79.9, 80.0, 81.9, 82.0, 100, None], 0.8) == [
        *("critical", "under", "under", "near", "near", "ok", "ok", "unknown"),
    ]


def test_the_threshold_is_the_sum_and_not_the_larger_of_the_shares() -> None:
    """The reference's list colours use the larger one: an animal at 50 % was green."""
    share = threshold(np.array(0.4), np.array(0.4))
    assert words([78.0], float(share), 0.7) == ["under"]


def test_critical_comes_first_even_where_the_threshold_is_lower() -> None:
    assert words([72.0, 74.0, 76.0], 0.7) == ["critical", "critical", "ok"]


@pytest.mark.parametrize(
    ("weight", "word"), [(16.4, "ok"), (16.0, "near"), (15.99, "under"), (15.0, "under")]
)
def test_on_a_threshold_is_not_below_it(weight: float, word: str) -> None:
    """0.8 + 0.02 is a trace more than 0.82 in binary; an animal at 82 % is not below it all the same."""
    percentage = percentage_weight(np.array([weight]), np.array([20.0]), np.array([0.0]))
    assert words(percentage.tolist(), 0.8) == [word]
    assert bool(is_under(percentage, np.array(0.8))[0]) == (word == "under")


@pytest.mark.parametrize(
    ("percentage", "shown"),
    [(84.96, 84.9), (79.999, 79.9), (80.0, 80.0), (100 * 12.24 / 15.3, 80.0), (0.3, 0.3), (-0.04, -0.1)],
)
def test_a_percentage_is_shown_rounded_down(percentage: float, shown: float) -> None:
    assert shown_percentage(percentage) == shown


@given(st.floats(0, 200))
def test_what_is_under_never_reads_as_on_the_threshold(percentage: float) -> None:
    shown = shown_percentage(percentage)
    assert -1e-9 <= percentage - shown < 0.1 + 1e-9
    for share in (0.75, 0.8, 0.82, 0.855):
        _, limit, _ = status_limits(np.array(share), np.array(0.5))
        assert bool(is_under(np.array(percentage), np.array(share))) == (shown < limit)


@pytest.mark.parametrize("percentage", [np.nan, np.inf])
def test_an_unknown_percentage_is_never_shown_as_a_number(percentage: float) -> None:
    with pytest.raises(ValueError, match="not known"):
        shown_percentage(percentage)


@given(GRAMS, GRAMS, GRAMS, st.floats(0, 5))
def test_a_heavier_animal_is_never_worse(light: float, more: float, weight: float, implant: float) -> None:
    weights = np.array([light, light + more])
    percentages = percentage_weight(weights, np.array(weight + implant), np.array(implant))
    assert percentages[0] < percentages[1]
    codes = weight_status(percentages, np.array(0.8), np.array(0.75))
    assert codes[0] >= codes[1]


@given(GRAMS, GRAMS, st.floats(0, 5), SHARES, SHARES)
def test_the_expected_weight_lies_between_its_parts(
    zscored: float, reference: float, implant: float, pz: float, pr: float
) -> None:
    assume(pz + pr > 1e-6)
    found = expected(zscored, reference, implant, pz, pr) - implant
    assert min(zscored, reference) - 1e-9 <= found <= max(zscored, reference) + 1e-9


@given(GRAMS, GRAMS, st.floats(0, 5), st.floats(0.1, 1))
def test_below_the_minimum_is_below_the_threshold(
    weight: float, body: float, implant: float, share: float
) -> None:
    wanted, at = np.array(body + implant), np.array(implant)
    minimum = float(weight_at_share(wanted, at, np.array(share)))
    percentage = float(percentage_weight(np.array(weight), wanted, at))
    assume(abs(weight - minimum) > 1e-6)
    assert (weight < minimum) == (percentage < 100 * share)
