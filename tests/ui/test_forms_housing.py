"""The forms of cages and of stays in them at the keyboard, on both engines."""

from datetime import timedelta
from uuid import UUID

import pytest

from colonydesk.db.tables import CageCleaning, Housing, HousingSubject
from colonydesk.qtkit.form_links import ChoiceLine
from colonydesk.queries.records import finding
from colonydesk.ui.forms.form import RecordForm
from tests.builders import NOW, Scene, row, rows
from tests.ui.forms import CTRL, Forms, Key, press, replace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
DAY = timedelta(days=1)


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


# Cages of one name


def chosen(form: RecordForm, name: str, text: str) -> str:
    """What stands in a reference after it was typed and taken with Enter."""
    form.view.focus(name)
    replace(text)
    press(Key.Key_Return)
    return form.view.words(name)


def offered(form: RecordForm, name: str, text: str) -> list[tuple[str, str]]:
    form.view.focus(name)
    replace(text)
    line = form.view.editor(name).keys()
    assert isinstance(line, ChoiceLine)
    return [(choice.title, choice.detail) for choice in line._choices]


@pytest.fixture
def three(here: Scene) -> list[UUID]:
    """A5 as it was twice, and as it is."""
    mate = here.subject("M2")
    return [lived(here, "A5", 60, 40), lived(here, "A5", 30, 5), lived(here, "A5", 5, who=mate)]


def test_an_animal_is_moved_into_the_cage_of_today(forms: Forms, here: Scene, three: list[UUID]) -> None:
    empty = here.add(Housing, cage_name="A52")
    form = forms.form_of_a_move(here.mouse)
    assert offered(form, "housing_id", "A5") == [("A5", "1 animal"), ("A52", "empty")]
    assert chosen(form, "housing_id", "A5") == "A5"
    assert form.view.value("housing_id") == three[2]
    press(Key.Key_S, CTRL)
    assert form.strip.text().startswith("Saved.")
    assert here.mouse in inside(here, three[2])
    assert inside(here, empty) == []


def test_a_cage_that_is_empty_is_still_there(forms: Forms, here: Scene) -> None:
    left, never = lived(here, "B1", 20, 3), here.add(Housing, cage_name="B2")
    form = forms.form_of_a_move(here.subject("M3"))
    for cage, housing in (("B1", left), ("B2", never)):
        chosen(form, "housing_id", cage)
        assert form.view.value("housing_id") == housing


@pytest.mark.parametrize("at_first", [1, finding.AT_FIRST])
def test_a_cleaning_of_the_past_is_told_from_one_of_today(
    forms: Forms, here: Scene, three: list[UUID], monkeypatch: pytest.MonkeyPatch, at_first: int
) -> None:
    monkeypatch.setattr(finding, "AT_FIRST", at_first)
    form = forms.form("cage_cleaning")
    titles = [title for title, _ in offered(form, "housing_id", "A5")]
    assert titles[0] == "A5"
    assert set(titles[1:]) == {"A5, until 29 Jan 2026", "A5, until 5 Mar 2026"}
    assert chosen(form, "housing_id", "A5") == "A5"
    assert form.view.value("housing_id") == three[2]
    press(Key.Key_S, CTRL)
    (cleaned,) = rows(here.db, CageCleaning)
    assert cleaned["housing_id"] == three[2]
    past = forms.form("housing", three[1])
    assert past.called() == "A5, until 5 Mar 2026"
    assert past.view.words("until").startswith("5 Mar 2026")


def test_the_list_of_cages_tells_the_past_from_the_present(
    forms: Forms, here: Scene, three: list[UUID]
) -> None:
    page = forms.records("housing")
    titles = [column.title for column in page.sheet.columns]
    model = page.table.model_

    def cells(housing: UUID) -> list[str]:
        place = model.row_of(housing)
        return [str(model.index(place, titles.index(title)).data()) for title in ("Animals", "Until")]

    forms.until(lambda: cells(three[2]) == ["1", "-"])
    assert [cells(one) for one in three] == [
        ["0", "29 Jan 09:30"],
        ["0", "5 Mar 09:30"],
        ["1", "-"],
    ]
    empty = lived(here, "C1", 9, 2)
    page.table.reload()
    forms.until(lambda: cells(empty) == ["0", "-"])
    another = here.add(Housing, cage_name="C1", created_at=NOW)
    forms.form_of_a_move(here.subject("M9"))
    replace("C1")
    press(Key.Key_Return)
    press(Key.Key_S, CTRL)
    assert len(inside(here, another)) == 1
    forms.until(lambda: cells(empty) == ["0", "8 Mar 10:30"])
