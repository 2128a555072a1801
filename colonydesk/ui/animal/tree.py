"""The Family tab: parents, litter mates and offspring as a drawn tree, to be walked by keys or by mouse."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from colonydesk.domain.days import zone
from colonydesk.qtkit.theme import CAPTION, LABEL, RADIUS, TEXT, Theme, font
from colonydesk.queries.family import Brood, Family, Relative, family
from colonydesk.queries.overview import Overview
from colonydesk.ui import words
from colonydesk.ui.animal.pedigree import Box, Drawing, Words, draw, folded_at_first, nearest
from colonydesk.ui.animal.tab import Tab
from colonydesk.ui.desk import Desk

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Tree(QWidget):
    """``walked`` carries the animal that Enter or a click asks for; arrows go from box to box.

    ``went`` carries the place that the keys are at now, to be kept in sight.
    """

    walked = Signal(object)
    went = Signal(QPointF)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._family: Family | None = None
        self._timezone = "UTC"
        self._folded: frozenset[UUID] = frozenset()
        self.drawing = Drawing()
        self.at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Family"))

    def show_family(self, found: Family, timezone: str) -> None:
        """Draw another family, or the same one anew; litters opened by hand stay open."""
        other = self._family is None or self._family.subject.id != found.subject.id
        self._family, self._timezone = found, timezone
        if other:
            self._folded = folded_at_first(found)
        self._draw()
        if other:
            self.go_to(next(place for place, box in enumerate(self.drawing.boxes) if box.is_subject))

    def go_to(self, place: int) -> None:
        """Let the keys be at a box, and keep it in sight."""
        self.at = place
        box = self.drawing.boxes[place]
        self.setAccessibleDescription(self.spoken(box))
        self.went.emit(box.rect.center())
        self.update()

    def toggle(self, brood: Brood) -> None:
        """Open or fold a litter."""
        self._folded ^= {brood.id}
        self._draw()
        self.go_to(next(place for place, box in enumerate(self.drawing.boxes) if box.brood is brood))

    def spoken(self, box: Box) -> str:
        """What a box says, in one line."""
        if box.brood is not None:
            return self._brood_text(box.brood)
        assert box.animal is not None
        below = self._said_below(box.animal)[0]
        parts = (box.role, box.animal.nickname, words.sex_text(box.animal.sex), below)
        return ", ".join(part for part in parts if part)

    def _draw(self) -> None:
        if self._family is None:
            return
        litter = self._family.litter
        captions = Words(
            self.tr("Grandparents"),
            self.tr("Parents"),
            self.tr("Litter {}").format(litter) if litter else self.tr("Litter mates"),
            self.tr("Other litters of the parents"),
            self._offspring_text(self._family),
        )
        self.drawing = draw(self._family, float(max(self.width(), 400)), self._folded, captions)
        self.at = min(self.at, len(self.drawing.boxes) - 1)
        self.setMinimumHeight(round(self.drawing.height))
        self.update()

    def _offspring_text(self, of: Family) -> str:
        pups, litters = sum(len(brood.pups) for brood in of.offspring), len(of.offspring)
        if litters == 1:
            return self.tr("Offspring: {} in 1 litter").format(pups)
        return self.tr("Offspring: {} in {} litters").format(pups, litters)

    def sizeHint(self) -> QSize:
        return QSize(600, round(self.drawing.height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._draw()

    # Hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.drawing.boxes:
            super().keyPressEvent(event)
        elif key in _ARROWS:
            self.go_to(nearest(self.drawing.boxes, self.at, *_ARROWS[key]))
        elif key == Qt.Key.Key_Home:
            self.go_to(next(place for place, box in enumerate(self.drawing.boxes) if box.is_subject))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.drawing.boxes[self.at])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_of(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.go_to(place)
            self._open(self.drawing.boxes[place])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._place_of(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _place_of(self, point: QPointF) -> int | None:
        boxes = enumerate(self.drawing.boxes)
        return next((place for place, box in boxes if box.rect.contains(point)), None)

    def _open(self, box: Box) -> None:
        if box.brood is not None:
            self.toggle(box.brood)
        elif box.animal is not None and not box.is_subject:
            self.walked.emit(box.animal.id)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.source.theme
        seen = QRectF(event.rect())
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.panel))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.faint), 1))
            painter.drawLines(self.drawing.lines)
            painter.setFont(font(CAPTION))
            painter.setPen(QColor(theme.secondary))
            for point, text in self.drawing.captions:
                painter.drawText(point + QPointF(0, 12), text)
            for place, box in enumerate(self.drawing.boxes):
                if box.rect.intersects(seen):
                    self._paint_box(painter, theme, box, place == self.at and self.hasFocus())

    def _paint_box(self, painter: QPainter, theme: Theme, box: Box, is_at: bool) -> None:
        edge = theme.accent if is_at or box.is_subject else theme.line
        painter.setPen(QPen(QColor(edge), 2 if is_at else 1))
        painter.setBrush(QColor(theme.selection if box.is_subject else theme.panel))
        if box.brood is not None:
            painter.setBrush(QColor(theme.ground))
        painter.drawRoundedRect(box.rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if box.brood is not None:
            self._paint_brood(painter, theme, box)
        elif box.animal is not None:
            self._paint_animal(painter, theme, box.rect, box.animal)

    def _paint_animal(self, painter: QPainter, theme: Theme, rect: QRectF, animal: Relative) -> None:
        dead = animal.death_date is not None
        ink = theme.secondary if dead else theme.text
        self._paint_sex(painter, theme, QPointF(rect.left() + 14, rect.center().y()), animal)
        room = rect.adjusted(27, 4, -6, -rect.height() / 2 + 1)
        self._line(painter, room, animal.nickname, ink, TEXT, 600)
        below = rect.adjusted(27, rect.height() / 2, -3, -4)
        painter.setFont(font(CAPTION))
        fits = painter.fontMetrics().horizontalAdvance
        said = self._said_below(animal)
        text = next((text for text in said if fits(text) <= below.width()), said[-1])
        self._line(painter, below, text, theme.secondary, CAPTION, 400)

    def _paint_sex(self, painter: QPainter, theme: Theme, at: QPointF, animal: Relative) -> None:
        """As in pedigrees: a square male, a circle female, a diamond unknown; struck through: dead."""
        dead = animal.death_date is not None
        painter.setPen(QPen(QColor(theme.faint if dead else theme.accent2), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if animal.sex == "M":
            painter.drawRect(QRectF(at.x() - 5, at.y() - 5, 10, 10))
        elif animal.sex == "F":
            painter.drawEllipse(at, 5.5, 5.5)
        else:
            points = [QPointF(at.x() + x, at.y() + y) for x, y in ((0, -6), (6, 0), (0, 6), (-6, 0))]
            painter.drawPolygon(QPolygonF(points))
        if dead:
            painter.drawLine(at + QPointF(-7, 7), at + QPointF(7, -7))

    def _paint_brood(self, painter: QPainter, theme: Theme, box: Box) -> None:
        assert box.brood is not None
        sign = "▸" if box.brood.id in self._folded else "▾"
        self._line(painter, box.rect.adjusted(10, 0, -10, 0), sign, theme.secondary, LABEL, 400)
        room = box.rect.adjusted(26, 0, -10, 0)
        self._line(painter, room, self._brood_text(box.brood), theme.text, LABEL, 400)

    def _line(self, painter: QPainter, room: QRectF, text: str, ink: str, size: int, weight: int) -> None:
        painter.setFont(font(size, weight))
        painter.setPen(QColor(ink))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _said_below(self, animal: Relative) -> list[str]:
        """What stands below its name, and what of it where there is less room."""
        today = zone(self._timezone).day(self._desk.now())
        if animal.death_date is not None:
            day = words.day_text(animal.death_date, today)
            return [self.tr("died {}").format(day), day]  # struck through, it is seen to be dead
        age = words.age_text(animal.birth_date, today)
        known = [text for text in (age, animal.line or "") if text]
        return [", ".join(known), known[0]] if known else [self.tr("age not known")]

    def _brood_text(self, brood: Brood) -> str:
        """ "PV_L_049, 4 Apr, 8 pups, 3 alive, with PV_0346"."""
        today = zone(self._timezone).day(self._desk.now())
        alive = sum(pup.death_date is None for pup in brood.pups)
        pups = self.tr("1 pup") if len(brood.pups) == 1 else self.tr("{} pups").format(len(brood.pups))
        mates = self.tr(" or ").join(mate.nickname for mate in brood.mates)
        said = (
            brood.name,
            words.day_text(brood.birth_date, today) if brood.birth_date else "",
            pups,
            self.tr("{} alive").format(alive) if brood.pups else "",
            self.tr("with {}").format(mates) if mates and self._is_own(brood) else "",
        )
        return ", ".join(text for text in said if text)

    def _is_own(self, brood: Brood) -> bool:
        return self._family is not None and brood in self._family.offspring


class TreeTab(Tab):
    """The tree in a place that scrolls."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.tree = Tree(desk)
        self.tree.walked.connect(self.walked)
        self._area = QScrollArea()
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self.tree)
        self.tree.went.connect(self._keep_in_sight)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)

    def first_focus(self) -> QWidget:
        return self.tree

    def _keep_in_sight(self, place: QPointF) -> None:
        self._area.ensureVisible(round(place.x()), round(place.y()), 40, 60)

    def fetch(self, overview: Overview) -> None:
        timezone = overview.timezone
        self.read("family", family, overview.id, done=lambda found: self.tree.show_family(found, timezone))
