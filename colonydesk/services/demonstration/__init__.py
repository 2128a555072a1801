"""A demonstration colony: made up, believable, of any size, the same for the same seed, relative to now."""

import math
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab
from colonydesk.domain.errors import KnownError
from colonydesk.domain.growth import parse_growth_csv
from colonydesk.services.demonstration import books, genetics, housing, observed, recordings, vocabulary
from colonydesk.services.demonstration.animals import Animal
from colonydesk.services.demonstration.breeding import Breeding, make_lines
from colonydesk.services.demonstration.calendar import Calendar
from colonydesk.services.demonstration.experiments import Growth, Rules
from colonydesk.services.demonstration.genetics import Genetics
from colonydesk.services.demonstration.people import Facility, LabHome, furnish, make_lab
from colonydesk.services.demonstration.plan import choose_trouble, plan_careers
from colonydesk.services.demonstration.recording import Recorder, Subject
from colonydesk.services.demonstration.rows import Rows
from colonydesk.services.demonstration.today import plan_water, record_today

SMALLEST = 20
"""Living animals of a lab, at least: fewer are no colony."""


@dataclass(frozen=True, slots=True)
class ColonySummary:
    """What was made: ids, and the number of rows by table name."""

    lab_ids: tuple[UUID, ...]
    restricted_ids: tuple[UUID, ...]
    rows: dict[str, int]


def make_colony(
    db: Database,
    now: datetime,
    *,
    curve_text: str,
    timezone: str,
    living: int = 60,
    dead: int = 100,
    restricted: int = 20,
    days: int = 90,
    all_days: bool = False,
    labs: int = 1,
    seed: int = 1,
) -> ColonySummary:
    """Fill an empty database with a colony as it would be at ``now`` (aware), in one transaction.

    ``living``, ``dead`` and ``restricted`` are numbers of animals, shared out evenly between the ``labs``;
    ``days`` is how far back restrictions go, with ``all_days`` each of them goes back so far. ``curve_text``
    is the growth curve of the mouse (see ``parse_growth_csv``), ``timezone`` the labs' IANA name.

    Raises:
        ValueError: the numbers make no colony.
        KnownError: the database holds a lab already or does not take it, or the curve cannot be read.
    """
    if not 1 <= labs <= len(vocabulary.LABS) or living < SMALLEST * labs:
        raise ValueError(
            f"a colony has 1 to {len(vocabulary.LABS)} labs of {SMALLEST} living animals or more"
        )
    if not 0 <= restricted <= living // 3 or days < 30 or dead < living:
        raise ValueError(
            "at most a third of the living are on restriction, over 30 days or more; more are dead"
        )
    rows = Rows(Random(seed))
    command = rows.new_id()
    calendar = Calendar(now, timezone)
    curve = parse_growth_csv(curve_text, "C57BL/6J")
    facility = furnish(rows, calendar, curve)
    known = Genetics({}, {})
    restricted_ids: list[UUID] = []
    made: list[tuple[LabHome, list[Animal]]] = []
    for number in range(labs):
        living_here, dead_here, restricted_here = (
            total // labs + (number < total % labs) for total in (living, dead, restricted)
        )
        share = _Share(number, living_here, dead_here, restricted_here, days, all_days)
        lines = make_lines(rows, *_lines_of(number, labs, share.living))
        breeding = Breeding(rows, lines)
        home, on_restriction = _make_lab(
            rows, calendar, facility, Growth(curve), known, breeding, share, timezone
        )
        restricted_ids += on_restriction
        made.append((home, breeding.animals))
    _add_the_rest(rows, calendar, facility, timezone, made)
    lab_ids = tuple(row["id"] for row in rows.of[Lab.__table__])  # type: ignore[index]
    with db.unit(command, "demonstration.make", None, now) as unit:
        if unit.connection.execute(select(Lab.id).limit(1)).first() is not None:
            raise KnownError(f"{db.name} holds a colony already.", "Take a new database.")
        rows.write(unit.connection)
        unit.note_run(Lab, lab_ids[0], "demonstration", rows.count())
    db.analyze()
    return ColonySummary(lab_ids, tuple(restricted_ids), rows.count())


@dataclass(frozen=True, slots=True)
class _Share:
    """One lab's part of the colony."""

    number: int
    living: int
    dead: int
    restricted: int
    days: int
    all_days: bool


def _lines_of(number: int, labs: int, living: int) -> tuple[int, int]:
    """How many lines a lab has, and the first of them: no line is in two labs."""
    each = len(vocabulary.LINES) // labs
    return min(each, max(2, living // 12)), number * each


def _make_lab(
    rows: Rows,
    calendar: Calendar,
    facility: Facility,
    growth: Growth,
    known: Genetics,
    breeding: Breeding,
    share: _Share,
    timezone: str,
) -> tuple[LabHome, list[UUID]]:
    # The first lab mixes growth and reference, the others go by the reference weight alone.
    rules = Rules(0.4, 0.4) if share.number == 0 else Rules(0.85, 0.0)
    home = make_lab(
        rows,
        calendar,
        facility,
        share.number,
        people=7 + share.living // 150,
        rigs=max(3, math.ceil(share.restricted / 8)),
        rules={
            "timezone": timezone,
            "reference_weight_pct": rules.reference_pct,
            "zscore_weight_pct": rules.zscore_pct,
            "absolute_min_pct": rules.absolute_min_pct,
            "water_ml_per_g": rules.water_ml_per_g,
            "water_ml_per_g_underweight": rules.water_ml_per_g_underweight,
            "growth_mode": "linear",
        },
    )
    careers = plan_careers(
        rows.rng, calendar, share.restricted, share.living, share.dead, share.days, all_days=share.all_days
    )
    breeding.make(careers, share.living, share.dead)
    books.wean(breeding)
    books.give_names(breeding)
    books.hand_out(breeding, rows, home)
    genetics.write_lines(rows, calendar, facility, home, breeding.lines, known)
    books.write_requests(breeding, rows, calendar, home)
    books.write_descent(breeding, rows, calendar, home)
    housing.move_in(breeding, rows)
    cages = housing.house(breeding, rows, calendar, facility, home)
    books.write_animals(breeding, rows, calendar, facility, home, known, cages)
    recorder = Recorder(rows, calendar, facility, home, growth, rules, share.restricted)
    return home, _experiments(breeding, recorder, home)


def _experiments(breeding: Breeding, recorder: Recorder, home: LabHome) -> list[UUID]:
    """Write the careers and today's round; the ids of the animals on restriction today."""
    experimental = [animal for animal in breeding.animals if animal.career]
    on_restriction = [animal for animal in experimental if animal.restricted]
    troubled = choose_trouble(recorder.rng, on_restriction)
    places = {animal: place for place, animal in enumerate(on_restriction)}
    subjects: list[Subject] = []
    for animal in experimental:
        place = places.get(animal, len(subjects))
        subject = recorder.record(animal, place, troubled.get(animal))
        if subject is not None:
            subjects.append(subject)
    record_today(recorder, subjects)
    plan_water(recorder, subjects)
    books.write_notes(breeding, recorder.rows, recorder.calendar, home, troubled)
    return [subject.animal.id for subject in subjects]


def _add_the_rest(
    rows: Rows,
    calendar: Calendar,
    facility: Facility,
    timezone: str,
    made: list[tuple[LabHome, list[Animal]]],
) -> None:
    """Recordings and what was observed, after all labs: so nothing of it moves what the seed made of them."""
    shelf = recordings.make_shelf(rows, calendar, timezone)
    kinds = observed.make_kinds(rows, calendar)
    for home, animals in made:
        recorded = recordings.write_recordings(rows, calendar, facility, home, shelf, animals)
        observed.write_observed(rows, calendar, home, kinds, animals, recorded)
