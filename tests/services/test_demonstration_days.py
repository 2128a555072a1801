"""The demonstration colony's days: weights, water and sessions, and today's round."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    Session,
    Subject,
    Surgery,
    WaterAdministration,
    WaterPlan,
    WaterRestriction,
    Weighing,
)
from colonydesk.domain.days import zone
from colonydesk.queries.history import histories
from tests.services.demo import NOW, TODAY, ZONE, Colony, made, make, state_of_the_round


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def colony(request: pytest.FixtureRequest) -> Iterator[Colony]:
    """A colony on each engine; nothing here changes it."""
    with made(request, request.param) as made_colony:
        yield made_colony


@pytest.fixture
def empty(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    file = tmp_path / "empty.sqlite"
    shutil.copy(sqlite_template, file)
    db = open_database(f"sqlite:///{file}")
    yield db
    db.close()


def test_protocol_numbers_say_what_was_done(colony: Colony) -> None:
    operated = {row.subject_id: row for row in colony.rows(select(Surgery.__table__))}
    for restriction in colony.rows(select(WaterRestriction.__table__)):
        surgery = operated[restriction.subject_id]
        assert timedelta(days=6) <= restriction.start_time - surgery.end_time <= timedelta(days=16)
        assert 1.0 <= surgery.implant_weight <= 1.4
    for animal in colony.rows(select(Subject.id, Subject.protocol_number)):
        restricted = animal.id in colony.summary.restricted_ids
        assert animal.protocol_number == ("3" if restricted else "2" if animal.id in operated else "1")


def test_weights_are_a_living_animals(colony: Colony) -> None:
    weights = [row.weight for row in colony.rows(select(Weighing.weight))]
    assert 12 < min(weights) < max(weights) < 45
    assert all(round(weight, 1) == weight for weight in weights)
    operated = dict(map(tuple, colony.rows(select(Surgery.subject_id, Surgery.implant_weight))))
    lowest = []
    for one in colony.histories():
        days, on = one.days, one.days.is_water_restricted
        if not on.any():
            continue
        body = days.weight[on] - operated[one.id]
        assert np.abs(np.diff(body) / body[:-1]).max() < 0.09
        assert not np.isnan(days.weighing_at[on][:-1]).any(), "weighed every day"
        share = days.percentage_weight[on]
        assert 98 < share[0] < 102
        assert share.min() > 70
        assert share.max() < 104
        if on.sum() > 20:
            # Down within about eight days, then a plateau.
            assert 82 < np.median(share[8:]) < 93
            lowest.append(share.min())
    assert np.median(lowest) > 80


def test_water_is_what_was_required(colony: Colony) -> None:
    amounts = [
        row.amount for row in colony.rows(select(WaterAdministration.water_administered.label("amount")))
    ]
    assert all(amount is None or round(amount, 2) == amount > 0 for amount in amounts)
    assert 0 < sum(amount is None for amount in amounts) < 20, "ad lib when a restriction ends"
    enough = []
    rewards = 0
    for one in colony.histories():
        on = one.days.is_water_restricted
        on[-1:] = False
        enough += (one.days.excess_water[on] > -1e-6).tolist()
        rewards += int((one.days.given_water_reward[on] > 0).sum())
        assert (one.days.excess_water[on] < 0.5).all()
    assert 0.95 < np.mean(enough) < 1, "now and then it is forgotten"
    assert 0.5 < rewards / len(enough) < 0.75, "sessions on working days"


def test_sessions_keep_to_working_days_and_hours(colony: Colony) -> None:
    lab = zone(ZONE).info
    sessions = colony.rows(select(Session.__table__))
    days = Counter(session.start_time.astimezone(lab).weekday() for session in sessions)
    assert 0 < days[5] + days[6] < 0.1 * len(sessions)
    for session in sessions:
        start, end = session.start_time.astimezone(lab), session.end_time.astimezone(lab)
        assert start.hour >= 7
        assert end.hour < 19
        if session.parent_session_id is not None:
            continue
        assert timedelta(minutes=30) < end - start < timedelta(minutes=90)
        assert 0 < session.n_correct_trials <= session.n_trials < 800


def test_every_state_is_on_the_worklist(colony: Colony) -> None:
    states, owed = state_of_the_round(colony.histories(list(colony.summary.restricted_ids)))
    assert states == {"ok": 14, "near": 3, "under": 2, "critical": 1}
    assert owed == {"done": 7, "water": 6, "both": 7}
    planned = {
        row.date: row.n
        for row in colony.rows(select(WaterPlan.date, func.count().label("n")).group_by(WaterPlan.date))
    }
    assert planned == {TODAY: 2, TODAY + timedelta(days=5): 20, TODAY + timedelta(days=6): 20}


@pytest.mark.parametrize(
    ("local", "done"),
    [
        ("2026-09-27 00:04", 0),
        ("2026-09-27 00:20", 7),
        ("2026-09-27 05:00", 7),
        ("2026-04-05 04:00", 7),
        ("2026-11-21 12:00", 7),
        ("2026-11-24 23:59", 7),
    ],
    ids=["after midnight", "in the night", "clocks forward", "clocks back", "saturday", "before midnight"],
)
def test_the_round_is_under_way_at_any_hour(empty: Database, local: str, done: int) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=zone(ZONE).info).astimezone(UTC)
    summary = make(empty, now)
    with empty.read() as connection:
        states, owed = state_of_the_round(histories(connection, list(summary.restricted_ids), now))
        for column in (Weighing.date_time, WaterAdministration.date_time, Session.end_time):
            assert connection.execute(select(func.max(column))).scalar_one() <= now
    assert states == {"ok": 14, "near": 3, "under": 2, "critical": 1}
    assert owed["done"] == done


def test_the_benchmarks_colony_has_been_on_restriction_all_the_time(empty: Database) -> None:
    summary = make(empty, living=40, dead=60, restricted=10, days=60, all_days=True)
    with empty.read() as connection:
        per_animal = histories(connection, list(summary.restricted_ids), NOW)
        waters = connection.execute(select(func.count()).select_from(WaterAdministration)).scalar_one()
    assert {int(one.days.is_water_restricted.sum()) for one in per_animal} == {61}
    assert 1.7 < waters / (10 * 61) < 2.1, "nearly two a day"
