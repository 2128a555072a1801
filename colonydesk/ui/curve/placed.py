"""A curve on a screen that was there before it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from colonydesk.qtkit.jobs import Jobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui.curve.widget import CurveWidget


def placed_curve(
    source: ThemeSource, jobs: Jobs, stack: QStackedWidget, place: QWidget, told: Callable[[str, str], None]
) -> CurveWidget:
    """A new curve, the first in ``stack``, where ``place`` has kept its place until now.

    ``told`` is called with a kind of notice and its sentence when a file was written, or could not be.
    """
    curve = CurveWidget(source, jobs)
    curve.exported.connect(lambda path: told("info", curve.tr("Saved as {}.").format(path)))
    curve.export_failed.connect(lambda text: told("error", text))
    stack.insertWidget(0, curve)
    if stack.currentWidget() is place:
        stack.setCurrentWidget(curve)
    stack.removeWidget(place)
    place.deleteLater()
    return curve
