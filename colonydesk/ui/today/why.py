"""Why a number is what it is: the formula with the numbers put in, and where each of them comes from."""

from __future__ import annotations

from datetime import datetime
from html import escape

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from colonydesk.domain.explain import explain
from colonydesk.domain.explanation import Explanation, number
from colonydesk.domain.facts import Facts
from colonydesk.qtkit.links import LinkPage
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import L, M, S, ThemeSource

# The order a person asks in; what they are made of follows through the links.
_FIRST = ("percentage_weight", "expected_weight", "min_weight", "status", "expected_water", "remaining_water")


class WhyPanel(QFrame):
    """``closed``: Escape or the button; the explanations stay until others are shown."""

    closed = Signal()

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self._source = source
        self._title = label(role="title", wrap=True)
        self._page = LinkPage()
        self._page.setOpenLinks(False)
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        self._page.anchorClicked.connect(self._follow)
        close = QPushButton(self.tr("Back to the curve"))
        close.setProperty("kind", "link")
        close.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, M, L, M)
        column.setSpacing(S)
        column.addLayout(top)
        column.addWidget(self._page, 1)
        self._made: dict[str, Explanation] = {}
        source.changed.connect(self._write)

    def show_numbers(self, nickname: str, facts: Facts, now: datetime) -> None:
        """Explain every number of the animal as it is now."""
        self._title.setText(self.tr("Why these numbers: {}").format(nickname))
        self._made = explain(facts, now)
        self._write()
        self._page.verticalScrollBar().setValue(0)

    def text(self) -> str:
        """All that is explained, as plain text."""
        return self._page.toPlainText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _follow(self, url: QUrl) -> None:
        self._page.scrollToAnchor(url.fragment())

    def _write(self) -> None:
        first = [name for name in _FIRST if name in self._made]
        rest = [name for name in self._made if name not in first]
        self._page.setHtml("".join(self._section(self._made[name]) for name in first + rest))

    def _section(self, made: Explanation) -> str:
        theme = self._source.theme
        unit = f" {made.unit}" if made.unit else ""
        result = made.result if isinstance(made.result, str) else None
        if made.result is None:
            result = self.tr("not known")
        elif result is None:
            result = f"{number(float(made.result))}{unit}"
        heading = made.label[:1].upper() + made.label[1:]
        parts = [
            f'<p style="margin:14px 0 2px 0"><a name="{made.name}"></a>'
            f'<span style="font-weight:600; color:{theme.text}">{escape(f"{heading}: {result}")}</span>'
        ]
        if made.expression and made.inputs:
            parts.append(
                f'<br><span style="color:{theme.secondary}">{escape(made.formula)}<br>'
                f"= {escape(made.formula_with_numbers)}</span>"
            )
        parts.append("</p>")
        if made.inputs:
            parts.append('<table cellspacing="0" cellpadding="1" style="margin-left:12px">')
            parts += [self._input_row(made, place) for place in range(len(made.inputs))]
            parts.append("</table>")
        if made.reason:
            parts.append(f'<p style="margin:2px 0 0 12px; color:{theme.secondary}">{escape(made.reason)}</p>')
        return "".join(parts)

    def _input_row(self, made: Explanation, place: int) -> str:
        theme = self._source.theme
        given = made.inputs[place]
        value = number(given.value) if given.value == given.value else self.tr("not known")
        unit = f" {given.unit}" if given.unit else ""
        source = escape(given.source)
        if given.link and given.link in self._made:
            source = f'<a style="color:{theme.accent}" href="#{given.link}">{source}</a>'
        return (
            f'<tr><td style="color:{theme.secondary}">{escape(given.label)}&nbsp;&nbsp;</td>'
            f'<td align="right" style="color:{theme.text}">{escape(value)}{escape(unit)}&nbsp;&nbsp;</td>'
            f'<td style="color:{theme.secondary}">{source}</td></tr>'
        )
