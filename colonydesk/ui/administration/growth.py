"""The growth curves: beside each its plot and its points, and a line to import one from a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.form_words import number_words
from colonydesk.qtkit.parts import calm_table, label, rule
from colonydesk.qtkit.theme import L, S
from colonydesk.queries.growth import Point, growth_points
from colonydesk.services.growth import ImportGrowthCurve, import_growth_curve
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.form import RecordForm
from colonydesk.ui.plotting import load_plotting
from colonydesk.ui.records import RecordsScreen
from colonydesk.ui.sheets import records_of

if TYPE_CHECKING:
    from colonydesk.ui.administration.growth_plot import GrowthPlot

LARGEST = 2_000_000
"""Bytes of a table: nobody's growth curve is larger."""


def growth_curves(desk: Desk) -> RecordsScreen:
    """The page of the growth curves."""
    page = records_of(desk, "growth_curve")
    page.form.extra.addWidget(GrowthPanel(desk, page.form))
    page.add_below(ImportBar(desk, page))
    return page


class GrowthPanel(QWidget):
    """Plot and points of the curve in ``form``."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__()
        self._desk = desk
        self._form = form
        self._plot: GrowthPlot | None = None
        self._points: tuple[Point, ...] = ()
        self.table = QTableWidget(0, 3)
        self._none = label(self.tr("This curve has no points yet: import them from a table."), "secondary")
        self._none.setWordWrap(True)
        self._place = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(label(self.tr("Weight by age"), "strong"))
        column.addWidget(rule())
        column.addWidget(self._none)
        column.addLayout(self._place)
        column.addWidget(self.table)
        self._dress()
        form.filled.connect(self._look)
        desk.bus.tell(self, self._on_bus)
        load_plotting(self, desk.jobs, self._make_plot)
        self.hide()

    def _dress(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([self.tr("Week"), self.tr("Male, g"), self.tr("Female, g")])
        table.setAccessibleName(self.tr("Points of the curve"))
        table.setObjectName("records")
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        calm_table(table)
        table.verticalHeader().setDefaultSectionSize(26)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setDefaultAlignment(_RIGHT)

    def _on_bus(self, changed: dict[str, frozenset[UUID]]) -> None:
        if "growth_point" in changed:
            self._look()

    def _look(self) -> None:
        curve = self._form.id()
        self.setVisible(curve is not None and not self._form.is_new())
        if curve is not None:
            self._desk.read(("points", id(self)), growth_points, [curve], done=self._show)

    def _show(self, found: dict[UUID, tuple[Point, ...]]) -> None:
        (self._points,) = found.values()
        self._none.setVisible(not self._points)
        self._fill_table()
        if self._plot is not None:
            self._plot.setVisible(bool(self._points))
            self._plot.show_points(self._points)

    def _fill_table(self) -> None:
        by_age = {(point.week, point.sex): point for point in self._points}
        weeks = sorted({point.week for point in self._points})
        self.table.setRowCount(len(weeks))
        self.table.setVisible(bool(weeks))
        for row, week in enumerate(weeks):
            cells = [str(week), *(_cell(by_age.get((week, sex))) for sex in "MF")]
            for place, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_RIGHT)
                self.table.setItem(row, place, item)
        self.table.setFixedHeight(30 + 26 * len(weeks))

    def _make_plot(self) -> None:
        from colonydesk.ui.administration.growth_plot import GrowthPlot

        self._plot = GrowthPlot(self._desk.source)
        self._place.addWidget(self._plot)
        self._plot.show_points(self._points)
        self._plot.setVisible(bool(self._points))


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _cell(point: Point | None) -> str:
    return "-" if point is None else f"{point.mean_g:.1f} ± {number_words(point.sd_g)}"


class ImportBar(QWidget):
    """Under the list: a name and a file, and the curve is there; one of the same name gets a new edition."""

    def __init__(self, desk: Desk, page: RecordsScreen) -> None:
        super().__init__()
        self._desk = desk
        self._page = page
        self._command = uuid4()
        self.name = CaretLine()
        self.name.setPlaceholderText(self.tr("Name of the curve"))
        self.name.setAccessibleName(self.tr("Name of the curve"))
        self.file = CaretLine()
        self.file.setPlaceholderText(self.tr("CSV file with sex, week, mean_g, sd_g"))
        self.file.setAccessibleName(self.tr("File to import"))
        self._sentence = Sentence(desk.source)
        self._sentence.hide()
        browse = QPushButton(self.tr("Browse…"))
        browse.clicked.connect(self._on_browse)
        go = QPushButton(self.tr("Import"))
        go.clicked.connect(self.go)
        for edit in (self.name, self.file):
            edit.returnPressed.connect(self.go)
            edit.textEdited.connect(self._on_edited)
        row = QHBoxLayout()
        row.setSpacing(S)
        for widget, stretch in ((self.name, 2), (self.file, 3), (browse, 0), (go, 0)):
            row.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, S, L, S)
        column.setSpacing(S)
        column.addLayout(row)
        column.addWidget(self._sentence)

    def said(self) -> str:
        """Why it was not imported."""
        return self._sentence.text()

    def go(self) -> None:
        """Read the file and import it."""
        self._sentence.hide()
        if self._desk.member is None:
            self._refuse(self.tr("Choose below who records first."))
        elif not self.name.text().strip():
            self._refuse(self.tr("Give the curve a name."))
        elif not self.file.text().strip():
            self._refuse(self.tr("Say which file."))
        else:
            file = Path(self.file.text().strip()).expanduser()
            self._desk.jobs.read(
                ("growth file", id(self)), lambda: _text_of(file), self._on_text, self._on_failed
            )

    def _on_text(self, text: str) -> None:
        assert self._desk.member is not None
        curve = uuid4()
        command = ImportGrowthCurve(
            command_id=self._command,
            id=curve,
            user_id=self._desk.member.id,
            name=self.name.text(),
            text=text,
        )
        self._desk.write(import_growth_curve, command, lambda _done: self._on_done(curve), self._on_failed)

    def _on_done(self, curve: UUID) -> None:
        self._command = uuid4()
        self.name.clear()
        self.file.clear()
        self._page.table.reload(curve)
        self._page.open(curve)

    def _on_edited(self) -> None:
        self._command = uuid4()
        self._sentence.hide()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self._refuse(error.sentence)

    def _refuse(self, text: str) -> None:
        self._sentence.say("refused", text=text)
        self._sentence.show()

    def _on_browse(self) -> None:
        kinds = self.tr("Tables (*.csv *.txt)")
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Growth curve"), self.file.text(), kinds)
        if file:
            self.file.setText(file)


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise KnownError(f"{file.name} is too large to be a growth curve.")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnownError(f"{file.name} is not a text file in UTF-8.") from error
    except OSError as error:
        raise KnownError(f"{file} cannot be read ({error.strerror or error}).") from error
