"""The mail server that sends the notifications of this database, and a test of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Thread
from uuid import UUID, uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError, Refused
from colonydesk.domain.mail import PORT, SECURITY, MailServer, checked, is_address
from colonydesk.exchange.mail import Secrets, send_test
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label, rule, scrolled
from colonydesk.qtkit.theme import XS, L, M, S
from colonydesk.queries.receivers import address_of, mail_server
from colonydesk.services.done import Done
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.notifications.texts import Unsent

_WIDTH = 480
Send = Callable[[MailServer, str | None, str], None]


class MailPage(QWidget):
    """``told`` carries a kind and a sentence; ``saved`` is emitted when a server is stored, or taken away."""

    told = Signal(str, str)
    saved = Signal()
    _tested = Signal(object)
    _kept = Signal(str)

    def __init__(self, desk: Desk, secrets: Secrets, send: Send = send_test) -> None:
        super().__init__()
        self._desk, self._secrets, self._send = desk, secrets, send
        self._stored: MailServer | None = None
        self._touched = False
        self._build()
        self._tested.connect(self._on_tested)
        self._kept.connect(self._on_kept)
        desk.bus.tell(self, self._on_changed)
        desk.member_changed.connect(self._fetch_address)
        self.reload()
        self._fetch_address()

    # How it is put together

    def _build(self) -> None:
        self.host, self.port = CaretLine(), CaretLine()
        self.address, self.username, self.password = CaretLine(), CaretLine(), CaretLine()
        self.host.setPlaceholderText("smtp.example.org")
        self.address.setPlaceholderText("colony@example.org")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.port.setMaximumWidth(96)
        self.security = QComboBox()
        for code, word in SECURITY.items():
            self.security.addItem(word if code != "none" else self.tr("not encrypted"), code)
        self.security.activated.connect(self._on_security)
        self.to = CaretLine()
        self.save_button = QPushButton(self.tr("Save"))
        self.save_button.setProperty("kind", "primary")
        self.save_button.clicked.connect(self.save)
        self.off_button = QPushButton(self.tr("Send no e-mail"))
        self.off_button.clicked.connect(self._switch_off)
        self.test_button = QPushButton(self.tr("Send a test"))
        self.test_button.clicked.connect(self.test)
        self.outcome, self.test_outcome = Sentence(self._desk.source), Sentence(self._desk.source)
        self.unsent = Sentence(self._desk.source)
        self.refusals: dict[str, Sentence] = {}
        for edit in (self.host, self.port, self.address, self.username, self.password):
            edit.textEdited.connect(self._on_edited)
            edit.returnPressed.connect(self.save)
        self.to.returnPressed.connect(self.test)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(M)
        column.addWidget(label(self.tr("Mail server"), "title"))
        about = self.tr(
            "The same for everybody who works in this database. Every workstation that has the password, and "
            "a server that runs colonydesk check --send, send what is due; each notification goes out once."
        )
        column.addWidget(label(about, "secondary", wrap=True))
        column.addWidget(self.unsent)
        place = QHBoxLayout()
        place.setSpacing(S)
        place.addLayout(self._entry("host", self.tr("Server"), self.host), 1)
        place.addLayout(self._entry("security", self.tr("Encryption"), self.security))
        place.addLayout(self._entry("port", self.tr("Port"), self.port))
        column.addLayout(place)
        for name, caption, edit in (
            ("sender", self.tr("E-mails come from"), self.address),
            ("username", self.tr("User name, where the server asks for one"), self.username),
            ("password", self.tr("Password, kept in the key ring of this computer"), self.password),
        ):
            column.addLayout(self._entry(name, caption, edit))
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.off_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self.outcome)
        column.addWidget(rule())
        column.addWidget(label(self.tr("Does it work?"), "title"))
        line, to = QWidget(), QHBoxLayout()
        line.setLayout(to)
        to.setContentsMargins(0, 0, 0, 0)
        to.setSpacing(S)
        to.addWidget(self.to, 1)
        to.addWidget(self.test_button)
        column.addLayout(self._entry("to", self.tr("Send a test to"), line))
        self.to.setAccessibleName(self.tr("Send a test to"))
        column.addWidget(self.test_outcome)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(column, _WIDTH + 2 * L))

    def _entry(self, name: str, caption: str, editor: QWidget) -> QVBoxLayout:
        editor.setAccessibleName(caption)
        self.refusals[name] = Sentence(self._desk.source)
        column = QVBoxLayout()
        column.setSpacing(XS)
        column.addWidget(label(caption, "label"))
        column.addWidget(editor)
        column.addWidget(self.refusals[name])
        return column

    def set_unsent(self, unsent: Unsent | None) -> None:
        """Say why nothing is sent from here, on this workstation's clock."""
        if unsent is None:
            self.unsent.clear()
            return
        here, today = unsent.at.astimezone(), self._desk.now().astimezone().date()
        when = f"{words.near_day_text(here.date(), today)} {here:%H:%M}"
        text = self.tr("Notifications wait, and nothing is sent from here.")
        tried = self.tr("Last tried {}: {}").format(when, unsent.reason)
        self.unsent.say("near", text=text, detail=tried)

    # What is stored

    def unsaved(self) -> bool:
        """Whether something is typed and not saved; it says so."""
        if self._touched:
            self.outcome.say("question", text=self.tr("The mail server is not saved yet."))
        return self._touched

    def forget(self) -> None:
        """Leave what was typed, and show what is stored."""
        self._touched = False
        self.password.clear()
        self._settle()
        self._on_stored(self._stored)

    def reload(self) -> None:
        """Fetch what is stored; what is being typed is left alone."""
        self._desk.read(("mail server", id(self)), mail_server, done=self._on_stored, failed=self._failed)

    def _on_stored(self, server: MailServer | None) -> None:
        self._stored = server
        self.off_button.setVisible(server is not None)
        if self._touched:
            return
        self.host.setText(server.host if server else "")
        self.security.setCurrentIndex(self.security.findData(server.security if server else "starttls"))
        self.port.setText(str(server.port) if server else str(PORT["starttls"]))
        self.address.setText(server.sender if server else "")
        self.username.setText(server.username if server else "")

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        if "notification_setting" in changed:
            self.reload()

    def _fetch_address(self) -> None:
        member = self._desk.member
        if member is None or self.to.text():
            return
        self._desk.read(("own address", id(self)), address_of, member.id, done=self.to.setText)

    def _on_edited(self) -> None:
        self._touched = True
        self._settle()

    def _on_security(self) -> None:
        if self.port.text() in {str(port) for port in PORT.values()} | {""}:
            self.port.setText(str(PORT[self.security.currentData()]))
        self._on_edited()

    def _settle(self) -> None:
        for sentence in (*self.refusals.values(), self.outcome, self.test_outcome):
            sentence.clear()

    def _typed(self) -> MailServer | None:
        """What is typed, where it can be a mail server; what cannot be is said at its field."""
        self._settle()
        port = self.port.text().strip()
        server = MailServer(
            self.host.text().strip(),
            int(port) if port.isdecimal() and len(port) <= 5 else 0,
            self.security.currentData(),
            self.address.text().strip(),
            self.username.text().strip(),
        )
        try:
            return checked(server)
        except Refused as refusal:
            self.refusals[refusal.field].say("refused", text=str(refusal), detail=refusal.hint)
            return None

    # Saving

    def save(self) -> None:
        """Store the server, and keep the password in this computer's key ring."""
        member, server = self._desk.member, self._typed()
        if server is None:
            return
        if member is None:
            self.outcome.say("refused", text=self.tr("Choose below who you are, then save."))
            return
        command = SaveMailServer(command_id=uuid4(), user_id=member.id, server=server)
        done = partial(self._on_saved, server, self._texts())
        self._desk.write(save_mail_server, command, done, self._failed)

    def _switch_off(self) -> None:
        member = self._desk.member
        if member is not None:
            command = SaveMailServer(command_id=uuid4(), user_id=member.id, server=None)
            done = partial(self._on_switched_off, self._texts())
            self._desk.write(save_mail_server, command, done, self._failed)

    def _texts(self) -> tuple[str, ...]:
        """All that stands in the fields; the password is the last."""
        edits = (self.host, self.port, self.address, self.username, self.password)
        return (self.security.currentText(), *(edit.text() for edit in edits))

    def _on_switched_off(self, before: tuple[str, ...], _done: Done) -> None:
        self._touched = self._texts() != before
        self.reload()
        self.saved.emit()
        self.outcome.say("unknown", text=self.tr("No e-mail is sent. Everything is shown in the program."))

    def _on_saved(self, server: MailServer, saved: tuple[str, ...], _done: Done) -> None:
        self._touched = self._texts() != saved  # what was typed meanwhile is not saved yet
        self._stored = server
        self.off_button.show()
        typed = saved[-1]
        if server.username and typed:
            # A key ring may have to be unlocked by hand first: nothing waits for it.
            Thread(target=lambda: self._kept.emit(self._secrets.keep(server, typed)), daemon=True).start()
        else:
            self._on_kept("")

    def _on_kept(self, trouble: str) -> None:
        if trouble:
            self.outcome.say("near", text=self.tr("Saved."), detail=trouble)
        else:
            self.outcome.say("ok", text=self.tr("Saved."))
        self.saved.emit()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused) and error.field in self.refusals:
            self.refusals[error.field].say("refused", text=str(error), detail=error.hint)
        elif isinstance(error, KnownError):
            self.outcome.say("refused", text=str(error), detail=error.hint)

    # The test

    def test(self) -> None:
        """Send one e-mail with what is typed, saved or not."""
        server = self._typed()
        if server is None:
            return
        to = self.to.text().strip()
        if not is_address(to):
            self.refusals["to"].say("refused", text=self.tr("Give an e-mail address to send the test to."))
            return
        typed = self.password.text()
        if self.test_button.hasFocus():
            self.to.setFocus()  # else the keys would go to whatever is next in the window
        self.test_button.setEnabled(False)
        self.test_outcome.say("unknown", text=self.tr("Sending…"))

        def work() -> None:
            try:
                self._send(server, typed or self._secrets(server), to)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is handed to the GUI thread
                self._tested.emit(error)
            else:
                self._tested.emit(None)

        # A thread of its own: a server that hangs takes half a minute, and the readers have other work.
        Thread(target=work, name="e-mail test", daemon=True).start()

    def _on_tested(self, error: Exception | None) -> None:
        self.test_button.setEnabled(True)
        if error is None:
            text = self.tr("The server has accepted it: look whether it arrives at {}.")
            self.test_outcome.say("ok", text=text.format(self.to.text().strip()))
        elif isinstance(error, KnownError):
            self.test_outcome.say("refused", text=str(error), detail=error.hint)
        else:
            self.test_outcome.clear()
