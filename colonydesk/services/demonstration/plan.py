"""Which experiments there are: who is on restriction, who was, who comes next, and who is in trouble."""

from random import Random

from colonydesk.services.demonstration.animals import Animal, Career
from colonydesk.services.demonstration.calendar import Calendar


def plan_careers(
    rng: Random, calendar: Calendar, restricted: int, living: int, dead: int, days: int, *, all_days: bool
) -> list[Career]:
    """The experimental animals: each place on restriction is taken by one after another over ``days``.

    With ``all_days`` the animals of today have been on restriction for all of them.
    """
    careers: list[Career] = []
    for index in range(restricted):
        start = -days
        if not all_days:
            start = calendar.workday(
                -round(2 + (days - 2) * (restricted - index - rng.random()) / restricted)
            )
        start = max(-days, start)
        careers.append(_career(rng, _surgery_before(rng, calendar, start), start, None))
        _predecessor(rng, calendar, start, days, careers)
    places = living - restricted
    coming = min(places, max(1, restricted // 5))
    for _ in range(coming):
        careers.append(_career(rng, calendar.workday(-rng.randint(3, 11)), None, None))
    _end_some(rng, [career for career in careers if career.end is not None], places - coming, dead)
    return careers


def _surgery_before(rng: Random, calendar: Calendar, start: int) -> int:
    return calendar.workday(start - rng.randint(7, 13))


def _career(rng: Random, surgery: int, start: int | None, end: int | None) -> Career:
    implant = round(rng.uniform(1.05, 1.35) / 0.05) * 0.05
    return Career(surgery - rng.randint(60, 84), surgery, start, end, round(implant, 2))


def _predecessor(rng: Random, calendar: Calendar, next_start: int, days: int, careers: list[Career]) -> None:
    end = calendar.workday(next_start - rng.randint(4, 12))
    start = calendar.workday(max(-days, end - rng.randint(35, 80)))
    if end - start >= 20:
        careers.append(_career(rng, _surgery_before(rng, calendar, start), start, end))


def _end_some(rng: Random, former: list[Career], may_live: int, may_die: int) -> None:
    """Most animals whose restriction is over are dead; some wait for a last measurement."""
    rng.shuffle(former)
    for index, career in enumerate(former):
        career.ends_dead = (index % 3 != 0 or index // 3 >= may_live) and may_die > 0
        if career.ends_dead:
            may_die -= 1
            career.humane = index % 8 == 1


def choose_trouble(rng: Random, animals: list[Animal]) -> dict[Animal, str]:
    """The states that today's restricted animals are in where it is not a good one."""
    count = len(animals)
    settled = [animal for animal in animals if animal.career and (animal.career.start or 0) <= -16]
    rng.shuffle(settled)
    states = (
        ["critical"] * max(1, count // 100) + ["under"] * max(2, count // 25) + ["near"] * max(3, count // 20)
    )
    return dict(zip(settled, states, strict=False))
