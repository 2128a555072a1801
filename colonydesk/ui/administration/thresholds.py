"""Beside a lab's form: who would be under with the thresholds that are being typed, before they are saved."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.bus import Changed
from colonydesk.qtkit.parts import StateBadge, label, rule
from colonydesk.qtkit.theme import XS, L, M, S
from colonydesk.queries.thresholds import Preview, PreviewRow, Standing, Thresholds, preview
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.form import RecordForm

SHOWN = 12
NUMBERS = (
    *("reference_weight_pct", "zscore_weight_pct", "absolute_min_pct"),
    *("water_ml_per_g", "water_ml_per_g_underweight"),
)


class ThresholdPreview(QWidget):
    """The restricted animals of the lab in ``form``, as they stand and as they would; live while typing."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__()
        self._desk = desk
        self._form = form
        self._summary = label(role="secondary", wrap=True)
        self._rest = label(role="label")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(L)
        self._grid.setVerticalSpacing(XS)
        self._grid.setColumnStretch(4, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, M, L, L)
        column.setSpacing(S)
        column.addWidget(label(self.tr("Who would be under with these"), "strong"))
        column.addWidget(rule())
        column.addWidget(self._summary)
        column.addLayout(self._grid)
        column.addWidget(self._rest)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(150)
        self._timer.timeout.connect(self._look)
        form.filled.connect(self._look)
        form.view.changed.connect(lambda _name: self._timer.start())
        desk.bus.tell(form, self._on_changed)
        self.hide()

    def text(self) -> str:
        """What is said above the animals."""
        return self._summary.text()

    def waits(self) -> bool:
        """Whether what was typed last is still to be looked at."""
        return self._timer.isActive()

    def names(self) -> list[str]:
        """The animals that are listed, in order."""
        items = [self._grid.itemAtPosition(row, 0) for row in range(self._grid.rowCount())]
        widgets = [item.widget() for item in items if item is not None]
        return [widget.property("nickname") for widget in widgets if widget is not None]

    def _on_changed(self, changed: Changed) -> None:
        if "subject" in changed:
            self._timer.start()

    def _look(self) -> None:
        lab = self._form.id()
        values = {name: self._form.view.value(name) for name in NUMBERS}
        if lab is None or self._form.is_new() or any(value is None for value in values.values()):
            self.setVisible(False)
            return
        self._desk.read(
            ("thresholds", id(self)),
            preview,
            self._desk.now(),
            lab,
            Thresholds(**values),
            done=self._show,
            failed=self._on_failed,
        )

    def _show(self, found: Preview) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        telling = [row for row in found.rows if row.then.is_under or row.now.is_under]
        self._summary.setText(self._sentence(found))
        for place, row in enumerate(telling[:SHOWN]):
            self._add(place, row)
        more = len(telling) - SHOWN
        self._rest.setText(self.tr("and {} more").format(more) if more > 0 else "")
        self._rest.setVisible(more > 0)
        self.setVisible(True)

    def _sentence(self, found: Preview) -> str:
        if not found.rows:
            return self.tr("No animal of this lab is on water restriction now.")
        text = self.tr("{} of {} restricted animals would be under; now it is {}.")
        text = text.format(found.under_then, len(found.rows), found.under_now)
        changes = []
        if found.newly_under:
            changes.append(self.tr("{} more").format(found.newly_under))
        if found.no_longer_under:
            changes.append(self.tr("{} no longer").format(found.no_longer_under))
        return f"{text} ({', '.join(changes)})" if changes else text

    def _add(self, place: int, row: PreviewRow) -> None:
        changes = row.now.is_under != row.then.is_under
        name = label(row.nickname, "strong" if changes else "")
        name.setProperty("nickname", row.nickname)
        self._grid.addWidget(name, place, 0)
        self._grid.addWidget(self._badge(row.now), place, 1)
        self._grid.addWidget(label(self.tr("then") if changes else "", "label"), place, 2)
        if changes:
            self._grid.addWidget(self._badge(row.then), place, 3)

    def _badge(self, standing: Standing) -> StateBadge:
        text = words.percent(standing.percentage)
        return StateBadge(self._desk.source, standing.status, f"{text} %" if text != words.UNKNOWN else text)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self._summary.setText(str(error))
