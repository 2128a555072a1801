"""One notification beside the list: what it says, what to do next, who has it, and whether it went out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from colonydesk.domain.days import zone
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import EmptyState, StateBadge, label, rule, surface
from colonydesk.qtkit.theme import TITLE, L, M, S, ThemeSource
from colonydesk.queries.notices import NoticeRow
from colonydesk.ui.notifications import texts
from colonydesk.ui.notifications.texts import Unsent

WIDTH = 352
_MORNING = time(8, 0)
_MEMBERS_SHOWN = 8


class Detail(QWidget):
    """``marked`` carries a mark of services.notices.marks and until when; ``open_wanted`` (table, id)."""

    marked = Signal(str, object)
    open_wanted = Signal(str, object)

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self._row: NoticeRow | None = None
        self._user: UUID | None = None
        self._now = datetime.min.replace(tzinfo=UTC)
        self._unsent: Unsent | None = None
        self._build()
        self.show_nothing()

    def _build(self) -> None:
        self.state = StateBadge(self._source, size=TITLE)
        self.headline = label(role="title", wrap=True)
        self.message = label(wrap=True)
        self.next = Sentence(self._source)
        self.open_button = QPushButton()
        self.open_button.setProperty("kind", "primary")
        self.open_button.clicked.connect(self._open)
        self.done_button = QPushButton()
        self.done_button.clicked.connect(self._done)
        self.snooze_button = QPushButton(self.tr("Later ▾"))
        self._menu = QMenu(self.snooze_button)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.snooze_button.setMenu(self._menu)
        self.unread_button = QPushButton(self.tr("Unread"))
        self.unread_button.clicked.connect(lambda: self.marked.emit("unread", None))
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(M)
        self._facts.setVerticalSpacing(S)
        self._facts.setColumnStretch(1, 1)
        self.about_button = QPushButton()
        self.about_button.setProperty("kind", "link")
        self.about_button.clicked.connect(self._open_about)
        self.empty = EmptyState(self.tr("Choose a notification to see what to do about it."))
        column = QVBoxLayout()
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(M)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        for button in (self.done_button, self.snooze_button, self.unread_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for part in (self.state, self.headline, self.next, self.open_button):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(rule())
        self._line = rule()
        column.addWidget(self.message)
        column.addWidget(self.about_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._line)
        column.addLayout(self._facts)
        column.addStretch(1)
        inside = surface("panel")
        inside.setLayout(column)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inside)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(self.focusPolicy())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        whole.addWidget(self.empty)
        self.setFixedWidth(WIDTH)

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self._row = None
        self._scroll.hide()
        self.empty.show()

    def set_unsent(self, unsent: Unsent | None) -> None:
        """Say why what waits is not sent from here."""
        self._unsent = unsent
        if self._row is not None:
            self._show_facts(self._row, self._user, self._now)

    def row(self) -> NoticeRow | None:
        """The notification that is shown."""
        return self._row

    def show_row(self, row: NoticeRow, user_id: UUID | None, now: datetime) -> None:
        """Show a notification as this member has it."""
        self._row, self._user, self._now = row, user_id, now
        own = row.of(user_id)
        done = own is not None and own.done_at is not None
        self.state.set(texts.shape(row, user_id), texts.type_word(row.notification_type))
        self.headline.setText(texts.title(row))
        self.message.setText(texts.dated(row.message.removeprefix(row.title).strip()))
        self.message.setVisible(bool(self.message.text()))
        self.next.say("ok" if row.settled or done else "near", text=texts.next_step(row))
        self.open_button.setText(self.tr("Open {}").format(row.nickname or ""))
        self.open_button.setVisible(row.subject_id is not None)
        self.about_button.setText(self._about_words(row))
        self.about_button.setVisible(bool(self.about_button.text()))
        self._line.setVisible(bool(self.message.text() or self.about_button.text()))
        closed = done or (own is not None and own.snoozed_until is not None and own.snoozed_until > now)
        self.done_button.setText(self.tr("Open again") if closed else self.tr("Done"))
        for button in (self.done_button, self.snooze_button, self.unread_button):
            button.setVisible(own is not None)
        self.snooze_button.setVisible(own is not None and not closed)
        self.unread_button.setEnabled(own is not None and not own.is_unread(now))
        self._show_facts(row, user_id, now)
        self.empty.hide()
        self._scroll.show()

    def _about_words(self, row: NoticeRow) -> str:
        return {
            "housing": self.tr("Open the cage"),
            "subject_request": self.tr("Open the request"),
            "breeding_pair": self.tr("Open the pair"),
        }.get(row.about_table or "", "")

    def _show_facts(self, row: NoticeRow, user_id: UUID | None, now: datetime) -> None:
        while self._facts.count():
            item = self._facts.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()  # it goes only when the event loop comes to it
                widget.deleteLater()
        facts = []
        if row.send_at is not None:
            at = texts.moment_text(row.send_at, row.timezone, now)
            facts.append((self.tr("Told"), f"{at} ({texts.age_text(row.send_at, now)})"))
        facts.append((self.tr("You"), texts.own_state(row.of(user_id), now, row.timezone)))
        others = [one for one in row.recipients if one.user_id != user_id]
        for place, one in enumerate(others[:_MEMBERS_SHOWN]):
            words = f"{one.username}: {texts.own_state(one, now, row.timezone)}"
            facts.append((self.tr("Others") if not place else "", words))
        if len(others) > _MEMBERS_SHOWN:
            facts.append(("", self.tr("and {} more").format(len(others) - _MEMBERS_SHOWN)))
        if not row.recipients:
            facts.append((self.tr("For"), self.tr("nobody")))
        facts.append((self.tr("E-mail"), self._mail(row, now)))
        for one in row.failures:
            facts.append(("", f"{texts.moment_text(one.at, row.timezone, now)}: {one.words}"))
        if row.status == "to-send" and self._unsent is not None:
            facts.append(("", texts.unsent_text(self._unsent, row.timezone, now)))
        for place, (name, text) in enumerate(facts):
            self._facts.addWidget(label(name, "label"), place, 0)
            self._facts.addWidget(label(text, wrap=True), place, 1)

    def _mail(self, row: NoticeRow, now: datetime) -> str:
        said = texts.mail_state(row)
        if row.status == "sent" and row.sent_at is not None:
            said += " " + texts.moment_text(row.sent_at, row.timezone, now)
        # What was imported has no audit of its failures.
        return f"{said}. {row.failure}" if row.failure and not row.failures else said

    def _done(self) -> None:
        self.marked.emit("open" if self.done_button.text() == self.tr("Open again") else "done", None)

    def _open(self) -> None:
        if self._row is not None and self._row.subject_id is not None:
            self.open_wanted.emit("subject", self._row.subject_id)

    def _open_about(self) -> None:
        if self._row is not None and self._row.about_id is not None:
            self.open_wanted.emit(self._row.about_table, self._row.about_id)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for text, until in later(self._now, self._row.timezone if self._row else "UTC"):
            self._menu.addAction(text, partial(self.marked.emit, "snoozed", until))


def later(now: datetime, timezone: str) -> list[tuple[str, datetime]]:
    """Until when a notification can be put off; mornings are the lab's."""
    local = now.astimezone(zone(timezone).info)

    def morning(days: int) -> datetime:
        return datetime.combine(local.date() + timedelta(days=days), _MORNING, local.tzinfo)

    return [
        (texts.tr("In an hour"), now + timedelta(hours=1)),
        (texts.tr("In four hours"), now + timedelta(hours=4)),
        (texts.tr("Tomorrow morning"), morning(1)),
        (texts.tr("In a week"), morning(7)),
    ]
