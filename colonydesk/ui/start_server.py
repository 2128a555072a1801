"""The part of a form that names a PostgreSQL database, and what an administrator is told there."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.theme import M, ThemeSource
from colonydesk.ui.start_fields import Button, Check, ChoiceField, Field, column_of, row_of
from colonydesk.ui.start_page import FormPage
from colonydesk.ui.start_work import Server, field_of, is_behind, is_not_ours_yet, server_of

PORT = "5432"
_HOST = re.compile(r"[A-Za-z0-9._:-]+")


class ServerFields(QWidget):
    """Where the server is, who connects, and how the connection is secured, as part of ``form``.

    ``set_up_wanted`` comes with the administrator's button, which appears for an empty database only, and
    goes as soon as the address is changed.
    """

    set_up_wanted = Signal()

    def __init__(self, form: FormPage) -> None:
        super().__init__()
        self._form = form
        source = form.source
        self.host = Field(source, self.tr("Server"))
        self.host.edit.setPlaceholderText(self.tr("its name, as db1.example.org"))
        self.port = Field(source, self.tr("Port"))
        self.port.edit.setFixedWidth(88)
        self.port.set_text(PORT)
        self.database = Field(source, self.tr("Database"))
        self.user = Field(source, self.tr("User"))
        self.password_field = Field(source, self.tr("Password"))
        self.password_field.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.secure = ChoiceField(source, self.tr("Connection"), self._secure_words(), "require")
        self.remember = Check(source, self.tr("Remember the password in this computer's key ring"))
        self.admin = AdminPart(source)
        self.admin.button.clicked.connect(self.set_up_wanted)
        self._place()
        for field in (self.host, self.port, self.database, self.user, self.password_field):
            field.edit.textEdited.connect(self.admin.hide)
        self.secure.combo.currentIndexChanged.connect(self.admin.hide)

    def _secure_words(self) -> dict[str, str]:
        return {
            "verify-full": self.tr("Encrypted, and only with the server whose certificate is trusted"),
            "require": self.tr("Always encrypted"),
            "prefer": self.tr("Encrypted if the server can, else open"),
        }

    def _place(self) -> None:
        form = self._form
        column = column_of(self, M)
        rows = [row_of(M) for _ in range(4)]
        for row in rows:
            column.addLayout(row)
        form.add("host", self.host, rows[0], 1)
        form.add("port", self.port, rows[0])
        form.add("database", self.database, rows[1])
        form.add("user", self.user, rows[2], 1)
        form.add("password", self.password_field, rows[2], 1)
        form.add("secure", self.secure, rows[3])
        column.addWidget(self.remember)
        form.add_below(self.admin)

    def address(self) -> Server | None:
        """What was typed; None, and a sentence at its field, where something is missing or senseless."""
        form, port = self._form, self.port.text() or PORT
        host = form.require("host", self.tr("Say which server."))
        if not host:
            return None
        if not _HOST.fullmatch(host):
            form.refuse(self.tr("This is not a server's name, such as db1.example.org."), field="host")
            return None
        if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
            form.refuse(self.tr("A port is a number up to 65535; usually 5432."), field="port")
            return None
        database = form.require("database", self.tr("Say which database of the server."))
        user = database and form.require("user", self.tr("Say who connects."))
        if not user:
            return None
        return Server(host, database, user, int(port), self.secure.value())

    def password(self) -> str:
        """The password, exactly as it was typed."""
        return self.password_field.edit.text()

    def fill(self, url: str) -> None:
        """Show a server's address; the password is to be typed again."""
        server = server_of(url)
        for field, text in (
            (self.host, server.host),
            (self.port, str(server.port)),
            (self.database, server.database),
            (self.user, server.user),
            (self.password_field, ""),
        ):
            field.set_text(text)
        self.secure.set_value(server.secure)
        self.admin.hide()

    def fail(self, error: Exception, server: Server) -> None:
        """Say what kept ``server`` from being opened: at the field that is wrong, or to an administrator."""
        if is_not_ours_yet(error):
            self.admin.offer(str(error))
            self._form.enter_action()
        elif is_behind(error):
            self.admin.tell_older(str(error), server)
            self._form.enter_action()
        else:
            self._form.fail(error, field_of(error, server) if isinstance(error, KnownError) else "")


class AdminPart(QWidget):
    """What only an administrator does to a shared database, as an act of its own."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self.sentence = Sentence(source)
        self.button = Button(self.tr("Set it up"))
        copy = Button(self.tr("Copy"))
        copy.clicked.connect(self._copy)
        self.command = Field(source, self.tr("The administrator's command"), beside=copy)
        self.command.edit.setReadOnly(True)
        column = column_of(self, M)
        column.addWidget(self.sentence)
        column.addWidget(self.command)
        row = row_of(M)
        row.addWidget(self.button)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())

    def offer(self, sentence: str) -> None:
        """The database is there, but nobody has made it ColonyDesk's."""
        self.sentence.say(
            "question",
            "",
            sentence,
            self.tr(
                "Where it is empty an administrator sets it up, once. From then on other workstations "
                "with an older ColonyDesk cannot work with it until they are upgraded too."
            ),
        )
        self.button.show()
        self.command.hide()
        self.show()

    def tell_older(self, sentence: str, server: Server) -> None:
        """The database is an older ColonyDesk's: no button here, others work with it."""
        self.sentence.say(
            "question",
            "",
            sentence,
            self.tr(
                "An administrator upgrades it, when everybody can be: other workstations with an older "
                "ColonyDesk cannot work with it until they are upgraded too."
            ),
        )
        self.command.set_text(f'colonydesk --database "{server.url()}" migrate')
        self.command.show()
        self.button.hide()
        self.show()


class ServerForm(FormPage):
    """A database on a PostgreSQL server."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__(source)
        self.name(
            self.tr("Connect to a server"),
            self.tr("A PostgreSQL database that several workstations share. Your administrator knows these."),
            self.tr("Connect"),
        )
        self.server = ServerFields(self)
        self.column.addWidget(self.server)
