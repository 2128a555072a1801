"""The weighings since the last check: judged at their own date, told to who is there now, each once."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    ChangeLog,
    Lab,
    LabMember,
    LabMembership,
    NotificationRule,
    NotificationSetting,
    Subject,
    WaterRestriction,
)
from colonydesk.domain.delivery import Seen
from colonydesk.exchange.notices import check_weighings
from colonydesk.queries.due import Due, due, due_weighings
from colonydesk.services.notices.create import create, told_before
from colonydesk.services.undo import undo
from colonydesk.services.weights import CorrectWeighing, correct_weighing, record_weighing
from tests.builders import NOW, Scene, rows, scene, weighing
from tests.queries.colony import Colony, counted, mixed

YES = frozenset({"range", "change", "again", "cage_mate", "implant"})
HOURS = timedelta(hours=1)
DAYS = timedelta(days=1)


def find(db: Database, now: Any = NOW) -> Due:
    with db.read() as connection:
        return due_weighings(connection, now)


def titles(found: Due) -> list[str]:
    return [one.notice.title for one in found.matters]


def restrict(of: Scene, subject: UUID) -> UUID:
    return of.add(
        WaterRestriction, subject_id=subject, start_time=NOW - timedelta(days=9), reference_weight=25.0
    )


def weigh(of: Scene, weight: float, at: Any = NOW, subject: UUID | None = None) -> Any:
    command = weighing(of, weight, at, confirmed=YES, subject_id=subject or of.mouse)
    record_weighing(of.db, command, max(at, NOW))
    return command


@pytest.fixture
def of(db: Database) -> Scene:
    """The mouse is restricted at 25 g, in a lab that goes by 85 % of that; it is nobody's."""
    made = scene(db)
    restrict(made, made.mouse)
    return made


def test_each_is_judged_at_its_own_date(of: Scene) -> None:
    weigh(of, 24.0)
    weigh(of, 20.5, NOW - 2 * DAYS)
    found = find(of.db)
    assert titles(found) == ["WARNING: M1 weight was 82.0% on 2026-03-08 10:30:00"]
    assert found.seen == Seen(len(rows(of.db, ChangeLog)))


def test_a_correction_is_told_and_what_it_corrected_is_not(of: Scene) -> None:
    wrong = weigh(of, 20.0)
    right = CorrectWeighing(
        command_id=uuid4(), id=uuid4(), weighing_id=wrong.id, user_id=of.ann, weight=21.0, confirmed=YES
    )
    correct_weighing(of.db, right, NOW)
    [matter] = find(of.db).matters
    assert matter.record_id == right.id
    assert "21.00 g" in matter.notice.details


def test_of_two_on_a_day_the_later_is_told(of: Scene) -> None:
    weigh(of, 20.0, NOW - HOURS)
    later = weigh(of, 20.5)
    [matter] = find(of.db).matters
    assert (matter.record_id, "20.50 g" in matter.notice.details) == (later.id, True)


def test_one_that_was_undone_before_it_was_looked_at_is_not_told(of: Scene) -> None:
    undo(of.db, uuid4(), weigh(of, 20.0).command_id, of.ann, NOW)
    assert find(of.db).matters == ()


def test_old_entries_are_not_told_by_a_first_check(of: Scene) -> None:
    weigh(of, 20.0)
    assert titles(find(of.db, NOW + 8 * DAYS)) == []


# Back-dated: the weight is of then, the animal and the members are those of now


def test_an_old_weighing_is_told_to_the_members_of_now(of: Scene) -> None:
    """It lies before bob's time in the lab, and in eve's."""
    carol = of.add(LabMember, username="carol")
    today, day = NOW.date(), timedelta(days=1)
    for user, start, end in (
        (of.bob, today - 2 * day, None),
        (carol, date(2020, 1, 1), today - 2 * day),
    ):
        of.add(LabMembership, user_id=user, lab_id=of.lab, start_date=start, end_date=end)
        of.add(NotificationRule, user_id=user, notification_type="mouse_underweight", subjects_scope="lab")
    weigh(of, 20.0, NOW - 4 * DAYS)
    [matter] = find(of.db).matters
    assert matter.notice.title == "WARNING: M1 weight was 80.0% on 2026-03-06 09:30:00"
    assert matter.to == {of.bob}


def test_nothing_is_told_of_an_animal_that_died_since(of: Scene) -> None:
    weigh(of, 20.0, NOW - 4 * DAYS)
    with of.db.engine.begin() as connection:
        connection.execute(update(Subject).values(death_date=NOW.date() - timedelta(days=2)))
    assert find(of.db).matters == ()


# Damage


@pytest.fixture
def two_labs(of: Scene) -> Scene:
    """X1 lives in a lab of its own; it and the mouse are bob's, and were weighed below their thresholds."""
    far = of.add(Lab, name="far", timezone="UTC", reference_weight_pct=0.85)
    other = of.subject("X1", lab_id=far)
    restrict(of, other)
    with of.db.engine.begin() as connection:
        connection.execute(update(Subject).values(responsible_user_id=of.bob))
    weigh(of, 20.0, subject=other)
    weigh(of, 20.0)
    return of


def move_far_lab(of: Scene, timezone: str) -> None:
    with of.db.engine.begin() as connection:
        connection.execute(update(Lab).where(Lab.name == "far").values(timezone=timezone))


def told(of: Scene, now: Any) -> tuple[list[str], list[str]]:
    """What a check creates, and whose check failed."""
    checked = check_weighings(of.db, now)
    return [one.title.split()[1] for one in checked.created], [one.name for one in checked.due.failures]


def test_one_that_fails_is_looked_at_until_it_is_repaired_and_the_others_told_once(two_labs: Scene) -> None:
    of = two_labs
    move_far_lab(of, "Mars/Olympus")
    assert told(of, NOW) == (["M1"], ["X1"])
    changes = len(rows(of.db, ChangeLog))
    with counted(of.db) as sent:
        assert told(of, NOW + 2 * HOURS) == ([], ["X1"])
    assert sent == []  # nothing is written, however often it fails
    weigh(of, 20.2, NOW + 2 * HOURS)
    assert told(of, NOW + 3 * HOURS) == (["M1"], ["X1"])
    move_far_lab(of, "UTC")
    assert told(of, NOW + 5 * HOURS) == (["X1"], [])
    assert told(of, NOW + 9 * HOURS) == ([], [])
    [setting] = rows(of.db, NotificationSetting)
    assert (setting["weighings_seen"], setting["json"]) == (changes + 1, None)


def test_one_that_is_not_repaired_is_let_go_of_when_it_is_no_news_any_more(two_labs: Scene) -> None:
    of = two_labs
    move_far_lab(of, "Mars/Olympus")
    for hours in range(3):
        assert told(of, NOW + hours * HOURS)[1] == ["X1"]
    assert told(of, NOW + 8 * DAYS) == ([], [])
    [setting] = rows(of.db, NotificationSetting)
    assert setting["json"] is None


def test_a_check_that_was_overtaken_takes_nothing_back(two_labs: Scene) -> None:
    of, failed = two_labs, frozenset({UUID(int=7)})
    create(of.db, (), NOW, Seen(2, failed))
    create(of.db, (), NOW, Seen(1))
    [setting] = rows(of.db, NotificationSetting)
    assert (setting["weighings_seen"], setting["json"]) == (2, {"weighings_failed": [UUID(int=7).hex]})


def test_a_damaged_animal_stops_no_other(sqlite_url: str) -> None:
    db = open_database(sqlite_url)
    of = scene(db)
    other = of.subject("X1")
    for subject in (of.mouse, other):
        restrict(of, subject)
        weigh(of, 20.0, subject=subject)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE subject SET birth_date = 'in spring' WHERE nickname = 'X1'"))
    found = find(db)
    assert [one.split()[1] for one in titles(found)] == ["M1"]
    assert [one.name for one in found.failures] == ["X1"]
    db.close()


# Statements


def test_a_whole_check_with_new_weighings_asks_eight_times_at_most(of: Scene) -> None:
    mixed(of.db, 120, Colony(of.db, ids=random.Random(1)))
    animals = [of.subject(f"N{number}", responsible_user_id=of.ann) for number in range(20)]
    for animal in animals:
        restrict(of, animal)

    def asked() -> int:
        with counted(of.db) as sent, of.db.read() as connection:
            found = due(connection, NOW)
            assert told_before(connection, found.matters) == {}
        assert [one for one in titles(found) if one.startswith("WARNING")]
        return len(sent)

    weigh(of, 20.0, subject=animals[0])
    few = asked()
    for animal in animals[1:]:
        weigh(of, 20.0, subject=animal)
    assert few == asked() == 8
