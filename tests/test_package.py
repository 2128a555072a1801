"""The packaged program: built here, and asked to test itself without the clone and without Python at hand."""

import os
import subprocess
import sys
from pathlib import Path

from colonydesk import __version__

ROOT = Path(__file__).resolve().parent.parent


def build() -> Path:
    """Let PyInstaller build the program into dist/colonydesk; gives its executable."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    places = ["--distpath", ROOT / "dist", "--workpath", ROOT / "build" / "package"]
    built = subprocess.run(
        [*command, *places, ROOT / "colonydesk.spec"], cwd=ROOT, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return ROOT / "dist" / "colonydesk" / ("colonydesk.exe" if sys.platform == "win32" else "colonydesk")


def answer(program: Path, home: Path, *arguments: str) -> str:
    """What the program prints, off screen and for a user who has nothing but the system."""
    kept = {name: value for name, value in os.environ.items() if name in ("SYSTEMROOT", "TEMP", "TMPDIR")}
    environment = {**kept, "HOME": str(home), "PATH": os.defpath, "QT_QPA_PLATFORM": "offscreen"}
    command = [program, *arguments]
    result = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, f"{arguments}\n{result.stdout}{result.stderr}"
    return result.stdout.strip()


def brought_along() -> set[Path]:
    return {
        path.relative_to(ROOT)
        for name in ("resources", "migrations")
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_packaged_program_stands_on_its_own(tmp_path: Path) -> None:
    """One test, as building takes a minute and another worker would build again."""
    program = build()
    inside = program.parent / "_internal"
    assert {path for path in brought_along() if not (inside / path).is_file()} == set()
    assert answer(program, tmp_path, "--version") == f"ColonyDesk {__version__}"
    assert answer(program, tmp_path, "self-test")
    answer(program, tmp_path, "--database", "colony.sqlite", "migrate")
    assert answer(program, tmp_path, "--database", "colony.sqlite", "today", "--json") == "[]"
