"""What paints the rows of a plain list: each as high as the theme's rows are."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from colonydesk.qtkit.theme import ThemeSource


class RowDelegate(QStyledItemDelegate):
    """Whoever paints takes the colours of ``source``."""

    def __init__(self, source: ThemeSource, view: QWidget) -> None:
        super().__init__(view)
        self.source = source

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self.source.theme.row)
