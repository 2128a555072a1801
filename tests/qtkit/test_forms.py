"""The form builder: values in and out of every kind of field at the keyboard, and what is said at a field."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.domain.errors import Refused
from colonydesk.qtkit.form_image import LONGEST, small_image
from colonydesk.qtkit.forms import Clock, Entry, FormView, Labelled
from colonydesk.qtkit.search import Choice
from colonydesk.qtkit.theme import ThemeSource

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
CLOCK = Clock(lambda: NOW, lambda: ZoneInfo("Europe/London"))
SEX = (("M", "male"), ("F", "female"))


def no_blank(text: str) -> None:
    if " " in text:
        raise Refused("No blanks.")


ENTRIES = [
    Entry("nickname", "Name", "text", required=True, help="letters and digits"),
    Entry("note", "Note", "long"),
    Entry("weight", "Weight", "number", unit="g"),
    Entry("share", "Share", "number", unit="%", scale=100.0),
    Entry("count", "Count", "integer"),
    Entry("alive", "Alive", "boolean"),
    Entry("born", "Born", "date"),
    Entry("seen", "Seen", "moment"),
    Entry("sex", "Sex", "choice", codes=SEX),
    Entry("line", "Line", "reference"),
    Entry("projects", "Projects", "links"),
    Entry("about", "About", "object", codes=(("subject", "Animal"), ("line", "Line"))),
    Entry("tags", "Tags", "list"),
    Entry("json", "Extra fields", "json"),
    Entry("mark", "Ear mark", "text", check=no_blank),
    Entry("code", "Code", "text", check=no_blank, patient=True),
    Entry("made", "Made by", "shown", heading="Origin"),
]
LINES = {"l1": "C57", "l2": "C57 old", "l3": "DAT"}


@pytest.fixture
def view(source: ThemeSource, qtbot: QtBot) -> FormView:
    made = FormView(source, ENTRIES, CLOCK)
    made.asked.connect(lambda name, text: made.set_choices(name, text, found(text)))
    qtbot.addWidget(made)
    made.resize(460, 900)
    with qtbot.waitActive(made):
        made.show()
    made.set_values({})
    made.focus()
    return made


def found(text: str) -> list[Choice]:
    return [Choice(key, word) for key, word in LINES.items() if text.lower() in word.lower()]


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def go(view: FormView, name: str) -> None:
    for _ in range(40):
        if focus().property("field") == name:
            return
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
    raise AssertionError(name)


def type_into(view: FormView, name: str, text: str) -> None:
    go(view, name)
    QTest.keyClick(focus(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(focus(), Qt.Key.Key_Delete)
    QTest.keyClicks(focus(), text)


def press(key: Qt.Key) -> None:
    QTest.keyClick(focus(), key)


FILLED: dict[str, Any] = {
    "nickname": "M1",
    "note": "two\nlines",
    "weight": 20.123456789,
    "share": 0.85,
    "count": 3,
    "alive": True,
    "born": date(2025, 3, 1),
    "seen": datetime(2026, 7, 1, 9, 15, 42, 7, tzinfo=UTC),
    "sex": "F",
    "line": Labelled("l1", LINES),
    "projects": Labelled(("p1", "p2"), {"p1": "Maze", "p2": "Wheel"}),
    "about": Labelled(("line", "l3"), LINES),
    "tags": ["a", "b"],
    "json": {"k": [1, None]},
    "made": "ann",
}


def test_what_was_filled_in_comes_out_untouched(view: FormView) -> None:
    view.set_values(FILLED)
    assert view.changes() == {}
    assert view.dirty() == ()
    plain = {name: value.value if isinstance(value, Labelled) else value for name, value in FILLED.items()}
    assert {name: view.value(name) for name in plain} == plain
    assert view.words("seen") == "1 Jul 2026 10:15"
    assert view.words("share") == "85"
    assert view.words("projects") == "Maze, Wheel"
    view.set_values({})
    assert view.dirty() == ()
    assert view.value("line") is None


def test_every_kind_is_typed(view: FormView) -> None:
    for name, text in {
        "nickname": "M2",
        "note": "one line",
        "weight": "20,5",
        "share": "82.5 %",
        "count": "12",
        "born": "yesterday",
        "seen": "23 Nov 14:05",
        "tags": "x",
    }.items():
        type_into(view, name, text)
    go(view, "alive")
    press(Qt.Key.Key_Space)
    go(view, "sex")
    QTest.keyClicks(focus(), "fem")
    type_into(view, "line", "dat")
    press(Qt.Key.Key_Return)
    go(view, "json")
    press(Qt.Key.Key_Space)
    QTest.keyClicks(focus(), '{"a": 1}')
    assert view.changes() == {
        "nickname": "M2",
        "note": "one line",
        "weight": 20.5,
        "share": 0.825,
        "count": 12,
        "alive": True,
        "born": date(2026, 11, 23),
        "seen": datetime(2026, 11, 23, 14, 5, tzinfo=UTC),
        "sex": "F",
        "line": "l3",
        "tags": ["x"],
        "json": {"a": 1},
    }
    assert view.check()


def test_a_number_is_refused_while_it_is_typed_and_a_date_once_it_is_left(view: FormView) -> None:
    type_into(view, "weight", "2x")
    assert "not a number" in view.said("weight")
    assert view.changes() == {}
    assert view.dirty() == ("weight",)
    press(Qt.Key.Key_Backspace)
    assert view.said("weight") == ""
    type_into(view, "born", "23 No")
    assert view.said("born") == ""
    press(Qt.Key.Key_Tab)
    assert "is not a day" in view.said("born")
    assert not view.check()
    go(view, "born")
    QTest.keyClicks(focus(), "v")
    assert view.said("born") == ""


def test_what_is_needed_is_asked_for_when_it_is_saved_and_gets_the_keys(view: FormView) -> None:
    go(view, "count")
    assert not view.check()
    assert view.said("nickname") == "Name is needed."
    assert focus().property("field") == "nickname"


def test_enter_goes_on_and_the_help_of_the_field_is_told(view: FormView) -> None:
    heard: list[str] = []
    view.helped.connect(heard.append)
    press(Qt.Key.Key_Return)
    assert focus().property("field") == "note"
    press(Qt.Key.Key_Return)  # a new line of the note
    assert focus().property("field") == "note"
    QTest.keyClick(focus(), Qt.Key.Key_Backtab)
    assert heard[-1] == "letters and digits"


def test_a_reference_is_one_of_the_choices_or_refused(view: FormView) -> None:
    type_into(view, "line", "C57")
    press(Qt.Key.Key_Return)  # the one that is called exactly so
    assert view.value("line") == "l1"
    assert focus().property("field") == "line"
    type_into(view, "line", "nothing")
    press(Qt.Key.Key_Tab)
    assert "none of the choices" in view.said("line")
    type_into(view, "line", "dat")
    press(Qt.Key.Key_Tab)  # the whole name was typed
    assert view.value("line") == "l3"
    assert view.said("line") == ""
    type_into(view, "line", "")
    assert view.value("line") is None


def test_down_lists_what_there_is(view: FormView) -> None:
    go(view, "line")
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert view.value("line") == "l1"


def test_links_are_added_and_taken_out_by_keys(view: FormView) -> None:
    view.set_values(FILLED)
    go(view, "projects")
    while focus().metaObject().className() == "_Tag":
        press(Qt.Key.Key_Tab)
    QTest.keyClicks(focus(), "dat")
    press(Qt.Key.Key_Return)
    assert view.value("projects") == ("p1", "p2", "l3")
    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Backspace)
    assert view.value("projects") == ("p1",)
    assert view.changes() == {"projects": ("p1",)}
    QTest.keyClick(focus(), Qt.Key.Key_Backtab)
    assert focus().metaObject().className() == "_Tag", focus()
    press(Qt.Key.Key_Space)
    assert view.value("projects") == ()


def test_extra_fields_are_checked(view: FormView) -> None:
    go(view, "json")
    press(Qt.Key.Key_Space)
    for text, said in (("{", "Line 1"), ("[1]", "must be an object"), ('{"a": NaN}', "null")):
        type_into(view, "json", text)
        press(Qt.Key.Key_Tab)
        assert said in view.said("json")
        QTest.keyClick(focus(), Qt.Key.Key_Backtab)
    type_into(view, "json", json.dumps({"a": "é"}))
    assert view.value("json") == {"a": "é"}
    type_into(view, "json", "microscope: two-photon, 16x")
    press(Qt.Key.Key_Return)
    QTest.keyClicks(focus(), "count: 3")
    assert view.value("json") == {"microscope": "two-photon, 16x", "count": 3}


def test_a_rule_is_looked_at_while_a_value_is_typed(view: FormView) -> None:
    view.set_values({"nickname": "M1", "mark": "as it came"})
    assert view.check(), "what is in the books already is not judged"
    type_into(view, "mark", "a b")
    assert view.said("mark") == "No blanks."
    assert view.dirty() == ("mark",)
    assert "mark" not in view.changes()
    assert not view.check()
    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Backspace)
    assert (view.said("mark"), view.value("mark")) == ("", "a")
    type_into(view, "code", "c d")
    assert view.said("code") == "", "half of it looks wrong"
    press(Qt.Key.Key_Tab)
    assert view.said("code") == "No blanks."


def test_undo_in_a_field_is_for_what_was_typed_since_it_was_saved(view: FormView, qtbot: QtBot) -> None:
    undone: list[bool] = []
    action = QAction(view)
    action.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda on=False: undone.append(on))
    view.addAction(action)
    for name in ("nickname", "note"):
        view.set_values({name: "was"})
        type_into(view, name, "typed")
        QTest.keyClick(focus(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert undone == []
        assert view.value(name) != "typed"
        type_into(view, name, "saved")
        view.accept(view.values())
        QTest.keyClick(focus(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert (undone, view.value(name)) == ([False], "saved")
        undone.clear()


def test_an_object_is_of_the_kind_that_is_chosen(view: FormView) -> None:
    go(view, "about")
    QTest.keyClicks(focus(), "line")
    press(Qt.Key.Key_Tab)
    QTest.keyClicks(focus(), "dat")
    press(Qt.Key.Key_Return)
    assert view.value("about") == ("line", "l3")


def test_mine_and_theirs_are_chosen_at_the_field(view: FormView) -> None:
    view.set_values(FILLED)
    view.put("nickname", "M9")
    view.show_other("nickname", "M7", "M1", "M7", mine=True)
    assert view.others() == ("nickname",)
    row = view._rows["nickname"]
    row._choose.theirs.click()
    assert view.others() == ()
    assert view.value("nickname") == "M7"


def test_what_can_only_be_read_is_text_and_nothing_takes_no_room(view: FormView) -> None:
    view.set_values({"nickname": "M1"})
    assert view._rows["made"].isHidden()
    view.set_values(FILLED)
    assert not view._rows["made"].isHidden()
    view.set_read_only(["nickname"])
    assert not view.editor("nickname").isVisible()
    assert view._rows["nickname"]._plain.text() == "M1"


def test_an_image_is_made_smaller_and_what_is_none_is_refused(tmp_path: Path) -> None:
    large = QImage(4000, 1000, QImage.Format.Format_RGB32)
    large.fill(Qt.GlobalColor.red)
    large.save(str(tmp_path / "large.png"))
    made = QImage()
    assert made.loadFromData(small_image(tmp_path / "large.png"))
    assert (made.width(), made.height()) == (LONGEST, LONGEST // 4)
    (tmp_path / "text.png").write_text("no image")
    with pytest.raises(Refused, match="not an image"):
        small_image(tmp_path / "text.png")
    with pytest.raises(Refused, match="not there"):
        small_image(tmp_path / "none.png")
