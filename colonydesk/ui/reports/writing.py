"""Where a report is written to: asked for in place, written off the window's thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from colonydesk import paths
from colonydesk.exchange.reports import write_report
from colonydesk.queries.reports import Report
from colonydesk.ui.desk import Desk
from colonydesk.ui.file_bar import FileBar
from colonydesk.ui.file_choice import Chosen

_KINDS = {".pdf": "PDF", ".csv": "CSV", ".xlsx": "Excel", ".json": "JSON"}


class WriteBar(FileBar):
    """A report as PDF, CSV, Excel or JSON, by the file's ending."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _choose)
        self._report: Report | None = None

    def ask(self, report: Report) -> None:
        """Ask where this report shall be written to."""
        self._report = report
        what = self.tr("Write as .pdf, .csv, .xlsx or .json to")
        self.ask_for(what, f"{report.name} {report.last.isoformat()}.pdf")

    def write_to(self, file: Path) -> None:
        report, fonts, now = self._report, paths.resources() / "fonts", self._desk.now()
        assert report is not None
        self._desk.beside(
            ("write report", id(self)),
            lambda _db: write_report(report, file, fonts, now),
            done=lambda _none: self.written(self.tr("{} is written.").format(file.name)),
            failed=self.fail,
        )


def _choose(parent: QWidget, file: str) -> Chosen:
    """The file that is chosen, with the ending of its kind."""
    filters = ";;".join(f"{name} (*{ending})" for ending, name in _KINDS.items())
    title = QCoreApplication.translate("WriteBar", "Write report")
    chosen, kind = QFileDialog.getSaveFileName(parent, title, file, filters)
    if not chosen or Path(chosen).suffix:
        return Chosen(chosen, asked=True)
    ending = next((one for one in _KINDS if f"*{one}" in kind), ".pdf")
    return Chosen(str(Path(chosen).with_suffix(ending)), asked=False)
