"""What experimental animals go through, day by day: weight, training and water."""

import math
from dataclasses import dataclass
from datetime import datetime
from random import Random

import numpy as np

from colonydesk.domain.growth import GrowthCurve, mean_and_sd
from colonydesk.domain.water import shown_owed
from colonydesk.services.demonstration.animals import Animal, Career
from colonydesk.services.demonstration.calendar import Calendar

OLDEST = 1000
"""Days of age up to which growth is laid out."""
DIP_DAYS = 3.5
"""A restricted animal loses all but 1/e of what it will lose in so many days."""
TRAINING_AFTER = 4
ADULT = 49
"""Days of age from which on an experimental animal is weighed every week."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The lab's numbers, as in its row: shares of the expected weight, mL of water per g."""

    reference_pct: float
    zscore_pct: float
    absolute_min_pct: float = 0.75
    water_ml_per_g: float = 0.04
    water_ml_per_g_underweight: float = 0.05

    @property
    def threshold(self) -> float:
        return self.reference_pct + self.zscore_pct

    @property
    def goals(self) -> dict[str, float]:
        """The share of the expected weight at which an animal is, for certain, in each state."""
        under = (self.threshold + self.absolute_min_pct) / 2
        return {"near": self.threshold + 0.01, "under": under, "critical": self.absolute_min_pct - 0.015}


class Growth:
    """Mean and deviation in g for each day of age, by sex."""

    def __init__(self, curve: GrowthCurve) -> None:
        ages = np.arange(OLDEST, dtype=np.float64)
        self._days: dict[str, tuple[list[float], list[float]]] = {}
        for sex in ("M", "F"):
            mean, sd = mean_and_sd(curve.table(sex), ages, "linear")
            self._days[sex] = mean.tolist(), sd.tolist()

    def at(self, sex: str, age: int) -> tuple[float, float]:
        mean, sd = self._days[sex]
        age = max(0, min(OLDEST - 1, age))
        return mean[age], sd[age]


@dataclass(frozen=True, slots=True)
class Weighed:
    day: int
    weight: float
    """In g as the balance shows it, with the implant."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of restriction: the weight and the water that it requires, in g and mL."""

    day: int
    weight: float
    required: float


class Life:
    """The weights of one experimental animal."""

    def __init__(
        self, animal: Animal, growth: Growth, rules: Rules, rng: Random, trouble: str | None = None
    ) -> None:
        assert animal.career is not None
        self.animal = animal
        self.career: Career = animal.career
        self.growth = growth
        self.rules = rules
        self.rng = rng
        self.trouble = trouble
        self.plateau = rules.threshold + rng.uniform(0.035, 0.115)
        self.reference = 0.0
        """The weight at the start of the restriction in g, with the implant."""
        self._wobble = 0.0
        self._bad_spell = self._plan_bad_spell()

    def before(self, calendar: Calendar, last: int) -> list[Weighed]:
        """Once a week, every day after the surgery; up to and without the first day of the restriction."""
        career = self.career
        until = career.start if career.start is not None else last + 1
        weekday = self.rng.randrange(5)
        first = max(career.birth + ADULT, career.surgery - 28)
        days = [day for day in range(first, until) if calendar.weekday(day) == weekday]
        days += range(career.surgery, min(career.surgery + 4, until))
        return [Weighed(day, self._free(day)) for day in sorted(set(days))]

    def restricted(self, last: int) -> list[Day]:
        """Each day on restriction, up to and with ``last``; fixes the reference weight."""
        career = self.career
        assert career.start is not None
        self.reference = self._free(career.start)
        days = []
        for day in range(career.start, last + 1):
            weight = self.reference if day == career.start else self._thirsty(day)
            days.append(Day(day, weight, self._required(day, weight)))
        return days

    def after(self, calendar: Calendar, last: int) -> list[Weighed]:
        """Back on water: some days in a row, then once a week."""
        end = self.career.end
        assert end is not None
        weekday = self.rng.randrange(5)
        days = [day for day in range(end + 1, last + 1) if day <= end + 4 or calendar.weekday(day) == weekday]
        return [Weighed(day, self._recovering(day)) for day in days]

    def _natural(self, day: int) -> float:
        mean, sd = self.growth.at(self.animal.sex, day - self.animal.birth)
        return mean + self.animal.z * sd

    def _free(self, day: int) -> float:
        """With water ad lib; some is lost over a surgery, whose implant stays."""
        since = day - self.career.surgery
        lost = 0.055 * math.exp(-(since - 1) / 3) if since >= 1 else 0.0
        body = self._natural(day) * (1 - lost) * (1 + self.rng.gauss(0, 0.008))
        return round(body + (self.career.implant if since >= 1 else 0.0), 1)

    def _expected_body(self, day: int) -> float:
        """The expected weight in g without the implant, by the lab's rules."""
        body = self.reference - self.career.implant
        start = self.career.start
        assert start is not None
        # Restrictions start in the morning: the day of age is not yet whole then.
        mean, sd = self.growth.at(self.animal.sex, start - 1 - self.animal.birth)
        score = (body - mean) / sd
        mean, sd = self.growth.at(self.animal.sex, day - self.animal.birth)
        rules = self.rules
        return (rules.zscore_pct * (mean + score * sd) + rules.reference_pct * body) / rules.threshold

    def _share(self, day: int) -> float:
        """The share of the expected weight at which the animal is on a day of its restriction."""
        start = self.career.start
        assert start is not None
        share = self.plateau + (1 - self.plateau) * math.exp(-(day - start) / DIP_DAYS)
        self._wobble = 0.6 * self._wobble + self.rng.gauss(0, 0.007)
        share += self._wobble
        middle, depth = self._bad_spell
        share -= depth * max(0.0, 1 - abs(day - middle) / 4)
        final = self.career.end if self.career.humane else None
        if final is not None:
            return self._drift(share, "critical", day - final)
        if self.trouble:
            return self._drift(share, self.trouble, day)
        if day >= -2 and self.career.end is None:
            share = max(share, self.rules.threshold + 0.027)
        return share

    def _drift(self, share: float, state: str, days_left: int) -> float:
        """Towards a state over five days, there since the day before the last."""
        part = min(1.0, max(0.0, (days_left + 6) / 5))
        return (1 - part) * share + part * (self.rules.goals[state] + self.rng.uniform(-0.002, 0.002))

    def _thirsty(self, day: int) -> float:
        return round(self._share(day) * self._expected_body(day) + self.career.implant, 1)

    def _recovering(self, day: int) -> float:
        end = self.career.end
        assert end is not None
        missing = (1 - self.plateau) * math.exp(-(day - end) / 5)
        body = self._natural(day) * (0.98 - missing) * (1 + self.rng.gauss(0, 0.008))
        return round(body + self.career.implant, 1)

    def _required(self, day: int, weight: float) -> float:
        rules, body = self.rules, weight - self.career.implant
        low = body < rules.threshold * self._expected_body(day)
        return body * (rules.water_ml_per_g_underweight if low else rules.water_ml_per_g)

    def _plan_bad_spell(self) -> tuple[int, float]:
        """Some days of a long restriction on which the animal did not do well: (middle, depth)."""
        career, rng = self.career, self.rng
        if career.start is None or rng.random() > 0.35:
            return 0, 0.0
        last = career.end if career.end is not None else 0
        if last - career.start < 30:
            return 0, 0.0
        return rng.randint(career.start + 12, last - 12), rng.uniform(0.04, 0.08)


@dataclass(frozen=True, slots=True)
class Training:
    """One session: ``reward`` in mL."""

    start: datetime
    end: datetime
    protocol: int
    trials: int
    correct: int
    reward: float


class Trainee:
    """How one animal learns; ``drop`` is the water for a correct trial in mL."""

    def __init__(self, rng: Random, first_day: int) -> None:
        self.rng = rng
        self.first_day = first_day
        self.drop = rng.choice((0.002, 0.0025, 0.003))
        self.keenness = rng.uniform(0.8, 1.2)
        self.sessions = 0

    def trains_on(self, day: int, calendar: Calendar) -> bool:
        if day < self.first_day + TRAINING_AFTER:
            return False
        chance = {5: 0.12, 6: 0.03}.get(calendar.weekday(day), 0.94)
        return self.rng.random() < chance

    def session(self, start: datetime, end: datetime, required: float) -> Training:
        """Trials grow with practice; an animal that has had its water stops working."""
        self.sessions += 1
        trials = round((110 + min(330, 9 * self.sessions)) * self.keenness * self.rng.uniform(0.75, 1.25))
        share = min(0.86, 0.52 + 0.006 * self.sessions) + self.rng.gauss(0, 0.04)
        enough = required * self.rng.uniform(0.7, 1.06)
        trials = min(trials, int(enough / self.drop / max(share, 0.3)))
        correct = min(trials, round(trials * share))
        protocol = min(4, self.sessions // 11)
        return Training(start, end, protocol, trials, correct, round(correct * self.drop, 2))


def supplement(required: float, reward: float, rng: Random) -> float:
    """What a carer gives besides: what is still owed in mL, rounded up, at times a little more; 0 if none."""
    remaining = required - reward
    if remaining <= 0.004:
        return 0.0
    return round(shown_owed(remaining) + (rng.choice((0.01, 0.02, 0.05)) if rng.random() < 0.3 else 0.0), 2)
