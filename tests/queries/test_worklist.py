"""The worklist: what each restricted animal is owed today, the urgent first, and a row alone after a save."""

from datetime import date, timedelta

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.facts import animals
from colonydesk.domain.moment import state_at
from colonydesk.queries.worklist import WorklistRow, worklist, worklist_rows
from tests.queries.colony import NOW, Colony, counted, mixed, on

TODAY = date(2025, 3, 31)  # London's, at NOW
MORNING = on(0, 23.1)


def read(db: Database) -> tuple[WorklistRow, ...]:
    with db.read() as connection:
        return worklist(connection, NOW)


def row_of(db: Database, nickname: str) -> WorklistRow:
    (row,) = (row for row in read(db) if row.nickname == nickname)
    return row


def test_every_row_is_what_the_rules_say_of_the_animal(db: Database) -> None:
    mixed(db, 120)
    found = read(db)
    with db.read() as connection:
        states = {one.id: state_at(one.facts, NOW) for one in animals(connection, None)}
    assert len(found) > 10
    for row in found:
        state = states[row.subject_id]
        assert row.restriction_start == state.restriction_start
        for name in ("weight", "weighed_at", "weighed_today", "status", "adlib", "owed"):
            assert getattr(row, name) == getattr(state, name), name
        for name, value in (
            ("percentage_weight", state.percentage_weight),
            ("expected_weight", state.expected_weight),
            ("min_weight", state.min_weight),
            ("expected_water", state.required_water),
            ("given_water_total", state.given_water_total),
            ("remaining_water", state.remaining_water),
        ):
            mine = getattr(row, name)
            assert mine == (None if value is None else pytest.approx(value, abs=1e-9)), name


def test_an_end_that_lies_ahead_is_told(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab()
    for nickname, end in (("none", None), ("ahead", on(-3)), ("over", on(1))):
        subject = colony.subject(nickname, lab)
        colony.restriction(subject, on(5), end)
    colony.write()
    assert {row.nickname: row.restriction_end for row in read(db)} == {"none": None, "ahead": on(-3)}


def test_the_urgent_come_first_then_by_nickname(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab(reference_weight_pct=0.8, zscore_weight_pct=0.0)
    for nickname, weight in (
        ("c_ok", 24.0),
        ("B_ok", 24.0),
        ("d_near", 20.2),
        ("e_under", 19.5),
        ("f_critical", 18.0),
        ("a_unknown", None),
    ):
        subject = colony.subject(nickname, lab)
        colony.restriction(subject, on(5), reference_weight=25.0)
        if weight is not None:
            colony.weighing(subject, on(1), weight)
    colony.write()
    rows = read(db)
    assert [row.nickname for row in rows] == ["f_critical", "e_under", "d_near", "B_ok", "c_ok", "a_unknown"]
    assert [row.status for row in rows] == ["critical", "under", "near", "ok", "ok", "unknown"]


def test_what_is_owed_through_a_round(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab(reference_weight_pct=0.8, zscore_weight_pct=0.0)
    subject = colony.subject("one", lab)
    colony.restriction(subject, on(5))
    colony.write()
    row = row_of(db, "one")
    assert row.owed == ("weight",)  # never weighed: nothing can be said of its water
    assert row.expected_water is row.remaining_water is row.weighed_at is row.percentage_weight is None

    colony.weighing(subject, on(1), 24.0)
    colony.write()
    assert row_of(db, "one").owed == ("weight", "water")

    colony.weighing(subject, MORNING, 23.0)
    colony.write()
    row = row_of(db, "one")
    assert row.owed == ("water",)
    assert row.weighed_today
    assert row.weighed_at == MORNING
    assert row.percentage_weight == pytest.approx(92.0)
    assert row.remaining_water == pytest.approx(0.92)

    colony.water(subject, MORNING, 0.92)
    colony.write()
    row = row_of(db, "one")
    assert row.owed == ()
    assert row.given_water_total == pytest.approx(0.92)


def test_nothing_is_owed_on_a_day_with_water_ad_lib_but_the_weight(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    colony.restriction(subject, on(5))
    colony.weighing(subject, on(1), 24.0)
    colony.water(subject, MORNING, None, adlib=True)
    colony.write()
    row = row_of(db, "one")
    assert row.adlib
    assert row.remaining_water == 0
    assert row.owed == ("weight",)


def test_no_weighing_on_the_first_day_of_a_restriction_with_a_reference_weight(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab()
    for nickname, reference in (("with", 25.0), ("without", 0.0)):
        subject = colony.subject(nickname, lab)
        colony.weighing(subject, on(1), 24.0)
        colony.restriction(subject, on(0, 23.2), reference_weight=reference)
    colony.write()
    assert row_of(db, "with").owed == ("water",)
    assert row_of(db, "without").owed == ("weight", "water")


def test_what_is_planned_for_today_is_not_given(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("one", colony.lab())
    colony.subject("other", None)
    colony.restriction(subject, on(5))
    colony.weighing(subject, MORNING, 24.0)
    for day, amount in ((TODAY, 0.5), (TODAY, 0.3), (TODAY - timedelta(days=1), 7.0)):
        colony.plan(subject, day, amount)
    colony.write()
    row = row_of(db, "one")
    assert row.planned == pytest.approx(0.8)
    assert row.given_water_total == 0
    assert row.owed == ("water",)
    assert [row.planned for row in read(db)].count(None) == len(read(db)) - 1


def test_the_rows_of_some_animals_are_the_worklist_s(db: Database) -> None:
    """After a save only these are fetched again; an animal that is no longer on the list has no row."""
    mixed(db, 100)
    rows = read(db)
    chosen = {rows[7].subject_id, rows[2].subject_id}
    with db.read() as connection:
        every = {one.id for one in animals(connection, None)}
        away = next(iter(every - {row.subject_id for row in rows}))
        found = worklist_rows(connection, NOW, [rows[7].subject_id, away, rows[2].subject_id])
    assert found == tuple(row for row in rows if row.subject_id in chosen)


def test_of_one_lab(db: Database) -> None:
    mixed(db, 100)
    rows = read(db)
    lab_id = next(row.lab_id for row in rows if row.lab == "London")
    with db.read() as connection:
        found = worklist(connection, NOW, lab_id)
    assert found == tuple(row for row in rows if row.lab == "London")


def test_a_constant_number_of_statements(db: Database) -> None:
    colony = mixed(db, 40)
    with counted(db) as sent:
        few = read(db)
    assert len(sent) == 4
    lab = colony.lab("more")
    for number in range(100):
        colony.restriction(colony.subject(f"more{number}", lab), on(5), reference_weight=None)
    colony.write()
    with counted(db) as sent:
        assert len(read(db)) == len(few) + 100
    assert len(sent) == 4
    with counted(db) as sent, db.read() as connection:
        worklist_rows(connection, NOW, [few[0].subject_id])
    assert len(sent) <= 4


def test_an_empty_database(db: Database) -> None:
    assert read(db) == ()
