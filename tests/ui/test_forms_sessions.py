"""Sessions chosen by animal and day at the keyboard, on both engines."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from colonydesk.db.tables import Session, WaterAdministration
from colonydesk.qtkit.form_links import ChoiceLine, ReferenceEditor
from colonydesk.qtkit.forms import FormView
from colonydesk.ui.data.files import RegisterPage
from colonydesk.ui.forms.asking import day_in
from tests.builders import NOW, Scene, row, rows
from tests.ui.forms import CTRL, Forms, Key, press, replace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
DAY = timedelta(days=1)
TODAY = date(2026, 3, 10)


@pytest.fixture
def trained(here: Scene) -> list[UUID]:
    """A session of CK_0267 a day, the last one first; one of another animal at the same times."""
    mouse, other = here.subject("CK_0267"), here.subject("CK_0268")
    made = []
    for day in range(32):
        start = NOW - day * DAY - timedelta(hours=4 if day == 31 else 0)
        made.append(here.add(Session, subject_id=mouse, start_time=start, number=1))
        here.add(Session, subject_id=other, start_time=start, number=1)
    return made


def mouse_of(here: Scene, session: UUID) -> UUID:
    subject_id = row(here.db, Session, session)["subject_id"]
    assert isinstance(subject_id, UUID)
    return subject_id


def offered(view: FormView, name: str, text: str) -> list[str]:
    view.focus(name)
    replace(text)
    line = view.editor(name).keys()
    assert isinstance(line, ChoiceLine)
    return [choice.title for choice in line._choices]


@pytest.mark.parametrize(
    "text",
    [
        "CK_0267, 7 Feb 2026 05:30, no. 1",
        "CK_0267 7 Feb",
        "7 feb ck_0267",
        "CK_0267 2026-02-07",
        "ck_0267 7.2.",
    ],
)
def test_a_session_is_found_by_its_animal_and_day(
    forms: Forms, here: Scene, trained: list[UUID], text: str
) -> None:
    form = forms.form("session", subject_id=mouse_of(here, trained[0]))
    assert offered(form.view, "parent_session_id", text) == ["CK_0267, 7 Feb 2026 05:30, no. 1"]
    press(Key.Key_Return)
    assert form.view.value("parent_session_id") == trained[31]
    press(Key.Key_S, CTRL)
    assert form.strip.text().startswith("Saved.")


def test_a_day_alone_is_enough_where_the_animal_is_chosen(
    forms: Forms, here: Scene, trained: list[UUID]
) -> None:
    form = forms.form("water_administration", subject_id=mouse_of(here, trained[0]))
    assert offered(form.view, "session_id", "CK") == [
        f"CK_0267, {day} Mar 2026 {'10' if day > 7 else '09'}:30, no. 1" for day in range(10, 0, -1)
    ] + [f"CK_0267, {day} Feb 2026 09:30, no. 1" for day in range(28, 18, -1)]
    assert offered(form.view, "session_id", "10 Mar") == ["CK_0267, 10 Mar 2026 10:30, no. 1"]
    press(Key.Key_Return)
    form.view.focus("water_administered")
    replace("0.5")
    press(Key.Key_S, CTRL)
    if not form.strip.text().startswith("Saved."):
        press(Key.Key_S, CTRL)
    (given,) = rows(here.db, WaterAdministration)
    assert given["session_id"] == trained[0]


def test_a_session_is_told_from_its_part_and_from_others_of_the_day(
    forms: Forms, here: Scene, trained: list[UUID]
) -> None:
    mouse = mouse_of(here, trained[0])
    part = {"start_time": NOW, "number": 1, "parent_session_id": trained[0]}
    here.add(Session, subject_id=mouse, **part)
    late = {"start_time": NOW + timedelta(hours=9), "number": 2, "task_protocol": "late 10"}
    here.add(Session, subject_id=mouse, **late)
    form = forms.form("session", subject_id=mouse)
    whole, later = "CK_0267, 10 Mar 2026 10:30, no. 1", "CK_0267, 10 Mar 2026 19:30, no. 2"
    found = offered(form.view, "parent_session_id", "10 Mar")
    assert (found[0], set(found[1:])) == (later, {whole, f"{whole}, sub-session"})
    assert offered(form.view, "parent_session_id", f"{whole}, sub-session") == [f"{whole}, sub-session"]
    assert offered(form.view, "parent_session_id", "10 Mar no. 2") == [later]
    assert offered(form.view, "parent_session_id", "10 Mar late") == [later]
    assert offered(form.view, "parent_session_id", "late 10") == [later]
    offered(form.view, "parent_session_id", whole)
    press(Key.Key_Return)
    assert form.view.value("parent_session_id") == trained[0]


def test_files_are_registered_with_a_session_of_a_day(forms: Forms, here: Scene, trained: list[UUID]) -> None:
    page = forms.shown(RegisterPage(forms.desk))
    assert offered(page.view, "session_id", "CK_0268 12 Feb") == ["CK_0268, 12 Feb 2026 09:30, no. 1"]
    press(Key.Key_Return)
    editor = page.view.editor("session_id")
    assert isinstance(editor, ReferenceEditor)
    assert editor.words() == "CK_0268, 12 Feb 2026 09:30, no. 1"


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("10 Mar", (), date(2026, 3, 10)),
        ("CK_1 10 Mar 2025 left", ("CK_1", "left"), date(2025, 3, 10)),
        ("yesterday CK_1", ("CK_1",), date(2026, 3, 9)),
        ("CK_1, 2025-12-31", ("CK_1",), date(2025, 12, 31)),
    ],
)
def test_a_day_among_words(text: str, words: tuple[str, ...], day: date) -> None:
    found = day_in(text, TODAY)
    assert found is not None
    assert (found.words, day in found.days) == (words, True)


def test_a_day_without_its_year_is_of_any() -> None:
    for text in ("3 Dec", "dec 3", "3.12."):
        found = day_in(text, TODAY)
        assert found is not None
        assert {date(2025, 12, 3), date(2019, 12, 3)} <= found.days
        assert all((one.month, one.day) == (12, 3) for one in found.days)
    others = ("CK_0267", "10", "-3", "6.4", "no. 1", "Sun", "31 Feb", "")
    assert [day_in(text, TODAY) for text in others] == [None] * len(others)


def test_a_session_over_night_ends_on_the_next_day(forms: Forms, here: Scene) -> None:
    form = forms.form("session", subject_id=here.mouse)

    def understood() -> str:
        return form.view._rows["end_time"]._note.text().replace("\N{NO-BREAK SPACE}", " ")

    form.view.focus("start_time")
    replace("8 Mar 22:00")
    form.view.focus("end_time")
    replace("6:30")
    assert (
        form.view._rows["end_time"]
        ._note.text()
        .replace("\N{NO-BREAK SPACE}", " ")
        .startswith("9 Mar 2026 06:30")
    )
    press(Key.Key_S, CTRL)
    assert form.strip.text() == "Saved."
    (made,) = rows(here.db, Session)
    assert made["end_time"] - made["start_time"] == timedelta(hours=8, minutes=30)
    form.view.focus("end_time")
    replace("14:00")
    assert understood().endswith(", before its start")
    press(Key.Key_S, CTRL)
    assert form.view.said("end_time") == "The end is before the start."
