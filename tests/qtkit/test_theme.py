import re
from dataclasses import fields

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontInfo, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import NUMBER, STATES, THEMES, Theme, ThemeSource, font

NAMES = list(THEMES)


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("name", NAMES)
def test_every_token_is_a_colour(name: str) -> None:
    theme = THEMES[name]
    assert theme.name == name
    for field in fields(Theme):
        if field.name not in ("name", "row"):
            assert re.fullmatch(r"#[0-9A-F]{6}", getattr(theme, field.name)), field.name


@pytest.mark.parametrize("name", NAMES)
def test_text_and_states_can_be_read_on_their_grounds(name: str) -> None:
    theme = THEMES[name]
    grounds = (theme.panel, theme.ground, theme.rail, theme.selection)
    for ground in grounds:
        assert contrast(theme.text, ground) >= 4.5
        assert contrast(theme.secondary, ground) >= 4.5
        assert contrast(theme.hint, ground) >= 4.5
        for state in STATES:
            assert contrast(theme.state(state), ground) >= 4.5, state
    for state in STATES:
        assert contrast(theme.state(state), theme.state_ground(state)) >= 4.5, state
        assert contrast(theme.text, theme.state_ground(state)) >= 4.5, state
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.faint, theme.panel) >= 3.0  # edges, large figures
    assert contrast(theme.faint, theme.ground) >= 3.0


def test_night_is_dim_everywhere() -> None:
    night = THEMES["night"]
    brightest = max(luminance(getattr(night, f.name)) for f in fields(Theme) if f.name not in ("name", "row"))
    assert brightest < 0.33


def test_the_font_is_ours_and_its_figures_are_of_one_width(source: ThemeSource, qtbot: QtBot) -> None:
    assert QFontInfo(font()).family() == "Inter"
    for weight in (400, 600, 700):
        metrics = QFontMetricsF(font(NUMBER, weight))
        assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0888")
    animal = label("CK_0412", "animal")
    qtbot.addWidget(animal)
    animal.ensurePolished()
    assert animal.font().pixelSize() == 36
    assert animal.fontMetrics().horizontalAdvance("1111") == animal.fontMetrics().horizontalAdvance("0888")


@pytest.mark.parametrize("name", NAMES)
def test_a_check_box_is_seen_and_its_tick_too(name: str, source: ThemeSource, qtbot: QtBot) -> None:
    source.apply(name)
    box = QCheckBox("ad lib")
    qtbot.addWidget(box)
    box.show()
    box.clearFocus()

    def colours() -> set[str]:
        image = box.grab(QRect(0, 0, 16, box.height())).toImage()
        return {image.pixelColor(x, y).name().upper() for x in range(16) for y in range(image.height())}

    assert source.theme.faint in colours()
    assert source.theme.accent not in colours()
    box.setChecked(True)
    assert source.theme.accent in colours()
    assert "#000000" in colours()  # the tick


@pytest.mark.parametrize("name", NAMES)
def test_what_an_empty_field_waits_for_can_be_read(name: str, source: ThemeSource, qtbot: QtBot) -> None:
    """A large figure may be paler: it is not to be taken for a typed one."""
    source.apply(name)

    def inks(*, bare: bool) -> set[str]:
        line = QLineEdit()
        qtbot.addWidget(line)
        line.setProperty("bare", bare)
        line.setPlaceholderText("IIII")
        line.show()
        image = line.grab().toImage()
        spots = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return {image.pixelColor(*spot).name().upper() for spot in spots}

    assert source.theme.hint in inks(bare=False)
    assert source.theme.faint in inks(bare=True) - inks(bare=False)


def test_a_switch_reaches_open_widgets_and_those_who_paint_themselves(
    source: ThemeSource, qtbot: QtBot, qapp: QApplication
) -> None:
    button = QPushButton("Save")
    caption = QLabel("today")
    caption.setProperty("role", "caption")
    for widget in (button, caption):
        qtbot.addWidget(widget)
        widget.show()
    small = button.sizeHint().height()
    with qtbot.waitSignal(source.changed) as told:
        source.apply("dark", large=True)
    assert told.args[0] is source.theme
    assert source.theme.name == "dark"
    assert source.theme.row == 44
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == source.theme.ground
    assert caption.palette().color(QPalette.ColorRole.WindowText).name().upper() == source.theme.secondary
    assert button.sizeHint().height() == small + 8
