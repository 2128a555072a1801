"""The Today screen: the list of what is owed, the animal in hand, its curve, and what was recorded."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import on_keys, rule, surface
from colonydesk.qtkit.search import Choice
from colonydesk.queries.card import Card
from colonydesk.queries.curve_data import Curve
from colonydesk.queries.people import labs, water_types
from colonydesk.queries.today import Opening, after_change, opening
from colonydesk.queries.worklist import WorklistRow, worklist
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.find import find_animals
from colonydesk.ui.today.hand import Hand
from colonydesk.ui.today.records import Records
from colonydesk.ui.today.topbar import FILTERS, TopBar
from colonydesk.ui.today.worklist import WorklistPane, parted

CLOCK_SECONDS = 20
MANY = 200
HELD_MS = 60
"""How long an entry that is saved may wait for its news, to be painted with it."""
PATIENCE_MS = 200
"""How long an empty screen is held back for its first list."""
# A change of these alters rows that no subject id names.
_SHOWN = ("subject", "weighing", "water_administration", "water_restriction", "surgery")
_FOR_ALL = frozenset({"lab", "growth_curve", "growth_point", "water_plan", "water_type", "line", "species"})


class TodayScreen(QWidget):
    """``told`` carries a kind of notice ("info", "warning", "error") and its sentence; ``ready`` comes once,
    when the worklist is there and the weight field takes keys, ``settled`` when what entries need has been
    loaded behind it."""

    told = Signal(str, str)
    ready = Signal()
    settled = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._rows: dict[UUID, WorklistRow] = {}
        self._filter = "owed"
        self._listed_at = desk.now()
        self._listing = False
        self._awaited: frozenset[UUID] = frozenset()  # animals whose news are on their way
        self._is_ready = False
        self._has_told = False
        # The first list is there, or on its way while the widgets are built; they are painted once, with it.
        found, desk.opening = desk.opening, None
        if found is None:
            desk.read_plain("worklist", opening, desk.now(), done=self._on_opening, failed=self._on_failed)
        self.setUpdatesEnabled(False)
        QTimer.singleShot(PATIENCE_MS, self, lambda: self.setUpdatesEnabled(True))
        # From the outside in: what is put into another part later is styled again, with all that it holds.
        self._down = _splitter(Qt.Orientation.Vertical, self)
        self._across = _splitter(Qt.Orientation.Horizontal, self._down)
        left = surface("panel", self._across)
        self.top = TopBar(desk, self)
        self.list = WorklistPane(desk.source, left)
        self.hand = Hand(desk, self, self._across)
        self.animal = self.hand.animal
        self.records = Records(desk, self.hand, self._down)
        self._lay_out(left)
        self._connect()
        self._add_shortcuts()
        self._held = QTimer(self)
        self._held.setSingleShot(True)
        self._held.setInterval(HELD_MS)
        self._held.timeout.connect(self._let_paint)
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_SECONDS * 1000)
        self._clock.timeout.connect(self._on_clock)
        self._clock.start()
        if found is not None:
            self._on_opening(found)

    # Layout

    def _lay_out(self, left: QWidget) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self._across.setStretchFactor(2, 1)
        self._across.setSizes([292, 384, 520])
        self._down.setStretchFactor(0, 1)
        self._down.setSizes([572, 150])
        for splitter, name in ((self._across, "today across"), (self._down, "today down")):
            self._desk.place_sash(splitter, name)
        whole.addWidget(self.top)
        whole.addWidget(rule())
        whole.addWidget(self._down, 1)

    def _connect(self) -> None:
        hand, search = self.hand, self.top.search
        self.top.filter_changed.connect(self._on_filter)
        self.top.lab_changed.connect(lambda _lab: self.reload())
        self.top.finish_wanted.connect(self.open_finish)
        search.asked.connect(lambda text: find_animals(self._desk, "find", text, search, cages=True))
        search.chosen.connect(self._on_found)
        search.not_found.connect(self._on_not_found)
        self.list.view.picked.connect(hand.choose)
        hand.changed.connect(self._on_hand)
        hand.failed.connect(self._on_failed)
        hand.told.connect(self.told)
        hand.keys_wanted.connect(self._give_keys)
        hand.animal.finished.connect(self._next)
        hand.animal.left.connect(self._focus_search)
        hand.animal.step.connect(self._step)
        hand.cage_finished.connect(self._next_after_cage)
        hand.round_closed.connect(self._close_round)
        self.records.failed.connect(self._on_failed)
        self.records.told.connect(self.told)
        self._desk.bus.changed.connect(self._on_changed)

    def _add_shortcuts(self) -> None:
        for keys, act in (
            (QKeySequence.StandardKey.Undo, self.records.undo),
            ("Ctrl+F", self._focus_search),
            ("F3", self.hand.toggle_why),
            ("Ctrl+L", self.hand.toggle_adlib),
            ("F5", self.reload),
        ):
            on_keys(self, keys, act)

    def remember_layout(self) -> None:
        """Put the places of the sashes into the settings."""
        self._desk.remember_sash(self._across, "today across")
        self._desk.remember_sash(self._down, "today down")

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; its field says so then."""
        return not self.hand.free()

    # The list

    def reload(self) -> None:
        """Fetch the whole list again, and what the fields choose from."""
        read, now, lab = self._desk.read_plain, self._desk.now(), self.top.lab_id()
        self._listing, self._awaited = True, frozenset()
        self._desk.jobs.drop("rows")  # which would be older than the list
        if self._is_ready:
            done = partial(self._on_worklist, now)
            read("worklist", worklist, now, lab, done=done, failed=self._on_not_listed)
        else:
            read("worklist", opening, now, done=self._on_opening, failed=self._on_not_listed)
        read("labs", labs, done=self._on_labs, failed=self._on_failed)
        types = self.hand.set_water_types
        read("water types", water_types, done=types, failed=self._on_failed)

    def _on_labs(self, found: Any) -> None:
        self.top.set_labs(found)
        self.top.set_now(self._desk.now())

    def _on_opening(self, found: Opening) -> None:
        """The first list, with the first animal that is owed something already in hand."""
        first = found.first
        self._is_ready, self._listing = True, False
        self._rows = {row.subject_id: row for row in found.worklist}
        self._on_labs(found.labs)
        self.hand.set_water_types(found.water_types)
        if first is not None:
            self.hand.take(first)
        self._write_list()
        if first is None:
            self._next()
            self._tell_ready()

    def _on_worklist(self, listed_at: datetime, found: tuple[WorklistRow, ...]) -> None:
        self._listed_at, self._listing = listed_at, False
        self._rows = {row.subject_id: row for row in found}
        self._write_list()
        in_hand = self.hand.subject_id()
        if in_hand is not None:
            self.hand.refresh(in_hand)
        elif self.hand.middle.currentWidget() is self.animal:
            self._next()

    def _on_not_listed(self, error: Exception) -> None:
        self._listing = False
        self._on_failed(error)

    def _on_hand(self) -> None:
        self.list.view.show_current(self.hand.subject_id())
        if self.hand.is_empty():
            # They would be in a field that is no longer shown; what is typed elsewhere is left alone.
            at = self.window().focusWidget()
            if at is None or self.hand.middle.isAncestorOf(at):
                self._give_keys()
        if self._is_ready and self.animal.card is not None:
            self._tell_ready()

    def _tell_ready(self) -> None:
        if not self._has_told:
            self._has_told = True
            QTimer.singleShot(0, self._show_first_picture)

    def _show_first_picture(self) -> None:
        """Paint the list and the animal before anything that can come after them takes its time."""
        self.setUpdatesEnabled(True)
        self.repaint()
        self.ready.emit()
        self.hand.curve.build()
        self._desk.jobs.read("writes", _load_writes, self._on_writes, self._on_failed)

    def _on_writes(self, _none: None) -> None:
        self.records.prepare()
        self.settled.emit()

    def _write_list(self) -> None:
        self.top.set_counts(self._rows.values())
        shown = [row for row in self._rows.values() if FILTERS[self._filter](row)]
        none = self.tr("No animal is on water restriction. Type a nickname above to weigh any animal.")
        self.list.set_rows(shown, self.top.nothing_let_through(self._filter) if self._rows else none)
        self.list.view.show_current(self.hand.subject_id())

    def _on_filter(self, key: str) -> None:
        self._filter = key
        self._write_list()

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        self.records.sitting.on_changed(changed)
        subjects = changed.get("subject", frozenset())
        of_any = any(table in changed and not changed[table] for table in _SHOWN)
        overtaken = bool(subjects) and (self._listing or not self._is_ready)
        if _FOR_ALL & changed.keys() or len(subjects) > MANY or of_any or overtaken:
            self.reload()
        elif subjects:
            # With those that are on their way already: their answer could come after this one, and be older.
            self._awaited |= subjects
            in_hand = self.hand.among(self._awaited)
            if in_hand is not None:
                self._desk.jobs.drop("card again")  # which would be older, and could come later
                self._hold_painting()
            read = partial(after_change, with_curve=self.hand.curve.is_built())
            self._desk.read_plain(
                "rows",
                read,
                self._desk.now(),
                list(self._awaited),
                in_hand,
                done=lambda found: self._on_news(*found),
                failed=self._on_no_news,
            )
            self.hand.refresh_cage(subjects)
            self.records.refresh(subjects)

    def _hold_painting(self) -> None:
        """Let the reader go first: an entry and its news are painted together."""
        for pane in (self.hand.middle, self.records):
            pane.setUpdatesEnabled(False)
        self._held.start()

    def _let_paint(self) -> None:
        self._held.stop()
        self.hand.middle.setUpdatesEnabled(True)
        # Behind the animal and its curve: that is where the eyes are.
        QTimer.singleShot(0, self, lambda: self.records.setUpdatesEnabled(True))

    def _on_no_news(self, error: Exception) -> None:
        self._awaited = frozenset()
        self._on_failed(error)

    def _on_news(self, rows: tuple[WorklistRow, ...], in_hand: tuple[Card, Curve | None] | None) -> None:
        asked, self._awaited = self._awaited, frozenset()
        self._on_rows(asked, rows)
        if in_hand is not None:
            self.hand.show_anew(in_hand)
        self._let_paint()

    def _on_rows(self, asked: frozenset[UUID], rows: tuple[WorklistRow, ...]) -> None:
        """Rows change where they stand: nothing jumps under the hands."""
        lab = self.top.lab_id()
        found = {row.subject_id: row for row in rows if lab is None or row.lab_id == lab}
        for one in asked:
            if one in found:
                self._rows[one] = found[one]
            else:
                self._rows.pop(one, None)
        self._write_list()

    def _on_clock(self) -> None:
        """Fetch the list again when it is of yesterday in one of the labs, or a restriction is over since."""
        now, listed_at = self._desk.now(), self._listed_at
        self.top.set_now(now)
        if not self._is_ready or self._listing:
            return
        zones = map(zone, self.top.timezones())
        ends = (row.restriction_end for row in self._rows.values())
        if any(one.day(now) != one.day(listed_at) for one in zones) or any(
            end is not None and end < now for end in ends
        ):
            self.reload()

    # From animal to animal

    def _next(self) -> None:
        """The next animal that is still owed something, from the one in hand on, round to the first."""
        before, behind = parted(self._rows, self.list.model.rows, self.hand.subject_id())
        due = next((row for row in behind + before if row.owed and not row.damage), None)
        if due is not None:
            self.hand.choose(due.subject_id)
        elif self._rows and not any(row.owed for row in self._rows.values()):
            self.hand.put_down(self.tr("Nothing is owed any more today: finish the round."))
        else:
            self.hand.put_down(self.tr("Nothing more is owed in this list. Scan or type an animal."))

    def _next_after_cage(self) -> None:
        self.hand.back_to_animal()
        self._next()

    def _step(self, by: int) -> None:
        before, behind = parted(self._rows, self.list.model.rows, self.hand.heading_for())
        around = behind + before
        if around:
            self.hand.choose(around[(by - 1 if by > 0 else by) % len(around)].subject_id)

    def _focus_search(self) -> None:
        self.hand.stay()
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """The section is opened: the screen itself takes no keys."""
        self._give_keys()

    def _give_keys(self) -> None:
        """The keys to what is in hand; with nothing in hand to the search, that no scan is lost.

        Not out of a search that has begun: the rest of it would go to an animal that nobody has chosen.
        """
        if self.top.search.hasFocus() and self.top.search.text():
            return
        pane = self.hand.middle.currentWidget()
        if self.hand.is_empty():
            taker: QWidget | None = self.top.search
        elif pane is self.animal:
            taker = self.animal.weight
        else:
            taker = pane.focusWidget()
        (taker or pane).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape in the search goes back to the animal in hand; what is typed there is as it was."""
        if event.key() == Qt.Key.Key_Escape and self.top.search.hasFocus():
            self.top.search.clear()
            if self.animal.isVisible() and self.animal.card is not None:
                self.animal.weight.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _on_found(self, choice: Choice) -> None:
        if not self.hand.free():
            return
        self.top.search.clear()
        kind, which = choice.key  # type: ignore[misc]
        if kind == "cage":
            self.hand.choose_cage(*which)
        else:
            self.hand.choose(which)

    def _on_not_found(self, text: str) -> None:
        self.told.emit("warning", self.tr("There is no animal, cage or ear mark “{}”.").format(text))

    # The end of the round

    def open_finish(self) -> None:
        """List what is still owed, before the round is closed."""
        if self.hand.free():
            owed = [row for row in self._rows.values() if row.owed]
            self.hand.middle.setCurrentWidget(self.hand.finish)
            self.hand.finish.show_owed(owed, self.records.count())

    def _close_round(self) -> None:
        owed = sum(bool(row.owed) for row in self._rows.values())
        self.records.sitting.clear()
        self.hand.put_down(self.tr("The round is closed. Take an animal to begin another."))
        one = self.tr("Round closed, 1 animal still owed something.")
        text = words.counted(owed, one, self.tr("Round closed, %n animals still owed something."))
        self.told.emit(*(("warning", text) if owed else ("info", self.tr("Round closed, nothing owed."))))

    def _on_failed(self, error: Exception) -> None:
        self.setUpdatesEnabled(True)
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)


def _splitter(direction: Qt.Orientation, parent: QWidget) -> QSplitter:
    made = QSplitter(direction, parent)
    made.setHandleWidth(1)  # while it is empty: later all in it would be laid out for it
    made.setChildrenCollapsible(False)
    return made


def _load_writes() -> None:
    """What the first Enter needs, brought in while the first weight is being typed."""
    import colonydesk.ui.today.writes  # noqa: F401
