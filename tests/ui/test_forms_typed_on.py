"""What is typed while a form is on its way to the database or back stays, and counts as not saved."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from PySide6.QtTest import QTest

from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.db.tables import Food, Lab, Surgery, Weighing
from colonydesk.services.done import Done
from colonydesk.ui.forms.form import RecordForm
from colonydesk.ui.subjects.beside import Beside
from tests.builders import NOW, Scene, row, rows
from tests.slow import Slow
from tests.ui.forms import CTRL, Forms, Key, focus, press, replace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SINCE = "Saved, but for what you typed since."


def narrative(here: Scene, row_id: UUID) -> object:
    return row(here.db, Surgery, row_id)["narrative"]


@pytest.fixture
def surgery(forms: Forms) -> RecordForm:
    """One that is there, with the keys behind its narrative."""
    here = forms.here
    made = here.add(Surgery, subject_id=here.mouse, start_time=NOW, narrative="Headplate.")
    form = forms.form("surgery", made)
    form.view.focus("narrative")
    press(Key.Key_End, CTRL)
    return form


def shown(form: RecordForm) -> str:
    return form.view.words("narrative")


@pytest.mark.parametrize("let", [0, 1])
def test_what_is_typed_while_it_is_saved_or_read_again_stays(
    forms: Forms, surgery: RecordForm, monkeypatch: pytest.MonkeyPatch, let: int
) -> None:
    row_id = surgery.id()
    assert row_id is not None
    QTest.keyClicks(focus(), " One.")
    slow = Slow(forms.desk.jobs, monkeypatch)
    press(Key.Key_S, CTRL)
    slow.let_through(let)  # with 1 it is saved, and on its way back
    QTest.keyClicks(focus(), " Two.")
    slow.let_all_through()
    assert narrative(forms.here, row_id) == "Headplate. One."
    assert shown(surgery) == "Headplate. One. Two."
    assert surgery.unsaved()
    assert surgery.strip.text() == (SINCE if let == 0 else "")
    press(Key.Key_S, CTRL)
    slow.let_all_through()
    assert narrative(forms.here, row_id) == "Headplate. One. Two."
    assert not surgery.unsaved()
    surgery.undo()
    slow.let_all_through()
    assert shown(surgery) == "Headplate. One."


def test_the_rest_of_what_is_read_again_comes_around_what_is_typed(
    forms: Forms, surgery: RecordForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(forms.desk.jobs, monkeypatch)
    surgery.view.put("outcome_type", "r")
    press(Key.Key_S, CTRL)
    slow.let_through()
    QTest.keyClicks(focus(), " Two.")
    slow.let_all_through()
    assert (shown(surgery), surgery.view.value("outcome_type")) == ("Headplate. Two.", "r")
    assert surgery.view.dirty() == ("narrative",)


def test_what_somebody_else_saves_is_not_loaded_under_the_hands(
    forms: Forms, surgery: RecordForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = surgery.id()
    assert row_id is not None
    slow = Slow(forms.desk.jobs, monkeypatch)
    forms.desk.bus.publish({"surgery": frozenset({row_id})})
    QTest.keyClicks(focus(), " Two.")
    slow.let_all_through()
    assert shown(surgery) == "Headplate. Two."


def test_another_record_does_not_take_the_place_of_what_is_typed(
    forms: Forms, surgery: RecordForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = surgery.id()
    other = forms.here.add(Surgery, subject_id=forms.here.mouse, start_time=NOW, narrative="Other.")
    slow = Slow(forms.desk.jobs, monkeypatch)
    for ask in (partial(surgery.open, other), surgery.new):
        assert ask()
        QTest.keyClicks(focus(), "!")
        slow.let_all_through()
        assert surgery.id() == row_id
        assert surgery.strip.text() == "What you typed is not saved yet."
        surgery.discard()
        slow.let_all_through()
        assert shown(surgery) == "Headplate."


def test_the_form_of_a_new_animal_stays_while_it_is_typed_on_in(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = forms.shown(Beside(forms.desk))
    beside.new_animal()
    form = beside.form
    assert form is not None
    form.view.put("nickname", "M7")
    form.view.put("sex", "F")
    form.view.focus("description")
    slow = Slow(forms.desk.jobs, monkeypatch)
    press(Key.Key_S, CTRL)
    QTest.keyClicks(focus(), "one ear")
    slow.let_all_through()
    assert form.view.words("description") == "one ear"
    assert form.strip.text() == SINCE
    assert beside.animal() is None
    press(Key.Key_S, CTRL)
    slow.let_all_through()
    assert beside.animal() is not None


# A save whose answer is lost


def lose_the_answer(forms: Forms, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next write is done, and the server is gone before it says so."""
    really = forms.desk.jobs.write

    def write(work: Callable[[], Done], done: object, failed: Callable[[Exception], None]) -> None:
        work()
        monkeypatch.setattr(forms.desk.jobs, "write", really)
        failed(DatabaseUnavailable("The server cannot be reached."))

    monkeypatch.setattr(forms.desk.jobs, "write", write)


def test_a_new_record_whose_answer_was_lost_is_gone_on_with(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = forms.form("food")
    form.view.put("name", "Pellets")
    lose_the_answer(forms, monkeypatch)
    form.save()
    form.view.put("description", "soft")
    form.save()
    assert form.strip.text().startswith("This record was saved already:")
    assert form.view.others() == ()
    form.save()
    (found,) = rows(forms.here.db, Food)
    assert (found["name"], found["description"]) == ("Pellets", "soft")


def test_a_new_weighing_whose_answer_was_lost_is_gone_on_with(
    forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = forms.form("weighing", subject_id=forms.here.mouse)
    form.view.put("weight", 21.5)
    lose_the_answer(forms, monkeypatch)
    form.save()
    form.view.put("name", "by the door")
    for _ in range(2):  # it is asked about: M1 has one of that minute
        form.save()
    assert form.strip.text().startswith("This record was saved already:")
    (found,) = rows(forms.here.db, Weighing)
    assert form.id() == found["id"]


# Another clock


def test_moments_are_written_by_the_clock_of_the_animals_lab(forms: Forms) -> None:
    here = forms.here
    far = here.add(Lab, name="far", timezone="Asia/Tokyo")
    other = here.subject("T1", lab_id=far)
    form = forms.form("weighing")
    assert form.view.words("date_time") == "10 Mar 2026 10:30"
    form.view.put("subject_id", forms.labelled("subject", other))
    assert form.view.words("date_time") == "10 Mar 2026 23:30"
    assert form.view.value("date_time") == NOW
    form.view.focus("date_time")
    replace("10 Mar 2026 23:29")
    form.view.put("weight", 21.5)
    form.save()
    (found,) = rows(here.db, Weighing)
    assert (NOW - found["date_time"]).total_seconds() == 60

    begun = forms.form("weighing", subject_id=other)
    assert begun.view.words("date_time") == "10 Mar 2026 23:30"
