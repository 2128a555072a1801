"""The pictures of every screen, which README's first command makes where there is no display."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from colonydesk.screenshots import SCENES
from tests.conftest import ROOT


def test_every_screen_is_drawn(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "colonydesk", "screenshots", str(tmp_path)]
    arguments += ["--theme", "dark", "--size", "1280x800"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    made = subprocess.run(
        arguments, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert made.returncode == 0, made.stderr
    assert "Traceback" not in made.stderr
    assert {file.name for file in tmp_path.glob("*.png")} == {f"{name}-dark-1280x800.png" for name in SCENES}
    for file in tmp_path.glob("*.png"):
        picture = QImage(str(file))
        places = ((x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5))
        assert len({picture.pixel(x, y) for x, y in places}) > 1, f"{file.name} is empty"
