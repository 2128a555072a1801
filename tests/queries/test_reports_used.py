"""The animals used in a period: who counts, the counts, and the animals behind each."""

from datetime import date, datetime

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    GenotypeTest,
    Line,
    OtherAction,
    Sequence,
    Session,
    Species,
    VirusInjection,
)
from tests.queries.colony import NOW, Colony, on
from tests.queries.reports import TODAY, YESTERDAY, made, names, table


@pytest.fixture
def used(db: Database) -> Database:
    """A year of two labs; the year ends at another moment in each."""
    colony = Colony(db)
    london, far = colony.lab("London"), colony.lab("Far", timezone="Pacific/Kiritimati")
    line = colony.add(Line, nickname="Ai95", species_id=colony.add(Species, nickname="mouse"))
    flash = datetime(2024, 12, 31, 12, tzinfo=NOW.tzinfo)  # the new year has begun on Kiritimati
    for nickname, lab, values in (
        ("surgery", london, {"actual_severity": 3, "line_id": line, "protocol_number": "2"}),
        ("session", london, {"sex": "F", "line_id": line, "genotype_date": date(2025, 1, 3)}),
        ("injected", london, {"sex": "U"}),
        ("restricted", london, {"protocol_number": "3"}),
        ("other", london, {}),
        ("none", london, {}),
        ("london_eve", london, {}),
        ("far_eve", far, {}),
        ("died", london, {"death_date": date(2025, 2, 1), "actual_severity": 2}),
        ("died_before", london, {"death_date": date(2024, 12, 1)}),
        ("culled_unused", london, {"death_date": date(2025, 2, 1)}),
        ("human", london, {"is_human": True}),
    ):
        subject = colony.subject(nickname, lab, **values)
        if nickname in ("surgery", "human"):
            colony.surgery(subject, on(20), 0.0)
            colony.surgery(subject, on(21), 0.0)
        elif nickname == "session":
            colony.add(Session, subject_id=subject, start_time=on(3))
            colony.restriction(subject, on(60), on(50))
        elif nickname == "injected":
            colony.add(VirusInjection, subject_id=subject, start_time=on(3))
            colony.add(
                GenotypeTest, subject_id=subject, sequence_id=colony.add(Sequence, name="Cre"), test_result=0
            )
        elif nickname == "restricted":
            colony.restriction(subject, on(300))  # begun the year before, and still on
        elif nickname == "other":
            colony.add(OtherAction, subject_id=subject, start_time=on(3))
        elif nickname.endswith("eve"):
            colony.surgery(subject, flash, 0.0)
        elif nickname == "died":
            colony.surgery(subject, on(200), 0.0)
        elif nickname == "died_before":
            colony.restriction(subject, on(300))  # imported books: never ended
    colony.write()
    return db


def test_who_was_used_in_a_period(used: Database) -> None:
    found = made(used, "animals-used-list")
    assert (found.first, found.last) == (date(2025, 1, 1), TODAY)
    assert dict(table(found, "nickname", "used_for")) == {
        "died": "surgery",
        "far_eve": "surgery",
        "injected": "injection",
        "other": "other action",
        "restricted": "water restriction",
        "session": "session, water restriction",
        "surgery": "surgery",
    }
    assert dict(table(found, "nickname", "genotyped"))["injected"] == "yes"
    year = made(used, "animals-used-list", date(2024, 1, 1), date(2024, 12, 31))
    assert names(year) == ["died", "died_before", "london_eve", "restricted"]
    assert dict(table(year, "nickname", "death_date"))["died"] is None  # it died after the period


def test_the_counts_and_the_animals_behind_each(used: Database) -> None:
    found = made(used, "animals-used")
    rows = {
        (by, what): tuple(rest)
        for by, what, *rest in table(
            found, "by", "value", "animals", "male", "female", "unknown_sex", "ended"
        )
    }
    assert rows["all", "all animals"] == (7, 5, 1, 1, 1)
    assert rows["protocol", "2"] == (1, 1, 0, 0, 0)
    assert rows["protocol", "3"] == (1, 1, 0, 0, 0)
    assert rows["severity", "Moderate"][0] == 1
    assert rows["severity", "Mild"] == (1, 1, 0, 0, 1)
    assert rows["severity", "not assessed"][0] == 5
    assert rows["sex", "female"] == (1, 0, 1, 0, 0)
    assert rows["line", "Ai95"] == (2, 1, 1, 0, 0)
    assert rows["line", "no line"][0] == 5
    assert rows["genotyped", "yes"][0] == 2
    assert rows["genotyped", "no"][0] == 5
    assert rows["all together", "protocol 1, not assessed, female, Ai95, genotyped"] == (1, 0, 1, 0, 0)
    for by in ("protocol", "severity", "sex", "line", "genotyped", "all together"):
        ids = [one for row in found.rows if row.cells[0] == by for one in row.cells[2]]
        assert sorted(ids) == sorted(found.behind), by  # each animal once
    for row in found.rows:
        assert set(row.cells[2]) == set(row.cells[3]) | set(row.cells[4]) | set(row.cells[5])
        assert set(row.cells[6]) <= set(row.cells[2]) <= found.behind.keys()
    assert [row.cells for row in found.behind.values()] == [
        row.cells for row in made(used, "animals-used-list").rows
    ]


def test_an_act_of_unknown_time_is_not_counted_but_told_of(db: Database) -> None:
    """But for an animal that died in the period: whenever the act was, its use ended then."""
    colony = Colony(db)
    lab = colony.lab()
    for nickname, values in (
        ("lives", {"sex": "F"}),
        ("also_dated", {}),
        ("died_in_it", {"death_date": YESTERDAY}),
        ("died_before", {"death_date": date(2024, 12, 31)}),
        ("died_since", {"death_date": TODAY}),
        ("born_since", {"birth_date": TODAY}),
    ):
        subject = colony.subject(nickname, lab, **values)
        colony.surgery(subject, None, 0.0)
        if nickname == "also_dated":
            colony.add(Session, subject_id=subject, start_time=on(3))
    human = colony.subject("human", lab, is_human=True)
    colony.add(Session, subject_id=human, start_time=None)
    colony.restriction(colony.subject("restricted", lab), None)
    colony.write()
    days = (date(2025, 1, 1), YESTERDAY)
    used_for = {"also_dated": "session", "died_in_it": "surgery"}
    each = made(db, "animals-used-list", *days)
    assert dict(table(each, "nickname", "used_for")) == used_for
    found = made(db, "animals-used", *days)
    assert each.counted == found.counted
    assert found.counted == ((2, "animals"), (3, "left out, used at an unknown time"))
    (row,) = (row for row in found.rows if row.cells[0] == "left out")
    assert [found.behind[one].cells[0] for one in row.cells[2]] == ["died_since", "lives", "restricted"]
    assert [len(count) for count in row.cells[2:]] == [3, 2, 1, 0, 0]
    assert found.behind[row.cells[4][0]].cells[8] == "surgery"
    everyone = table(found, "by", "animals")[0]
    assert everyone == ("all", 2)


def test_where_all_are_left_out_that_alone_is_said(db: Database) -> None:
    colony = Colony(db)
    colony.surgery(colony.subject("lives", colony.lab()), None, 0.0)
    colony.write()
    found = made(db, "animals-used")
    assert table(found, "by", "value", "animals") == [("left out", "used at an unknown time", 1)]
    assert found.counted == ((0, "animals"), (1, "left out, used at an unknown time"))


def test_no_animals_used_are_no_rows(db: Database) -> None:
    assert made(db, "animals-used").rows == ()
