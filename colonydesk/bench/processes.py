"""The program and a bare window as processes of their own: how long until they can be used."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from colonydesk.bench.colony import Bench
from colonydesk.bench.measure import Figure, Times
from colonydesk.domain.errors import KnownError

STARTS = 9

# The least that a program with a window does: load Qt, show an empty one, and say when it was painted.
_BARE_WINDOW = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.ready)

    def ready(self):
        print("ready", flush=True)
        app.exit(0)

app = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""


def program() -> list[str]:
    """How this program is started."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "colonydesk"]


def start_of_the_program(bench: Bench, times: int = STARTS) -> Figure:
    """From the start to a Today screen that takes keys, in turn with a bare window of Qt; files are warm."""
    ours = [*program(), "--database", bench.url, "--user", bench.username, "--report-ready"]
    # A packaged program cannot run a script: it has no floor.
    bare = None if getattr(sys, "frozen", False) else [sys.executable, "-c", _BARE_WINDOW]
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    with tempfile.TemporaryDirectory(prefix="colonydesk-bench-") as home:
        environment = os.environ | {
            f"XDG_{kind}_HOME": str(Path(home, kind)) for kind in ("CONFIG", "DATA", "STATE", "CACHE")
        }
        # Warm is also the compiled code, which the first turn writes: an installed program has it.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = str(Path(home, "compiled"))
        for turn in range(times + 1):
            for kind, command in (("ours", ours), ("bare", bare)):
                if command is not None:
                    spent = _until_ready(command, environment)
                    if turn:
                        taken[kind].append(spent)
    found = Times(tuple(taken["ours"]))
    return Figure(
        "start to a usable Today screen",
        bench.engine,
        "ms",
        found.median,
        Times(tuple(taken["bare"])).median if taken["bare"] else None,
        "a bare window of Qt" if taken["bare"] else "",
        found.high,
        bar=1000.0,
        ratio_bar=4.0,
    )


def _until_ready(command: list[str], environment: dict[str, str]) -> float:
    """ms until a new process says that it is ready."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            spent = (time.perf_counter() - begin) * 1000
            process.stdout.read()
        if process.returncode or line.strip() != "ready":
            errors.seek(0)
            raise KnownError("The program of the benchmark did not become ready.", errors.read().strip())
    return spent
