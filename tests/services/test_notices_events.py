"""What is told when a record is saved, through the services that the forms use; on both engines."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Lab,
    LabMember,
    LabMembership,
    Line,
    Notification,
    NotificationRecipient,
    NotificationRule,
    Subject,
    SubjectRequest,
)
from colonydesk.domain.delivery import NOBODY
from colonydesk.services.bulk import ChangeSubjects, change_subjects
from colonydesk.services.notices.marks import mark_notifications
from colonydesk.services.records import save_record
from tests.builders import NOW, Scene, rows, scene
from tests.services.notices import mark
from tests.services.saving import change, changing, save

LAST_MINUTE = datetime(2026, 3, 11, 3, 59, tzinfo=UTC)  # of 10 March, in the lab
CHANGED, ASSIGNED, MADE = "responsible_user_change", "request_assigned", "request_made"


@pytest.fixture
def here(db: Database) -> Scene:
    """Ann is a superuser; the mouse is hers, of the line CK."""
    made = scene(db)
    line = made.add(Line, nickname="CK")
    with db.engine.begin() as connection:
        connection.execute(LabMember.__table__.update().values(is_superuser=True))
        connection.execute(Subject.__table__.update().values(responsible_user_id=made.ann, line_id=line))
    return made


@pytest.fixture
def line(here: Scene) -> UUID:
    (found,) = rows(here.db, Line)
    made: UUID = found["id"]
    return made


def told(of: Scene) -> list[tuple[str, str, set[str]]]:
    """Type, title and recipients of all that is to be sent, in the order in which it was told."""
    statement = (
        select(Notification.id, Notification.notification_type, Notification.title, LabMember.username)
        .join(NotificationRecipient, NotificationRecipient.notification_id == Notification.id)
        .join(LabMember, LabMember.id == NotificationRecipient.user_id)
        .where(Notification.status == "to-send")
        .order_by(Notification.created_at, Notification.title)
    )
    found: dict[Any, tuple[str, str, set[str]]] = {}
    with of.db.read() as connection:
        for id_, kind, title, username in connection.execute(statement):
            found.setdefault(id_, (kind, title, set()))[2].add(username)
    return list(found.values())


def kinds(of: Scene) -> Counter[str]:
    return Counter(kind for kind, _, _ in told(of))


# A request for animals


def test_a_new_request_is_told_to_every_active_stock_manager(here: Scene, line: UUID) -> None:
    for name, values in (("stock", {}), ("other", {}), ("left", {"is_active": False})):
        here.add(LabMember, username=name, is_stock_manager=True, **values)
    request = save(here, "subject_request", line_id=line, count=12, due_date=date(2026, 4, 1))
    assert told(here) == [(MADE, "New request by ann: 12 CK, due 2026-04-01", {"stock", "other"})]
    [row] = rows(here.db, Notification)
    assert row["about_id"] == request
    change(here, SubjectRequest, request, count=13, description="Females only")
    assert kinds(here) == {MADE: 1}


def test_without_a_stock_manager_the_request_says_that_nobody_is_told(here: Scene, line: UUID) -> None:
    save(here, "subject_request", line_id=line, count=1)
    [row] = rows(here.db, Notification)
    assert (row["status"], row["failure"]) == ("no-send", NOBODY)


# An animal given to a request


def test_an_animal_given_to_a_request_is_told_to_its_member(here: Scene, line: UUID) -> None:
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=3)
    change(here, Subject, here.mouse, request_id=wanted)
    assert told(here) == [(ASSIGNED, "M1 was given to bob's request for 3 CK", {"ann"})]
    change(here, Subject, here.mouse, description="nothing else")
    change(here, Subject, here.mouse, request_id=None)
    assert kinds(here) == {ASSIGNED: 1}


def test_a_new_animal_of_a_request_is_told_too(here: Scene, line: UUID) -> None:
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=3)
    animal = {"line_id": line, "lab_id": here.lab, "responsible_user_id": here.ann}
    save(here, "subject", nickname="N1", request_id=wanted, **animal)
    assert told(here) == [(ASSIGNED, "N1 was given to bob's request for 3 CK", {"ann"})]


# Another responsible member


def test_another_responsible_member_is_told_to_both(here: Scene) -> None:
    change(here, Subject, here.mouse, responsible_user_id=here.bob)
    assert told(here) == [(CHANGED, "Responsible user of M1 changed from ann to bob", {"ann", "bob"})]
    change(here, Subject, here.mouse, description="nothing else")
    assert kinds(here) == {CHANGED: 1}


def test_who_has_left_is_told_nothing_of_it(here: Scene) -> None:
    here.add(NotificationRule, user_id=here.eve, notification_type=CHANGED, subjects_scope="all")
    with here.db.engine.begin() as connection:
        connection.execute(Subject.__table__.update().values(responsible_user_id=here.eve))
    change(here, Subject, here.mouse, responsible_user_id=here.bob)
    assert told(here) == [(CHANGED, "Responsible user of M1 changed from eve to bob", {"bob"})]


def test_of_the_dead_nothing_is_told(here: Scene, line: UUID) -> None:
    wanted = here.add(SubjectRequest, user_id=here.ann, line_id=line, count=3)
    with here.db.engine.begin() as connection:
        connection.execute(Subject.__table__.update().values(death_date=NOW.date() - timedelta(days=1)))
    change(here, Subject, here.mouse, responsible_user_id=here.bob)
    change(here, Subject, here.mouse, request_id=wanted)
    assert rows(here.db, Notification) == []


def test_a_membership_lasts_to_the_end_of_its_last_day_in_the_lab(here: Scene) -> None:
    dan = here.add(LabMember, username="dan")
    last_day = {"start_date": date(2026, 3, 1), "end_date": date(2026, 3, 10)}
    here.add(LabMembership, user_id=dan, lab_id=here.lab, **last_day)
    here.add(NotificationRule, user_id=dan, notification_type=CHANGED, subjects_scope="lab")
    for at, to in ((LAST_MINUTE, here.bob), (LAST_MINUTE + timedelta(minutes=1), here.ann)):
        save_record(here.db, changing(here, Subject, here.mouse, responsible_user_id=to), at)
    assert [to for _, _, to in told(here)] == [{"ann", "bob", "dan"}, {"ann", "bob"}]


def test_a_request_that_is_adopted_with_the_animal_is_told_beside_it(here: Scene, line: UUID) -> None:
    here.add(SubjectRequest, user_id=here.bob, line_id=line, count=3, date_time=NOW)
    change(here, Subject, here.mouse, responsible_user_id=here.bob)
    assert told(here) == [
        (ASSIGNED, "M1 was given to bob's request for 3 CK", {"bob"}),
        (CHANGED, "Responsible user of M1 changed from ann to bob", {"ann", "bob"}),
    ]


def test_several_animals_at_once_are_told_each(here: Scene, line: UUID) -> None:
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=3)
    second = here.subject("M2", line_id=line, responsible_user_id=here.ann)
    values = {"responsible_user_id": here.bob, "request_id": wanted}
    command = ChangeSubjects(command_id=uuid4(), ids=(here.mouse, second), user_id=here.ann, values=values)
    change_subjects(here.db, command, NOW)
    assert [(kind, title.split()[0 if kind == ASSIGNED else 3]) for kind, title, _ in told(here)] == [
        (ASSIGNED, "M1"),
        (ASSIGNED, "M2"),
        (CHANGED, "M1"),
        (CHANGED, "M2"),
    ]
    assert [to for _, _, to in told(here)] == [{"bob"}] * 2 + [{"ann", "bob"}] * 2
    change_subjects(here.db, command, NOW)  # sent again
    assert len(rows(here.db, Notification)) == 4


def hand_over_and_back(of: Scene, minutes: int) -> int:
    """The mouse goes to bob, back, and to bob again after so many minutes; how often that was told."""
    later = NOW + timedelta(minutes=minutes)
    for to, at in ((of.bob, NOW), (of.ann, NOW), (of.bob, later)):
        save_record(of.db, changing(of, Subject, of.mouse, responsible_user_id=to), at)
    return sum("from ann to bob" in title for _, title, _ in told(of))


@pytest.mark.parametrize(("seconds", "minutes", "times"), [(60, 30, 2), (3600, 90, 2), (7200, 90, 1)])
def test_the_lab_says_when_the_same_is_told_again(
    here: Scene, seconds: int, minutes: int, times: int
) -> None:
    with here.db.engine.begin() as connection:
        connection.execute(Lab.__table__.update().values(notification_delay_seconds=seconds))
    assert hand_over_and_back(here, minutes) == times


def test_what_happens_again_is_told_to_who_had_done_with_it(here: Scene) -> None:
    change(here, Subject, here.mouse, responsible_user_id=here.bob)
    [row] = rows(here.db, Notification)
    mark_notifications(here.db, mark(here.bob, row["id"]), NOW)
    change(here, Subject, here.mouse, responsible_user_id=here.ann)
    later = changing(here, Subject, here.mouse, responsible_user_id=here.bob)
    save_record(here.db, later, NOW + timedelta(hours=2))
    assert [to for _, title, to in told(here) if "to bob" in title] == [{"ann", "bob"}] * 2
