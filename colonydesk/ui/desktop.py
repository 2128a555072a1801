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
from collections.abc import Callable, Hashable, Set
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
_About = frozenset[Hashable]
_Message = tuple[str, str, Hashable, _About]
_Queue = queue.SimpleQueue[_Message | _About | None]
"""Messages, what still is to be told, and None at the end."""


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

    def tell(self, title: str, text: str, key: Hashable, about: Set[Hashable] = frozenset()) -> bool:
        """Show a message ``about`` these; False where that is not possible. What fails later is only logged.

        Desktops keep messages until a hand puts them away: ``keep`` does it with those that are over.
        """
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
        self._waiting.put((title, text, key, frozenset(about)))
        return True

    def keep(self, about: Set[Hashable]) -> None:
        """Take back the messages that are about nothing of this any more."""
        if self._thread is not None and self._failed_at is None:
            self._waiting.put(frozenset(about))

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
        from jeepney import MatchRule, message_bus  # type: ignore[import-untyped]
        from jeepney.io.blocking import Proxy, open_dbus_connection  # type: ignore[import-untyped]

        with contextlib.closing(open_dbus_connection(bus="SESSION")) as connection:
            shown = _Shown(connection)
            clicks = MatchRule(type="signal", interface=_SERVICE, member="ActionInvoked", path=_PATH)
            Proxy(message_bus, connection, timeout=_ANSWER_SECONDS).AddMatch(clicks)
            with connection.filter(clicks) as clicked:
                while True:
                    with contextlib.suppress(TimeoutError):
                        connection.recv_messages(timeout=_LOOK_SECONDS)
                    while clicked:
                        id_, _action = clicked.popleft().body
                        if id_ in shown.keys:
                            self.clicked.emit(shown.keys[id_])
                    with contextlib.suppress(queue.Empty):
                        while True:
                            message = waiting.get_nowait()
                            if message is None:
                                return
                            if isinstance(message, frozenset):
                                shown.keep(message)
                            else:
                                shown.tell(*message)


class _Shown:
    """The messages that the service was given, by its numbers: the key of each, and what it is about."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.keys: dict[int, Hashable] = {}
        self._about: dict[int, _About] = {}

    def tell(self, title: str, text: str, key: Hashable, about: _About) -> None:
        answer = self._call("Notify", "susssasa{sv}i", _body(title, text))
        if not answer.body or not isinstance(answer.body[0], int):
            raise OSError(f"the notification service answered {answer.body}")
        self.keys[answer.body[0]] = key
        self._about[answer.body[0]] = about
        for old in list(self.keys)[:-_KEPT]:
            del self.keys[old], self._about[old]

    def keep(self, still: _About) -> None:
        for id_, about in self._about.items():
            if about and not about & still:
                self._call("CloseNotification", "u", (id_,))
                self._about[id_] = frozenset()

    def _call(self, method: str, signature: str, values: tuple[Any, ...]) -> Any:
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(_PATH, bus_name=_SERVICE, interface=_SERVICE)
        call = new_method_call(address, method, signature, values)
        return self._connection.send_and_get_reply(call, timeout=_ANSWER_SECONDS)


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
