"""The husbandry rules once more, sentence by sentence, slow, sharing nothing but the facts."""

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from colonydesk.domain.days import moment_of
from colonydesk.domain.facts import NEVER, Facts

Value = float | None


def row(facts: Facts, t: datetime) -> dict[str, Any]:
    """Every number of an animal at a moment; None where not known."""
    zone = ZoneInfo(facts.lab.timezone)

    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    weighings = _records(facts.weighing_times, facts.weights)
    surgeries = [each for each in _records(facts.surgery_times, facts.implant_weights) if each[1] > 0]
    restrictions = [
        (moment_of(start), None if end == NEVER else moment_of(end), 0.0 if math.isnan(weight) else weight)
        for start, end, weight in zip(
            facts.restriction_starts.tolist(),
            facts.restriction_ends.tolist(),
            facts.reference_weights.tolist(),
            strict=True,
        )
    ]
    today = day(t)

    def last(records: list[tuple[datetime, float]], upto: date) -> tuple[datetime, float] | None:
        return next((each for each in reversed(records) if day(each[0]) <= upto), None)

    def implant_at(upto: date) -> float:
        found = last(surgeries, upto)
        return found[1] if found else 0.0

    started = [each for each in restrictions if day(each[0]) <= today]
    restriction = started[-1] if started and (started[-1][1] is None or t <= started[-1][1]) else None
    reference: tuple[datetime, float] | None = None
    if restrictions and restrictions[-1][2] > 0 and t >= restrictions[-1][0]:
        reference = restrictions[-1][0], restrictions[-1][2]
    elif restriction:
        own = (restriction[0], restriction[2]) if restriction[2] > 0 else None
        reference = own or last(weighings, day(restriction[0]))
    implant = implant_at(today)
    reference_implant = implant_at(day(restriction[0])) if restriction else implant
    weighing = last(weighings, today)
    weight = weighing[1] if weighing else None
    that_day = [each[1] for each in weighings if day(each[0]) == today]
    waters = [
        (amount, session, adlib)
        for moment, amount, session, adlib in zip(
            facts.water_times.tolist(),
            facts.water_amounts.tolist(),
            facts.water_in_session.tolist(),
            facts.water_adlib.tolist(),
            strict=True,
        )
        if day(moment_of(moment)) == today
    ]
    reward = sum(amount for amount, session, _ in waters if session and not math.isnan(amount))
    supplement = sum(amount for amount, session, _ in waters if not session and not math.isnan(amount))
    known: dict[str, Any] = {
        "weight": weight,
        "weighing_at": that_day[-1] if that_day else None,
        "reference_weight": reference[1] - reference_implant if reference else None,
        "zscore_weight": None,
        "is_water_restricted": restriction is not None,
        "implant_weight": implant,
        "given_water_reward": reward,
        "given_water_supplement": supplement,
        "given_water_total": reward + supplement,
    }
    if reference:
        known["zscore_weight"] = _zscore_weight(facts, zone, t, reference[0], known["reference_weight"])
    _derive(facts, known, any(adlib for _, _, adlib in waters))
    return known


def _derive(facts: Facts, known: dict[str, Any], adlib: bool) -> None:
    lab = facts.lab
    pz, pr = lab.zscore_weight_pct, lab.reference_weight_pct
    reference, zscored, implant = known["reference_weight"], known["zscore_weight"], known["implant_weight"]
    weight = known["weight"]
    expected = None
    if pz + pr > 0 and reference is not None:
        body = reference if zscored is None else (pz * zscored + pr * reference) / (pz + pr)
        expected = body + implant
    known["expected_weight"] = expected
    known["min_weight"] = None if expected is None else (pz + pr) * (expected - implant) + implant
    known["percentage_weight"] = None
    if expected is not None and expected > implant and weight is not None:
        known["percentage_weight"] = 100 * (weight - implant) / (expected - implant)
    known["expected_water"] = known["excess_water"] = None
    known["remaining_water"] = 0.0 if adlib else None
    if weight is not None:
        share = known["percentage_weight"]
        under = share is not None and round(share, 9) < round(100 * (pz + pr), 9)
        rate = lab.water_ml_per_g_underweight if under else lab.water_ml_per_g
        required = max(rate * (weight - implant), 0.0)
        given = known["given_water_total"]
        known["expected_water"] = required
        known["remaining_water"] = 0.0 if adlib else required - given
        known["excess_water"] = max(given - required, 0.0) if adlib else given - required


def _zscore_weight(facts: Facts, zone: ZoneInfo, t: datetime, reference_at: datetime, body: float) -> Value:
    if facts.birth_date is None or facts.curve is None:
        return None
    table = facts.curve.table(facts.sex)
    assert table is not None
    rows = {int(week): (mean, sd) for week, mean, sd in zip(table.weeks, table.mean, table.sd, strict=True)}
    youngest, oldest = min(rows), max(rows)
    born = datetime.combine(facts.birth_date, time(12))

    def curve(moment: datetime) -> tuple[float, float]:
        days = (moment.astimezone(zone).replace(tzinfo=None) - born).days
        week = days // 7
        if facts.lab.growth_mode == "step" or not youngest <= days / 7 < oldest:
            return rows[min(max(week, youngest), oldest)]
        part = (days - 7 * week) / 7
        (mean, sd), (mean2, sd2) = rows[week], rows[week + 1]
        return mean + part * (mean2 - mean), sd + part * (sd2 - sd)

    mean, sd = curve(reference_at)
    score = (body - mean) / sd
    mean, sd = curve(t)
    return mean + score * sd


def _records(times: Any, values: Any) -> list[tuple[datetime, float]]:
    return [(moment_of(when), value) for when, value in zip(times.tolist(), values.tolist(), strict=True)]


def noon(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(12), tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
