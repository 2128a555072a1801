"""The looks of the program on this workstation: theme, large targets, scale. What is chosen holds at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QDialog,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.parts import Chip, label
from colonydesk.qtkit.theme import LABEL, THEMES, XL, L, M, S, Theme, ThemeSource, font
from colonydesk.settings import SCALES, Settings
from colonydesk.ui.start_fields import Check, row_of

# A white tile must not light up a dark room: (the theme that is on, the tile's) -> how much of it is shown.
_GLARE = {("dark", "light"): 0.6, ("night", "light"): 0.14, ("night", "dark"): 0.6}


class Preferences(QDialog):
    """A sheet over the window that does not stop it; the window behind it is the preview.

    Every choice is shown and saved when it is made. ``saved`` is emitted when the settings file has it.
    """

    saved = Signal()

    def __init__(
        self, jobs: Jobs, source: ThemeSource, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._source, self._settings = jobs, source, settings
        self._scale_now = settings.scale
        self.setWindowTitle(self.tr("Preferences"))
        self.setModal(False)
        self.themes = {name: ThemeTile(source, theme, word) for name, theme, word in self._themes()}
        self.large = Check(
            source, self.tr("Large targets: higher rows, fields and buttons, for gloves and touch")
        )
        self.scales = {scale: Chip(source, f"{scale} %") for scale in SCALES}
        self.scale_note = label("", "label", wrap=True)
        self.sentence = Sentence(source)
        self.done_button = QPushButton(self.tr("Done"))
        self._build()
        self._show_settings()
        self._listen()

    def _themes(self) -> list[tuple[str, Theme, str]]:
        words = {"light": self.tr("Light"), "dark": self.tr("Dark"), "night": self.tr("Deep night")}
        return [(name, THEMES[name], words[name]) for name in THEMES]

    def _build(self) -> None:
        tiles, chips, buttons = row_of(M), row_of(S), row_of(M)
        for tile in self.themes.values():
            tiles.addWidget(tile)
        for chip in self.scales.values():
            chips.addWidget(chip)
        for row in (tiles, chips):
            row.addStretch(1)
        buttons.addStretch(1)
        buttons.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, L)
        column.setSpacing(S)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        column.addWidget(label(self.tr("Preferences"), "title"))
        column.addSpacing(M)
        column.addWidget(label(self.tr("Theme"), "label"))
        column.addLayout(tiles)
        column.addSpacing(M)
        column.addWidget(self.large)
        column.addSpacing(M)
        column.addWidget(label(self.tr("Size of everything"), "label"))
        column.addLayout(chips)
        column.addWidget(self.scale_note)
        column.addWidget(self.sentence)
        column.addSpacing(M)
        column.addLayout(buttons)

    def _show_settings(self) -> None:
        self.themes[self._settings.theme].setChecked(True)
        self.large.setChecked(self._settings.large_targets)
        self.scales[self._settings.scale].setChecked(True)
        self._tell_scale()

    def _listen(self) -> None:
        for group, buttons in ((QButtonGroup(self), self.themes), (QButtonGroup(self), self.scales)):
            for button in buttons.values():
                group.addButton(button)
        for name, tile in self.themes.items():
            tile.toggled.connect(partial(self._choose_theme, name))
        for scale, chip in self.scales.items():
            chip.toggled.connect(partial(self._choose_scale, scale))
        self.large.toggled.connect(self._choose_large)
        self.done_button.clicked.connect(self.close)

    def _choose_theme(self, name: str, on: bool) -> None:
        if on:
            self._settings.theme = name
            self._apply()

    def _choose_large(self, on: bool) -> None:
        self._settings.large_targets = on
        self._apply()

    def _choose_scale(self, scale: int, on: bool) -> None:
        if on:
            self._settings.scale = scale
            self._tell_scale()
            self._save()

    def _apply(self) -> None:
        self._source.apply(self._settings.theme, self._settings.large_targets)
        self._save()

    def _tell_scale(self) -> None:
        if self._settings.scale == self._scale_now:
            self.scale_note.setText(self.tr("A change holds from the next start of ColonyDesk."))
        else:
            words = self.tr("{} % from the next start of ColonyDesk; now it is {} %.")
            self.scale_note.setText(words.format(self._settings.scale, self._scale_now))

    def _save(self) -> None:
        self._jobs.write(self._settings.save, self._on_saved, self._on_failed)

    def _on_saved(self, _: object) -> None:
        self.sentence.clear()
        self.saved.emit()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.sentence.say("refused", text=str(error), detail=error.hint)


class ThemeTile(QAbstractButton):
    """A theme as it looks: a small window in its colours, and its word below."""

    WIDTH, HEIGHT, WORD = 132, 84, 26

    def __init__(self, source: ThemeSource, theme: Theme, word: str) -> None:
        super().__init__()
        self._source = source
        self._theme = theme
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.WIDTH, self.HEIGHT + self.WORD)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = self._source.theme
        on, focus = self.isChecked(), self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(_GLARE.get((now.name, self._theme.name), 1.0))
        self._paint_window(painter, QRectF(4, 4, self.WIDTH - 8, self.HEIGHT - 8))
        painter.setOpacity(1.0)
        if on or focus:
            painter.setPen(QPen(QColor(now.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(1, 1, self.WIDTH - 2, self.HEIGHT - 2), 8, 8)
        type_ = font(LABEL, 700 if on else 400)
        painter.setFont(type_)
        painter.setPen(QColor(now.accent if on else now.text))
        word = QRectF(0, self.HEIGHT, self.WIDTH, self.WORD)
        painter.drawText(word, Qt.AlignmentFlag.AlignCenter, self.text())
        if focus:
            width = QFontMetrics(type_).horizontalAdvance(self.text())
            under = word.center() + QPointF(0, 9)
            painter.drawLine(under - QPointF(width / 2, 0), under + QPointF(width / 2, 0))

    def _paint_window(self, painter: QPainter, box: QRectF) -> None:
        theme = self._theme
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.ground))
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.panel))
        side = QRectF(box.left() + 1, box.top() + 1, 46, box.height() - 2)
        painter.drawRect(side)
        for row, state in enumerate(("under", "near", "ok", "ok")):
            y = box.top() + 14 + 16 * row
            if row == 0:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.selection))
                painter.drawRect(QRectF(side.left(), y - 8, side.width(), 16))
            paint_state(painter, QPointF(side.left() + 9, y), state, theme.state(state), 6)
            painter.setPen(QPen(QColor(theme.text if row == 0 else theme.secondary), 2))
            painter.drawLine(QPointF(side.left() + 17, y), QPointF(side.left() + 38, y))
        field = QRectF(box.left() + 56, box.top() + 12, box.width() - 66, 20)
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(field, 3, 3)
        painter.setPen(QPen(QColor(theme.text), 2))
        painter.drawLine(field.center() - QPointF(19, 0), field.center() - QPointF(3, 0))
        painter.setPen(QPen(QColor(theme.secondary), 2))
        for row in range(3):
            y = field.bottom() + 12 + 9 * row
            painter.drawLine(QPointF(field.left(), y), QPointF(field.left() + (46, 34, 40)[row], y))
