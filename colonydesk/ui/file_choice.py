"""Where a table is to be written to."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget


class Chosen(NamedTuple):
    """A file ("" for none), and whether the dialog has asked about replacing it."""

    file: str
    asked: bool


def ask_for_table(parent: QWidget, proposed: str) -> Chosen:
    """The file a person chose for a table, with an ending."""
    title = QCoreApplication.translate("Export", "Export")
    kinds = QCoreApplication.translate("Export", "Excel (*.xlsx);;CSV (*.csv)")
    file, kind = QFileDialog.getSaveFileName(parent, title, proposed, kinds)
    if not file or Path(file).suffix:
        return Chosen(file, asked=True)
    # About a file with this ending the dialog has not asked.
    return Chosen(str(Path(file).with_suffix(".xlsx" if "xlsx" in kind else ".csv")), asked=False)
