"""Animals, cages, lines and members by what is typed into one line."""

from datetime import UTC, date, datetime

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Housing, Lab, LabMember, Line
from colonydesk.queries.find_anything import Cage, Found, find_anything, lines_like
from tests.builders import Scene, plans, scene
from tests.queries.colony import counted


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def found(of: Scene, text: str, each: int = 6) -> list[tuple[str, str]]:
    with of.db.read() as connection:
        return [(one.kind, one.title) for one in find_anything(connection, text, each)]


def test_each_kind_says_what_it_is(here: Scene) -> None:
    line = here.add(Line, nickname="ann32", name="A line")
    subject = here.subject("ANN_1", line_id=line, cage="B7")
    here.subject("ANN_2", death_date=date(2026, 3, 1))
    here.subject("M2", cage="ann-cage")
    here.subject("M3", cage="ann-cage")
    with here.db.read() as connection:
        everything = find_anything(connection, "ann")
    assert everything[:2] == (
        Found("subject", subject, "ANN_1", "ann32, cage B7, Hale lab"),
        Found("subject", everything[1].key, "ANN_2", "Hale lab, dead"),
    )
    assert everything[-3:] == (
        Found("cage", Cage("ann-cage", here.lab, "Hale lab", True), "ann-cage", "2 animals, Hale lab"),
        Found("line", line, "ann32", "A line"),
        Found("lab_member", here.ann, "ann"),
    )


def test_the_nearest_come_first_the_living_before_the_dead(here: Scene) -> None:
    for name in ("XAB1", "AB12", "AB1"):
        here.subject(name)
    here.subject("AB10", death_date=date(2026, 3, 1))
    assert [title for _, title in found(here, "ab1")] == ["AB1", "AB12", "AB10", "XAB1"]
    assert [title for _, title in found(here, "ab1", each=2)] == ["AB1", "AB12"]


def test_short_and_odd_texts(here: Scene) -> None:
    here.subject("q_1", cage="Z9")
    assert ("cage", "Z9") in found(here, "z")
    assert ("subject", "q_1") in found(here, "q_")
    assert found(here, "%") == found(here, '"""') == found(here, "  ") == []


def test_members_by_their_whole_name_the_inactive_last(here: Scene) -> None:
    here.add(LabMember, username="zoe", first_name="Anna", last_name="Weiß")
    here.add(LabMember, username="annabel", is_active=False)
    assert found(here, "anna we") == [("lab_member", "zoe")]
    assert [title for kind, title in found(here, "anna") if kind == "lab_member"] == ["zoe", "annabel"]


@pytest.mark.parametrize("typed", ["Ä", "är", "Är", "Ärg", "ärg", "ÄRGER"])
def test_a_line_is_found_by_any_case_of_letters_beyond_ascii(here: Scene, typed: str) -> None:
    here.add(Line, nickname="xärger2")
    here.add(Line, nickname="ÄRGER")
    assert found(here, typed) == [("line", "ÄRGER"), ("line", "xärger2")]


@pytest.mark.parametrize("typed", ["øde", "Øde", "ØDEGÅRD", "ødegå åse", "Ø"])
def test_a_member_is_found_by_any_case_of_letters_beyond_ascii(here: Scene, typed: str) -> None:
    here.add(LabMember, username="a.o", first_name="Åse", last_name="Ødegård")
    assert found(here, typed) == [("lab_member", "a.o")]


@pytest.mark.parametrize("typed", ["ä", "Äb", "äB", "Äb1", "äb12"])
def test_a_cage_is_found_by_any_case_of_letters_beyond_ascii(here: Scene, typed: str) -> None:
    here.subject("M2", cage="ÄB12")
    assert found(here, typed) == [("subject", "M2"), ("cage", "ÄB12")]


def test_lines_that_are_active_come_first(here: Scene) -> None:
    here.add(Line, nickname="Ai32", is_active=False)
    here.add(Line, nickname="Ai9")
    with here.db.read() as connection:
        assert [one.title for one in lines_like(connection, "ai")] == ["Ai9", "Ai32"]
        assert lines_like(connection, "ai")[1].detail == "not active"


def test_a_cage_is_of_its_lab_those_with_living_animals_first(here: Scene) -> None:
    other = here.add(Lab, name="Annex")
    for name, cage, lab, died in (
        ("one", "QQ1", here.lab, date(2026, 3, 1)),
        ("two", "QQ10", here.lab, None),
        ("three", "QQ10", other, None),
        ("four", "QQ10", other, date(2026, 3, 1)),
    ):
        here.subject(name, cage=cage, lab_id=lab, death_date=died)
    with here.db.read() as connection:
        cages = [one for one in find_anything(connection, "qq1") if one.kind == "cage"]
    assert cages == [
        Found("cage", Cage("QQ10", other, "Annex", True), "QQ10", "1 animal, Annex"),
        Found("cage", Cage("QQ10", here.lab, "Hale lab", True), "QQ10", "1 animal, Hale lab"),
        Found("cage", Cage("QQ1", here.lab, "Hale lab", False), "QQ1", "no living animal, Hale lab"),
    ]


@pytest.mark.parametrize("typed", ["é", "ét", "ÉTÉ", "été-9"])
def test_a_cage_that_nobody_is_in_is_found_by_its_last_record(here: Scene, typed: str) -> None:
    here.add(Housing, cage_name="Été-9", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    last = here.add(Housing, cage_name="Été-9", created_at=datetime(2026, 2, 1, tzinfo=UTC))
    here.add(Housing, cage_name="été-91x")
    here.subject("lives", cage="été-91x")
    with here.db.read() as connection:
        cages = [one for one in find_anything(connection, typed) if one.kind == "housing"]
    assert cages == [Found("housing", last, "Été-9", "no living animal")]


def test_five_statements_through_the_index(here: Scene) -> None:
    with counted(here.db) as sent:
        found(here, "abc")
    assert len(sent) == (5 if here.db.dialect == "sqlite" else 6)
    plan = plans(here.db, lambda: found(here, "abc"))
    assert "subject_search" in plan
