"""The family as a drawing: where it stands, and how it is walked."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.migrate import open_database
from colonydesk.db.tables import BreedingPair, Litter
from colonydesk.ui.animal.pedigree import Box
from colonydesk.ui.animal.tree import TreeTab
from tests.builders import Scene, scene
from tests.ui.animals import ALT, TREE, Key, Page, page_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def here(sqlite_url: str) -> Scene:
    return scene(open_database(sqlite_url))


@pytest.fixture
def page(here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Page:
    return page_on(here, qapp, qtbot, tmp_path)


def litters(here: Scene, father: UUID, count: int, pups: int, prefix: str = "") -> None:
    mate = here.subject(f"W_{father.hex[:4]}", sex="F")
    pair = here.add(BreedingPair, father_id=father, mother1_id=mate)
    for number in range(count):
        born = date(2026, 1, 1 + number % 28)
        litter = here.add(Litter, name=f"L{number:02}{prefix}", breeding_pair_id=pair, birth_date=born)
        for pup in range(pups):
            here.subject(f"P{prefix}{number:02}_{pup}", litter_id=litter, birth_date=born, sex="MFU"[pup % 3])


@pytest.fixture
def family(here: Scene) -> UUID:
    """M2 with two parents, two litter mates and a litter of three."""
    pair = here.add(BreedingPair, father_id=here.subject("F1"), mother1_id=here.subject("D1", sex="F"))
    litter = here.add(Litter, name="L2", breeding_pair_id=pair, birth_date=date(2025, 11, 1))
    mouse = here.subject("M2", litter_id=litter)
    for name in ("M3", "M4"):
        here.subject(name, litter_id=litter, death_date=date(2026, 2, 1))
    litters(here, mouse, 1, 3)
    return mouse


def named(tab: TreeTab, nickname: str) -> int:
    boxes = enumerate(tab.tree.drawing.boxes)
    return next(place for place, box in boxes if box.animal is not None and box.animal.nickname == nickname)


def at(tab: TreeTab) -> str:
    box: Box = tab.tree.drawing.boxes[tab.tree.at]
    return box.animal.nickname if box.animal is not None else f"litter {box.brood and box.brood.name}"


def test_walked_by_keys_and_back(page: Page, family: UUID) -> None:
    page.show(family, tab=TREE)
    tab = page.tab(TreeTab)
    assert tab.tree.hasFocus()
    assert at(tab) == "M2"
    page.press(Key.Key_Up)
    assert at(tab) == "F1"
    page.press(Key.Key_Right)
    assert at(tab) == "D1"
    page.press(Key.Key_Home)
    page.press(Key.Key_Right)
    assert at(tab) == "M3"
    page.press(Key.Key_Home)
    page.press(Key.Key_Down)
    assert at(tab) == "litter L00"
    page.press(Key.Key_Down)
    assert at(tab) == "P00_0"
    page.press(Key.Key_Return)
    assert page.page.head.name.text() == "P00_0"
    assert at(tab) == "P00_0"
    page.press(Key.Key_Left, ALT)
    assert page.page.head.name.text() == "M2"


def test_walked_by_mouse(page: Page, family: UUID) -> None:
    page.show(family, tab=TREE)
    tab = page.tab(TreeTab)
    point = tab.tree.drawing.boxes[named(tab, "D1")].rect.center().toPoint()
    page.qtbot.mouseClick(tab.tree, Qt.MouseButton.LeftButton, pos=point)
    assert page.page.head.name.text() == "D1"
    assert [text for _, text in tab.tree.drawing.captions] == ["Offspring: 3 in 1 litter"]


def test_what_is_said_of_each(page: Page, family: UUID) -> None:
    page.show(family, tab=TREE)
    tab = page.tab(TreeTab)
    spoken = {at_box: tab.tree.spoken(box) for at_box, box in enumerate(tab.tree.drawing.boxes)}
    assert spoken[named(tab, "F1")] == "father, F1, male, 18 w 3 d"
    assert spoken[named(tab, "M3")] == "M3, male, died 1 Feb"
    header = next(place for place, box in enumerate(tab.tree.drawing.boxes) if box.brood is not None)
    assert spoken[header] == f"L00, 1 Jan, 3 pups, 3 alive, with W_{family.hex[:4]}"


def test_two_hundred_offspring_are_folded_by_litters(here: Scene, page: Page) -> None:
    litters(here, here.mouse, 25, 8)
    page.show(tab=TREE)
    tab = page.tab(TreeTab)
    boxes = tab.tree.drawing.boxes
    assert len(boxes) == 26
    assert tab.tree.minimumHeight() < 1100
    page.press(Key.Key_Down)
    page.press(Key.Key_Return)
    assert len(tab.tree.drawing.boxes) == 26 + 8
    assert at(tab) == "litter L00"
    page.press(Key.Key_Return)
    assert len(tab.tree.drawing.boxes) == 26
    for _ in range(30):
        page.press(Key.Key_Down)
    assert at(tab) == "litter L24"


@pytest.mark.parametrize("width", [560, 720, 1800])
def test_nothing_overlaps_and_nothing_is_cut_off(here: Scene, page: Page, family: UUID, width: int) -> None:
    litters(here, here.mouse, 3, 9, "x")
    for subject in (family, here.mouse):
        page.page.resize(width, 800)
        page.show(subject, tab=TREE)
        boxes = [box.rect for box in page.tab(TreeTab).tree.drawing.boxes]
        for place, one in enumerate(boxes):
            assert one.left() >= 0
            assert one.right() <= page.tab(TreeTab).tree.width()
            assert not any(one.intersects(other) for other in boxes[place + 1 :])
