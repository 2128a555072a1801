"""Animals by what a person types."""

from datetime import date

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, Line
from colonydesk.domain.errors import Refused
from colonydesk.queries.subjects import SubjectRow, all_subjects, exact, living_cages, search, the_one
from tests.builders import Scene, scene
from tests.queries.colony import counted


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def found(of: Scene, text: str, limit: int | None = 20) -> list[str]:
    with of.db.read() as connection:
        return [row.nickname for row in search(connection, text, limit)]


def test_a_row_says_who_the_animal_is(here: Scene) -> None:
    subject = here.subject(
        "KM_007",
        sex="F",
        line_id=here.add(Line, nickname="Ai32"),
        responsible_user_id=here.bob,
        cage="B7",
        death_date=date(2026, 3, 1),
    )
    expected = SubjectRow(
        id=subject,
        nickname="KM_007",
        lab="Hale lab",
        sex="F",
        birth_date=date(2025, 11, 1),
        death_date=date(2026, 3, 1),
        line="Ai32",
        responsible_user="bob",
        cage="B7",
    )
    with here.db.read() as connection:
        assert search(connection, "km_007") == exact(connection, " KM_007 ") == (expected,)
        assert exact(connection, "km_007") == ()
        assert [row.nickname for row in all_subjects(connection)] == ["KM_007", "M1"]


def test_part_of_a_nickname_is_enough_and_the_nearest_come_first(here: Scene) -> None:
    for nickname, values in (
        ("AB", {}),
        ("ab12", {}),
        ("AB1", {"death_date": date(2026, 3, 1)}),
        ("XAB", {}),
        ("XAB1", {"death_date": date(2026, 3, 1)}),
        ("BA", {}),
    ):
        here.subject(nickname, **values)
    assert found(here, " aB ") == ["AB", "ab12", "AB1", "XAB", "XAB1"]
    assert found(here, "ab", 2) == ["AB", "ab12"]
    assert found(here, "ab", None) == found(here, "ab")


def test_case_does_not_matter_beyond_ascii(here: Scene) -> None:
    here.subject("Ångström-1", cage="Ä7", ear_mark="ÖL")
    here.subject("ÉTÉ")
    for text in ("ångström", "ÅNGSTRÖM-1", "gStR", "ä7", "öl"):
        assert found(here, text) == ["Ångström-1"]
    assert found(here, "ét") == found(here, "tÉ") == ["ÉTÉ"]


def test_a_cage_or_an_ear_mark_is_found_whole(here: Scene) -> None:
    here.subject("M2", cage="B7", ear_mark="LR")
    here.subject("M3", cage="B77", ear_mark="LRR")
    assert found(here, "b7") == ["M2"]
    assert found(here, "lr") == ["M2"]


def test_what_is_typed_is_taken_letter_by_letter(here: Scene) -> None:
    """Nothing in it is a pattern of the database's."""
    here.subject("a_b")
    here.subject("axb")
    assert found(here, "a_b") == ["a_b"]
    for text in ("%", "a%b", "a\\_b", "\\", "'", "a_b'; --"):
        assert found(here, text) == []
    for text in ("", "  "):
        assert found(here, text) == []


def test_two_labs_may_use_one_nickname(here: Scene) -> None:
    here.subject("M1", lab_id=here.add(Lab, name="Cole lab", timezone="UTC"))
    here.subject("M7", lab_id=None)
    with here.db.read() as connection:
        both = exact(connection, "M1")
        assert [row.lab for row in both] == ["Cole lab", "Hale lab"]
        assert the_one(both, "M1", "Hale lab") == both[1]
        assert the_one(exact(connection, "M7"), "M7").lab is None
    for lab, words in ((None, "used in Cole lab and Hale lab: say which"), ("Nowhere", "in lab Nowhere")):
        with pytest.raises(Refused, match=words) as error:
            the_one(both, "M1", lab)
        assert error.value.field == "subject"
    with pytest.raises(Refused, match="no animal called M8"):
        the_one((), "M8")


def test_it_is_one_statement(here: Scene) -> None:
    for number in range(30):
        here.subject(f"N{number:02d}", cage="A1")
    with counted(here.db) as sent:
        assert len(found(here, "n")) == 20
        assert len(found(here, "n", None)) == 30
    assert len(sent) == 2


def test_cages_are_found_by_how_their_name_begins_with_those_that_live_in_them(here: Scene) -> None:
    other = here.add(Lab, name="Other Lab", timezone="UTC")
    for nickname, cage, lab in (
        ("N1", "A-1", here.lab),
        ("N2", "a-10", here.lab),
        ("N3", "a-10", here.lab),
        ("N4", "A-10", other),
        ("N5", "B-A-1", here.lab),
        ("N6", "Ä_1", here.lab),
        ("N7", "ÄX1", here.lab),
    ):
        here.subject(nickname, cage=cage, lab_id=lab)
    here.subject("N8", cage="A-10", death_date=date(2026, 3, 1))
    here.subject("N9", cage="A-12", death_date=date(2026, 3, 1))
    with here.db.read() as connection:
        first, *rest = living_cages(connection, "A-1")
        assert (first.name, first.animals) == ("A-1", 1)
        assert {(one.name, one.lab, one.animals) for one in rest} == {
            ("a-10", first.lab, 2),
            ("A-10", "Other Lab", 1),
        }
        assert [name for name, _, _ in living_cages(connection, "ä_")] == ["Ä_1"]
        assert len(living_cages(connection, "a", limit=2)) == 2
