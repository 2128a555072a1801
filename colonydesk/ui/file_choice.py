"""Where a table is to be written to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_table(parent: QWidget, proposed: str) -> str:
    """The file a person chose for a table, with an ending; "" where none was chosen."""
    title = QCoreApplication.translate("Export", "Export")
    kinds = QCoreApplication.translate("Export", "Excel (*.xlsx);;CSV (*.csv)")
    file, kind = QFileDialog.getSaveFileName(parent, title, proposed, kinds)
    if not file or Path(file).suffix:
        return file
    return str(Path(file).with_suffix(".xlsx" if "xlsx" in kind else ".csv"))
