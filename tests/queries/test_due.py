"""What is due, of a whole colony at once: the domain's answers, whatever lies in the books."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from colonydesk.db.engine import Database
from colonydesk.db.facts import animals
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    BreedingPair,
    CageCleaning,
    Housing,
    HousingSubject,
    Lab,
    LabMember,
    LabMembership,
    Line,
    Litter,
    NotificationRule,
    Session,
    SubjectRequest,
)
from colonydesk.domain.days import moment_of, zone
from colonydesk.domain.moment import state_at
from colonydesk.domain.notices import AnimalFacts, not_weighed, water_due
from colonydesk.queries import due as due_module
from colonydesk.queries.due import Due, due
from tests.queries.colony import NOW, Colony, counted, mixed, on


def find(db: Database, now: Any = NOW, **wanted: bool) -> Due:
    with db.read() as connection:
        return due(connection, now, **wanted)


def titles(found: Due, kind: str = "") -> list[str]:
    return [one.notice.title for one in found.matters if kind in ("", one.notice.notification_type)]


def colony_of_one(db: Database, **lab: Any) -> tuple[Colony, UUID, UUID]:
    """A restricted animal of ann's, with water yesterday at noon and no weighing today."""
    colony = Colony(db)
    ann = colony.add(LabMember, username="ann")
    rules = {"zscore_weight_pct": 0.0, "reference_weight_pct": 0.85, "timezone": "UTC", **lab}
    home = colony.lab(**rules)
    mouse = colony.subject("M1", home, responsible_user_id=ann)
    colony.restriction(mouse, on(9))
    colony.weighing(mouse, on(1), 22.0)
    return colony, mouse, ann


# Animals


def test_every_restricted_animal_gets_what_the_rules_say_of_it(db: Database) -> None:
    mixed(db, 120)
    found = find(db)
    with db.read() as connection:
        known = animals(connection, None)
    expected = []
    for one in known:
        state = state_at(one.facts, NOW)
        facts = one.facts
        local = zone(facts.lab.timezone)
        if facts.death_date is not None and facts.death_date <= local.day(NOW):
            continue
        if state.restriction_start is None:
            continue
        given = [place for place, at in enumerate(facts.water_times.tolist()) if at <= NOW.timestamp() * 1e6]
        last = given[-1] if given else None
        first_day = local.day(state.restriction_start) == local.day(NOW)
        animal = AnimalFacts(
            id=one.id,
            nickname=one.nickname,
            timezone=facts.lab.timezone,
            restricted_since=state.restriction_start,
            reference_weight=1.0 if first_day and "weight" not in state.owed else None,
            weighed_at=state.weighed_at,
            remaining=state.remaining_water,
            last_water_at=None if last is None else _moment(facts.water_times[last]),
            last_water=None
            if last is None or facts.water_adlib[last]
            else _amount(facts.water_amounts[last]),
        )
        if not (first_day and state.weight is None):
            expected.append(not_weighed(animal, NOW))
        expected.append(water_due(animal, NOW))
    told = [notice for notice in expected if notice is not None]
    assert len(told) > 20
    mine = [
        one.notice
        for one in found.matters
        if one.notice.notification_type in ("mouse_not_weighed", "mouse_water")
    ]
    never_weighed = {one.id for one in known if not len(one.facts.weighing_times)}
    wanted = Counter(_core(one) for one in told if one.subject_id not in never_weighed)
    assert Counter(_core(one) for one in mine if one.subject_id not in never_weighed) == wanted
    assert not found.failures


def _core(notice: Any) -> tuple[Any, ...]:
    return notice.title, notice.subject_id, notice.details.replace("User: -", "")


def _moment(value: Any) -> Any:
    return moment_of(int(value))


def _amount(value: Any) -> float | None:
    return None if value != value else float(value)


def test_the_statements_are_as_few_for_many_animals_as_for_one(db: Database) -> None:
    with counted(db) as few:
        find(db)
    mixed(db, 120)
    with counted(db) as many:
        assert find(db).matters
    # One more than in an empty colony: what came before a restriction that has no reference weight.
    assert len(few) <= len(many) <= len(few) + 1
    assert len(many) == 6


def test_an_animal_that_never_got_water_and_one_without_a_member_are_told(db: Database) -> None:
    colony, mouse, ann = colony_of_one(db)
    stray = colony.subject("M2", None, responsible_user_id=None)
    colony.restriction(stray, on(5))
    colony.write()
    found = find(db)
    assert not found.failures
    by_animal = {
        one.notice.subject_id: one for one in found.matters if one.notice.notification_type == "mouse_water"
    }
    assert "none since the restriction began" in by_animal[mouse].notice.details
    assert by_animal[mouse].to == {ann}
    [unweighed] = [
        one
        for one in found.matters
        if one.notice.subject_id == stray and one.notice.notification_type == "mouse_not_weighed"
    ]
    assert unweighed.to == frozenset()


def test_rules_and_memberships_choose_who_is_told(db: Database) -> None:
    colony, _, ann = colony_of_one(db)
    bob, carol, dave = (colony.add(LabMember, username=name) for name in ("bob", "carol", "dave"))
    lab_id = colony.rows[Lab][0]["id"]
    colony.add(LabMembership, user_id=bob, lab_id=lab_id, start_date=None, end_date=None)
    colony.add(LabMembership, user_id=carol, lab_id=lab_id, start_date=None, end_date=date(2025, 3, 1))
    for member, scope in ((bob, "lab"), (carol, "lab"), (dave, "all"), (ann, "none")):
        colony.add(
            NotificationRule, user_id=member, notification_type="mouse_not_weighed", subjects_scope=scope
        )
    colony.write()
    to = {one.notice.notification_type: one.to for one in find(db).matters}
    assert to["mouse_not_weighed"] == {bob, dave}
    assert to["mouse_water"] == {ann}


def test_a_membership_lasts_to_the_end_of_its_last_day_in_the_lab(db: Database) -> None:
    colony, _, ann = colony_of_one(db, timezone="America/New_York")
    bob = colony.add(LabMember, username="bob")
    last_day = {"start_date": None, "end_date": date(2025, 3, 30)}
    colony.add(LabMembership, user_id=bob, lab_id=colony.rows[Lab][0]["id"], **last_day)
    colony.add(NotificationRule, user_id=bob, notification_type="mouse_water", subjects_scope="lab")
    colony.write()
    for hour, to in ((27.9, {ann, bob}), (28.0, {ann})):  # midnight there is 04:00
        found = {one.notice.notification_type: one.to for one in find(db, on(0, hour)).matters}
        assert found["mouse_water"] == to


def test_members_who_have_left_are_told_nothing(db: Database) -> None:
    colony, mouse, ann = colony_of_one(db)
    left = colony.add(LabMember, username="left", is_active=False)
    theirs = colony.subject("M2", colony.rows[Lab][0]["id"], responsible_user_id=left)
    colony.restriction(theirs, on(9))
    colony.add(NotificationRule, user_id=left, notification_type="mouse_not_weighed", subjects_scope="all")
    colony.write()
    to = {
        one.notice.subject_id: one.to
        for one in find(db).matters
        if one.notice.notification_type == "mouse_not_weighed"
    }
    assert to == {mouse: {ann}, theirs: frozenset()}


def test_the_labs_delays_count(db: Database) -> None:
    colony, mouse, _ = colony_of_one(db, water_delay_hours=10.0, notification_delay_seconds=60)
    colony.water(mouse, NOW - timedelta(hours=11), 0.2)
    colony.write()
    [water] = [one for one in find(db).matters if one.notice.notification_type == "mouse_water"]
    assert water.delay == timedelta(seconds=60)
    assert "Delay: 11.0 hours" in water.notice.details


def test_reminders_wait_for_the_labs_hour_water_does_not(db: Database) -> None:
    colony, _, _ = colony_of_one(db, reminder_hour=17, timezone="Europe/London")
    colony.write()
    early, late = on(0, 15.9), on(0, 16.1)  # 16:54 and 17:06 in summer time
    kinds = {one.notice.notification_type for one in find(db, early, reminders=True).matters}
    assert kinds == {"mouse_water"}
    kinds = {one.notice.notification_type for one in find(db, late, reminders=True).matters}
    assert kinds == {"mouse_water", "mouse_not_weighed", "mouse_training"}
    assert {one.notice.notification_type for one in find(db, early).matters} == kinds


def test_training_counts_the_sessions_of_the_week(db: Database) -> None:
    colony, mouse, _ = colony_of_one(db)
    for days in range(1, 6):
        colony.add(Session, subject_id=mouse, start_time=on(days), qc=0)
    colony.write()
    assert titles(find(db), "mouse_training") == []
    assert titles(find(db, on(-3)), "mouse_training") != []


def test_the_young_are_weaned_and_genotyped(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab(timezone="UTC")
    today = NOW.date()
    colony.subject("pup", lab, birth_date=today - timedelta(days=22))
    colony.subject("old", lab, birth_date=today - timedelta(days=90))
    colony.subject("weaned", lab, birth_date=today - timedelta(days=22), wean_date=today)
    colony.subject("dead", lab, birth_date=today - timedelta(days=22), death_date=today)
    colony.subject("test", lab, birth_date=today - timedelta(days=400), wean_date=today, to_be_genotyped=True)
    colony.subject("human", lab, birth_date=today - timedelta(days=22), is_human=True)
    colony.write()
    assert sorted(titles(find(db))) == [
        f"pup: wean, due {today - timedelta(days=1)}",
        f"test: genotype, due {today - timedelta(days=372)}",
    ]


# Damage


@pytest.mark.parametrize("damage", ["'in spring'", "x'00ff'"])
def test_a_damaged_record_is_listed_and_stops_no_other(sqlite_url: str, damage: str) -> None:
    db = open_database(sqlite_url)
    colony, mouse, _ = colony_of_one(db)
    lab = colony.rows[Lab][0]["id"]
    broken = colony.subject("M0", lab)
    colony.restriction(broken, on(5))
    colony.write()
    with db.engine.begin() as connection:
        connection.execute(text(f"UPDATE subject SET birth_date = {damage} WHERE nickname = 'M0'"))
    found = find(db)
    assert [one.name for one in found.failures] == ["M0"]
    assert {one.notice.subject_id for one in found.matters} == {mouse}
    assert len(found.matters) == 3
    db.close()


@pytest.mark.parametrize(
    ("damage", "failed"),
    [
        ("UPDATE lab_membership SET start_date = 'in spring'", "ann's membership of a lab"),
        ("UPDATE lab_membership SET end_date = '2025-02-30'", "ann's membership of a lab"),
        ("UPDATE notification_rule SET user_id = 'ann'", "nobody's rule"),
    ],
)
def test_a_damaged_rule_or_membership_is_listed_and_stops_no_check(
    sqlite_url: str, damage: str, failed: str
) -> None:
    db = open_database(sqlite_url)
    colony, mouse, ann = colony_of_one(db)
    colony.add(LabMembership, user_id=ann, lab_id=colony.rows[Lab][0]["id"], start_date=None, end_date=None)
    colony.add(NotificationRule, user_id=ann, notification_type="mouse_water", subjects_scope="lab")
    colony.write()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as damaging:  # no keys are checked
        damaging.execute(damage)
        damaging.commit()
    found = find(db)
    assert [one.name for one in found.failures] == [failed]
    assert {one.notice.subject_id for one in found.matters} == {mouse}
    assert len(found.matters) == 3
    db.close()


def test_bytes_where_a_day_should_be_keep_no_animal_from_being_told_of(sqlite_url: str) -> None:
    db = open_database(sqlite_url)
    colony, mouse, ann = colony_of_one(db)
    colony.add(SubjectRequest, user_id=ann, count=2, due_date=NOW.date())
    colony.write()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE subject_request SET due_date = x'00ff'"))
    with db.plain() as plain:
        found = due(plain, NOW)
    assert [one.name for one in found.failures] == ["Cages, requests and pairs"]
    assert [one.notice.subject_id for one in found.matters] == [mouse] * 3
    db.close()


def test_a_lab_with_a_zone_that_nobody_knows_stops_no_other_lab(db: Database) -> None:
    colony, mouse, _ = colony_of_one(db)
    lost = colony.lab("lost", timezone="Mars/Olympus")
    far = colony.subject("X1", lost)
    colony.restriction(far, on(5))
    colony.write()
    found = find(db)
    assert {one.name for one in found.failures} == {"X1"}
    assert len([one for one in found.matters if one.notice.subject_id == mouse]) == 3


# Cages, requests, pairs


def cage(colony: Colony, lab: UUID, days: int, every: int | None, name: str) -> UUID:
    housing = colony.add(Housing, cage_name=name, cage_cleaning_frequency_days=every)
    mouse = colony.subject(f"in {name}", lab, wean_date=date(2025, 1, 1))
    colony.add(HousingSubject, housing_id=housing, subject_id=mouse, start_datetime=on(days))
    return housing


def test_cages_are_cleaned_by_their_own_frequency_else_the_labs(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab(timezone="UTC", cage_cleaning_frequency_days=10)
    cage(colony, lab, 7, 7, "A")
    cage(colony, lab, 6, 7, "B")
    cage(colony, lab, 10, None, "C")
    cleaned = cage(colony, lab, 30, 7, "D")
    colony.add(CageCleaning, housing_id=cleaned, date_time=on(2))
    empty = colony.add(Housing, cage_name="E", cage_cleaning_frequency_days=1)
    gone = colony.subject("gone", lab, wean_date=date(2025, 1, 1))
    colony.add(HousingSubject, housing_id=empty, subject_id=gone, start_datetime=on(30), end_datetime=on(20))
    colony.write()
    assert sorted(titles(find(db))) == [
        f"Cage A: clean, due {NOW.date()}",
        f"Cage C: clean, due {NOW.date()}",
    ]


def test_a_request_is_told_to_who_asked_and_the_stock_managers_while_animals_are_missing(
    db: Database,
) -> None:
    colony = Colony(db)
    ann = colony.add(LabMember, username="ann")
    stock = colony.add(LabMember, username="stock", is_stock_manager=True)
    colony.add(LabMember, username="left", is_stock_manager=True, is_active=False)
    lab = colony.lab(timezone="UTC")
    line = colony.add(Line, nickname="CK")
    request = colony.add(
        SubjectRequest, user_id=ann, line_id=line, count=2, due_date=NOW.date() + timedelta(days=7)
    )
    usual = {
        "line_id": line,
        "request_id": request,
        "responsible_user_id": ann,
        "wean_date": date(2025, 1, 1),
    }
    colony.subject("one", lab, **usual)
    colony.subject("dead", lab, death_date=date(2025, 2, 1), **usual)
    colony.write()
    [matter] = find(db).matters
    assert matter.notice.title == f"ann's request for 2 CK: due {NOW.date() + timedelta(days=7)}"
    assert "Still to be assigned: 1 of 2" in matter.notice.details
    assert matter.to == {ann, stock}
    colony.subject("two", lab, **usual)
    colony.write()
    assert find(db).matters == ()


def test_a_request_of_nobody_or_of_any_line_is_full_with_its_animals(db: Database) -> None:
    colony = Colony(db)
    colony.add(LabMember, username="stock", is_stock_manager=True)
    ann = colony.add(LabMember, username="ann")
    line = colony.add(Line, nickname="CK")
    lab = colony.lab(timezone="UTC")
    usual = {"responsible_user_id": ann, "line_id": line, "wean_date": date(2025, 1, 1)}
    for asked in ({"user_id": ann}, {"line_id": line}):
        request = colony.add(SubjectRequest, count=1, due_date=NOW.date(), **asked)
        colony.subject(f"of {request}", lab, request_id=request, **usual)
    colony.write()
    assert find(db).matters == ()


def test_a_pair_is_checked_while_it_can_breed(db: Database) -> None:
    colony = Colony(db)
    ann = colony.add(LabMember, username="ann")
    lab = colony.lab(timezone="UTC")
    usual = {"wean_date": date(2025, 1, 1), "responsible_user_id": ann}
    father, mother = (colony.subject(name, lab, **usual) for name in ("father", "mother"))
    dead = colony.subject("dead", lab, death_date=date(2025, 3, 1), **usual)
    colony.write()

    def pair(name: str, **values: Any) -> UUID:
        parents = {"father_id": father, "mother1_id": mother, "start_date": NOW.date() - timedelta(days=45)}
        return colony.add(BreedingPair, name=name, **{**parents, **values})

    pair("P1")
    pair("P2", end_date=NOW.date() - timedelta(days=1))
    pair("P3", father_id=dead)
    pair("P4", mother1_id=dead)
    litter = pair("P5")
    colony.add(Litter, name="L1", breeding_pair_id=litter, birth_date=NOW.date() - timedelta(days=5))
    colony.write()
    [matter] = find(db).matters
    assert matter.notice.title == (
        f"Breeding pair P1: check, 42 days without a litter, due {NOW.date() - timedelta(days=3)}"
    )
    assert (matter.notice.subject_id, matter.to) == (mother, {ann})


def test_the_numbers_of_a_damaged_colony_are_those_of_a_sound_one(db: Database, monkeypatch: Any) -> None:
    """The way round (each animal by itself) tells the same as the usual one."""
    mixed(db, 60)
    usual = find(db)
    broken = {"ran": 0}

    def fail(*_: Any, **__: Any) -> Any:
        broken["ran"] += 1
        raise ValueError("a damaged record")

    monkeypatch.setattr(due_module, "status_of", fail)
    slow = find(db)
    assert broken["ran"] == 1
    assert len(slow.matters) == len(usual.matters) > 20
    for one, other in zip(slow.matters, usual.matters, strict=True):
        assert one.notice._replace(details="") == other.notice._replace(details="")
