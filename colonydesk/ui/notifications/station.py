"""What this workstation does: how often it checks, the tray, quiet hours, closing the window, the session."""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import Chip, StateBadge, label, rule, scrolled
from colonydesk.qtkit.theme import L, M, S
from colonydesk.ui.desk import Desk
from colonydesk.ui.notifications import autostart
from colonydesk.ui.notifications.options import MINUTES, Options

if TYPE_CHECKING:
    from colonydesk.ui.notifications.center import NoticeCenter

_WIDTH = 560


class StationPage(QWidget):
    """Every choice is shown and saved when it is made. ``told`` carries a kind and a sentence."""

    told = Signal(str, str)

    def __init__(self, desk: Desk, center: NoticeCenter | None) -> None:
        super().__init__()
        self._desk, self._center = desk, center
        self._options = Options(desk.settings)
        self._build()
        self._show()
        self._listen()

    def _build(self) -> None:
        source = self._desk.source
        self.minutes = {
            minutes: Chip(
                source, self.tr("every minute") if minutes == 1 else self.tr("every {} min").format(minutes)
            )
            for minutes in MINUTES
        }
        self.tray_state = StateBadge(source, quiet=True)
        self.tray_words = label("", "label", wrap=True)
        self.test_button = QPushButton(self.tr("Show a test message"))
        self.test_words, self.hours_words = Sentence(source), Sentence(source)
        self.closing = {
            None: Chip(source, self.tr("Ask")),
            True: Chip(source, self.tr("Keep running in the tray")),
            False: Chip(source, self.tr("Quit")),
        }
        self.session = QCheckBox(self.tr("Start ColonyDesk when I log in to this computer"))
        self.quiet = QCheckBox(self.tr("No messages from"))
        self.begin, self.end = CaretLine(), CaretLine()
        for edit in (self.begin, self.end):
            edit.setMaxLength(5)
            edit.setFixedWidth(68)
        self.begin.setAccessibleName(self.tr("Quiet from"))
        self.end.setAccessibleName(self.tr("Quiet until"))
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(M)
        self._part(column, self.tr("Checking"), self._row(*self.minutes.values()))
        words = self.tr("This workstation looks for what is due as often as this while the program runs.")
        column.addWidget(label(words, "label", wrap=True))
        column.addWidget(rule())
        self._part(column, self.tr("Messages"), self._row(self.tray_state))
        column.addWidget(self.tray_words)
        column.addLayout(self._row(self.test_button))
        column.addWidget(self.test_words)
        hours = self._row(self.quiet, self.begin, label(self.tr("to")), self.end)
        column.addLayout(hours)
        column.addWidget(self.hours_words)
        words = self.tr("The count goes on; what came is told when the quiet hours are over.")
        column.addWidget(label(words, "label", wrap=True))
        column.addWidget(rule())
        self._part(column, self.tr("When the window is closed"), self._row(*self.closing.values()))
        words = self.tr("Without a tray, closing the window ends the program: nobody could bring it back.")
        column.addWidget(label(words, "label", wrap=True))
        if autostart.is_possible():
            column.addWidget(rule())
            self._part(column, self.tr("Start"), self._row(self.session))
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(column, _WIDTH + 2 * L))

    def _part(self, column: QVBoxLayout, title: str, row: QHBoxLayout) -> None:
        column.addWidget(label(title, "title"))
        column.addLayout(row)

    @staticmethod
    def _row(*parts: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(S)
        for part in parts:
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        return row

    def _show(self) -> None:
        self.minutes[self._options.minutes].setChecked(True)
        self.closing[self._options.keep_running].setChecked(True)
        self.session.setChecked(autostart.is_on())
        self.quiet.setChecked(self._options.quiet)
        for edit, clock in zip((self.begin, self.end), self._options.quiet_hours, strict=True):
            edit.setText(clock.isoformat("minutes"))
            edit.setEnabled(self._options.quiet)
        self._show_tray()

    def _show_tray(self, _there: bool = False) -> None:
        if self._center is not None and self._center.tray.is_available():
            self.tray_state.set("ok", self.tr("In the tray of the desktop"))
            words = self.tr("The icon shows the count; a click on a message opens the animal.")
        elif self._center is not None and self._center.desktop.is_possible():
            self.tray_state.set("near", self.tr("This desktop has no tray"))
            words = self.tr("Messages are shown by the desktop's notification service, and in the window.")
        else:
            self.tray_state.set("near", self.tr("This desktop has no tray"))
            words = self.tr("Messages are shown at the top of the window.")
        self.tray_words.setText(words)
        self.test_button.setEnabled(self._center is not None)

    def _listen(self) -> None:
        for buttons in (self.minutes, self.closing):
            group = QButtonGroup(self)
            for chip in buttons.values():
                group.addButton(chip)
        for minutes, chip in self.minutes.items():
            chip.clicked.connect(lambda _on=False, minutes=minutes: self._choose_minutes(minutes))
        for keep, chip in self.closing.items():
            chip.clicked.connect(lambda _on=False, keep=keep: self._choose_closing(keep))
        self.session.clicked.connect(self._choose_session)
        self.quiet.clicked.connect(self._choose_quiet)
        for edit in (self.begin, self.end):
            edit.editingFinished.connect(self._choose_hours)
        self.test_button.clicked.connect(self._test)
        if self._center is not None:
            self._center.tray.available_changed.connect(self._show_tray)

    def showEvent(self, event: object) -> None:
        self._show()
        super().showEvent(event)  # type: ignore[arg-type]

    def _choose_minutes(self, minutes: int) -> None:
        self._options.set_minutes(minutes)
        if self._center is not None:
            self._center.set_minutes(minutes)
        self._save()

    def _choose_closing(self, keep: bool | None) -> None:
        self._options.set_keep_running(keep)
        self._save()

    def _choose_quiet(self, on: bool) -> None:
        self._options.set_quiet(on)
        for edit in (self.begin, self.end):
            edit.setEnabled(on)
        self._save()

    def _choose_hours(self) -> None:
        clocks = [_clock(edit.text()) for edit in (self.begin, self.end)]
        begin, end = clocks
        if begin is None or end is None:
            self.hours_words.say("refused", text=self.tr("Give the hours as 20:00."))
            return
        self.hours_words.clear()
        if (begin, end) != self._options.quiet_hours:
            self._options.set_quiet_hours(begin, end)
            self._save()

    def _choose_session(self, on: bool) -> None:
        self._desk.jobs.write(lambda: autostart.set_on(on), None, self._on_failed)

    def _test(self) -> None:
        if self._center is None:
            return
        places = self._center.telling.show_message(
            self.tr("ColonyDesk"), self.tr("This is how a message looks.")
        )
        words = {
            "tray": self.tr("It was handed to the tray. Nothing to be seen? Then the desktop holds it back."),
            "desktop": self.tr("It was handed to the desktop's notification service."),
            "window": self.tr("It stands at the top of the window."),
            "later": self.tr("It comes to the top of the window when what stands there is put away."),
        }
        state = "near" if places == ("later",) else "ok"
        self.test_words.say(state, text=" ".join(words[place] for place in places))

    def _save(self) -> None:
        self._desk.jobs.write(self._desk.settings.save, None, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)
            self._show()


def _clock(text: str) -> time | None:
    """ "7:30" or "07:30" as a time of day."""
    found = re.fullmatch(r"(\d{1,2}):(\d{1,2})", text.strip())
    hour, minute = map(int, found.groups()) if found else (24, 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
