import csv
import errno
import io
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.theme import LIGHT
from colonydesk.ui.curve.axis import DAY
from colonydesk.ui.curve.chart import Chart
from colonydesk.ui.curve.export import HEADER, SIZE, cut
from colonydesk.ui.curve.series import View
from tests.ui.curve_desk import Desk, desk_on, near
from tests.ui.curves import curve

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_on(qapp, qtbot, monkeypatch)


def test_png(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.source.apply("night")
    desk.widget.set_curve(curve())
    with qtbot.waitSignal(desk.widget.exported) as told:
        desk.widget.export_png(tmp_path / "curve.png")
    assert told.args == [str(tmp_path / "curve.png")]
    image = QImage(str(tmp_path / "curve.png"))
    assert (image.width(), image.height()) == (2000, 1240)
    assert image.pixelColor(2, 2).name() == "#ffffff"  # for paper, whatever the screen


def test_svg(desk: Desk, tmp_path: Path) -> None:
    desk.widget.set_curve(curve())
    desk.widget.export_svg(tmp_path / "curve.svg")
    root = ElementTree.parse(tmp_path / "curve.svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert root.attrib["viewBox"] == "0 0 1000 620"
    words = {"".join(text.itertext()).strip() for text in root.iter(f"{space}text")}
    assert {"CK_0001: weight, g", "expected", "85 %", "75 %", "required", "23 Nov"} <= words
    assert "restricted since 25 Oct, ref 24.0 g" in words
    xs = [float(text.attrib["x"]) for text in root.iter(f"{space}text")]
    assert 0 <= min(xs) <= max(xs) <= 1000
    assert not list(root.iter(f"{space}image"))


def test_files_are_as_exact_as_the_screen(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    shown = curve(days=400)
    desk.widget.set_curve(shown)
    desk.widget.set_range("1 w")
    span = desk.plot.span()
    desk.widget.export_svg(tmp_path / "curve.svg")
    desk.widget.export_png(tmp_path / "curve.png")
    drawing = QImage(SIZE, QImage.Format.Format_RGB32)
    with QPainter(drawing) as painter:
        QSvgRenderer(str(tmp_path / "curve.svg")).render(painter)
    picture = QImage(str(tmp_path / "curve.png")).scaled(SIZE)
    chart = Chart(LIGHT)
    qtbot.addWidget(chart)
    chart.set_size(SIZE - QSize(0, HEADER))
    chart.show_view(View((shown,), span))
    at = np.linspace(span[0] - DAY / 5, shown.weighed_at[-1], 30)
    for image in (drawing, picture):
        seen = [
            near(image, chart.box.mapViewToScene(QPointF(*point)) + QPointF(0, HEADER), LIGHT.text, 1)
            for point in zip(at, np.interp(at, shown.weighed_at, shown.weight), strict=True)
        ]
        assert seen == (at >= span[0]).tolist()  # where the weights are, and not out of the plot


@pytest.mark.parametrize("percent", [False, True])
def test_curves_without_water_are_drawn_too(desk: Desk, tmp_path: Path, percent: bool) -> None:
    """Of several animals no water is shown, and of one that was never given any."""
    dry = curve()._replace(reward=np.zeros(40), supplement=np.zeros(40), required=np.full(40, np.nan))
    for number, shown in enumerate(([dry], [curve(), curve(number=2, days=400)])):
        desk.widget.set_curves(shown)
        desk.widget.set_percent(percent)
        desk.widget.export_png(tmp_path / f"{number}.png")
        desk.widget.export_svg(tmp_path / f"{number}.svg")
        picture = QImage(str(tmp_path / f"{number}.png"))
        assert picture.size() == SIZE * 2
        drawing = QImage(SIZE, QImage.Format.Format_RGB32)
        with QPainter(drawing) as painter:
            QSvgRenderer(str(tmp_path / f"{number}.svg")).render(painter)
        for image in (picture, drawing):
            ink = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
            assert ink - {LIGHT.panel.lower()}


def test_years_are_drawn_as_strongly_as_a_month(desk: Desk, tmp_path: Path) -> None:
    """On the screen a crowded line is one pixel of it wide, which is half of one of ours here."""
    desk.widget.set_curve(curve(days=1500))
    desk.widget.set_range("all")
    desk.widget.export_svg(tmp_path / "curve.svg")
    strokes = {
        float(part.attrib["stroke-width"])
        for part in ElementTree.parse(tmp_path / "curve.svg").getroot().iter()
        if part.attrib.get("stroke", "").upper() in (LIGHT.text, LIGHT.under)
    }
    assert {1.6, 1.3} <= strokes


def test_a_line_cut_for_a_file() -> None:
    x, y = cut(np.array([-10.0, 10.0, 20.0, 40.0]), np.array([0.0, 2.0, np.nan, 4.0]), 30.0)
    assert x.tolist() == [0.0, 10.0, 20.0, 30.0]
    assert y[:2].tolist() == [1.0, 2.0]
    assert np.isnan(y[2:]).all()
    x, y = cut(np.array([5.0, 10.0]), np.array([1.0, 2.0]), 30.0)
    assert np.isnan(y[[0, -1]]).all()  # it did not reach the edges


def test_csv(desk: Desk, tmp_path: Path) -> None:
    shown = curve()
    desk.widget.set_curves([shown, curve(number=2)])
    desk.widget.export_csv(tmp_path / "curve.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "curve.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == 80
    last = rows[39]
    assert last["subject"] == "CK_0001"
    assert last["date"] == "2026-11-23"
    assert datetime.fromisoformat(last["weighed_at"]).timestamp() == shown.weighed_at[-1]
    assert last["weighed_at"] == "2026-11-23T09:42:00+00:00"
    assert float(last["weight_g"]) == 20.1
    assert float(last["percentage"]) == shown.percentage[-1]
    assert (last["restricted"], last["under"]) == ("1", "1")
    assert rows[35]["weight_g"] == rows[35]["weighed_at"] == ""
    assert rows[0]["required_ml"] == ""


def test_a_file_that_cannot_be_written_is_told_in_words(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.widget.set_curve(curve())
    file = tmp_path / "not there" / "curve.csv"
    with qtbot.waitSignal(desk.widget.export_failed) as told:
        desk.widget.export_csv(file)
    assert told.args == [f"{file} cannot be written (No such file or directory). Choose another place."]


def test_a_full_disk_leaves_the_file_that_was_there(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write)
    (tmp_path / "curve.csv").write_text("as it was")
    desk.widget.set_curve(curve())
    with qtbot.waitSignal(desk.widget.export_failed) as told:
        desk.widget.export_csv(tmp_path / "curve.csv")
    assert "cannot be written (No space left on device)" in told.args[0]
    assert [file.read_text() for file in tmp_path.iterdir()] == ["as it was"]


def test_names_are_read_by_excel(desk: Desk, tmp_path: Path) -> None:
    desk.widget.set_curve(curve()._replace(nickname="Größe"))
    desk.widget.export_csv(tmp_path / "curve.csv")
    assert (tmp_path / "curve.csv").read_bytes().startswith(b"\xef\xbb\xbfsubject,")
    assert "Größe" in (tmp_path / "curve.csv").read_text(encoding="utf-8")


def test_saving_asks_where_to_without_stopping_the_window(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.widget.set_curve(curve())
    button = desk.widget.findChild(QToolButton)
    entries = {action.text(): action for action in button.menu().actions()}
    assert list(entries) == ["Save picture (PNG)…", "Save drawing (SVG)…", "Save values (CSV)…"]
    entries["Save values (CSV)…"].trigger()
    dialog = desk.widget.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("CK_0001.csv")
    dialog.selectFile(str(tmp_path / "mine.csv"))
    dialog.accept()
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8-sig").startswith("subject,date,")
