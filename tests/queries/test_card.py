"""The animal in hand: everything shown of it, from a constant number of statements."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, Line, Note, Subject, WaterAdministration, WaterRestriction, Weighing
from colonydesk.domain.errors import Refused
from colonydesk.domain.moment import state_at
from colonydesk.queries.card import Card, CardNote, card, cards_in_cage
from tests.builders import NOW, ZONE, Scene, plans, scene
from tests.queries.colony import counted

DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def in_hand(of: Scene, subject_id: object = None) -> Card:
    with of.db.read() as connection:
        return card(connection, subject_id or of.mouse, NOW)  # type: ignore[arg-type]


def test_everything_that_is_known_is_on_the_card(here: Scene) -> None:
    line = here.add(Line, nickname="Ai32")
    subject = here.subject(
        "M2",
        sex="F",
        line_id=line,
        cage="B7",
        ear_mark="LR",
        responsible_user_id=here.bob,
        description="shy",
        death_date=date(2026, 3, 20),
        to_be_culled=True,
    )
    ended = {"start_time": NOW - 30 * DAY, "end_time": NOW - 20 * DAY, "water_type_id": here.water}
    here.add(WaterRestriction, subject_id=subject, **ended)
    open_one = here.add(
        WaterRestriction,
        subject_id=subject,
        start_time=NOW - 10 * DAY,
        reference_weight=25.0,
        water_type_id=here.hydrogel,
    )
    here.add(Weighing, subject_id=subject, weight=22.0, date_time=NOW)
    here.add(Weighing, subject_id=subject, weight=99.0, date_time=NOW, voided_at=NOW, void_reason="wrong")
    about = {"content_type": "subject", "object_id": subject}
    here.add(Note, date_time=NOW - 2 * DAY, text="older", image=b"older", **about)
    here.add(Note, date_time=NOW - DAY, text="a scratch", image=b"\x89PNG", **about)
    here.add(Note, date_time=NOW, text="of another thing", content_type="session", object_id=subject)
    here.subject("M3", cage="B7")
    here.subject("M4", cage="B7", death_date=date(2026, 1, 1))
    here.subject("M5", cage="B7", lab_id=here.add(Lab, name="other", timezone="UTC"))

    found = in_hand(here, subject)
    facts = found.facts
    assert (facts.birth_date, facts.lab.timezone) == (date(2025, 11, 1), ZONE)
    assert facts.weights.tolist() == [22.0]
    assert state_at(facts, NOW).percentage_weight == pytest.approx(88.0)
    assert found == Card(
        id=subject,
        nickname="M2",
        lab="Hale lab",
        timezone=ZONE,
        cage="B7",
        ear_mark="LR",
        sex="F",
        birth_date=date(2025, 11, 1),
        death_date=date(2026, 3, 20),
        line="Ai32",
        responsible_user="bob",
        description="shy",
        to_be_culled=True,
        restriction_id=open_one,
        restriction_start=NOW - 10 * DAY,
        water_type="Hydrogel",
        cage_mates=1,
        note=CardNote(NOW - DAY, "a scratch", b"\x89PNG"),
        facts=facts,
    )


def test_what_is_not_known_is_none(here: Scene) -> None:
    bare = here.add(Subject, nickname="X1")
    ended = {"start_time": NOW - 30 * DAY, "end_time": NOW - 20 * DAY, "water_type_id": here.water}
    here.add(WaterRestriction, subject_id=bare, **ended)
    found = in_hand(here, bare)
    assert (found.lab, found.timezone, found.cage, found.line, found.note) == (None, "UTC", None, None, None)
    assert (found.sex, found.birth_date, found.responsible_user) == ("U", None, None)
    assert (found.restriction_id, found.water_type, found.cage_mates) == (None, None, 0)
    here.add(Note, date_time=NOW, content_type="subject", object_id=bare)
    assert in_hand(here, bare).note == CardNote(NOW, "", None)


def test_of_two_open_restrictions_the_later_is_on_the_card(here: Scene) -> None:
    here.add(WaterRestriction, subject_id=here.mouse, start_time=NOW - DAY)
    later = here.add(WaterRestriction, subject_id=here.mouse, start_time=NOW, water_type_id=here.water)
    here.add(WaterRestriction, subject_id=here.mouse, start_time=NOW - 2 * DAY)
    assert in_hand(here).restriction_id == later


def test_of_those_without_a_known_start_the_last_noted_is_on_the_card(here: Scene) -> None:
    """One of which the start is known goes before them, on both engines."""
    for minutes in (1, 3, 2):
        noted = NOW - minutes * timedelta(minutes=1)
        here.add(WaterRestriction, id=UUID(int=minutes), subject_id=here.mouse, created_at=noted)
    assert (in_hand(here).restriction_id, in_hand(here).restriction_start) == (UUID(int=1), None)
    known = here.add(WaterRestriction, subject_id=here.mouse, start_time=NOW - 900 * DAY)
    assert in_hand(here).restriction_id == known
    alike = {"subject_id": here.mouse, "start_time": NOW - DAY, "created_at": NOW}
    for number in (6, 8, 7):
        here.add(WaterRestriction, id=UUID(int=number), **alike)
    assert in_hand(here).restriction_id == UUID(int=8)


def test_the_restriction_that_holds_is_on_the_card_also_where_its_end_is_known(here: Scene) -> None:
    of = {"subject_id": here.mouse}
    here.add(WaterRestriction, start_time=NOW - 9 * DAY, end_time=NOW, **of)
    assert in_hand(here).restriction_id is None
    planned = here.add(WaterRestriction, start_time=NOW + 2 * DAY, **of)
    assert in_hand(here).restriction_id == planned
    holds = here.add(
        WaterRestriction, start_time=NOW - DAY, end_time=NOW + DAY, water_type_id=here.hydrogel, **of
    )
    found = in_hand(here)
    assert (found.restriction_id, found.restriction_start, found.water_type) == (
        *(holds, NOW - DAY, "Hydrogel"),
    )
    assert state_at(found.facts, NOW).restriction_start == NOW - DAY


def test_one_that_was_ended_before_it_began_is_over(here: Scene) -> None:
    tomorrow = {"start_time": NOW + DAY, "end_time": NOW + DAY}
    here.add(WaterRestriction, subject_id=here.mouse, **tomorrow)
    assert in_hand(here).restriction_id is None


def test_an_animal_that_is_gone_is_refused(here: Scene) -> None:
    with pytest.raises(Refused) as error:
        in_hand(here, uuid4())
    assert error.value.field == "subject"


def test_a_cage_is_its_living_animals_by_nickname(here: Scene) -> None:
    last, first = here.subject("M9", cage="B7"), here.subject("M2", cage="B7")
    here.subject("M4", cage="B7", death_date=date(2026, 1, 1))
    here.subject("H1", cage="B7", is_human=True)
    here.subject("M5", cage="B8")
    for subject, weight in ((last, 20.0), (first, 30.0)):
        here.add(Weighing, subject_id=subject, weight=weight, date_time=NOW)
    with here.db.read() as connection:
        found = cards_in_cage(connection, "B7", card(connection, first, NOW).lab, NOW)
        assert [one.id for one in found] == [first, last]
        assert [one.facts.weights.tolist() for one in found] == [[30.0], [20.0]]
        alone = card(connection, first, NOW)
        assert cards_in_cage(connection, "B9", alone.lab, NOW) == ()
    assert (found[0].nickname, found[0].cage_mates) == (alone.nickname, alone.cage_mates)


def test_cages_of_the_same_name_in_two_labs_are_two(here: Scene) -> None:
    ours = here.subject("M2", cage="B7")
    other_lab = here.add(Lab, name="another lab", timezone="UTC")
    theirs = here.subject("M3", cage="B7", lab_id=other_lab)
    of_none = here.subject("M4", cage="B7", lab_id=None)
    with here.db.read() as connection:
        lab = card(connection, ours, NOW).lab
        found = [cards_in_cage(connection, "B7", of, NOW) for of in (lab, "another lab", None)]
    assert [[one.id for one in cards] for cards in found] == [[ours], [theirs], [of_none]]


def test_the_number_of_statements_is_constant(here: Scene) -> None:
    with counted(here.db) as few:
        in_hand(here)
    for number in range(15):
        subject = here.subject(f"N{number}", cage="A1")
        for table in (Weighing, WaterAdministration):
            value = {"weight": 20.0} if table is Weighing else {"water_administered": 0.8}
            for of in (subject, here.mouse):
                here.add(table, subject_id=of, date_time=NOW - number * DAY, **value)
        note = {"text": "n", "content_type": "subject", "object_id": here.mouse}
        here.add(Note, date_time=NOW - number * DAY, **note)
    with counted(here.db) as many:
        found = in_hand(here)
    with counted(here.db) as whole_cage, here.db.read() as connection:
        assert len(cards_in_cage(connection, "A1", "Hale lab", NOW)) == 16
    assert np.all(found.facts.weights == 20.0)
    assert len(few) == len(many) == len(whole_cage) == 7


def test_the_indexes_are_asked(here: Scene) -> None:
    here.subject("M2", cage="A1")
    found = plans(here.db, lambda: in_hand(here))
    assert "ix_weighing_live" in found
    assert "ix_water_administration_live" in found
    for whole in ("scan weighing", "scan water_administration", "scan subject", "scan mate", "scan note"):
        assert whole not in found
    assert "seq scan on weighing" not in found
    assert "seq scan on water_administration" not in found
