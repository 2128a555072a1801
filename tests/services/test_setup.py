"""What a mouse colony gets before its numbers can be computed."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import GrowthCurve, GrowthPoint, Lab, Species, Strain
from colonydesk.domain.errors import KnownError
from colonydesk.services.setup import MOUSE_ID, ensure_mouse_curve

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CURVE = "# a table\nsex,week,mean_g,sd_g\nM,4,15.5,2\nF,4,14.5,1.5\nF,5,16,1\n"


def run(db: Database, text: str = CURVE, **rows: list[dict[str, Any]]) -> dict[str, list[UUID]]:
    """Insert rows, then ensure the curve; returns what the second of it changed."""
    kinds = {"species": Species, "labs": Lab, "curves": GrowthCurve, "strains": Strain}
    with db.unit(uuid4(), "test", None, NOW) as unit:
        for kind, given in rows.items():
            for row in given:
                unit.insert(kinds[kind], {"id": uuid4(), **row})
    with db.unit(uuid4(), "test", None, NOW) as unit:
        ensure_mouse_curve(unit, text)
        return dict(unit.changed)


def rows_of(db: Database, table: Any) -> list[Any]:
    with db.read() as connection:
        return list(connection.execute(select(table)).all())


def test_an_empty_database_gets_the_mouse(db: Database) -> None:
    run(db)
    (mouse,) = rows_of(db, Species)
    assert (mouse.id, mouse.name, mouse.nickname) == (MOUSE_ID, "Mus musculus", "Laboratory mouse")
    assert (mouse.usual_weight_min, mouse.usual_weight_max) == (5.0, 50.0)
    (curve,) = rows_of(db, GrowthCurve)
    assert (curve.name, curve.source, curve.species_id) == ("C57BL/6J", "a table", MOUSE_ID)
    points = {(row.sex, row.week): (row.mean_g, row.sd_g) for row in rows_of(db, GrowthPoint)}
    assert points == {("M", 4): (15.5, 2.0), ("F", 4): (14.5, 1.5), ("F", 5): (16.0, 1.0)}


@pytest.mark.parametrize(
    "species",
    [{"name": "Mus musculus", "nickname": "mice"}, {"name": "", "nickname": "laboratory MOUSE"}],
)
def test_the_mouse_is_known_by_either_name(db: Database, species: dict[str, Any]) -> None:
    rat = {"name": "Rattus norvegicus", "nickname": "Rat"}
    run(db, species=[rat, species], labs=[{"name": "one"}, {"name": "two"}])
    mouse = next(row for row in rows_of(db, Species) if row.nickname == species["nickname"])
    assert [row.species_id for row in rows_of(db, GrowthCurve)] == [mouse.id]
    assert {row.usual_species_id for row in rows_of(db, Lab)} == {mouse.id}
    rat_row = next(row for row in rows_of(db, Species) if row.nickname == "Rat")
    assert rat_row.usual_weight_max is None


def test_a_colony_of_other_animals_stays_as_it_is(db: Database) -> None:
    changed = run(db, species=[{"name": "Rattus norvegicus", "nickname": "Rat"}], labs=[{"name": "one"}])
    assert changed == {}
    assert rows_of(db, GrowthCurve) == []
    assert [row.usual_species_id for row in rows_of(db, Lab)] == [None]


def test_what_a_lab_has_set_is_kept(db: Database) -> None:
    mouse, own = uuid4(), {"usual_weight_min": 10.0, "usual_weight_max": 40.0}
    run(
        db,
        species=[{"id": mouse, "name": "Mus musculus", "nickname": "Laboratory mouse", **own}],
        curves=[{"name": "our own", "species_id": mouse}],
        labs=[{"name": "one", "usual_species_id": mouse}],
    )
    (row,) = rows_of(db, Species)
    assert (row.usual_weight_min, row.usual_weight_max, row.version) == (10.0, 40.0, 1)
    assert [curve.name for curve in rows_of(db, GrowthCurve)] == ["our own"]


def test_a_curve_of_that_name_for_a_strain_is_another_edition(db: Database) -> None:
    strain = uuid4()
    run(
        db,
        strains=[{"id": strain, "name": "C57BL/6J"}],
        curves=[{"name": "C57BL/6J", "edition": 3, "strain_id": strain}],
    )
    assert {(row.edition, row.species_id) for row in rows_of(db, GrowthCurve)} == {(3, None), (4, MOUSE_ID)}


def test_done_again_it_changes_nothing(db: Database) -> None:
    run(db, labs=[{"name": "one"}])
    assert run(db) == {}


def test_a_text_that_is_no_curve_is_refused_and_nothing_is_written(db: Database) -> None:
    with pytest.raises(KnownError, match="must begin with"):
        run(db, "week,weight\n1,2\n")
    assert rows_of(db, Species) == []
