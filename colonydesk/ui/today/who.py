"""Which animal is in hand: its name in large letters, what is known of it, and the last note."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.moment import State
from colonydesk.qtkit.parts import label
from colonydesk.queries.card import Card
from colonydesk.ui import words

PHOTO = 56
NOTE_LENGTH = 118


class Who(QWidget):
    """``acts`` opens what else can be done with the animal."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = label(role="animal", parent=self)
        self._facts = QLabel(self)
        self._facts.setTextFormat(Qt.TextFormat.RichText)
        self._facts.setWordWrap(True)
        self._note = label(role="secondary", wrap=True, parent=self)
        self._photo = QLabel(self)
        self.acts = QPushButton("⋯", self)
        self.acts.setAccessibleName(self.tr("More for this animal"))
        self.acts.setProperty("kind", "link")
        self.acts.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        top = QHBoxLayout()
        top.addWidget(self.name)
        top.addStretch(1)
        top.addWidget(self.acts, 0, Qt.AlignmentFlag.AlignTop)
        facts = QHBoxLayout()
        facts.addWidget(self._facts, 1)
        facts.addWidget(self._photo, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(facts)
        column.addSpacing(4)
        column.addWidget(self._note)

    def show_card(self, card: Card, state: State) -> None:
        """Say who the animal is; ``state`` is its state now."""
        self.name.setText(card.nickname)
        parts = [*self._who(card, state.day), *self._kept(card, state)]
        self._facts.setText(", ".join(parts))
        self._write_note(card, state.day)

    def _who(self, card: Card, today: date) -> list[str]:
        where = self.tr("Cage {}").format(card.cage) if card.cage else self.tr("No cage")
        ear = self.tr("ear {}").format(card.ear_mark) if card.ear_mark else ""
        age = words.age_text(card.birth_date, today, card.death_date)
        by = self.tr("with {}").format(card.responsible_user) if card.responsible_user else ""
        plain = (ear, words.sex_text(card.sex), age, card.line or "", by)
        return [_bold(where), *(words.plain(text) for text in plain if text)]

    def _kept(self, card: Card, state: State) -> list[str]:
        """What is special about it."""
        parts = []
        if state.implant_weight:
            parts.append(words.plain(self.tr("implant {} g").format(words.grams(state.implant_weight))))
        if card.death_date is not None:
            parts.append(_bold(self.tr("died {}").format(words.day_text(card.death_date, state.day))))
        elif state.restriction_start is not None:
            since = words.day_text(card.facts.lab.zone.day(state.restriction_start), state.day)
            parts.append(words.plain(self.tr("restricted since {}").format(since)))
        else:
            parts.append(words.plain(self.tr("not on water restriction")))
        if card.to_be_culled:
            parts.append(_bold(self.tr("to be culled")))
        return parts

    def _write_note(self, card: Card, today: date) -> None:
        text = card.note.text if card.note else (card.description or "")
        text = " ".join(text.split()) if text.strip() not in ("", "-") else ""
        if card.note and text:
            day = card.facts.lab.zone.day(card.note.date_time)
            text = f"{words.day_text(day, today)}: {text}"
        shown = f"{text[: NOTE_LENGTH - 1]}…" if len(text) > NOTE_LENGTH else text
        self._note.setText(shown)
        self._note.setToolTip(text if shown != text else "")
        self._note.setVisible(bool(text))
        picture = QPixmap()
        if card.note and card.note.image and picture.loadFromData(card.note.image):
            grown = Qt.AspectRatioMode.KeepAspectRatioByExpanding
            small = picture.scaled(PHOTO, PHOTO, grown, Qt.TransformationMode.SmoothTransformation)
            self._photo.setPixmap(small.copy(0, 0, PHOTO, PHOTO))
        self._photo.setVisible(not picture.isNull())


def _bold(text: str) -> str:
    return f"<b>{words.plain(text)}</b>"
