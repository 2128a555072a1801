"""A curve as a file: a picture, a drawing, or its values. All of them give bytes; nothing is written here."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMargins, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageWriter, QPaintDevice, QPainter

from colonydesk.qtkit.theme import LIGHT, TITLE, font
from colonydesk.queries.curve_data import Curve, Floats
from colonydesk.ui.curve.axis import local_day
from colonydesk.ui.curve.series import View, last_of_each_day

if TYPE_CHECKING:
    from colonydesk.ui.curve.chart import Chart

SIZE = QSize(1000, 620)
HEADER = 40
PNG_SCALE = 2
COLUMNS = (
    "subject",
    "date",
    "weighed_at",
    "weight_g",
    "percentage",
    "expected_g",
    "threshold_g",
    "absolute_min_g",
    "reward_ml",
    "supplement_ml",
    "required_ml",
    "restricted",
    "under",
)


def png_bytes(view: View) -> bytes:
    """The picture of ``view`` as PNG, in the light theme whatever the screen has: files end up on paper."""
    image = QImage(SIZE * PNG_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_SCALE)
    _draw(view, image, PNG_SCALE)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def svg_bytes(view: View) -> bytes:
    """The same as SVG."""
    from PySide6.QtSvg import QSvgGenerator  # only needed here

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(round(QGuiApplication.primaryScreen().logicalDotsPerInchX()))
    generator.setSize(SIZE)
    generator.setViewBox(QRectF(0, 0, SIZE.width(), SIZE.height()))
    generator.setTitle(", ".join(curve.nickname for curve in view.curves))
    _draw(view, generator, 1)
    return bytes(buffer.data().data())


def _draw(view: View, device: QPaintDevice, ratio: int) -> None:
    """The scene of the screen once more, in the light theme and at the file's size.

    ``ratio`` is how many pixels of the device make one of ours.
    """
    from colonydesk.ui.curve.chart import Chart  # brings pyqtgraph with it

    theme = LIGHT
    chart = Chart(theme)
    chart.set_size(SIZE.shrunkBy(QMargins(0, HEADER, 0, 0)))
    chart.set_ratio(ratio)
    chart.thins = False
    chart.show_view(view)
    _keep_exact(chart, view.span)
    whole = QRectF(chart.rect())
    with QPainter(device) as painter:
        painter.fillRect(QRectF(0, 0, SIZE.width(), SIZE.height()), QColor(theme.panel))
        painter.setFont(font(TITLE, 700))
        painter.setPen(QColor(theme.text))
        names = ", ".join(curve.nickname for curve in view.curves)
        what = "weight, % of expected" if view.percent else "weight, g"
        title = painter.fontMetrics().elidedText(f"{names}: {what}", Qt.TextElideMode.ElideMiddle, 968)
        painter.drawText(QPointF(16, 28), title)
        chart.scene().render(painter, whole.translated(0, HEADER), whole)
    chart.deleteLater()


def _keep_exact(chart: Chart, span: tuple[float, float]) -> None:
    """Say it so that a drawing is as exact as a picture.

    Qt writes numbers with six digits into SVG, too few for epoch seconds, and leaves clipping out; and
    points would be pictures in it, as they are stamped on the screen.
    """
    low, high = span
    for line in (*chart.lines, chart.water.required):
        x, y = line.getOriginalDataset()
        if x is None:  # the water's, where none is shown
            continue
        line.setClipToView(False)
        line.setPos(low, 0)
        line.setData(x - low, y)
        line.curve.setData(*cut(x - low, y, high - low))
        line.scatter.setExportMode(True)
    for bars in (chart.water.reward, chart.water.supplement):
        bars.setPos(low, 0)
        bars.setOpts(x0=bars.opts["x0"] - low)


def cut(x: Floats, y: Floats, end: float) -> tuple[Floats, Floats]:
    """A line between 0 and ``end`` alone, and reaching both where it did."""
    inside = (x > 0) & (x < end)
    edges = np.array([0.0, end])
    ends = np.interp(edges, x, y, left=np.nan, right=np.nan)
    return np.concatenate((edges[:1], x[inside], edges[1:])), np.concatenate((ends[:1], y[inside], ends[1:]))


def csv_text(curves: Sequence[Curve]) -> str:
    """One line per animal and day of the lab's zone; empty where a value is not known.

    ``weight_g`` is the last weighing of that very day and ``weighed_at`` its local time with offset.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for curve in curves:
        writer.writerows(_rows(curve))
    return out.getvalue()


def _rows(curve: Curve) -> list[list[str]]:
    zone = ZoneInfo(curve.timezone)
    weighings, days = last_of_each_day(curve)
    weighing_on = dict(zip(days.tolist(), weighings.tolist(), strict=True))
    values = (
        curve.percentage,
        curve.expected,
        curve.threshold,
        curve.absolute_min,
        curve.reward,
        curve.supplement,
        curve.required,
    )
    rows = []
    for day, at in enumerate(curve.day_at.tolist()):
        row = [curve.nickname, local_day(at, zone).isoformat(), "", ""]
        if (number := weighing_on.get(day)) is not None:
            moment = datetime.fromtimestamp(float(curve.weighed_at[number]), zone)
            row[2:] = [moment.isoformat(timespec="seconds"), _number(float(curve.weight[number]))]
        row += [_number(array[day]) for array in values]
        row += [str(int(curve.restricted[day])), str(int(curve.under[day]))]
        rows.append(row)
    return rows


def _number(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))
