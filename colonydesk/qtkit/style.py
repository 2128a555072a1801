"""The style sheet over Fusion, built from a theme's tokens.

Only what the palette cannot say. A label takes its size and weight from its dynamic property ``role``
(see ``qtkit.parts.label``), a button from ``kind``: "primary" (one on a screen) or "link" (an act inside
a line of text).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from colonydesk.qtkit.theme import Theme

_SHEET = """
QWidget { font-size: 13px; }
QToolTip { color: %(text)s; background: %(panel)s; border: 1px solid %(line)s; padding: 4px 8px;
    font-size: 12px; }

QLabel[role="caption"] { font-size: 11px; color: %(secondary)s; }
QLabel[role="label"] { font-size: 12px; color: %(secondary)s; }
QLabel[role="secondary"] { color: %(secondary)s; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="title"] { font-size: 16px; font-weight: 700; }
QLabel[role="figure"] { font-size: 17px; font-weight: 700; }
QLabel[role="unit"] { font-size: 17px; color: %(secondary)s; }
QLabel[role="animal"] { font-size: 36px; font-weight: 700; }

QFrame[surface="panel"] { background: %(panel)s; border: none; }
QFrame[surface="ground"] { background: %(ground)s; border: none; }
QFrame[surface="rail"] { background: %(rail)s; border: none; }
QFrame[notice="info"] { background: %(selection)s; border: none; border-bottom: 1px solid %(line)s; }
QFrame[notice="warning"] { background: %(near_ground)s; border: none; border-bottom: 1px solid %(line)s; }
QFrame[notice="error"] { background: %(under_ground)s; border: none; border-bottom: 1px solid %(line)s; }
QFrame[surface="line"] { background: %(line)s; border: none; }

QPushButton { background: %(panel)s; border: 1px solid %(line)s; border-radius: 6px; padding: 0 12px;
    min-height: %(button)dpx; }
QPushButton:hover { border-color: %(faint)s; }
QPushButton:pressed { background: %(selection)s; }
QPushButton:focus { border: 2px solid %(accent)s; padding: 0 11px; min-height: %(button_focus)dpx; }
QPushButton:disabled { color: %(faint)s; }
QPushButton:checked { background: %(selection)s; border-color: %(accent)s; color: %(accent)s; }
QPushButton[kind="primary"] { background: %(accent)s; border-color: %(accent)s; color: %(on_accent)s;
    font-weight: 600; }
QPushButton[kind="primary"]:focus { border: 2px solid %(text)s; }
QPushButton[kind="primary"]:disabled { background: %(line)s; border-color: %(line)s; color: %(faint)s; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; border-radius: 4px;
    color: %(accent)s; padding: 0 3px; min-height: 22px; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 1px solid %(accent)s; }
QPushButton[kind="link"]:disabled { color: %(faint)s; }
QPushButton[kind="tag"] { background: %(selection)s; border: 1px solid transparent; border-radius: 5px;
    padding: 0 7px; min-height: 24px; font-size: 12px; }
QPushButton[kind="tag"]:hover { border-color: %(faint)s; }
QPushButton[kind="tag"]:focus { border: 1px solid %(accent)s; padding: 0 7px; min-height: 24px; }
QPushButton[kind="status"] { background: transparent; border: 1px solid transparent; border-radius: 4px;
    font-size: 12px; padding: 0 4px; min-height: 18px; }
QPushButton[kind="status"]:hover { background: %(selection)s; }
QPushButton[kind="status"]:focus { border: 1px solid %(accent)s; }
QPushButton::menu-indicator { image: none; width: 0; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid %(faint)s;
    border-radius: 4px; background: %(panel)s; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: %(secondary)s; }
QCheckBox::indicator:checked { background: %(tick_ground)s; border-color: %(accent)s; %(tick)s }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid %(accent)s; }
QCheckBox:focus, QRadioButton:focus { outline: none; }
QCheckBox::indicator:focus { width: 12px; height: 12px; border: 2px solid %(accent)s; }
QRadioButton::indicator:focus:!checked { width: 12px; height: 12px; border: 2px solid %(accent)s; }
QRadioButton::indicator:checked:focus { width: 4px; height: 4px; border: 6px solid %(accent)s; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: %(line)s; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton:hover { background: %(selection)s; }
QToolButton:focus { border-color: %(accent)s; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateTimeEdit, QDateEdit {
    background: %(panel)s; border: 1px solid %(line)s; border-radius: 6px;
    selection-background-color: %(accent)s; selection-color: %(on_accent)s; }
QLineEdit, QComboBox, QSpinBox, QDateTimeEdit, QDateEdit { padding: 0 9px; min-height: %(button)dpx; }
QPlainTextEdit { padding: 2px 7px; }
QPlainTextEdit:focus { padding: 1px 6px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus,
QDateTimeEdit:focus, QDateEdit:focus { border: 2px solid %(accent)s; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateTimeEdit:focus, QDateEdit:focus {
    padding: 0 8px; min-height: %(button_focus)dpx; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { color: %(faint)s; background: %(ground)s; }
QLineEdit[refused="true"], QPlainTextEdit[refused="true"], QComboBox[refused="true"] {
    border-color: %(under)s; }
QLineEdit[bare="true"], QLineEdit[bare="true"]:focus { background: transparent; border: none; padding: 0;
    min-height: 0; font-size: 30px; font-weight: 600;
    placeholder-text-color: %(faint)s; }
QListWidget#choices { border: 1px solid %(faint)s; border-radius: 6px; }
QFrame#popup { background: %(panel)s; border: 1px solid %(faint)s; border-radius: 6px; }
QWidget#form { background: %(panel)s; }
QListWidget#kinds::item { padding-left: 13px; border: none; border-left: 3px solid transparent; }
QListWidget#kinds::item:selected { background: %(selection)s; color: %(text)s; }
QListWidget#kinds::item:hover:!selected { background: %(ground)s; }
QListWidget#kinds::item:selected:focus { border-left: 3px solid %(accent)s; }
QTableView#records::item { padding: 0 5px; border: none; border-bottom: 1px solid %(grid)s; }
QTableView#records::item:selected { background: %(selection)s; color: %(text)s; }
QFrame#question { background: %(panel)s; border: 1px solid %(faint)s; border-radius: 8px; }
QFrame#help { background: %(panel)s; border: none; border-left: 1px solid %(line)s; }
QTextBrowser { border: 1px solid transparent; border-radius: 4px; }
QTextBrowser:focus { border: 1px solid %(accent)s; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox QAbstractItemView { background: %(panel)s; border: 1px solid %(line)s; outline: none;
    selection-background-color: %(selection)s; selection-color: %(text)s; }

QAbstractItemView { background: %(panel)s; border: none; outline: none; gridline-color: %(line)s;
    selection-background-color: %(selection)s; selection-color: %(text)s; }
QHeaderView { background: %(panel)s; border: none; }
QHeaderView::section { background: %(panel)s; color: %(secondary)s; font-size: 11px; font-weight: 400;
    border: none; border-bottom: 1px solid %(line)s; padding: 0 8px; min-height: 28px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QTableCornerButton::section { background: %(panel)s; border: none; }
QTabBar { background: %(panel)s; font-size: 12px; }
QTabBar::tab { background: transparent; color: %(secondary)s; border: none;
    border-bottom: 2px solid transparent; padding: 7px 7px 6px 7px; }
QTabBar::tab:hover { color: %(text)s; }
QTabBar::tab:selected { color: %(accent)s; border-bottom-color: %(accent)s; }
QTabBar::tab:focus { color: %(accent)s; background: %(selection)s; }
QSplitter::handle { background: %(line)s; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: %(accent)s; }

QMenu { background: %(panel)s; border: 1px solid %(line)s; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: %(selection)s; }
QMenu::item:disabled { color: %(faint)s; }
QMenu::separator { height: 1px; background: %(line)s; margin: 4px 8px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: %(line)s; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: %(faint)s; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: %(line)s; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: %(accent)s; border-radius: 3px; }
"""


def style_sheet(theme: Theme, icons: Path | None = None) -> str:
    """The application's style sheet in the colours and row height of ``theme``.

    ``icons``: the folder with the tick of check boxes. A style sheet paints it black, and so it stands on the
    brighter of selection and accent.
    """
    button = theme.row - 8
    tick = f'image: url("{(icons / "check.svg").as_posix()}");' if icons is not None else ""
    tick_ground = theme.selection if theme.name == "light" else theme.accent
    values: dict[str, object] = {field: getattr(theme, field) for field in theme.__dataclass_fields__}
    values |= {"button": button, "button_focus": button - 2, "tick": tick, "tick_ground": tick_ground}
    return _SHEET % values
