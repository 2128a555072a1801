"""A window of 1024 pixels: a small screen, or a large one at twice the size."""

from typing import Any

from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from colonydesk.queries.reports import REPORTS
from tests.end_to_end.hands import Hands

WIDTH, HEIGHT = 1024, 700
SECTIONS = ("today", "subjects", "procedures", "data", "notifications", "reports", "administration")
PAGES = {
    "procedures": (
        *("surgery", "virus_injection", "session", "ephys", "water_restriction", "other_action", "cull"),
        "training",
    ),
    "reports": tuple(REPORTS),
    "notifications": ("rules", "mail", "station", "list"),
}


def squeezed(screen: QWidget) -> list[str]:
    """Buttons whose words are cut off."""
    buttons = [one for one in screen.findChildren(QPushButton) if one.isVisible()]
    return [one.text() for one in buttons if one.width() < one.minimumSizeHint().width()]


def test_with_every_section_open_the_window_goes_down_to_it(hands: Hands) -> None:
    frame = hands.program.frame
    for section in SECTIONS:
        screen: Any = frame.show_section(section)
        hands.settle()
        for page in PAGES.get(section, ()):
            screen.show_page(page)
            hands.settle()
            # Once what has come is laid out: what a page hides then was in the way before.
            QApplication.processEvents()
            frame.resize(WIDTH, HEIGHT)
            hands.settle()
            assert frame.width() == WIDTH, (section, page)
            hands.until(lambda of=screen: not squeezed(of))
    for section in SECTIONS:
        frame.show_section(section)
        hands.settle()
        assert (frame.width(), frame.height()) == (WIDTH, HEIGHT), section


def test_a_list_of_procedures_leaves_out_its_name_and_has_it_again_with_more_room(hands: Hands) -> None:
    frame = hands.program.frame
    screen: Any = frame.show_section("procedures")
    screen.show_page("water_restriction")
    line = screen.pane("water_restriction").line

    [name] = [one for one in line.findChildren(QLabel) if one.property("role") == "title"]

    def seen(width: int) -> bool:
        frame.resize(width, HEIGHT)
        hands.settle()
        QApplication.processEvents()
        return name.isVisible()

    assert [seen(width) for width in (1280, WIDTH, 1280)] == [True, False, True]
