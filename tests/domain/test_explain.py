"""Every number is recomputed from its own explanation alone."""

import ast
import math
import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from colonydesk.domain.days import moment_of
from colonydesk.domain.explain import explain
from colonydesk.domain.explanation import Explanation
from colonydesk.domain.facts import Facts, LabRules
from colonydesk.domain.moment import State, state_at
from tests.domain import oracle
from tests.domain.animals import animal, animals, at, c57bl6, moments

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Lt: operator.lt,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {"max": max, "floor": math.floor}
OF_STATE = {
    "weight": "weight",
    "implant_weight": "implant_weight",
    "reference_weight": "reference_weight",
    "zscore_weight": "zscore_weight",
    "expected_weight": "expected_weight",
    "min_weight": "min_weight",
    "absolute_min_weight": "absolute_min_weight",
    "percentage_weight": "percentage_weight",
    "status": "status",
    "expected_water": "required_water",
    "given_water_reward": "given_water_reward",
    "given_water_supplement": "given_water_supplement",
    "given_water_total": "given_water_total",
    "remaining_water": "remaining_water",
    "excess_water": "excess_water",
}


def evaluated(explanation: Explanation) -> Any:
    """The expression over the inputs' values; nothing else can be named in it."""
    values = {each.name: each.value for each in explanation.inputs}
    assert len(values) == len(explanation.inputs)

    def value(node: ast.AST) -> Any:
        match node:
            case ast.Expression(body):
                return value(body)
            case ast.Constant(constant):
                return constant
            case ast.Name(name):
                return values[name]
            case ast.BinOp(left, op, right):
                return OPERATORS[type(op)](value(left), value(right))
            case ast.Compare(left, [op], [right]):
                return OPERATORS[type(op)](value(left), value(right))
            case ast.IfExp(test, body, orelse):
                return value(body) if value(test) else value(orelse)
            case ast.Call(ast.Name(name), args):
                return FUNCTIONS[name](*map(value, args))
        raise AssertionError(ast.dump(node))

    return value(ast.parse(explanation.expression, mode="eval"))


def check(facts: Facts, state: State) -> dict[str, Explanation]:
    """Each explanation gives its number, that is the state's, and every calculated input is explained."""
    explained = explain(facts, state.moment)
    for name, explanation in explained.items():
        assert explanation.name == name
        if explanation.result is None:
            assert explanation.reason
        elif isinstance(explanation.result, str):
            assert evaluated(explanation) == explanation.result
        else:
            assert evaluated(explanation) == pytest.approx(explanation.result, abs=1e-9), name
        for each in explanation.inputs:
            assert each.source
            if each.link and not math.isnan(each.value):
                assert explained[each.link].result == pytest.approx(each.value, abs=1e-9)
    for name, column in OF_STATE.items():
        assert explained[name].result == getattr(state, column), name
    return explained


@given(animals(), moments)
@settings(max_examples=150)
def test_every_number_from_its_explanation_alone(facts: Facts, now: datetime) -> None:
    check(facts, state_at(facts, now))


NO_WEIGHING = "No weighing yet."
NO_SHARE = "The lab has set no share of the expected weight."
NOT_RESTRICTED = "Not on water restriction: there is no reference weight."
NOTHING_BEFORE = "The restriction has no reference weight, and there is no weighing from before it."
NO_BIRTH = "No birth date: the reference weight is used without the growth curve."
NO_CURVE = "No growth curve for this animal: the reference weight is used without one."
NO_BODY = "The expected weight is no more than the implant's."
REFERENCE = {NOT_RESTRICTED, NOTHING_BEFORE}
EXPECTED = {NO_SHARE, *REFERENCE}
CAN_BE_WHY = {
    **{name: {NO_WEIGHING} for name in ("weight", "expected_water", "remaining_water", "excess_water")},
    **dict.fromkeys(("expected_weight", "min_weight", "absolute_min_weight"), EXPECTED),
    "reference_weight": REFERENCE,
    "zscore_weight": {NO_BIRTH, NO_CURVE, *REFERENCE},
    "percentage_weight": {NO_WEIGHING, NO_BODY, *EXPECTED},
}


def true_sentences(facts: Facts, now: datetime) -> set[str]:
    """What can truly be said to be missing, by the rules as they are written a second time."""
    known = oracle.row(facts, now)
    restricted, no_reference = known["is_water_restricted"], known["reference_weight"] is None
    expected, no_birth = known["expected_weight"], facts.birth_date is None
    said = {
        NO_WEIGHING: known["weight"] is None,
        NO_SHARE: facts.lab.zscore_weight_pct + facts.lab.reference_weight_pct == 0,
        NOT_RESTRICTED: no_reference and not restricted,
        NOTHING_BEFORE: no_reference and restricted,
        NO_BIRTH: no_birth and not no_reference,
        NO_CURVE: not no_birth and not no_reference and facts.curve is None,
        NO_BODY: expected is not None and expected <= known["implant_weight"],
    }
    return {sentence for sentence, is_true in said.items() if is_true}


def check_reasons(facts: Facts, now: datetime) -> State:
    """Whatever is not known says truly why."""
    explained, state, true = explain(facts, now), state_at(facts, now), true_sentences(facts, now)
    for name, can_be in CAN_BE_WHY.items():
        if getattr(state, OF_STATE[name]) is None:
            assert explained[name].reason in true & can_be, name
    if state.percentage_weight is None:
        assert state.reason in true & CAN_BE_WHY["percentage_weight"]
        assert explained["status"].reason == state.reason
    elif state.reason:
        assert state.reason in true & {NO_BIRTH, NO_CURVE}
        assert facts.lab.zscore_weight_pct > 0
    return state


@given(animals(), moments)
@settings(max_examples=300)
def test_what_is_not_known_says_truly_why(facts: Facts, now: datetime) -> None:
    check_reasons(facts, now)


NOW = at("2024-04-10 15:00")
ON_RESTRICTION = [(at("2024-04-01 09:00"), None, 20.0)]


def test_an_animal_expected_to_weigh_no_more_than_its_implant() -> None:
    facts = animal(
        LabRules(0.8),
        weighings=[(NOW, 20.0)],
        surgeries=[(at("2024-03-20 09:00"), 20.0)],
        restrictions=ON_RESTRICTION,
    )
    assert check_reasons(facts, NOW).reason == NO_BODY


def test_a_lab_that_does_not_use_the_curve_is_not_told_of_a_missing_reference() -> None:
    facts = animal(
        LabRules(0.8),
        birth_date=None,
        weighings=[(NOW, 20.0)],
        restrictions=ON_RESTRICTION,
    )
    assert check_reasons(facts, NOW).reason == ""
    assert explain(facts, NOW)["zscore_weight"].reason == NO_BIRTH


def test_what_is_expected_does_not_wait_for_a_weighing() -> None:
    facts = animal(LabRules(0.8))
    assert check_reasons(facts, NOW).reason == NO_WEIGHING
    assert explain(facts, NOW)["expected_weight"].reason == NOT_RESTRICTED


FACTS = animal(
    LabRules(0.4, 0.4, growth_mode="linear"),
    birth_date=date(2024, 1, 1),
    curve=c57bl6(),
    weighings=[(at("2024-04-01 08:00"), 26.0), (at("2024-04-10 09:30"), 21.0)],
    surgeries=[(at("2024-03-20 14:00"), 1.5), (at("2024-03-25 14:00"), 0.0)],
    restrictions=[(at("2024-04-01 09:00"), None, 26.5)],
    waters=[(at("2024-04-10 10:00"), 0.3, True, False), (at("2024-04-10 11:00"), 0.2, False, False)],
)


def test_every_input_names_the_record_it_comes_from() -> None:
    explained = check(FACTS, state_at(FACTS, NOW))
    sources = {
        (each.kind, each.index): each.source
        for explanation in explained.values()
        for each in explanation.inputs
    }
    assert sources["weighing", 1] == "weighing of 10 Apr 2024 09:30"
    assert sources["surgery", 0] == "surgery of 20 Mar 2024 14:00"
    assert sources["restriction", 0] == "reference weight of the restriction from 1 Apr 2024 09:00"
    assert sources["water", 1] == "given 10 Apr 2024 11:00"
    assert sources["subject", None] == "born 1 Jan 2024, counted from 12:00"
    assert sources["lab", None] == "setting of the lab"
    curve = [each for each in explained["mean"].inputs if each.name == "lower"]
    assert [each.source for each in curve] == ["C57BL/6J, male, week 14"]


def test_the_formula_is_written_in_words_and_in_numbers() -> None:
    explained = explain(FACTS, NOW)
    assert explained["reference_weight"].formula == "reference weighing − implant of the reference"
    assert explained["reference_weight"].formula_with_numbers == "26.5 − 1.5"
    assert explained["given_water_total"].formula_with_numbers == "0.3 + 0.2"
    assert explained["percentage_weight"].formula_with_numbers.startswith("100 × (21 − 1.5) ÷ (")
    assert explained["water_rate"].formula == (
        "rate under the threshold if percentage < threshold else usual rate"
    )


def test_times_are_told_in_the_lab_s_zone() -> None:
    facts = animal(
        LabRules(0.8, 0.0, timezone="America/New_York"), weighings=[(at("2024-04-01 02:30"), 20.0)]
    )
    assert explain(facts, NOW)["weight"].inputs[0].source == "weighing of 31 Mar 2024 22:30"


def test_no_birth_date_is_said_beside_the_number_it_changes() -> None:
    facts = animal(
        LabRules(0.4, 0.4),
        birth_date=None,
        curve=c57bl6(),
        weighings=[(at("2024-04-01 08:00"), 26.0)],
        restrictions=[(at("2024-04-01 09:00"), None, 26.5)],
    )
    explained = check(facts, state_at(facts, NOW))
    assert explained["zscore_weight"].result is None
    assert "No birth date" in explained["zscore_weight"].reason
    assert explained["expected_weight"].result == 26.5
    assert "No birth date" in explained["expected_weight"].reason
    assert explained["percentage_weight"].reason == ""


def test_ad_lib_is_said_beside_what_it_changes() -> None:
    facts = FACTS.with_water(moment_of(int(FACTS.water_times[-1])), None, adlib=True)
    explained = check(facts, state_at(facts, NOW))
    assert explained["remaining_water"].result == 0
    assert "ad lib" in explained["remaining_water"].reason
    assert explained["excess_water"].result == 0.0
