"""The look: colour tokens of the three themes, one type scale, one spacing scale, and who has changed them.

``app.py`` makes one ``ThemeSource`` and passes it to every widget that paints itself; all other widgets
follow the palette and the style sheet. Colours are ``#RRGGBB`` strings, sizes are device-independent
pixels: zoom is Qt's scale factor (``QT_SCALE_FACTOR``, set before the application is made), so nothing
here multiplies by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from colonydesk.qtkit.icons import IconSet
from colonydesk.qtkit.style import style_sheet

FAMILY = "Inter"
"""The bundled family; where its files cannot be loaded Qt falls back to the system's sans."""

CAPTION, LABEL, TEXT, TITLE, FIGURE, NUMBER, ANIMAL = 11, 12, 13, 16, 17, 30, 36
"""The type scale, in pixels; weights are 400, 600, 700."""

XS, S, M, L, XL = 4, 8, 12, 16, 24
"""The spacing scale, in pixels."""

RADIUS = 6
RAIL_WIDTH = 84
STATES = ("ok", "near", "under", "critical", "unknown")


@dataclass(frozen=True, slots=True)
class Theme:
    """The tokens of one theme; widgets that paint themselves read them and nothing else."""

    name: str
    ground: str
    panel: str
    rail: str
    line: str
    grid: str
    text: str
    secondary: str
    hint: str
    """Words that are not the matter now: what an empty field waits for, what is over."""
    faint: str
    """Edges and large figures: too pale for words."""
    accent: str
    accent2: str
    selection: str
    ok: str
    near: str
    under: str
    ok_ground: str
    near_ground: str
    under_ground: str
    on_accent: str
    row: int = 36
    """Height of a table row, of a button and of a one-line field's row: 36, or 44 with large targets."""

    def state(self, state: str) -> str:
        """The colour of a state's shape and word: one of ``STATES``, or "refused" or "question"."""
        return {
            "ok": self.ok,
            "near": self.near,
            "question": self.near,
            "under": self.under,
            "critical": self.under,
            "refused": self.under,
        }.get(state, self.secondary)

    def state_ground(self, state: str) -> str:
        """The pale ground behind a sentence about a state."""
        return {
            self.ok: self.ok_ground,
            self.near: self.near_ground,
            self.under: self.under_ground,
        }.get(self.state(state), self.ground)


LIGHT = Theme(
    name="light",
    ground="#F4F5F7",
    panel="#FFFFFF",
    rail="#FBFBFC",
    line="#E1E4EA",
    grid="#ECEEF2",
    text="#18212E",
    secondary="#5C6778",
    hint="#626D7E",
    faint="#828C9B",
    accent="#2458C6",
    accent2="#0B8A80",
    selection="#EAF0FD",
    ok="#197C4E",
    near="#99600A",
    under="#C02F4B",
    ok_ground="#E6F4EC",
    near_ground="#FBF1DD",
    under_ground="#FBE7EA",
    on_accent="#FFFFFF",
)
DARK = Theme(
    name="dark",
    ground="#15181D",
    panel="#1C2027",
    rail="#181B21",
    line="#2C323C",
    grid="#262B34",
    text="#E6EAF0",
    secondary="#A3ADBB",
    hint="#8E99A8",
    faint="#748091",
    accent="#7FA6FF",
    accent2="#3CC3B6",
    selection="#24304A",
    ok="#58C48B",
    near="#E2A94A",
    under="#F0768B",
    ok_ground="#1E3329",
    near_ground="#3A301B",
    under_ground="#3D2228",
    on_accent="#10141B",
)
NIGHT = Theme(
    name="night",
    ground="#050505",
    panel="#0A0A0A",
    rail="#070707",
    line="#1E1A18",
    grid="#141110",
    text="#B08D78",
    secondary="#967866",
    hint="#967866",
    faint="#755E4F",
    accent="#C2704A",
    accent2="#8A6A3E",
    selection="#1C120D",
    ok="#7F8A5A",
    near="#B98838",
    under="#CD5A43",
    ok_ground="#10120B",
    near_ground="#191308",
    under_ground="#1E0D09",
    on_accent="#050505",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, NIGHT)}


@cache
def font(size: int = TEXT, weight: int = 400) -> QFont:
    """The application's family in ``size`` pixels, with tabular figures: columns of numbers line up.

    Made once, as painting a list takes hundreds: take a copy (``QFont(font(...))``) to change it.
    """
    made = QFont(FAMILY)
    made.setStyleHint(QFont.StyleHint.SansSerif)
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight))
    if hasattr(QFont, "Tag"):  # Qt 6.7 and later
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def apply_theme(app: QApplication, name: str, large: bool = False, icons: Path | None = None) -> Theme:
    """Give the whole application theme ``name`` ("light", "dark", "night") and return its tokens.

    Can be called at any time; every open widget restyles. ``ThemeSource.apply`` does this and tells the
    widgets that paint themselves: call that one when there is a ``ThemeSource``. ``icons`` is where the
    icons lie.
    """
    theme = replace(THEMES[name], row=44 if large else 36)
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme, icons))
    return theme


class ThemeSource(QObject):
    """The present theme and its icons, made once and passed on; ``changed`` carries the new ``Theme``."""

    changed = Signal(object)

    def __init__(self, app: QApplication, resources: Path, name: str = "light", large: bool = False) -> None:
        """Load the fonts of ``resources/fonts`` and apply theme ``name``."""
        super().__init__(app)
        self._app = app
        for file in sorted((resources / "fonts").glob("*.otf")):
            QFontDatabase.addApplicationFont(str(file))
        app.setStyle("Fusion")
        app.setFont(font())
        self._icons = resources / "icons"
        self.icons = IconSet(self._icons)
        self.theme = apply_theme(app, name, large, self._icons)

    def apply(self, name: str, large: bool = False) -> None:
        """Switch the theme of the running program."""
        self.theme = apply_theme(self._app, name, large, self._icons)
        self.changed.emit(self.theme)


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for part, colour in (
        (role.Window, theme.ground),
        (role.WindowText, theme.text),
        (role.Base, theme.panel),
        (role.AlternateBase, theme.ground),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.hint),
        (role.Button, theme.panel),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.under),
        (role.ToolTipBase, theme.panel),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.selection),
        (role.HighlightedText, theme.text),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Light, theme.panel),
        (role.Midlight, theme.line),
        (role.Mid, theme.line),
        (role.Dark, theme.faint),
        (role.Shadow, theme.line),
    ):
        palette.setColor(part, QColor(colour))
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(theme.faint))
    return palette
