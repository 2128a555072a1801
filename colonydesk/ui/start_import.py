"""The form that says which file of Alyx goes into which database."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QFileDialog, QVBoxLayout

from colonydesk.qtkit.parts import Chip, label
from colonydesk.qtkit.theme import XS, S, ThemeSource
from colonydesk.ui.start_fields import FileField, ZoneField, row_of
from colonydesk.ui.start_forms import database_files, new_file, path_in
from colonydesk.ui.start_page import FormPage
from colonydesk.ui.start_server import ServerFields


class ImportForm(FormPage):
    """Import from Alyx: the file, the zone of its times without one, and the database it goes into."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__(source)
        self.name(
            self.tr("Import from Alyx"),
            self.tr(
                "A dump of an Alyx database (manage.py dumpdata). Nothing is written yet: "
                "the next page shows what is in it first, if you like."
            ),
            self.tr("Go on"),
        )
        self.file = alyx_file(source, self.tr("File from Alyx"))
        self.zone = ZoneField(source, self.tr("Time zone of times without one (Alyx writes UTC)"), "UTC")
        self.add("alyx", self.file)
        self.add("timezone", self.zone)
        self._chips = {
            "new": Chip(source, self.tr("A new local database")),
            "open": Chip(source, self.tr("A database file")),
            "server": Chip(source, self.tr("A server")),
        }
        self.new = new_file(self, self.tr("File of the new database"))
        self.old = FileField(
            source, self.tr("Database file"), QFileDialog.FileMode.ExistingFile, database_files(self)
        )
        self._add_into()
        self.choose_into("new")

    def _add_into(self) -> None:
        group = QButtonGroup(self)
        chips = row_of(S)
        for key, chip in self._chips.items():
            group.addButton(chip)
            chips.addWidget(chip)
            chip.clicked.connect(lambda _checked=False, key=key: self.choose_into(key))
        chips.addStretch(1)
        into = QVBoxLayout()
        into.setSpacing(XS)
        into.addWidget(label(self.tr("Into"), "label"))
        into.addLayout(chips)
        self.column.addLayout(into)
        self.add("new", self.new)
        self.add("open", self.old)
        self.server = ServerFields(self)
        self.column.addWidget(self.server)

    def into(self) -> str:
        """Which kind of database was chosen: new, open or server."""
        return next(key for key, chip in self._chips.items() if chip.isChecked())

    def choose_into(self, key: str) -> None:
        """Show what is to be said about a database of this kind."""
        self._chips[key].setChecked(True)
        for other, part in (("new", self.new), ("open", self.old), ("server", self.server)):
            part.setVisible(other == key)

    def alyx_path(self) -> Path | None:
        """The file to import; None, and a sentence, where none is named."""
        return path_in(self, self.file)

    def database_path(self) -> Path | None:
        """The local database; None, and a sentence, where none is named."""
        return path_in(self, self.new if self.into() == "new" else self.old)


def alyx_file(source: ThemeSource, caption: str) -> FileField:
    """The field of a dump file."""
    return FileField(source, caption, QFileDialog.FileMode.ExistingFile, ("Alyx (*.json *.json.gz)",))
