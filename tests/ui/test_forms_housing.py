"""The forms of cages and of stays in them at the keyboard, on both engines."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.engine import Database
from colonydesk.db.tables import Housing, HousingSubject
from colonydesk.ui.forms.form import RecordForm
from tests.builders import NOW, Scene, row, rows, scene
from tests.ui.forms import CTRL, Forms, Key, press, replace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


@pytest.fixture
def forms(here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Forms:
    return Forms(here, qapp, qtbot, tmp_path)


def lived(here: Scene, cage: str, since: int, until: int | None = None, who: UUID | None = None) -> UUID:
    """A housing of this name that an animal has lived in, from so many days ago until so many."""
    housing = here.add(Housing, cage_name=cage, cage_cleaning_frequency_days=7, created_at=NOW - since * DAY)
    end = None if until is None else NOW - until * DAY
    stay = {"subject_id": who or here.mouse, "housing_id": housing, "start_datetime": NOW - since * DAY}
    here.add(HousingSubject, **stay, end_datetime=end)
    return housing


def days(here: Scene, form: RecordForm, text: str) -> None:
    """How often the cage is cleaned, typed and saved."""
    form.view.focus("cage_cleaning_frequency_days")
    replace(text)
    press(Key.Key_S, CTRL)


def inside(here: Scene, housing: object) -> list[object]:
    return [one["subject_id"] for one in rows(here.db, HousingSubject, housing_id=housing, end_datetime=None)]


# A change of the conditions


def test_after_a_change_of_its_conditions_the_form_goes_on_with_the_new_housing(
    forms: Forms, here: Scene
) -> None:
    old = lived(here, "A5", 9)
    page = forms.records("housing")
    page.open(old)
    form = page.form
    days(here, form, "10")
    assert form.strip.text().startswith("Saved.")
    new = form.id()
    assert new not in (None, old)
    assert page.table.current() == new
    assert inside(here, new) == [here.mouse]

    days(here, form, "12")
    last = form.id()
    assert last not in (new, old)
    said = [row(here.db, Housing, one)["cage_cleaning_frequency_days"] for one in (old, new, last)]
    assert said == [7, 10, 12]

    for left, before in ((new, last), (old, new)):
        press(Key.Key_Z, CTRL)
        assert form.id() == left
        assert inside(here, left) == [here.mouse]
        assert rows(here.db, Housing, id=before) == []
    assert "is as it was before" in form.strip.text()


def test_an_empty_cage_stays_in_the_form(forms: Forms, here: Scene) -> None:
    empty = lived(here, "A5", 9, 2)
    form = forms.form("housing", empty)
    days(here, form, "10")
    assert (form.id(), len(rows(here.db, Housing))) == (empty, 1)
