"""The form that says which file of Alyx goes into which database."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from colonydesk.qtkit.parts import Chip, label
from colonydesk.qtkit.theme import XS, S, ThemeSource
from colonydesk.ui.start_forms import PROPOSED, database_files, new_file, path_in
from colonydesk.ui.start_parts import FileField, FormPage, ZoneField, column_of, row_of
from colonydesk.ui.start_server import ServerFields
from colonydesk.ui.start_work import file_named

INTO = ("new", "open", "server")


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
        self.new = new_file(self)
        self.old = FileField(
            source, self.tr("Database file"), QFileDialog.FileMode.ExistingFile, database_files(self)
        )
        self._stack = _Pages()
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
        for key, field in (("new", self.new), ("open", self.old)):
            page = QWidget()
            row = row_of(0)
            column_of(page, 0).addLayout(row)
            self.add(key, field, row, 1)
            self._stack.addWidget(page)
        self.server = ServerFields(self)
        self._stack.addWidget(self.server)
        self.column.addWidget(self._stack)

    def into(self) -> str:
        """Which kind of database was chosen: one of ``INTO``."""
        return INTO[self._stack.currentIndex()]

    def choose_into(self, key: str) -> None:
        """Show what is to be said about a database of this kind."""
        self._chips[key].setChecked(True)
        self._stack.setCurrentIndex(INTO.index(key))

    def alyx_path(self) -> Path | None:
        """The file to import; None, and a sentence, where none is named."""
        return path_in(self, self.file)

    def database_path(self) -> Path | None:
        """The local database; None, and a sentence, where none is named."""
        return path_in(self, self.new if self.into() == "new" else self.old)


class _Pages(QStackedWidget):
    """As high as the page that is shown, not as the highest."""


def alyx_file(source: ThemeSource, caption: str) -> FileField:
    """The field of a dump file."""
    return FileField(source, caption, QFileDialog.FileMode.ExistingFile, ("Alyx (*.json *.json.gz)",))
