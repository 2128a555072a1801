"""The panel that changes several animals: nothing is done that was not shown before."""

from uuid import UUID

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from colonydesk.db.tables import Line, Subject, SubjectRequest
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.form_links import ReferenceEditor
from colonydesk.queries.people import Member
from colonydesk.ui.subjects import bulk
from colonydesk.ui.subjects.bulk import BulkPanel
from tests.builders import rows
from tests.ui.forms import Forms, Key, press
from tests.ui.starting import OFFSCREEN

pytestmark = OFFSCREEN


@pytest.fixture
def animals(forms: Forms) -> tuple[UUID, ...]:
    return tuple(forms.here.subject(f"N{number}") for number in range(2))


@pytest.fixture
def panel(forms: Forms, animals: tuple[UUID, ...], qtbot: QtBot) -> BulkPanel:
    made = BulkPanel(forms.desk)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_animals(animals)
    return made


def cages(forms: Forms) -> set[str | None]:
    return {one["cage"] for one in rows(forms.here.db, Subject) if one["nickname"].startswith("N")}


def test_it_is_offered_once_what_is_chosen_now_has_been_shown(
    forms: Forms, panel: BulkPanel, qtbot: QtBot
) -> None:
    panel.form.put("cage", "C1")
    panel.change()  # as by a hand that is quicker than the sentence
    assert not panel.apply.isEnabled()
    assert cages(forms) == {None}
    qtbot.waitUntil(panel.apply.isEnabled)
    assert "C1" in panel.summary.text()
    panel.form.put("cage", "C2")
    assert not panel.apply.isEnabled()
    qtbot.waitUntil(panel.apply.isEnabled)
    assert "C2" in panel.summary.text()
    panel.change()
    assert cages(forms) == {"C2"}


def test_an_answer_to_what_was_chosen_before_offers_nothing(
    forms: Forms, panel: BulkPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(forms.desk, "read", lambda *_, done, **__: asked.append(done))
    panel.form.put("cage", "C1")
    qtbot.waitUntil(lambda: bool(asked))
    assert not panel.apply.isEnabled()


def test_a_name_that_is_typed_halfway_is_not_left_out(forms: Forms, panel: BulkPanel, qtbot: QtBot) -> None:
    line = forms.here.add(Line, nickname="Ai95")
    panel.form.put("cage", "C1")
    panel.form.focus("line_id")
    QTest.keyClicks(panel.form.editor("line_id").keys(), "Ai9")
    qtbot.waitUntil(lambda: "Line" in panel.summary.text())
    assert not panel.apply.isEnabled()
    panel.change()
    assert cages(forms) == {None}
    editor = panel.form.editor("line_id")
    assert isinstance(editor, ReferenceEditor)
    QTest.keyClicks(editor.keys(), "5")
    press(Key.Key_Tab)  # the whole name is taken by going on
    qtbot.waitUntil(panel.apply.isEnabled)
    assert "the line Ai95" in panel.summary.text()
    panel.change()
    found = {one["line_id"] for one in rows(forms.here.db, Subject) if one["nickname"].startswith("N")}
    assert found == {line}


def test_what_is_refused_of_a_request_is_not_offered(forms: Forms, panel: BulkPanel, qtbot: QtBot) -> None:
    line = forms.here.add(Line, nickname="Ai95")
    wanted = forms.here.add(SubjectRequest, user_id=forms.here.bob, line_id=line, count=4)
    panel.form.put("request_id", forms.labelled("subject_request", wanted))
    qtbot.waitUntil(lambda: "not of the line Ai95" in panel.summary.text())
    assert not panel.apply.isEnabled()


def test_another_member_is_told_anew_what_may_be_given_away(
    forms: Forms, panel: BulkPanel, qtbot: QtBot
) -> None:
    here = forms.here
    panel.show_animals((here.subject("S1", responsible_user_id=here.bob),))
    panel.form.put("responsible_user_id", forms.labelled("lab_member", here.ann))
    qtbot.waitUntil(lambda: "only bob" in panel.summary.text())
    assert not panel.apply.isEnabled()
    forms.desk.set_member(Member(here.bob, "bob", "Bob"))
    qtbot.waitUntil(panel.apply.isEnabled)


def test_a_look_that_failed_can_be_taken_again(
    forms: Forms, panel: BulkPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise KnownError("The server does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "preview", down)
        panel.form.put("cage", "C1")
        qtbot.waitUntil(lambda: bool(panel.strip.acts()))
    assert not panel.apply.isEnabled()
    panel.strip._acts[0].click()
    qtbot.waitUntil(panel.apply.isEnabled)
