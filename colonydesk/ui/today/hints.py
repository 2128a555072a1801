"""Which keys do what, below the fields."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from colonydesk.qtkit.parts import KeyHint
from colonydesk.qtkit.theme import S, ThemeSource


class KeyHints(QWidget):
    """The keys of the animal in hand, in two lines."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for line in (
            (
                (self.tr("Enter"), self.tr("save, next")),
                (self.tr("Space"), self.tr("take the grey amount")),
                (self.tr("Esc"), self.tr("clear")),
            ),
            (
                (self.tr("Ctrl Z"), self.tr("undo")),
                (self.tr("Ctrl F"), self.tr("find an animal")),
                (self.tr("F3"), self.tr("why")),
                (self.tr("F1"), self.tr("help")),
            ),
        ):
            row = QHBoxLayout()
            row.setSpacing(S)
            for key, text in line:
                row.addWidget(KeyHint(source, key, text))
            row.addStretch(1)
            column.addLayout(row)
