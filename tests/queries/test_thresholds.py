"""Who would be under with thresholds that are not saved yet."""

import random
from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import select, update

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab
from colonydesk.queries.thresholds import Preview, Thresholds, preview
from colonydesk.queries.worklist import worklist
from tests.builders import NOW, Scene, scene
from tests.queries.colony import NOW as MIXED_NOW
from tests.queries.colony import Colony, counted, mixed, on

USUAL = Thresholds(
    reference_weight_pct=0.85,
    zscore_weight_pct=0.0,
    absolute_min_pct=0.75,
    water_ml_per_g=0.04,
    water_ml_per_g_underweight=0.05,
)


@pytest.fixture
def here(db: Database) -> Scene:
    """Three animals at 92, 84 and 70 % of 25 g, one of another lab, one not restricted, one never weighed."""
    of = scene(db)
    colony = Colony(db, ids=random.Random(7))
    other = colony.lab("Cole lab")
    for nickname, weight, lab in (
        ("A", 23.0, of.lab),
        ("B", 21.0, of.lab),
        ("C", 17.5, of.lab),
        ("X", 17.0, other),
    ):
        subject = colony.subject(nickname, lab)
        colony.restriction(subject, on(0), reference_weight=25.0)
        colony.weighing(subject, on(0, 14), weight)
    colony.restriction(colony.subject("N", of.lab), on(0), reference_weight=25.0)
    colony.weighing(colony.subject("F", of.lab), on(0, 14), 9.0)
    colony.write()
    return of


def look(of: Scene, **changes: Any) -> Preview:
    with of.db.read() as connection:
        return preview(connection, NOW, of.lab, replace(USUAL, **changes))


def statuses(found: Preview) -> list[tuple[str, str, str]]:
    return [(row.nickname, row.now.status, row.then.status) for row in found.rows]


def test_the_saved_thresholds_change_nothing(here: Scene) -> None:
    found = look(here)
    assert statuses(found) == [
        ("C", "critical", "critical"),
        ("B", "under", "under"),
        ("A", "ok", "ok"),
        ("N", "unknown", "unknown"),
    ]
    assert (found.under_now, found.under_then, found.newly_under, found.no_longer_under) == (2, 2, 0, 0)
    assert [row.now for row in found.rows] == [row.then for row in found.rows]


def test_who_would_come_under_comes_first(here: Scene) -> None:
    found = look(here, reference_weight_pct=0.95)
    assert statuses(found)[0] == ("A", "ok", "under")
    assert (found.under_now, found.under_then, found.newly_under) == (2, 3, 1)
    row = found.rows[0]
    assert row.then.percentage == pytest.approx(92.0)
    assert (row.now.water, row.then.water) == (pytest.approx(0.92), pytest.approx(1.15))


def test_who_would_no_longer_be_under_and_what_becomes_critical(here: Scene) -> None:
    found = look(here, reference_weight_pct=0.8)
    assert statuses(found)[0] == ("B", "under", "ok")
    assert (found.under_then, found.no_longer_under) == (1, 1)
    assert ("B", "under", "critical") in statuses(look(here, absolute_min_pct=0.85))


def test_without_any_share_nobody_is_judged(here: Scene) -> None:
    found = look(here, reference_weight_pct=0.0)
    assert {row.then.status for row in found.rows} == {"unknown"}
    assert found.under_then == 0


def test_the_preview_is_what_the_worklist_says_once_they_are_saved(db: Database) -> None:
    """Of a colony of everything that real books hold."""
    mixed(db, 120)
    with db.read() as connection:
        labs = connection.execute(select(Lab.id)).scalars().all()
        wanted = Thresholds(
            reference_weight_pct=0.45,
            zscore_weight_pct=0.42,
            absolute_min_pct=0.7,
            water_ml_per_g=0.05,
            water_ml_per_g_underweight=0.07,
        )
        foreseen = {lab: preview(connection, MIXED_NOW, lab, wanted) for lab in labs}
    with db.engine.begin() as connection:
        connection.execute(update(Lab).values(asdict(wanted)))
    seen = 0
    with db.read() as connection:
        for lab in labs:
            rows = {row.subject_id: row for row in worklist(connection, MIXED_NOW, lab)}
            assert set(rows) == {row.subject_id for row in foreseen[lab].rows}
            for row in foreseen[lab].rows:
                saved = rows[row.subject_id]
                assert (row.then.status, row.then.percentage) == (saved.status, saved.percentage_weight)
                assert row.then.water == saved.expected_water
                seen += 1
    assert seen > 20


def test_it_is_as_many_statements_as_the_worklist(here: Scene) -> None:
    with counted(here.db) as sent:
        look(here)
    assert len(sent) == 2
