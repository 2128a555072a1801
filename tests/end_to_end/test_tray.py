"""The tray of a real desktop, on a display of its own: Xvfb, the window manager openbox, the tray trayer.

And the desktop's notification service, on a session bus of its own.
"""

import contextlib
import os
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from colonydesk.ui.desktop import DesktopMessages
from tests.builders import SECONDS
from tests.conftest import ROOT

PROGRAMS = ("Xvfb", "openbox", "trayer")
SLOW = 3 * SECONDS

# A program of its own: Qt takes one display for the whole of its life. It does what it is told, line by line.
PROGRAM = """
import sys
from PySide6.QtCore import QPoint, QSocketNotifier, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from colonydesk.paths import resources
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui.tray import Tray

app = QApplication([])
app.setQuitOnLastWindowClosed(False)
tray = Tray(ThemeSource(app, resources()))
say = lambda *words: print(*words, flush=True)
tray.available_changed.connect(lambda there: say("tray", there))
tray.clicked.connect(lambda: say("clicked"))
tray.message_clicked.connect(lambda key: say("message", key))

def told():
    verb, *rest = sys.stdin.readline().split()
    if verb == "start":
        tray.start()
        say("started", tray.is_available())
    elif verb == "count":
        tray.set_count(int(rest[0]))
        say("counted")
    elif verb == "place":
        box = tray._icon.geometry()
        say("place", box.x(), box.y(), box.width(), box.height())
    elif verb == "tell":
        say("told", tray.tell("Not weighed", "M1 was not weighed today", "key-of-M1", {"M1", "M2"}))
    elif verb == "keep":
        tray.keep(set(rest))
        say("kept")
    elif verb == "picture":
        say("picture", QGuiApplication.primaryScreen().grabWindow(0).save(rest[0]))
    elif verb == "click":
        for one in app.topLevelWidgets():
            if one.isVisible():
                QTest.mouseClick(one, Qt.MouseButton.LeftButton, pos=QPoint(20, one.height() - 14))
        say("clicks")
    elif verb == "windows":
        say("windows", sum(one.isVisible() for one in app.topLevelWidgets()))
    elif verb == "quit":
        app.quit()

reader = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
reader.activated.connect(told)
say("ready")
app.exec()
"""


class Talk:
    """A child process that is told and says one line at a time."""

    def __init__(self, *command: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=ROOT,
            env={**os.environ, **environment},
        )

    def tell(self, *words: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def hear(self, first: str) -> list[str]:
        """The words after ``first`` of the next line that begins with it."""
        assert self.process.stdout is not None
        while True:
            line = read_line(self.process.stdout)
            if line.split()[:1] == [first]:
                return line.split()[1:]

    def end(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def read_line(stream: IO[str]) -> str:
    ready, _, _ = select.select([stream], [], [], SLOW)
    assert ready, "nothing was said in time"
    line = stream.readline()
    assert line, "it ended"
    return line


@pytest.fixture
def display() -> Iterator[str]:
    """The name of a virtual display with a window manager."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        name = f":{read_line(answer).strip()}"
    manager = run("openbox", name)
    yield name
    for process in (manager, server):
        process.kill()
        process.wait(SECONDS)


def run(program: str, display: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DISPLAY": display}
    return subprocess.Popen([program, *arguments], env=environment, stderr=subprocess.DEVNULL)


def test_the_icon_and_its_count_are_in_a_real_tray_that_comes_and_goes(display: str, tmp_path: Path) -> None:
    environment = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    program = Talk(sys.executable, "-c", PROGRAM, **environment)
    tray = None
    try:
        program.hear("ready")
        program.tell("start")
        assert program.hear("started") == ["False"]
        program.tell("tell")
        assert program.hear("told") == ["False"]  # and the caller shows it elsewhere

        tray = run(
            "trayer", display, "--edge", "top", "--align", "left", "--height", "48", "--widthtype", "request"
        )
        assert program.hear("tray") == ["True"]
        red = {}
        for count in (0, 7):
            program.tell("count", count)
            program.hear("counted")
            file = tmp_path / f"{count}.png"
            red[count] = pixels(program, file, "#C02F4B", wanted=count > 0)
        assert red[0] == 0
        assert red[7] > 20  # the count, on its own ground

        program.tell("windows")
        [before] = program.hear("windows")
        program.tell("tell")
        assert program.hear("told") == ["True"]
        program.tell("windows")
        [after] = program.hear("windows")
        assert int(after) > int(before)  # the message stands at the icon
        program.tell("click")
        assert program.hear("message") == ["key-of-M1"]

        program.tell("tell")
        program.hear("told")
        for still, seen in (("M2", after), ("M3", before)):  # what it tells of is done at another workstation
            program.tell("keep", still)
            program.hear("kept")
            program.tell("windows")
            assert program.hear("windows") == [seen]

        tray.kill()
        tray.wait(SECONDS)
        assert program.hear("tray") == ["False"]
        program.tell("tell")
        assert program.hear("told") == ["False"]
    finally:
        program.end()
        if tray is not None:
            tray.kill()
            tray.wait(SECONDS)


def pixels(program: Talk, file: Path, colour: str, *, wanted: bool) -> int:
    """How many pixels of the screen have a colour; looked at until they are there, where they are wanted."""
    until = time.monotonic() + SLOW
    while time.monotonic() < until:
        program.tell("picture", file)
        assert program.hear("picture") == ["True"]
        image = QImage(str(file))
        sought, ground = QColor(colour).rgb(), QColor("#2458C6").rgb()
        found = sum(
            image.pixel(x, y) == sought for x in range(image.width()) for y in range(min(64, image.height()))
        )
        blue = any(image.pixel(x, y) == ground for x in range(image.width()) for y in range(0, 64, 2))
        if blue and (found or not wanted):
            return found
    raise AssertionError("the icon is not on the screen")


# The desktop's notification service


@pytest.fixture
def session_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A session bus of its own, without any service."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("not on this machine: dbus-daemon")
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    )
    assert bus.stdout is not None
    address = read_line(bus.stdout).strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    yield address
    bus.kill()
    bus.wait(SECONDS)
    bus.stdout.close()


class Service:
    """What a desktop has there: it takes messages, and a person clicks on each."""

    def __init__(self) -> None:
        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import Proxy, open_dbus_connection

        self.shown: list[tuple[Any, ...]] = []
        self.closed: list[int] = []
        self.connection = open_dbus_connection(bus="SESSION")
        answer = Proxy(message_bus, self.connection).RequestName("org.freedesktop.Notifications")
        assert answer == (1,)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return, new_signal

        here = DBusAddress("/org/freedesktop/Notifications", interface="org.freedesktop.Notifications")
        while not self.over.is_set():
            with contextlib.suppress(TimeoutError):
                message = self.connection.receive(timeout=0.1)
                if message.header.message_type != MessageType.method_call:
                    continue
                if message.header.fields.get(HeaderFields.member) == "Notify":
                    self.shown.append(message.body)
                    number = len(self.shown)
                    self.connection.send(new_method_return(message, "u", (number,)))
                    self.connection.send(new_signal(here, "ActionInvoked", "us", (number, "default")))
                if message.header.fields.get(HeaderFields.member) == "CloseNotification":
                    self.closed += message.body
                    self.connection.send(new_method_return(message))

    def close(self) -> None:
        self.over.set()
        self.thread.join(SECONDS)
        self.connection.close()


def test_a_message_through_the_desktops_service_and_a_click_on_it(session_bus: str, qtbot: QtBot) -> None:
    service = Service()
    messages = DesktopMessages()
    try:
        with qtbot.waitSignal(messages.clicked, timeout=round(SLOW * 1000)) as clicked:
            assert messages.tell("Not weighed", "M1 <was> not weighed", "key-of-M1")
        assert clicked.args == ["key-of-M1"]
        [(name, _, _, title, text, actions, *_)] = service.shown
        assert (name, title, text) == ("ColonyDesk", "Not weighed", "M1 &lt;was> not weighed")
        assert actions == ["default", "Open"]
    finally:
        messages.stop()
        service.close()


def test_what_is_done_elsewhere_is_taken_from_the_desktop(session_bus: str, qtbot: QtBot) -> None:
    """Many desktops keep a message until a hand puts it away."""
    service = Service()
    messages = DesktopMessages()
    try:
        messages.keep({"M1"})  # before anything was told
        for title, about in (("a test", set()), ("M1", {"M1"}), ("M1, M2", {"M1", "M2"}), ("M3", {"M3"})):
            assert messages.tell(title, "text", None, about)
        messages.keep({"M2", "M3"})
        qtbot.waitUntil(lambda: service.closed == [2], timeout=round(SLOW * 1000))
        messages.keep({"M3"})
        messages.keep(set())
        qtbot.waitUntil(lambda: service.closed == [2, 3, 4], timeout=round(SLOW * 1000))
    finally:
        messages.stop()
        service.close()


def test_a_bus_without_that_service_is_left_alone_and_tried_again_later(
    session_bus: str, qtbot: QtBot
) -> None:
    seconds = [0.0]
    messages = DesktopMessages(clock=lambda: seconds[0])
    assert messages.tell("Not weighed", "M1", None)
    qtbot.waitUntil(lambda: not messages.is_possible(), timeout=round(SLOW * 1000))
    assert not messages.tell("Not weighed", "M1", None)
    service = Service()
    try:
        assert not messages.tell("Not weighed", "M1", None)
        seconds[0] = 60.0
        with qtbot.waitSignal(messages.clicked, timeout=round(SLOW * 1000)) as clicked:
            assert messages.tell("Not weighed", "M2", "key-of-M2")
        assert clicked.args == ["key-of-M2"]
        assert [shown[4] for shown in service.shown] == ["M2"]
    finally:
        messages.stop()
        service.close()


def test_without_a_bus_there_is_nothing_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    messages = DesktopMessages()
    assert not messages.is_possible()
    assert not messages.tell("Not weighed", "M1", None)
