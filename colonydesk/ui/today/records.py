"""Below the round: what was recorded in this sitting, or the last entries of the animal in hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from colonydesk.qtkit.parts import Chip, label, rule
from colonydesk.qtkit.theme import L, S
from colonydesk.queries.card import Card, card
from colonydesk.queries.entries import Entry as Record
from colonydesk.queries.entries import recent_entries
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.entry import Attempt
from colonydesk.ui.today.hand import Hand
from colonydesk.ui.today.log import LogRow, LogView
from colonydesk.ui.today.sitting import Sitting

if TYPE_CHECKING:
    from colonydesk.ui.today.bars import RecordBar


LEAST_HEIGHT = 96


class Records(QFrame):
    """The two lists and the line in which a record is moved or taken out."""

    told = Signal(str, str)
    failed = Signal(object)

    def __init__(self, desk: Desk, hand: Hand, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._hand = hand
        self._of_animal_shown = False
        self.sitting = Sitting(desk)
        self._chips = chips = QWidget(self)
        self._of_sitting = Chip(
            desk.source, self.tr("Recorded in this sitting"), 0, compact=True, parent=chips
        )
        self._of_animal = Chip(desk.source, self.tr("Entries of this animal"), compact=True, parent=chips)
        self._nothing = label(role="secondary", parent=self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._nothing.setContentsMargins(L, S, L, S)
        self._lay_out()
        hand.changed.connect(self._on_hand)
        hand.animal.recorded.connect(self._on_recorded)
        hand.cage_recorded.connect(lambda kind, attempt, _done, of: self.sitting.add(kind, attempt, of, None))
        hand.undo_wanted.connect(self.undo)
        hand.restriction_done.connect(self._on_restriction)
        self.sitting.changed.connect(self._write)
        self.sitting.failed.connect(self.failed)
        self.bar.failed.connect(self.failed)
        self._write()

    @cached_property
    def log(self) -> LogView:
        """What was recorded; built when there is something to list."""
        log = LogView(self._desk.source)
        log.act.connect(self._on_act)
        log.hide()
        log.setMinimumHeight(1)  # its rows scroll: what is asked over them is never cut off for them
        self._column.addWidget(log, 1)
        self.setTabOrder(self._of_animal, log)  # by itself it would come after the curve
        return log

    def prepare(self) -> None:
        """Build and style the list that the first entry is shown in, before it comes."""
        self.log.ensurePolished()

    @cached_property
    def bar(self) -> RecordBar:
        """Where a record is moved or taken out; built when that is first wanted.

        It stands in the place of the chips while it is open.
        """
        from colonydesk.ui.today.bars import RecordBar

        bar = RecordBar(self._desk)
        bar.moved.connect(self._on_moved)
        bar.voided.connect(self._on_voided)
        bar.opened.connect(self._chips.hide)
        bar.closed.connect(self._chips.show)
        bar.closed.connect(self._hand.keys_wanted)
        self._column.insertWidget(1, bar)
        for before, after in pairwise((self._of_animal, *bar.stops(), self.log)):
            self.setTabOrder(before, after)
        return bar

    def _lay_out(self) -> None:
        self.setProperty("surface", "panel")
        self._of_sitting.setChecked(True)
        self._of_sitting.clicked.connect(lambda: self.show_entries(of_animal=False))
        self._of_animal.clicked.connect(lambda: self.show_entries(of_animal=True))
        line = QHBoxLayout(self._chips)
        line.setContentsMargins(L, S, L, S)
        line.setSpacing(S)
        line.addWidget(self._of_sitting)
        line.addWidget(self._of_animal)
        line.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._chips)
        column.addWidget(rule())
        column.addWidget(self._nothing, 1)
        self.setMinimumHeight(LEAST_HEIGHT)

    def event(self, event: QEvent) -> bool:
        """What the bar says grows beyond the least height where the pane was made so low."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and "bar" in self.__dict__:
            needed = self._column.totalMinimumHeightForWidth(self.width()) if self.bar.isVisible() else 0
            self.setMinimumHeight(max(LEAST_HEIGHT, needed))
        return done

    def count(self) -> int:
        """How many entries of this sitting count."""
        return sum(not row.gone for row in self.sitting.rows)

    def undo(self) -> None:
        """Take back the last entry of the sitting; one that is being saved is not in it yet."""
        if self._hand.saving():
            self.told.emit("info", self.tr("Still saving: undo it once it is listed below."))
        elif not self.sitting.undo_last():
            self.told.emit("info", self.tr("There is nothing in this sitting to undo."))

    def refresh(self, subjects: frozenset[UUID]) -> None:
        """Some animals' records have changed."""
        in_hand = self._hand.card()
        if self._of_animal_shown and in_hand is not None and in_hand.id in subjects:
            self._write()

    def show_entries(self, *, of_animal: bool) -> None:
        """Show the last entries of the animal in hand, or what was recorded in this sitting."""
        self._of_animal_shown = of_animal
        self._of_sitting.setChecked(not of_animal)
        self._of_animal.setChecked(of_animal)
        self._write()

    def _on_hand(self) -> None:
        if self._of_animal_shown:
            self._write()

    def _write(self) -> None:
        self._desk.jobs.drop("entries")  # what comes late would be of an animal that is not in hand any more
        self._of_sitting.set_count(self.count())
        in_hand = self._hand.card()
        if not self._of_animal_shown:
            self._show(self.sitting.rows, self.tr("What you save is listed here; each can be taken back."))
        elif in_hand is None:
            self._show((), self.tr("No animal is in hand."))
        else:
            of = in_hand

            def show(found: tuple[Record, ...]) -> None:
                rows = [_row(record, of) for record in found]
                self._show(rows, self.tr("{} has no weighing and no water yet.").format(of.nickname))

            self._desk.read_plain("entries", recent_entries, of.id, done=show, failed=self.failed.emit)

    def _show(self, rows: Sequence[LogRow], nothing: str) -> None:
        self._nothing.setText(nothing)
        self._nothing.setVisible(not rows)
        if rows or "log" in self.__dict__:
            self.log.rows.set_rows(rows)
            self.log.doItemsLayout()  # now, or it is painted once before and once after it
            self.log.setVisible(bool(rows))

    def _on_recorded(self, kind: str, attempt: Attempt, _done: object, of: Card, old: Record | None) -> None:
        self.sitting.add(kind, attempt, of, old)

    def _on_restriction(self, attempt: Attempt, of: Card, what: str) -> None:
        self.sitting.add_act(attempt, of, what)
        self._hand.leave_restriction()

    def _on_act(self, act: str, row: LogRow) -> None:
        if act in ("undo", "redo"):
            self.sitting.toggle(row)
        elif act == "move":
            self.bar.move_record(row.entry)
        elif act == "void":
            self.bar.void_record(row.entry)
        else:
            self._hand.correct(row.entry)

    def _on_moved(self, record: Record, new_id: UUID, command_id: UUID, subject_id: UUID) -> None:
        def note(to: Card) -> None:
            self.sitting.add_moved(record, new_id, command_id, to)

        key, now = ("moved", new_id), self._desk.now()
        self._desk.read_plain(key, card, subject_id, now, done=note, failed=self.failed.emit)

    def _on_voided(self, record: Record, command_id: UUID, reason: str) -> None:
        def note(of: Card) -> None:
            self.sitting.add_voided(record, command_id, reason, of)

        key, now = ("voided", command_id), self._desk.now()
        self._desk.read_plain(key, card, record.subject_id, now, done=note, failed=self.failed.emit)


def _row(record: Record, of: Card) -> LogRow:
    """An older entry, with who noted it, or why it no longer counts."""
    parts = [record.void_reason if record.voided else "", record.user]
    if record.in_session:
        parts.append("in a session")
    remark = ", ".join(part for part in parts if part)
    acts = () if record.voided else ("void", "correct", "move")
    zone = of.facts.lab.zone.info
    return LogRow(
        record, zone, "", record.water_type or "", remark, None, acts, gone=record.voided, with_day=True
    )
