"""Which cage holds whom from when to when; the cages are named as the racks have room."""

import heapq

from colonydesk.db.tables import CageCleaning, Housing, HousingSubject
from colonydesk.services.demonstration.animals import Animal, Cage, ColonyLitter
from colonydesk.services.demonstration.breeding import Breeding
from colonydesk.services.demonstration.calendar import Calendar
from colonydesk.services.demonstration.people import Facility, LabHome
from colonydesk.services.demonstration.rows import Rows

RACK = 40
FULL = 5
IMPLANTED_TOGETHER = 3
CLEANED = 14
"""Days from one cleaning of a cage to the next."""

Inhabitants = dict[int, tuple[Cage, list[tuple[Animal, int, int | None]]]]


def move_in(breeding: Breeding, rows: Rows) -> None:
    """Pups stay with their parents until they are weaned, then live with litter mates of their sex."""
    for litter in breeding.litters:
        pair = litter.pair
        assert pair is not None
        for pup in litter.pups:
            pup.stays.insert(0, (litter.birth, pair.cage))
        for sex in ("M", "F"):
            _wean_cages(litter, sex, rows)
            _implanted_cages(litter, sex, rows)
    for animal in breeding.animals:
        # A parent came from its wean cage: moves in order of time.
        animal.stays.sort(key=lambda stay: stay[0])


def _wean_cages(litter: ColonyLitter, sex: str, rows: Rows) -> None:
    weaned = [pup for pup in litter.pups if pup.sex == sex and pup.wean is not None]
    cages = -(-len(weaned) // FULL)
    for index in range(cages):
        cage: Cage | None = None
        for pup in weaned[index::cages]:
            assert pup.wean is not None
            cage = cage or Cage(rows.new_id(), pup.wean)
            pup.stays.append((pup.wean, cage))


def _implanted_cages(litter: ColonyLitter, sex: str, rows: Rows) -> None:
    """After surgery only animals with a headplate live together."""
    implanted = [pup for pup in litter.pups if pup.sex == sex and pup.career]
    implanted.sort(key=lambda pup: pup.career.surgery if pup.career else 0)
    for first in range(0, len(implanted), IMPLANTED_TOGETHER):
        cage: Cage | None = None
        for pup in implanted[first : first + IMPLANTED_TOGETHER]:
            assert pup.career is not None
            cage = cage or Cage(rows.new_id(), pup.career.surgery)
            pup.stays.append((pup.career.surgery, cage))


def house(
    breeding: Breeding, rows: Rows, calendar: Calendar, facility: Facility, home: LabHome
) -> dict[Animal, str]:
    """Write the housings; the cage name of each living animal."""
    inhabitants = _inhabitants(breeding.animals)
    _name_cages(inhabitants)
    now_in: dict[Animal, str] = {}
    for cage, stays in inhabitants.values():
        at = calendar.at(cage.opened, 11 * 60)
        rows.add(
            Housing,
            at,
            home.stock_manager,
            id=cage.id,
            cage_name=cage.name,
            cage_type_id=facility.cage_types[0],
            enrichment_id=facility.enrichments[0],
            food_id=facility.foods[1 if cage.breeding else 0],
            cage_cleaning_frequency_days=CLEANED,
            light_cycle=0,
        )
        for animal, since, until in stays:
            start = calendar.at(since, 11 * 60)
            end = None if until is None else calendar.at(until, 11 * 60)
            row = {
                "subject_id": animal.id,
                "housing_id": cage.id,
                "start_datetime": start,
                "end_datetime": end,
            }
            rows.add(HousingSubject, end or start, home.stock_manager, **row)
            if end is None:
                now_in[animal] = cage.name
        if any(until is None for _, _, until in stays):
            _clean(cage, rows, calendar, home)
    return now_in


def _inhabitants(animals: list[Animal]) -> Inhabitants:
    """Every cage with who was in it from which day to which (None: still there), the oldest cage first."""
    found: Inhabitants = {}
    for animal in animals:
        for index, (since, cage) in enumerate(animal.stays):
            until = animal.stays[index + 1][0] if index + 1 < len(animal.stays) else animal.death
            if animal.death is not None and since >= animal.death:
                continue
            found.setdefault(id(cage), (cage, []))[1].append((animal, since, until))
    return dict(sorted(found.items(), key=lambda item: item[1][0].opened))


def _name_cages(inhabitants: Inhabitants) -> None:
    """A cage takes the first free place of the racks (A-01 to A-40, B-01 ...)."""
    free: list[int] = []
    leaving: list[tuple[int, int]] = []
    places = 0
    for cage, stays in inhabitants.values():
        while leaving and leaving[0][0] < cage.opened:
            heapq.heappush(free, heapq.heappop(leaving)[1])
        if free:
            place = heapq.heappop(free)
        else:
            place = places
            places += 1
        cage.name = f"{_rack(place // RACK)}-{place % RACK + 1:02d}"
        ends = [until for _, _, until in stays]
        if None not in ends:
            heapq.heappush(leaving, (max(end for end in ends if end is not None), place))


def _rack(number: int) -> str:
    """A to Z, then AA, AB ..."""
    letter = chr(ord("A") + number % 26)
    return letter if number < 26 else _rack(number // 26 - 1) + letter


def _clean(cage: Cage, rows: Rows, calendar: Calendar, home: LabHome) -> None:
    """The last cleanings of a cage that is in use; a few are overdue."""
    last = -rows.rng.randint(0, CLEANED + 1) - 1
    for day in range(last, max(cage.opened, last - 5 * CLEANED), -CLEANED):
        cleaned = calendar.workday(day)
        if cleaned > cage.opened:
            at, by = calendar.at(cleaned, 13 * 60 + rows.rng.uniform(0, 90)), home.carer(rows.rng)
            rows.add(CageCleaning, at, by, housing_id=cage.id, date_time=at, user_id=by)
