"""The help page of the section that is open, beside what is being worked on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QKeySequence,
    QShortcut,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from colonydesk.qtkit.links import LinkPage
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import FIGURE, TEXT, TITLE, L, M, S, Theme, ThemeSource, font

WIDTH = 420
BELOW = 27
"""What is left free at the lower edge: the status bar and its line."""


class HelpPanel(QFrame):
    """A panel over the right edge of its window; F1 opens and closes it, Escape closes it.

    It lies over the curve and never over the fields, and does not take the keyboard when it opens.
    """

    def __init__(self, source: ThemeSource, folder: Path, window: QWidget) -> None:
        super().__init__(window)
        self._source = source
        self._window = window
        self._folder = folder
        self._key = ""
        self._page = LinkPage()
        self._page.setOpenExternalLinks(True)
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        close = QPushButton(self.tr("Close"))
        close.setProperty("kind", "link")
        close.clicked.connect(lambda: self.set_open(False))
        top = QHBoxLayout()
        top.setContentsMargins(L, S, M, 0)
        top.addWidget(label(self.tr("Help"), "label"))
        top.addStretch(1)
        top.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._page, 1)
        self.setObjectName("help")
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        # Wherever the keys are, and before the field that would be emptied by it.
        escape.setContext(Qt.ShortcutContext.WindowShortcut)
        escape.activated.connect(lambda: self.set_open(False))
        escape.activatedAmbiguously.connect(lambda: self.set_open(False))
        source.changed.connect(self._write)
        self.hide()

    def set_page(self, key: str, title: str) -> None:
        """Show the page of section ``key``, called ``title``; where there is none a sentence says so."""
        self._key = key
        self._page.setAccessibleName(self.tr("Help: {}").format(title))
        if self.isVisible():
            self._write()

    def set_open(self, is_open: bool) -> None:
        """Open or close the panel."""
        if is_open:
            self._write()
            self.place()
            self.raise_()
        self.setVisible(is_open)

    def text(self) -> str:
        """The page as plain text."""
        return self._page.toPlainText()

    def place(self) -> None:
        """Lie along the right edge of the window, above its status bar."""
        window = self._window
        width = min(WIDTH, window.width())
        self.setGeometry(window.width() - width, 0, width, window.height() - BELOW)

    def _write(self) -> None:
        file = self._folder / f"{self._key}.md"
        if file.is_file():
            text = file.read_text(encoding="utf-8")
        else:
            text = self.tr("There is no help page for this section yet.")
        document = self._page.document()
        document.setDocumentMargin(L)
        self._page.setMarkdown(text)
        _dress(document, self._source.theme)
        self._page.moveCursor(QTextCursor.MoveOperation.Start)


def _dress(document: QTextDocument, theme: Theme) -> None:
    """Give a page our type, air between its paragraphs, and lines instead of boxes in its tables."""
    tables = [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]
    for table in tables:
        shape = table.format().toTableFormat()
        shape.setBorder(1)
        shape.setBorderBrush(QColor(theme.line))
        shape.setBorderCollapse(True)
        shape.setCellPadding(5)
        shape.setCellSpacing(0)
        shape.setBottomMargin(M)
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        table.setFormat(shape)
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        cursor = QTextCursor(block)
        form = block.blockFormat()
        form.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if cursor.currentTable() is None:
            form.setTopMargin(L if level else 0)
            form.setBottomMargin(S)
        cursor.setBlockFormat(form)
        if level:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            letters = cursor.charFormat()
            letters.clearProperty(QTextFormat.Property.FontSizeAdjustment)
            letters.setFont(font(FIGURE if level == 1 else TITLE if level == 2 else TEXT, 700))
            cursor.setCharFormat(letters)
        block = block.next()
