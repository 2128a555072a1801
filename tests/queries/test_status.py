"""The status of all restricted: the same numbers as one by one, from a constant number of statements."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from colonydesk.db.engine import Database
from colonydesk.db.facts import Animal, animals
from colonydesk.db.migrate import open_database
from colonydesk.db.plain import NO_TIME
from colonydesk.domain.days import date_of, moment_of
from colonydesk.domain.history import history
from colonydesk.domain.moment import State, state_at
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.queries.status import RestrictedStatus, restricted_status
from tests.queries.colony import NOW, Colony, counted, mixed, on

MOMENTS = [NOW, NOW + timedelta(hours=2), on(0, 3), on(0, 12), on(7, 23.5), on(30, 9)]


def status_of(db: Database, now: datetime = NOW, **chosen: Any) -> RestrictedStatus:
    with db.read() as connection:
        return restricted_status(connection, now, **chosen)


def all_animals(db: Database) -> list[Animal]:
    with db.read() as connection:
        return animals(connection, None)


def as_one_by_one(status: RestrictedStatus, place: int) -> dict[str, Any]:
    """One animal of the status, in the words of State."""
    known, values = status.inputs, status.values
    numbers = {
        "weight": known.weight,
        "implant_weight": known.implant,
        "reference_weight": values.reference_weight,
        "zscore_weight": values.zscore_weight,
        "expected_weight": values.expected_weight,
        "min_weight": values.min_weight,
        "absolute_min_weight": values.absolute_min_weight,
        "percentage_weight": values.percentage_weight,
        "required_water": values.required,
        "given_water_reward": known.reward,
        "given_water_supplement": known.supplement,
        "given_water_total": values.given,
        "remaining_water": values.remaining,
        "excess_water": values.excess,
    }
    found: dict[str, Any] = {
        name: None if np.isnan(column[place]) else pytest.approx(column[place], abs=1e-9)
        for name, column in numbers.items()
    }
    weighed_at = status.weighed_at[place]
    return found | {
        "day": date_of(status.days[place]),
        "status": STATUS_WORDS[values.status[place]],
        "weighed_at": None if weighed_at == NO_TIME else moment_of(weighed_at),
        "weighed_today": bool(status.weighed_today[place]),
        "restriction_start": moment_of(status.restriction_start[place]),
        "adlib": bool(known.adlib[place]),
        "owed": ("weight",) * int(status.owes_weight[place]) + ("water",) * int(status.owes_water[place]),
    }


def wanted(animal: Animal, now: datetime) -> State | None:
    """The animal's state if it belongs among the restricted living ones."""
    state = state_at(animal.facts, now)
    dead = animal.facts.death_date is not None and animal.facts.death_date <= state.day
    return state if state.is_water_restricted and not dead else None


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_the_same_as_the_rules_for_one_animal(db: Database, now: datetime) -> None:
    """Of a colony with everything in it: who is restricted, and every number of each."""
    mixed(db, 150)
    status = status_of(db, now)
    place_of = {subject_id: place for place, subject_id in enumerate(status.ids)}
    expected = {one.id: state for one in all_animals(db) if (state := wanted(one, now)) is not None}
    assert place_of.keys() == expected.keys()
    assert len(place_of) > 15
    for subject_id, state in expected.items():
        for name, value in as_one_by_one(status, place_of[subject_id]).items():
            assert getattr(state, name) == value, name


def test_the_same_as_the_last_row_of_the_history(db: Database) -> None:
    mixed(db, 80)
    status = status_of(db)
    place_of = {subject_id: place for place, subject_id in enumerate(status.ids)}
    compared = 0
    for one in all_animals(db):
        days = history(one.facts, None, None, NOW)
        if one.id not in place_of or not len(days):
            continue
        place = place_of[one.id]
        assert days.is_water_restricted[-1]
        for column, mine in (
            (days.expected_weight, status.values.expected_weight),
            (days.percentage_weight, status.values.percentage_weight),
            (days.expected_water, status.values.required),
            (days.excess_water, status.values.excess),
        ):
            assert column[-1] == pytest.approx(mine[place], abs=1e-9, nan_ok=True)
        compared += 1
    assert compared > 10


def test_a_constant_number_of_statements(db: Database) -> None:
    """At most three, however many animals, labs and zones there are."""
    colony = Colony(db)
    lab = colony.lab()
    colony.write()
    with counted(db) as sent:
        assert len(status_of(db)) == 0
    assert len(sent) == 2
    subject = colony.subject("plain", lab)
    colony.restriction(subject, on(10))
    colony.write()
    with counted(db) as sent:
        assert len(status_of(db)) == 1
    assert len(sent) == 2
    mixed(db, 60, colony)
    with counted(db) as sent:
        assert len(status_of(db)) > 10
    assert len(sent) == 3


def test_only_of_one_lab_or_of_some_animals(db: Database) -> None:
    mixed(db, 100)
    status = status_of(db)
    for lab_id in set(status.lab_ids) - {None}:
        only = status_of(db, lab_id=lab_id)
        assert set(only.ids) == {
            one for one, lab in zip(status.ids, status.lab_ids, strict=True) if lab == lab_id
        }
    some = [*status.ids[:3], UUID(int=5)]
    assert set(status_of(db, subject_ids=some).ids) == set(status.ids[:3])
    assert len(status_of(db, subject_ids=[])) == 0


def test_who_is_among_them(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab(timezone="UTC")
    today = NOW.date()
    for nickname, restrictions, values in (
        ("open", [(on(5), None)], {}),
        ("begins later today", [(on(0, 23.8), None)], {}),
        ("ends later today", [(on(5), on(0, 23.8))], {}),
        ("dies tomorrow", [(on(5), None)], {"death_date": today + timedelta(days=1)}),
        ("not: ended an hour ago", [(on(5), on(0, 22.5))], {}),
        ("not: begins tomorrow", [(on(-1, 1), None)], {}),
        ("not: died today", [(on(5), None)], {"death_date": today}),
        ("not: human", [(on(5), None)], {"is_human": True}),
        ("not: a later one has ended", [(on(9), None), (on(5), on(3))], {}),
        ("not: never", [], {}),
        ("not: without a start", [(None, None)], {}),
    ):
        subject = colony.subject(nickname.replace(" ", "_").replace(":", ""), lab, **values)
        for start, end in restrictions:
            colony.restriction(subject, start, end)
    colony.write()
    assert sorted(status_of(db).nicknames) == [
        "begins_later_today",
        "dies_tomorrow",
        "ends_later_today",
        "open",
    ]


def test_each_lab_has_its_own_today(db: Database) -> None:
    """At 23:30 UTC it is tomorrow in London, and yesterday's weighing is no longer today's."""
    colony = Colony(db)
    for zone in ("Europe/London", "UTC", "America/New_York"):
        subject = colony.subject(zone.replace("/", "-"), colony.lab(zone, timezone=zone))
        colony.restriction(subject, on(5))
        colony.weighing(subject, on(0, 22), 24.0)
        colony.water(subject, on(0, 22), 0.5)
    nowhere = colony.subject("nowhere", None)
    colony.restriction(nowhere, on(5))
    colony.weighing(nowhere, on(0, 22), 24.0)
    colony.write()
    status = status_of(db)
    today = dict(zip(status.nicknames, status.weighed_today.tolist(), strict=True))
    given = dict(zip(status.nicknames, status.values.given.tolist(), strict=True))
    assert today == {"Europe-London": False, "UTC": True, "America-New_York": True, "nowhere": True}
    assert given == {"Europe-London": 0.0, "UTC": 0.5, "America-New_York": 0.5, "nowhere": 0.0}


def test_void_records_are_in_no_number(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    colony.restriction(subject, on(5))
    colony.weighing(subject, on(1), 24.0)
    right = colony.weighing(subject, on(0, 9), 23.0)
    void = {"voided_at": NOW, "void_reason": "corrected"}
    colony.weighing(subject, on(0, 10), 99.0, superseded_by_id=right, **void)
    given = colony.water(subject, on(0, 23.2), 0.25)
    colony.water(subject, on(0, 23.3), 5.0, superseded_by_id=given, adlib=True, **void)
    colony.write()
    status = status_of(db)
    assert status.inputs.weight.tolist() == [23.0]
    assert status.values.given.tolist() == [0.25]
    assert not status.inputs.adlib[0]


def test_of_two_records_of_one_moment_the_later_made_counts(db: Database) -> None:
    """Whatever their ids."""
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    for number, hours, value in ((3, 4, 21.0), (9, 5, 20.0)):
        stamp = {"id": UUID(int=number), "created_at": NOW - timedelta(hours=hours)}
        colony.weighing(subject, on(1), value, **stamp)
        colony.restriction(subject, on(5), reference_weight=value, **stamp)
        colony.surgery(subject, on(9), value / 10, **stamp)
    colony.write()
    status = status_of(db)
    assert status.inputs.weight.tolist() == [21.0]
    assert status.inputs.reference.tolist() == [21.0]
    assert status.inputs.implant.tolist() == [2.1]


def test_of_two_records_made_at_once_the_higher_id_counts(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    for number, value in ((9, 21.0), (3, 20.0)):
        colony.weighing(subject, on(1), value, id=UUID(int=number))
        colony.restriction(subject, on(5), reference_weight=value, id=UUID(int=number))
        colony.surgery(subject, on(9), value / 10, id=UUID(int=number))
    colony.write()
    status = status_of(db)
    assert status.inputs.weight.tolist() == [21.0]
    assert status.inputs.reference.tolist() == [21.0]
    assert status.inputs.implant.tolist() == [2.1]


def test_a_reference_from_before_and_an_implant_from_after_the_start(db: Database) -> None:
    """What held on the restriction's first day, by the lab's zone: asked for in the third statement."""
    colony = Colony(db)
    lab = colony.lab(zscore_weight_pct=0.0, reference_weight_pct=0.8)
    start = on(5, 23.5)  # in London still the 25th: its summer has not begun
    plain = colony.subject("plain", lab)
    colony.restriction(plain, start, reference_weight=0.0)
    colony.weighing(plain, on(5, 23.9), 26.0)
    colony.weighing(plain, on(4, 0.5), 25.0)
    operated = colony.subject("operated", lab)
    colony.restriction(operated, start, reference_weight=25.0)
    colony.surgery(operated, on(5, 23.8), 2.0)
    colony.surgery(operated, on(3), 3.0)
    colony.write()
    with counted(db) as sent:
        status = status_of(db)
    assert len(sent) == 3
    place = status.nicknames.index
    assert status.values.reference_weight[place("plain")] == 26.0
    assert status.values.reference_weight[place("operated")] == 23.0
    assert status.values.expected_weight[place("operated")] == 26.0


def test_sqlite_looks_the_records_up_and_never_reads_a_whole_table(sqlite_url: str) -> None:
    db = open_database(sqlite_url)
    mixed(db, 30)
    with counted(db) as sent:
        status_of(db)
    plans = []
    with db.read() as connection:
        for statement in sent:
            nothing = dict.fromkeys(re.findall(r":(\w+)", statement))
            plans += [
                row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", nothing)
            ]
    db.close()
    for table in ("subject", "weighing", "water", "surgery", "held", "later"):  # as the statement calls them
        assert any(step.startswith(f"SEARCH {table}") for step in plans)
        if table != "held":  # whose open rows are all wanted
            assert not any(step.startswith(f"SCAN {table}") for step in plans)
