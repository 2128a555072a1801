"""Set up a clone and run it: `python3 develop.py demo` or `python3 develop.py test`.

Standard library only. Makes the virtual environment .venv, installs the locked dependencies into it, and on
Debian and Ubuntu installs what is missing of the system where it has the right to. What is there already is
left alone, so a second run starts at once. Further arguments go to the program or to pytest.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed-from"

# What Qt loads, and the Debian package that has it. The second group is asked for by X11 alone, but a package
# built on a machine without it does not start on others.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libX11.so.6": "libx11-6",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# What the tests run beside PostgreSQL: the package builder reads libraries with objdump, and the tray is
# tried on a display, with a window manager and a message bus of the tests' own.
TEST_PROGRAMS = {
    "objdump": "binutils",
    "Xvfb": "xvfb",
    "trayer": "trayer",
    "openbox": "openbox",
    "dbus-daemon": "dbus-daemon",
}


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - said in words before anything fails to parse
        say(f"ColonyDesk needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 1
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb not in ("demo", "test"):
        say("usage: python3 develop.py demo|test [arguments of the program or of pytest]")
        return 2
    try:
        prepare_system(for_tests=verb == "test")
        prepare_environment()
    except subprocess.CalledProcessError as error:
        say(f"This did not work: {' '.join(map(str, error.cmd))}")
        return 1
    return demo(rest) if verb == "demo" else test(rest)


def demo(arguments: list[str]) -> int:
    """Open the program on a demonstration colony, or draw its pictures where there is no display."""
    if has_display():
        return run([PYTHON, "-m", "colonydesk", "--demo", *arguments])
    pictures = ROOT / "build"
    pictures.mkdir(exist_ok=True)
    say(f"There is no display here: the round is done off screen, and its pictures go to {pictures}")
    return run(
        [PYTHON, "-m", "colonydesk", "screenshots", pictures, *arguments],
        {**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def test(arguments: list[str]) -> int:
    """Run every test: ruff, mypy and the packaged program's self-test are among them."""
    workers = str(min(4, os.cpu_count() or 1))
    # The programs that the tests start would each be compiled anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return run([PYTHON, "-m", "pytest", "-n", workers, "--dist", "worksteal", *arguments], environment)


def has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def run(command: list[str | Path], environment: dict[str, str] | None = None) -> int:
    try:
        return subprocess.run(command, cwd=ROOT, env=environment).returncode
    except KeyboardInterrupt:
        return 130


# The virtual environment


def prepare_environment() -> None:
    """Make .venv and install what constraints.txt locks; nothing when that was done already."""
    asked = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        asked.update((ROOT / name).read_bytes())
    wanted = f"{asked.hexdigest()} {ROOT}\n"
    if not environment_works():
        say("Making the virtual environment .venv ...")
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    elif STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    say("Installing what constraints.txt names into .venv ...")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "-c", "constraints.txt"]
    # The build tool first, and no isolated build: that would fetch another, unlocked one.
    subprocess.run([*pip, "setuptools"], cwd=ROOT, check=True)
    subprocess.run([*pip, "--no-build-isolation", "-e", ".[dev]"], cwd=ROOT, check=True)
    STAMP.write_text(wanted, encoding="utf-8")


def environment_works() -> bool:
    """Whether .venv has pip and a Python that is new enough (the one it was made from may be gone)."""
    ask = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", ask], capture_output=True).returncode == 0


# The system


def prepare_system(for_tests: bool) -> None:
    """Install the system's missing packages, or say which line does it and end the program."""
    packages = missing_packages(for_tests) if sys.platform.startswith("linux") else []
    if not packages:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        say(f"Not found on this machine, by Debian's names: {' '.join(packages)}")
        return
    rights = administrator()
    if rights is None:
        say(f"Missing on this machine; please run:\nsudo apt-get update && sudo {' '.join(install)}")
        raise SystemExit(1)
    say(f"Installing from the distribution: {' '.join(packages)}")
    quiet = [*rights, "env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*quiet, "apt-get", "update", "-q"], check=True)
    subprocess.run([*quiet, *install, "-q"], check=True)


def missing_packages(for_tests: bool) -> list[str]:
    """Debian's names of what is not on this machine, found by trying, not by asking the packager."""
    minor = f"python3.{sys.version_info.minor}"
    missing = [package for library, package in QT_LIBRARIES.items() if not loads(library)]
    if importlib.util.find_spec("ensurepip") is None and not environment_works():
        missing.append(f"{minor}-venv")
    if for_tests:
        if not (shutil.which("postgres") or any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))):
            missing.append("postgresql")
        missing += [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
        of_the_distribution = Path(sys.executable).resolve().parent == Path("/usr/bin")
        if of_the_distribution and not loads(sysconfig.get_config_var("INSTSONAME")):
            missing.append(f"lib{minor}")
    return missing


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def administrator() -> list[str] | None:
    """The words before a command that needs root: none as root, sudo where it asks for no password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
