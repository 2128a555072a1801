"""The form of one record: filled, checked while it is typed, saved, undone, deleted; never under the hands.

What somebody else saves in the meantime is told and not loaded; where both changed the same field, mine,
theirs and the original stand at it, and it is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.form_links import ObjectEditor
from colonydesk.qtkit.forms import Clock
from colonydesk.qtkit.parts import on_keys
from colonydesk.qtkit.search import Choice
from colonydesk.queries.records import choices
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.asking import day_in
from colonydesk.ui.forms.filled import Filled, of_loaded, shown, usual_values
from colonydesk.ui.forms.frame import FormFrame
from colonydesk.ui.forms.items import Sheet, entries_of, target_of
from colonydesk.ui.forms.loading import Beginning, Loaded, beginning, load, zone_of_subject
from colonydesk.ui.forms.others import Others
from colonydesk.ui.forms.removing import Removing
from colonydesk.ui.forms.saving import Saving
from colonydesk.ui.forms.undoing import Undoing
from colonydesk.ui.forms.writes import Writes, writes_of


class RecordForm(FormFrame):
    """One record of ``sheet``'s table.

    ``saved`` carries the id of the record that was saved (a new one's, or a successor's), ``deleted`` that of
    one that is gone. ``filled``: another record, or a newer state of it, stands in the form; ``closed``: it
    was left (``id`` is None where it holds nothing any more). ``told`` carries a kind of notice and its
    sentence, ``wanted`` (table, id) of a record that somebody wants to see.
    """

    saved = Signal(object)
    deleted = Signal(object)
    filled = Signal()
    closed = Signal()
    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk, sheet: Sheet, writes: Writes | None = None) -> None:
        self._timezone = "UTC"
        clock = Clock(desk.now, self.zone_info)
        super().__init__(desk.source, entries_of(sheet.table, sheet.items), clock, sheet.delete)
        self._desk = desk
        self.sheet = sheet
        self.writes = writes or writes_of(sheet.table)
        self._items = {item.name: item for item in sheet.items}
        self.held: Filled | None = None
        self.saving = False
        self.unread: Callable[[], None] | None = None  # reads the record that could not be read
        self._not_read = ""  # what is said of it
        self._removing = Removing(desk, self)
        self._undoing = Undoing(desk, self)
        self._others = Others(desk, self)
        self.saves = Saving(desk, self, self._others.show)
        self._connect()
        self.show_state()

    def _connect(self) -> None:
        self.view.changed.connect(self._on_changed)
        self.view.asked.connect(self._on_asked)
        self.view.opened.connect(lambda name, key: self.wanted.emit(self._target(name), key))
        self.save_button.clicked.connect(self.save)
        self.discard_button.clicked.connect(self.discard)
        self.delete_button.clicked.connect(self.ask_delete)
        self.saves.written.connect(self._undoing.add)
        self._desk.bus.changed.connect(self._others.on_bus)
        for keys, act in (
            ("Ctrl+S", self.save),
            (QKeySequence.StandardKey.Undo, self.undo),
        ):
            on_keys(self, keys, act)

    # What it holds

    def id(self) -> UUID | None:
        """The record in the form, a new one's too; None where there is none."""
        return self.held.id if self.held is not None else None

    def is_new(self) -> bool:
        """Whether the record in the form has never been saved."""
        return self.held is not None and self.held.version is None

    def values(self) -> Mapping[str, Any]:
        """What the form was filled with, links too; typing does not change it."""
        return self.held.values if self.held is not None else {}

    def called(self) -> str:
        """What the record is called."""
        return (self.held.title if self.held is not None else "") or self.sheet.one

    def unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.held is not None and bool(self.view.dirty())

    def free(self) -> bool:
        """Whether another record may be shown; where not, it is said why."""
        if not self.saving and not self.unsaved():
            return True
        acts = [(self.tr("Save"), self.save), (self.tr("Discard"), self.discard)]
        self.strip.tell("near", self.tr("What you typed is not saved yet."), acts)
        return False

    # Filling

    def open(self, row_id: UUID) -> bool:
        """Show this record; False where something is typed that is not saved (it is said)."""
        if not self.free():
            return False
        self.fetch(row_id, self.on_loaded)
        return True

    def new(
        self, preset: Mapping[str, Any] | None = None, linked: Mapping[str, frozenset[UUID]] | None = None
    ) -> bool:
        """Begin a new record; ``preset`` and ``linked`` are what it holds from the start."""
        if not self.free():
            return False
        usual = usual_values(self.sheet, self._me(), self._desk.now())
        values = {**usual, **(preset or {}), **(linked or {})}
        targets: dict[str, set[UUID]] = {}
        for name, value in values.items():
            table = values.get("content_type", "") if name == "object_id" else self._target(name)
            if table and value is not None:
                targets.setdefault(table, set()).update(
                    value if isinstance(value, tuple | frozenset) else (value,)
                )
        self._read(
            "form",
            beginning,
            {table: frozenset(ids) for table, ids in targets.items()},
            self._me(),
            done=lambda found: self._on_begun(values, found),
        )
        return True

    def close_record(self) -> None:
        """Hold nothing; what was typed is let go, and what is still being read does not come."""
        self._desk.jobs.drop(("form", id(self)))
        self.held = self.unread = None
        self.view.set_values({})
        self.strip.put_away()
        self.show_state()
        self.closed.emit()

    def discard(self) -> None:
        """Let go of what was typed: the record as it was, or none where it was a new one."""
        filled = self.held
        if filled is None or self.saving:
            return
        self.strip.put_away()
        if filled.version is None:
            self.close_record()
        else:
            self.fill(filled)
            self.view.focus()
            self.fetch(filled.id, self.on_loaded)

    def _me(self) -> UUID | None:
        return self._desk.member.id if self._desk.member is not None else None

    def _on_begun(self, values: dict[str, Any], found: Beginning) -> None:
        if not self.free():  # typed on in the record that is still there
            return
        self._timezone = found.timezone
        today = zone(found.timezone).day(self._desk.now())
        for item in self.sheet.items:
            if item.usual == "lab" and values.get(item.name) is None:
                values[item.name] = found.only_lab
            elif item.usual == "today" and values.get(item.name) == "today":
                values[item.name] = today
        self.fill(Filled(uuid4(), None, values, found.labels))
        self.strip.put_away()
        self.to_top()
        self.view.focus_empty()
        if self.sheet.zone:
            self._ask_zone()

    def zone_info(self) -> ZoneInfo:
        """The zone of the laboratory's wall clock, by which the record's moments are read."""
        return zone(self._timezone).info

    def fetch(self, row_id: UUID, then: Callable[[Loaded], None]) -> None:
        """Read a record as it is now."""
        self._read("form", load, self.sheet.table, row_id, self.sheet.zone, self._me(), done=then)

    def on_loaded(self, loaded: Loaded) -> None:
        """Show what was read: of the same record, around what was typed meanwhile; another one not then."""
        if loaded.record is None:
            self.close_record()
            self.told.emit("warning", self.tr("This record is no longer there."))
            return
        another = self.held is None or self.held.id != loaded.record.id
        if another and not self.free():
            return
        self._timezone = loaded.timezone or "UTC"
        self.fill(of_loaded(loaded), () if another else self.view.dirty())
        if another:
            self.strip.put_away()
            self.to_top()

    def fill(self, filled: Filled, keep: Iterable[str] = ()) -> None:
        """Show a record, or a newer state of it; nothing but what is in the fields ``keep`` is typed then."""
        self.held = filled
        self.saves.forget_answers()
        self.view.set_values(shown(self.sheet, filled, self.zone_info()), keep)
        self.view.clear_others()
        fixed = {item.name for item in self.sheet.items if item.fixed and filled.version is not None}
        self.view.set_read_only(self._items if self.sheet.read_only else fixed)
        self.show_state()
        self.filled.emit()

    # While typing

    def _target(self, name: str) -> str:
        """The table that a field goes to; "" where it is no reference."""
        if name == "object_id" and name in self._items:
            editor = self.view.editor(name)
            assert isinstance(editor, ObjectEditor)
            return editor.kind()
        return target_of(self.sheet.table, self._items[name]) if name in self._items else ""

    def _on_asked(self, name: str, text: str) -> None:
        def answer(found: Any) -> None:
            known = [Choice(one.id, one.label, one.detail) for one in found]
            self.view.set_choices(name, text, known)

        item = self._items[name]
        given = {path: self.view.value(field) for path, field in item.within.items()}
        where = {**item.where, **{path: value for path, value in given.items() if value is not None}}
        on = day_in(text, zone(self._timezone).day(self._desk.now()))
        self._read(f"choices {name}", choices, self._target(name), text, 20, where, on, done=answer)

    def _on_changed(self, name: str) -> None:
        if self.held is not None:
            self.held.command = uuid4()
        self.saves.forget_answers()
        if self.strip.text() and not self.view.others():
            self.strip.put_away()
        if name == "subject_id" and self.sheet.zone:
            self._ask_zone()
        self.show_state()

    def _ask_zone(self) -> None:
        if "subject_id" in self._items and (subject := self.view.value("subject_id")) is not None:
            self._read("zone", zone_of_subject, subject, done=self._on_zone)

    def _on_zone(self, timezone: str) -> None:
        """The animal is of another lab: its moments are on that one's clock."""

        def turn() -> None:
            self._timezone = timezone

        if timezone not in ("", self._timezone):
            self.view.turn_clock(turn)

    # Saving

    def save(self) -> None:
        """Check and save; what is doubtful is asked about once, and saved when it is asked for again."""
        if self.held is not None and not self.saving and not self.sheet.read_only:
            self.view.when_taken(self.saves.save)
            self.show_state()

    def has_member(self) -> bool:
        """Whether it is known who records; where not, it is said."""
        if self._desk.member is None:
            self.strip.tell("refused", self.tr("Choose below who records first."))
        return self._desk.member is not None

    def say_undoable(self, text: str) -> None:
        """Tell what was done, with a way to take it back."""
        self.strip.tell("ok", text, [(self._undoing.word(), self.undo)])

    def _read(self, what: str, query: Callable[..., Any], *arguments: Any, done: Callable[..., None]) -> None:
        again = partial(self._read, what, query, *arguments, done=done)

        def came(found: Any) -> None:
            if self._not_read and self.strip.text() == self._not_read:
                self.strip.put_away()
            self._not_read = ""
            done(found)

        def failed(error: Exception) -> None:
            self.unread = again if query is load else None
            self._on_read_failed(error, again)

        if what == "form":
            self.unread = None
        self._desk.read((what, id(self)), query, *arguments, done=came, failed=failed)

    def _on_read_failed(self, error: Exception, again: Callable[[], None]) -> None:
        """Say why, with a way to try again; not in here as long as no record is in sight."""
        self.view.act_no_more()
        self.show_state()
        if not isinstance(error, KnownError):
            return
        self._not_read = error.sentence
        self.strip.tell("refused", self._not_read, [(self.tr("Try again"), again)])
        if not self.isVisible():
            self.told.emit("error", self._not_read)

    # Somebody else, undo and delete: see their own modules

    def undo(self) -> None:
        """Take back the last thing this form has done."""
        self._undoing.undo()

    def hand_over_undo(self, row_id: UUID) -> tuple[UUID, ...]:
        """What was done to a record, to be taken back where the form is not seen any more."""
        return self._undoing.hand_over(row_id)

    def ask_delete(self) -> None:
        """Ask in place whether the record shall go, with what refers to it."""
        filled = self.held
        if filled is not None and filled.version is not None and not self.saving:
            self._removing.ask(filled)

    # Looks

    def show_state(self) -> None:
        """What can be pressed now, and the title."""
        there, new = self.held is not None, self.is_new()
        self.show_parts(
            there=there,
            writable=not self.sheet.read_only,
            new=new,
            dirty=there and bool(self.view.dirty()),
            saving=self.saving or self.view.waits(),
        )
        self.title.setText(self.tr("New {}").format(self.sheet.one) if new else self.called())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves what is unchanged, and asks about what is not."""
        if event.key() == Qt.Key.Key_Escape and self.held is not None:
            if self.is_new() and not self.unsaved():
                self.close_record()
            elif self.free():
                self.closed.emit()
        else:
            super().keyPressEvent(event)
