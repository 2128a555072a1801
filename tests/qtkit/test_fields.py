import re
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from colonydesk.domain.errors import Refused
from colonydesk.qtkit.fields import NumberField, Sentence
from colonydesk.qtkit.form_editors import LineEditor, LongEditor
from colonydesk.qtkit.search import SearchLine
from colonydesk.qtkit.theme import ThemeSource
from tests.conftest import ROOT


def parse(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Refused(f"“{text}” is not a number.", "weight") from None


class Heard:
    def __init__(self, field: NumberField) -> None:
        self.edited: list[Any] = []
        self.submitted: list[Any] = []
        field.edited.connect(self.edited.append)
        field.submitted.connect(self.submitted.append)


@pytest.fixture
def field(source: ThemeSource, qtbot: QtBot) -> NumberField:
    made = NumberField(source, "Weight", "g", parse)
    qtbot.addWidget(made)
    made.resize(336, 160)
    made.show()
    made.setFocus()
    return made


def test_tells_the_value_with_every_key_and_once_with_enter(field: NumberField, qtbot: QtBot) -> None:
    heard = Heard(field)
    qtbot.keyClicks(field.edit, "20,1")
    assert heard.edited == [2.0, 20.0, 20.0, 20.1]
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert heard.submitted == [20.1]
    assert field.text() == "20,1"  # Enter clears nothing


def test_an_enter_that_is_held_down_is_one(field: NumberField, qtbot: QtBot) -> None:
    heard = Heard(field)
    qtbot.keyClicks(field.edit, "20")
    for is_repeat in (False, True, True):
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, none, "\r", is_repeat)
        QGuiApplication.sendEvent(field.edit, event)
    assert heard.submitted == [20.0]


def test_refuses_while_typing_and_takes_it_back(field: NumberField, qtbot: QtBot) -> None:
    heard = Heard(field)
    qtbot.keyClicks(field.edit, "2x")
    assert field.value() is None
    assert heard.edited == [2.0, None]
    assert field.sentence.text() == field.refusal() == "“2x” is not a number."
    assert field.sentence.state() == "refused"
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert heard.submitted == []
    assert field.text() == "2x"
    qtbot.keyClick(field.edit, Qt.Key.Key_Backspace)
    assert field.value() == 2.0
    assert field.refusal() == field.sentence.text() == ""


def test_a_paste_of_two_lines_is_kept_and_refused(field: NumberField, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("20.1\n22.4")
    field.edit.paste()
    assert "20.1" in field.text()
    assert "22.4" in field.text()
    assert field.refusal()


def test_a_refusal_from_outside_stays_until_the_text_changes(field: NumberField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.edit, "20")
    field.refuse("The animal died on 3 Nov.")
    assert field.text() == "20"
    assert field.sentence.text() == "The animal died on 3 Nov."
    qtbot.keyClicks(field.edit, ".1")
    assert field.sentence.text() == ""


def test_a_sentence_about_the_value_is_left_alone_while_typing(field: NumberField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.edit, "20")
    field.sentence.say("under", "79.6 %", "of 24.9 g expected")
    qtbot.keyClicks(field.edit, ".1")
    assert field.sentence.text() == "79.6 % of 24.9 g expected"


def test_empty_is_submitted_as_none_and_a_suggestion_is_no_value(field: NumberField, qtbot: QtBot) -> None:
    heard = Heard(field)
    field.set_suggestion("0.53")
    assert field.value() is None
    qtbot.keyClick(field.edit, Qt.Key.Key_Enter)
    assert heard.submitted == [None]


def test_escape_empties_the_field_and_then_is_the_screens(field: NumberField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.edit, "2x")
    heard = Heard(field)
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert (field.text(), field.sentence.text(), heard.edited) == ("", "", [None])
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert heard.edited == [None]


def test_while_saving_it_keeps_its_text_and_takes_no_keys(field: NumberField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.edit, "20.1")
    heard = Heard(field)
    field.set_saving(True)
    qtbot.keyClicks(field.edit, "5")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert field.text() == "20.1"
    assert heard.edited == heard.submitted == []
    field.set_saving(False)
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert heard.submitted == [20.1]


def test_a_refused_field_shows_it(field: NumberField, source: ThemeSource, qtbot: QtBot) -> None:
    def edge() -> str:
        frame = field.edit.parentWidget()
        return frame.grab().toImage().pixelColor(frame.width() // 2, 0).name().upper()

    field.edit.clearFocus()
    assert edge() == source.theme.line
    field.refuse("No.")
    assert edge() == source.theme.under


def test_sentence_escapes_what_it_says_and_keeps_its_room(source: ThemeSource, qtbot: QtBot) -> None:
    sentence = Sentence(source, lines=2)
    qtbot.addWidget(sentence)
    room = sentence.sizeHint().expandedTo(sentence.minimumSize()).height()
    sentence.say("near", "<b>9 %</b>", "x < y", "third & last")
    assert sentence.text() == "<b>9 %</b> x < y\nthird & last"
    assert "&lt;b&gt;" in sentence._label.text()
    sentence.clear()
    assert sentence.height() >= room or sentence.minimumHeight() == room
    nothing = Sentence(source)
    qtbot.addWidget(nothing)
    assert nothing.maximumHeight() == 0
    nothing.say("ok", "92 %")
    assert nothing.maximumHeight() > 1000


@pytest.mark.parametrize("make", [NumberField, SearchLine, LineEditor, LongEditor])
def test_in_deep_night_the_caret_is_no_brighter_than_the_text(
    source: ThemeSource, qtbot: QtBot, make: type[QWidget]
) -> None:
    """Qt's own is white on black."""
    source.apply("night")
    made = {
        NumberField: lambda: NumberField(source, "Weight", "g", parse),
        SearchLine: lambda: SearchLine(source),
        LineEditor: lambda: LineEditor(),
        LongEditor: lambda: LongEditor(),
    }[make]()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    edit = getattr(made, "edit", made)
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    qtbot.keyClicks(edit, "20.1")
    image = made.grab().toImage()
    lights = {image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())}
    assert max(lights) == max(QColor(source.theme.text).lightness(), QColor(source.theme.accent).lightness())


def test_every_line_and_page_that_is_typed_in_has_that_caret() -> None:
    """A plain one would be white in deep night, wherever it stands."""
    for file in sorted((ROOT / "colonydesk").rglob("*.py")):
        if file.name != "caret.py":
            found = re.findall(
                r"Q(?:Line|PlainText|Text)Edit\(\)|\(Q(?:Line|PlainText|Text)Edit\):", file.read_text("utf-8")
            )
            assert found == [], file
