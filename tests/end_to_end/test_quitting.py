"""Quitting the real program, in a process of its own, while a mail server keeps it waiting."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.tables import Notification
from colonydesk.settings import Settings
from tests import builders
from tests.builders import SECONDS, row
from tests.conftest import ROOT
from tests.end_to_end.hands import WAIT, Hands
from tests.exchange.mail_servers import bad_server, drips
from tests.exchange.sending import use
from tests.services.notices import member, waiting_notification

# All windows are closed as a person closes them, when a line comes in.
PROGRAM = """
import sys, threading
from PySide6.QtCore import QMetaObject, Qt
from PySide6.QtWidgets import QApplication
from colonydesk.cli import main

def close_when_told():
    sys.stdin.readline()
    QMetaObject.invokeMethod(QApplication.instance(), "closeAllWindows", Qt.ConnectionType.QueuedConnection)

threading.Thread(target=close_when_told, daemon=True).start()
sys.exit(main(["--database", sys.argv[1], "--user", "ann"]))
"""


def test_the_program_ends_while_a_mail_server_keeps_it_waiting(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    """The server never ends its first line: without an end of its own the program would wait for 30 s."""
    connected = threading.Event()

    def talk(connection: socket.socket, over: threading.Event) -> None:
        connected.set()
        drips(connection, over)

    of = builders.scene(db)
    one = waiting_notification(db, member(db, "dan"), send_at=datetime.now(UTC))
    own = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DBUS_")}
    with bad_server(talk) as server:
        use(db, of.ann, server)
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, database_url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment | own,
        )
        try:
            assert connected.wait(3 * SECONDS)
            _, errors = program.communicate("close\n", timeout=SECONDS)
        finally:
            program.kill()
            program.wait(SECONDS)
    assert program.returncode == 0
    assert "Traceback" not in errors
    assert row(db, Notification, one)["attempts"] == 0


def test_nothing_of_a_window_that_is_closed_is_left_for_the_next_one_to_style(
    qapp: QApplication, qtbot: QtBot, colony_url: str, clock: Callable[[], datetime], tmp_path: Path
) -> None:
    before = set(QApplication.allWidgets())
    program = Program(qapp, Settings(tmp_path / "settings.json"), clock, user="d.brandt")
    with qtbot.waitSignal(program.ready, timeout=WAIT):
        program.open(colony_url)
    hands = Hands(program, qtbot)
    hands.until(hands.today.hand.curve.is_drawn)
    assert program.sections is not None
    for page in ("subjects", "procedures/surgery", "administration/growth_curve", "notifications", "reports"):
        program.sections.go("screen", page)
        hands.settle()
    program.close()
    qtbot.wait(10)
    assert not isValid(program.frame)
    assert [one for one in QApplication.allWidgets() if one not in before] == []
