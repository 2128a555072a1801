"""The help page of the section that is open, beside what is being worked on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import L, M, S, ThemeSource

WIDTH = 420


class HelpPanel(QFrame):
    """A panel over the right edge of its window; F1 opens and closes it, Escape closes it.

    It lies over the curve and never over the fields, and does not take the keyboard when it opens.
    """

    def __init__(self, source: ThemeSource, folder: Path, window: QWidget) -> None:
        super().__init__(window)
        self._source = source
        self._folder = folder
        self._key = ""
        self._title = label(self.tr("Help"), "title")
        self._page = QTextBrowser()
        self._page.setOpenExternalLinks(True)
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        close = QPushButton(self.tr("Close"))
        close.setProperty("kind", "link")
        close.clicked.connect(lambda: self.set_open(False))
        top = QHBoxLayout()
        top.setContentsMargins(L, M, M, 0)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addLayout(top)
        column.addWidget(self._page, 1)
        self.setObjectName("help")
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(lambda: self.set_open(False))
        source.changed.connect(self._write)
        self.hide()

    def set_page(self, key: str, title: str) -> None:
        """Show the page of section ``key``; where there is none a sentence says so."""
        self._key = key
        self._title.setText(self.tr("Help: {}").format(title))
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
        window = self.window()
        width = min(WIDTH, window.width())
        central = window.parentWidget() or window
        self.setGeometry(central.width() - width, 0, width, central.height() - 27)

    def _write(self) -> None:
        file = self._folder / f"{self._key}.md"
        if file.is_file():
            text = file.read_text(encoding="utf-8")
        else:
            text = self.tr("There is no help page for this section yet.")
        theme = self._source.theme
        document = self._page.document()
        document.setDocumentMargin(L)
        document.setDefaultStyleSheet(f"a {{ color: {theme.accent}; }}")
        self._page.setMarkdown(text)
