"""The list: whose, in which state, of which type and animal, and the one that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import cast
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.key_hints import KeyHints
from colonydesk.qtkit.parts import Chip, EmptyState, rule, surface
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.notices import Counts, Filter, NoticeRow, notice_counts, notice_ids, notice_rows
from colonydesk.services.done import Done
from colonydesk.services.notices.marks import MOST, MarkNotifications, mark_notifications
from colonydesk.ui.desk import Desk
from colonydesk.ui.notifications import texts
from colonydesk.ui.notifications.detail import Detail, later
from colonydesk.ui.notifications.table import NoticeTable
from colonydesk.ui.taking_back import TakingBack

_TYPING_MS = 200
_MINUTE_MS = 60_000
_SHOWN_BY = frozenset(
    {
        *("notification", "notification_recipient", "weighing", "water_administration", "subject"),
        *("cage_cleaning", "water_restriction", "breeding_pair", "litter", "subject_request", "lab_member"),
    }
)


class NoticeList(QWidget):
    """``wanted`` carries (table, id), ``told`` a kind and a sentence."""

    wanted = Signal(str, object)
    told = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._listed = False
        self._looked: dict[UUID, NoticeRow] = {}
        self._current: UUID | None = None
        self._marks = TakingBack(desk, self._on_failed)
        self._build()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.reload)
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self.look_again)
        self._minute.start()
        desk.bus.tell(self, self._on_changed)
        desk.member_changed.connect(self.reload)
        self.reload()

    # How it is put together

    def _build(self) -> None:
        desk = self._desk
        self.table = NoticeTable(desk.source, self._fetch, desk.now, self._user)
        self.table.looked_at.connect(self._on_looked_at)
        self.table.opened.connect(self._on_opened)
        self.table.act.connect(self._on_key)
        self.detail = Detail(desk.source)
        self.detail.marked.connect(self._mark_chosen)
        self.detail.open_wanted.connect(self.wanted)
        self.empty = EmptyState("")
        self.empty.hide()
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.table, 1)
        left.addWidget(self.empty, 1)
        left.addWidget(rule())
        left.addWidget(self._build_hints())
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(rule(vertical=True))
        row.addWidget(self.detail)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._build_filters())
        whole.addWidget(rule())
        whole.addLayout(row, 1)
        self.setFocusProxy(self.table)

    def _build_filters(self) -> QWidget:
        source = self._desk.source
        self.whose = {"mine": Chip(source, self.tr("Mine")), "all": Chip(source, self.tr("All"))}
        self.states = {
            "open": Chip(source, self.tr("Open"), 0),
            "unread": Chip(source, self.tr("Unread"), 0),
            "snoozed": Chip(source, self.tr("Put off"), 0),
            "done": Chip(source, self.tr("Done")),
            "all": Chip(source, self.tr("Everything")),
        }
        self.kind = self._box(self.tr("Type"), self.tr("All types"))
        for kind in texts.TYPES:
            self.kind.addItem(texts.type_word(kind), kind)
        self.mail = self._box(self.tr("E-mail"), self.tr("Any e-mail state"))
        for status in texts.MAIL_STATES:
            self.mail.addItem(texts.status_word(status), status)
        self.search = CaretLine()
        self.search.setPlaceholderText(self.tr("Animal or words"))
        self.search.setAccessibleName(self.tr("Animal or words"))
        self.search.setClearButtonEnabled(True)
        self.search.textEdited.connect(lambda _text: self._typing.start())
        self.search.setMinimumWidth(96)
        self.search.setMaximumWidth(200)
        row = QHBoxLayout()
        row.setContentsMargins(L, S, M, S)
        row.setSpacing(S)
        for chips in (self.whose, self.states):
            group = QButtonGroup(self)
            for chip in chips.values():
                group.addButton(chip)
                chip.clicked.connect(lambda _on=False: self.reload())
                row.addWidget(chip)
            row.addSpacing(4)
        self.whose["mine"].setChecked(True)
        self.states["open"].setChecked(True)
        row.addStretch(1)
        row.addWidget(self.kind)
        row.addWidget(self.mail)
        row.addWidget(self.search, 1)
        frame = surface("panel")
        frame.setLayout(row)
        return frame

    def _box(self, name: str, whatever: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.addItem(whatever, None)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(13)
        box.setMinimumWidth(104)
        box.view().setMinimumWidth(230)
        box.currentIndexChanged.connect(lambda _index: self.reload())
        return box

    def _build_hints(self) -> QWidget:
        row = QHBoxLayout()
        row.setContentsMargins(L, S, L, S)
        row.setSpacing(L)
        keys = (
            ("Enter", self.tr("open the animal")),
            ("D", self.tr("done")),
            ("S", self.tr("in an hour again")),
            ("U", self.tr("unread")),
            ("Ctrl+Z", self.tr("undo")),
        )
        row.addWidget(KeyHints(self._desk.source, keys))
        row.addStretch(1)
        frame = surface("panel")
        frame.setLayout(row)
        return frame

    # What is listed

    def filter(self) -> Filter:
        """What is asked for."""
        mine = self.whose["mine"].isChecked()
        state = next(name for name, chip in self.states.items() if chip.isChecked())
        user = self._user()
        return Filter(
            (user or UUID(int=0)) if mine else None,
            state,
            self.kind.currentData(),
            self.search.text().strip(),
            self.mail.currentData(),
        )

    def reload(self) -> None:
        """Fetch what is listed, and the counts."""
        self._fetch_ids(self._on_ids)

    def look_again(self) -> None:
        """As time goes by: the ages, and what was put off until now; what is chosen stays chosen."""
        self.table.viewport().update()
        row = self.detail.row()
        if row is not None:
            self.detail.show_row(row, self._user(), self._desk.now())
        self._fetch_ids(lambda ids: None if ids == self.table.rows.ids() else self._on_ids(ids))

    def _fetch_ids(self, done: Callable[[tuple[UUID, ...]], None]) -> None:
        now = self._desk.now()
        key = ("notice ids", id(self))
        self._desk.read(key, notice_ids, now, self.filter(), done=done, failed=self._on_failed)
        user = self._user()
        if user is not None:
            count = ("notice counts", id(self))
            self._desk.read(count, notice_counts, user, now, done=self._on_counts, failed=self._on_failed)

    def _user(self) -> UUID | None:
        return self._desk.member.id if self._desk.member else None

    def _on_ids(self, ids: tuple[UUID, ...]) -> None:
        self._listed = True
        place = self.table.currentIndex().row()
        keep = self._current
        self.table.rows.set_ids(ids)
        self.empty.tell(self._empty_words())
        if not ids:
            self._show_table(False)
        if keep in ids:
            self.table.show_current(ids.index(keep))
        elif ids and place >= 0 and keep is not None:
            self._current = None
            self.table.show_current(min(place, len(ids) - 1))  # the next one after that which was done
        else:
            self._current = None
            self.detail.show_nothing()
        if ids:  # a table that the keys come to makes its first row the current one
            self._show_table(True)

    def _show_table(self, there: bool) -> None:
        """The keys stay here when the last one is gone, so that it can be taken back."""
        shown, hidden = (self.table, self.empty) if there else (self.empty, self.table)
        focus = QApplication.focusWidget()
        held = focus is hidden or (not there and self.detail.isAncestorOf(focus))
        shown.show()
        self.setFocusProxy(shown)
        if held:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        hidden.hide()

    def _empty_words(self) -> str:
        if self._user() is None and self.whose["mine"].isChecked():
            return self.tr("Choose below who you are: then your notifications are here.")
        asked = self.filter()
        if asked.text or asked.kind or asked.status:
            return self.tr("No notification is of this type, e-mail state or animal.")
        state = asked.state
        if state in ("open", "unread"):
            return self.tr("Nothing waits for you.") if asked.user_id else self.tr("Nothing waits.")
        return self.tr("There are none.")

    def _on_counts(self, counts: Counts) -> None:
        mine = self.whose["mine"].isChecked()
        for name in ("open", "unread", "snoozed"):
            self.states[name].set_count(getattr(counts, name) if mine else None)

    def _fetch(self, ids: tuple[Hashable, ...]) -> None:
        self._desk.read(
            ("notice rows", id(self), ids[0]),
            notice_rows,
            cast("tuple[UUID, ...]", ids),
            self._desk.now(),
            done=self._on_rows,
            failed=self._on_failed,
        )

    def _on_rows(self, rows: dict[UUID, NoticeRow]) -> None:
        self.table.rows.put(cast("dict[Hashable, NoticeRow]", rows))
        self._looked.update(rows)
        if self._current in rows:
            self.detail.show_row(rows[self._current], self._user(), self._desk.now())

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        if not _SHOWN_BY & changed.keys():
            return
        told = changed.get("notification", frozenset())
        self.table.rows.invalidate(told or self._looked.keys())
        self._typing.start()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            return
        text = error.sentence
        if self._listed:
            self.told.emit("error", text)
        else:
            self.empty.tell(text, self.tr("Try again"), self.reload)
            self._show_table(False)

    def shows_what_comes(self) -> bool:
        """Whether what is new for the member is before the eyes as soon as it comes."""
        asked = self.filter()
        filtered = asked.kind or asked.status or asked.text
        return self.isVisible() and not filtered and asked.state in ("open", "unread", "all")

    def known(self) -> tuple[NoticeRow, ...]:
        """The notifications that were fetched."""
        return tuple(self._looked.values())

    # What is done with one

    def show_notice(self, notice_id: UUID) -> None:
        """Show a notification, whatever the filter was."""
        self.states["all"].setChecked(True)
        self.kind.setCurrentIndex(0)
        self.mail.setCurrentIndex(0)
        self.search.clear()
        self._current = notice_id
        self.reload()

    def _on_looked_at(self, notice_id: UUID, by_hand: bool) -> None:
        self._current = notice_id
        row = self._looked.get(notice_id)
        if row is None:
            self._fetch((notice_id,))
            return
        self.detail.show_row(row, self._user(), self._desk.now())
        if by_hand:
            self._note_read(row)

    def _note_read(self, row: NoticeRow) -> None:
        own = row.of(self._user())
        if own is not None and own.is_unread(self._desk.now()):
            self._mark((row.id,), "read", None, undoable=False)

    def _on_opened(self, notice_id: UUID) -> None:
        row = self._looked.get(notice_id)
        if row is None:
            return
        self._note_read(row)
        if row.subject_id is not None:
            self.wanted.emit("subject", row.subject_id)
        elif row.about_id is not None and row.about_table is not None:
            self.wanted.emit(row.about_table, row.about_id)

    def _on_key(self, key: str) -> None:
        if key == "s":
            self._mark_chosen("snoozed", later(self._desk.now(), "UTC")[0][1])
        elif key == "u":
            self._mark_chosen("unread", None)
        else:
            row = self._looked.get(self.table.current() or UUID(int=0))
            own = row.of(self._user()) if row is not None else None
            self._mark_chosen("open" if own is not None and own.done_at is not None else "done", None)

    def _mark_chosen(self, mark: str, until: object) -> None:
        chosen = self.table.chosen() or tuple(one for one in (self._current,) if one is not None)
        user = self._user()
        mine = tuple(
            one for one in chosen if (row := self._looked.get(one)) is not None and row.of(user) is not None
        )
        if not mine:
            self.told.emit("info", self.tr("This notification is for somebody else."))
            return
        if len(mine) > MOST:
            self.told.emit("info", self.tr("At most {} can be marked at once.").format(MOST))
            return
        self._mark(mine, mark, until)

    def _mark(self, ids: tuple[UUID, ...], mark: str, until: object, *, undoable: bool = True) -> None:
        user = self._user()
        if user is None:
            return
        command = MarkNotifications(
            command_id=uuid4(),
            user_id=user,
            notification_ids=ids,
            mark=mark,
            until=until,  # type: ignore[arg-type]
        )
        done = partial(self._on_marked, command.command_id) if undoable else None
        self._desk.write(mark_notifications, command, done, self._on_failed)

    def _on_marked(self, command_id: UUID, done: Done) -> None:
        if done.changed:
            self._marks.add(command_id)

    def undo(self) -> None:
        """Take back the last mark of this sitting."""
        last = self._marks.last()
        if last is None or self._user() is None:
            self.told.emit("info", self.tr("There is nothing to undo here."))
            return
        self._marks.undo(last)

    def focus_list(self) -> None:
        """The keys go to the list."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
