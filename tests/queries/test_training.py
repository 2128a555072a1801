"""The training week: the days by each lab's clock, who is on it, and who was trained too little."""

from datetime import date, timedelta
from uuid import uuid4

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Session
from colonydesk.queries.training import (
    Trained,
    TrainingDay,
    TrainingRow,
    TrainingWeek,
    monday_of,
    training_week,
)
from tests.queries.colony import NOW, Colony, counted, mixed, on

# In London NOW is Monday 31 March, half past midnight; 30 March, NOW's UTC day, is a Sunday.
LAST_WEEK = date(2025, 3, 24)


def week(db: Database, day: date = LAST_WEEK, **scope: object) -> TrainingWeek:
    with db.read() as connection:
        return training_week(connection, day, NOW, **scope)  # type: ignore[arg-type]


def row_of(db: Database, nickname: str, day: date = LAST_WEEK) -> TrainingRow:
    (row,) = (row for row in week(db, day).rows if row.nickname == nickname)
    return row


def trained(row: TrainingRow) -> list[int]:
    return [len(day.sessions) for day in row.days]


def test_monday_to_sunday_of_any_day() -> None:
    for number in range(7):
        assert monday_of(LAST_WEEK + timedelta(days=number)) == LAST_WEEK
    assert monday_of(date(2025, 3, 31)) == date(2025, 3, 31)


def test_sessions_stand_on_the_lab_s_day_with_protocol_and_trials(db: Database) -> None:
    colony = Colony(db)
    london, kiritimati = colony.lab("London"), colony.lab("Kiritimati", timezone="Pacific/Kiritimati")
    for lab in (london, kiritimati):
        subject = colony.subject(f"in {lab.hex[:3]}", lab)
        # 30 March, 23:10 UTC: already Monday in both; 29 March, 12:00 UTC: Sunday on Kiritimati
        for at in (on(0, 23.2), on(1, 12)):
            colony.add(
                Session, subject_id=subject, start_time=at, task_protocol="detection", n_trials=300,
                n_correct_trials=210,
            )  # fmt: skip
    colony.write()
    here, far = (row_of(db, f"in {lab.hex[:3]}") for lab in (london, kiritimati))
    assert trained(here) == [0, 0, 0, 0, 0, 1, 0]
    assert trained(far) == [0, 0, 0, 0, 0, 0, 1]
    assert trained(row_of(db, here.nickname, date(2025, 4, 2))) == [1, 0, 0, 0, 0, 0, 0]
    session = here.days[5].sessions[0]
    assert (session.task_protocol, session.n_trials, session.n_correct_trials) == ("detection", 300, 210)


def test_who_is_on_it(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab()
    colony.subject("neither", lab)
    restricted = colony.subject("restricted", lab)
    colony.restriction(restricted, on(3))
    ended = colony.subject("ended", lab)
    colony.restriction(ended, on(20), on(10))
    dead = colony.subject("dead", lab, death_date=date(2025, 3, 1))
    colony.restriction(dead, on(50))
    person = colony.subject("person", lab, is_human=True)
    only_trained = colony.subject("trained", lab)
    for subject in (person, only_trained):
        colony.add(Session, subject_id=subject, start_time=on(2))
    colony.write()
    found = week(db)
    assert [row.nickname for row in found.rows] == ["restricted", "trained"]
    assert [day.restricted for day in found.rows[0].days] == [False] * 3 + [True] * 4
    assert found.rows[0].restricted
    assert not found.rows[1].restricted


def test_fewer_than_five_days(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab()
    for name, days in (("five", (0, 1, 2, 3, 4)), ("four", (1, 2, 3, 4)), ("twice a day", (2, 2, 2, 2, 2))):
        subject = colony.subject(name, lab)
        colony.restriction(subject, on(40))
        for number, day in enumerate(days):
            colony.add(Session, subject_id=subject, start_time=on(day, 9 + number))
    colony.write()
    found = {row.nickname: row for row in week(db).rows}
    assert {name: row.trained for name, row in found.items()} == {"five": 5, "four": 4, "twice a day": 1}
    assert {name: row.state for name, row in found.items()} == {
        "five": "ok",
        "four": "under",
        "twice a day": "under",
    }
    # the week has just begun: all its days are left
    assert {row.state for row in week(db, date(2025, 3, 31)).rows} == {"open"}


def test_a_week_is_a_matter_of_concern_only_when_no_day_can_be_left_out() -> None:
    def row(trained: int, left: int) -> TrainingRow:
        days = tuple(
            TrainingDay(date(2025, 3, 24 + day), True, False, (Trained(uuid4(), NOW, None, None, None),))
            for day in range(trained)
        )
        return TrainingRow(uuid4(), "M1", None, None, "UTC", "", days, left)

    states = [row(trained, left).state for trained, left in ((5, 0), (1, 5), (1, 4), (1, 3))]
    assert states == ["ok", "open", "near", "under"]


def test_the_parts_of_a_session_are_not_sessions_of_their_own(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("M1", colony.lab())
    colony.restriction(subject, on(40))
    whole = colony.add(Session, subject_id=subject, start_time=on(1, 9), n_trials=300)
    for hour in (9, 10):
        colony.add(Session, subject_id=subject, start_time=on(1, hour), parent_session_id=whole)
    # Of a session without a time the parts are all that is known of the day.
    undated = colony.add(Session, subject_id=subject)
    colony.add(Session, subject_id=subject, start_time=on(2, 9), parent_session_id=undated)
    colony.write()
    row = row_of(db, "M1")
    assert row.trained == 2
    assert sorted(trained(row)) == [0, 0, 0, 0, 0, 1, 1]
    assert [session.id for day in row.days for session in day.sessions if session.n_trials] == [whole]


def test_of_a_lab_and_of_a_member(db: Database) -> None:
    colony = Colony(db)
    ann = colony.add(LabMember, username="ann")
    one, other = colony.lab("one"), colony.lab("other")
    for name, lab, member in (("A", one, ann), ("B", one, None), ("C", other, None)):
        colony.restriction(colony.subject(name, lab, responsible_user_id=member), on(40))
    colony.write()
    assert [row.nickname for row in week(db, lab_id=one).rows] == ["A", "B"]
    assert [(row.nickname, row.responsible) for row in week(db, member_id=ann).rows] == [("A", "ann")]


def test_a_constant_number_of_statements(db: Database) -> None:
    for count in (20, 60):
        mixed(db, count, Colony(db)) if count == 20 else None
        with counted(db) as sent:
            week(db)
        assert len(sent) == 3
        colony = Colony(db)
        colony.ids.seed(count)
        lab = colony.lab(f"more {count}")
        for number in range(count):
            subject = colony.subject(f"more{count}_{number}", lab)
            colony.restriction(subject, on(5))
            colony.add(Session, subject_id=subject, start_time=on(2))
        colony.write()


def test_an_empty_database(db: Database) -> None:
    found = week(db)
    assert found.rows == ()
    assert found.days[0] == LAST_WEEK
    assert len(found.days) == 7
