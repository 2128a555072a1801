"""The head of the page: who the animal is, and how it is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from colonydesk.domain.codes import SEVERITY
from colonydesk.domain.days import zone
from colonydesk.domain.moment import State, state_at
from colonydesk.qtkit.parts import StateBadge, label
from colonydesk.qtkit.theme import TITLE, XS, L, M, S, ThemeSource
from colonydesk.queries.overview import Overview
from colonydesk.ui import words
from colonydesk.ui.animal.said import flags, genotype_text, kept, state_word


class Head(QFrame):
    """``back`` and ``closed``: the buttons at the right."""

    back = Signal()
    closed = Signal()

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.name = label("", "animal")
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.badge = StateBadge(source, size=TITLE)
        self.facts = label(role="", wrap=True)
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.care = label(role="secondary", wrap=True)
        self.back_button = QPushButton(self.tr("Back"))
        self.back_button.setProperty("kind", "link")
        self.back_button.setToolTip(self.tr("The animal shown before (Alt+Left)"))
        self.back_button.hide()
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setProperty("kind", "link")
        self.close_button.setToolTip(self.tr("Close this page (Esc)"))
        self.back_button.clicked.connect(self.back)
        self.close_button.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setSpacing(M)
        top.addWidget(self.name, 1)
        top.addWidget(self.badge)
        top.addSpacing(S)
        top.addWidget(self.back_button)
        top.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, M, M, S)
        column.setSpacing(XS)
        column.addLayout(top)
        column.addWidget(self.facts)
        column.addWidget(self.care)

    def show_overview(self, shown: Overview, now: datetime) -> None:
        """Write the head anew."""
        state = None if shown.facts is None else state_at(shown.facts, now)
        self.name.setText(shown.nickname)
        self.name.setToolTip(shown.name or "")
        self._write_badge(shown, state, now)
        self.facts.setText(", ".join(self._facts(shown, now)))
        care = ", ".join(self._care(shown, state, now))
        self.care.setText(f"{care[:1].upper()}{care[1:]}")

    def _write_badge(self, shown: Overview, state: State | None, now: datetime) -> None:
        today = zone(shown.timezone).day(now)
        if shown.death_date is not None:
            self.badge.set("unknown", self.tr("died {}").format(words.day_text(shown.death_date, today)))
        elif state is None:
            self.badge.set("unknown", self.tr("human subject"))
        elif state.percentage_weight is None:
            self.badge.set("unknown", self.tr("no percentage") if state.weight else self.tr("not weighed"))
        else:
            word = state_word(state.status)
            self.badge.set(state.status, f"{words.percent(state.percentage_weight)} %, {word}")

    def _facts(self, shown: Overview, now: datetime) -> list[str]:
        today = zone(shown.timezone).day(now)
        parts = []
        if not shown.is_human:
            cage = self.tr("Cage {}").format(shown.cage) if shown.cage else self.tr("No cage")
            parts.append(f"<b>{kept(cage)}</b>")
        if shown.ear_mark:
            parts.append(kept(self.tr("ear {}").format(shown.ear_mark)))
        parts.append(kept(words.sex_text(shown.sex)))
        age = words.age_text(shown.birth_date, today, shown.death_date)
        parts.append(kept(age or self.tr("age not known")))
        parts += [kept(text) for text in (shown.line or shown.strain or "", genotype_text(shown)) if text]
        if shown.responsible_user:
            parts.append(kept(self.tr("with {}").format(shown.responsible_user)))
        return parts

    def _care(self, shown: Overview, state: State | None, now: datetime) -> list[str]:
        """What is special about its keeping, in words."""
        today = zone(shown.timezone).day(now)
        parts = []
        if shown.death_date is not None:
            day = words.day_text(shown.death_date, today)
            how = self.tr("culled on {}") if shown.cull_id is not None else self.tr("died on {}")
            reason = f" ({shown.cull_reason})" if shown.cull_reason else ""
            parts.append(how.format(day) + reason)
        elif state is not None and state.restriction_start is not None:
            since = words.day_text(zone(shown.timezone).day(state.restriction_start), today)
            kind = f" ({shown.water_type})" if shown.water_type not in (None, "Water") else ""
            parts.append(self.tr("on water restriction since {}").format(since) + kind)
        elif state is not None:
            parts.append(self.tr("not on water restriction"))
        if shown.actual_severity is not None:
            parts.append(self.tr("severity {}").format(SEVERITY[shown.actual_severity].lower()))
        if state is not None:
            parts.append(self.tr("protocol {}").format(shown.protocol_number))
        if shown.death_date is None:
            parts += flags(shown)
        return parts
