"""The curve with its heading: what is shown, over which time, and how it is saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout

from colonydesk.domain.errors import KnownError
from colonydesk.exchange.whole_file import whole_file
from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.parts import Chip, label
from colonydesk.qtkit.theme import L, M, S, ThemeSource
from colonydesk.queries.curve_data import Curve, same_curves
from colonydesk.ui.curve.axis import DAY
from colonydesk.ui.curve.export import csv_text, png_bytes, svg_bytes
from colonydesk.ui.curve.series import Pending, extent, pending_at, room_after

RANGES = (("1 w", 7), ("1 m", 31), ("3 m", 92), ("all", None))
"""The chips and how many days they show; None: everything."""


class CurveWidget(QFrame):
    """One animal's weight and water, or the weights of several.

    ``exported`` carries the path of a file that was written, ``export_failed`` one sentence.
    ``range_changed`` carries the range's name ("1 m"), "" after a zoom or pan by hand; ``percent_changed``
    the other choice.
    """

    exported = Signal(str)
    export_failed = Signal(str)
    range_changed = Signal(str)
    percent_changed = Signal(bool)

    def __init__(self, source: ThemeSource, jobs: Jobs) -> None:
        from colonydesk.ui.curve.plot import Plot  # brings pyqtgraph with it: half a second, see ui.plotting

        super().__init__()
        self.setProperty("surface", "panel")
        self._source = source
        self._jobs = jobs
        self._curves: tuple[Curve, ...] = ()
        self._pending: Pending | None = None
        self._loading = False
        self._range = self._chosen = "1 m"  # what is shown ("" by hand), and the chip last pressed
        self._unit = label("g", "secondary")
        self._chips = {name: Chip(source, name, compact=True) for name, _ in RANGES}
        self._percent = Chip(source, "%", compact=True)
        self._save = QToolButton()
        self._menu = QMenu(self)
        self.plot = Plot(source)
        self._build()
        self.set_range(self._range)
        self.set_curve(None)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(L, M, M, S)
        top.setSpacing(6)
        top.addWidget(label(self.tr("Weight"), "strong"))
        top.addWidget(self._unit)
        top.addStretch(1)
        for name, chip in self._chips.items():
            chip.clicked.connect(lambda _checked=False, name=name: self.set_range(name))
            top.addWidget(chip)
        top.addSpacing(S)
        self._percent.setToolTip(self.tr("Per cent of the expected weight"))
        self._percent.toggled.connect(self.set_percent)
        top.addWidget(self._percent)
        top.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, S)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.plot, 1)
        self._build_menu()
        self.plot.spanned.connect(lambda: self._mark_range(""))
        self.plot.fitted.connect(lambda: self.set_range("all"))
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.plot.customContextMenuRequested.connect(self._open_menu)

    def _build_menu(self) -> None:
        for text, suffix, act in (
            (self.tr("Save picture (PNG)…"), "png", self.export_png),
            (self.tr("Save drawing (SVG)…"), "svg", self.export_svg),
            (self.tr("Save values (CSV)…"), "csv", self.export_csv),
        ):
            action = self._menu.addAction(text)
            action.triggered.connect(lambda _checked=False, suffix=suffix, act=act: self._ask(suffix, act))
        self._save.setMenu(self._menu)
        self._save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._save.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._save.setToolTip(self.tr("Save this curve"))
        self._save.setAccessibleName(self.tr("Save this curve"))
        self._source.changed.connect(self._paint_icon)
        self._paint_icon()

    # ---- what is shown

    def set_curve(self, curve: Curve | None) -> None:
        """Show one animal; None: none is chosen.

        The range stays as it is. For the same animal again (something was saved) the weight being typed and a
        stretch of time chosen by hand stay too.
        """
        self.set_curves([] if curve is None else [curve])

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Show the weights of several animals over one another."""
        chosen, before = tuple(curves), self._curves
        if before and not self._loading and same_curves(before, chosen):
            return
        self._curves = tuple(curve for curve in chosen if len(curve.weighed_at))
        if not chosen:
            sentence = self.tr("Choose an animal to see its curve.")
        elif len(chosen) == 1:
            sentence = self.tr("{} has not been weighed yet.").format(chosen[0].nickname)
        else:
            sentence = self.tr("None of these animals has been weighed yet.")
        if [curve.subject_id for curve in before] != [curve.subject_id for curve in self._curves]:
            self._pending = self._pending if self._loading else None  # typed while this one was on its way
            self._mark_range(self._chosen)
        self._loading = False
        self.plot.set_dimmed(False)
        self.plot.show_curves(self._curves, self._span(), sentence, self._pending)
        for chip in (*self._chips.values(), self._percent, self._save):
            chip.setEnabled(bool(self._curves))

    def forget_pending(self) -> None:
        """The weight that was typed is saved: the next curve is drawn without its ring."""
        self._pending = None

    def paint_now(self) -> None:
        """Paint the curve at once, before whatever else is waiting to be painted."""
        # The scene settles what has moved in it and has it painted; a repaint would be followed by that.
        QCoreApplication.sendPostedEvents(self.plot.chart.scene(), QEvent.Type.MetaCall.value)

    def set_loading(self, loading: bool) -> None:
        """Dim what is shown until the next ``set_curve``, because another animal's curve is on its way.

        A weight typed meanwhile is that animal's: it is shown when the curve has come.
        """
        self._loading = loading
        self._pending = None
        self.plot.set_pending(None)
        self.plot.set_dimmed(loading)

    def set_pending(
        self,
        weight: float | None,
        state: str = "unknown",
        percentage: float | None = None,
        at: float | None = None,
    ) -> None:
        """Show the weight being typed (g) as an open ring in the colour of ``state``; None takes it away.

        ``percentage`` (of expected) places it in the percentage view, ``at`` (epoch seconds) in time;
        without it, it stands on the last day.
        """
        self._pending = pending = None if weight is None else Pending(weight, state, percentage, at)
        if self._loading:
            return
        self.plot.set_pending(pending)
        view = self.plot.view()
        if pending is None or view is None:
            return
        if room_after(pending_at(view.curves[0], pending)) > view.span[1]:
            self.plot.set_span(self._span())

    def range(self) -> str:
        """The name of the range shown, "" after a zoom or pan by hand."""
        return self._range

    def set_range(self, name: str) -> None:
        """Show the last week, month, three months, or everything ("1 w", "1 m", "3 m", "all")."""
        self._chosen = name
        self._mark_range(name)
        if self._curves:
            self.plot.set_span(self._span())

    def set_percent(self, percent: bool) -> None:
        """Show per cent of the expected weight, or grams."""
        if percent != self._percent.isChecked():
            self._percent.setChecked(percent)  # comes back here
            return
        self._unit.setText("% of expected" if percent else "g")
        self.plot.set_percent(percent)
        self.percent_changed.emit(percent)

    def _mark_range(self, name: str) -> None:
        for other, chip in self._chips.items():
            chip.setChecked(other == name)
        if name != self._range:
            self._range = name
            self.range_changed.emit(name)

    def _span(self) -> tuple[float, float]:
        """From when to when: as the chip says, or as it was left by hand."""
        if self._range == "":
            return self.plot.span()
        bounds = extent(self._curves)
        if bounds is None:
            return 0.0, DAY
        first, last = bounds
        if self._pending is not None and self._curves:
            last = max(last, room_after(pending_at(self._curves[0], self._pending)))
        days = dict(RANGES).get(self._range)
        start = first if days is None else max(first, last - days * DAY)
        return min(start, last - 3 * DAY), last

    # ---- files

    def export_png(self, path: Path) -> None:
        """Write what is shown as a picture, 2000 by 1240 pixels; then ``exported`` is emitted."""
        if (view := self.plot.view()) is not None:
            self._write(path, png_bytes(view))

    def export_svg(self, path: Path) -> None:
        """Write what is shown as a drawing."""
        if (view := self.plot.view()) is not None:
            self._write(path, svg_bytes(view))

    def export_csv(self, path: Path) -> None:
        """Write the daily values of the animals shown, the whole of their history."""
        if self._curves:
            # With a byte order mark: without it Excel reads UTF-8 as something else.
            self._write(path, csv_text(self._curves).encode("utf-8-sig"))

    def _write(self, path: Path, content: bytes) -> None:
        def work() -> None:
            with whole_file(path) as partial:
                partial.write_bytes(content)

        self._jobs.read(
            ("export", path),
            work,
            lambda _written: self.exported.emit(str(path)),
            self._on_failed,
        )

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.export_failed.emit(error.sentence)

    def _ask(self, suffix: str, act: Callable[[Path], None]) -> None:
        """Ask where to; the window stays usable meanwhile."""
        name = re.sub(r"[^\w.-]", "_", "_".join(curve.nickname for curve in self._curves[:3]))
        dialog = QFileDialog(self, self.tr("Save the curve"), f"{name}.{suffix}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.setNameFilter(f"{suffix.upper()} (*.{suffix})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: act(Path(chosen)))
        dialog.open()

    def _open_menu(self, at: QPoint) -> None:
        if self._curves:
            self._menu.popup(self.plot.mapToGlobal(at))

    def _paint_icon(self) -> None:
        self._save.setIcon(self._source.icons.icon("download", self._source.theme.secondary, 16))
