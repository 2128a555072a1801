from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QTableWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.key_hints import KeyHints
from colonydesk.qtkit.notice import Notice
from colonydesk.qtkit.parts import Chip, EmptyState, StateBadge, calm_table, capped, choose_data, paint_mark
from colonydesk.qtkit.theme import ThemeSource


def colours(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())
    }


def button(parent: QWidget, text: str) -> QPushButton:
    return next(found for found in parent.findChildren(QPushButton) if found.text() == text)


def test_chip_counts_and_is_pressed_by_hand_and_by_key(source: ThemeSource, qtbot: QtBot) -> None:
    chip = Chip(source, "Owed", 9)
    qtbot.addWidget(chip)
    chip.show()
    narrow = chip.sizeHint().width()
    chip.set_count(21)
    assert chip.sizeHint().width() > narrow
    assert chip.accessibleName() == "Owed 21"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert chip.isChecked()
    assert source.theme.accent in colours(chip)
    assert not chip.hasFocus()  # the hands stay in the field
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    assert not chip.isChecked()


def test_painted_parts_follow_the_theme(source: ThemeSource, qtbot: QtBot) -> None:
    badge = StateBadge(source, "under", "79.6 %")
    hint = KeyHints(source, (("Enter", "save, next field"), ("Esc", "clear")), (("F1", "help"),))
    for widget in (badge, hint):
        qtbot.addWidget(widget)
        widget.show()
    assert source.theme.under in colours(badge)
    assert source.theme.line in colours(hint)
    source.apply("night")
    assert source.theme.under in colours(badge)
    assert source.theme.line in colours(hint)
    badge.set("ok", "92.0 %")
    assert source.theme.under not in colours(badge)
    assert source.theme.ok in colours(badge)
    assert badge.accessibleName() == "ok: 92.0 %"
    assert hint.accessibleName() == "Enter: save, next field, Esc: clear, F1: help"


def test_key_hints_take_the_room_that_they_paint(source: ThemeSource, qtbot: QtBot) -> None:
    one = KeyHints(source, (("F1", "help"),))
    line = KeyHints(source, (("F1", "help"), ("F1", "help")), gap=8)
    two = KeyHints(source, (("F1", "help"),), (("F1", "help"), ("F1", "help")), gap=8)
    for widget in (one, line, two):
        qtbot.addWidget(widget)
    assert line.sizeHint().width() == 2 * one.sizeHint().width() + 8
    assert two.sizeHint().width() == line.sizeHint().width()
    assert two.sizeHint().height() == 2 * one.sizeHint().height() + 8
    two.show()
    picture = two.grab().toImage()
    painted = [
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y) != picture.pixelColor(0, one.sizeHint().height() + 4)
    ]
    assert max(y for _x, y in painted) > one.sizeHint().height() + 8  # the second line is there
    assert max(x for x, _y in painted) > one.sizeHint().width() + 8  # and what stands second in it


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_a_notice_that_is_put_away_leaves_the_keys_where_they_are(
    source: ThemeSource, qtbot: QtBot, by: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    notice, number = Notice(source), QLineEdit()
    column = QVBoxLayout(window)
    for widget in (notice, QPushButton("Menu"), number):
        column.addWidget(widget)
    window.show()
    window.activateWindow()
    number.setFocus()
    qtbot.waitUntil(number.hasFocus)
    for word in ("Open", "Dismiss"):
        notice.tell("M1 is owed water.", "warning", "Open", lambda: None)
        if by == "mouse":
            qtbot.mouseClick(button(notice, word), Qt.MouseButton.LeftButton)
        else:
            button(notice, "Open").setFocus(Qt.FocusReason.TabFocusReason)
            button(notice, word).setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.keyClick(button(notice, word), Qt.Key.Key_Space)
        assert notice.isHidden()
        assert number.hasFocus()


def test_notice_offers_an_act_and_goes_when_it_is_taken(source: ThemeSource, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    notice = Notice(source)
    notice.setParent(window)
    window.show()
    assert notice.text() == ""
    tried: list[str] = []
    notice.tell("The server went away.", "warning", "Try now", lambda: tried.append("now"), stays=True)
    assert notice.isVisible()
    assert notice.text() == "The server went away."
    assert button(notice, "Dismiss").isHidden()
    assert source.theme.near_ground in colours(notice)
    qtbot.mouseClick(button(notice, "Try now"), Qt.MouseButton.LeftButton)
    assert tried == ["now"]
    assert notice.isHidden()
    notice.tell("Imported 1,204 animals.")
    assert button(notice, "").isHidden()
    with qtbot.waitSignal(notice.changed) as changed:
        qtbot.mouseClick(button(notice, "Dismiss"), Qt.MouseButton.LeftButton)
    assert changed.args == [True]
    assert notice.isHidden()
    with qtbot.waitSignal(notice.changed) as changed:
        notice.put_away()
    assert changed.args == [False]
    assert tried == ["now"]


def test_empty_state_is_a_sentence_and_at_most_one_button(source: ThemeSource, qtbot: QtBot) -> None:
    pressed: list[int] = []
    empty = EmptyState("Nothing is owed today.", "Show done", lambda: pressed.append(1))
    qtbot.addWidget(empty)
    empty.show()
    qtbot.mouseClick(button(empty, "Show done"), Qt.MouseButton.LeftButton)
    assert pressed == [1]
    empty.tell("No animal is on restriction.")
    assert empty.findChild(QPushButton).isHidden()


def test_an_entry_is_chosen_by_what_equals_it(qtbot: QtBot) -> None:
    box, one, other = QComboBox(), uuid4(), uuid4()
    qtbot.addWidget(box)
    for text, data in (("all", None), ("one", one), ("other", other)):
        box.addItem(text, data)
    choose_data(box, UUID(str(other)))
    assert box.currentText() == "other"
    choose_data(box, uuid4())
    assert box.currentText() == "all"


def test_a_notice_says_it_shortly_where_all_of_it_takes_a_second_line(
    source: ThemeSource, qtbot: QtBot
) -> None:
    notice = Notice(source)
    qtbot.addWidget(notice)
    notice.resize(1600, 40)
    each = "2 notifications: PV_BP_011 has had no litter for 42 days; A-31 is due for cleaning since 27 Nov"
    notice.tell(each, "warning", "Open", short="2 notifications: 1 pair, 1 cage")
    assert notice.text() == each
    notice.resize(500, 40)
    assert notice.text() == "2 notifications: 1 pair, 1 cage"
    notice.resize(1600, 40)
    assert notice.text() == each
    notice.tell("Saved.")
    notice.resize(300, 40)
    assert notice.text() == "Saved."


def test_what_is_capped_stands_at_the_left_and_does_not_grow_with_the_window(qtbot: QtBot) -> None:
    window, field = QWidget(), QPushButton("field")
    qtbot.addWidget(window)
    row = capped(field, 720)
    row.setContentsMargins(0, 0, 0, 0)
    window.setLayout(row)
    window.resize(1600, 60)
    window.show()
    assert (field.x(), field.width()) == (0, 720)
    window.resize(400, 60)
    assert field.width() > 380


def test_the_mark_of_a_table_tells_whether_it_has_the_keys(source: ThemeSource, qtbot: QtBot) -> None:
    class Marked(QTableWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            paint_mark(self, source)

    window, view, other = QWidget(), Marked(2, 1), QPushButton("other")
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(view)
    column.addWidget(other)
    calm_table(view)
    view.setCurrentCell(1, 0)
    with qtbot.waitActive(window):
        window.show()

    def edge(row: int) -> str:
        box = view.visualRect(view.model().index(row, 0))
        return view.viewport().grab().toImage().pixelColor(1, box.center().y()).name().upper()

    view.setFocus()
    assert edge(1) == source.theme.accent
    other.setFocus()
    assert edge(1) == source.theme.faint
    assert edge(0) not in (source.theme.accent, source.theme.faint)
