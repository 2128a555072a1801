"""How the form of one record lies: its title, the fields to scroll, what is told, and the buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from colonydesk.qtkit.answer import AnswerButton
from colonydesk.qtkit.forms import Clock, Entry, FormView
from colonydesk.qtkit.parts import capped, label, rule
from colonydesk.qtkit.theme import L, M, S, ThemeSource
from colonydesk.ui.forms.strip import Strip

WIDEST = 720
"""Fields are no wider than this, in pixels: an eye finds its way from a label to the end of its line."""


class FormFrame(QWidget):
    """``extra`` is a column under the fields, for what a screen shows of the record beside them."""

    def __init__(self, source: ThemeSource, entries: Sequence[Entry], clock: Clock, delete: str) -> None:
        super().__init__()
        self.view = FormView(source, entries, clock)
        self.strip = Strip(source)
        self.title = label(role="title", wrap=True)
        self.help = label(role="label", wrap=True)
        self.save_button = AnswerButton(self.tr("Save"))
        self.discard_button = AnswerButton(self.tr("Discard"))
        self.delete_button = AnswerButton(delete)
        self.extra = QVBoxLayout()
        self._head, self._foot, self._line = QWidget(), QWidget(), rule()
        self._area = QScrollArea()
        self._lay_out()
        self.view.helped.connect(self.help.setText)
        self.strip.left.connect(self._take_keys)

    def _lay_out(self) -> None:
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.save_button.setProperty("kind", "primary")
        self.save_button.setToolTip(self.tr("Ctrl+S"))
        self.save_button.setAutoDefault(True)
        self._fill_area()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(L, M, L, 0)
        head.addWidget(self.title, 1)
        acts = QHBoxLayout()
        acts.setSpacing(S)
        acts.addWidget(self.save_button)
        acts.addWidget(self.discard_button)
        acts.addStretch(1)
        acts.addWidget(self.delete_button)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(L, S, L, M)
        foot.setSpacing(S)
        foot.addWidget(self.help)
        foot.addLayout(acts)
        self.help.setMinimumHeight(32)  # two lines: the buttons do not jump from field to field
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._area, 1)
        column.addWidget(self._line)
        column.addLayout(capped(self.strip, WIDEST + 2 * L))
        column.addLayout(capped(self._foot, WIDEST + 2 * L))

    def _fill_area(self) -> None:
        inside = QWidget()
        inside.setObjectName("form")
        within = QVBoxLayout(inside)
        within.setContentsMargins(L, M, L, L)
        within.setSpacing(M)
        within.addLayout(capped(self.view, WIDEST))
        within.addLayout(self.extra)
        within.addStretch(1)
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_parts(self, *, there: bool, writable: bool, new: bool, dirty: bool, saving: bool) -> None:
        """What of the form can be seen and pressed: with no record in it nothing but what is told."""
        for widget in (self._head, self._area, self._line):
            widget.setVisible(there)
        self._foot.setVisible(there and writable)
        self.save_button.setText(self.tr("Saving…") if saving else self.tr("Save"))
        self.discard_button.setVisible(new or dirty)
        self.delete_button.setVisible(not new)

    def _take_keys(self) -> None:
        button = self.save_button
        (button if button.isVisible() else self.view).setFocus(Qt.FocusReason.OtherFocusReason)

    def to_top(self) -> None:
        """Show the first field."""
        self._area.verticalScrollBar().setValue(0)
