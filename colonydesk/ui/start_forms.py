"""The forms of the first page, one for each choice. They ask and check; ``StartScreen`` does."""

from __future__ import annotations

import getpass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from colonydesk.paths import data_folder
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui.start_fields import Field, FileField, ZoneField
from colonydesk.ui.start_page import FormPage
from colonydesk.ui.start_work import NewLab, file_named, file_of, is_server, server_of

PROPOSED = "colony.sqlite"


def own_name() -> str:
    """The user name proposed: the one that this computer knows."""
    try:
        return getpass.getuser().replace(" ", ".")
    except (OSError, KeyError):  # nobody of that number here
        return ""


class LabForm(FormPage):
    """The first records of a colony that has none: a lab, its time zone, its first member."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__(source)
        lab = Field(source, self.tr("Lab"))
        lab.edit.setPlaceholderText(self.tr("its name, as Weiss lab"))
        self.zone = ZoneField(source, self.tr("Time zone of the lab"))
        user = Field(source, self.tr("Your user name"))
        user.set_text(own_name())
        self.add("lab", lab)
        self.add("timezone", self.zone)
        self.add("username", user)

    def lab(self) -> NewLab | None:
        """What was typed; None, and a sentence at its field, where something is missing."""
        self.settle()
        lab = self.require("lab", self.tr("Give the lab a name."))
        if not lab:
            return None
        if not self.zone.check():
            self.zone.setFocus()
            return None
        user = self.require("username", self.tr("Give a user name, such as j.hale."))
        if " " in user:
            self.refuse(self.tr("A user name has no blanks; write it as j.hale."), field="username")
            return None
        return NewLab(lab, self.zone.text(), user) if user else None


class NewForm(LabForm):
    """A new local database."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__(source)
        self.name(
            self.tr("New local database"),
            self.tr(
                "One file on this computer's own disk, for one workstation. It begins with your lab, "
                "you as its first member, and what a mouse lab needs at once."
            ),
            self.tr("Make the database"),
        )
        self.file = new_file(self, self.tr("File"))
        self.add("file", self.file)

    def path(self) -> Path | None:
        """The file to make; None, and a sentence, where none is named."""
        return path_in(self, self.file)


class FoundForm(LabForm):
    """A lab for a database that was opened and has none yet."""

    def tell(self, name: str) -> None:
        """``name`` is the database's."""
        self.settle()
        self.name(
            self.tr("{} is empty").format(name),
            self.tr("Give it its first lab and member to begin with, or import a whole colony from Alyx."),
            self.tr("Begin here"),
        )


class OpenForm(FormPage):
    """A database file that is there."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__(source)
        self.name(
            self.tr("Open a database file"),
            self.tr(
                "A file that ColonyDesk made. One of an older version is backed up beside itself first, "
                "then brought up to date."
            ),
            self.tr("Open"),
        )
        self.file = FileField(
            source, self.tr("File"), QFileDialog.FileMode.ExistingFile, database_files(self)
        )
        self.add("file", self.file)

    def path(self) -> Path | None:
        """The file to open; None, and a sentence, where none is named."""
        return path_in(self, self.file)


class RecentPage(FormPage):
    """A database that was opened before: one key opens it again. ``url`` is its address."""

    url = ""

    def tell(self, url: str) -> None:
        """Show the database of this address, without its password."""
        self.url = url
        self.settle()
        if is_server(url):
            server = server_of(url)
            where = self.tr("On the server {}, as {}.").format(server.host, server.user)
        else:
            where = self.tr("In the folder {}").format(file_of(url).parent)
        self.name(title_of(url), where, self.tr("Open"))


class DemoPage(FormPage):
    """The demonstration colony."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__(source)
        self.name(
            self.tr("Demonstration colony"),
            self.tr(
                "A made-up colony to try everything on: weigh, water and correct as you like. "
                "It is kept in a temporary file and is new at every start."
            ),
            self.tr("Open the demonstration"),
        )


class NotePage(FormPage):
    """What is to be known before an opened database is used."""

    def tell(self, name: str, note: str) -> None:
        """``name`` is the database's, ``note`` a sentence."""
        self.name(self.tr("Connected to {}").format(name), note, self.tr("Go on"))


def title_of(url: str) -> str:
    """What a database is called in the list: its file, or its name on the server."""
    return server_of(url).name if is_server(url) else file_of(url).name


def detail_of(url: str) -> str:
    """Where a database is, for the line below its name: the folder, or who connects to which port."""
    if not is_server(url):
        return str(file_of(url).parent)
    server = server_of(url)
    return f"{server.user}, port {server.port}" if server.port != 5432 else server.user


def database_files(form: FormPage) -> tuple[str, ...]:
    """The filters of the file dialog."""
    return (form.tr("ColonyDesk databases (*.sqlite *.db *.sqlite3)"), form.tr("All files (*)"))


def new_file(form: FormPage, caption: str) -> FileField:
    """The field of a database file to be made, with a proposal in it."""
    made = FileField(form.source, caption, QFileDialog.FileMode.AnyFile, database_files(form))
    made.set_text(str(data_folder() / PROPOSED))
    return made


def path_in(form: FormPage, field: FileField) -> Path | None:
    """The file named in a field of ``form``; None, and a sentence, where there is no name."""
    if field.text():
        return file_named(field.text())
    form.refuse(form.tr("Name a file."), field=next(key for key, one in form.fields.items() if one is field))
    return None
