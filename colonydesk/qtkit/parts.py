"""Small parts that every screen is put together from.

Parts that paint themselves take the ``ThemeSource`` first. None of them takes the focus on a click: the
hands stay where the number is being typed; Tab reaches all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetrics,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.theme import LABEL, TEXT, XL, M, S, ThemeSource, font


def label(text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """Plain text; ``role`` is caption, label, secondary, strong, title, figure, animal, unit or ""."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made


def surface(kind: str, parent: QWidget | None = None) -> QFrame:
    """A frame without a border, on one of the theme's grounds: "panel", "ground", "rail"."""
    made = QFrame(parent)
    made.setProperty("surface", kind)
    return made


def rule(vertical: bool = False) -> QFrame:
    """A line of one pixel, which stands where others would put a box."""
    made = surface("line")
    if vertical:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


def on_keys(
    widget: QWidget, keys: str | QKeySequence.StandardKey | Qt.Key, act: Callable[[], object]
) -> None:
    """Let ``keys`` do ``act`` while the focus is in ``widget`` or in anything within it."""
    action = QAction(widget)
    action.setShortcut(QKeySequence(keys))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _on=False: act())
    widget.addAction(action)


def calm_table(view: QTableView) -> None:
    """Leave a table nothing but its cells and its head: no grid, corner or row numbers, no editing in place,
    no wrapped words. Tab leaves it, and it moves sideways by pixels."""
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.setWordWrap(False)
    view.setCornerButtonEnabled(False)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.horizontalHeader().setHighlightSections(False)


def paint_mark(view: QTableView, source: ThemeSource) -> None:
    """The edge of the current row, after the rows: it tells whether the table has the keys."""
    index = view.currentIndex()
    if index.isValid():
        box = view.visualRect(index)
        edge = source.theme.accent if view.hasFocus() else source.theme.faint
        with QPainter(view.viewport()) as painter:
            painter.fillRect(0, box.top(), 3, box.height(), QColor(edge))


def capped(widget: QWidget, widest: int) -> QHBoxLayout:
    """At the left, and no wider than this: on a large screen fields do not grow with the window."""
    widget.setMaximumWidth(widest)
    row = QHBoxLayout()
    row.addWidget(widget, 1000)
    row.addStretch(1)
    return row


def scrolled(column: QLayout, width: int) -> QScrollArea:
    """A column of fields on the panel's ground, at most ``width`` wide, that scrolls where it is too long."""
    form = QWidget()
    form.setLayout(column)
    form.setMaximumWidth(width)
    inside = surface("panel")
    across = QHBoxLayout(inside)
    across.setContentsMargins(0, 0, 0, 0)
    across.addWidget(form, 4)
    across.addStretch(1)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    return area


def choose_data(box: QComboBox, value: object) -> None:
    """Choose the entry whose data equals ``value``, else the first (``findData`` compares by identity)."""
    places = (place for place in range(box.count()) if box.itemData(place) == value)
    box.setCurrentIndex(next(places, 0))


def lay_out_now(widget: QWidget) -> None:
    """Let all around a widget make room for it before anything is painted.

    Qt goes up from one to the next by events, and what waits to be painted already comes between them.
    """
    around: QWidget | None = widget
    while around is not None and not around.isWindow():
        QCoreApplication.sendEvent(around, QEvent(QEvent.Type.LayoutRequest))
        around = around.parentWidget()


def restyle(widget: QWidget) -> None:
    """Let the style sheet look again at a dynamic property that was changed after the widget was shown."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class Chip(QAbstractButton):
    """A choice with an optional count: "Owed 21". Checkable; ``compact`` is for chips in a corner."""

    def __init__(
        self,
        source: ThemeSource,
        text: str,
        count: int | None = None,
        *,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._count = count
        self._compact = compact
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()
        source.changed.connect(self.updateGeometry)

    def set_count(self, count: int | None) -> None:
        """Show another count, or none."""
        if count != self._count:
            before = self.sizeHint()
            self._count = count
            self._name()
            if self.sizeHint() != before:  # else all around it would be laid out for nothing
                self.updateGeometry()
            self.update()

    def _name(self) -> None:
        self.setAccessibleName(self.text() if self._count is None else f"{self.text()} {self._count}")

    def _size(self) -> int:
        return LABEL if self._compact else TEXT

    def sizeHint(self) -> QSize:
        row = self._source.theme.row
        width = QFontMetrics(font(self._size(), 600)).horizontalAdvance(self.text())
        if self._count is not None:
            width += 6 + QFontMetrics(font(self._size(), 700)).horizontalAdvance(str(self._count))
        padding = S if self._compact else M
        return QSize(width + 2 * padding, row - 14 if self._compact else row - 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._source.theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            on, focus = self.isChecked(), self.hasFocus()
            edge = theme.accent if on or focus else theme.faint if self.underMouse() else theme.line
            painter.setPen(QPen(QColor(edge), 2 if focus else 1))
            painter.setBrush(QColor(theme.selection if on or self.isDown() else theme.panel))
            inset = 1.0 if focus else 0.5
            box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            radius = 5 if self._compact else box.height() / 2
            painter.drawRoundedRect(box, radius, radius)
            self._paint_words(
                painter, theme.accent if on else theme.text if self.isEnabled() else theme.faint
            )

    def _paint_words(self, painter: QPainter, colour: str) -> None:
        painter.setPen(QColor(colour))
        plain = font(self._size(), 600 if self.isChecked() and self._count is None else 400)
        bold = font(self._size(), 700)
        count = "" if self._count is None else str(self._count)
        word_width = QFontMetrics(plain).horizontalAdvance(self.text())
        width = word_width + (6 + QFontMetrics(bold).horizontalAdvance(count) if count else 0)
        left = (self.width() - width) / 2
        painter.setFont(plain)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(left, 0, word_width + 2, self.height()), middle, self.text())
        if count:
            painter.setFont(bold)
            painter.drawText(QRectF(left + word_width + 6, 0, self.width(), self.height()), middle, count)


class StateBadge(QWidget):
    """A state as shape, colour and word: a red triangle down and "79.6 %".

    ``quiet``: the word is plain text and only the shape has the colour.
    """

    def __init__(
        self,
        source: ThemeSource,
        state: str = "unknown",
        text: str = "",
        size: int = TEXT,
        *,
        quiet: bool = False,
    ) -> None:
        super().__init__()
        self._source = source
        self._quiet = quiet
        self._font = font(size, 400 if quiet else 600)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(state, text)

    def set(self, state: str, text: str) -> None:
        """Show another state (one of ``theme.STATES``) and its word."""
        self._state = state
        self._text = text
        self.setAccessibleName(f"{state}: {text}")
        self.updateGeometry()
        self.update()

    def state(self) -> str:
        """The state shown."""
        return self._state

    def text(self) -> str:
        """The word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font)
        return QSize(16 + metrics.horizontalAdvance(self._text) + 1, max(18, metrics.height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        colour = self._source.theme.state(self._state)
        with QPainter(self) as painter:
            paint_state(painter, QPointF(5.5, self.height() / 2), self._state, colour)
            painter.setFont(self._font)
            painter.setPen(QColor(self._source.theme.text if self._quiet else colour))
            rest = QRectF(16, 0, self.width(), self.height())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._text)


class EmptyState(QWidget):
    """Where there is nothing to show: one sentence, and one button where something can be done about it."""

    def __init__(
        self,
        text: str,
        action: str = "",
        act: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = label(role="secondary", wrap=True, parent=self)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton(self)
        self._button.clicked.connect(self._on_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addStretch(2)
        column.addWidget(self._text)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.tell(text, action, act)

    def tell(self, text: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Show another sentence and button."""
        self._act = act
        self._text.setText(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))

    def _on_clicked(self) -> None:
        if self._act is not None:
            self._act()
