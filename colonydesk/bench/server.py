"""A PostgreSQL server of one's own for the time of the benchmark, as safe as a real one (fsync on)."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from colonydesk.domain.errors import KnownError

OWNER = "colonydesk"
_SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "shared_buffers": "'128MB'",
    "max_connections": "30",
}


def find_binaries() -> Path:
    """The folder of initdb, pg_ctl and postgres.

    Raises:
        KnownError: when there is none on this machine.
    """
    candidates = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("C:/Program Files/PostgreSQL").glob("*/bin"),
    ]
    candidates.sort(key=lambda path: float(path.parent.name), reverse=True)
    if on_path := shutil.which("pg_ctl"):
        candidates.append(Path(on_path).resolve().parent)
    suffix = ".exe" if sys.platform == "win32" else ""
    for candidate in candidates:
        if (candidate / f"initdb{suffix}").exists() and (candidate / f"postgres{suffix}").exists():
            return candidate
    raise KnownError(
        "There is no PostgreSQL server on this machine.",
        "Install one, or name a server with --postgresql, or measure --only sqlite.",
    )


@contextmanager
def private_server() -> Iterator[str]:
    """The address of an empty database on a new server; everything is gone afterwards.

    Raises:
        KnownError: when there is no server to be started, or it does not start.
    """
    binaries = find_binaries()
    with tempfile.TemporaryDirectory(prefix="colonydesk-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        user = _other_user(folder)
        data, port = folder / "data", _free_port()
        _run(
            [binaries / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync"],
            user,
            folder,
        )
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{key} = {value}\n" for key, value in {**_SETTINGS, "port": port}.items())
        control: list[str | Path] = [binaries / "pg_ctl", "-D", data, "-w"]
        _run([*control, "-l", folder / "log", "start"], user, folder)
        try:
            yield f"postgresql+psycopg://{OWNER}@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], user, folder)


def _other_user(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the unprivileged user that it runs as then, who owns the folder."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[str | Path], user: dict[str, Any], folder: Path) -> None:
    # Into a file: a started server would keep a pipe open.
    with (folder / "output").open("w+") as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, **user
        )
        output.seek(0)
        if done.returncode:
            raise KnownError(f"The PostgreSQL server did not start: {output.read().strip()}")
