"""The reports: who is on them, their numbers against what other queries say, and each lab's own days."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Cull,
    LabMember,
    Notification,
    Session,
    Subject,
    Surgery,
    Weighing,
)
from colonydesk.domain.errors import Refused
from colonydesk.queries.due import due
from colonydesk.queries.history import histories
from colonydesk.queries.reports import REPORTS, report, usual_days
from colonydesk.queries.worklist import worklist
from colonydesk.services.notices.marks import mark_notifications
from tests.queries.colony import NOW, Colony, counted, mixed, on
from tests.queries.reports import TODAY, YESTERDAY, by_reference, made, names, table
from tests.services.notices import mark, waiting_notification

# Water restriction


def test_the_weight_and_water_of_the_day_and_of_the_day_before(db: Database) -> None:
    colony = Colony(db)
    lab = by_reference(colony, name="Hale lab")
    ann = colony.add(LabMember, username="ann")
    subject = colony.subject("A1", lab, responsible_user_id=ann)
    colony.restriction(subject, on(10))  # from 25 g
    session = colony.add(Session, subject_id=subject, start_time=on(0, 23.1))
    colony.weighing(subject, on(0, 10), 21.0)  # 30 March
    colony.weighing(subject, on(0, 23.2), 22.0)  # ten past midnight on the 31st
    for at, amount, where in ((10, 0.5, None), (11, 0.3, None), (23.1, 0.3, session), (23.3, 0.2, None)):
        colony.water(subject, on(0, at), amount, session_id=where)
    colony.write()
    found = made(db, "water-restriction")
    assert (found.first, found.last, found.timezone) == (TODAY, TODAY, "Europe/London")
    (row,) = found.rows
    assert row.opens == ("subject", subject)
    assert row.cells[:4] == ("A1", "Hale lab", "C1", "ann")
    numbers = row.cells[4:14]
    assert numbers == pytest.approx((21.0, 84.0, 0.8, 22.0, 88.0, 0.3, 0.2, 0.5, 0.88, 0.38))
    assert (row.cells[14], row.state) == ("ok, to water", "ok")
    assert found.counted == ((1, "animals"), (1, "with water owed"))
    (before,) = made(db, "water-restriction", YESTERDAY).rows
    assert before.cells[7:9] == pytest.approx((21.0, 84.0))
    assert before.cells[14] == "ok, water owed"


def test_of_a_day_that_is_over_nothing_is_still_to_be_done(db: Database) -> None:
    colony = Colony(db)
    subject = colony.subject("A1", by_reference(colony, name="Hale lab"))
    colony.restriction(subject, on(10))
    colony.weighing(subject, on(5), 22.0)
    colony.write()
    assert made(db, "water-restriction").counted[1] == (1, "to be weighed")
    assert made(db, "water-restriction", YESTERDAY).counted[1] == (1, "not weighed")


def test_a_day_of_water_ad_lib_says_so(db: Database) -> None:
    colony = Colony(db)
    lab = by_reference(colony, name="Hale lab")
    subject = colony.subject("A1", lab)
    colony.restriction(subject, on(10))
    colony.weighing(subject, on(0, 10), 22.0)
    colony.water(subject, on(0, 11), None, adlib=True)
    colony.write()
    (today,) = made(db, "water-restriction", YESTERDAY).rows
    assert today.cells[13:15] == (0.0, "ok, ad lib")
    (after,) = made(db, "water-restriction").rows
    assert "ad lib" not in after.cells[14]


def test_it_says_of_today_what_the_worklist_says(db: Database) -> None:
    mixed(db, 60)
    found = made(db, "water-restriction")
    with db.read() as connection:
        rows = {row.subject_id: row for row in worklist(connection, NOW)}
    assert {row.opens[1] for row in found.rows if row.opens} == rows.keys()
    assert len(rows) > 5
    for row in found.rows:
        assert row.opens is not None
        of = rows[row.opens[1]]
        weight, percentage = row.cells[7:9]
        reward, supplement, given, required, remaining, words = row.cells[9:15]
        assert (weight, percentage) == (
            pytest.approx((of.weight, of.percentage_weight), nan_ok=True)
            if of.weighed_today
            else (None, None)
        )
        assert given == pytest.approx(of.given_water_total)
        assert reward + supplement == pytest.approx(given)
        assert (required, remaining) == pytest.approx((of.expected_water, of.remaining_water))
        assert row.state == of.status
        assert ("to weigh" in words or "never weighed" in words) == ("weight" in of.owed)
        assert ("to water" in words) == ("water" in of.owed)


def test_a_past_day_is_as_in_the_daily_history(db: Database) -> None:
    mixed(db, 60)
    day = date(2025, 3, 21)
    found = made(db, "water-restriction", day)
    with db.read() as connection:
        known = {one.id: one.days for one in histories(connection, None, NOW, day, day)}
    restricted = {row_id for row_id, days in known.items() if len(days) and days.is_water_restricted[0]}
    seen = {row.opens[1]: row for row in found.rows if row.opens}
    # who died on that day is not on it; who has no record yet is in no history
    assert restricted - seen.keys() == set()
    for row_id in restricted:
        row, days = seen[row_id], known[row_id]
        assert row.cells[11] == pytest.approx(days.given_water_total[0])
        if not np.isnan(days.expected_water[0]):
            assert row.cells[12] == pytest.approx(days.expected_water[0])


def test_an_animal_without_any_record_is_there_and_said_to_be_never_weighed(db: Database) -> None:
    colony = Colony(db)
    colony.restriction(colony.subject("new", by_reference(colony)), on(2))
    colony.write()
    (row,) = made(db, "water-restriction").rows
    assert row.cells[4:9] == (None,) * 5
    assert row.cells[9:14] == (0.0, 0.0, 0.0, None, None)
    assert (row.cells[14], row.state) == ("never weighed", "unknown")


def test_the_dead_the_human_and_those_whose_restriction_ended_are_not_on_it(db: Database) -> None:
    colony = Colony(db)
    lab = by_reference(colony)
    colony.restriction(colony.subject("on", lab), on(9))
    colony.restriction(colony.subject("dead", lab, death_date=YESTERDAY), on(9))
    colony.restriction(colony.subject("human", lab, is_human=True), on(9))
    colony.restriction(colony.subject("ended", lab), on(9), on(3))
    colony.write()
    assert names(made(db, "water-restriction")) == ["on"]
    assert names(made(db, "water-restriction", date(2025, 3, 25))) == ["dead", "ended", "on"]


def test_today_is_each_lab_s_own_day(db: Database) -> None:
    colony = Colony(db)
    london, far = by_reference(colony, name="A"), by_reference(colony, name="B", timezone="America/New_York")
    for nickname, lab in (("here", london), ("far", far)):
        subject = colony.subject(nickname, lab)
        colony.restriction(subject, on(5))
        colony.weighing(subject, on(0, 14), 22.0)  # the 30th in both; in New York that is today
    colony.write()
    found = dict(table(made(db, "water-restriction"), "nickname", "weight"))
    assert found == {"here": None, "far": 22.0}
    assert names(made(db, "water-restriction", lab_id=far)) == ["far"]


# Underweight


def test_who_is_underweight(db: Database) -> None:
    colony = Colony(db)
    lab = by_reference(colony)
    for nickname, weight, end in (
        ("ok", 21.0, None),
        ("under", 19.5, None),
        ("critical", 18.0, None),
        ("off", 19.5, on(3)),  # not restricted any more: only below the absolute minimum
        ("off and critical", 18.5, on(3)),
        ("not weighed", None, None),
    ):
        subject = colony.subject(nickname.replace(" ", "_"), lab)
        colony.restriction(subject, on(10), end)
        if weight is not None:
            colony.weighing(subject, on(1, 10), weight)
    colony.write()
    found = made(db, "underweight")
    assert table(found, "nickname", "restricted", "state") == [
        ("critical", "yes", "below the absolute minimum"),
        ("off_and_critical", "no", "below the absolute minimum"),
        ("under", "yes", "under the threshold"),
    ]
    assert [row.state for row in found.rows] == ["critical", "critical", "under"]
    (weight, weighed, percentage, expected, least) = table(
        found, "weight", "weighed", "percentage_weight", "expected_weight", "min_weight"
    )[2]
    assert weighed == date(2025, 3, 29)
    assert (weight, percentage, expected, least) == pytest.approx((19.5, 78.0, 25.0, 20.0))
    assert found.counted == ((3, "animals"), (2, "below the absolute minimum"))


# To be done


def test_surgery_pending(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab()
    ann = colony.add(LabMember, username="ann")
    for nickname, values in (
        ("waits", {}),
        ("planned", {}),
        ("had", {}),
        ("undated", {}),
        ("nobody", {"responsible_user_id": None}),
        ("dead", {"death_date": YESTERDAY}),
        ("cull", {"to_be_culled": True}),
        ("human", {"is_human": True}),
    ):
        subject = colony.subject(nickname, lab, **{"responsible_user_id": ann, **values})
        if nickname == "had":
            colony.surgery(subject, on(5), 0.0)
        elif nickname == "undated":
            colony.surgery(subject, None, 0.0)
        elif nickname == "planned":
            colony.surgery(subject, on(-3), 0.0)
            colony.surgery(subject, on(-9), 0.0)
    colony.write()
    found = made(db, "surgery-pending")
    assert table(found, "nickname", "planned") == [("planned", date(2025, 4, 2)), ("waits", None)]
    assert table(found, "age_days")[0] == ((TODAY - date(2024, 11, 20)).days,)


def test_to_do(db: Database) -> None:
    colony = Colony(db)
    lab, other = colony.lab("one"), colony.lab("other")
    ann = colony.add(LabMember, username="ann")
    colony.subject("geno", lab, to_be_genotyped=True, responsible_user_id=ann)
    colony.subject("dead_geno", lab, to_be_genotyped=True, death_date=YESTERDAY)
    colony.subject("cull", lab, to_be_culled=True)
    colony.subject("both", other, to_be_culled=True, to_be_genotyped=True)
    culled = colony.subject("culled", lab, death_date=YESTERDAY, responsible_user_id=ann)
    colony.add(Cull, subject_id=culled, date=YESTERDAY)
    colony.write()
    found = made(db, "to-do")
    assert found.grouped
    assert sorted(table(found, "to_do", "nickname")) == [
        ("cull", "both"),
        ("cull", "cull"),
        ("genotype", "both"),
        ("genotype", "geno"),
        ("reduce", "culled"),
        ("reduce", "dead_geno"),
    ]
    assert found.counted == (
        (2, "to be genotyped"),
        (2, "to be culled"),
        (2, "to be reduced (died in the last 90 days)"),
    )
    assert names(made(db, "to-do", lab_id=other)) == ["both", "both"]
    assert names(made(db, "to-do", member_id=ann)) == ["geno", "culled"]


# What was done


def test_training_counts_the_sessions_of_the_seven_days_before_the_day(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab()
    few, many, idle = (colony.subject(name, lab) for name in ("few", "many", "idle"))
    old, ended = (colony.subject(name, lab) for name in ("old", "ended"))
    for subject in (few, many):
        colony.restriction(subject, on(40))
    colony.restriction(ended, on(40), on(3))
    for back in (0, 0, 1, 7, -1):  # the last two are on the day itself, and before the seven
        colony.add(Session, subject_id=few, start_time=on(back))
    for back in range(7):
        colony.add(Session, subject_id=many, start_time=on(back))
    colony.add(Session, subject_id=idle, start_time=on(2))  # not on restriction
    # In the calendar's weeks that the days reach over, not in the seven days.
    colony.add(Session, subject_id=old, start_time=on(-1))
    colony.write()
    found = made(db, "training")
    assert (found.first, found.last) == (date(2025, 3, 24), YESTERDAY)
    days = [column.key for column in found.columns if column.kind == "number"]
    assert days[:7] == [(found.first + timedelta(days=n)).isoformat() for n in range(7)]
    assert table(found, "nickname", *days) == [
        ("ended", 0, 0, 0, 0, 0, 0, 0, 0),
        ("few", 0, 0, 0, 0, 0, 1, 2, 2),
        ("idle", 0, 0, 0, 0, 1, 0, 0, 1),
        ("many", 1, 1, 1, 1, 1, 1, 1, 7),
    ]
    assert [row.state for row in found.rows] == ["", "under", "", "ok"]
    assert table(found, "state") == [
        ("not on restriction",),
        ("fewer than 5 days",),
        ("not on restriction",),
        ("ok",),
    ]
    assert found.counted == ((4, "animals"), (1, "trained on fewer than 5 days"))


@pytest.mark.parametrize("days", range(7))
def test_the_report_and_the_notification_say_the_same_of_each_animal(db: Database, days: int) -> None:
    """On each day of the week, of animals that were trained on one to seven of the days before."""
    now = NOW + timedelta(days=days)
    colony = Colony(db)
    lab = colony.lab()
    for number in range(1, 8):
        subject = colony.subject(f"S{number}", lab)
        colony.restriction(subject, on(40))
        for back in (*range(number), -1):  # the last is on the day itself
            colony.add(Session, subject_id=subject, start_time=on(back - days))
    colony.write()
    few = {row.cells[0] for row in made(db, "training", now=now).rows if row.state == "under"}
    with db.read() as connection:
        matters = due(connection, now).matters
    told = {
        one.notice.title.split()[0] for one in matters if one.notice.notification_type == "mouse_training"
    }
    assert few == told == {"S1", "S2", "S3", "S4"}


def test_changes_of_yesterday_in_words(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab()
    ann, bob = (colony.add(LabMember, username=name) for name in ("ann", "bob"))
    subject = colony.subject("A1", lab, cage="C1")
    colony.write()
    surgery = uuid4()

    def change(user: UUID, at: datetime, **values: Any) -> None:
        with db.unit(uuid4(), "test", user, at) as unit:
            unit.update(Subject, subject, values)

    change(ann, on(1, 22.5), cage="C2")  # the 29th, 22:30
    change(ann, on(0, 0.5), cage="C3", sex="F")  # the 30th, 00:30 before the clocks go on
    change(ann, on(0, 23.2), cage="C5")  # the 31st
    with db.unit(uuid4(), "test", ann, on(0, 13)) as unit:
        unit.insert(Surgery, {"id": surgery, "subject_id": subject, "narrative": "headplate"})
    with db.unit(uuid4(), "test", ann, on(0, 14)) as unit:
        unit.delete(Surgery, surgery)
    change(bob, on(0, 12), cage="C4")  # entered offline, and here last
    found = made(db, "changes", member_id=ann)
    assert (found.first, found.last) == (YESTERDAY, YESTERDAY)
    assert table(found, "user", "action", "record") == [
        ("ann", "changed", "subject A1"),
        ("ann", "added", "surgery"),
        ("ann", "deleted", "surgery"),
    ]
    texts = [text for (text,) in table(found, "change")]
    assert "cage C1" not in texts[0]
    assert "cage C2 to C3" in texts[0]
    assert "sex male to female" in texts[0]
    assert "narrative headplate" in texts[1]
    assert [row.opens for row in found.rows] == [("subject", subject), ("surgery", surgery), None]
    assert [at for (at,) in table(made(db, "changes"), "at")] == [on(0, 0.5), on(0, 12), on(0, 13), on(0, 14)]
    assert len(made(db, "changes", TODAY, TODAY).rows) == 1


def test_of_too_many_changes_the_latest_are_listed_and_all_counted(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colonydesk.queries.reports.work.CHANGES_MOST", 2)
    colony = Colony(db)
    subject = colony.subject("A1", colony.lab())
    colony.write()
    for hour in (9, 10, 11):
        with db.unit(uuid4(), "test", None, on(0, hour)) as unit:
            unit.update(Subject, subject, {"cage": f"C{hour}"})
    found = made(db, "changes")
    assert [at for (at,) in table(found, "at")] == [on(0, 10), on(0, 11)]
    assert found.counted == ((3, "changes"), (2, "listed, the latest"))


def test_that_a_notification_was_read_or_sent_is_no_change(db: Database) -> None:
    colony = Colony(db)
    by_reference(colony)
    ann = colony.add(LabMember, username="ann")
    colony.write()
    one = waiting_notification(db, ann, send_at=on(0, 12))
    mark_notifications(db, mark(ann, one, as_="read"), on(0, 12))
    with db.unit(uuid4(), "test", None, on(0, 13)) as unit:
        unit.update(Notification, one, {"status": "sent", "sent_at": on(0, 13)})
    assert made(db, "changes", member_id=ann).rows == ()
    assert made(db, "changes").rows == ()


def test_changes_call_fields_as_people_do(db: Database) -> None:
    colony = Colony(db)
    ann, bob = (colony.add(LabMember, username=name) for name in ("ann", "bob"))
    subject = colony.subject("A1", colony.lab())
    weighing = colony.weighing(subject, on(0, 8), 24.5)
    colony.write()
    with db.unit(uuid4(), "test", ann, on(0, 12)) as unit:
        unit.update(Subject, subject, {"responsible_user_id": bob})
        unit.update(Weighing, weighing, {"weight": 25.0, "date_time": on(0, 9), "user_id": bob})
    texts = [text for (text,) in table(made(db, "changes"), "change")]
    assert "responsible member nothing to bob" in texts[0]
    said = texts[1].split(", ")
    assert {"weight 24.5 g to 25 g", "member nothing to bob"} <= set(said)
    assert any(part.startswith("time 30 Mar ") for part in said)


# All of them


def test_a_constant_number_of_statements(db: Database) -> None:
    counts: dict[str, list[int]] = {name: [] for name in REPORTS}
    for size in (10, 30):
        colony = Colony(db)
        colony.ids.seed(size)
        subjects = []
        lab = colony.lab(f"lab {size}", timezone="Europe/London")
        member = colony.add(LabMember, username=f"m{size}")
        for number in range(size):
            values = {"to_be_genotyped": number % 2 == 0, "to_be_culled": number % 3 == 0}
            subject = colony.subject(f"S{size}_{number}", lab, responsible_user_id=member, **values)
            subjects.append(subject)
            colony.restriction(subject, on(9))
            colony.weighing(subject, on(1), 17.0)
            colony.water(subject, on(1), 0.5)
            colony.add(Session, subject_id=subject, start_time=on(2))
        colony.write()
        with db.unit(uuid4(), "test", member, on(0, 12)) as unit:
            for subject in subjects:
                unit.update(Subject, subject, {"cage": "new"})
        for name in REPORTS:
            with counted(db) as sent:
                found = made(db, name)
            counts[name].append(len(sent))
            assert len(found.rows) > 2, name
    for name, (few, many) in counts.items():
        assert few == many, name
        assert few <= 9, name


@pytest.mark.parametrize("name", REPORTS)
def test_an_empty_database(db: Database, name: str) -> None:
    found = made(db, name)
    assert found.rows == ()
    assert found.counted[0][0] == 0
    assert found.last <= NOW.date()


@pytest.mark.parametrize(
    ("name", "days", "sentence"),
    [
        ("nothing", (), "There is no report nothing"),
        ("to-do", (date(2025, 3, 1),), "of today only"),
        ("underweight", (date(2025, 3, 1), date(2025, 3, 2)), "of one day"),
        ("changes", (date(2025, 3, 2), date(2025, 3, 1)), "is after the last"),
        ("training", (date(2025, 3, 1), date(2025, 3, 20)), "of the seven days before a day"),
        ("water-restriction", (date(2025, 4, 9),), "still to come"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    db: Database, name: str, days: tuple[date, ...], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        made(db, name, *days)


def test_a_week_is_not_asked_for_by_its_first_day(db: Database) -> None:
    with db.read() as connection, pytest.raises(Refused, match="as the last"):
        report(connection, "training", NOW, first=date(2025, 3, 1))


def test_from_a_day_on_is_up_to_today(db: Database) -> None:
    for name in ("changes", "animals-used", "animals-used-list"):
        found = made(db, name, on(9).date())
        assert (found.first, found.last) == (on(9).date(), on(0).date())


def test_changes_are_not_those_of_one_lab(db: Database) -> None:
    with pytest.raises(Refused, match="leave the lab out"):
        made(db, "changes", lab_id=uuid4())


def test_the_usual_days() -> None:
    assert usual_days("changes", TODAY) == (YESTERDAY, YESTERDAY)
    assert usual_days("animals-used", TODAY) == (date(2025, 1, 1), TODAY)
    assert usual_days("water-restriction", TODAY) == (TODAY, TODAY)
