"""The Overview tab: what matters at a glance, and the form that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import QRect, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.codes import SEVERITY
from colonydesk.domain.days import zone
from colonydesk.domain.moment import NOT_RESTRICTED, State, state_at
from colonydesk.qtkit.links import LinkLabel
from colonydesk.qtkit.parts import label, rule, surface
from colonydesk.qtkit.theme import CAPTION, FIGURE, XS, L, M, S, ThemeSource, font
from colonydesk.queries.overview import Named, Overview
from colonydesk.ui import words
from colonydesk.ui.animal.said import carried_text, flags
from colonydesk.ui.animal.tab import Tab
from colonydesk.ui.desk import Desk

FIGURES_HEIGHT = 64
BELOW_TOP = 43
WIDEST = 980
USUAL_ROWS = 12

Figure = tuple[str, str, str, str]
"""Caption, value, what is said below it, and the tone of the value ("text", "faint", or a state)."""


class Figures(QWidget):
    """Four large numbers in a row, with a word on each, which wraps."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self._figures: Sequence[Figure] = ()
        self.setFixedHeight(FIGURES_HEIGHT)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these instead."""
        self._figures = figures
        spoken = "; ".join(f"{caption}: {value} {below}" for caption, value, below, _ in figures)
        self.setAccessibleName(spoken)
        self._fit()
        self.update()

    def texts(self) -> dict[str, str]:
        """Caption to value, as shown."""
        return {caption: value for caption, value, _, _ in self._figures}

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _room(self) -> float:
        """How wide the words of one are."""
        return self.width() / max(1, len(self._figures)) - M - S

    def _fit(self) -> None:
        """As high as the longest of the words below takes."""
        metrics = QFontMetrics(font(CAPTION))
        box = QRect(0, 0, round(self._room()), 1000)
        wrap = Qt.TextFlag.TextWordWrap
        height = max(
            (metrics.boundingRect(box, wrap, below).height() for _, _, below, _ in self._figures), default=0
        )
        self.setFixedHeight(max(FIGURES_HEIGHT, BELOW_TOP + height + S))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._source.theme
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        width = self.width() / max(1, len(self._figures))
        with QPainter(self) as painter:
            for place, (caption, value, below, tone) in enumerate(self._figures):
                left = place * width
                if place:
                    painter.fillRect(QRectF(left - M, 4, 1, self.height() - 8), QColor(theme.line))
                colour = {"text": theme.text, "faint": theme.hint}.get(tone) or theme.state(tone)
                for text, size, weight, ink, top, height in (
                    (caption, CAPTION, 400, theme.secondary, 0, 18),
                    (value, FIGURE, 700, colour, 18, 24),
                ):
                    painter.setFont(font(size, weight))
                    painter.setPen(QColor(ink))
                    room = QRectF(left, top, self._room(), height)
                    shown = painter.fontMetrics().elidedText(
                        text, Qt.TextElideMode.ElideRight, round(room.width())
                    )
                    painter.drawText(room, middle, shown)
                painter.setFont(font(CAPTION))
                painter.setPen(QColor(theme.secondary))
                room = QRectF(left, BELOW_TOP, self._room(), self.height() - BELOW_TOP)
                painter.drawText(room, Qt.TextFlag.TextWordWrap, below)


class Fields(QWidget):
    """Captions and values in two columns; a value may hold links. ``followed`` carries (table, id)."""

    followed = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(6)
        for column in (1, 3):
            self._grid.setColumnStretch(column, 1)
        for column in (0, 2):
            self._grid.setColumnMinimumWidth(column, 92)
        # Made beforehand: the first animal does not wait for them.
        self._pairs = [self._new_pair(row, column) for column in (0, 2) for row in range(USUAL_ROWS)]

    def show_fields(self, left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]]) -> None:
        """(caption, value as rich text) of the two columns."""
        placed = [
            (row, column, *pair)
            for column, pairs in ((0, left), (2, right))
            for row, pair in enumerate(pairs)
        ]
        while len(self._pairs) < len(placed):
            self._pairs.append(self._new_pair(0, 0))
        for place, (caption, value) in enumerate(self._pairs):
            used = place < len(placed)
            if used:
                row, column, title, text = placed[place]
                self._grid.addWidget(caption, row, column)
                self._grid.addWidget(value, row, column + 1)
                caption.setText(title)
                value.setText(text)
                value.setAccessibleName(title)
                links = Qt.TextInteractionFlag.LinksAccessibleByMouse
                links |= Qt.TextInteractionFlag.LinksAccessibleByKeyboard
                value.setTextInteractionFlags(
                    links if "<a " in text else Qt.TextInteractionFlag.TextSelectableByMouse
                )
            caption.setVisible(used)
            value.setVisible(used)

    def texts(self) -> dict[str, str]:
        """Caption to value, as shown, with its links."""
        return {caption.text(): value.text() for caption, value in self._pairs if not caption.isHidden()}

    def colour_links(self) -> None:
        """Write the links anew: they keep the colour of the theme they were written in."""
        for _, value in self._pairs:
            text = value.text()
            if "<a " in text:
                value.clear()
                value.setText(text)

    def _new_pair(self, row: int, column: int) -> tuple[QLabel, QLabel]:
        caption, value = label(role="label"), LinkLabel(wrap=True)
        caption.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        value.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        value.linkActivated.connect(self._follow)
        self._grid.addWidget(caption, row, column)
        self._grid.addWidget(value, row, column + 1)
        return caption, value

    def _follow(self, link: str) -> None:
        url = QUrl(link)
        self.followed.emit(url.scheme().replace("-", "_"), UUID(url.path()))


class GlanceTab(Tab):
    """``edit`` is pressed to change the animal in its form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.figures = Figures(desk.source)
        self.fields = Fields()
        self.description, self.effects = (label(wrap=True) for _ in range(2))
        self.description_title = label(self.tr("Description"), "label")
        self.effects_title = label(self.tr("Adverse effects"), "label")
        self.edit = QPushButton(self.tr("Edit"))
        self.edit.setToolTip(self.tr("Change what is known of this animal (Ctrl+E)"))
        self.edit.clicked.connect(self.open_form)
        self.fields.followed.connect(self._follow)
        desk.source.changed.connect(lambda _theme: self.fields.colour_links())
        page = surface("panel")
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)  # on a whole screen the values stay beside one another
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(inside, 1000)
        across.addStretch(1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(L, M, L, L)
        column.setSpacing(M)
        column.addWidget(self.figures)
        column.addWidget(rule())
        column.addWidget(self.fields)
        for title, text in (
            (self.description_title, self.description),
            (self.effects_title, self.effects),
        ):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            part = QVBoxLayout()
            part.setSpacing(XS)
            part.addWidget(title)
            part.addWidget(text)
            column.addLayout(part)
        line = QHBoxLayout()
        line.addWidget(self.edit)
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def first_focus(self) -> QWidget:
        return self.edit

    def open_form(self) -> None:
        """The animal's own form, in place of the tabs."""
        if self.overview is not None:
            self.form_wanted.emit("subject", self.overview.id, {})

    def fetch(self, overview: Overview) -> None:
        """All of it has come with the head: nothing is read."""
        now = self.desk.now()
        state = None if overview.facts is None else state_at(overview.facts, now)
        self.figures.setVisible(state is not None)
        if state is not None:
            self.figures.show_figures(self._figures(overview, state, now))
        today = zone(overview.timezone).day(now)
        columns = self._left(overview, today), self._right(overview, today)
        if overview.is_human:
            columns = _known(columns[0]), _known(columns[1])
        self.fields.show_fields(*columns)
        for title, text, content in (
            (self.description_title, self.description, overview.description),
            (self.effects_title, self.effects, overview.adverse_effects),
        ):
            said = (content or "").strip()
            said = "" if said == "-" else said
            text.setText(said)
            for part in (title, text):
                part.setVisible(bool(said))
        self.clear_dim()

    def _follow(self, table: str, row_id: UUID) -> None:
        (self.walked.emit if table == "subject" else lambda one: self.wanted.emit(table, one))(row_id)

    # What is said

    def _figures(self, shown: Overview, state: State, now: datetime) -> list[Figure]:
        lab_zone = zone(shown.timezone)
        weighed = self.tr("never weighed")
        if state.weighed_at is not None:
            day = words.near_day_text(lab_zone.day(state.weighed_at), state.day)
            weighed = f"{day}, {words.clock_text(state.weighed_at, lab_zone.info)}"
        weight = words.UNKNOWN if state.weight is None else f"{words.grams(state.weight)} g"
        expected = state.reason or self.tr("of the expected weight")
        if state.reason == NOT_RESTRICTED:  # which the last of the figures says
            expected = self.tr("no reference weight")
        if state.expected_weight is not None:
            expected = self.tr("of {} g expected").format(words.gram_figure(state.expected_weight))
        percentage = words.UNKNOWN
        if state.percentage_weight is not None:
            percentage = f"{words.percent(state.percentage_weight)} %"
        tone = state.status if state.percentage_weight is not None else "faint"
        return [
            (self.tr("Weight"), weight, weighed, "text" if state.weight is not None else "faint"),
            (self.tr("Percentage"), percentage, expected, tone),
            self._water_figure(shown, state),
            self._restriction_figure(shown, state),
        ]

    def _water_figure(self, shown: Overview, state: State) -> Figure:
        caption = self.tr("Water today")
        if shown.death_date is not None:
            return caption, words.UNKNOWN, self.tr("not alive"), "faint"
        if state.adlib:
            return caption, self.tr("ad lib"), self.tr("given today"), "text"
        given = f"{words.given(state.given_water_total)} mL"
        if not state.is_water_restricted:
            free = self.tr("water is free")
            return caption, given if state.given_water_total else words.UNKNOWN, free, "faint"
        below = self.tr("of {} mL required").format(words.owed(state.required_water))
        owes = "water" in state.owed
        return caption, given, below, "near" if owes else "ok"

    def _restriction_figure(self, shown: Overview, state: State) -> Figure:
        caption = self.tr("Restricted since")
        if state.restriction_start is None:
            return caption, words.UNKNOWN, self.tr("not restricted"), "faint"
        since = zone(shown.timezone).day(state.restriction_start)
        days = (state.day - since).days
        below = self.tr("{} days").format(days) if days != 1 else self.tr("1 day")
        if shown.water_type:
            below = f"{below}, {shown.water_type}"
        return caption, words.day_text(since, state.day), below, "text"

    def _left(self, shown: Overview, today: date) -> list[tuple[str, str]]:
        """What it is and where it comes from."""
        dates = (
            (self.tr("Born"), shown.birth_date),
            (self.tr("Weaned"), shown.wean_date),
            (self.tr("Genotyped"), shown.genotype_date),
            (self.tr("Reduced"), shown.reduced_date),
            (self.tr("Died"), shown.death_date),
        )
        genotype = ", ".join(words.plain(carried_text(one)) for one in shown.genotype)
        return [
            (self.tr("Species"), _text(shown.species)),
            (self.tr("Strain"), _text(shown.strain)),
            (self.tr("Line"), _text(shown.line)),
            (self.tr("Genotype"), genotype or words.UNKNOWN),
            (self.tr("Source"), _text(shown.source)),
            *((title, words.day_text(day, today)) for title, day in dates if day is not None),
            (self.tr("Litter"), _links("litter", [shown.litter])),
            (self.tr("Father"), _links("subject", [shown.father])),
            (self.tr("Mother"), _links("subject", shown.mothers)),
        ]

    def _right(self, shown: Overview, today: date) -> list[tuple[str, str]]:
        """Where it is, whose it is, and under which rules."""
        severity = SEVERITY[shown.actual_severity] if shown.actual_severity is not None else None
        fields = [
            (self.tr("Lab"), _text(shown.lab)),
            (self.tr("Responsible"), _text(shown.responsible_user)),
            (self.tr("Projects"), _text(", ".join(shown.projects))),
            (self.tr("In sessions"), _text(", ".join(shown.session_projects))),
        ]
        if shown.is_human:
            return fields
        fields += [
            (self.tr("Request"), self._request(shown, today)),
            (self.tr("Cage"), _text(shown.cage)),
            (self.tr("Cage mates"), _links("subject", shown.cage_mates)),
            (self.tr("Ear mark"), _text(shown.ear_mark)),
            (self.tr("Protocol"), words.plain(self._protocol(shown.protocol_number))),
            (self.tr("Severity"), _text(severity)),
        ]
        if shown.death_date is None:
            marked = ", ".join(flags(shown))
            fields.append((self.tr("To do"), f"<b>{words.plain(marked)}</b>" if marked else words.UNKNOWN))
        elif shown.cull_id is not None:
            fields.append((self.tr("Culled"), _text(shown.cull_reason or self.tr("no reason given"))))
        return fields

    def _protocol(self, number: str) -> str:
        meaning = {
            "1": self.tr("no surgery, no restriction"),
            "2": self.tr("surgery"),
            "3": self.tr("water restriction"),
        }.get(number)
        return f"{number}, {meaning}" if meaning else number

    def _request(self, shown: Overview, today: date) -> str:
        of = shown.request
        if of is None:
            return words.UNKNOWN
        text = " ".join(str(part) for part in (of.count, of.line) if part is not None)
        parts = [text, self.tr("for {}").format(of.user) if of.user else ""]
        if of.due_date is not None:
            parts.append(self.tr("due {}").format(words.day_text(of.due_date, today)))
        said = ", ".join(part for part in parts if part) or self.tr("a request")
        return _links("subject_request", [Named(of.id, said)])


def _known(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of a person there is little to be said: no rows of hyphens."""
    return [(caption, value) for caption, value in fields if value != words.UNKNOWN]


def _text(text: str | None) -> str:
    return words.plain(text) if text else words.UNKNOWN


def _links(table: str, records: Sequence[Named | None]) -> str:
    """The records as links that open them."""
    scheme = table.replace("_", "-")
    there = [one for one in records if one is not None]
    found = [f'<a href="{scheme}:{one.id}">{words.plain(one.label)}</a>' for one in there]
    return ", ".join(found) or words.UNKNOWN
