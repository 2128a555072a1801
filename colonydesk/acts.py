"""What the menu and the palette do that belongs to no screen: built when the first of it is wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from colonydesk.app import Program
    from colonydesk.exchange.alyx.report import ImportReport
    from colonydesk.ui.palette import Palette


class Acts(QObject):
    """The acts of a program, and the palette that lists them."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._panel: QWidget | None = None

    def make_palette(self) -> Palette | None:
        """The palette with every screen and act; None before there are screens."""
        program = self._program
        if program.desk is None or program.sections is None:
            return None
        from colonydesk.ui.palette import Act, Palette, Screen
        from colonydesk.ui.places import places

        screens = [Screen(*place) for place in places()]
        begin = program.sections.begin
        acts = [
            Act(self.tr("New animal"), partial(begin, "subject")),
            Act(self.tr("New litter"), partial(begin, "litter")),
            Act(self.tr("New breeding pair"), partial(begin, "breeding_pair")),
            Act(self.tr("New request"), partial(begin, "subject_request")),
            Act(self.tr("New surgery"), partial(begin, "surgery")),
            Act(self.tr("New session"), partial(begin, "session")),
            Act(self.tr("New water restriction"), partial(begin, "water_restriction")),
            Act(self.tr("Export what is listed"), program.sections.export),
            Act(self.tr("Finish round"), self.finish_round),
            Act(self.tr("Preferences"), self.open_preferences),
            Act(self.tr("Import from Alyx"), self.open_import),
            Act(self.tr("Help for this screen"), lambda: program.frame.help.set_open(True), "F1"),
            Act(self.tr("Another database"), program.open_another),
        ]
        palette = Palette(program.desk, program.frame, screens, acts)
        palette.wanted.connect(program.sections.go)
        return palette

    def finish_round(self) -> None:
        """List what is still owed, on the Today screen."""
        self._program.frame.show_section("today")
        if self._program.today is not None:
            self._program.today.open_finish()

    def open_preferences(self) -> QWidget:
        from colonydesk.ui.preferences import Preferences

        program = self._program
        preferences = Preferences(program.jobs, program.source, program.settings, program.frame)
        preferences.show()
        return preferences

    def open_import(self) -> QWidget | None:
        """A window of its own, so that the round can go on meanwhile."""
        program = self._program
        if program.db is None or program.desk is None:
            return None
        if self._panel is not None and self._panel.isVisible():
            self._panel.activateWindow()
            return self._panel
        from colonydesk.ui.importing import ImportPanel

        user = program.desk.member.id if program.desk.member else None
        panel = ImportPanel(program.jobs, program.source, program.db, program.now, user_id=user)
        panel.setWindowTitle(self.tr("Import from Alyx"))
        panel.resize(960, 680)
        panel.imported.connect(self._on_imported)
        panel.open_wanted.connect(panel.close)
        panel.left.connect(panel.close)
        self._panel = panel
        panel.show()
        return panel

    def _on_imported(self, report: ImportReport) -> None:
        # The watch passes over what this program itself commits.
        self._program.bus.publish({"imported": (), **dict.fromkeys(report.changed, ())})
