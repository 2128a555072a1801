"""What is asked and refused on Today can be read whole, however little room there is."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject
from colonydesk.qtkit.fields import Sentence
from colonydesk.ui.today.log import MOVE, UNDO
from tests.end_to_end.hands import Hands

Key = Qt.Key
SIZES = [(1280, 800), (1920, 1080)]


def cut_off(widget: QWidget) -> str:
    """What of a widget cannot be seen, as words; "" where it is there whole."""
    shown = widget.visibleRegion().boundingRect()
    if shown != widget.rect():
        return f"{shown} of {widget.rect()}"
    for text in widget.findChildren(QLabel):
        if text.text() and text.isVisible() and text.height() < text.heightForWidth(text.width()):
            return f"{text.height()} of {text.heightForWidth(text.width())} of {text.text()}"
    return ""


def act_in_log(hands: Hands, column: int) -> None:
    """Go to the entries of the animal in hand, and press the act of this column in the first."""
    records = hands.today.records
    records.show_entries(of_animal=True)
    hands.settle()
    records.log.setFocus()
    while records.log.currentIndex().column() != column:
        hands.press(Key.Key_Right)
    hands.enter()
    assert records.bar.isVisible()


def assert_bar_is_whole(hands: Hands, said: str) -> None:
    bar = hands.today.records.bar
    sentence = bar.findChild(Sentence)
    assert isinstance(sentence, Sentence)
    assert said in sentence.text()
    for part in bar.findChildren(QWidget):
        if part.isVisible():
            assert cut_off(part) == ""


@pytest.fixture(params=[150, 0], ids=["usual", "least"])
def pane(request: pytest.FixtureRequest, hands: Hands) -> int:
    """The height that the log's pane is given; it has a least one."""
    hands.today._down.setSizes([2000, request.param])
    return request.param


@pytest.mark.usefixtures("pane")
@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_why_a_record_cannot_be_moved_or_taken_out_is_read_whole(
    hands: Hands, colony: Database, size: tuple[int, int], large: bool
) -> None:
    with colony.read() as connection:
        long_dead = Subject.death_date < hands.now().date() - timedelta(days=3)
        dead = connection.execute(select(Subject.nickname).where(long_dead).limit(1)).scalar_one()
    hands.program.source.apply("light", large)
    hands.program.frame.resize(*size)
    act_in_log(hands, MOVE)
    hands.type(dead)
    hands.enter()
    assert_bar_is_whole(hands, "This animal died on")
    hands.escape()
    assert hands.at_weight
    assert hands.today.records._chips.isVisible()
    act_in_log(hands, UNDO)
    hands.enter()
    assert_bar_is_whole(hands, "Say why this entry is taken out.")
    assert (hands.program.frame.width(), hands.program.frame.height()) == size


# The animal in hand


class Watch(QObject):
    """What was cut off each time a sentence was painted while it asks something."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.painted = 0
        self.cut: set[str] = set()
        sentence.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and watched is self.sentence and self.sentence.state():
            self.painted += 1
            self.cut.add(cut_off(self.sentence))
        return False


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_what_is_asked_does_not_make_the_window_higher_and_is_read_whole_at_once(
    hands: Hands, size: tuple[int, int], large: bool
) -> None:
    frame, animal = hands.program.frame, hands.today.animal
    hands.program.source.apply("light", large)
    frame.resize(*size)
    frame.notice.tell("Something that is told.", "warning")
    for row in hands.today.list.model.rows[:4]:
        hands.find(row.nickname)
        state = animal.state()
        assert state is not None
        assert state.weight is not None
        for number, typed in ((animal.weight, f"{state.weight * 1.3:.1f}"), (animal.water, "5")):
            watch = Watch(number.sentence)
            number.setFocus()
            hands.type(typed)
            hands.enter()
            assert "Enter again" in hands.said
            hands.until(lambda watch=watch: watch.painted)
            assert watch.cut == {""}
            assert cut_off(number) == ""
            assert cut_off(animal.tiles) == ""
            assert (frame.width(), frame.height()) == size
            hands.escape()


def test_where_the_log_has_nearly_all_the_room_what_has_the_keys_is_seen(hands: Hands) -> None:
    hands.program.frame.resize(1280, 800)
    hands.today._down.setSizes([0, 2000])
    animal = hands.today.animal
    hands.until(lambda: cut_off(animal.water))
    hands.enter()
    assert hands.at_water
    assert cut_off(animal.water) == ""
    hands.type("5")
    hands.enter()
    assert "Enter again" in hands.said
    assert cut_off(animal.water) == ""
    hands.escape()
    for there in (animal.kind, animal.adlib, animal.why):
        hands.press(Key.Key_Tab)
        assert hands.focus is there
        assert cut_off(there) == ""
    for _ in range(4):
        hands.press(Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert hands.at_weight
    assert cut_off(animal.weight) == ""


def test_in_a_narrow_window_the_bar_leaves_out_what_is_said_elsewhere(hands: Hands) -> None:
    """A large screen at twice the size has no more room than this."""
    frame, bar = hands.program.frame, hands.today.top
    title, day = bar.spare

    def seen(width: int) -> tuple[bool, bool]:
        frame.resize(width, 640)
        hands.settle()
        assert frame.width() == width
        assert not any(cut_off(chip) for chip in bar.chips.values() if chip.isVisible())
        return title.isVisible(), day.isVisible()

    assert seen(1280) == (True, True)
    assert seen(1040) == (False, False)
    assert seen(1200) == (False, True)
    assert seen(1280) == (True, True)


def test_with_more_room_the_animal_s_name_comes_back(hands: Hands) -> None:
    frame, labels = hands.program.frame, hands.today.animal.findChildren(QLabel)
    name = next(one for one in labels if one.property("role") == "animal")
    frame.resize(1280, 500)
    hands.settle()
    hands.press(Key.Key_Tab)  # to the water
    assert cut_off(name)
    frame.resize(1280, 640)
    hands.settle()
    assert not cut_off(name)
