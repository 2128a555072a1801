"""What hangs on saving a lab, on both engines."""

from typing import Any

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab
from colonydesk.domain.errors import Doubtful, Refused
from tests.builders import Scene, row, rows, scene
from tests.services.saving import change, save


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def test_a_new_lab_grows_by_days_and_goes_by_85_percent(here: Scene) -> None:
    found = row(here.db, Lab, save(here, "lab", name="Cole lab", timezone="Europe/Paris"))
    assert (found["growth_mode"], found["timezone"]) == ("linear", "Europe/Paris")
    assert (found["reference_weight_pct"], found["zscore_weight_pct"]) == (0.85, 0.0)
    by_score = row(here.db, Lab, save(here, "lab", name="Z lab", zscore_weight_pct=0.8))
    assert (by_score["reference_weight_pct"], by_score["zscore_weight_pct"]) == (0.0, 0.8)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reference_weight_pct": 1.01}, "reference_weight_pct"),
        ({"reference_weight_pct": -0.01}, "reference_weight_pct"),
        ({"zscore_weight_pct": 1.2}, "zscore_weight_pct"),
        ({"absolute_min_pct": 75.0}, "absolute_min_pct"),
        ({"reference_weight_pct": 0.0}, "reference_weight_pct"),
        ({"reference_weight_pct": None, "zscore_weight_pct": 0.0}, "reference_weight_pct"),
        ({"water_ml_per_g": -0.01}, "water_ml_per_g"),
        ({"reminder_hour": 24}, "reminder_hour"),
        ({"timezone": "Bern"}, "timezone"),
        ({"timezone": None}, "timezone"),
        ({"cage_cleaning_frequency_days": 0}, "cage_cleaning_frequency_days"),
        ({"growth_mode": "jump"}, "growth_mode"),
    ],
)
def test_numbers_that_cannot_be(here: Scene, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as error:
        change(here, Lab, here.lab, **values)
    assert error.value.field == field
    with pytest.raises(Refused):
        save(here, "lab", name="Cole lab", **values)
    assert len(rows(here.db, Lab)) == 1


def test_thresholds_that_make_no_sense_together(here: Scene) -> None:
    with pytest.raises(Refused, match="Together the two percentages are 165 %") as error:
        change(here, Lab, here.lab, zscore_weight_pct=0.8)
    assert error.value.field == "zscore_weight_pct"
    change(here, Lab, here.lab, zscore_weight_pct=0.15)  # 100 % together
    change(here, Lab, here.lab, zscore_weight_pct=0.0, absolute_min_pct=0.85)
    with pytest.raises(Doubtful, match="The absolute minimum, 90 %, is over the threshold of 85 %") as doubt:
        change(here, Lab, here.lab, absolute_min_pct=0.9)
    assert doubt.value.field == "absolute_min_pct"
    change(here, Lab, here.lab, absolute_min_pct=0.9, confirmed=frozenset({"threshold"}))
    change(here, Lab, here.lab, address="what is so already is not asked about again")
    with pytest.raises(Doubtful, match=r"75 %, is over the threshold of 70 %"):
        save(here, "lab", name="Cole lab", timezone="UTC", reference_weight_pct=0.7)


def test_an_imported_lab_without_percentages_can_be_saved(here: Scene) -> None:
    old = here.add(Lab, name="Cole lab", timezone="UTC")
    change(here, Lab, old, address="1 Main Street")
    change(here, Lab, old, zscore_weight_pct=0.8)
    with pytest.raises(Refused) as error:
        change(here, Lab, old, zscore_weight_pct=0.0)
    assert error.value.field == "zscore_weight_pct"
