"""Where everything of a family stands in its drawing: plain boxes and lines, no painting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from PySide6.QtCore import QLineF, QPointF, QRectF

from colonydesk.queries.family import Brood, Family, Parent, Relative

BOX_WIDTH, BOX_HEIGHT = 128.0, 42.0
GAP, ROW_GAP, BAND_GAP, MARGIN = 10.0, 14.0, 34.0, 16.0
HEADER = 30.0
INDENT = 22.0
CAPTION_HEIGHT = 20.0
LEAST = 110.0
"""In boxes narrower than this grandparents are not drawn side by side, but one under another."""
STACK_GAP = 6.0
FOLDED_FROM = 40
"""With more pups than this the litters are drawn folded."""


@dataclass(frozen=True, slots=True)
class Box:
    """One animal, or the header of a litter that can be folded (``brood``)."""

    rect: QRectF
    animal: Relative | None = None
    brood: Brood | None = None
    is_subject: bool = False
    role: str = ""


@dataclass(slots=True)
class Drawing:
    """``captions`` are words with where they stand."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[QLineF] = field(default_factory=list)
    captions: list[tuple[QPointF, str]] = field(default_factory=list)
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """What the drawing writes over its parts."""

    grandparents: str
    parents: str
    litter: str
    elder: str
    offspring: str


def folded_at_first(family: Family) -> frozenset[UUID]:
    """The litters that are drawn folded until somebody opens them."""
    broods = (*family.elder, *family.offspring)
    if sum(len(brood.pups) for brood in broods) <= FOLDED_FROM:
        return frozenset()
    return frozenset(brood.id for brood in broods)


def draw(family: Family, width: float, folded: frozenset[UUID], words: Words) -> Drawing:
    """The whole family in a given width: older generations above, litters grouped below."""
    made = Drawing()
    y = MARGIN
    y, parents = _ancestors(made, family, width, y, words)
    y, subject = _litter(made, family, width, y, parents, words)
    if family.offspring:
        y = _broods(made, family.offspring, width, y + BAND_GAP - ROW_GAP, folded, words.offspring, subject)
    if family.elder:
        y = _broods(made, family.elder, width, y + BAND_GAP - ROW_GAP, folded, words.elder, None)
    made.height = y + MARGIN
    return made


def _ancestors(
    made: Drawing, family: Family, width: float, y: float, words: Words
) -> tuple[float, list[Box]]:
    """Grandparents and parents, as far as they are known; the parents' boxes."""
    if not family.parents:
        return y, []
    slots = [max(1, len(parent.parents)) for parent in family.parents]
    if (width - 2 * MARGIN + GAP) / sum(slots) - GAP < LEAST:
        slots = [1 for _ in slots]
    rows = max(
        max(1, len(parent.parents)) // slot for parent, slot in zip(family.parents, slots, strict=True)
    )
    room = (width - 2 * MARGIN + GAP) / sum(slots)
    box_width = min(BOX_WIDTH, room - GAP)
    has_older = any(parent.parents for parent in family.parents)
    parents_y = y + CAPTION_HEIGHT
    if has_older:
        made.captions.append((QPointF(MARGIN, y), words.grandparents))
        parents_y += rows * (BOX_HEIGHT + STACK_GAP) - STACK_GAP + BAND_GAP + CAPTION_HEIGHT - 8
    made.captions.append((QPointF(MARGIN, parents_y - CAPTION_HEIGHT), words.parents))
    found = []
    left = MARGIN
    step = min(room, BOX_WIDTH + 3 * GAP)
    for parent, slot in zip(family.parents, slots, strict=True):
        middle = left + (slot * step - GAP) / 2
        box = Box(_rect(middle, parents_y, box_width), parent.animal, role=parent.role)
        made.boxes.append(box)
        found.append(box)
        top = y + CAPTION_HEIGHT
        if slot == 1:
            _stacked(made, parent, middle, top, rows, box, box_width)
        else:
            _older(made, parent, left, step, top, box, box_width)
        left += slot * step
    return parents_y + BOX_HEIGHT + BAND_GAP, found


def _older(
    made: Drawing, parent: Parent, left: float, step: float, y: float, below: Box, width: float
) -> None:
    boxes = []
    for place, animal in enumerate(parent.parents):
        middle = left + place * step + (step - GAP) / 2
        boxes.append(Box(_rect(middle, y, width), animal))
    made.boxes += boxes
    _bracket(made, boxes, QPointF(below.rect.center().x(), below.rect.top()))


def _stacked(
    made: Drawing, parent: Parent, middle: float, y: float, rows: int, below: Box, width: float
) -> None:
    """One under another, the last of them over their child."""
    y += (rows - len(parent.parents)) * (BOX_HEIGHT + STACK_GAP)
    boxes = [
        Box(_rect(middle, y + place * (BOX_HEIGHT + STACK_GAP), width), animal)
        for place, animal in enumerate(parent.parents)
    ]
    made.boxes += boxes
    for upper, lower in pairwise([*boxes, below]):
        made.lines.append(QLineF(middle, upper.rect.bottom(), middle, lower.rect.top()))


def _litter(
    made: Drawing, family: Family, width: float, y: float, parents: Sequence[Box], words: Words
) -> tuple[float, Box]:
    """The animal and its litter mates, in as many rows as it takes."""
    if family.siblings:
        # Beside the line that comes down to the animal.
        made.captions.append((QPointF(MARGIN + BOX_WIDTH + GAP, y), words.litter))
        y += CAPTION_HEIGHT
    animals = [family.subject, *family.siblings]
    rects = list(_flow(len(animals), MARGIN, width, y))
    boxes = [
        Box(rect, animal, is_subject=animal is family.subject)
        for rect, animal in zip(rects, animals, strict=True)
    ]
    made.boxes += boxes
    if parents:
        _bracket(made, parents, QPointF(boxes[0].rect.center().x(), boxes[0].rect.top()))
    return rects[-1].bottom() + ROW_GAP, boxes[0]


def _broods(
    made: Drawing,
    broods: Sequence[Brood],
    width: float,
    y: float,
    folded: frozenset[UUID],
    caption: str,
    parent: Box | None,
) -> float:
    """Litters one under another, each with its pups below its header, on a line from their parent."""
    made.captions.append((QPointF(MARGIN + (INDENT if parent is not None else 0), y), caption))
    y += CAPTION_HEIGHT
    left = MARGIN + INDENT
    spine = MARGIN + INDENT / 2 - 3
    last = y
    for brood in broods:
        header = QRectF(left, y, width - left - MARGIN, HEADER)
        made.boxes.append(Box(header, brood=brood))
        last = header.center().y()
        if parent is not None:
            made.lines.append(QLineF(spine, last, left, last))
        y = header.bottom() + 6
        if brood.id not in folded and brood.pups:
            rects = list(_flow(len(brood.pups), left, width, y))
            made.boxes += [Box(rect, pup) for rect, pup in zip(rects, brood.pups, strict=True)]
            y = rects[-1].bottom() + ROW_GAP
    if parent is not None:
        made.lines.append(QLineF(spine, parent.rect.bottom(), spine, last))
    return y


def _flow(count: int, left: float, width: float, y: float) -> Iterator[QRectF]:
    """Boxes side by side, and on in the next row."""
    per_row = max(1, int((width - left - MARGIN + GAP) // (BOX_WIDTH + GAP)))
    for place in range(count):
        x = left + (place % per_row) * (BOX_WIDTH + GAP)
        yield QRectF(x, y + (place // per_row) * (BOX_HEIGHT + ROW_GAP - 4), BOX_WIDTH, BOX_HEIGHT)


def _bracket(made: Drawing, above: Sequence[Box], to: QPointF) -> None:
    """From several boxes down to one point."""
    if not above:
        return
    middle = above[0].rect.bottom() + 10
    points = [box.rect.center().x() for box in above]
    made.lines += [QLineF(x, above[0].rect.bottom(), x, middle) for x in points]
    made.lines.append(QLineF(min(*points, to.x()), middle, max(*points, to.x()), middle))
    made.lines.append(QLineF(to.x(), middle, to.x(), to.y()))


def _rect(middle: float, y: float, width: float) -> QRectF:
    return QRectF(middle - width / 2, y, width, BOX_HEIGHT)


def nearest(boxes: Sequence[Box], at: int, dx: int, dy: int) -> int:
    """The box that an arrow key goes to; the same one where there is none in that direction."""
    here = boxes[at].rect
    best, least = at, float("inf")
    for place, box in enumerate(boxes):
        there = box.rect
        if dx:
            ahead = (there.center().x() - here.center().x()) * dx
            aside = abs(there.center().y() - here.center().y())
            if ahead <= 1 or aside > BOX_HEIGHT / 2:
                continue
        else:
            gap = there.top() - here.bottom() if dy > 0 else here.top() - there.bottom()
            if gap < -2 or place == at:
                continue
            ahead = gap
            x = min(here.center().x(), here.left() + BOX_WIDTH / 2)  # of a litter's header: its beginning
            aside = abs(x - min(max(x, there.left()), there.right())) / 4
        if ahead + aside < least:
            best, least = place, ahead + aside
    return best
