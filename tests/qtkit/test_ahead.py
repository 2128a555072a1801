import subprocess
import sys

import pytest

from tests.conftest import ROOT

_LOADED = """
import sys
from pathlib import Path
from colonydesk.qtkit.ahead import load_libraries

load_libraries().join()
assert "PySide6" not in sys.modules
lines = Path("/proc/self/maps").read_text().splitlines()
print({Path(line.split()[-1]).name for line in lines if "libQt6" in line})
import PySide6.QtWidgets
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Qt's libraries are loaded ahead on Linux alone")
def test_qts_libraries_are_there_before_its_modules() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert all(f"libQt6{name}.so.6" in done.stdout for name in ("Core", "Gui", "Widgets"))
