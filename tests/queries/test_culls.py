"""The worklists of culling, on both engines."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Allele, Cull, CullMethod, CullReason, Lab, Line, Zygosity
from colonydesk.queries.culls import REDUCED_WITHIN, CullRow, Mate, left_alone, to_be_culled, to_be_reduced
from tests.builders import NOW, Scene, scene
from tests.conftest import ROOT
from tests.queries.colony import counted


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def worklist(of: Scene, lab: UUID | None = None) -> tuple[CullRow, ...]:
    with of.db.read() as connection:
        return to_be_culled(connection, NOW, lab)


def reduced(of: Scene, lab: UUID | None = None) -> tuple[CullRow, ...]:
    with of.db.read() as connection:
        return to_be_reduced(connection, NOW, lab)


def marked(of: Scene, nickname: str, **values: Any) -> UUID:
    return of.subject(nickname, **{"to_be_culled": True, **values})


def culled(of: Scene, nickname: str, day: date, **values: Any) -> UUID:
    which = of.subject(nickname, death_date=day, **values)
    of.add(Cull, subject_id=which, date=day)
    return which


def names(rows: tuple[CullRow, ...]) -> list[str]:
    return [row.nickname for row in rows]


def test_the_living_that_are_marked_cage_by_cage(here: Scene) -> None:
    for nickname, values in (
        ("B2", {"cage": "C2"}),
        ("b1", {"cage": "C2"}),
        ("A9", {"cage": None}),
        ("Z1", {"cage": "A1"}),
        ("dead", {"death_date": date(2026, 3, 5)}),
        ("human", {"is_human": True}),
        ("left", {"to_be_culled": False}),
    ):
        marked(here, nickname, **values)
    assert names(worklist(here)) == ["Z1", "b1", "B2", "A9"]
    other = here.add(Lab, name="Cole lab")
    marked(here, "theirs", lab_id=other)
    assert names(worklist(here, other)) == ["theirs"]
    assert "theirs" not in names(worklist(here, here.lab))


def test_what_is_said_of_each_is_in_words(here: Scene) -> None:
    line = here.add(Line, nickname="Pv-Ai95")
    which = marked(
        here,
        "M7",
        sex="F",
        cage="C2",
        line_id=line,
        birth_date=date(2026, 1, 1),
        actual_severity=3,
        responsible_user_id=here.ann,
    )
    for nickname, zygosity in (("Pv-Cre", 1), ("Ai95", 2)):
        here.add(Zygosity, subject_id=which, allele_id=here.add(Allele, nickname=nickname), zygosity=zygosity)
    bare = marked(here, "M8", birth_date=None)
    (found, other) = worklist(here)
    assert (found.id, found.sex, found.genotype, found.line) == (
        which,
        "female",
        "Ai95 +/+, Pv-Cre +/-",
        "Pv-Ai95",
    )
    assert (found.lab, found.cage, found.severity, found.responsible_user) == (
        "Hale lab",
        "C2",
        "Moderate",
        "ann",
    )
    assert found.age_days == 68, "to 10 March, the day of the lab"
    assert (other.id, other.genotype, other.line, other.severity, other.age_days) == (
        bare,
        "",
        None,
        None,
        None,
    )


def test_who_is_left_alone_in_the_cage(here: Scene) -> None:
    one, two = (marked(here, name, cage="C2") for name in ("M2", "M3"))
    stays = here.subject("M4", cage="C2")
    here.subject("M5", cage="C2", death_date=date(2026, 3, 1))
    here.subject("M6", cage="C2", lab_id=here.add(Lab, name="Cole lab"))
    single = marked(here, "M7", cage="C3")
    pair = marked(here, "M8", cage="C4")
    mate = here.subject("M9", cage="C4")
    for name in ("N1", "N2"):
        marked(here, name, cage=None)
    rows = {row.id: row for row in worklist(here)}
    assert [mate.nickname for mate in rows[one].mates] == ["M3", "M4"]
    assert rows[one].leaves_alone() is None
    assert rows[one].leaves_alone({two}) == Mate(stays, "M4")
    assert rows[one].leaves_alone({stays}) == Mate(two, "M3"), "as long as it is not ticked itself"
    assert rows[one].leaves_alone({two, stays}) is None
    assert rows[single].mates == ()
    left = rows[pair].leaves_alone()
    assert left is not None
    assert (left.id, left.nickname) == (mate, "M9")
    assert [row.mates for row in rows.values() if row.cage is None] == [(), ()]

    def alone(*ids: UUID) -> list[tuple[str, UUID]]:
        return [(cage, mate.id) for cage, mate in left_alone(rows[id_] for id_ in ids)]

    assert alone(one, two) == [("C2", stays)]
    assert alone(one) == []
    assert alone(one, two, single, pair) == [("C2", stays), ("C4", mate)]


def test_the_dead_without_a_reduced_date_the_last_first(here: Scene) -> None:
    reason, method = here.add(CullReason, name="end of study"), here.add(CullMethod, name="CO2")
    culled(here, "D1", date(2026, 3, 1))
    culled(here, "D2", date(2026, 3, 5), birth_date=date(2026, 2, 1))
    culled(here, "D3", date(2026, 3, 5), reduced_date=date(2026, 3, 6))
    here.subject("D4", death_date=date(2026, 3, 4))  # found dead, or of a surgery: there was no cull
    here.subject("H1", death_date=date(2026, 3, 4), is_human=True)
    named = here.subject("D5", death_date=date(2026, 2, 1))
    here.add(
        Cull,
        subject_id=named,
        date=date(2026, 2, 1),
        cull_reason_id=reason,
        cull_method_id=method,
    )
    rows = reduced(here)
    assert names(rows) == ["D2", "D4", "D1", "D5"]
    assert (rows[1].cull_id, rows[1].cull_reason) == (None, None)
    assert (rows[0].death_date, rows[0].age_days) == (date(2026, 3, 5), 32)
    assert (rows[3].cull_reason, rows[3].cull_method) == ("end of study", "CO2")
    assert names(reduced(here, here.lab)) == ["D2", "D4", "D1", "D5"]
    assert reduced(here, here.add(Lab, name="Cole lab")) == ()


def test_the_dead_of_long_ago_are_listed_when_they_are_asked_for(here: Scene) -> None:
    """Imported books hold thousands of them."""
    last = (NOW - REDUCED_WITHIN).date()
    culled(here, "D1", last)
    culled(here, "D2", last - timedelta(days=1), birth_date=date(2024, 1, 1))
    assert names(reduced(here)) == ["D1"]
    with here.db.read() as connection:
        assert names(to_be_reduced(connection, NOW, older=True)) == ["D1", "D2"]


def test_as_many_statements_for_many_as_for_one(here: Scene) -> None:
    counts = []
    for count in (1, 20):
        for number in range(count):
            marked(here, f"T{count}-{number}", cage=f"C{number}")
            culled(here, f"D{count}-{number}", date(2026, 3, 5))
        for query in (worklist, reduced):
            with counted(here.db) as statements:
                assert len(query(here)) >= count
            counts.append(len([one for one in statements if "SELECT" in one.upper()]))
    assert counts == [3, 2, 3, 2]


@pytest.mark.parametrize("page", ["procedures", "reports"])
def test_the_help_says_how_long_the_dead_are_to_be_reduced(page: str) -> None:
    text = (ROOT / "resources" / "help" / f"{page}.md").read_text(encoding="utf-8")
    assert f"died in the last {REDUCED_WITHIN.days} days" in text
