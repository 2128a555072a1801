from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from colonydesk.qtkit.icons import IconSet, paint_state
from colonydesk.qtkit.theme import STATES

ICONS = Path(__file__).parents[2] / "resources" / "icons"


def ink(image: QImage) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 128
    }


@pytest.mark.parametrize("file", sorted(ICONS.glob("*.svg")), ids=lambda file: file.stem)
def test_every_shipped_icon_takes_the_colour_and_the_ratio(file: Path, qapp: QApplication) -> None:
    icons = IconSet(ICONS)
    pixmap = icons.pixmap(file.stem, "#C02F4B", 20, 2.0)
    image = pixmap.toImage()
    assert (image.width(), image.height(), pixmap.devicePixelRatio()) == (40, 40, 2.0)
    drawn = ink(image)
    assert drawn
    solid = [image.pixelColor(x, y) for x, y in drawn if image.pixelColor(x, y).alpha() == 255]
    meant = QColor("#C02F4B")
    # Where two lines cross, mixing rounds by one.
    assert all(abs(a - b) <= 1 for one in solid for a, b in zip(one.getRgb(), meant.getRgb(), strict=True))
    assert solid
    assert icons.pixmap(file.stem, "#C02F4B", 20, 2.0) is pixmap


def test_an_icon_that_is_not_shipped_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        IconSet(ICONS).pixmap("no-such-icon", "#000000")


def shape(state: str) -> set[tuple[int, int]]:
    image = QImage(21, 21, QImage.Format.Format_ARGB32)
    image.fill(0)
    with QPainter(image) as painter:
        paint_state(painter, QPointF(10.5, 10.5), state, "#1B8553", 15)
    return ink(image)


def test_every_state_has_a_shape_of_its_own(qapp: QApplication) -> None:
    shapes = {state: shape(state) for state in STATES}
    assert all(shapes.values())
    for one in STATES:
        for other in STATES:
            if one != other:
                assert len(shapes[one] ^ shapes[other]) >= 20, (one, other)
    near, under = shapes["near"], shapes["under"]
    assert sum(y > 10 for _, y in near) > 1.5 * sum(y < 10 for _, y in near)  # stands on its base
    assert sum(y < 10 for _, y in under) > 1.5 * sum(y > 10 for _, y in under)
    assert (10, 10) not in shapes["unknown"]
