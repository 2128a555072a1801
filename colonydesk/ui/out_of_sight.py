"""The window that runs on in the tray: another start of the program brings it back, instead of a second one
beside it with its own icon and the same messages once more."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
import threading
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from colonydesk.qtkit.jobs import Jobs
from colonydesk.services.on_disk import take_away
from colonydesk.settings import without_password

_ANSWER_SECONDS = 3.0
_HERE = "127.0.0.1"


def marker(settings: Path) -> Path:
    """Where it is written how the hidden window is reached; it lies beside the settings."""
    return settings.with_name("in-the-tray.json")


class OutOfSight(QObject):
    """``wanted`` when another start asks for the window, while it is hidden (``turn(True)``).

    ``file`` holds the port and a word that only this user can read, ``url`` is the database of the window.
    """

    wanted = Signal()

    def __init__(self, file: Path, url: str, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._file = file
        self._url = without_password(url)
        self._jobs = jobs
        self._listening: socket.socket | None = None

    def turn(self, on: bool) -> None:
        """The window is hidden from now on, or seen again."""
        if on == (self._listening is not None):
            return
        if not on:
            self._close()
            return
        listening = socket.socket()
        try:
            listening.bind((_HERE, 0))
            listening.listen()
        except OSError:  # then there are two, as before
            listening.close()
            return
        self._listening, word = listening, secrets.token_hex(16)
        content = {"port": listening.getsockname()[1], "word": word, "database": self._url}
        threading.Thread(target=self._serve, args=(listening, word.encode()), daemon=True).start()
        self._jobs.write(lambda: _write(self._file, json.dumps(content)))

    def _close(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # which wakes who accepts
            listening.close()
            self._jobs.write(lambda: take_away(self._file))

    def _serve(self, listening: socket.socket, word: bytes) -> None:
        while True:
            try:
                asking, _ = listening.accept()
            except OSError:
                return
            with asking, suppress(OSError):
                asking.settimeout(_ANSWER_SECONDS)
                if hmac.compare_digest(asking.recv(len(word)), word):
                    self.wanted.emit()
                    asking.sendall(b".")


def bring_back(file: Path, url: str) -> bool:
    """Whether a hidden window on this database has been brought back."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        port, word, database = int(known["port"]), str(known["word"]), known["database"]
    except (OSError, ValueError, TypeError, KeyError):
        return False
    if database != without_password(url):
        return False
    with suppress(OSError), socket.create_connection((_HERE, port), _ANSWER_SECONDS) as asking:
        asking.sendall(word.encode())
        return asking.recv(1) == b"."
    take_away(file)  # of a program that was ended by force
    return False


def _write(file: Path, text: str) -> None:
    with suppress(OSError):
        take_away(file)
        mine = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(mine, "w", encoding="utf-8") as out:
            out.write(text)
