"""One animal at one moment: as its history, as it would be, what it is owed, and why not known."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colonydesk.domain.days import moment_of
from colonydesk.domain.explain import explain
from colonydesk.domain.facts import Facts, LabRules
from colonydesk.domain.history import history
from colonydesk.domain.moment import preview, state_at
from colonydesk.domain.weight import STATUS_WORDS
from tests.domain.animals import animal, animals, at, c57bl6, moments

NOW = at("2024-04-10 15:00")
LAB = LabRules(0.8, 0.0)
ON_RESTRICTION = [(at("2024-04-01 09:00"), None, 20.0)]
COLUMNS = {
    "weight": "weight",
    "reference_weight": "reference_weight",
    "zscore_weight": "zscore_weight",
    "expected_weight": "expected_weight",
    "min_weight": "min_weight",
    "absolute_min_weight": "absolute_min_weight",
    "percentage_weight": "percentage_weight",
    "expected_water": "required_water",
    "given_water_reward": "given_water_reward",
    "given_water_supplement": "given_water_supplement",
    "given_water_total": "given_water_total",
    "remaining_water": "remaining_water",
    "excess_water": "excess_water",
    "is_water_restricted": "is_water_restricted",
    "implant_weight": "implant_weight",
}


@given(animals(), moments)
@settings(max_examples=60)
def test_the_state_is_the_row_of_the_history(facts: Facts, now: datetime) -> None:
    """One by one the same numbers, to the last bit, as all days at once."""
    table = history(facts, None, None, now)
    for place, moment in enumerate(table.moments.tolist()):
        state = state_at(facts, moment_of(moment))
        assert state.day == table.dates()[place]
        assert state.weighed_today == bool(np.isfinite(table.weighing_at[place]))
        assert state.status == STATUS_WORDS[table.status[place]]
        for column, name in COLUMNS.items():
            value, one = getattr(table, column)[place], getattr(state, name)
            assert np.isnan(value) if one is None else one == value, column


@given(animals(), moments)
@settings(max_examples=60)
def test_a_preview_is_what_recording_would_give(facts: Facts, now: datetime) -> None:
    recorded = facts.with_weighing(now, 17.5).with_water(now, 0.25)
    assert preview(facts, now, 17.5, 0.25) == state_at(recorded, now)
    assert len(recorded.weights) == len(facts.weights) + 1
    assert (np.diff(recorded.weighing_times) >= 0).all()
    assert (np.diff(recorded.water_times) >= 0).all()
    assert preview(facts, now) == state_at(facts, now)


@given(animals(), moments)
@settings(max_examples=60)
def test_without_a_record_the_facts_are_as_before_it(facts: Facts, now: datetime) -> None:
    before = state_at(facts, now)
    weighed = facts.with_weighing(now, 17.5)
    assert state_at(weighed.without_weighing(now, 17.5), now) == before
    for amount, adlib in ((0.25, False), (None, True)):
        for in_session in (False, True):
            kind = {"in_session": in_session, "adlib": adlib}
            given = facts.with_water(now, amount, **kind)
            assert state_at(given.without_water(now, amount, **kind), now) == before
            assert given.without_water(now, 0.26, **kind) is given  # none of that amount is among them
    assert weighed.without_weighing(now, 17.6) is weighed


def test_a_preview_while_typing() -> None:
    facts = animal(
        LAB,
        weighings=[(at("2024-04-09 09:00"), 19.0)],
        restrictions=ON_RESTRICTION,
        waters=[(at("2024-04-10 10:00"), 0.3, True, False)],
    )
    state = preview(facts, NOW, weight=16.2, water=0.5)
    assert state.percentage_weight == pytest.approx(81.0)
    assert state.status == "near"
    assert state.required_water == pytest.approx(0.648)
    assert state.given_water_total == pytest.approx(0.8)
    assert state.excess_water == pytest.approx(0.152)
    assert state.weighed_today
    assert state.weighed_at == NOW
    assert preview(facts, NOW, weight=15.0).required_water == pytest.approx(0.75)  # the higher rate
    assert preview(facts, NOW, adlib=True).remaining_water == 0
    # Nothing of it stays.
    assert state_at(facts, NOW).weight == 19.0
    assert state_at(facts, NOW).given_water_total == 0.3


def test_weighed_on_the_day_a_restriction_without_reference_begins_it_becomes_the_reference() -> None:
    facts = animal(
        LAB,
        weighings=[(at("2024-04-09 09:00"), 25.0)],
        restrictions=[(at("2024-04-10 09:00"), None, 0.0)],
    )
    assert state_at(facts, NOW).reference_weight == 25.0
    assert preview(facts, NOW, weight=24.0).reference_weight == 24.0


def rate(facts: Facts, now: datetime) -> float:
    """What a day requires per g, by its explanation, which is the one that is counted with."""
    explained, state = explain(facts, now), state_at(facts, now)
    found = explained["water_rate"].result
    assert isinstance(found, float)
    if state.weight is not None:
        assert state.required_water == max(found * (state.weight - state.implant_weight), 0.0)
    return found


class TestRate:
    """One comparison decides both: what is called under gets the water of what is under."""

    @given(
        st.sampled_from([0.75, 0.8, 0.83, 0.85, 0.9]),
        st.decimals("8", "45", places=1).map(float),
        st.sampled_from([0.0, 1.5, 3.2]),
        st.integers(-1, 1),
    )
    @settings(max_examples=300)
    def test_the_higher_one_exactly_where_the_status_is_below_the_threshold(
        self, share: float, body: float, implant: float, step: int
    ) -> None:
        """At the weights around the threshold, to the 0.01 g in which a balance shows them."""
        facts = animal(
            LabRules(share),
            surgeries=[(at("2024-03-20 09:00"), implant)],
            weighings=[(NOW, round(share * body + implant + step / 100, 2))],
            restrictions=[(at("2024-04-01 09:00"), None, body + implant)],
        )
        is_below = state_at(facts, NOW).status in ("under", "critical")
        assert rate(facts, NOW) == (0.05 if is_below else 0.04)

    @given(animals(), moments)
    @settings(max_examples=100)
    def test_the_same_for_any_animal(self, facts: Facts, now: datetime) -> None:
        is_below = state_at(facts, now).status in ("under", "critical")
        assert rate(facts, now) == (0.05 if is_below else 0.04)

    def test_on_the_threshold_it_is_near_and_gets_the_usual_rate(self) -> None:
        """12.24 g of 15.3 g is 80 %, where 0.8 * 15.3 is a trace more than 12.24 in binary."""
        facts = animal(LAB, weighings=[(NOW, 12.24)], restrictions=[(at("2024-04-01 09:00"), None, 15.3)])
        assert (state_at(facts, NOW).status, rate(facts, NOW)) == ("near", 0.04)

    def test_the_least_allowed_weight_alone_does_not_raise_it(self) -> None:
        facts = animal(LabRules(0.7), weighings=[(NOW, 14.6)], restrictions=ON_RESTRICTION)
        assert (state_at(facts, NOW).status, rate(facts, NOW)) == ("critical", 0.04)


class TestOwed:
    def test_a_restricted_animal_is_owed_its_weighing_and_its_water(self) -> None:
        facts = animal(LAB, weighings=[(at("2024-04-09 09:00"), 19.0)], restrictions=ON_RESTRICTION)
        assert state_at(facts, NOW).owed == ("weight", "water")
        assert preview(facts, NOW, weight=19.0).owed == ("water",)
        assert preview(facts, NOW, water=0.76).owed == ("weight",)
        assert preview(facts, NOW, 19.0, 0.75).owed == ("water",)
        assert preview(facts, NOW, 19.0, 0.76).owed == ()
        assert preview(facts, NOW, 19.0, adlib=True).owed == ()

    def test_an_animal_that_is_not_restricted_is_owed_nothing(self) -> None:
        facts = animal(LAB, weighings=[(at("2024-04-09 09:00"), 19.0)])
        assert state_at(facts, NOW).owed == ()
        assert not state_at(facts, NOW).is_water_restricted

    def test_no_weighing_on_the_first_day_of_a_restriction_with_a_reference_weight(self) -> None:
        weighings = [(at("2024-04-09 09:00"), 19.0)]
        for reference, owed in ((20.0, ("water",)), (0.0, ("weight", "water")), (None, ("weight", "water"))):
            facts = animal(LAB, weighings=weighings, restrictions=[(at("2024-04-10 09:00"), None, reference)])
            assert state_at(facts, NOW).owed == owed

    def test_never_weighed_the_weight_is_owed_first(self) -> None:
        facts = animal(LAB, restrictions=[(at("2024-04-10 09:00"), None, 20.0)])
        assert state_at(facts, NOW).owed == ("weight",)


class TestReason:
    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            (animal(LAB, restrictions=ON_RESTRICTION), "No weighing"),
            (
                animal(LabRules(), weighings=[(NOW, 20.0)], restrictions=ON_RESTRICTION),
                "no share of the expected weight",
            ),
            (animal(LAB, weighings=[(NOW, 20.0)]), "Not on water restriction"),
            (
                animal(LAB, weighings=[(NOW, 20.0)], restrictions=[(at("2024-04-01 09:00"), None, 0.0)]),
                "no weighing from before",
            ),
            (
                animal(
                    LabRules(0.4, 0.4),
                    birth_date=None,
                    curve=c57bl6(),
                    weighings=[(NOW, 20.0)],
                    restrictions=ON_RESTRICTION,
                ),
                "No birth date",
            ),
            (
                animal(LabRules(0.4, 0.4), weighings=[(NOW, 20.0)], restrictions=ON_RESTRICTION),
                "No growth curve",
            ),
        ],
    )
    def test_what_is_missing_is_said(self, facts: Facts, words: str) -> None:
        assert words in state_at(facts, NOW).reason

    def test_nothing_is_said_where_nothing_is_missing(self) -> None:
        facts = animal(
            LabRules(0.4, 0.4), curve=c57bl6(), weighings=[(NOW, 20.0)], restrictions=ON_RESTRICTION
        )
        assert state_at(facts, NOW).reason == ""
        # A lab that does not use the curve misses neither it nor a birth date.
        facts = animal(LAB, birth_date=None, weighings=[(NOW, 20.0)], restrictions=ON_RESTRICTION)
        assert state_at(facts, NOW).reason == ""


def test_an_unknown_animal() -> None:
    state = state_at(animal(LAB, birth_date=None), NOW)
    assert state.status == "unknown"
    assert state.day == date(2024, 4, 10)
    assert state.weight is state.weighed_at is state.restriction_start is state.required_water is None
    assert state.implant_weight == state.given_water_total == 0.0
