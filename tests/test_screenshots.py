"""The pictures of every screen, which README's first command makes where there is no display."""

from pathlib import Path

from PySide6.QtGui import QImage

from colonydesk.screenshots import SCENES
from tests.test_cli import run


def test_every_screen_is_drawn(tmp_path: Path) -> None:
    made = run("screenshots", str(tmp_path), "--theme", "dark", "--size", "1280x800")
    assert made.returncode == 0, made.stderr
    assert "Traceback" not in made.stderr
    assert {file.name for file in tmp_path.glob("*.png")} == {f"{name}-dark-1280x800.png" for name in SCENES}
    for file in tmp_path.glob("*.png"):
        grey = QImage(str(file)).convertToFormat(QImage.Format.Format_Grayscale8)
        assert len(set(bytes(grey.constBits()))) > 1, f"{file.name} is empty"
