"""The table of subjects: who passes each filter, every order, the rows, how many statements it takes."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    BreedingPair,
    Lab,
    LabMembership,
    Line,
    Litter,
    Source,
    Strain,
    Subject,
    SubjectRequest,
    WaterRestriction,
    Weighing,
    Zygosity,
)
from colonydesk.queries.id_array import IdArray, by_value, halves_of, places_of
from colonydesk.queries.subject_filters import Filters
from colonydesk.queries.subject_order import SORTS
from colonydesk.queries.subject_table import FIRST, Listing, Order, SubjectLine, lines, listing
from tests.builders import NOW, Scene, plans, scene
from tests.queries.colony import Colony, counted, mixed

ALL = Filters(life="all")
BY = Order()


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def list_of(db: Database, filters: Filters = ALL, order: Order = BY, member: UUID | None = None) -> Listing:
    with db.read() as connection:
        return listing(connection, filters, order, member, NOW)


def names(of: Scene, order: Order = BY, **asked: Any) -> list[str]:
    """The nicknames of those that pass, in order, as Ann sees them."""
    found = list_of(of.db, Filters(**{"life": "all", **asked}), order, of.ann)
    assert set(found.rows) == set(found.ids)
    return [found.rows[one].nickname for one in found.ids]


def row_of(of: Scene, subject: UUID) -> SubjectLine:
    with of.db.read() as connection:
        return lines(connection, [subject], NOW)[subject]


def restrict(of: Scene, subject: UUID, weight: float, reference: float = 25.0) -> None:
    start = NOW - timedelta(days=3)
    of.add(WaterRestriction, subject_id=subject, start_time=start, reference_weight=reference)
    of.add(Weighing, subject_id=subject, date_time=NOW - timedelta(hours=1), weight=weight)


def zygous(of: Scene, subject: UUID, **of_alleles: int) -> None:
    for name, zygosity in of_alleles.items():
        of.add(Zygosity, subject_id=subject, allele_id=allele(of, name), zygosity=zygosity)


def allele(of: Scene, name: str) -> UUID:
    with of.db.read() as connection:
        known: UUID | None = connection.execute(select(Allele.id).where(Allele.nickname == name)).scalar()
    return known or of.add(Allele, nickname=name)


# Words


def test_a_word_of_three_letters_is_found_anywhere_a_shorter_one_at_the_beginning(here: Scene) -> None:
    line = here.add(Line, nickname="Camk2a-tTA")
    for name, more in (
        ("CK_0001", {"cage": "B7", "ear_mark": "LRX"}),
        ("XCK_02", {"line_id": line}),
        ("été_1", {}),
        ('q"uo_t%', {}),
        ("back\\slash", {}),
    ):
        here.subject(name, **more)
    assert names(here, text="ck_") == ["CK_0001", "XCK_02"]
    assert names(here, text="CK") == ["CK_0001"]
    assert names(here, text="c") == ["CK_0001", "XCK_02"]  # by its line
    assert names(here, text="cAmK2A") == ["XCK_02"]
    assert names(here, text="b7") == ["CK_0001"]
    assert names(here, text="lrx") == ["CK_0001"]
    assert names(here, text="  ck_   cam ") == ["XCK_02"]
    assert names(here, text="ÉTÉ") == names(here, text="Ét") == names(here, text="É") == ["été_1"]
    assert names(here, text='q"uo_t%') == ['q"uo_t%']
    assert names(here, text="o_t%") == ['q"uo_t%']
    assert names(here, text="o_u") == names(here, text="%%%") == names(here, text='"""') == []
    assert names(here, text="k\\s") == ["back\\slash"]
    assert names(here, text="_") == names(here, text="%") == []
    assert names(here, text="a OR b") == names(here, text="NOT ck_") == []


def test_capitals_beyond_ascii_are_found_by_small_letters_and_the_other_way(here: Scene) -> None:
    line = here.add(Line, nickname="ÅSE")
    here.subject("one", cage="ÄB12", ear_mark="Øl")
    here.subject("two", line_id=line)
    for text in ("Äb", "äb", "ä", "Ä", "äB1", "øl", "ØL"):
        assert names(here, text=text) == ["one"], text
    for text in ("å", "ås", "ÅSE", "åse"):
        assert names(here, text=text) == ["two"], text


def test_words_follow_what_is_changed_and_deleted(here: Scene) -> None:
    one = here.subject("AAA_1")
    here.subject("AAA_2")
    with here.db.engine.begin() as connection:
        connection.execute(update(Subject).where(Subject.id == one).values(nickname="BBB_1", cage="Q99"))
        connection.execute(delete(Subject).where(Subject.nickname == "AAA_2"))
    assert names(here, text="aaa") == []
    assert names(here, text="bbb") == names(here, text="q99") == ["BBB_1"]


def test_words_are_looked_up_and_not_read_through(here: Scene) -> None:
    def search() -> None:
        list_of(here.db, Filters(text="abc", life="all"))

    plan = plans(here.db, search)
    assert "subject_search" in plan
    assert "scan subject\n" not in plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_word_s_animals_are_fetched_by_their_number_alone(here: Scene) -> None:
    """By an "or" of the index and the lines SQLite goes through all animals, once it has statistics."""
    plan = plans(here.db, lambda: list_of(here.db, Filters(text="abc", life="all")))
    assert "search subject using integer primary key (rowid=?)" in plan
    assert "multi-index or" not in plan


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_list_of_the_living_is_read_in_one_go(here: Scene) -> None:
    """SQLite alone would fetch each animal by the index of the living, or by the one of its name."""
    for by, scan in (
        ("animal", "scan subject using covering index ix_subject_listed"),
        ("genotype", "scan zygosity using covering index ix_zygosity_allele_id_zygosity_subject_id"),
        ("cage", "scan subject\n"),
    ):
        for life in ("alive", "dead"):
            plan = plans(here.db, lambda by=by, life=life: list_of(here.db, Filters(life=life), Order(by)))
            assert scan in plan
            assert "ix_subject_living" not in plan


# Filters


def test_alive_dead_and_whose(here: Scene) -> None:
    other = here.add(Lab, name="Other lab")
    here.subject("D", death_date=date(2026, 3, 1))
    here.subject("A", responsible_user_id=here.ann)
    here.subject("O", lab_id=other, responsible_user_id=here.bob)
    assert names(here, life="alive") == ["A", "M1", "O"]
    assert names(here, life="dead") == ["D"]
    assert names(here) == ["A", "D", "M1", "O"]
    assert names(here, whose="mine") == ["A"]
    assert names(here, whose="lab") == []
    here.add(LabMembership, user_id=here.ann, lab_id=here.lab, end_date=date(2026, 3, 1))
    here.add(LabMembership, user_id=here.ann, lab_id=here.lab, start_date=date(2026, 3, 11))
    assert names(here, whose="lab") == []
    here.add(LabMembership, user_id=here.ann, lab_id=here.lab, start_date=date(2026, 3, 10))
    assert names(here, whose="lab") == ["A", "D", "M1"]
    assert names(here, lab_id=other) == ["O"]
    assert list_of(here.db, Filters(life="all", whose="mine"), BY, None).ids == IdArray()


def test_a_membership_begins_and_ends_with_the_day_of_its_lab(here: Scene) -> None:
    """It is still 10 March in London, and 11 March in Auckland already."""
    for name, zone, days in (
        ("EARLY", "Pacific/Auckland", {"end_date": date(2026, 3, 10)}),
        ("BEGUN", "Pacific/Auckland", {"start_date": date(2026, 3, 11)}),
        ("LATE", "Europe/London", {"start_date": date(2026, 3, 11)}),
        ("LAST", "Europe/London", {"end_date": date(2026, 3, 10)}),
    ):
        lab = here.add(Lab, name=name, timezone=zone)
        here.subject(name, lab_id=lab)
        here.add(LabMembership, user_id=here.ann, lab_id=lab, **days)
    assert names(here, whose="lab") == ["BEGUN", "LAST"]


def test_a_cage_is_one_whole_name(here: Scene) -> None:
    other = here.add(Lab, name="Other lab")
    here.subject("T", cage="A10")
    here.subject("O", cage="A1", lab_id=other)
    here.subject("L", cage="a1")
    assert names(here, cage="A1") == ["M1", "O"]
    assert names(here, cage="A1", lab_id=here.lab) == ["M1"]


def test_line_sex_and_marks(here: Scene) -> None:
    line = here.add(Line, nickname="Ai32")
    here.subject("L", line_id=line, to_be_genotyped=True)
    here.subject("F", sex="F", to_be_culled=True)
    here.subject("R", death_date=date(2026, 3, 1))
    here.subject("S", death_date=date(2026, 3, 1), reduced_date=date(2026, 3, 2))
    assert names(here, line_id=line) == names(here, to_be_genotyped=True) == ["L"]
    assert names(here, sex="F") == names(here, to_be_culled=True) == ["F"]
    assert names(here, to_be_reduced=True) == ["R"]
    assert names(here, to_be_culled=True, sex="M") == []


def test_zygosity_is_of_all_alleles_that_are_known(here: Scene) -> None:
    for name, of_alleles in (
        ("HOMO", {"a": 2, "b": 2}),
        ("HET", {"a": 1}),
        ("BOTH", {"a": 1, "b": 2}),
        ("SOME", {"a": 0, "b": 1}),
        ("NEG", {"a": 0, "b": 0}),
        ("PLUS", {"a": 3}),
    ):
        zygous(here, here.subject(name), **of_alleles)
    assert names(here, zygosity="positive") == ["BOTH", "HET", "HOMO", "PLUS"]
    assert names(here, zygosity="homo") == ["HOMO"]
    assert names(here, zygosity="het") == ["HET"]
    assert names(here, zygosity="negative") == ["NEG"]  # and not M1, which was never tested


def test_breeders_are_those_of_a_pair_that_goes_on(here: Scene) -> None:
    father, mother, second, past = (here.subject(name) for name in ("F", "M2", "M3", "P"))
    here.add(BreedingPair, name="1", father_id=father, mother1_id=mother, mother2_id=second)
    here.add(BreedingPair, name="2", father_id=past, end_date=date(2026, 1, 1))
    assert names(here, breeder=True) == ["F", "M2", "M3"]


def test_on_restriction_and_below_threshold_in_any_order(here: Scene) -> None:
    low, high, near = (here.subject(name) for name in ("LOW", "HIGH", "NEAR"))
    for subject, weight in ((low, 20.0), (high, 24.0), (near, 21.5)):
        restrict(here, subject, weight)
    ended = here.subject("ENDED")
    start = NOW - timedelta(days=9)
    here.add(WaterRestriction, subject_id=ended, start_time=start, end_time=NOW - timedelta(days=1))
    assert names(here, restricted=True) == ["HIGH", "LOW", "NEAR"]
    assert names(here, below=True) == ["LOW"]
    assert names(here, Order("percentage"), restricted=True) == ["LOW", "NEAR", "HIGH"]
    assert names(here, Order("percentage", descending=True), restricted=True) == ["HIGH", "NEAR", "LOW"]
    assert names(here, Order("percentage")) == ["LOW", "NEAR", "HIGH", "ENDED", "M1"]
    assert names(here, Order("percentage", descending=True)) == ["HIGH", "NEAR", "LOW", "ENDED", "M1"]
    assert names(here, Order("status")) == ["LOW", "NEAR", "HIGH", "ENDED", "M1"]
    assert names(here, Order("percentage"), below=True) == ["LOW"]
    assert names(here, Order("animal", descending=True), restricted=True) == ["NEAR", "LOW", "HIGH"]
    assert names(here, Order("genotype"), restricted=True) == ["HIGH", "LOW", "NEAR"]


def test_nobody_is_on_restriction(here: Scene) -> None:
    assert names(here, restricted=True) == names(here, below=True) == []
    assert names(here, Order("percentage")) == ["M1"]


# Orders


def test_what_is_not_known_comes_last_and_the_name_and_the_id_decide(here: Scene) -> None:
    here.subject("b", birth_date=date(2025, 12, 1), cage="z")
    here.subject("C", birth_date=None, cage=None)
    here.subject("a", birth_date=date(2025, 12, 1), cage="Y")
    assert names(here) == ["a", "b", "C", "M1"]
    assert names(here, Order("animal", descending=True)) == ["M1", "C", "b", "a"]
    assert names(here, Order("birth_date")) == ["M1", "a", "b", "C"]
    assert names(here, Order("birth_date", descending=True)) == ["a", "b", "M1", "C"]
    assert names(here, Order("age")) == ["a", "b", "M1", "C"]
    assert names(here, Order("age", descending=True)) == ["M1", "a", "b", "C"]
    assert names(here, Order("cage")) == ["M1", "a", "b", "C"]
    twins = [here.subject("twin", lab_id=here.add(Lab, name=name)) for name in ("x", "y")]
    found = [one for one in list_of(here.db).ids if one in twins]
    assert found == sorted(twins, key=lambda one: one.bytes)


def test_age_stops_at_death(here: Scene) -> None:
    here.subject("young at death", birth_date=date(2025, 1, 1), death_date=date(2025, 1, 9))
    assert names(here, Order("age")) == ["young at death", "M1"]


def test_genotype_is_sorted_as_it_is_written(here: Scene) -> None:
    for name, of_alleles in (
        ("D", {"Zed": 1, "Abc": 0}),
        ("A", {"Abc": 2}),
        ("B", {"Abc": 0}),
        ("C", {"Zed": 2, "Abc": 0}),
    ):
        zygous(here, here.subject(name), **of_alleles)
    assert names(here, Order("genotype")) == ["B", "D", "C", "A", "M1"]
    assert names(here, Order("genotype", descending=True)) == ["A", "C", "D", "B", "M1"]
    assert names(here, Order("genotype"), text="b") == ["B"]


def test_by_words_of_other_tables(here: Scene) -> None:
    first, second = (here.add(Line, nickname=name) for name in ("alpha", "Beta"))
    asked = here.add(SubjectRequest, line_id=second, user_id=here.bob, count=3)
    here.subject("X", line_id=second, litter_id=here.add(Litter, name="L1"), request_id=asked)
    here.subject("Y", line_id=first, responsible_user_id=here.bob, source_id=here.add(Source, name="S"))
    here.subject("Z", strain_id=here.add(Strain, name="B6"))
    assert names(here, Order("line")) == ["Y", "X", "M1", "Z"]
    assert names(here, Order("line", descending=True)) == ["X", "Y", "M1", "Z"]
    for by, first_name in (
        ("litter", "X"),
        ("request", "X"),
        ("responsible_user", "Y"),
        ("source", "Y"),
        ("strain", "Z"),
    ):
        assert names(here, Order(by))[0] == first_name


@pytest.mark.parametrize("by", sorted(SORTS))
def test_every_order_lists_everybody_once(db: Database, by: str) -> None:
    mixed(db, 40)
    for descending in (False, True):
        found = list_of(db, ALL, Order(by, descending))
        assert len(set(found.ids)) == len(found.ids) == found.total == 40


# Rows


def test_a_row_has_words_for_all_that_is_shown(here: Scene) -> None:
    line = here.add(Line, nickname="Ai32")
    subject = here.subject(
        "KM_007",
        sex="F",
        line_id=line,
        responsible_user_id=here.bob,
        cage="B7",
        ear_mark="LR",
        request_id=here.add(SubjectRequest, line_id=line, user_id=here.ann, count=12),
        actual_severity=2,
        wean_date=date(2025, 11, 22),
    )
    zygous(here, subject, b=1, a=2)
    restrict(here, subject, 20.0)
    row = row_of(here, subject)
    assert (row.nickname, row.sex, row.line, row.responsible_user, row.lab) == (
        *("KM_007", "F", "Ai32", "bob"),
        "Hale lab",
    )
    assert (row.cage, row.ear_mark, row.request) == ("B7", "LR", "12 Ai32, ann")
    assert row.genotype == (("a", 2), ("b", 1))
    assert (row.status, row.percentage) == ("under", pytest.approx(80.0))
    assert row.restricted_since == NOW - timedelta(days=3)
    assert row.today == date(2026, 3, 10)
    assert row_of(here, here.mouse).status == ""
    assert row_of(here, here.mouse).percentage is None


def test_today_is_that_of_the_lab(here: Scene) -> None:
    lab = here.add(Lab, name="Far", timezone="Pacific/Kiritimati")
    with here.db.read() as connection:
        late = datetime.fromisoformat("2026-03-10T23:00:00+00:00")
        found = lines(connection, [here.mouse, here.subject("K", lab_id=lab)], late)
    assert sorted(row.today for row in found.values()) == [date(2026, 3, 10), date(2026, 3, 11)]


def test_one_that_is_gone_has_no_row(here: Scene) -> None:
    with here.db.read() as connection:
        assert lines(connection, [uuid4()], NOW) == {}
        assert lines(connection, [], NOW) == {}


@pytest.mark.parametrize("by", ["animal", "percentage", "genotype", "line"])
def test_as_many_statements_for_many_as_for_few(db: Database, by: str) -> None:
    sent = []
    colony = Colony(db)
    for count in (5, 150):
        for number in range(count):
            colony.restriction(colony.subject(f"{count}_{number}", None), NOW - timedelta(days=2))
        colony.write()
        with counted(db) as statements:
            found = list_of(db, Filters(restricted=True), Order(by))
        assert len(found.rows) == min(FIRST, len(found.ids))
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 10


def test_how_many_there_are_is_not_counted_where_it_is_known(here: Scene) -> None:
    with counted(here.db) as statements, here.db.read() as connection:
        found = listing(connection, ALL, BY, None, NOW, 7)
    assert found.total == 7
    assert not any("count(*)" in one for one in statements)


def test_every_filter_has_its_test() -> None:
    """Who adds one is reminded."""
    assert {one.name for one in fields(Filters)} == {
        *("text", "life", "whose", "lab_id", "line_id", "sex", "zygosity", "breeder", "restricted", "below"),
        *("to_be_genotyped", "to_be_culled", "to_be_reduced", "cage"),
    }


# The array of ids


def test_an_array_of_ids_is_a_sequence() -> None:
    ids = [uuid4() for _ in range(300)]
    array = IdArray(b"".join(one.bytes for one in ids))
    assert list(array) == ids
    assert (array[0], array[-1], array[5:8], len(array)) == (ids[0], ids[-1], tuple(ids[5:8]), 300)
    assert [array.place(one) for one in ids] == list(range(300))
    assert array.place(uuid4()) is None
    assert ids[7] in array
    assert uuid4() not in array
    assert array == IdArray(b"".join(one.bytes for one in ids)) != IdArray()
    with pytest.raises(IndexError):
        array[300]


def test_an_id_is_not_found_across_two_others() -> None:
    one, two = UUID(int=(1 << 64) - 1), UUID(int=((1 << 64) - 1) << 64)
    array = IdArray(one.bytes + two.bytes + UUID(int=0).bytes)
    across = UUID(bytes=array._data[8:24])
    assert array.place(across) is None


def test_places_and_order_by_value() -> None:
    same_half = [UUID(int=(7 << 64) + low) for low in (1, 2, 3)]
    ids = [*same_half, uuid4(), uuid4()]
    array = IdArray(b"".join(one.bytes for one in ids))
    asked = [ids[2], uuid4(), ids[0], ids[4], UUID(int=(7 << 64) + 9)]
    places = places_of(array, halves_of(asked))
    assert places.tolist() == [2, -1, 0, 4, -1]
    values = np.array([5.0, 9.0, 1.0, np.nan, 9.0])
    assert list(by_value(array, places, values, False)) == [ids[0], ids[2], ids[1], ids[3], ids[4]]
    assert list(by_value(array, places, values, True)) == [ids[2], ids[0], ids[1], ids[3], ids[4]]
    assert places_of(IdArray(), halves_of(asked)).tolist() == [-1] * 5
    assert len(places_of(array, halves_of([]))) == 0
