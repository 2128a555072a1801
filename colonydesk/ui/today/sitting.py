"""What was recorded since the round began, the newest first; each line can be taken back and done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, QTimer, Signal

from colonydesk.domain.errors import Refused
from colonydesk.domain.facts import Facts
from colonydesk.domain.moment import preview, state_at
from colonydesk.queries.card import Card
from colonydesk.queries.entries import Entry as Record
from colonydesk.queries.entries import taken_out
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.entry import Attempt
from colonydesk.ui.today.log import LogRow, value_text
from colonydesk.ui.today.outcome import without

MOST = 500
LOOK_MS = 300
"""So long after a change the lines are looked at: behind the next animal, which the hands wait for."""
_OPEN = ("undo", "correct", "move")
_TABLES = ("weighing", "water_administration")


class Sitting(QObject):
    """``changed`` when a line was added or is another now; ``failed`` carries why one could not be undone."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.rows: list[LogRow] = []
        self._busy: set[UUID] = set()
        self._wanted = 0
        self._tried: dict[UUID, UUID] = {}
        self._key = ("sitting", id(self))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LOOK_MS)
        self._later.timeout.connect(self._look)

    def add(self, kind: str, attempt: Attempt, card: Card, corrected: Record | None) -> None:
        """Note what was just saved for the animal of ``card`` (as it was before)."""
        record = Record(
            kind="weight" if kind == "weight" else "water",
            id=attempt.record_id,
            subject_id=card.id,
            nickname=card.nickname,
            date_time=corrected.date_time if corrected else attempt.at,
            value=attempt.value,
            adlib=attempt.adlib,
            in_session=corrected.in_session if corrected else False,
            water_type=attempt.water.name if attempt.water else card.water_type,
            user=self._desk.member.username if self._desk.member else None,
            voided=False,
            void_reason=None,
        )
        remark = self.tr("asked: {} Confirmed.").format(attempt.asked) if attempt.asked else ""
        if corrected is not None:
            self.mark(corrected.id, self.tr("corrected"))
            remark = self.tr("instead of {}").format(value_text(corrected)) + (
                f", {remark}" if remark else ""
            )
        facts = card.facts if corrected is None else without(card.facts, corrected)
        state, meaning = self._meaning(record, facts)
        replaces = corrected.id if corrected else None
        zone = card.facts.lab.zone.info
        self._put(LogRow(record, zone, state, meaning, remark, attempt.command_id, _OPEN, replaces=replaces))

    def add_moved(self, old: Record, new_id: UUID, command_id: UUID, to: Card) -> None:
        """Note that a record was given to another animal, which has it by now."""
        self.mark(old.id, self.tr("moved to {}").format(to.nickname))
        # The session of the wrong animal does not move along.
        record = old._replace(id=new_id, subject_id=to.id, nickname=to.nickname, in_session=False)
        state, meaning = self._meaning(record, to.facts)
        remark = self.tr("moved here from {}").format(old.nickname)
        zone = to.facts.lab.zone.info
        self._put(LogRow(record, zone, state, meaning, remark, command_id, _OPEN, replaces=old.id))

    def add_voided(self, old: Record, command_id: UUID, reason: str, card: Card) -> None:
        """Note that a record was taken out."""
        self.mark(old.id, self.tr("void"))
        remark = self.tr("taken out: {}").format(reason)
        zone = card.facts.lab.zone.info
        self._put(LogRow(old, zone, "", "", remark, command_id, ("undo",), gone=True, replaces=old.id))

    def add_act(self, attempt: Attempt, card: Card, what: str) -> None:
        """Note something else that was done for an animal."""
        record = Record(
            kind="act",
            id=attempt.record_id,
            subject_id=card.id,
            nickname=card.nickname,
            date_time=attempt.at,
            value=None,
            adlib=False,
            in_session=False,
            water_type=None,
            user=None,
            voided=False,
            void_reason=None,
        )
        zone = card.facts.lab.zone.info
        self._put(LogRow(record, zone, "", "", what, attempt.command_id, ("undo",)))

    def mark(self, record_id: UUID, remark: str) -> None:
        """A line whose record was replaced or taken out: it stays, without acts."""
        for place, row in enumerate(self.rows):
            if row.entry.id == record_id and row.replaces != record_id and not row.gone:
                self.rows[place] = replace(row, remark=remark, said=row.remark, acts=(), gone=True)

    def _revive(self, record_id: UUID) -> None:
        """What took the place of a record was undone: it counts again, with all its acts."""
        for place, row in enumerate(self.rows):
            if row.entry.id == record_id and row.replaces != record_id:
                self.rows[place] = replace(row, remark=row.said, said="", acts=_OPEN, gone=False)

    # What is done to the records elsewhere: on another workstation, on an animal's page

    def on_changed(self, changed: Mapping[str, frozenset[UUID]]) -> None:
        """Records have changed, here or elsewhere; no ids stand for all of a table."""
        told = [changed[table] for table in _TABLES if table in changed]
        mine = self._counted()
        if mine and any(not ids or ids & mine for ids in told):
            self._later.start()

    def _counted(self) -> set[UUID]:
        return {row.entry.id for row in self.rows if row.entry.kind != "act"}

    def _look(self) -> None:
        ids = self._counted()
        self._desk.read_plain(self._key, taken_out, ids, done=self._on_looked, failed=self.failed.emit)

    def _tell(self) -> None:
        """Lines were changed by what was done here: what was read before that comes too late."""
        self._desk.jobs.drop(self._key)
        self.changed.emit()

    def _on_looked(self, out: dict[UUID, str]) -> None:
        """Mark what no longer counts, and what counts again; the lines' own undo and redo are left alone."""
        before = list(self.rows)
        for row in before:
            own = row.entry.kind == "act" or row.replaces == row.entry.id
            # One that was tried may have been done here, and its answer be lost: it can be tried again.
            if own or "redo" in row.acts or row.command_id in self._tried:
                continue
            if row.entry.id in out and not row.gone:
                self.mark(row.entry.id, self.tr("no longer counts: {}").format(out[row.entry.id]))
            elif row.entry.id not in out and row.gone:
                self._revive(row.entry.id)
        if self.rows != before:
            self.changed.emit()

    def clear(self) -> None:
        self.rows = []
        self.changed.emit()

    def undo_last(self) -> bool:
        """Take back the last line that can be; False where there is none.

        While one is on its way the next waits for it: what comes next is known only then.
        """
        if self._busy:
            self._wanted += 1
            return True
        for row in self.rows:
            if "undo" in row.acts:
                self.toggle(row)
                return True
        return False

    def toggle(self, row: LogRow) -> None:
        """Undo a line, or do it again: both are the undo of its last command."""
        last = row.command_id
        if last is None or last in self._busy:
            return
        if self._desk.member is None:
            self.failed.emit(Refused(self.tr("Choose below who records first.")))
            return
        self._busy.add(last)
        # Tried again after no answer came, it is the same undo, which changes nothing a second time.
        new, user = self._tried.setdefault(last, uuid4()), self._desk.member.id

        def work(db: Database) -> Done:
            from colonydesk.ui.today.writes import undo

            return undo(db, new, last, user, self._desk.now())

        def finished(_done: Done) -> None:
            self._busy.discard(last)
            del self._tried[last]
            self._on_toggled(last, new)
            if self._wanted:
                self._wanted -= 1
                self.undo_last()

        def failed(error: Exception) -> None:
            self._busy.discard(last)
            self._wanted = 0
            self.failed.emit(error)

        self._desk.run(work, finished, failed)

    def _on_toggled(self, last: UUID, new: UUID) -> None:
        place = next((place for place, row in enumerate(self.rows) if row.command_id == last), None)
        if place is None:  # the round was closed meanwhile
            return
        row = self.rows[place]
        undone = "undo" in row.acts
        took_out = row.replaces == row.entry.id
        only_undo = took_out or row.entry.kind == "act"
        acts = ("redo",) if undone else ("undo",) if only_undo else _OPEN
        self.rows[place] = replace(row, command_id=new, acts=acts, gone=undone != took_out)
        if row.replaces is not None and undone:
            self._revive(row.replaces)
        elif row.replaces is not None:
            self.mark(row.replaces, self.tr("replaced"))
        self._tell()

    def _put(self, row: LogRow) -> None:
        self.rows.insert(0, row)
        del self.rows[MOST:]
        self._tell()

    def _meaning(self, record: Record, facts: Facts) -> tuple[str, str]:
        """What the value meant when it was saved: shape and words. It may be among the facts already."""
        facts = without(facts, record)
        if record.kind == "weight":
            state = preview(facts, record.date_time, record.value)
            if state.weighed_at != record.date_time:
                return "", self.tr("a later one counts")
            if state.percentage_weight is None:
                return "", ""
            return state.status, f"{words.percent(state.percentage_weight)} %"
        given = facts.with_water(
            record.date_time, record.value, in_session=record.in_session, adlib=record.adlib
        )
        after = state_at(given, record.date_time)
        remaining = after.remaining_water
        if remaining is None or not after.is_water_restricted:
            return "", ""
        if remaining > 1e-6:
            return "", self.tr("{} mL remains").format(words.owed(remaining))
        return "", self.tr("nothing remains")
