"""Messages through the desktop's own notification service, where there is a session bus with one.

The bus is asked in a thread: whatever is at its other end may be slow, or gone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_LOOK_SECONDS = 0.5
_ANSWER_SECONDS = 5.0
_AGAIN_SECONDS = 60.0
"""So long nothing is asked of a service that did not answer."""
_KEPT = 200

_log = logging.getLogger(__name__)
_Message = tuple[str, str, Hashable]
_Queue = queue.SimpleQueue[_Message | None]


class DesktopMessages(QObject):
    """``clicked`` carries the key of the message that was clicked."""

    clicked = Signal(object)

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` counts seconds."""
        super().__init__(parent)
        self._clock = clock
        self._waiting: _Queue = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._failed_at: float | None = None

    def is_possible(self) -> bool:
        """Whether there is a session bus, and its service has not failed a short time ago."""
        failed_at = self._failed_at
        return _has_bus() and (failed_at is None or self._clock() - failed_at >= _AGAIN_SECONDS)

    def tell(self, title: str, text: str, key: Hashable) -> bool:
        """Show a message; False where that is not possible. What fails later is only logged."""
        if not self.is_possible():
            return False
        if self._thread is None or self._failed_at is not None:
            self._failed_at = None
            self._waiting = queue.SimpleQueue()  # what waited for the one that failed is told in the window
            work = threading.Thread(
                target=self._run, args=(self._waiting,), name="desktop messages", daemon=True
            )
            work.start()
            self._thread = work
        self._waiting.put((title, text, key))
        return True

    def stop(self) -> None:
        """Begin nothing new; does not wait."""
        self._waiting.put(None)

    def _run(self, waiting: _Queue) -> None:
        try:
            self._serve(waiting)
        except Exception as error:  # noqa: BLE001 - a bus without the service, slow or gone: told elsewhere
            self._failed_at = self._clock()
            _log.info("desktop messages: %r", error)

    def _serve(self, waiting: _Queue) -> None:
        # It has no types of its own.
        from jeepney import DBusAddress, MatchRule, message_bus, new_method_call  # type: ignore[import-untyped]
        from jeepney.io.blocking import Proxy, open_dbus_connection  # type: ignore[import-untyped]

        keys: dict[int, Hashable] = {}
        address = DBusAddress(_PATH, bus_name=_SERVICE, interface=_SERVICE)
        with contextlib.closing(open_dbus_connection(bus="SESSION")) as connection:
            clicks = MatchRule(type="signal", interface=_SERVICE, member="ActionInvoked", path=_PATH)
            Proxy(message_bus, connection, timeout=_ANSWER_SECONDS).AddMatch(clicks)
            with connection.filter(clicks) as clicked:
                while True:
                    with contextlib.suppress(TimeoutError):
                        connection.recv_messages(timeout=_LOOK_SECONDS)
                    while clicked:
                        id_, _action = clicked.popleft().body
                        if id_ in keys:
                            self.clicked.emit(keys[id_])
                    with contextlib.suppress(queue.Empty):
                        while True:
                            message = waiting.get_nowait()
                            if message is None:
                                return
                            title, text, key = message
                            call = new_method_call(address, "Notify", "susssasa{sv}i", _body(title, text))
                            answer = connection.send_and_get_reply(call, timeout=_ANSWER_SECONDS)
                            if not answer.body or not isinstance(answer.body[0], int):
                                raise OSError(f"the notification service answered {answer.body}")
                            keys[answer.body[0]] = key
                            for old in list(keys)[:-_KEPT]:
                                del keys[old]


def _body(title: str, text: str) -> tuple[Any, ...]:
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    return ("ColonyDesk", 0, "colonydesk", title, plain, ["default", "Open"], {}, -1)


def _has_bus() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(runtime) and Path(str(runtime), "bus").exists()
