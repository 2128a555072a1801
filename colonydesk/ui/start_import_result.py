"""What came of an import: the counts of each table, what was not right, and where to go next."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHeaderView,
    QSplitter,
    QTableView,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.alyx import ImportReport, Problem
from colonydesk.exchange.whole_file import whole_file
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.parts import calm_table, label
from colonydesk.qtkit.theme import XL, L, M, S, ThemeSource
from colonydesk.ui.start_fields import Button, column_of, focus_on, link, row_of
from colonydesk.ui.start_import_names import table_names

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_COUNTS_WIDTH = 680
_PK = 8  # characters of a record's id that are shown; the whole stands below the table and in the CSV


class ImportResult(QWidget):
    """``open_wanted``: go on to the colony; ``import_wanted``: what was looked at is to be written;
    ``back_wanted``: to another file or other options."""

    open_wanted = Signal()
    import_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, jobs: Jobs, source: ThemeSource, next_step: str) -> None:
        super().__init__()
        self._jobs = jobs
        self._next_step = next_step
        self._report = ImportReport()
        self._names = table_names(self)
        self.title = label("", "title")
        self.sentence = Sentence(source)
        self.counts = Rows(
            source,
            (
                self.tr("Table"),
                self.tr("read"),
                self.tr("written"),
                self.tr("here already"),
                self.tr("left out"),
            ),
        )
        self.problems = Rows(source, (self.tr("Kind"), self.tr("Table"), self.tr("Record"), self.tr("What")))
        self.counts_view = table_view(self.counts, source, self.tr("Records of each table"))
        self.problems_view = table_view(self.problems, source, self.tr("What was not right"))
        self._caption = label("", "strong")
        self._whole = label("", "secondary", wrap=True)
        self._whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.save = link(self.tr("Save this list as CSV…"), self._open_save_dialog)
        self.next = Button()
        self.next.setProperty("kind", "primary")
        self.next.clicked.connect(self._on_next)
        self.back = Button(self.tr("Back"))
        self.back.clicked.connect(self.back_wanted)
        self._build()

    def _build(self) -> None:
        self._lower = QWidget()
        lower = column_of(self._lower, S)
        head = row_of(M)
        head.addWidget(self._caption)
        head.addWidget(self.save)
        head.addStretch(1)
        lower.addSpacing(M)
        lower.addLayout(head)
        lower.addWidget(self.problems_view, 1)
        lower.addWidget(self._whole)
        sash = QSplitter(Qt.Orientation.Vertical)
        sash.setChildrenCollapsible(False)
        upper = QWidget()
        column_of(upper, 0).addWidget(self.counts_view)
        self.counts_view.setMaximumWidth(_COUNTS_WIDTH)
        sash.addWidget(upper)
        sash.addWidget(self._lower)
        sash.setSizes([360, 260])
        buttons = row_of(M)
        buttons.addWidget(self.next)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        column = column_of(self, M)
        column.setContentsMargins(40, 32, XL, XL)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        column.addWidget(sash, 1)
        column.addLayout(buttons)
        column.setSpacing(L)
        self.problems_view.selectionModel().currentRowChanged.connect(self._show_whole)
        for view, widths in (
            (self.counts_view, (250, 90, 90, 110, 90)),
            (self.problems_view, (90, 170, 110)),
        ):
            for place, width in enumerate(widths):
                view.setColumnWidth(place, width)
        self.counts_view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.problems_view.horizontalHeader().setStretchLastSection(True)

    def tell(self, report: ImportReport, file: str, *, looked: bool) -> None:
        """Show the report of an import of ``file``; ``looked``: it was a dry run."""
        self._report = report
        self.title.setText(Path(file).name)
        self._conclude(looked)
        self.counts.show_rows(
            [
                (self._names.get(model, model), one.read, one.written, one.present, one.skipped)
                for model, one in report.tables.items()
                if one.read
            ]
        )
        kinds = (self.tr("not right"), self.tr("to know"))
        self.problems.show_rows(
            [
                (kind, self._names.get(problem.model, problem.model), problem.pk, problem.reason)
                for kind, listed in zip(kinds, (report.problems, report.remarks), strict=True)
                for problem in listed
            ]
        )
        self._whole.clear()
        self._lower.setVisible(bool(report.problems or report.remarks))
        self._caption.setText(self._counted())
        self.next.setText(self.tr("Import it now") if looked else self._next_step)
        self.next.setEnabled(not report.refused)
        self._looked = looked

    def enter(self) -> None:
        """Put the keyboard on the next step."""
        focus_on(self.next if self.next.isEnabled() else self.back)

    def _conclude(self, looked: bool) -> None:
        report, total = self._report, self._report.total()
        of_problems = self._of_problems()
        said = self.tr("This was a look: nothing has been written.") if looked else report.conclusion()
        if report.refused:
            self.sentence.say("under", self.tr("Nothing was imported"), "", report.refused)
        elif not total.read:
            self.sentence.say("near", self.tr("There are no records in the file"), "", said)
        elif not (total.written or total.skipped or report.images):
            here = self.tr("Nothing is new: all {} records are here already").format(f"{total.read:,}")
            self.sentence.say("near" if report.problems else "ok", here, "", said + of_problems)
        else:
            words = (
                self.tr("{} of {} records can be imported")
                if looked
                else self.tr("{} of {} records imported")
            )
            text = words.format(f"{total.written:,}", f"{total.read:,}")
            self.sentence.say("near" if report.problems else "ok", text, "", said + of_problems)

    def _of_problems(self) -> str:
        return " " + self.tr("What is not right is listed below.") if self._report.problems else ""

    def _counted(self) -> str:
        report = self._report
        parts = []
        if report.problems:
            parts.append(self.tr("{} not right").format(f"{len(report.problems):,}"))
        if report.remarks:
            parts.append(self.tr("{} to know").format(f"{len(report.remarks):,}"))
        if report.unlisted:
            parts.append(self.tr("{} more are not listed").format(f"{report.unlisted:,}"))
        return ", ".join(parts)

    def _show_whole(self, current: QModelIndex) -> None:
        if current.isValid():
            _, table, record, what = self.problems.row(current.row())
            self._whole.setText(f"{table} {record}: {what}")

    def _on_next(self) -> None:
        (self.import_wanted if self._looked else self.open_wanted).emit()

    def _open_save_dialog(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Save this list as CSV"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("CSV (*.csv)"))
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("import-problems.csv")
        dialog.fileSelected.connect(self.save_list)
        dialog.open()

    def save_list(self, file: str) -> None:
        """Write what was not right into a CSV file, and say so."""
        done = partial(self.tr("Saved as {}").format, file)
        self._jobs.write(
            partial(write_problems, Path(file), [*self._report.problems, *self._report.remarks]),
            lambda _: self._whole.setText(done()),
            self._not_saved,
        )

    def _not_saved(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self._whole.setText(error.sentence)


def write_problems(file: Path, problems: Sequence[Problem]) -> None:
    """Write model, pk and reason of each problem as CSV (UTF-8 with its mark, as Excel wants it).

    Raises:
        KnownError: when the file cannot be written.
    """
    with whole_file(file) as partial, partial.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(Problem._fields)
        writer.writerows(problems)


class Rows(QAbstractTableModel):
    """Rows that are all there, sorted here; numbers at the right with their thousands apart, 0 faint."""

    def __init__(self, source: ThemeSource, titles: Sequence[str]) -> None:
        super().__init__()
        self._source = source
        self._titles = tuple(titles)
        self._rows: list[tuple[Any, ...]] = []

    def show_rows(self, rows: list[tuple[Any, ...]]) -> None:
        """Show these, in this order."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, place: int) -> tuple[Any, ...]:
        return self._rows[place]

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            if isinstance(value, int):
                return f"{value:,}"
            return f"{value[:_PK]}…" if len(value) == 36 and value.count("-") == 4 else value
        if role == Qt.ItemDataRole.ForegroundRole and value == 0:
            return QColor(self._source.theme.hint)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(value, str):
            return value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if isinstance(value, int) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            number = bool(self._rows) and isinstance(self._rows[0][section], int)
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self._titles):
            self.layoutAboutToBeChanged.emit()
            self._rows.sort(key=lambda row: row[column], reverse=order == Qt.SortOrder.DescendingOrder)
            self.layoutChanged.emit()


def table_view(model: Rows, source: ThemeSource, name: str) -> QTableView:
    """A calm table: rows of the theme's height, a line below each, sorted by a click on the header."""
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(name)
    view.setFrameShape(QFrame.Shape.NoFrame)
    calm_table(view)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setStyleSheet("QTableView::item { border-bottom: 1px solid palette(mid); padding: 0 5px; }")
    view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    view.setSortingEnabled(True)

    def rows() -> None:
        view.verticalHeader().setDefaultSectionSize(source.theme.row - S)

    source.changed.connect(rows)
    rows()
    return view
