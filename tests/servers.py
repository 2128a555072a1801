"""A real PostgreSQL for the tests: its own data directory, port and unprivileged user, gone afterwards."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

OWNER = "colony_owner"  # superuser, needs no password
GUARDED = "technician"  # asked for its password (SCRAM)
GUARDED_PASSWORD = "correct horse"

# Run beside the server: when our end of the pipe closes, in whatever way this process ended, it stops the
# server and removes the directory.
GUARD = 'cat >/dev/null; "$1" stop -D "$2/data" -m immediate -w >/dev/null 2>&1; rm -rf "$2"'


def find_binaries() -> Path:
    """The directory of initdb, pg_ctl and postgres, of the newest version found.

    Raises FileNotFoundError with what to install.
    """
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    on_path = shutil.which("pg_ctl")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    raise FileNotFoundError("no PostgreSQL server on this machine: `python3 develop.py test` installs one")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory() -> Path | None:
    """The file system in memory, where there is room for a server: it clones a database in a twentieth of
    the time that a disk takes."""
    shared = Path("/dev/shm")
    if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 4 << 30:
        return shared
    return None


class PostgresServer:
    """One throw-away server on 127.0.0.1, used as a context manager.

    ``durable`` leaves fsync on, as a real one has it (for benchmarks); ``tls`` gives it a certificate for
    the name "localhost" that nobody has signed.
    """

    def __init__(self, durable: bool = False, tls: bool = False) -> None:
        self.durable = durable
        self.tls = tls
        self.binaries = find_binaries()
        self.port = free_port()
        # Not below pytest's own directory: that one is closed to the server's user.
        place = None if durable else memory()
        self.directory = Path(tempfile.mkdtemp(prefix="colonydesk-postgres-", dir=place))
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            os.chown(self.directory, user.pw_uid, user.pw_gid)
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        arguments = ["sh", "-c", GUARD, "guard", str(self.binaries / "pg_ctl"), str(self.directory)]
        self._guard = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, start_new_session=True, cwd="/", **self._as_user
        )
        try:
            self._initialise()
            self._start_on_a_free_port()
            with self._administer() as connection:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(GUARDED), sql.Literal(GUARDED_PASSWORD)
                    )
                )
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop at once and remove every file."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait(timeout=60)
            self._guard = None

    def start(self) -> None:
        """Start and wait until it answers."""
        log = self.directory / "log"
        started = self._run("pg_ctl", "start", "-w", "-l", log, "-o", f"-p {self.port}", check=False)
        if started.returncode != 0:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")

    def stop(self, mode: str = "fast") -> None:
        """Stop it, its files kept; mode "immediate" is as if it had crashed."""
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        """Stop and start again on the same port: every connection is lost, what was committed is there."""
        self.stop(mode)
        self.start()

    def url(
        self, database: str, user: str = OWNER, password: str | None = None, options: str = "", host: str = ""
    ) -> str:
        """SQLAlchemy's URL of a database here; ``options`` is its query, as "sslmode=require"."""
        secret = f":{password}" if password is not None else ""
        query = f"?{options}" if options else ""
        return f"postgresql+psycopg://{user}{secret}@{host or '127.0.0.1'}:{self.port}/{database}{query}"

    def create_database(self, name: str, template: str = "template1") -> str:
        """Make a database, a copy of the template, and give its URL."""
        # One file copied at a time is quicker than writing all of it through the log.
        strategy = "STRATEGY file_copy" if self._major() >= 15 else ""
        with self._administer() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} " + strategy).format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database and close whatever is still connected to it."""
        with self._administer() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    @contextlib.contextmanager
    def database(self, name: str, template: str = "template1") -> Iterator[str]:
        """The URL of a new database that is dropped again."""
        yield self.create_database(name, template)
        self.drop_database(name)

    def _start_on_a_free_port(self) -> None:
        for remaining in (2, 1, 0):
            try:
                self.start()
                return
            except RuntimeError as error:  # somebody else may have taken it since we looked
                if not remaining or "could not bind" not in str(error):
                    raise
                self.port = free_port()

    def _initialise(self) -> None:
        locale = "C.UTF-8" if sys.platform.startswith("linux") else "en_US.UTF-8"
        data = self.directory / "data"
        self._run("initdb", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale", locale, "--no-sync")
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": "''",
            # Nobody's zone, and never a whole hour off: a connection that does not ask for UTC is found out.
            "timezone": "'Asia/Kathmandu'",
            "password_encryption": "'scram-sha-256'",
            "shared_buffers": "'64MB'",
            "max_connections": "60",
        }
        if not self.durable:
            # Safe against the server's own crash, which tests make, but not against the machine's.
            settings |= dict.fromkeys(("fsync", "full_page_writes", "autovacuum"), "off")
        if self.tls:
            self._make_certificate(data)
            settings["ssl"] = "on"
        self._append(data / "postgresql.conf", "".join(f"{k} = {v}\n" for k, v in settings.items()))
        hosts = f"host all {OWNER} 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(hosts)

    def _make_certificate(self, data: Path) -> None:
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
                *("-keyout", data / "server.key", "-out", data / "server.crt"),
            ],
            check=True,
            capture_output=True,
            cwd="/",
            **self._as_user,
        )

    @staticmethod
    def _append(path: Path, text: str) -> None:
        with path.open("a") as file:
            file.write(text)

    def _run(
        self, program: str, *arguments: str | Path, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        command = [self.binaries / program, *arguments, "-D", self.directory / "data"]
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            # A started server would hold a pipe open for its life.
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.STDOUT,
            text=True,
            cwd="/",
            **self._as_user,
        )
        if check and result.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{result.stdout}")
        return result

    def _major(self) -> int:
        return int((self.directory / "data/PG_VERSION").read_text().split(".")[0])

    @contextlib.contextmanager
    def _administer(self) -> Iterator[psycopg.Connection[Any]]:
        address = f"host=127.0.0.1 port={self.port} user={OWNER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection
