"""What a typed weight or amount of water may be: read, refused, or asked about once.

``parse_amount`` turns what a person typed into a number. ``check_weight`` and ``check_water`` raise
``Refused`` for what cannot be and return a ``Question`` for each doubt; a question's ``code`` is stable, and
confirming that code lets the value through. All from plain facts; weights in g, water in mL.

Codes of ``check_weight``: ``range``, ``implant``, ``change``, ``again``, ``cage_mate``; of
``check_reference`` the first two.
Codes of ``check_water``: ``zero``, ``not_restricted``, ``excess``, ``much``, ``again``.
"""

import math
import re
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from colonydesk.domain.days import show_date
from colonydesk.domain.errors import Question, Refused
from colonydesk.domain.water import shown_given, shown_owed

MOUSE_RANGE = (5.0, 50.0)
"""The usual weight of a laboratory mouse in g."""
IMPOSSIBLE_FACTOR = 10.0
"""A weight over this many times the upper end of the usual range is refused."""
IMPOSSIBLE_ML_PER_G = 0.2
"""Water over this times the usual range's upper end is refused: 10 mL for a mouse, ten times a usual day."""
CHANGE = 0.10
"""A weight this share away from the last weighing is asked about."""
MATE_MARGIN = 0.05
"""A cage mate is thought of only when the weight is this share away from the animal's own last one ..."""
MATE_NEARNESS = 1 / 3
"""... and at most this part of that difference away from the mate's last one."""
EXCESS_ML = 0.1
EXCESS_SHARE = 0.10
"""Water over what remains is asked about beyond the larger of 0.1 mL and a tenth of the required water."""
MUCH_FACTOR = 2.0
"""More than this many times the day's required water in one go is asked about."""
DOUBLE_ENTRY = timedelta(minutes=5)
"""The same amount again within this time is taken for a double entry."""
CLOCK_TOLERANCE = timedelta(minutes=2)
"""How far another workstation's clock may run ahead before its time counts as the future."""
MAX_LENGTH = 24
"""Characters; the longest exact decimal of a double above 0.0001 has 22."""

_ROUNDING = 1e-9

What = Literal["weight", "reference weight", "implant weight", "water"]


class _Quantity(NamedTuple):
    field: str
    unit: str
    zero: bool
    example: str


_QUANTITIES: dict[What, _Quantity] = {
    "weight": _Quantity("weight", "g", zero=False, example="22.4"),
    "reference weight": _Quantity("reference_weight", "g", zero=False, example="22.4"),
    "implant weight": _Quantity("implant_weight", "g", zero=True, example="1.5"),
    "water": _Quantity("water_administered", "mL", zero=True, example="0.8"),
}


class Reading(NamedTuple):
    """A value recorded earlier (g or mL) and its aware time."""

    value: float
    date_time: datetime


class CageMate(NamedTuple):
    """Another animal of the cage and its last weight in g."""

    nickname: str
    weight: float


class WeightFacts(NamedTuple):
    """What a new weighing is judged by.

    ``usual`` is the species' usual weight (lo, hi) in g, None where nobody stated one; ``last`` the latest
    weighing before the new one's time; ``same_day`` another weighing of the new one's local day.
    """

    zone: tzinfo
    birth_date: date | None = None
    death_date: date | None = None
    usual: tuple[float, float] | None = MOUSE_RANGE
    implant_weight: float = 0.0
    last: Reading | None = None
    same_day: Reading | None = None
    cage_mates: tuple[CageMate, ...] = ()


class WaterFacts(NamedTuple):
    """What a new water administration is judged by.

    ``required`` and ``remaining`` are of the local day of the administration, in mL, None where not known;
    ``given`` the amounts recorded on that day; ``adlib`` since when it has had water ad lib on that day.
    """

    zone: tzinfo
    birth_date: date | None = None
    death_date: date | None = None
    usual: tuple[float, float] | None = MOUSE_RANGE
    restricted: bool = True
    required: float | None = None
    remaining: float | None = None
    given: tuple[Reading, ...] = ()
    adlib: datetime | None = None


def parse_amount(text: str, what: What) -> float:
    """The number a person typed for ``what``, in g or mL.

    Accepted: blanks around it, a comma as the decimal sign, the unit after it. Nothing that changes the
    number is stripped. Raises ``Refused`` with one sentence for anything else, and for 0 unless it is water
    or an implant.
    """
    quantity = _QUANTITIES[what]
    typed = text.strip()
    shown = "".join(letter if letter.isprintable() else "?" for letter in typed)
    if not typed:
        problem = f"Type the {what} in {quantity.unit}."
    elif len(typed.splitlines()) > 1:
        problem = f"This is more than one line; type one {what} in {quantity.unit}."
    elif len(typed) > MAX_LENGTH:
        problem = f"This is too long for the {what} in {quantity.unit}: {len(typed)} characters."
    elif match := re.fullmatch(r"([0-9.,]*[0-9][0-9.,]*)\s*([a-zA-Zµμ]*)", typed):
        number, unit = match.groups()
        if unit and unit.lower() != quantity.unit.lower():
            problem = f'The {what} is in {quantity.unit}, not in "{unit}".'
        elif number.count(".") + number.count(",") > 1:
            problem = f'"{number}" has more than one decimal sign.'
        else:
            value = float(number.replace(",", "."))
            if value > 0 or quantity.zero:
                return value
            problem = f"The {what} must be more than 0 {quantity.unit}."
    elif re.match(r"[0-9.,]+[eE][+-]?[0-9]", typed):
        problem = f'Write the number out: "{shown}" has an exponent.'
    elif re.match(r"[-−–]\s*[0-9.,]", typed):
        problem = f"The {what} cannot be negative."
    elif re.match(r"[0-9.,]+\s+[0-9]", typed):
        problem = f'"{shown}" is more than one number.'
    else:
        problem = (
            f'"{shown}" is not a number; type the {what} in {quantity.unit}, such as {quantity.example}.'
        )
    raise Refused(problem, quantity.field)


def check_weight(
    weight: float, date_time: datetime, now: datetime, facts: WeightFacts
) -> tuple[Question, ...]:
    """The questions a weighing of ``weight`` g at ``date_time`` raises, none when it is plausible.

    Raises ``Refused`` (field ``weight`` or ``date_time``) when it is not a number, 0 or less, over ten times
    the usual range's upper end, in the future, before birth or after death (both by the lab's day; the days
    themselves are allowed). The usual range is that of the animal without its implant; the change is relative
    to the last weighing, implant and all. A cage mate fits better when the weight is over 5 % away from the
    animal's own last and no more than a third of that difference away from the mate's last.
    """
    if not math.isfinite(weight):
        raise Refused("The weight is not a number.", "weight")
    if weight <= 0:
        raise Refused("The weight must be more than 0 g.", "weight")
    _check_possible(weight, facts.usual, "weight")
    _check_time("weighing", date_time, now, facts)
    questions = [
        _range_question(weight, facts.usual, facts.implant_weight),
        _change_question(weight, now, facts),
        _weighed_again(now, facts),
        _mate_question(weight, facts),
    ]
    return tuple(question for question in questions if question)


def check_reference(
    weight: float, usual: tuple[float, float] | None, implant_weight: float
) -> tuple[Question, ...]:
    """The question that a reference weight of ``weight`` g raises, none when it is plausible.

    Raises ``Refused`` (field ``reference_weight``) when it is not more than 0, or over ten times the usual
    range's upper end. ``implant_weight`` is that of the restriction's first day, and part of the weight.
    """
    field = "reference_weight"
    if not math.isfinite(weight) or weight <= 0:
        raise Refused("The reference weight must be more than 0 g.", field)
    _check_possible(weight, usual, field)
    question = _range_question(weight, usual, implant_weight)
    return (question,) if question else ()


def check_water(
    amount: float | None, adlib: bool, date_time: datetime, now: datetime, facts: WaterFacts
) -> tuple[Question, ...]:
    """The questions that giving ``amount`` mL at ``date_time`` raises, none when it is plausible.

    Raises ``Refused`` (field ``water_administered`` or ``date_time``) when there is neither an amount nor ad
    lib, it is not a number, negative, over 0.2 mL per g of the usual range's upper end (10 mL for a mouse),
    in the future, before birth or after death. 0 mL is asked about; ad lib only without a restriction, and
    for the second time on a day.
    """
    if amount is None:
        if not adlib:
            raise Refused("Type the water in mL, or mark it as ad lib.", "water_administered")
    else:
        _check_amount(amount, facts)
    _check_time("water administration", date_time, now, facts)
    questions = []
    if not facts.restricted:
        questions.append(Question("not_restricted", "This animal is not on water restriction."))
    if adlib and facts.adlib is not None:
        questions.append(_adlib_again(facts.adlib, now, facts))
    if amount is None or adlib:
        return tuple(questions)
    if amount == 0:
        questions.append(Question("zero", "0 mL records that nothing was given."))
    questions += [
        question
        for question in (_excess_question(amount, facts), _much_question(amount, facts))
        if question is not None
    ]
    for given in facts.given:
        if abs(given.value - amount) < _ROUNDING and abs(date_time - given.date_time) <= DOUBLE_ENTRY:
            text = f"{show(amount)} mL is already recorded at {_clock(given.date_time, facts.zone)}."
            questions.append(Question("again", text))
            break
    return tuple(questions)


def _check_possible(weight: float, usual: tuple[float, float] | None, field: str) -> None:
    if usual and weight > IMPOSSIBLE_FACTOR * usual[1]:
        limit = f"{show(IMPOSSIBLE_FACTOR * usual[1])} g"
        raise Refused(f"{show(weight)} g is not possible: the limit for this species is {limit}.", field)


def _range_question(
    weight: float, usual: tuple[float, float] | None, implant_weight: float
) -> Question | None:
    body = weight - implant_weight
    if body <= 0:
        text = f"{show(weight)} g is no more than the implant's {show(implant_weight)} g."
        return Question("implant", text)
    if usual is None or usual[0] <= body <= usual[1]:
        return None
    without = " without the implant" if implant_weight else ""
    low, high = usual
    return Question("range", f"{show(body)} g{without}: usual is {show(low)} to {show(high)} g.")


def _change_question(weight: float, now: datetime, facts: WeightFacts) -> Question | None:
    if facts.last is None:
        return None
    change = weight / facts.last.value - 1
    if abs(change) <= CHANGE + _ROUNDING:
        return None
    way = "above" if change > 0 else "below"
    day = _day(facts.last.date_time, facts.zone)
    age = (_day(now, facts.zone) - day).days
    was = f"{show_weight(facts.last.value)} g"
    then = {0: f"today's {was}", 1: f"yesterday's {was}"}.get(
        age, f"the {was} of {show_date(day, now, facts.zone)}"
    )
    return Question("change", f"{abs(change) * 100:.0f} % {way} {then}.")


def _weighed_again(now: datetime, facts: WeightFacts) -> Question | None:
    if facts.same_day is None:
        return None
    clock = _clock(facts.same_day.date_time, facts.zone)
    when = f"{_on_day(facts.same_day.date_time, now, facts.zone)} at {clock}"
    return Question("again", f"Already weighed {when}: {show_weight(facts.same_day.value)} g.")


def _adlib_again(since: datetime, now: datetime, facts: WaterFacts) -> Question:
    when = f"{_on_day(since, now, facts.zone)}, since {_clock(since, facts.zone)}"
    return Question("again", f"This animal has water ad lib already {when}.")


def _mate_question(weight: float, facts: WeightFacts) -> Question | None:
    if facts.last is None or not facts.cage_mates:
        return None
    away = abs(weight - facts.last.value)
    mate = min(facts.cage_mates, key=lambda mate: abs(weight - mate.weight))
    if away <= MATE_MARGIN * facts.last.value or abs(weight - mate.weight) > MATE_NEARNESS * away:
        return None
    own = f"this animal ({show_weight(facts.last.value)} g)"
    return Question("cage_mate", f"Fits {mate.nickname} ({show_weight(mate.weight)} g) better than {own}.")


def _check_amount(amount: float, facts: WaterFacts) -> None:
    if not math.isfinite(amount):
        raise Refused("The water is not a number.", "water_administered")
    if amount < 0:
        raise Refused("The water cannot be negative.", "water_administered")
    if facts.usual and amount > IMPOSSIBLE_ML_PER_G * facts.usual[1] + _ROUNDING:
        limit = f"{show(IMPOSSIBLE_ML_PER_G * facts.usual[1])} mL"
        text = f"{show(amount)} mL is not possible: the limit for this species is {limit}."
        raise Refused(text, "water_administered")


def _excess_question(amount: float, facts: WaterFacts) -> Question | None:
    if not facts.restricted or facts.remaining is None:
        return None
    owed = max(facts.remaining, 0.0)
    margin = max(EXCESS_ML, EXCESS_SHARE * (facts.required or 0.0))
    if amount <= owed + margin + _ROUNDING:
        return None
    if owed == 0:
        return Question(
            "excess", f"Nothing is owed on this day any more; this is {show(amount)} mL too much."
        )
    more, still = show(shown_given(amount - owed)), show(shown_owed(owed))
    return Question("excess", f"{more} mL more than the {still} mL still owed.")


def _much_question(amount: float, facts: WaterFacts) -> Question | None:
    if not facts.required or amount <= MUCH_FACTOR * facts.required + _ROUNDING:
        return None
    return Question("much", f"Over twice the {show(shown_owed(facts.required))} mL of a whole day.")


def _check_time(what: str, date_time: datetime, now: datetime, facts: WeightFacts | WaterFacts) -> None:
    day = _day(date_time, facts.zone)
    if date_time > now + CLOCK_TOLERANCE:
        when = f"{_clock(date_time, facts.zone)} on {show_date(day, now, facts.zone)}"
        raise Refused(f"{when} is in the future.", "date_time")
    if facts.birth_date and day < facts.birth_date:
        event, limit = "was born", facts.birth_date
    elif facts.death_date and day > facts.death_date:
        event, limit = "died", facts.death_date
    else:
        return
    then, this = show_date(limit, now, facts.zone), show_date(day, now, facts.zone)
    raise Refused(f"This animal {event} on {then}; no {what} on {this} is possible.", "date_time")


def _on_day(moment: datetime, now: datetime, zone: tzinfo) -> str:
    day = _day(moment, zone)
    return "today" if day == _day(now, zone) else f"on {show_date(day, now, zone)}"


def show(value: float) -> str:
    """A number for a sentence: at most two decimals, no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def show_weight(value: float) -> str:
    """A noted weight to 0.1 g, or to 0.01 where it was noted so."""
    return f"{value:.1f}" if abs(value * 10 - round(value * 10)) < 1e-6 else f"{value:.2f}"


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _clock(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
