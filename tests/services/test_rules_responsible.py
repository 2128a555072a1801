"""Who is responsible for an animal, the requests it is assigned to, and human subjects; on both engines."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Line, Subject, SubjectRequest
from colonydesk.domain.errors import Doubtful
from colonydesk.services.bulk import ChangeSubjects, change_subjects
from tests.builders import NOW, Scene, nothing_written, row, scene
from tests.services.saving import change, mouse
from tests.services.test_rules_subjects import (
    BORN,
    TODAY,
    change_refused,
    new_refused,
    open_restriction,
    subject,
)

DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


# Who is responsible


def test_who_may_give_an_animal_to_somebody_else(here: Scene) -> None:
    chief = here.add(LabMember, username="chief", is_superuser=True)
    stock = here.add(LabMember, username="stock", is_stock_manager=True)
    change(here, Subject, here.mouse, responsible_user_id=here.bob)  # it was nobody's
    change_refused(here, "responsible_user_id", "Only bob, a stock manager", responsible_user_id=here.ann)
    change_refused(here, "responsible_user_id", "Only bob", responsible_user_id=None)
    change(here, Subject, here.mouse, description="anybody may")
    for who, to in ((here.bob, here.ann), (chief, here.bob), (stock, here.ann)):
        change(here, Subject, here.mouse, by=who, responsible_user_id=to)
        assert mouse(here)["responsible_user_id"] == to


def requests_of(of: Scene, line: UUID) -> tuple[UUID, UUID, UUID]:
    """Bob's requests for the line: one that is full, an older and a younger open one."""
    full = of.add(SubjectRequest, user_id=of.bob, line_id=line, count=1, date_time=NOW - 9 * DAY)
    of.subject("full", line_id=line, request_id=full, responsible_user_id=of.bob)
    young = of.add(SubjectRequest, user_id=of.bob, line_id=line, count=1, date_time=NOW - DAY)
    old = of.add(SubjectRequest, user_id=of.bob, line_id=line, count=1, date_time=NOW - 2 * DAY)
    return full, old, young


def test_an_open_request_of_the_new_member_for_the_line_is_adopted(here: Scene) -> None:
    line, other = here.add(Line, nickname="Ai95"), here.add(Line, nickname="Sert")
    _, old, young = requests_of(here, line)
    here.add(SubjectRequest, user_id=here.bob, line_id=other, count=9, date_time=NOW - 9 * DAY)
    here.add(SubjectRequest, user_id=here.ann, line_id=line, count=9, date_time=NOW - 9 * DAY)
    first, second, third = (here.subject(f"S{n}", line_id=line) for n in range(3))
    done = change(here, Subject, first, responsible_user_id=here.bob)
    assert row(here.db, Subject, first)["request_id"] == old
    assert old in done.changed["subject_request"]
    change(here, Subject, second, responsible_user_id=here.bob, description="the next one")
    assert row(here.db, Subject, second)["request_id"] == young
    change(here, Subject, third, responsible_user_id=here.bob)
    assert row(here.db, Subject, third)["request_id"] is None
    assert subject(here, line_id=line, responsible_user_id=here.ann)["request_id"] is not None


def test_a_request_that_was_chosen_or_is_theirs_already_stays(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    full, old, _ = requests_of(here, line)
    chosen = here.subject("S1", line_id=line)
    enough = frozenset({"enough"})
    change(here, Subject, chosen, responsible_user_id=here.bob, request_id=full, confirmed=enough)
    assert row(here.db, Subject, chosen)["request_id"] == full
    theirs = here.subject("S2", line_id=line, request_id=full)
    change(here, Subject, theirs, responsible_user_id=here.bob)
    assert row(here.db, Subject, theirs)["request_id"] == full
    of_ann = here.add(SubjectRequest, user_id=here.ann, line_id=line, count=3)
    handed = here.subject("S3", line_id=line, request_id=of_ann)
    change(here, Subject, handed, responsible_user_id=here.bob)
    assert row(here.db, Subject, handed)["request_id"] == old


def test_the_dead_adopt_no_request(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    requests_of(here, line)
    dead = here.subject("D1", line_id=line, death_date=TODAY)
    change(here, Subject, dead, responsible_user_id=here.bob)
    assert row(here.db, Subject, dead)["request_id"] is None


def test_a_request_that_waits_for_no_more_animals_is_asked_about_once(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    full, old, _ = requests_of(here, line)
    theirs = {"line_id": line, "responsible_user_id": here.bob}
    first, second, dead = (here.subject(f"S{n}", **theirs) for n in range(3))
    change(here, Subject, first, request_id=old)
    with nothing_written(here.db), pytest.raises(Doubtful) as doubt:
        change(here, Subject, second, request_id=old)
    (question,) = doubt.value.questions
    assert (question.code, doubt.value.field) == ("enough", "request_id")
    assert question.text == "This request has all the animals that were asked for."
    change(here, Subject, second, request_id=old, confirmed=frozenset({"enough"}))
    change(here, Subject, second, description="assigned already")
    change(here, Subject, dead, death_date=TODAY)
    change(here, Subject, dead, request_id=full)


def test_several_animals_fill_a_request_and_the_last_of_them_is_asked_about(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    _, old, _ = requests_of(here, line)
    theirs = {"line_id": line, "responsible_user_id": here.bob}
    command = ChangeSubjects(
        command_id=uuid4(),
        ids=tuple(here.subject(f"S{n}", **theirs) for n in range(3)),
        user_id=here.ann,
        values={"request_id": old},
    )
    with nothing_written(here.db), pytest.raises(Doubtful, match=r"^This request has all the animals"):
        change_subjects(here.db, command, NOW)
    change_subjects(here.db, replace(command, confirmed=frozenset({"enough"})), NOW)


def test_an_animal_is_assigned_to_a_request_for_its_line_only(here: Scene) -> None:
    line, other = here.add(Line, nickname="Ai95"), here.add(Line, nickname="Sert")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=2)
    change_refused(here, "request_id", "of the line Ai95", request_id=wanted)
    change(here, Subject, here.mouse, request_id=wanted, line_id=line)
    change_refused(here, "line_id", "of the line Ai95", line_id=other)
    change(here, Subject, here.mouse, line_id=other, request_id=None)


# A human subject


@pytest.mark.parametrize(
    ("field", "value"),
    [("cage", "A1"), ("ear_mark", "L"), ("wean_date", BORN), ("to_be_culled", True)],
)
def test_a_human_subject_has_no_husbandry(here: Scene, field: str, value: Any) -> None:
    new_refused(here, field, "human subject", is_human=True, **{field: value})
    person = subject(here, is_human=True)
    assert (person["species_id"], person["lab_id"]) == (None, here.lab)
    change_refused(here, field, "human subject", person["id"], **{field: value})
    change(here, Subject, person["id"], death_date=TODAY)


def test_an_animal_with_records_does_not_become_a_person(here: Scene) -> None:
    change(here, Subject, here.mouse, cage=None)
    open_restriction(here)
    change_refused(here, "is_human", "Husbandry is recorded", is_human=True)
    person = here.subject("H1")
    change(here, Subject, person, is_human=True)
