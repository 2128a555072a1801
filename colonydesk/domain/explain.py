"""Why a number is what it is: its inputs, where each comes from, the formula, and the result.

``explain(facts, now)["expected_weight"]`` answers "Why 23.4 g?". Each explanation stands on its own: its
``expression``, evaluated over its inputs' values alone, gives its result again. An input that was itself
calculated has an explanation of the same name as its ``link``.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from colonydesk.domain.days import DAY, NOON, day_number, micros, moment_of, show_day
from colonydesk.domain.explanation import Explanation, Input, number
from colonydesk.domain.facts import Facts, Found, find, inputs
from colonydesk.domain.growth import GrowthTable, row_of_week
from colonydesk.domain.moment import missing
from colonydesk.domain.state import Inputs, Values, evaluate
from colonydesk.domain.weight import STATUS_WORDS, compared, is_under, status_limits

_MISSING = {
    "weight": "weight",
    "reference_weight": "reference",
    "zscore": "zscore",
    "zscore_weight": "zscore",
    "expected_weight": "expected",
    "min_weight": "expected",
    "absolute_min_weight": "expected",
    "percentage_weight": "percentage",
    "expected_water": "weight",
    "remaining_water": "weight",
    "excess_water": "weight",
}
"""Which of ``Missing`` says why a number is not known."""


def explain(facts: Facts, now: datetime) -> dict[str, Explanation]:
    """Every number of one animal at one moment, by name: the names of the history's columns and their
    parts."""
    found = find(facts, np.array([micros(now)], dtype=np.int64))
    known = inputs(facts, found)
    return _Explainer(facts, found, known, evaluate(known)).all()


class _Explainer:
    """The explanations of one animal at the only moment of ``found``."""

    def __init__(self, facts: Facts, found: Found, known: Inputs, values: Values) -> None:
        self._facts, self._found, self._known, self._values = facts, found, known, values
        self._lab = facts.lab
        self._table = facts.curve.table(facts.sex) if facts.curve else None
        self._missing = missing(facts, found, values)
        self._made: dict[str, Explanation] = {}

    def all(self) -> dict[str, Explanation]:
        self._weights()
        if self._table is not None and self._facts.birth_date is not None:
            self._growth("", "at this age", self._found.age, int(self._found.moments[0]))
            self._growth(
                "reference_", "at the reference's age", self._found.reference_age, self._reference_at()
            )
        self._zscore()
        self._expected()
        self._status()
        self._water()
        return self._made

    def _add(
        self,
        name: str,
        label: str,
        unit: str,
        expression: str,
        given: Sequence[Input],
        result: float | str,
        why: str = "",
    ) -> None:
        if isinstance(result, float) and np.isnan(result):
            unknown = getattr(self._missing, _MISSING[name])
            self._made[name] = Explanation(name, label, unit, tuple(given), "", None, unknown)
        else:
            self._made[name] = Explanation(name, label, unit, tuple(given), expression, result, why)

    def _made_input(self, name: str) -> Input:
        made = self._made[name]
        value = float("nan") if made.result is None else float(made.result)
        return Input(name, made.label, value, made.unit, "calculated", "calculated")

    def _weights(self) -> None:
        facts, found = self._facts, self._found
        index = int(found.weighing[0])
        weighing = [self._weighing("weighing", index)] if index >= 0 else []
        self._add("weight", "weight", "g", "weighing", weighing, float(self._known.weight[0]))
        self._implant("implant_weight", "implant", int(found.implant[0]))
        self._implant("reference_implant", "implant of the reference", int(found.reference_implant[0]))
        restriction, weighing_index = int(found.reference_restriction[0]), int(found.reference_weighing[0])
        if restriction >= 0:
            start = self._when(int(facts.restriction_starts[restriction]))
            reference = Input(
                "reference",
                "reference weighing",
                float(facts.reference_weights[restriction]),
                "g",
                f"reference weight of the restriction from {start}",
                "restriction",
                restriction,
            )
        elif weighing_index >= 0:
            reference = self._weighing("reference", weighing_index)
        else:
            self._add("reference_weight", "reference weight", "g", "", [], float("nan"))
            return
        self._add(
            "reference_weight",
            "reference weight",
            "g",
            "reference - reference_implant",
            [reference, self._made_input("reference_implant")],
            float(self._values.reference_weight[0]),
        )

    def _implant(self, name: str, label: str, index: int) -> None:
        if index < 0:
            self._add(name, label, "g", "0", [], 0.0, "No surgery with an implant.")
            return
        when = self._when(int(self._facts.surgery_times[index]))
        value = float(self._facts.implant_weights[index])
        surgery = Input("surgery", "implant", value, "g", f"surgery of {when}", "surgery", index)
        self._add(name, label, "g", "surgery", [surgery], value)

    def _weighing(self, name: str, index: int) -> Input:
        when = self._when(int(self._facts.weighing_times[index]))
        weight = float(self._facts.weights[index])
        return Input(name, "weighing", weight, "g", f"weighing of {when}", "weighing", index)

    def _reference_at(self) -> int:
        restriction, weighing = (
            int(self._found.reference_restriction[0]),
            int(self._found.reference_weighing[0]),
        )
        if restriction >= 0:
            return int(self._facts.restriction_starts[restriction])
        return int(self._facts.weighing_times[weighing]) if weighing >= 0 else 0

    def _growth(self, prefix: str, at: str, age: np.ndarray, moment: int) -> None:
        """Age, mean and deviation; ages as a share of local days since 1970, noon to noon."""
        assert self._table is not None
        assert self._facts.birth_date is not None
        days = float(age[0])
        if np.isnan(days):
            return
        local = int(self._lab.zone.local(np.array([moment], dtype=np.int64))[0]) / DAY
        born = day_number(self._facts.birth_date) + NOON / DAY
        self._add(
            f"{prefix}age",
            f"age {at}",
            "days",
            "floor(moment - birth)",
            [
                Input("moment", "moment", local, "local days since 1970", self._when(moment), "moment"),
                Input("birth", "birth", born, "local days since 1970", self._birth(), "subject"),
            ],
            days,
        )
        for part, label, column in (("mean", "mean", self._table.mean), ("sd", "deviation", self._table.sd)):
            self._row(f"{prefix}{part}", f"{label} {at}", f"{prefix}age", days, self._table, column)

    def _birth(self) -> str:
        assert self._facts.birth_date is not None
        born = self._facts.birth_date
        return f"born {show_day(born)}, counted from 12:00"

    def _row(
        self, name: str, label: str, age_name: str, days: float, table: GrowthTable, column: np.ndarray
    ) -> None:
        """The curve's value at an age: the row of the whole week, or between it and the next by days."""
        row = int(row_of_week(table, np.array([days]))[0])
        value = self._known_value(name)
        lower = self._curve("lower", row, column, table)
        inside = table.weeks[0] <= days / 7 < table.weeks[-1]
        if self._lab.growth_mode == "step" or not inside:
            self._add(name, label, "g", "lower", [lower], value)
            return
        weeks = [
            Input(
                f"{side}_week", f"{side} week", float(table.weeks[at]), "weeks", f"row {at + 1}", "curve", at
            )
            for side, at in (("lower", row), ("upper", row + 1))
        ]
        expression = f"lower + (upper - lower) * ({age_name} / 7 - lower_week) / (upper_week - lower_week)"
        upper = self._curve("upper", row + 1, column, table)
        self._add(name, label, "g", expression, [lower, upper, self._made_input(age_name), *weeks], value)

    def _known_value(self, name: str) -> float:
        return float(getattr(self._known, name)[0])

    def _curve(self, name: str, row: int, column: np.ndarray, table: GrowthTable) -> Input:
        assert self._facts.curve is not None
        sex = "male" if self._facts.sex == "M" else "female"
        source = f"{self._facts.curve.name}, {sex}, week {number(float(table.weeks[row]))}"
        return Input(name, "growth curve", float(column[row]), "g", source, "curve", row)

    def _zscore(self) -> None:
        values = self._values
        if np.isnan(values.zscore_weight[0]):
            for name, label in (("zscore", "z-score"), ("zscore_weight", "z-score weight")):
                self._add(name, label, "g" if "weight" in name else "", "", [], float("nan"))
            return
        parts = ("reference_weight", "reference_mean", "reference_sd")
        self._add(
            "zscore",
            "z-score",
            "",
            "(reference_weight - reference_mean) / reference_sd",
            [self._made_input(part) for part in parts],
            float(values.zscore[0]),
        )
        self._add(
            "zscore_weight",
            "z-score weight",
            "g",
            "mean + zscore * sd",
            [self._made_input(part) for part in ("mean", "zscore", "sd")],
            float(values.zscore_weight[0]),
        )

    def _share(self, name: str, label: str, value: float) -> Input:
        return Input(name, label, value, "", "setting of the lab", "lab")

    def _expected(self) -> None:
        values, lab = self._values, self._lab
        expected = float(values.expected_weight[0])
        implant, reference = self._made_input("implant_weight"), self._made_input("reference_weight")
        zscore_pct = self._share("zscore_pct", "z-score share", lab.zscore_weight_pct)
        reference_pct = self._share("reference_pct", "reference share", lab.reference_weight_pct)
        if np.isnan(values.zscore_weight[0]):
            expression, given = "reference_weight + implant_weight", [reference, implant]
        else:
            mixed = "(zscore_pct * zscore_weight + reference_pct * reference_weight)"
            expression = f"{mixed} / (zscore_pct + reference_pct) + implant_weight"
            given = [zscore_pct, self._made_input("zscore_weight"), reference_pct, reference, implant]
        why = self._missing.zscore if lab.zscore_weight_pct > 0 else ""
        self._add("expected_weight", "expected weight", "g", expression, given, expected, why)
        body = "(expected_weight - implant_weight) + implant_weight"
        given = [self._made_input("expected_weight"), implant]
        self._add(
            "min_weight",
            "minimum weight",
            "g",
            f"(zscore_pct + reference_pct) * {body}",
            [zscore_pct, reference_pct, *given],
            float(values.min_weight[0]),
        )
        least = self._share("absolute_min_pct", "absolute minimum share", lab.absolute_min_pct)
        self._add(
            "absolute_min_weight",
            "absolute minimum weight",
            "g",
            f"absolute_min_pct * {body}",
            [least, *given],
            float(values.absolute_min_weight[0]),
        )

    def _status(self) -> None:
        values = self._values
        parts = ("weight", "expected_weight", "implant_weight")
        percentage = float(values.percentage_weight[0])
        self._add(
            "percentage_weight",
            "percentage",
            "%",
            "100 * (weight - implant_weight) / (expected_weight - implant_weight)",
            [self._made_input(part) for part in parts],
            percentage,
        )
        status = STATUS_WORDS[values.status[0]]
        if np.isnan(percentage):
            self._add("status", "status", "", "'unknown'", [], status, self._missing.percentage)
            return
        limits = self._limits()
        expression = " else ".join(
            f"'{limit.name.removesuffix('_below')}' if percentage_weight < {limit.name}" for limit in limits
        )
        given = [self._compared(), *limits]
        self._add("status", "status", "", f"{expression} else 'ok'", given, status)

    def _compared(self) -> Input:
        """The percentage as it is compared with a limit."""
        made = self._made_input("percentage_weight")
        return replace(made, value=float(compared(np.asarray(made.value))))

    def _limits(self) -> list[Input]:
        """The percentages below which the animal is critical, under and near."""
        limits = status_limits(np.asarray(self._lab.threshold), np.asarray(self._lab.absolute_min_pct))
        labels = ("absolute minimum", "threshold", "near the threshold")
        names = ("critical_below", "under_below", "near_below")
        return [
            Input(name, label, float(limit), "%", "setting of the lab", "lab")
            for name, label, limit in zip(names, labels, limits, strict=True)
        ]

    def _water(self) -> None:
        values = self._values
        self._rate()
        weight, implant = self._made_input("weight"), self._made_input("implant_weight")
        self._add(
            "expected_water",
            "required water",
            "mL",
            "max(0, water_rate * (weight - implant_weight))",
            [self._made_input("water_rate"), weight, implant],
            float(values.required[0]),
        )
        self._given()
        total, required = self._made_input("given_water_total"), self._made_input("expected_water")
        adlib = bool(self._known.adlib[0])
        why = "Water ad lib was given on this day." if adlib else ""
        remaining, excess = float(values.remaining[0]), float(values.excess[0])
        difference = "given_water_total - expected_water"
        self._add(
            "remaining_water",
            "remaining water",
            "mL",
            "0" if adlib else "expected_water - given_water_total",
            [] if adlib else [required, total],
            remaining,
            why,
        )
        expression = f"max(0, {difference})" if adlib else difference
        self._add("excess_water", "excess water", "mL", expression, [required, total], excess, why)

    def _rate(self) -> None:
        lab, percentage = self._lab, self._values.percentage_weight[0]
        usual = Input("rate", "usual rate", lab.water_ml_per_g, "mL/g", "setting of the lab", "lab")
        if np.isnan(percentage):
            self._add("water_rate", "water rate", "mL/g", "rate", [usual], usual.value)
            return
        higher = lab.water_ml_per_g_underweight
        under = Input("rate_under", "rate under the threshold", higher, "mL/g", usual.source, "lab")
        _, threshold, _ = self._limits()
        expression = f"rate_under if percentage_weight < {threshold.name} else rate"
        given = [under, self._compared(), threshold, usual]
        rate = higher if is_under(percentage, np.asarray(lab.threshold)) else usual.value
        self._add("water_rate", "water rate", "mL/g", expression, given, rate)

    def _given(self) -> None:
        facts, known = self._facts, self._known
        days = self._lab.zone.days(facts.water_times)
        counted = (days == self._found.days[0]) & ~np.isnan(facts.water_amounts)
        for name, label, in_session, result in (
            ("given_water_reward", "reward", True, known.reward[0]),
            ("given_water_supplement", "supplement", False, known.supplement[0]),
        ):
            of_kind = np.flatnonzero(counted & (facts.water_in_session == in_session)).tolist()
            given = [
                Input(
                    f"water_{at}",
                    "water",
                    float(facts.water_amounts[at]),
                    "mL",
                    f"given {self._when(int(facts.water_times[at]))}",
                    "water",
                    at,
                )
                for at in of_kind
            ]
            self._add(name, label, "mL", " + ".join(each.name for each in given) or "0", given, float(result))
        parts = [self._made_input("given_water_reward"), self._made_input("given_water_supplement")]
        total = "given_water_reward + given_water_supplement"
        self._add("given_water_total", "given water", "mL", total, parts, float(self._values.given[0]))

    def _when(self, value: int) -> str:
        local = moment_of(value).astimezone(self._lab.zone.info)
        return f"{show_day(local)} {local:%H:%M}"
